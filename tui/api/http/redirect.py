"""Redirects: the address that a server redirects to, and what to do about it."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from tui.api.http.masking import mask
from tui.i18n import _
from tui.model.secret import Secret
from tui.model.text import clean

CHECK_URL = _("Check the profile's URL (http or https, port, prefix).")
LOGIN = _(
    "Something in front of the server wants a login in a browser: use an address of the server "
    "that programs can reach."
)
_LONGEST = 200
"""Characters of an address that are shown."""
_LOGIN = re.compile(r"log-?in|sign-?in|\b(?:auth|sso|oauth2?|saml2?|accounts?)\b|cloudflareaccess")


def shown_location(url: str, location: str, *secrets: Secret) -> str:
    """Return the address that a ``Location`` header means for ``url``, safe to show.

    User, password, query and fragment are left out: secrets are there. Empty for anything but
    an address of http or https.
    """
    if not location.strip():
        return ""
    try:
        parts = urlsplit(urljoin(url, location.strip()))
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host:
        return ""
    query = "?…" if parts.query else ""
    return clean(mask(f"{parts.scheme}://{host}{parts.path}{query}", *secrets), _LONGEST)


def what_to_do(url: str, shown: str) -> str:
    """Say what to do about a redirect of ``url`` to an address of :func:`shown_location`."""
    ours, theirs = urlsplit(url), urlsplit(shown)
    if shown and (ours.path, ours.query) == (theirs.path, theirs.query):
        base = f"{theirs.scheme}://{theirs.netloc}"
        return _("If that is the server, begin the profile's URL with {url}.").format(url=base)
    return LOGIN if _LOGIN.search(f"{theirs.netloc}{theirs.path}".lower()) else CHECK_URL
