"""A secret that cannot be printed by accident."""

from __future__ import annotations

import copy
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest
from hypothesis import given

from tests.support import ANY_TEXT
from tui.model.instance import Instance
from tui.model.secret import Secret

TEXT = "s3cr3t-of-the-shop"


@pytest.mark.parametrize(
    "printed",
    [
        repr(Secret(TEXT)),
        str(Secret(TEXT)),
        f"{Secret(TEXT)}",
        f"{Secret(TEXT)!r:>40}",
        "%s %r" % (Secret(TEXT), Secret(TEXT)),  # noqa: UP031
        "{}".format(Secret(TEXT)),  # noqa: UP032
        repr([Secret(TEXT)]),
        repr({"token": Secret(TEXT)}),
        repr(Instance("1", "loja", token=Secret(TEXT))),
    ],
)
def test_no_way_of_printing_shows_it(printed: str) -> None:
    assert TEXT not in printed


def test_a_traceback_does_not_show_it() -> None:
    try:
        raise ValueError("refused", Secret(TEXT))
    except ValueError as error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert TEXT not in "".join(trace.format())


@dataclass
class _Holder:
    token: Secret


def test_it_cannot_be_copied_or_pickled() -> None:
    secret = Secret(TEXT)
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be copied"):
            write(secret)
    with pytest.raises(TypeError, match="cannot be copied"):
        asdict(_Holder(secret))


def test_reveal_returns_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("x")


@given(ANY_TEXT, ANY_TEXT)
def test_two_secrets_are_equal_when_their_texts_are(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) == (one == other)
    assert hash(Secret(one)) == hash(Secret(one))
    assert Secret(one) == Secret(one)


def test_it_is_not_equal_to_its_text() -> None:
    assert Secret(TEXT) != TEXT
