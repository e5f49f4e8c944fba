"""What is entered for many webhooks: what is wrong with it, and the patch that comes of it."""

from __future__ import annotations

import pytest

from tui.core.patch.form import ChangeForm, Hosts
from tui.core.patch.patch import HostMove, Patch, UrlTemplate
from tui.core.patch.presets import BUILT_IN
from tui.model.capabilities import ANY_SERVER, Capabilities

QUIET = next(one for one in BUILT_IN if one.name == "quiet")
URLS = (
    "https://user:planted@old.example/a",
    "https://OLD.example:443/b",
    "http://old.example:8080/c",
    "https://other.example/d",
    "no address",
)


@pytest.mark.parametrize(
    "form, wrong",
    [
        (ChangeForm(), []),
        (ChangeForm("old.example"), []),
        (ChangeForm("old.example", "new.example"), []),
        (ChangeForm(url="https://h/{instance}", enabled=False, preset=QUIET), []),
        (ChangeForm("", "new.example"), ["old_host"]),
        (ChangeForm("https://old.example", "new/example"), ["new_host", "old_host"]),
        (ChangeForm("old.example", "new.example", "https://h"), ["url"]),
        (ChangeForm("old.example", url="https://h/{name}"), ["url"]),
        (ChangeForm("not a host"), []),
    ],
)
def test_what_is_wrong(form: ChangeForm, wrong: list[str]) -> None:
    assert sorted(form.errors(ANY_SERVER)) == wrong


def test_what_this_server_lacks_is_wrong() -> None:
    form = ChangeForm(url="https://h/{webhook}")
    assert not form.errors(ANY_SERVER)
    assert "leave {webhook} out" in form.errors(Capabilities(names=False))["url"]


@pytest.mark.parametrize(
    "form, patch",
    [
        (ChangeForm(), None),
        (ChangeForm("old.example"), None),
        (ChangeForm("old.example", "n.example"), Patch(HostMove("old.example", "n.example"))),
        (ChangeForm("old.example", url="https://h"), Patch(UrlTemplate("https://h"))),
        (ChangeForm(enabled=False), Patch(enabled=False)),
        (ChangeForm(preset=QUIET), QUIET.patch),
    ],
)
def test_the_patch(form: ChangeForm, patch: Patch | None) -> None:
    assert form.patch == patch


@pytest.mark.parametrize(
    "host, count",
    [
        ("old.example", 3),
        ("old.example:443", 2),
        ("old.example:8080", 1),
        ("other.example", 1),
        ("third.example", 0),
        ("", 0),
        ("old.example/a", 0),
    ],
)
def test_how_many_have_a_host(host: str, count: int) -> None:
    assert Hosts(URLS).count(host) == count
    assert sum(HostMove(host, "n.example").applied_to(url) != url for url in URLS) == count


def test_the_most_frequent_host_is_offered() -> None:
    assert Hosts(URLS[2:] + URLS[3:4]).most_frequent == "other.example"
    assert Hosts(URLS[:1]).most_frequent == "old.example", "without user and password"
    assert Hosts(["no address", "no address", "https://h/"]).most_frequent == "h"
    assert Hosts(()).most_frequent == ""
