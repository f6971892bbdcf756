"""Differences between two mappings, key by key."""

from hypothesis import given
from hypothesis import strategies as st

from programmes.formats.differences import ValueChange, differences

facts = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 3))


def test_changes_come_in_the_order_of_the_first_then_additions():
    before = {"preparation": (0, 2), "immersion": (2, 3), "test_case": (3, 9)}
    after = {"handover": (7, 8), "test_case": (2, 6), "preparation": (0, 2)}
    assert differences(before, after) == [
        ValueChange("immersion", "removed", (2, 3), None),
        ValueChange("test_case", "changed", (3, 9), (2, 6)),
        ValueChange("handover", "added", None, (7, 8)),
    ]


def test_none_is_a_value_like_any_other():
    assert differences({"seats": None, "days": 1}, {"seats": 15, "days": None}) == [
        ValueChange("seats", "changed", None, 15),
        ValueChange("days", "changed", 1, None),
    ]


@given(facts)
def test_a_mapping_has_no_differences_to_itself(version):
    assert differences(version, dict(version)) == []


@given(facts, facts)
def test_applying_the_changes_gives_the_second_mapping(before, after):
    changes = differences(before, after)
    gone = {change.key for change in changes if change.kind == "removed"}
    new = {change.key: change.after for change in changes if change.kind != "removed"}
    assert {key: value for key, value in before.items() if key not in gone} | new == after
    assert [change for change in changes if change.kind == "changed" and change.before == change.after] == []
    assert len(changes) == len({change.key for change in changes})


@given(facts, facts)
def test_swapping_the_mappings_swaps_the_changes(before, after):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {ValueChange(each.key, turned[each.kind], each.after, each.before) for each in differences(before, after)}
    assert there == set(differences(after, before))
