"""The documented table "Who may do what", compared with the code and with its querysets.

Letters: S lab staff · C coordinator · D outside resident (C where a row says "all") · P pilot · M ambassador · R relay,
elected, direction · A admin of the authority · N member of another cohort of the edition · X nobody.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db.models import QuerySet

import cohorts.permissions
import comments.permissions
import dossiers.permissions
import exchanges.permissions
import fieldwork.permissions
import figures.sharing.permissions
import files.permissions
import planning.permissions
import prototypes.permissions
import publications.permissions
from accounts.models import User
from accounts.roles import Role
from canvases.models import Canvas
from cohorts.models import Cohort, Membership, Session, Stakeholder
from cohorts.permissions import ROLE_OF_MEMBER, takes_part_in
from cohorts.sessions.next_steps import PLANNERS
from comments.models import Comment
from fieldwork.models import Insight, Note
from figures.scope.visibility import visible_cohorts
from notifications.permissions import can_manage_emails
from programmes.permissions import can_judge_lessons, can_manage_programmes
from prototypes.models import Challenge, Idea, Implementation, Prototype, RatingRound, Trial
from prototypes.visibility import LEADING_ROLES, WORKING_ROLES, working_cohorts
from tests.factories.canvases import drawn
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.comments import CommentFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.rating_rounds import RatingRoundFactory

TABLES = {
    "cohorts": cohorts.permissions.TABLE,
    "comments": comments.permissions.TABLE,
    "prototypes": prototypes.permissions.TABLE,
    "exchanges": exchanges.permissions.TABLE,
    "figures": figures.sharing.permissions.TABLE,
    "fieldwork": fieldwork.permissions.TABLE,
    "files": files.permissions.TABLE,
    "dossiers": dossiers.permissions.TABLE,
    "planning": planning.permissions.TABLE,
    "publications": publications.permissions.TABLE,
}

# The documented table: each permission of the code under its row. "own" letters are checked with the object itself.
DOMAIN = {
    "create programmes, formats, editions, cohorts; host swaps": (
        "S",
        ["cohorts.manage_cohort", "exchanges.plan_exchanges"],
    ),
    "see members' contact details": ("SCDPMA", ["cohorts.see_contacts"]),
    "start, suspend, complete a cohort; invite and end memberships": ("SCP", ["cohorts.lead_cohort"]),
    "plan sessions, keep stakeholders, record attendance, write reports": (
        "SCDP",
        ["cohorts.plan_sessions", "exchanges.record_attendance", "exchanges.write_minutes"],
    ),
    "answer an invitation for oneself": ("SCDPMRA", ["cohorts.answer_for_oneself", "exchanges.answer_invitation"]),
    "add challenges, ideas, canvases, prototypes, tests, files": ("SCDPM", ["prototypes.add_work", "files.add_files"]),
    "add comments": ("SCDPMR", ["comments.comment"]),
    "edit them (M: own or shared)": (
        "SCDP",
        ["prototypes.edit_work", "prototypes.edit_challenge", "files.edit_files", "exchanges.edit_contribution"],
    ),
    "lock and conclude a test": ("SCDPM", ["prototypes.run_tests"]),
    "ask for the acceptance of an idea": ("DM", ["prototypes.ask_for_acceptance"]),
    "accept, decide, park, abandon, merge, reopen an idea; share": ("SCP", ["prototypes.steer_idea"]),
    "hand over to discontinued, follow-ups, innovation team": (
        "SPA",
        ["prototypes.deliver_idea", "cohorts.record_innovation_team"],
    ),
    "let the cohort's figures be shared with the edition, or published": ("PA", ["figures.share_figures"]),
    "publish something of the cohort, withdraw it": ("SCPA", ["publications.publish"]),
    "withdraw that": ("SPA", ["figures.stop_sharing_figures"]),
    "write field notes; read the cohort's": (
        "SCDPM",
        ["fieldwork.write_notes", "fieldwork.group_notes"],
    ),
    "note a lesson": ("SCDPMRA", ["cohorts.add_lesson"]),
    "confirm hosting; register others of the cohort": (
        "SCP",
        ["exchanges.confirm_host", "exchanges.register_others"],
    ),
    "contribute to an exchange, own a commitment": (
        "SCDPMRA",
        ["exchanges.contribute", "exchanges.record_own_commitment"],
    ),
}
# Rows added later, each with the document that explains it.
ADDED = {
    "prototypes.confirm_idea": "SCPA",  # decision 16
    "prototypes.rate_challenges": "CDPMR",  # decision 72
    "cohorts.see_costs": "SCPA",  # the lab alone writes (decision 86); readers of the lab too (decision 56)
    "cohorts.see_invitations": "SCP",  # as for inviting; readers of the lab too (decision 56)
    "cohorts.assess_oneself": "PMR",  # decision 15
    "fieldwork.edit_notes": "SCDP",  # as for other work; the author too (decision 64)
    "cohorts.have_webhooks": "SC",  # decision 82
    "publications.ask_for_approval": "A",  # decision 78
    "exchanges.see_needs": "SCP",  # hosts, as for confirming (decision 24)
    "exchanges.manage_guests": "SCP",  # the same
    "exchanges.record_commitments_of_others": "SCP",  # as for registering others (decision 24)
    "exchanges.close_commitment": "SCP",  # the same
    "exchanges.prepare_exchange": "S",  # without a row: the lab's
    "comments.withdraw_comments": "S",  # the same
    "dossiers.make_dossiers_for_authority": "SCDPMRA",  # as for seeing the cohort (decision 60)
    "dossiers.make_dossiers_for_edition": "SCDPMRAN",  # as for reading what it shares
    "planning.see_plans": "SCDP",  # as for planning sessions; readers of the lab too (decision 66)
    "planning.see_plans_of_edition": "S",  # as for planning Intertransfos; readers of the lab too (decision 75)
    "planning.plan_edition": "S",  # the same
    "dossiers.make_dossiers_for_public": "SCPA",  # as for publishing something of the cohort
}


def expected_table() -> dict[str, str]:
    return {permission: roles for roles, permissions in DOMAIN.values() for permission in permissions} | ADDED


def test_permission_tables_agree_with_the_domain():
    in_code = {
        f"{app}.{permission}": "".join(role for role in EVERYONE if role in row[0])
        for app, table in TABLES.items()
        for permission, row in table.items()
    }
    assert in_code == expected_table()
    rows = [(app, permission, row) for app, table in TABLES.items() for permission, row in table.items()]
    read_by_readers = {f"{app}.{permission}" for app, permission, row in rows if Role.LAB_READER in row[0]}
    assert read_by_readers == {
        "cohorts.see_contacts",
        "cohorts.see_costs",
        "cohorts.see_invitations",
        "exchanges.see_needs",
        "planning.see_plans",
        "planning.see_plans_of_edition",
    }


def test_every_refusal_has_a_reason():
    assert all(str(reason) for table in TABLES.values() for _roles, reason in table.values())


def allowed_roles(cast: Cast, is_allowed: Callable[[User], Any]) -> str:
    return "".join(role for role in EVERYONE if is_allowed(cast[role]))


@pytest.mark.parametrize("is_allowed", [can_manage_programmes, can_manage_emails, can_judge_lessons])
def test_permission_is_for_lab_staff_only(is_allowed: Callable[[User], Any], cast: Cast):
    assert allowed_roles(cast, is_allowed) == "S"


# What belongs to a cohort, made for it; and the same shared with its edition, where it can be.
ROW_FACTORIES: Mapping[type, Callable[[Cast, bool], Any]] = {
    Cohort: lambda cast, _shared: cast.cohort,
    Membership: lambda cast, _shared: cast.cohort.memberships.get(user=cast["M"]),
    Session: lambda cast, _shared: SessionFactory(cohort=cast.cohort),
    Stakeholder: lambda cast, _shared: StakeholderFactory(cohort=cast.cohort),
    Challenge: lambda cast, _shared: ChallengeFactory(cohort=cast.cohort),
    RatingRound: lambda cast, _shared: RatingRoundFactory(cohort=cast.cohort),
    Idea: lambda cast, shared: IdeaFactory(cohort=cast.cohort, shared_with_edition=shared),
    Prototype: lambda cast, shared: PrototypeFactory(**an_idea(cast, shared, "prototyping")),
    Trial: lambda cast, shared: TrialFactory(prototype=PrototypeFactory(**an_idea(cast, shared, "prototyping"))),
    Implementation: lambda cast, shared: ImplementationFactory(**an_idea(cast, shared, "implementing")),
    Comment: lambda cast, shared: CommentFactory(**an_idea(cast, shared, "accepted")),
    Canvas: lambda cast, shared: drawn(1, cohort=cast.cohort, shared_with_edition=shared),
}
NOTES: Mapping[type, Callable[[Cast], Any]] = {
    Note: lambda cast: NoteFactory(cohort=cast.cohort),
    Insight: lambda cast: InsightFactory(cohort=cast.cohort),
}
SHARED = (Idea, Prototype, Trial, Implementation, Comment, Canvas)


def an_idea(cast: Cast, shared: bool, state: str) -> dict[str, Any]:
    return {"idea": IdeaFactory(cohort=cast.cohort, state=state, shared_with_edition=shared)}


def can_see(cast: Cast, row: Any) -> str:
    return allowed_roles(cast, lambda user: type(row).objects.visible_to(user).filter(pk=row.pk).exists())


@pytest.mark.parametrize("model", ROW_FACTORIES)
def test_cohort_sessions_members_and_work_are_visible_to_the_cohort_and_its_authority(model: type, cast: Cast):
    assert can_see(cast, ROW_FACTORIES[model](cast, False)) == "SCDPMRA"


@pytest.mark.parametrize("model", NOTES)
def test_field_notes_and_insights_are_visible_to_those_who_work_in_the_cohort(model: type, cast: Cast):
    assert can_see(cast, NOTES[model](cast)) == "SCDPM"


@pytest.mark.parametrize("model", SHARED)
def test_shared_work_is_visible_to_the_edition(model: type, cast: Cast):
    assert can_see(cast, ROW_FACTORIES[model](cast, True)) == "SCDPMRAN"


def test_rates_are_visible_row_by_row_to_the_cohort_and_to_the_edition_while_shared(cast: Cast):
    visible = {role: visible_cohorts(cast[role]) for role in EVERYONE}
    assert "".join(role for role in EVERYONE if visible[role].owns(cast.cohort)) == "SCDPMRA"
    assert "".join(role for role in EVERYONE if visible[role].reads_edition(cast.edition)) == "SCDPMRAN"

    def counting() -> str:
        return "".join(role for role in EVERYONE if cast.cohort in visible_cohorts(cast[role]).cohorts)

    assert counting() == "SCDPMRA"
    share_with_edition(cast.cohort)
    assert counting() == "SCDPMRAN"


def test_members_of_the_edition_can_note_a_lesson(cast: Cast):
    """N belongs to a cohort of the edition."""
    assert allowed_roles(cast, lambda user: user.is_lab_staff or takes_part_in(user, cast.edition, TODAY)) == "SCDPMRAN"


def roles_as_text(roles: Any) -> str:
    return "".join(sorted({ROLE_OF_MEMBER[role] for role in roles}))


def members_in(permission: str) -> str:
    """Return the letters of a row that correspond to roles in the cohort."""
    return "".join(sorted(set(expected_table()[permission]) & set(ROLE_OF_MEMBER.values())))


@pytest.mark.parametrize(
    ("roles", "permissions"),
    [
        (WORKING_ROLES, ["prototypes.add_work", "prototypes.run_tests", "files.add_files"]),
        (LEADING_ROLES, ["prototypes.steer_idea", "prototypes.confirm_idea", "cohorts.lead_cohort"]),
        (PLANNERS, ["cohorts.plan_sessions"]),
    ],
)
def test_roles_in_sql_agree_with_the_table(roles: Any, permissions: list[str]):
    assert {permission: members_in(permission) for permission in permissions} == dict.fromkeys(
        permissions, roles_as_text(roles)
    )


def includes_cohort(rows: QuerySet[Any], cast: Cast) -> bool:
    return rows.filter(pk=cast.cohort.pk).exists()


def test_querysets_agree_with_the_table(cast: Cast):
    """Cohorts in which one works, cohorts one leads, and ideas one may confirm, as querysets."""
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    answers = {
        "prototypes.add_work": allowed_roles(cast, lambda user: includes_cohort(working_cohorts(user, TODAY), cast)),
        "cohorts.lead_cohort": allowed_roles(
            cast, lambda user: includes_cohort(Cohort.objects.led_by(user, TODAY), cast)
        ),
        "prototypes.confirm_idea": allowed_roles(
            cast, lambda user: Idea.objects.confirmable_by(user, TODAY).filter(pk=idea.pk).exists()
        ),
    }
    assert answers == {permission: expected_table()[permission] for permission in answers}
