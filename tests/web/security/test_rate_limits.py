"""How often somebody may try: counted for each, forgotten after a while, and nobody's address kept as it is."""

import pytest
import time_machine
from django.core.cache import cache

from web.security.rate_limits import count_try, tried_too_often

START = "2026-11-24T09:00:00+00:00"


def tries(number: int, who: str = "10.0.0.1", what: str = "invitation") -> None:
    for _ in range(number):
        count_try(what, who, seconds=600)


def too_often(who: str = "10.0.0.1", what: str = "invitation") -> bool:
    return tried_too_often(what, who, most=3)


@pytest.mark.parametrize(("number", "refused"), [(0, False), (2, False), (3, True), (9, True)])
def test_the_limit_is_reached_with_the_last_try_allowed(number, refused):
    tries(number)
    assert too_often() is refused


def test_asking_counts_nothing():
    tries(2)
    assert [too_often() for _ in range(5)] == [False] * 5


def test_each_has_a_count_of_their_own_for_each_thing():
    tries(3)
    assert (too_often(who="10.0.0.2"), too_often(what="other")) == (False, False)


def test_the_count_is_forgotten_after_the_first_try_s_time():
    with time_machine.travel(START, tick=False) as clock:
        tries(3)
        clock.shift(599)
        assert too_often() is True
        clock.shift(2)
        assert too_often() is False


def test_no_address_stands_in_a_key(monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, *_given: seen.append(key) or True)
    tries(1, who="10.9.8.7")
    assert ("10.9.8.7" in seen[0], seen[0].startswith("limit:invitation:")) == (False, True)
