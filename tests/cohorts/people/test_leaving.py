"""Who would be missing if a person left: said before they do, in one way everywhere."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.privacy.leaving import what_is_left
from cohorts.people.leaving import left_without_pilot
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


def test_a_pilot_leaves_a_cohort_and_an_admin_an_authority(cast):
    assert [what_is_left(cast[letter], NOW) for letter in "PA"] == [[NO_PILOT], [NO_ADMIN]]


@pytest.mark.parametrize("letter", ["S", "C", "D", "M", "R", "N", "X"])
def test_nobody_else_does(cast, letter):
    assert what_is_left(cast[letter], NOW) == []


def test_a_second_admin_stays_but_not_one_whose_account_is_closed(cast):
    other = UserFactory()
    AuthorityAdmin.objects.create(authority=cast.cohort.authority, user=other, since=TODAY)
    assert what_is_left(cast["A"], NOW) == []
    update(other, is_active=False)
    assert what_is_left(cast["A"], NOW) == [NO_ADMIN]


@pytest.mark.parametrize(("state", "missed"), [("agreed", 1), ("running", 1), ("prospect", 0)])
def test_only_a_cohort_at_work_misses_its_pilot(state, missed):
    member = MembershipFactory(cohort=CohortFactory(state=state), role="pilot")
    assert (len(what_is_left(member.user, NOW)), bool(left_without_pilot(member))) == (missed, bool(missed))


def test_a_cohort_that_ended_misses_nobody(cast):
    member = MembershipFactory(cohort=CohortFactory(state="completed", actual_end=TODAY), role="pilot")
    assert (what_is_left(member.user, NOW), left_without_pilot(member)) == ([], "")


def test_a_pilot_who_follows_is_enough(cast):
    member = cast.cohort.memberships.get(role="pilot")
    assert left_without_pilot(member) == ENDED
    update(member, ends_on=TODAY)
    MembershipFactory(cohort=cast.cohort, role="pilot", starts_on="2026-11-25")
    assert (left_without_pilot(member), what_is_left(cast["P"], NOW)) == ("", [])


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_command_that_closes_an_account_says_it_too(cast, dry_run):
    out = StringIO()
    call_command("close_account", cast["P"].email, dry_run=dry_run, stdout=out)
    assert NO_PILOT in out.getvalue()
