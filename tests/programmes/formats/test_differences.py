"""What differs between two versions, key by key."""

from hypothesis import given
from hypothesis import strategies as st

from programmes.formats.differences import Change, differences

facts = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 3))


def test_what_changed_comes_in_the_order_of_the_first_then_what_is_new():
    before = {"preparation": (0, 2), "immersion": (2, 3), "test_case": (3, 9)}
    after = {"handover": (7, 8), "test_case": (2, 6), "preparation": (0, 2)}
    assert differences(before, after) == [
        Change("immersion", "removed", (2, 3), None),
        Change("test_case", "changed", (3, 9), (2, 6)),
        Change("handover", "added", None, (7, 8)),
    ]


def test_a_number_nobody_gave_is_a_value_like_another():
    assert differences({"seats": None, "days": 1}, {"seats": 15, "days": None}) == [
        Change("seats", "changed", None, 15),
        Change("days", "changed", 1, None),
    ]


@given(facts)
def test_nothing_differs_from_itself(version):
    assert differences(version, dict(version)) == []


@given(facts, facts)
def test_the_changes_lead_from_one_to_the_other_and_none_is_idle(before, after):
    changes = differences(before, after)
    gone = {change.key for change in changes if change.kind == "removed"}
    new = {change.key: change.after for change in changes if change.kind != "removed"}
    assert {key: value for key, value in before.items() if key not in gone} | new == after
    assert [change for change in changes if change.kind == "changed" and change.before == change.after] == []
    assert len(changes) == len({change.key for change in changes})


@given(facts, facts)
def test_read_backwards_they_are_the_same_turned_round(before, after):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {Change(each.key, turned[each.kind], each.after, each.before) for each in differences(before, after)}
    assert there == set(differences(after, before))
