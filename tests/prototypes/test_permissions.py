"""Permissions on ideas and their work, as a truth table."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils.translation import override

from accounts.models import User
from cohorts.models import Cohort
from prototypes import permissions
from prototypes.enums import IdeaState
from prototypes.models import Challenge, Idea, IdeaEvent, Prototype, Trial
from web.decisions import Decision

EVERYONE = "SCDPMRANX"
OWNER, OTHER = User(pk=1), User(pk=2)


def allowed(decide: Callable[[frozenset[str]], Decision]) -> str:
    """Return the roles that the decision allows."""
    return "".join(role for role in EVERYONE if decide(frozenset(role)))


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        (permissions.can_add_work, "SCDPM"),
        (permissions.can_run_tests, "SCDPM"),
        (permissions.can_edit_challenge, "SCDP"),
        (permissions.can_edit_work, "SCDP"),
        (permissions.can_steer_idea, "SCP"),
        (permissions.can_deliver_idea, "SPA"),
    ],
)
def test_each_action_is_allowed_for_the_roles_of_the_table(action: Callable[[frozenset[str]], Decision], roles: str):
    assert allowed(action) == roles


def test_an_ambassador_edits_their_own_idea():
    idea = Idea(owner=OWNER)
    assert allowed(lambda roles: permissions.can_edit_idea(roles, OWNER, idea)) == "SCDPM"
    assert allowed(lambda roles: permissions.can_edit_idea(roles, OTHER, idea)) == "SCDP"


def test_an_ambassador_edits_what_is_shared():
    idea = Idea(owner=OWNER, shared_with_edition=True)
    assert allowed(lambda roles: permissions.can_edit_idea(roles, OTHER, idea)) == "SCDPM"


@pytest.mark.parametrize(
    ("user", "roles"), [(OWNER, "SCDPM"), (User(pk=3), "SCDPM"), (OTHER, "SCDP")], ids=["owner", "maker", "other"]
)
def test_an_ambassador_edits_the_prototype_they_made_or_whose_idea_they_own(user: User, roles: str):
    prototype = Prototype(idea=Idea(owner=OWNER), made_by=User(pk=3))
    assert allowed(lambda held: permissions.can_edit_prototype(held, user, prototype)) == roles


@pytest.mark.parametrize(
    ("user", "roles"), [(OWNER, "SCDPM"), (User(pk=3), "SCDPM"), (OTHER, "SCDP")], ids=["owner", "planner", "other"]
)
def test_an_ambassador_edits_the_test_they_planned_or_whose_idea_they_own(user: User, roles: str):
    trial = Trial(prototype=Prototype(idea=Idea(owner=OWNER)), planned_by=User(pk=3))
    assert allowed(lambda held: permissions.can_edit_trial(held, user, trial)) == roles


@pytest.mark.parametrize(("user", "roles"), [(OWNER, "SCDPMRA"), (User(pk=3), "SCPA")], ids=["owner", "another"])
def test_idea_is_confirmed_by_those_who_record_its_states_and_by_its_owner(user: User, roles: str):
    assert allowed(lambda held: permissions.can_confirm_idea(held, user, Idea(owner=OWNER))) == roles


@pytest.mark.parametrize(
    ("idea", "is_open"),
    [
        (Idea(state="accepted", accepted_on=date(2026, 3, 2)), True),
        (Idea(state="abandoned", accepted_on=date(2026, 3, 2)), True),
        (Idea(state="merged", accepted_on=date(2026, 3, 2)), False),
        (Idea(state="split", accepted_on=date(2026, 3, 2)), False),
        (Idea(state="captured"), False),
        (Idea(state="implemented", accepted_on=date(2026, 3, 2), retrospective=True), False),
    ],
)
def test_idea_that_counts_in_no_rate_cannot_be_confirmed(idea: Idea, is_open: bool):
    assert permissions.open_to_confirmation(idea).allowed == is_open


def test_only_figures_of_a_concluded_test_that_are_not_published_can_be_corrected():
    trial = Trial(state="concluded", retrospective=True)
    assert permissions.open_to_corrections(trial).reason == "These are published facts. They cannot be changed here."
    assert permissions.open_to_corrections(Trial(state="concluded")).allowed
    assert permissions.open_to_corrections(Trial(state="held")).reason == permissions.NOT_CONCLUDED


DELIVERED = {"handed_over", "implementing", "implemented"}


@pytest.mark.parametrize("state", IdeaState.values)
def test_events_are_corrected_by_those_who_may_record_them(state: str):
    event = IdeaEvent(state=state)
    assert allowed(lambda roles: permissions.can_correct_event(roles, event)) == (
        "SPA" if state in DELIVERED else "SCP"
    )


def test_refusal_names_the_allowed_roles():
    assert permissions.can_steer_idea(frozenset("M")).reason == permissions.TABLE["steer_idea"][1]
    assert all(reason for _roles, reason in permissions.TABLE.values())


def test_one_of_several_roles_is_enough():
    assert permissions.can_deliver_idea(frozenset("MA")).allowed


def test_both_gives_the_first_refusal():
    yes, no = permissions.can_add_work(frozenset("S")), permissions.can_steer_idea(frozenset("M"))
    assert (permissions.allow_if_all(yes, no), permissions.allow_if_all(yes, yes)) == (no, yes)


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("captured", True),
        ("accepted", True),
        ("testing", True),
        ("decided", True),
        ("implemented", True),
        ("parked", False),
        ("abandoned", False),
        ("merged", False),
    ],
)
def test_parked_and_ended_ideas_take_no_new_work(state: str, is_open: bool):
    assert bool(permissions.open_to_work(Idea(state=state))) is is_open


def test_published_ideas_take_no_new_work():
    assert not permissions.open_to_work(Idea(state="testing", retrospective=True))


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("planned", ""),
        ("concluded", ""),
        *[
            (s, "A test can only be edited while it is planned, or once its conclusion is recorded.")
            for s in ("locked", "held", "cancelled")
        ],
    ],
)
def test_a_test_is_edited_before_and_after_it_is_run(state: str, reason: str):
    with override("en"):
        decision = permissions.open_to_edits(Trial(state=state))
        assert (bool(decision), str(decision.reason)) == (not reason, reason)


@pytest.mark.parametrize("kind", [Challenge, Idea, Prototype, Trial])
def test_published_facts_are_not_edited(kind: type[Challenge | Idea | Prototype | Trial]):
    running, published = (kind(state="concluded", retrospective=is_published) for is_published in (False, True))
    with override("en"):
        decision = permissions.open_to_edits(published)
        assert (bool(decision), str(decision.reason)) == (
            False,
            "These are published facts. They cannot be changed here.",
        )
    assert permissions.open_to_edits(running).allowed


def test_published_cohorts_take_no_challenges():
    assert [
        bool(permissions.open_to_additions(Cohort(retrospective=is_published))) for is_published in (True, False)
    ] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("shared", "published", "is_open"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_only_shared_or_published_ideas_are_reused(shared: bool, published: bool, is_open: bool):
    idea = Idea(shared_with_edition=shared, retrospective=published)
    assert permissions.open_to_reuse(idea).allowed is is_open
