"""What the adapters have in common: whose token is sent, and what a server has proved."""

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
    """Which API it speaks."""
    capabilities = Capabilities()
    profile_token = "the token"
    """What the profile's token is called here."""
    header: Header = BEARER
    """How the profile's token is sent."""
    instance_header: Header = BEARER
    """How an instance's own token is sent."""
    instance_is_jwt = True
    """Whether an instance's own token is a JWT."""

    def __init__(self, http: Http, token: Secret | None, source: str) -> None:
        self._http = http
        self._token = self._profile_credential(token, source)
        self._instance_tokens: dict[str, tuple[Secret | None, Credential]] = {}
        self._flags: set[str] = set(self.capabilities.flags)
        http.flags = lambda: frozenset(self._flags)
        self._proven: set[bool] = set()  # by ``Change.is_flag``
        self.resets_flags = False

    @property
    def host(self) -> str:
        """Host and, where there is one, port."""
        return self._http.host

    def is_trusted(self, asked: Iterable[Change]) -> bool:
        """Whether answers that say that such changes were made have proved true before.

        Of details and of flags apart: an answer may be right about the one, and repeat what
        it was asked of the other [guess].
        """
        return self._proven.issuperset(change.is_flag for change in asked)

    def compare(self, told: Iterable[Change], read: Webhook) -> None:
        """Take note of whether what was told is so."""
        self._compare(told, read)

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return the webhook as it is: which flags a server has is not learned."""
        return webhook

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token: for an instance in the place of the one it came with, or for all."""
        if instance is None:
            self._token = self._profile_credential(token, source)
            return
        whose = f"the token given for {instance.name}"
        given = self._instance_credential(instance, token, whose, source)
        self._instance_tokens[instance.id] = (instance.token, given)

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent."""
        return str(self._credential(instance))

    def read_as_curl(self, instance: Instance, webhook: Webhook) -> str:
        """Return a curl command that reads a webhook; the token stays out of it."""
        path = self._read_path(instance, webhook.id)
        return read_as_curl(self._http.url(path), self._credential(instance).header)

    @abstractmethod
    def _read_path(self, instance: Instance, webhook_id: str) -> Sequence[str]:
        """Return the address a webhook is read from, in segments."""

    def _credential(self, instance: Instance | None) -> Credential:
        """Return the instance's own token when it is known, else the profile's."""
        if instance is None:
            return self._token
        replaced, given = self._instance_tokens.get(instance.id, (None, None))
        # A token that the server renewed since wins over what was typed for the old one.
        if given and replaced == instance.token:
            return given
        if instance.token:
            whose = f"the instance token of {instance.name}"
            return self._instance_credential(
                instance, instance.token, whose, "the server's own list"
            )
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

    def _compare(self, told: Iterable[Change], read: Webhook) -> dict[bool, list[bool]]:
        """Remember which kinds of change proved true; return what was so, by kind."""
        kinds: dict[bool, list[bool]] = {}
        for change in told:
            kinds.setdefault(change.is_flag, []).append(change.is_so(read.values))
        self._proven |= {is_flag for is_flag, so in kinds.items() if all(so)}
        return kinds

    def _learn(self, webhooks: Iterable[Webhook]) -> None:
        """Take note of the flags there are: an error message may begin with one."""
        for webhook in webhooks:
            self._flags.update(webhook.flags)

    def _other_kind(self, to_do: str) -> str:
        """Add that a server which does not have the list may be of another kind."""
        return f"{to_do} Or it is no {title(self.kind)} server: look at its kind (api)."

    def _doubt_list(self, answer: Answer, left_out: int) -> None:
        """Raise the error for a list of which more is left out than a list can have."""
        if left_out > MOST_LEFT_OUT:
            raise self._shape(answer, f"more than {MOST_LEFT_OUT:,} records that cannot be read")

    def _shape(self, answer: Answer, found: str) -> BadAnswer:
        return BadAnswer(
            f"{self.host} answered {answer.sent.status}, but with {found}",
            f"Check that the profile's URL is a {title(self.kind)} server's.",
            sent=answer.sent,
        )
