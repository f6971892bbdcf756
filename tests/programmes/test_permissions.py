"""Who may change what the lab offers, as a truth table over the cast."""

from datetime import date

import pytest

from programmes.enums import EditionState
from programmes.models import Edition, Format
from programmes.permissions import (
    may_change_edition,
    may_change_format,
    may_edit_lesson,
    may_judge_lessons,
    may_keep_programmes,
    may_move_edition,
    may_note_lesson,
    may_see_admins,
)
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory, LessonFactory
from web.decisions import Decision

ONLY_STAFF = "Only lab staff can do this."


def allowed(decisions: dict[str, Decision]) -> str:
    return "".join(letter for letter, decision in decisions.items() if decision)


def test_only_lab_staff_keep_programmes(cast: Cast):
    decisions = {letter: may_keep_programmes(cast[letter]) for letter in EVERYONE}
    assert allowed(decisions) == "S"
    assert {str(decision.reason) for decision in decisions.values() if not decision} == {ONLY_STAFF}


def test_only_lab_staff_change_a_draft_format(cast: Cast):
    assert allowed({letter: may_change_format(cast[letter], Format()) for letter in EVERYONE}) == "S"


def test_nobody_changes_a_published_format(cast: Cast):
    decisions = {letter: may_change_format(cast[letter], cast.edition.format) for letter in EVERYONE}
    assert allowed(decisions) == ""
    assert str(decisions["S"].reason) == "A published format cannot be changed. Create a new version."


@pytest.mark.parametrize("state", [state for state in EditionState if state != EditionState.ARCHIVED])
def test_only_lab_staff_move_an_edition(cast: Cast, state: EditionState):
    assert allowed({letter: may_move_edition(cast[letter], Edition(state=state)) for letter in EVERYONE}) == "S"


def test_nobody_moves_an_edition_out_of_the_archive(cast: Cast):
    decision = may_move_edition(cast["S"], Edition(state="archived"))
    assert (decision.allowed, str(decision.reason)) == (
        False,
        "The edition is archived: no further state is possible.",
    )


def test_nobody_moves_published_facts(cast: Cast):
    decision = may_move_edition(cast["S"], Edition(state="closed", retrospective=True))
    assert (decision.allowed, str(decision.reason)) == (
        False,
        "The state of published facts comes from their sources and cannot be changed here.",
    )


def test_only_lab_staff_correct_an_edition_and_nobody_published_facts(cast: Cast):
    assert allowed({letter: may_change_edition(cast[letter], cast.edition) for letter in EVERYONE}) == "S"
    facts = Edition(retrospective=True)
    assert allowed({letter: may_change_edition(cast[letter], facts) for letter in EVERYONE}) == ""


def test_lab_staff_and_its_own_admins_see_who_answers_for_an_authority(cast: Cast):
    authority = cast.cohort.authority
    assert allowed({letter: may_see_admins(cast[letter], authority, TODAY) for letter in EVERYONE}) == "SA"


def test_past_admins_and_admins_of_others_do_not(cast: Cast):
    authority = cast.cohort.authority
    AuthorityAdminFactory(authority=authority, user=cast["X"], until=date(2026, 11, 23))
    AuthorityAdminFactory(authority=cast.other.authority, user=cast["N"])
    assert allowed({letter: may_see_admins(cast[letter], authority, TODAY) for letter in "XN"}) == ""


def test_people_of_the_edition_note_lessons_and_the_lab_judges_them(cast: Cast):
    noting = {letter: may_note_lesson(cast[letter], cast.edition, TODAY) for letter in EVERYONE}
    assert allowed(noting) == "SCDPMRAN"
    assert str(noting["X"].reason) == "Only people active in a cohort of this edition can do this."
    assert allowed({letter: may_judge_lessons(cast[letter]) for letter in EVERYONE}) == "S"
    elsewhere = EditionFactory(format=cast.edition.format)
    assert allowed({letter: may_note_lesson(cast[letter], elsewhere, TODAY) for letter in EVERYONE}) == "S"


@pytest.mark.parametrize(("state", "letters"), [("proposed", "M"), ("accepted", ""), ("refused", "")])
def test_a_lesson_is_worded_otherwise_by_its_writer_until_it_is_judged(cast: Cast, state: str, letters: str):
    lesson = LessonFactory(edition=cast.edition, noted_by=cast["M"], state=state)
    assert allowed({letter: may_edit_lesson(cast[letter], lesson, TODAY) for letter in EVERYONE}) == letters


def test_whoever_left_the_edition_edits_no_more(cast: Cast):
    lesson = LessonFactory(edition=cast.edition, noted_by=cast["X"])
    assert str(may_edit_lesson(cast["X"], lesson, TODAY).reason) == (
        "Only people active in a cohort of this edition can do this."
    )
