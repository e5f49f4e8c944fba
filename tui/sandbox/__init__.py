"""A small server of each kind for --demo, tests and trying things.

``kinds.open_kind`` makes one (``server.open_sandbox`` one of CodeChat v2), to be called inside
the process as an ASGI application; ``serve.serve`` and ``serve.running`` put it on a loopback
port. It shares no code with the client: each side reads the contract for itself, so that one
mistake cannot hide itself.
"""
