"""Checking the entries of a patch before it is applied to any webhook."""

from __future__ import annotations

import re

from tui.core.patch.patch import UrlTemplate, is_host
from tui.i18n import _
from tui.model.capabilities import Capabilities
from tui.model.text import clean
from tui.model.validation import url_error

_BEFORE_THE_PATH = re.compile(r"[^/?#]*(?://[^/?#\\]*)?")
_NAME_LENGTH = 40
"""The most characters of a name in braces that a sentence shows."""


def template_error(template: UrlTemplate, capabilities: Capabilities) -> str | None:
    """Say why a template gives no webhook a valid URL; ``None`` if it does.

    Names may stand in the path, query or fragment, where they are percent-encoded. In the host a
    name would decide where the events go.
    """
    for unknown in sorted(template.unknown_places):
        return _("{place} is not known: write {instance} or {webhook}").format(
            place=_braced(clean(unknown, _NAME_LENGTH)),
            instance=_braced("instance"),
            webhook=_braced("webhook"),
        )
    if "webhook" in template.places and not capabilities.names:
        return _("webhooks have no names on this server: leave {webhook} out").format(
            webhook=_braced("webhook")
        )
    before_the_path = _BEFORE_THE_PATH.match(template.text)
    if before_the_path and "{" in before_the_path[0]:
        return _("a name in braces can stand only after the host")
    return url_error(template.filled("x", "x"), capabilities.url_bytes)


def host_error(text: str) -> str | None:
    """Say why a text cannot be the old or the new host; ``None`` if it can."""
    if is_host(text):
        return None
    if "://" in text or "/" in text:
        return _("write only the host, without https:// and without a path")
    return _("that is not a host: write it as crm.example.com or crm.example.com:8080")


def _braced(name: str) -> str:
    return f"{{{name}}}"
