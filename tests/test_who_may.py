"""The domain's table "Who may do what", as it is written, against what the code says and what its SQL lets through.

Letters: S lab staff · C coordinator · D outside resident (C where a row says "all") · P pilot · M ambassador · R relay,
elected, direction · A admin of the authority · N member of another cohort of the edition · X nobody.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db.models import QuerySet

import cohorts.permissions
import exchanges.permissions
import files.permissions
import prototypes.permissions
from accounts.models import User
from cohorts.enums import Role
from cohorts.lines import PLANNERS
from cohorts.models import Cohort, Membership, Session, Stakeholder
from cohorts.permissions import LETTERS, has_part
from figures.editions.permissions import may_compare_editions
from figures.scope.visibility import reach_of
from notifications.permissions import may_keep_letters
from programmes.permissions import may_judge_lessons, may_keep_programmes
from prototypes.models import Canvas, Challenge, Comment, Idea, Implementation, Prototype, Trial
from prototypes.queries import LEADING_ROLES, WORKING_ROLES, working_cohorts
from tests.factories.canvases import drawn
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)

TABLES = {
    "cohorts": cohorts.permissions.TABLE,
    "prototypes": prototypes.permissions.TABLE,
    "exchanges": exchanges.permissions.TABLE,
    "files": files.permissions.TABLE,
}

# The domain's table: each act of the code under the row it comes from. "own" letters are asked with the row itself.
DOMAIN = {
    "create programmes, formats, editions, cohorts; host swaps": ("S", ["cohorts.open_cohort", "exchanges.plan"]),
    "see members' contact details": ("SCDPMA", ["cohorts.see_contacts"]),
    "start, suspend, complete a cohort; invite and end memberships": ("SCP", ["cohorts.lead_cohort"]),
    "plan sessions, keep stakeholders, record attendance, write reports": (
        "SCDP",
        ["cohorts.plan_sessions", "exchanges.record_attendance", "exchanges.write_minutes"],
    ),
    "answer an invitation for oneself": ("SCDPMRA", ["cohorts.answer_for_oneself", "exchanges.answer"]),
    "add challenges, ideas, canvases, prototypes, tests, files": ("SCDPM", ["prototypes.add_work", "files.add_files"]),
    "add comments": ("SCDPMR", ["prototypes.comment"]),
    "edit them (M: own or shared)": (
        "SCDP",
        ["prototypes.edit_work", "prototypes.edit_challenge", "files.edit_files", "exchanges.edit"],
    ),
    "lock and conclude a test": ("SCDPM", ["prototypes.run_tests"]),
    "accept, decide, park, abandon, merge, reopen an idea; share": ("SCP", ["prototypes.steer_idea"]),
    "hand over to discontinued, follow-ups, innovation team": (
        "SPA",
        ["prototypes.deliver_idea", "cohorts.keep_innovation_team"],
    ),
    "note a lesson": ("SCDPMRA", ["cohorts.note_lesson"]),
    "confirm hosting; register others of the cohort": (
        "SCP",
        ["exchanges.confirm_host", "exchanges.register_others"],
    ),
    "contribute to an exchange, own a commitment": ("SCDPMRA", ["exchanges.contribute", "exchanges.commit"]),
}
# Rows added since, each with where it is said why.
ADDED = {
    "prototypes.confirm_idea": "SCPA",  # decision 16
    "cohorts.assess_oneself": "PMR",  # decision 15
    "exchanges.see_needs": "SCP",  # hosts, as for confirming (decision 24)
    "exchanges.keep_guests": "SCP",  # the same
    "exchanges.commit_for_others": "SCP",  # as for registering others (decision 24)
    "exchanges.close": "SCP",  # the same
    "exchanges.prepare": "S",  # without a row: the lab's
    "prototypes.take_back_comments": "S",  # the same
}


def written() -> dict[str, str]:
    return {act: letters for letters, acts in DOMAIN.values() for act in acts} | ADDED


def test_the_code_says_what_the_domain_says():
    said = {f"{app}.{act}": row[0] for app, table in TABLES.items() for act, row in table.items()}
    assert said == written()


def test_every_refusal_has_its_reason():
    assert all(str(reason) for table in TABLES.values() for _letters, reason in table.values())


def who(cast: Cast, may: Callable[[User], Any]) -> str:
    return "".join(letter for letter in EVERYONE if may(cast[letter]))


@pytest.mark.parametrize("may", [may_keep_programmes, may_keep_letters, may_judge_lessons, may_compare_editions])
def test_what_is_the_labs_alone(may: Callable[[User], Any], cast: Cast):
    assert who(cast, may) == "S"


# What belongs to a cohort, made for it; and the same shared with its edition, where it can be.
SEEN: Mapping[type, Callable[[Cast, bool], Any]] = {
    Cohort: lambda cast, _shared: cast.cohort,
    Membership: lambda cast, _shared: cast.cohort.memberships.get(user=cast["M"]),
    Session: lambda cast, _shared: SessionFactory(cohort=cast.cohort),
    Stakeholder: lambda cast, _shared: StakeholderFactory(cohort=cast.cohort),
    Challenge: lambda cast, _shared: ChallengeFactory(cohort=cast.cohort),
    Idea: lambda cast, shared: IdeaFactory(cohort=cast.cohort, shared_with_edition=shared),
    Prototype: lambda cast, shared: PrototypeFactory(**an_idea(cast, shared, "prototyping")),
    Trial: lambda cast, shared: TrialFactory(prototype=PrototypeFactory(**an_idea(cast, shared, "prototyping"))),
    Implementation: lambda cast, shared: ImplementationFactory(**an_idea(cast, shared, "implementing")),
    Comment: lambda cast, shared: CommentFactory(**an_idea(cast, shared, "accepted")),
    Canvas: lambda cast, shared: drawn(1, cohort=cast.cohort, shared_with_edition=shared),
}
SHARED = (Idea, Prototype, Trial, Implementation, Comment, Canvas)


def an_idea(cast: Cast, shared: bool, state: str) -> dict[str, Any]:
    return {"idea": IdeaFactory(cohort=cast.cohort, state=state, shared_with_edition=shared)}


def seen_by(cast: Cast, row: Any) -> str:
    return who(cast, lambda user: type(row).objects.visible_to(user).filter(pk=row.pk).exists())


@pytest.mark.parametrize("model", SEEN)
def test_see_a_cohort_its_sessions_members_and_work(model: type, cast: Cast):
    assert seen_by(cast, SEEN[model](cast, False)) == "SCDPMRA"


@pytest.mark.parametrize("model", SHARED)
def test_read_what_a_cohort_shared_with_the_edition(model: type, cast: Cast):
    assert seen_by(cast, SEEN[model](cast, True)) == "SCDPMRAN"


def test_rates_row_by_row_and_of_the_whole_edition(cast: Cast):
    reach = {letter: reach_of(cast[letter]) for letter in EVERYONE}
    assert "".join(letter for letter in EVERYONE if reach[letter].owns(cast.cohort)) == "SCDPMRA"
    assert "".join(letter for letter in EVERYONE if reach[letter].shares(cast.edition)) == "SCDPMRAN"


def test_note_a_lesson_in_the_edition(cast: Cast):
    """N in the cohort is of one of the edition's own."""
    assert who(cast, lambda user: user.is_lab_staff or has_part(user, cast.edition, TODAY)) == "SCDPMRAN"


