"""Permissions of lab staff on accounts, checked for every role."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.permissions import (
    can_manage_accounts,
    can_reset_second_factor,
    can_reset_second_factors,
    can_support,
)
from history.permissions import can_read_history
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast
from web.decisions import Decision

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("may", [can_read_history, can_reset_second_factors, can_support, can_manage_accounts])
def test_only_lab_staff_have_these_permissions(may: Callable[[User], Decision], cast: Cast):
    assert [role for role in EVERYONE if may(cast[role])] == ["S"]


YES = ""
NOT_LAB = "Only lab staff can remove a lost second factor."
ONES_OWN = "You manage your own second factor on your account page. If you have lost it, ask a colleague at the lab."
CLOSED = "This account is closed."


# By whom: whether they take it away from themselves, from a colleague of the lab, from a pilot, from a closed account.
TRUTHS = {
    "S": [ONES_OWN, YES, YES, CLOSED],
    "A": [NOT_LAB, NOT_LAB, NOT_LAB, NOT_LAB],
    "M": [NOT_LAB, NOT_LAB, NOT_LAB, NOT_LAB],
}


@pytest.mark.parametrize(("by", "why"), TRUTHS.items(), ids=["the lab", "an admin", "a member"])
def test_lab_staff_reset_factors_of_others_with_open_accounts(by: str, why: list[str], cast: Cast):
    of = [cast[by], UserFactory(is_lab_staff=True), cast["P"], UserFactory(is_active=False)]
    decisions = [can_reset_second_factor(cast[by], person) for person in of]
    assert [str(decision.reason) for decision in decisions] == why
    assert [bool(decision) for decision in decisions] == [not reason for reason in why]
