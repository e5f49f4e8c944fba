"""Files on this machine: tokens, drafts, flags that servers forget."""
