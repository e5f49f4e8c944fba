"""The program's log, which ``--log-file`` writes; without it nothing is written anywhere."""

from __future__ import annotations

import logging

log = logging.getLogger("hookboard")
# Without a handler Python would print warnings and errors, with their traces.
log.addHandler(logging.NullHandler())
