"""Access control: the business token, and a JWT for each instance."""

from __future__ import annotations

import hmac

import jwt

from tui.sandbox.codechat_v2.errors import Refused

_ALGORITHM = "HS256"
# The words of the Node library that such servers check tokens with (guess).
_REASONS: tuple[tuple[type[jwt.InvalidTokenError], str], ...] = (
    (jwt.ExpiredSignatureError, "jwt expired"),
    (jwt.InvalidSignatureError, "invalid signature"),
    (jwt.DecodeError, "jwt malformed"),
    (jwt.InvalidTokenError, "invalid token"),
)


class Tokens:
    """Signs the JWTs of instances and checks the credentials of requests.

    The business token gives access to all addresses, an instance's JWT to those of the instance
    (public client). All else is 401, or 403 for a valid token at another address (guess).
    """

    def __init__(self, business_id: str, token: str, key: str) -> None:
        self._business_id = business_id
        self._token = token.encode()
        self._key = key

    def sign(self, instance_id: str, issued: int, expires: int | None = None) -> str:
        """Return the JWT of an instance; moments are in seconds since 1970, None: never expires."""
        claims = {"instanceId": instance_id, "businessId": self._business_id, "iat": issued}
        if expires is not None:
            claims["exp"] = expires
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def admit_business(self, authorization: str) -> None:
        """Accept the business token; raise :class:`Refused` 401 or 403 for any other."""
        if self._instance_of(authorization) is not None:
            raise Refused(403, "The business token is required")

    def admit_instance(self, authorization: str, instance_id: str) -> None:
        """Accept the business token or the JWT of ``instance_id``; else raise :class:`Refused`."""
        if self._instance_of(authorization) not in (None, instance_id):
            raise Refused(403, "The token belongs to another instance")

    def _instance_of(self, authorization: str) -> str | None:
        """Return the id of a token's instance, None for the business token."""
        scheme, _, sent = authorization.partition(" ")
        if scheme.lower() != "bearer" or not sent:
            raise Refused(401, "Unauthorized")
        # Header values arrive decoded as Latin-1: encoding them gives the bytes that were sent.
        if hmac.compare_digest(sent.encode("latin-1"), self._token):
            return None
        try:
            claims = jwt.decode(
                sent,
                self._key,
                algorithms=[_ALGORITHM],
                # The sample's dates are fixed, and may be later than this machine's clock.
                options={"require": ["instanceId"], "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise Refused(401, _reason(error)) from None
        return str(claims["instanceId"])


def _reason(error: jwt.InvalidTokenError) -> str:
    return next(words for kind, words in _REASONS if isinstance(error, kind))
