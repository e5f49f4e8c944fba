"""Talking to servers: the port, detection, the HTTP client, and the adapters."""

import sys

# httpx imports its command line, and with it pygments, where these are installed. That takes
# 20 ms of every start; without the module httpx works too.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
