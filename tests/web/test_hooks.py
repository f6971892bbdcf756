"""Hooks: one answer per app, in the order of the apps; parts of a page in the order of their numbers."""

import pytest

from web.hooks import Hooks, in_order, nothing


def test_hooks_are_read_in_the_order_in_which_apps_registered():
    hooks: Hooks[str] = Hooks()
    hooks.register("exchanges", "of exchanges")
    hooks.register("cohorts", "of cohorts")
    assert list(hooks) == ["of exchanges", "of cohorts"]


def test_an_app_registers_once():
    hooks: Hooks[str] = Hooks()
    hooks.register("cohorts", "first")
    with pytest.raises(ValueError, match="cohorts has registered its hooks already"):
        hooks.register("cohorts", "second")


def test_parts_of_a_page_are_sorted_by_number_and_then_by_app():
    assert in_order([{20: "c", 5: "a"}, {}, {20: "d", 10: "b"}]) == ["a", "b", "c", "d"]


def test_an_app_that_is_not_concerned_does_nothing():
    assert nothing(1, by=None) is None
