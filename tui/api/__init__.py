"""Talking to servers: the port, detection, the funnel for requests, and the adapters."""

import sys

# httpx imports its own command line, and with it pygments, wherever these are installed:
# 20 ms of every start for nothing. It does without where the module cannot be had.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
