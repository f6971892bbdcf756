"""The access of a person: from which memberships and mandates it comes, and how long it is kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sign_in.backend import SignInBackend
from accounts.visibility import Access, access_from
from cohorts.invitations.actions.invitations import accept_invitation, invite_member
from cohorts.models import Cohort, Membership
from cohorts.people.actions import end_membership
from programmes.actions import end_admin
from programmes.models import AuthorityAdmin
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory
from web.actions import action

PILOT = frozenset({"pilot"})
YESTERDAY = TODAY - timedelta(days=1)


def membership(cohort: int, edition: int, ends_on: str | None = None) -> dict[str, Any]:
    return {"cohort": cohort, "edition": edition, "ends_on": ends_on, "role": "pilot"}


def mandate(authority: int, cohort: int | None, edition: int | None) -> dict[str, Any]:
    return {"authority": authority, "cohort": cohort, "edition": edition}


def test_access_follows_from_memberships_and_mandates():
    first, second = date(2026, 1, 31), date(2026, 3, 31)
    assert access_from([], []) == Access()
    assert access_from([membership(7, 2), membership(4, 1), membership(4, 1)], []) == Access(
        cohorts=(4, 7), editions=(1, 2), member_editions=(1, 2), roles=PILOT
    )
    assert access_from([], [mandate(5, 4, 1), mandate(5, 8, 3), mandate(6, None, None)]) == Access(
        cohorts=(4, 8), editions=(1, 3), authorities=(5, 6)
    )
    left_twice = [membership(4, 1, "2026-03-31"), membership(4, 1, "2026-01-31"), membership(9, 1, "2026-01-31")]
    assert access_from(left_twice, []) == Access(
        ending_cohorts=(4, 9),
        last_days_in_cohorts=(second, first),
        ending_editions=(1,),
        last_days_in_editions=(second,),
        roles=PILOT,
    )
    # An administered cohort has no last day; what its neighbours shared still has one.
    assert access_from(left_twice, [mandate(5, 4, 1)]) == Access(
        cohorts=(4,),
        editions=(1,),
        authorities=(5,),
        ending_cohorts=(9,),
        last_days_in_cohorts=(first,),
        ending_editions=(1,),
        last_days_in_editions=(second,),
        roles=PILOT,
    )
    assert access_from([*left_twice, membership(9, 1)], []) == Access(
        cohorts=(9,),
        editions=(1,),
        member_editions=(1,),
        ending_cohorts=(4,),
        last_days_in_cohorts=(second,),
        roles=PILOT,
    )


def person_of_request(user: User) -> User:
    person = SignInBackend().get_user(user.pk)
    assert person is not None
    return person


def visible(user: User) -> set[str]:
    return set(Cohort.objects.visible_to(user).values_list("name", flat=True))


@pytest.mark.django_db
def test_the_person_of_a_request_is_read_with_their_access_in_one_statement(cast: Cast):
    AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["M"], until=YESTERDAY)
    past = CohortFactory(name="Past")
    MembershipFactory(cohort=past, user=cast["M"], ends_on=YESTERDAY)
    with CaptureQueriesContext(connection) as queries:
        member, admin, staff = (person_of_request(cast[role]) for role in "MAS")
        accesses = member.access, admin.access, staff.access
    assert len(queries) == 3
    cohort, edition = (cast.cohort.pk,), (cast.edition.pk,)
    left = {"ending_cohorts": (past.pk,), "ending_editions": (past.edition_id,)}
    days = {"last_days_in_cohorts": (YESTERDAY,), "last_days_in_editions": (YESTERDAY,)}
    assert accesses == (
        Access(cohort, edition, edition, **left, **days, roles=frozenset({"ambassador"})),
        Access(cohort, edition, authorities=(cast.cohort.authority_id,)),
        Access(),
    )
    with CaptureQueriesContext(connection) as queries:
        assert [visible(who) for who in (member, cast["M"])] == [{"Rivage", "Past"}] * 2
    assert len(queries) == 3  # for anyone but the person of a request, the access is read where it is needed


@pytest.mark.django_db
def test_closed_and_deleted_accounts_are_nobody(cast: Cast):
    User.objects.filter(pk=cast["M"].pk).update(is_active=False)
    assert [SignInBackend().get_user(pk) for pk in (cast["M"].pk, 0)] == [None, None]


@pytest.mark.django_db
def test_access_is_read_again_once_an_action_began(cast: Cast):
    newcomer = person_of_request(cast["X"])
    row = invite_member(cohort=cast.other_cohort, at=NOW, by=cast["S"], role="relay", **identity(newcomer))
    newcomer = person_of_request(cast["X"])
    assert visible(newcomer) == set()
    accept_invitation(invitation=row, token_hash=row.token_hash, user=newcomer, at=NOW, by=newcomer)
    assert visible(newcomer) == {"Montagne"}

    pilot = person_of_request(cast["P"])
    assert pilot.access.cohorts == (cast.cohort.pk,)
    own = Membership.objects.get(user=pilot)
    end_membership(membership=own, ends_on=YESTERDAY, reason="Moves", at=NOW, by=pilot)
    assert (pilot.access.cohorts, pilot.access.last_days_in_cohorts) == ((), (YESTERDAY,))

    admin = person_of_request(cast["A"])
    assert visible(admin) == {"Rivage"}
    AuthorityAdmin.objects.filter(user=admin).update(since=date(2026, 1, 1))
    end_admin(admin=AuthorityAdmin.objects.get(user=admin), at=NOW - timedelta(days=1), by=admin)
    assert visible(admin) == set()


def identity(user: User) -> dict[str, str]:
    return {"email": user.email, "full_name": user.full_name, "language": "en"}


@pytest.mark.django_db
def test_access_read_within_an_action_is_not_kept_after_it(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.actions.ACTIONS", {})

    @action("Joined")
    def join(*, by: User | None) -> User:
        reader = person_of_request(cast["X"])
        assert visible(reader) == set()
        MembershipFactory(cohort=cast.cohort, user=reader)
        return reader

    reader = join(by=None)
    assert visible(reader) == {"Rivage"}
