"""Small servers of each kind, for --demo, tests and trying things.

``kinds.open_kind`` opens one, an ASGI application that can be called inside the process;
``serve.serve`` and ``serve.running`` put it on a loopback port. A sandbox shares no code with the
client: each side reads the contract for itself, so that one mistake cannot hide itself.
"""
