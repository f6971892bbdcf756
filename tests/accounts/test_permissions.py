"""What lab staff alone may do, asked of everyone."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.permissions import (
    may_keep_accounts,
    may_read_history,
    may_reset_second_factor,
    may_reset_second_factors,
    may_support,
)
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, Cast
from web.decisions import Decision

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("may", [may_read_history, may_reset_second_factors, may_support, may_keep_accounts])
def test_the_lab_s_staff_and_nobody_else(may: Callable[[User], Decision], cast: Cast):
    assert [letter for letter in EVERYONE if may(cast[letter])] == ["S"]


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
def test_whose_second_factor_they_take_away(by: str, why: list[str], cast: Cast):
    of = [cast[by], UserFactory(is_lab_staff=True), cast["P"], UserFactory(is_active=False)]
    told = [may_reset_second_factor(cast[by], person) for person in of]
    assert [str(decision.reason) for decision in told] == why
    assert [bool(decision) for decision in told] == [not reason for reason in why]
