"""A small CodeChat v2 server for --demo, tests and trying things.

``server.open_sandbox`` makes one, to be called inside the process as an ASGI application;
``serve.serve`` and ``serve.running`` put it on a loopback port. It shares no code with the
client: each side reads the contract for itself, so that one mistake cannot hide itself.
"""
