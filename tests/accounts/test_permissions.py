"""What lab staff alone may do, asked of everyone."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.permissions import may_keep_accounts, may_read_history, may_reset_second_factors, may_support
from tests.factories.cast import EVERYONE, Cast
from web.decisions import Decision

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("may", [may_read_history, may_reset_second_factors, may_support, may_keep_accounts])
def test_the_lab_s_staff_and_nobody_else(may: Callable[[User], Decision], cast: Cast):
    assert [letter for letter in EVERYONE if may(cast[letter])] == ["S"]
