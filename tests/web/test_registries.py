"""Registries: items by slug, read in a declared order, each slug taken once."""

import pytest

from web.registries import Registry


def filled() -> Registry[str]:
    registry: Registry[str] = Registry("cards")
    registry.register("silent", "Silent ideas", order=30)
    registry.register("late", "Late exchanges", order=10)
    registry.register("failed", "Failed e-mails", order=10)
    return registry


def test_items_come_in_their_order_then_by_slug():
    assert list(filled()) == ["Failed e-mails", "Late exchanges", "Silent ideas"]


def test_slugs_and_items_come_in_the_same_order():
    registry = filled()
    assert registry.slugs() == ["failed", "late", "silent"]
    assert registry.items() == [
        ("failed", "Failed e-mails"),
        ("late", "Late exchanges"),
        ("silent", "Silent ideas"),
    ]


def test_an_item_is_found_by_its_slug():
    assert filled()["late"] == "Late exchanges"


def test_an_unknown_slug_is_an_error():
    with pytest.raises(KeyError):
        filled()["unknown"]


def test_a_registry_knows_its_size_and_its_slugs():
    registry = filled()
    assert (len(registry), "late" in registry, "unknown" in registry) == (3, True, False)


def test_registering_returns_the_item():
    assert Registry("cards").register("late", "Late exchanges") == "Late exchanges"


def test_a_slug_is_taken_once():
    with pytest.raises(ValueError, match="cards: “late” is registered already"):
        filled().register("late", "Something else")


def test_the_same_item_may_come_back():
    registry = filled()
    registry.register("late", registry["late"], order=99)
    assert registry.slugs() == ["failed", "silent", "late"]


def test_an_empty_registry_has_nothing():
    assert list(Registry("cards")) == []
