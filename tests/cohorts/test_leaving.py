"""Who would be missing if a person left: said before they do."""

from io import StringIO

import pytest
from django.core.management import call_command

from cohorts.leaving import left_alone, left_without_pilot
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY
from tests.factories.cohorts import CohortFactory, MembershipFactory

pytestmark = pytest.mark.django_db
NO_PILOT = "Rivage is then without a pilot: the lab’s home page says so until somebody is named or invited."
NO_ADMIN = "Ville de Rivage is then without an admin: the lab’s home page says so until somebody is named."


def test_a_pilot_leaves_a_cohort_alone_and_an_admin_an_authority(cast):
    assert list(left_alone(cast["P"], TODAY)) == [NO_PILOT]
    assert list(left_alone(cast["A"], TODAY)) == [NO_ADMIN]


@pytest.mark.parametrize("letter", ["S", "C", "D", "M", "R", "N", "X"])
def test_nobody_else_does(cast, letter):
    assert list(left_alone(cast[letter], TODAY)) == []


def test_a_second_admin_stays_but_not_one_whose_account_is_closed(cast):
    other = UserFactory()
    AuthorityAdmin.objects.create(authority=cast.cohort.authority, user=other, since=TODAY)
    assert list(left_alone(cast["A"], TODAY)) == []
    other.is_active = False
    other.save()
    assert list(left_alone(cast["A"], TODAY)) == [NO_ADMIN]


def test_a_cohort_that_ended_misses_nobody(cast):
    member = MembershipFactory(cohort=CohortFactory(state="completed", actual_end=TODAY), role="pilot")
    assert (list(left_alone(member.user, TODAY)), left_without_pilot(member)) == ([], "")


def test_a_pilot_who_follows_is_enough(cast):
    member = cast.cohort.memberships.get(role="pilot")
    assert left_without_pilot(member) == NO_PILOT
    type(member).objects.filter(pk=member.pk).update(ends_on=TODAY)
    MembershipFactory(cohort=cast.cohort, role="pilot", starts_on="2026-11-25")
    assert left_without_pilot(member) == ""


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_command_that_closes_an_account_says_it_too(cast, dry_run):
    out = StringIO()
    call_command("close_account", cast["P"].email, dry_run=dry_run, stdout=out)
    assert NO_PILOT in out.getvalue()
