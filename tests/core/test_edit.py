"""An edit of a webhook, and how it follows the server's state."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from tests.support import VALUES, hook
from tui.core.edit import Edit
from tui.model.webhook import Values


def test_an_edit_begins_without_changes() -> None:
    edit = Edit.of(hook())
    assert edit.changes == ()
    assert not edit.changed("name")


def test_an_edited_value_is_a_change_and_an_undone_one_is_not() -> None:
    edit = Edit.of(hook())
    edit.set(name="crm 2", enabled=False)
    assert [change.key for change in edit.changes] == ["name", "enabled"]
    assert edit.changed("name")
    assert not edit.changed("url")
    edit.set(name="crm", enabled=True)
    assert edit.changes == ()


def test_a_wrong_value_of_the_base_is_no_error() -> None:
    edit = Edit.of(hook(url="ftp://old.example"))
    assert edit.checked.errors == {}
    edit.set(url="ftp://new.example")
    assert edit.checked.errors.keys() == {"url"}


def test_a_new_base_keeps_edited_values_and_replaces_the_rest() -> None:
    edit = Edit.of(hook())
    edit.set(name="mine", flags={**edit.values.flags, "newJwt": False})
    theirs = hook("crm", "https://theirs.example", flags={"newJwt": True, "brandNew": True})
    merging = edit.rebase(theirs)
    assert edit.base is theirs
    assert edit.values == Values(
        "mine", "https://theirs.example", True, {"newJwt": False, "brandNew": True}
    )
    assert [change.key for change in merging.from_theirs] == [
        "url",
        "messagesUpsert",
        "presenceUpdate",
        "brandNew",
    ]
    assert [change.key for change in edit.changes] == ["name", "newJwt"]


def test_a_conflict_keeps_the_edited_value() -> None:
    edit = Edit.of(hook())
    edit.set(name="mine")
    merging = edit.rebase(hook("theirs"))
    assert edit.values.name == "mine"
    assert [(one.theirs, one.mine) for one in merging.conflicts] == [("theirs", "mine")]


def test_after_a_save_there_are_no_changes_and_the_servers_values_hold() -> None:
    edit = Edit.of(hook())
    edit.set(name=" crm 2 ")
    edit.rebase(hook("crm 2"), since=edit.values)
    assert edit.values.name == "crm 2"
    assert edit.changes == ()


def test_edits_made_during_a_save_stay() -> None:
    edit = Edit.of(hook())
    edit.set(name="crm 2")
    sent = edit.values
    edit.set(url="https://later.example", name="crm 3")
    edit.rebase(hook("crm 2"), since=sent)
    assert [(change.key, change.new) for change in edit.changes] == [
        ("name", "crm 3"),
        ("url", "https://later.example"),
    ]


@given(VALUES, VALUES)
def test_an_edit_without_changes_follows_the_server(mine: Values, theirs: Values) -> None:
    edit = Edit.of(hook().with_values(mine))
    edit.rebase(hook().with_values(theirs))
    assert edit.values == theirs
    assert edit.changes == ()


@given(VALUES, VALUES)
def test_the_same_base_twice_changes_nothing(base: Values, theirs: Values) -> None:
    edit = Edit.of(hook().with_values(base))
    edit.set(name="mine", enabled=not base.enabled)
    edit.rebase(hook().with_values(theirs))
    once = replace(edit)
    edit.rebase(hook().with_values(theirs))
    assert edit == once
