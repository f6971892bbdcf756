"""Rate limits: separate counts, their expiry, and no stored address."""

import pytest
import time_machine
from django.core.cache import cache

from web.security.rate_limits import count_try, tried_too_often

START = "2026-11-24T09:00:00+00:00"


def tries(number: int, who: str = "10.0.0.1", what: str = "invitation") -> None:
    for _ in range(number):
        count_try(what, who, seconds=600)


def exceeds_limit(who: str = "10.0.0.1", what: str = "invitation") -> bool:
    return tried_too_often(what, who, limit=3)


@pytest.mark.parametrize(("number", "refused"), [(0, False), (2, False), (3, True), (9, True)])
def test_the_limit_is_reached_with_the_last_try_allowed(number, refused):
    tries(number)
    assert exceeds_limit() is refused


def test_checking_the_limit_is_not_counted():
    tries(2)
    assert [exceeds_limit() for _ in range(5)] == [False] * 5


def test_each_person_has_a_separate_count_for_each_purpose():
    tries(3)
    assert (exceeds_limit(who="10.0.0.2"), exceeds_limit(what="other")) == (False, False)


def test_the_count_expires_after_the_time_of_the_first_try():
    with time_machine.travel(START, tick=False) as clock:
        tries(3)
        clock.shift(599)
        assert exceeds_limit() is True
        clock.shift(2)
        assert exceeds_limit() is False


def test_cache_keys_contain_no_address(monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, *_given: seen.append(key) or True)
    tries(1, who="10.9.8.7")
    assert ("10.9.8.7" in seen[0], seen[0].startswith("limit:invitation:")) == (False, True)
