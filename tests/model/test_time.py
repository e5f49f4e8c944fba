"""Times and durations in a few letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.time import age, parse_moment, parse_time

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "ago, said",
    [
        (timedelta(), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 d ago"),
        (timedelta(days=13, hours=23), "13 d ago"),
        (timedelta(days=14), "17 Jun"),
        (timedelta(days=400), "27 May 2025"),
        (timedelta(minutes=-1), "1 Jul"),
        (timedelta(days=-300), "27 Apr 2027"),
    ],
)
def test_an_age_has_few_letters(ago: timedelta, said: str) -> None:
    assert age(NOW - ago, NOW) == said


def test_without_a_time_there_is_no_age() -> None:
    assert age(None, NOW) == ""


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_every_age_fits_its_column(when: datetime, now: datetime) -> None:
    assert 0 < len(age(when, now)) <= 11


@pytest.mark.parametrize("text", ["2026-07-01T12:00:00.000Z", "2026-07-01T09:00:00-03:00"])
def test_a_time_with_a_zone_is_read(text: str) -> None:
    assert parse_time(text) == NOW


@given(
    st.datetimes(timezones=st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))))
)
def test_any_time_that_was_written_is_read_back(when: datetime) -> None:
    assert parse_time(when.isoformat()) == when


@pytest.mark.parametrize(
    "text", [None, 0, True, "", "yesterday", "2026-07-01T12:00:00", "\ud800", []]
)
def test_anything_but_a_time_with_a_zone_is_none(text: object) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-07-01T09:00-03:00", NOW),
        ("90 min", NOW - timedelta(minutes=90)),
        ("2h", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-07-01", datetime(2026, 7, 1).astimezone(UTC)),
        ("2026-07-01 10:30", datetime(2026, 7, 1, 10, 30).astimezone(UTC)),
    ],
)
def test_a_moment_is_read_as_people_write_it(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW) == moment


def test_a_time_of_day_is_of_today() -> None:
    today = NOW.astimezone().date()
    assert parse_moment("10:30", NOW) == datetime(
        today.year, today.month, today.day, 10, 30
    ).astimezone(UTC)


@pytest.mark.parametrize("text", ["", "soon", "3w", "25:00", "2026-13-01"])
def test_anything_else_is_no_moment(text: str) -> None:
    assert parse_moment(text, NOW) is None
