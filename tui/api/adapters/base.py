"""The base of the adapters: tokens, and which answers of the server can be trusted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from tui.api.adapters.records import MOST_LEFT_OUT
from tui.api.curl import read_as_curl
from tui.api.errors import BadAnswer
from tui.api.http.auth import BEARER, Credential, Header
from tui.api.http.client import Http
from tui.api.http.request import Answer
from tui.i18n import _, number
from tui.model.capabilities import Capabilities
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.jwt import Wanted
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind, title
from tui.model.webhook import Webhook


class Adapter(ABC):
    """The part of :class:`tui.api.port.WebhookServer` that all adapters share."""

    kind: ClassVar[ServerKind]
    """The kind of server that it talks to."""
    capabilities = Capabilities()
    profile_token = _("the token")
    """The name of the profile's token on this kind of server."""
    header: Header = BEARER
    """The header of the profile's token."""
    instance_header: Header = BEARER
    """The header of an instance's own token."""
    instance_is_jwt = True
    """Whether an instance's own token is a JWT."""

    def __init__(self, http: Http, token: Secret | None, source: str) -> None:
        self._http = http
        self._token = self._profile_credential(token, source)
        self._instance_tokens: dict[str, tuple[Secret | None, Credential]] = {}
        self._flags: set[str] = set(self.capabilities.flags)
        http.flags = lambda: frozenset(self._flags)
        self._confirmed: set[bool] = set()  # by ``Change.is_flag``
        self.resets_flags = False

    @property
    def host(self) -> str:
        """The host, with its port where the address has one."""
        return self._http.host

    def is_trusted(self, asked: Iterable[Change]) -> bool:
        """Whether answers that reported such changes were confirmed by a read before.

        Details and flags count apart: an answer may tell the truth about one, and only repeat
        the request for the other [guess].
        """
        return self._confirmed.issuperset(change.is_flag for change in asked)

    def learn_from_read(self, told: Iterable[Change], read: Webhook) -> None:
        """Learn from ``read`` whether the changes that answers ``told`` were made."""
        self._compare_with_read(told, read)

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return the webhook unchanged: its flags are not learned on this kind of server."""
        return webhook

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token: for one instance in place of its own, or as the profile's."""
        if instance is None:
            self._token = self._profile_credential(token, source)
            return
        whose = _("the token given for {instance}").format(instance=instance.name)
        given = self._instance_credential(instance, token, whose, source)
        self._instance_tokens[instance.id] = (instance.token, given)

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent and where it came from."""
        return str(self._credential(instance))

    def read_as_curl(self, instance: Instance, webhook: Webhook) -> str:
        """Return a curl command that reads a webhook, without the token."""
        path = self._read_path(instance, webhook.id)
        return read_as_curl(self._http.url(path), self._credential(instance).header)

    @abstractmethod
    def _read_path(self, instance: Instance, webhook_id: str) -> Sequence[str]:
        """Return the segments of the address that a webhook is read from."""

    def _credential(self, instance: Instance | None) -> Credential:
        """Return the instance's own token where it is known, else the profile's."""
        if instance is None:
            return self._token
        replaced, given = self._instance_tokens.get(instance.id, (None, None))
        # A typed token replaces the old one only: it gives way to a token renewed since.
        if given and replaced == instance.token:
            return given
        if instance.token:
            whose = _("the instance token of {instance}").format(instance=instance.name)
            source = _("the server's own list")
            return self._instance_credential(instance, instance.token, whose, source)
        return self._token

    def _profile_credential(self, token: Secret | None, source: str) -> Credential:
        wanted = Wanted(profile_token=self.profile_token)
        return Credential(token, self.profile_token, source, wanted, self.header)

    def _instance_credential(
        self, instance: Instance, token: Secret, whose: str, source: str
    ) -> Credential:
        names = (instance.id, instance.name)
        wanted = Wanted(instance.name, names, is_jwt=self.instance_is_jwt)
        return Credential(token, whose, source, wanted, self.instance_header)

    def _compare_with_read(self, told: Iterable[Change], read: Webhook) -> dict[bool, list[bool]]:
        """Remember the kinds of change that were made; return by kind whether each was made."""
        kinds: dict[bool, list[bool]] = {}
        for change in told:
            kinds.setdefault(change.is_flag, []).append(change.is_so(read.values))
        self._confirmed |= {is_flag for is_flag, so in kinds.items() if all(so)}
        return kinds

    def _learn(self, webhooks: Iterable[Webhook]) -> None:
        """Remember the names of flags: an error message may begin with one."""
        for webhook in webhooks:
            self._flags.update(webhook.flags)

    def _other_kind(self, to_do: str) -> str:
        """Add that a server without such a list may be of another kind."""
        hint = _("{to_do} Or it is no {kind} server: check its kind (api).")
        return hint.format(to_do=to_do, kind=title(self.kind))

    def _check_left_out(self, answer: Answer, left_out: int) -> None:
        """Raise :class:`BadAnswer` where too many records of a list cannot be read."""
        if left_out > MOST_LEFT_OUT:
            what = _("{host} answered {status}, but with more than {count} unreadable records.")
            raise self._bad_answer(answer, what, count=number(MOST_LEFT_OUT))

    def _bad_answer(self, answer: Answer, what: str, **values: str) -> BadAnswer:
        """Return the error for an answer of the wrong shape.

        ``what`` is a sentence with places for ``host``, ``status`` and the ``values``.
        """
        to_do = _("Check that the profile's URL is that of a {kind} server.")
        return BadAnswer(
            what.format(host=self.host, status=answer.sent.status, **values),
            to_do.format(kind=title(self.kind)),
            sent=answer.sent,
        )
