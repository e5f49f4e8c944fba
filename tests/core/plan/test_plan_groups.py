"""The rows of a plan in groups."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.plan.plan_support import planned
from tests.support import hook
from tui.core.patch.patch import HostMove, Patch, UrlTemplate
from tui.core.plan.groups import HOST, by_concern, by_reason, equal_changes
from tui.core.plan.plan import Concern, Question, Reason
from tui.model.diff import Change

MOVE = HostMove("old.example", "new.example")


def test_urls_that_differ_in_the_path_alone_move_together() -> None:
    urls = ["https://old.example/a", "https://old.example/b", "https://old.example/a"]
    found = planned([hook(url=url, flags={"x": True, "y": True}) for url in urls], Patch(MOVE))
    (group,) = equal_changes(found)
    assert group.change == Change(HOST, "old.example", "new.example")
    assert (len(group.rows), group.urls) == (3, 2)


def test_a_host_that_moves_with_any_port_is_one_group_and_another_port_its_own() -> None:
    urls = ["https://old.example/a", "http://old.example:5678/b", "http://old.example:80/c"]
    (group,) = equal_changes(planned([hook(url=url) for url in urls], Patch(MOVE)))
    assert group.change == Change(HOST, "old.example", "new.example")
    to_port = HostMove("old.example:5678", "old.example:8080")
    (group,) = equal_changes(planned([hook(url=urls[1])], Patch(to_port)))
    assert group.change == Change(HOST, "old.example:5678", "old.example:8080")


def test_the_most_frequent_change_comes_first() -> None:
    hooks = [hook(flags={"x": True, "y": on}) for on in (True, False, True)]
    groups = equal_changes(planned(hooks, Patch(enabled=False, flags={"y": False})))
    assert [(one.change.key, len(one.rows)) for one in groups] == [("enabled", 3), ("y", 2)]


def test_urls_of_which_each_row_gets_another_are_one_group() -> None:
    hooks = [hook(name) for name in ("a", "b")]
    (group,) = equal_changes(planned(hooks, Patch(UrlTemplate("https://h/{webhook}"))))
    assert (group.change, group.urls) == (Change("url", None, None), 2)


def test_the_url_that_all_rows_get_is_said() -> None:
    hooks = [hook(url="https://a/1"), hook(url="https://b/2")]
    (group,) = equal_changes(planned(hooks, Patch(UrlTemplate("https://h/x"))))
    assert (group.change, group.urls) == (Change("url", None, "https://h/x"), 1)


def test_a_change_of_the_path_is_no_move_and_has_the_old_url_where_it_is_the_same() -> None:
    (group,) = equal_changes(planned(hook(url="https://h/a"), Patch(UrlTemplate("https://h/b"))))
    assert group.change == Change("url", "https://h/a", "https://h/b")


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from("abc")), max_size=6))
def test_every_change_of_every_row_is_in_one_group(made: list[tuple[bool, bool, str]]) -> None:
    hooks = [
        hook(enabled=on, url=f"https://old.example/{path}", flags={"x": flag, "y": True})
        for on, flag, path in made
    ]
    found = planned(hooks, Patch(MOVE, enabled=True, flags={"x": False}))
    groups = equal_changes(found)
    assert sum(len(group.rows) for group in groups) == found.change_count
    assert len({group.change for group in groups}) == len(groups)


def test_questions_and_reasons_gather_their_rows() -> None:
    hooks = [
        hook(enabled=True, flags={"x": True}),
        hook(enabled=False, flags={"x": True}),
        hook(enabled=False, flags={"y": True}),
    ]
    found = planned(hooks, Patch(enabled=False))
    assert {concern: len(rows) for concern, rows in by_concern(found).items()} == {
        Concern(Question.TURNS_OFF): 1
    }
    assert {key: len(rows) for key, rows in by_reason(found).items()} == {
        (Reason.ALREADY_SO, ()): 2
    }
