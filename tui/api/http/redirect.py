"""Where a server that does not answer itself sends a request to, and what to do about it."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from tui.api.http.masking import mask
from tui.model.secret import Secret
from tui.model.text import clean

PLACE = "Check the profile's URL (http or https, port, prefix)."
LOGIN = (
    "Something in front of the server wants a login in a browser: use an address of the server "
    "that programs can reach."
)
_LONGEST = 200
"""Characters of an address that are shown."""
_LOGIN = re.compile(r"log-?in|sign-?in|\b(?:auth|sso|oauth2?|saml2?|accounts?)\b|cloudflareaccess")


def shown_location(url: str, location: str, *secrets: Secret) -> str:
    """Return the address that a ``Location`` means for ``url``, fit to be shown.

    Without name, password, query and fragment: these are where secrets are. Empty for what is
    no address of http or https.
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
    """Say what to do about being sent from ``url`` to an address of :func:`shown_location`."""
    ours, theirs = urlsplit(url), urlsplit(shown)
    if shown and (ours.path, ours.query) == (theirs.path, theirs.query):
        return f"If that is the server, begin the profile's URL with {theirs.scheme}://{theirs.netloc}."
    return LOGIN if _LOGIN.search(f"{theirs.netloc}{theirs.path}".lower()) else PLACE
