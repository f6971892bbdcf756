"""Who may do what with a cohort, letter by letter, against the table of the domain."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from accounts.models import User
from cohorts import permissions
from cohorts.models import Cohort
from cohorts.permissions import TABLE, decide, decisions, has_part, standing
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory


def from_the_table(act: str, user: User, cohort: Cohort, today: date) -> object:
    """What a page that shows several buttons reads."""
    return permissions.decisions(standing(user, cohort, today))[act]


# The domain's table, by act: the letters that may.
ALLOWED: dict[str, tuple[Callable[..., object], str]] = {
    "see contacts": (partial(from_the_table, "see_contacts"), "SCDPMA"),
    "lead": (permissions.may_lead, "SCP"),
    "plan sessions": (permissions.may_plan_sessions, "SCDP"),
    "answer": (permissions.may_answer, "SCDPMRA"),
    "assess oneself": (permissions.may_assess, "PMR"),
    "note a lesson": (partial(from_the_table, "note_lesson"), "SCDPMRA"),
    "keep the innovation team": (permissions.may_keep_innovation_team, "SPA"),
}


@pytest.mark.parametrize("act", ALLOWED)
def test_the_truth_table(cast: Cast, act: str):
    may, letters = ALLOWED[act]
    allowed = "".join(letter for letter in EVERYONE if may(cast[letter], cast.cohort, TODAY))
    assert allowed == letters


def test_only_lab_staff_make_cohorts(cast):
    assert "".join(letter for letter in EVERYONE if permissions.may_open_cohort(cast[letter])) == "S"
    assert permissions.may_open_cohort(cast["P"]).reason == permissions.ONLY_STAFF


def test_only_lab_staff_read_an_edition_summed_up(cast):
    assert "".join(letter for letter in EVERYONE if permissions.may_sum_up_edition(cast[letter])) == "S"


def test_each_person_of_the_cast_stands_under_one_letter(cast):
    found = {letter: "".join(standing(cast[letter], cast.cohort, TODAY)) for letter in EVERYONE}
    assert found == {letter: letter if letter != "X" else "" for letter in EVERYONE}


@pytest.mark.parametrize("letter", "CDPMRAN")
def test_standing_takes_one_statement(cast, letter, django_assert_num_queries):
    with django_assert_num_queries(1):
        standing(cast[letter], cast.cohort, TODAY)


def test_one_person_may_stand_under_several_letters(cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], role="direction")
    MembershipFactory(cohort=cast.other, user=cast["A"], role="relay")
    assert standing(cast["A"], cast.cohort, TODAY) == frozenset("ARN")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "letters"),
    [
        (date(2026, 1, 5), TODAY - timedelta(days=1), ""),
        (date(2026, 1, 5), TODAY, "P"),
        (TODAY, None, "P"),
        (TODAY + timedelta(days=1), None, ""),
    ],
    ids=["left yesterday", "last day", "first day", "comes tomorrow"],
)
def test_a_letter_holds_from_the_first_to_the_last_day(cast, starts_on, ends_on, letters):
    member = cast.cohort.memberships.get(role="pilot")
    member.starts_on, member.ends_on = starts_on, ends_on
    member.save()
    assert "".join(standing(cast["P"], cast.cohort, TODAY)) == letters


def test_someone_who_has_left_still_sees_the_cohort_and_acts_no_more(cast):
    member = cast.cohort.memberships.get(role="pilot")
    member.ends_on = TODAY - timedelta(days=1)
    member.save()
    assert type(cast.cohort).objects.visible_to(cast["P"]).get() == cast.cohort
    assert not permissions.may_lead(cast["P"], cast.cohort, TODAY)


def test_an_admin_whose_charge_ended_stands_nowhere(cast):
    admin = cast.cohort.authority.admins.get()
    admin.until = TODAY - timedelta(days=1)
    admin.save()
    assert standing(cast["A"], cast.cohort, TODAY) == frozenset()


def test_a_page_asks_for_every_decision_at_once():
    found = decisions(frozenset("M"))
    assert set(found) == set(TABLE)
    assert {act for act, decision in found.items() if decision} == {
        "see_contacts",
        "answer_for_oneself",
        "assess_oneself",
        "note_lesson",
    }
    assert found["lead_cohort"].reason == permissions.ONLY_LEADS


def test_a_refusal_has_its_reason_and_a_permission_none():
    assert decide(frozenset("M"), "SCP", "No.") == permissions.deny("No.")
    assert decide(frozenset("CM"), "SCP", "No.").allowed


def test_staff_are_staff_everywhere(cast):
    assert standing(UserFactory(is_lab_staff=True), cast.other, TODAY) == frozenset("S")


def test_whoever_has_a_part_in_a_cohort_of_the_edition_notes_lessons(cast, django_assert_num_queries):
    """Lessons are the edition's: N, a member of its other cohort, notes them from there."""
    assert [letter for letter in EVERYONE if has_part(cast[letter], cast.edition, TODAY)] == list("CDPMRAN")
    with django_assert_num_queries(1):
        has_part(cast["A"], cast.edition, TODAY)


def test_past_members_and_people_of_other_editions_have_no_part_any_more(cast):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1)).user
    elsewhere = MembershipFactory().user
    assert [has_part(user, cast.edition, TODAY) for user in (gone, elsewhere)] == [False, False]
