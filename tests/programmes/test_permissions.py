"""Permissions on what the lab offers, as a truth table over the cast."""

from datetime import date

import pytest

from programmes.enums import EditionState
from programmes.models import Edition, Format
from programmes.permissions import (
    can_add_lesson,
    can_change_edition,
    can_change_format,
    can_edit_lesson,
    can_judge_lessons,
    can_manage_programmes,
    can_move_edition,
    can_see_admins,
)
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory, LessonFactory
from web.decisions import Decision

ONLY_STAFF = "Only lab staff can do this."


def allowed(decisions: dict[str, Decision]) -> str:
    return "".join(role for role, decision in decisions.items() if decision)


def test_only_lab_staff_manage_programmes(cast: Cast):
    decisions = {role: can_manage_programmes(cast[role]) for role in EVERYONE}
    assert allowed(decisions) == "S"
    assert {str(decision.reason) for decision in decisions.values() if not decision} == {ONLY_STAFF}


def test_only_lab_staff_change_a_draft_format(cast: Cast):
    assert allowed({role: can_change_format(cast[role], Format()) for role in EVERYONE}) == "S"


def test_nobody_changes_a_published_format(cast: Cast):
    decisions = {role: can_change_format(cast[role], cast.edition.format) for role in EVERYONE}
    assert allowed(decisions) == ""
    assert str(decisions["S"].reason) == "A published format cannot be changed. Create a new version."


@pytest.mark.parametrize("state", [state for state in EditionState if state != EditionState.ARCHIVED])
def test_only_lab_staff_move_an_edition(cast: Cast, state: EditionState):
    assert allowed({role: can_move_edition(cast[role], Edition(state=state)) for role in EVERYONE}) == "S"


def test_nobody_moves_an_edition_out_of_the_archive(cast: Cast):
    decision = can_move_edition(cast["S"], Edition(state="archived"))
    assert (decision.allowed, str(decision.reason)) == (
        False,
        "The edition is archived: no further state is possible.",
    )


def test_nobody_moves_published_facts(cast: Cast):
    decision = can_move_edition(cast["S"], Edition(state="closed", retrospective=True))
    assert (decision.allowed, str(decision.reason)) == (
        False,
        "The state of published facts comes from their sources and cannot be changed here.",
    )


def test_only_lab_staff_correct_an_edition_and_nobody_published_facts(cast: Cast):
    assert allowed({role: can_change_edition(cast[role], cast.edition) for role in EVERYONE}) == "S"
    facts = Edition(retrospective=True)
    assert allowed({role: can_change_edition(cast[role], facts) for role in EVERYONE}) == ""


def test_lab_staff_and_its_own_admins_see_who_answers_for_an_authority(cast: Cast):
    authority = cast.cohort.authority
    assert allowed({role: can_see_admins(cast[role], authority, TODAY) for role in EVERYONE}) == "SA"


def test_past_admins_and_admins_of_other_authorities_do_not_see_admins(cast: Cast):
    authority = cast.cohort.authority
    AuthorityAdminFactory(authority=authority, user=cast["X"], until=date(2026, 11, 23))
    AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["N"])
    assert allowed({role: can_see_admins(cast[role], authority, TODAY) for role in "XN"}) == ""


def test_people_of_the_edition_add_lessons_and_the_lab_decides(cast: Cast):
    noting = {role: can_add_lesson(cast[role], cast.edition, TODAY) for role in EVERYONE}
    assert allowed(noting) == "SCDPMRAN"
    assert str(noting["X"].reason) == "Only people active in a cohort of this edition can do this."
    assert allowed({role: can_judge_lessons(cast[role]) for role in EVERYONE}) == "S"
    elsewhere = EditionFactory(format=cast.edition.format)
    assert allowed({role: can_add_lesson(cast[role], elsewhere, TODAY) for role in EVERYONE}) == "S"


@pytest.mark.parametrize(("state", "roles"), [("proposed", "M"), ("accepted", ""), ("refused", "")])
def test_a_lesson_can_be_edited_by_its_author_until_the_decision(cast: Cast, state: str, roles: str):
    lesson = LessonFactory(edition=cast.edition, noted_by=cast["M"], state=state)
    assert allowed({role: can_edit_lesson(cast[role], lesson, TODAY) for role in EVERYONE}) == roles


def test_former_members_cannot_edit(cast: Cast):
    lesson = LessonFactory(edition=cast.edition, noted_by=cast["X"])
    assert str(can_edit_lesson(cast["X"], lesson, TODAY).reason) == (
        "Only people active in a cohort of this edition can do this."
    )
