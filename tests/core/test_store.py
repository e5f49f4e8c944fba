"""The loaded instances of a server: the list arrives, is read again, and is filtered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.support import hook
from tui.core.store import Store
from tui.model.instance import Instance


def named(*names: str) -> list[Instance]:
    return [Instance(id=name, name=name) for name in names]


def loaded(*names: str) -> Store:
    store = Store()
    store.begin()
    store.add(named(*names), len(names))
    store.finish()
    return store


def test_arrived_instances_are_visible_before_the_list_is_complete() -> None:
    store = Store()
    store.begin()
    store.add(named("a", "b"), total=5)
    assert (list(store.visible), store.arrived, store.total) == (["a", "b"], 2, 5)
    assert store.loading
    assert not store.loaded


def test_reading_again_keeps_every_instance_until_the_new_list_is_complete() -> None:
    store = loaded("a", "b", "c")
    store.begin()
    store.add(named("c"), total=2)
    assert list(store.visible) == ["a", "b", "c"]
    assert store.arrived == 1


def test_after_reading_again_deleted_instances_are_gone_and_the_servers_order_holds() -> None:
    store = loaded("a", "b", "c")
    store.begin()
    store.add(named("c", "d"))
    store.add(named("a"))
    store.finish()
    assert list(store.visible) == ["c", "d", "a"]
    assert store.get("b") is None
    assert (store.total, store.loaded, store.loading) == (3, True, False)


def test_a_load_that_was_interrupted_loses_nothing() -> None:
    store = loaded("a", "b")
    store.begin()
    store.add(named("c"))
    store.abandon()
    assert list(store.visible) == ["a", "b", "c"]
    assert not store.loading
    store.finish()
    assert len(store) == 3


def test_an_instance_on_two_pages_is_listed_once_with_its_last_values() -> None:
    store = Store()
    store.begin()
    store.add(named("a", "b"), total=4)
    store.add([Instance("a", "a, renamed"), *named("c")], total=4)
    store.finish()
    assert list(store.visible) == ["a", "b", "c"]
    assert store["a"].name == "a, renamed"
    assert store.total == 3


def test_every_word_of_the_filter_has_to_match_in_any_case() -> None:
    store = Store()
    crm = hook("CRM Entrada", "https://crm.example/in")
    store.add(
        [
            Instance("01HX", "Loja Norte", number="5511900001001", webhooks=(crm,)),
            Instance("01HY", "Straße", push_name="Aurora Sul"),
        ]
    )
    for text in ("loja", "NORTE loja", "01hx", "1001", "entrada", "crm.example/IN", "  loja  "):
        store.set_filter(text)
        assert list(store.visible) == ["01HX"], text
    for text in ("STRASSE", "aurora"):
        store.set_filter(text)
        assert list(store.visible) == ["01HY"], text
    store.set_filter("loja aurora")
    assert list(store.visible) == []
    store.set_filter("")
    assert list(store.visible) == ["01HX", "01HY"]


def test_a_word_does_not_match_across_two_texts() -> None:
    store = Store()
    store.add([Instance("1", "north", number="55")])
    store.set_filter("north1")
    assert list(store.visible) == []


def test_the_filter_applies_to_instances_that_arrive_later() -> None:
    store = Store()
    store.set_filter("b")
    store.begin()
    store.add(named("a", "b", "ab"))
    assert list(store.visible) == ["b", "ab"]
    assert store.filter == "b"


def test_a_saved_instance_stays_visible_though_the_filter_no_longer_matches() -> None:
    store = Store()
    store.add([Instance("1", "north"), Instance("2", "south")])
    store.set_filter("north")
    store.replace(Instance("1", "renamed"))
    assert list(store.visible) == ["1"]
    assert store["1"].name == "renamed"
    store.set_filter("north")
    assert list(store.visible) == []
    store.set_filter("renamed")
    assert list(store.visible) == ["1"]


def test_webhooks_that_arrive_later_make_their_instances_match_the_filter_in_order() -> None:
    store = loaded("a", "b", "c")
    store.set_filter("crm.example")
    assert list(store.visible) == []
    store.found("c", [hook()])
    store.found("a", [hook()])
    store.found("b", [hook(name="other", url="https://other.example")])
    assert list(store.visible) == ["a", "c"]
    store.found("a", [])
    assert list(store.visible) == ["a", "c"]  # it stays visible until the filter changes
    store.set_filter("crm.example")
    assert list(store.visible) == ["c"]


def test_a_list_without_webhooks_removes_none() -> None:
    store = loaded("a", "b")
    store.found("a", [hook()])
    store.begin()
    store.add(named("b", "a"))
    store.finish()
    assert store["a"].webhooks == (hook(),)
    assert store["b"].webhooks is None


def test_an_arriving_list_does_not_undo_a_save_since_its_request() -> None:
    was, now = [hook()], (hook(name="saved"),)
    listed = [one.with_webhooks(was) for one in named("a", "b", "c")]
    store = Store()
    store.add(listed)
    store.begin()
    store.replace(listed[0].with_webhooks(now))
    store.found("b", now)
    store.add([replace(one, name=f"{one.name}, listed") for one in listed])
    store.finish()
    assert [store[key].webhooks for key in "abc"] == [now, now, tuple(was)]
    assert [store[key].name for key in "abc"] == ["a, listed", "b, listed", "c, listed"]


def test_a_list_requested_after_a_save_is_newer() -> None:
    store = loaded("a")
    store.begin()
    store.add(named("a"))
    store.found("a", [hook(name="saved")])
    store.finish()
    store.begin()
    store.add([one.with_webhooks([hook()]) for one in named("a")])
    store.finish()
    assert store["a"].webhooks == (hook(),)


def test_webhooks_of_a_deleted_instance_are_ignored() -> None:
    store = loaded("a")
    store.found("gone", [hook()])
    assert list(store.ids) == ["a"]


def test_a_deleted_instance_is_not_put_back() -> None:
    store = loaded("a")
    store.replace(Instance("b", "b"))
    assert list(store.visible) == ["a"]
    assert store.get("b") is None


@dataclass
class Naive:
    """A simple store without any optimisation."""

    there: list[Instance] = field(default_factory=list)
    arrived: list[str] | None = None
    word: str = ""
    seen: list[str] = field(default_factory=list)

    def put(self, instance: Instance) -> None:
        ids = [one.id for one in self.there]
        if instance.id in ids:
            self.there[ids.index(instance.id)] = instance
        else:
            self.there.append(instance)
            if self.word in f"{instance.name} {instance.id}":
                self.seen.append(instance.id)

    def look(self) -> None:
        self.seen = [one.id for one in self.there if self.word in f"{one.name} {one.id}"]


IDS = st.sampled_from("123456")
INSTANCES = st.builds(Instance, id=IDS, name=st.sampled_from(["a", "b", "ab"]))


class StoreAgainstNaive(RuleBasedStateMachine):
    """Loads, filters and saves in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.naive = Naive()

    @rule()
    def begin(self) -> None:
        self.store.begin()
        self.naive.arrived = []

    @rule(page=st.lists(INSTANCES, max_size=4), total=st.none() | st.integers(0, 9))
    def add(self, page: list[Instance], total: int | None) -> None:
        self.store.add(page, total)
        assert total in (None, self.store.total)
        for instance in page:
            self.naive.put(instance)
            if self.naive.arrived is not None and instance.id not in self.naive.arrived:
                self.naive.arrived.append(instance.id)

    @precondition(lambda self: self.naive.arrived is not None)
    @rule()
    def finish(self) -> None:
        self.store.finish()
        by_id = {one.id: one for one in self.naive.there}
        self.naive.there = [by_id[key] for key in self.naive.arrived or ()]
        self.naive.arrived = None
        self.naive.look()
        assert self.store.total == len(self.naive.there)

    @rule()
    def abandon(self) -> None:
        self.store.abandon()
        self.naive.arrived = None

    @rule(instance=INSTANCES)
    def save(self, instance: Instance) -> None:
        self.store.replace(replace(instance, name="saved"))
        if any(one.id == instance.id for one in self.naive.there):
            self.naive.put(replace(instance, name="saved"))

    @rule(key=IDS)
    def remove(self, key: str) -> None:
        self.store.remove(key)
        naive = self.naive
        naive.there = [one for one in naive.there if one.id != key]
        naive.seen = [one for one in naive.seen if one != key]
        naive.arrived = naive.arrived and [one for one in naive.arrived if one != key]

    @rule(word=st.sampled_from(["", "a", "b", "saved", "3", "nothing"]))
    def filter(self, word: str) -> None:
        self.store.set_filter(word.upper())
        self.naive.word = word
        self.naive.look()

    @invariant()
    def they_agree(self) -> None:
        naive = self.naive
        assert list(self.store.visible) == naive.seen
        assert len(self.store) == len(naive.there)
        assert [self.store.get(one.id) for one in naive.there] == naive.there
        assert self.store.loading == (naive.arrived is not None)
        assert self.store.arrived == len(naive.there if naive.arrived is None else naive.arrived)


TestStoreAgainstNaive = StoreAgainstNaive.TestCase


@given(st.lists(st.lists(IDS, max_size=5), max_size=5), st.lists(IDS, unique=True))
def test_a_list_read_again_is_the_same_as_one_read_for_the_first_time(
    pages: list[list[str]], before: list[str]
) -> None:
    fresh, again = Store(), loaded(*before)
    for store in (fresh, again):
        store.begin()
        for page in pages:
            store.add(named(*page))
        store.finish()
    assert list(again.visible) == list(fresh.visible)
