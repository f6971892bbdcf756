"""Every compromise of the calendar has a sentence."""

from cohorts.sessions.conflicts import COSTLY
from cohorts.sessions.remarks import SENTENCES, in_words, is_conflict
from programmes.workdays import COMPROMISES, NO_ROOM


def test_every_slug_planning_can_leave_has_a_sentence():
    slugs = {slug for slug, _weight, _touches in COMPROMISES} | set(NO_ROOM.remarks)
    slugs |= set(COSTLY) | {"other_cohort", "shared_people", "unknown_school_calendar"}
    assert set(SENTENCES) == slugs | {"interrupted", "public_holiday", "estimated_calendar"}


def test_remarks_are_said_in_order_and_an_unknown_one_as_it_is():
    assert in_words(["bridge", "comet"]) == [SENTENCES["bridge"], "comet"]


def test_an_awkward_weekday_is_no_conflict():
    assert not is_conflict(["monday_or_friday", "estimated_calendar"])
    assert not is_conflict([])
    assert is_conflict(["monday_or_friday", "school_holiday"])
