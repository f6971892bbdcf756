"""Tests of the warnings about who would be missing if a person left."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.privacy.unassigned_work import unassigned_after_leaving
from cohorts.people.leaving import no_pilot_warning
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.sql import update

pytestmark = pytest.mark.django_db
ENDED = (
    "Rivage will have no pilot from the next day on. The lab’s home page shows this until someone is named or invited."
)
NO_PILOT, NO_ADMIN = "Rivage has no other pilot.", "Ville de Rivage has no other admin."


def test_a_leaving_pilot_admin_or_coordinator_gives_a_warning(cast):
    warnings = [unassigned_after_leaving(cast[role], NOW) for role in "PAC"]
    assert warnings == [[NO_PILOT], [NO_ADMIN], ["Rivage has no other coordinator."]]


@pytest.mark.parametrize("role", ["S", "D", "M", "R", "N", "X"])
def test_other_people_who_leave_give_no_warning(cast, role):
    assert unassigned_after_leaving(cast[role], NOW) == []


def test_a_second_admin_prevents_the_warning_unless_their_account_is_closed(cast):
    other = UserFactory()
    AuthorityAdmin.objects.create(authority=cast.cohort.authority, user=other, since=TODAY)
    assert unassigned_after_leaving(cast["A"], NOW) == []
    update(other, is_active=False)
    assert unassigned_after_leaving(cast["A"], NOW) == [NO_ADMIN]


@pytest.mark.parametrize(("state", "missed"), [("agreed", 1), ("running", 1), ("prospect", 0)])
def test_only_an_active_cohort_gives_a_warning_about_its_pilot(state, missed):
    member = MembershipFactory(cohort=CohortFactory(state=state), role="pilot")
    assert (len(unassigned_after_leaving(member.user, NOW)), bool(no_pilot_warning(member))) == (missed, bool(missed))


def test_an_ended_cohort_gives_no_warning(cast):
    member = MembershipFactory(cohort=CohortFactory(state="completed", actual_end=TODAY), role="pilot")
    assert (unassigned_after_leaving(member.user, NOW), no_pilot_warning(member)) == ([], "")


def test_a_following_pilot_prevents_the_warning(cast):
    member = cast.cohort.memberships.get(role="pilot")
    assert no_pilot_warning(member) == ENDED
    update(member, ends_on=TODAY)
    MembershipFactory(cohort=cast.cohort, role="pilot", starts_on="2026-11-25")
    assert (no_pilot_warning(member), unassigned_after_leaving(cast["P"], NOW)) == ("", [])


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_command_that_closes_an_account_prints_the_warning(cast, dry_run):
    out = StringIO()
    call_command("close_account", cast["P"].email, dry_run=dry_run, stdout=out)
    assert NO_PILOT in out.getvalue()