def letters_of(roles: Any) -> str:
    return "".join(sorted({LETTERS[Role(role)] for role in roles}))


def members_in(act: str) -> str:
    """The letters of a row that a role in the cohort gives."""
    return "".join(sorted(set(written()[act]) & set(LETTERS.values()) - {"A"}))


@pytest.mark.parametrize(
    ("roles", "acts"),
    [
        (WORKING_ROLES, ["prototypes.add_work", "prototypes.run_tests", "files.add_files"]),
        (LEADING_ROLES, ["prototypes.steer_idea", "prototypes.confirm_idea", "cohorts.lead_cohort"]),
        (PLANNERS, ["cohorts.plan_sessions"]),
    ],
)
def test_roles_named_in_sql_are_those_of_the_row(roles: Any, acts: list[str]):
    assert {act: members_in(act) for act in acts} == dict.fromkeys(acts, letters_of(roles))


def found(rows: QuerySet[Any], cast: Cast) -> bool:
    return rows.filter(pk=cast.cohort.pk).exists()


def test_questions_in_sql_answer_as_the_table_does(cast: Cast):
    """Cohorts one works in, those one leads, ideas one may confirm: asked of many rows at once."""
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    answers = {
        "prototypes.add_work": who(cast, lambda user: found(working_cohorts(user, TODAY), cast)),
        "cohorts.lead_cohort": who(cast, lambda user: found(Cohort.objects.led_by(user, TODAY), cast)),
        "prototypes.confirm_idea": who(
            cast, lambda user: Idea.objects.confirmable_by(user, TODAY).filter(pk=idea.pk).exists()
        ),
    }
    assert answers == {act: written()[act] for act in answers}
