"""Every planning remark has a sentence."""

from cohorts.sessions.conflicts import COSTLY
from cohorts.sessions.remarks import SENTENCES, is_conflict, sentences_of
from programmes.workdays import COMPROMISES, NO_DATE_LEFT


def test_every_planning_remark_has_a_sentence():
    slugs = {slug for slug, _weight, _touches in COMPROMISES} | set(NO_DATE_LEFT.remarks)
    slugs |= set(COSTLY) | {"other_cohort", "shared_people", "unknown_school_calendar"}
    assert set(SENTENCES) == slugs | {"interrupted", "public_holiday", "estimated_calendar"}


def test_remarks_become_sentences_in_order_and_unknown_slugs_stay():
    assert sentences_of(["bridge", "comet"]) == [SENTENCES["bridge"], "comet"]


def test_an_awkward_weekday_is_no_conflict():
    assert not is_conflict(["monday_or_friday", "estimated_calendar"])
    assert not is_conflict([])
    assert is_conflict(["monday_or_friday", "school_holiday"])
