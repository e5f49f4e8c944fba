"""The keys of conditions that select webhooks, written ``KEY=GLOB``; cheap to import."""

from __future__ import annotations

FLAG = "flag:"
"""The beginning of a key that names a flag."""

OF_INSTANCES = ("instance", "state")
"""The keys of conditions about the instance alone: its webhooks need not be read."""

KEYS = (*OF_INSTANCES, "webhook", "url", "host", "enabled", f"{FLAG}NAME")
"""The keys of conditions. Instances and webhooks match by name or id, a state is that of the
instance or of its connection, a host matches with and without its port."""
