"""Who may do what with ideas, as a truth table."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils.translation import override

from accounts.models import User
from cohorts.models import Cohort
from prototypes import permissions as may
from prototypes.enums import IdeaState
from prototypes.models import Challenge, Idea, IdeaEvent, Prototype, Trial
from web.decisions import Decision

EVERYONE = "SCDPMRANX"
OWNER, OTHER = User(pk=1), User(pk=2)


def allowed(decide: Callable[[frozenset[str]], Decision]) -> str:
    """The letters that may."""
    return "".join(letter for letter in EVERYONE if decide(frozenset(letter)))


@pytest.mark.parametrize(
    ("act", "letters"),
    [
        (may.may_add_work, "SCDPM"),
        (may.may_run_tests, "SCDPM"),
        (may.may_edit_challenge, "SCDP"),
        (may.may_edit_work, "SCDP"),
        (may.may_steer, "SCP"),
        (may.may_deliver, "SPA"),
    ],
)
def test_each_act_is_for_those_the_table_names(act: Callable[[frozenset[str]], Decision], letters: str):
    assert allowed(act) == letters


def test_an_ambassador_edits_their_own_idea():
    idea = Idea(owner=OWNER)
    assert allowed(lambda letters: may.may_edit_idea(letters, OWNER, idea)) == "SCDPM"
    assert allowed(lambda letters: may.may_edit_idea(letters, OTHER, idea)) == "SCDP"


def test_an_ambassador_edits_what_is_shared():
    idea = Idea(owner=OWNER, shared_with_edition=True)
    assert allowed(lambda letters: may.may_edit_idea(letters, OTHER, idea)) == "SCDPM"


@pytest.mark.parametrize(
    ("user", "letters"), [(OWNER, "SCDPM"), (User(pk=3), "SCDPM"), (OTHER, "SCDP")], ids=["owner", "maker", "other"]
)
def test_an_ambassador_edits_the_prototype_they_made_or_whose_idea_they_own(user: User, letters: str):
    prototype = Prototype(idea=Idea(owner=OWNER), made_by=User(pk=3))
    assert allowed(lambda held: may.may_edit_prototype(held, user, prototype)) == letters


@pytest.mark.parametrize(
    ("user", "letters"), [(OWNER, "SCDPM"), (User(pk=3), "SCDPM"), (OTHER, "SCDP")], ids=["owner", "planner", "other"]
)
def test_an_ambassador_edits_the_test_they_planned_or_whose_idea_they_own(user: User, letters: str):
    trial = Trial(prototype=Prototype(idea=Idea(owner=OWNER)), planned_by=User(pk=3))
    assert allowed(lambda held: may.may_edit_trial(held, user, trial)) == letters


@pytest.mark.parametrize(("user", "letters"), [(OWNER, "SCDPMRA"), (User(pk=3), "SCPA")], ids=["owner", "another"])
def test_an_idea_is_confirmed_by_those_who_record_its_next_state_and_by_its_owner(user: User, letters: str):
    assert allowed(lambda held: may.may_confirm(held, user, Idea(owner=OWNER))) == letters


@pytest.mark.parametrize(
    ("idea", "is_open"),
    [
        (Idea(state="accepted", accepted_on=date(2026, 3, 2)), True),
        (Idea(state="abandoned", accepted_on=date(2026, 3, 2)), True),
        (Idea(state="merged", accepted_on=date(2026, 3, 2)), False),
        (Idea(state="captured"), False),
        (Idea(state="implemented", accepted_on=date(2026, 3, 2), retrospective=True), False),
    ],
)
def test_what_counts_in_no_rate_is_not_confirmed(idea: Idea, is_open: bool):
    assert may.open_to_confirmation(idea).allowed == is_open


DELIVERED = {"handed_over", "implementing", "implemented"}


@pytest.mark.parametrize("state", IdeaState.values)
def test_those_who_steer_an_idea_correct_its_story_and_those_who_deliver_it_what_they_record(state: str):
    event = IdeaEvent(state=state)
    assert allowed(lambda letters: may.may_correct(letters, event)) == ("SPA" if state in DELIVERED else "SCP")


def test_a_refusal_says_who_may():
    assert may.may_steer(frozenset("M")).reason == may.TABLE["steer_idea"][1]
    assert all(reason for _letters, reason in may.TABLE.values())


def test_of_several_letters_one_is_enough():
    assert may.may_deliver(frozenset("MA")).allowed


def test_both_gives_the_first_refusal():
    yes, no = may.may_add_work(frozenset("S")), may.may_steer(frozenset("M"))
    assert (may.both(yes, no), may.both(yes, yes)) == (no, yes)


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
    assert bool(may.open_to_work(Idea(state=state))) is is_open


def test_published_facts_take_none_either():
    assert not may.open_to_work(Idea(state="testing", retrospective=True))


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
        decision = may.open_to_edits(Trial(state=state))
        assert (bool(decision), str(decision.reason)) == (not reason, reason)


@pytest.mark.parametrize("kind", [Challenge, Idea, Prototype, Trial])
def test_published_facts_are_not_edited(kind: type[Challenge | Idea | Prototype | Trial]):
    running, published = (kind(state="concluded", retrospective=known) for known in (False, True))
    with override("en"):
        decision = may.open_to_edits(published)
        assert (bool(decision), str(decision.reason)) == (
            False,
            "These are published facts. They cannot be changed here.",
        )
    assert may.open_to_edits(running).allowed


def test_nor_does_their_cohort_take_challenges():
    assert [bool(may.open_to_additions(Cohort(retrospective=known))) for known in (True, False)] == [False, True]


@pytest.mark.parametrize(
    ("shared", "published", "is_open"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_elsewhere_only_what_is_shared_or_published_is_taken_up(shared: bool, published: bool, is_open: bool):
    idea = Idea(shared_with_edition=shared, retrospective=published)
    assert may.open_to_reuse(idea).allowed is is_open
