"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes is for the benchmark to say: a busy machine fails no test.
settings.register_profile("hookboard", deadline=None)
settings.load_profile("hookboard")
