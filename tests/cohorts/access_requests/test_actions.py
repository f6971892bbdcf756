"""Requests to come in: what the database holds, what the actions do, and what is forgotten when."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User
from accounts.privacy.actions import erase_person
from accounts.registries import Arrival, Told, erasers, personal_data, retentions
from cohorts.access_requests.actions import ask_for_access, grant_access, refuse_access
from cohorts.access_requests.provider_sign_in import knock
from cohorts.models import AccessRequest, Invitation, Membership
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory, answered
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import AuthorityFactory
from tests.providers import SIREN, SIRET
from tests.sql import delete, execute, insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
ANNE = Arrival(
    provider="local",
    issuer="https://id.example",
    subject="anne",
    email="anne@rivage.example",
    vouched=True,
    full_name="Anne Martin",
    siret=SIRET,
    unit="Innovation",
)


def ask(arrival: Arrival = ANNE, **given: Any) -> AccessRequest:
    return ask_for_access(**{"arrival": arrival, "user": None, "language": "fr", "at": NOW, "by": None} | given)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("access_request_answered", {"answered_at": NOW}),
        ("access_request_answered", {"state": "granted"}),
        ("access_request_answered", {"state": "granted", "answered_at": NOW}),
        ("access_request_answered", {"state": "refused", "answered_at": NOW, "reason": "No place left"}),
        ("access_request_siret", {"siret": "732829320"}),
        ("access_request_siret", {"siret": "7328293200007A"}),
        ("access_request_whose_fixed", {"subject": "another"}),
        ("access_request_whose_fixed", {"issuer": "https://another.example"}),
    ],
)
def test_the_database_refuses(rule: str, columns: dict[str, Any]):
    row = AccessRequestFactory()
    with refused_by(rule):
        update(row, **columns)


def test_an_identity_asks_once_at_its_issuer():
    row = AccessRequestFactory()
    insert_like(row, issuer="https://another.example")
    with refused_by("access_request_once"):
        insert_like(row)


def test_whoever_is_refused_is_told_why():
    row = AccessRequestFactory()
    with refused_by("access_request_reason"):
        update(row, state="refused", answered_at=NOW, answered_by_id=UserFactory().pk, reason=" ")


def test_an_answer_is_never_taken_back():
    row = answered("granted")
    with refused_by("access_request_state"):
        update(row, state="pending", answered_at=None, answered_by_id=None)
    with refused_by("access_request_state"):
        update(row, state="refused", reason="Why")
    with refused_by("access_request_state"):
        insert_like(row, subject="born answered")


@pytest.mark.parametrize(
    "columns",
    [
        {"answered_at": NOW + timedelta(days=1)},
        {"answered_by_id": None},
        {"reason": "Another"},
        {"email": "other@rivage.example"},
        {"authority_id": None},
    ],
    ids=lambda columns: next(iter(columns)),
)
@pytest.mark.parametrize("state", ["granted", "refused"])
def test_what_was_answered_stays_as_it_was_until_it_is_erased(state: str, columns: dict[str, Any]):
    row = answered(state, authority=AuthorityFactory())
    with refused_by("access_request_stays"):
        update(row, **columns)
    delete(row)
    assert AccessRequest.objects.count() == 0


def test_an_answer_keeps_whoever_gave_it_when_they_are_erased():
    row = answered("refused")
    staff = row.answered_by
    UserFactory(is_lab_staff=True)
    erase_person(user=staff, at=NOW, by=None)
    row.refresh_from_db()
    assert (row.answered_by, str(row.answered_by)) == (staff, f"Former member {staff.pk}")


def test_the_siret_proposes_the_living_authority_with_its_siren():
    AuthorityFactory(siren=SIREN, dissolved_on=NOW.date() - timedelta(days=1))
    assert ask().authority is None
    living = AuthorityFactory(siren=SIREN)
    row = ask(Arrival(**{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"subject": "bruno"}))
    assert (row.authority, row.siret, row.state, row.asked_at) == (living, SIRET, "pending", NOW)


def test_the_day_an_authority_ends_is_the_one_the_lab_is_in():
    """An hour before midnight in London it is the next day in Paris."""
    authority = AuthorityFactory(siren=SIREN, dissolved_on=NOW.date() + timedelta(days=1))
    assert ask(at=NOW.replace(hour=22)).authority == authority
    AccessRequest.objects.all().delete()
    assert ask(at=NOW.replace(hour=23, minute=30)).authority is None


@pytest.mark.parametrize("siret", ["", "73282932000075", "00000000000001"])
def test_what_is_no_siret_proposes_nothing_and_is_not_kept(siret: str):
    AuthorityFactory(siren=SIREN)
    row = ask(Arrival(**{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"siret": siret}))
    assert (row.authority, row.siret) == (None, "")


def test_who_comes_again_is_the_same_request_as_it_was_first_told():
    first = ask()
    changed = Arrival(**{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"email": "other@rivage.example"})
    again = ask(changed, at=NOW + timedelta(days=3))
    assert (again.pk, again.email, again.asked_at) == (first.pk, "anne@rivage.example", NOW)


def test_who_knocks_is_noted_once_by_number(rf: Any, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "labplatform.security")
    for days in (0, 3):
        knock(request=rf.get("/"), arrival=ANNE, user=None, at=NOW + timedelta(days=days))
    row = AccessRequest.objects.get()
    assert [(line.event, line.facts["access"]) for line in caplog.records] == [("access_requested", row.pk)]
    assert "anne" not in caplog.text.lower()


def test_letting_in_makes_a_member_and_confirms_the_authority(cast: Cast):
    """The cohort chosen is of another authority than the SIRET proposed: the person decides."""
    row = AccessRequestFactory(authority=cast.other.authority, unit="Innovation", email="anne@rivage.example")
    grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    member = Membership.objects.get(user__email="anne@rivage.example")
    assert (member.cohort, member.role, member.starts_on, member.unit) == (
        cast.cohort,
        "ambassador",
        NOW.date(),
        "Innovation",
    )
    row.refresh_from_db()
    assert (row.state, row.authority, row.answered_by, row.answered_at) == (
        "granted",
        cast.cohort.authority,
        cast["S"],
        NOW,
    )


def test_an_account_is_let_in_under_its_own_address(cast: Cast):
    row = AccessRequestFactory(user=cast["X"], email="told.otherwise@rivage.example")
    grant_access(access=row, cohort=cast.cohort, role="relay", email="third@rivage.example", at=NOW, by=cast["S"])
    assert list(cast["X"].memberships.values_list("cohort", "role")) == [(cast.cohort.pk, "relay")]
    assert User.objects.filter(email__contains="rivage.example").count() == 0


def test_a_vouched_address_is_in_at_once_with_an_account_that_is_open(cast: Cast):
    """They proved it by signing in: no letter asks again, and the same sign-in opens from now on."""
    row = AccessRequestFactory(vouched=True, email="anne@rivage.example")
    grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    user = User.objects.get(email="anne@rivage.example")
    assert (user.joined, user.is_active, EmailAddress.objects.get(user=user).verified) == (True, True, True)
    assert (user.memberships.count(), Invitation.objects.count()) == (1, 0)


@pytest.mark.parametrize("told", [{"email": "anne@rivage.example"}, {"email": ""}], ids=["told", "given by the lab"])
def test_an_address_nobody_vouches_for_is_invited_and_the_letter_proves_it(told: dict[str, str], cast: Cast):
    row = AccessRequestFactory(vouched=False, full_name="", unit="Innovation", **told)
    given = {"email": "anne@rivage.example", "full_name": "Anne Martin"}
    row = grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"], **given)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.full_name, invitation.role, invitation.cohort, invitation.unit) == (
        "anne@rivage.example",
        "Anne Martin",
        "relay",
        cast.cohort,
        "Innovation",
    )
    assert (invitation.invited_by, invitation.language, row.state) == (cast["S"], row.language, "granted")
    assert (invitation.person.joined, Membership.objects.filter(user=invitation.person).exists()) == (False, False)


def test_the_account_of_somebody_whose_address_was_only_claimed_gets_no_membership(cast: Cast):
    row = AccessRequestFactory(vouched=False, email=cast["X"].email)
    before = cast["X"].memberships.count()
    grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"])
    assert (cast["X"].memberships.count(), Invitation.objects.get().person) == (before, cast["X"])


def test_somebody_invited_who_asks_with_a_vouched_address_is_let_in_as_the_same_person(cast: Cast):
    awaited = InvitationFactory(cohort=cast.cohort).person
    row = AccessRequestFactory(vouched=True, email=awaited.email)
    grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"])
    awaited.refresh_from_db()
    assert (awaited.joined, list(awaited.memberships.values_list("role", flat=True))) == (True, ["relay"])


def test_a_closed_account_is_not_let_in_and_the_request_waits(cast: Cast):
    closed = UserFactory(is_active=False)
    row = AccessRequestFactory(email=closed.email)
    with pytest.raises(DomainError, match="account is closed"):
        grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    row.refresh_from_db()
    assert row.state == "pending"


def test_refusing_keeps_the_reason(cast: Cast):
    row = refuse_access(access=AccessRequestFactory(), reason=" No place left ", at=NOW, by=cast["S"])
    assert (row.state, row.reason, row.answered_by) == ("refused", "No place left", cast["S"])


def test_a_request_is_answered_once(cast: Cast):
    row = AccessRequestFactory()
    refuse_access(access=row, reason="No place left", at=NOW, by=cast["S"])
    with pytest.raises(DomainError, match="This request has already been answered"):
        grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    with pytest.raises(DomainError, match="This request has already been answered"):
        refuse_access(access=row, reason="Another", at=NOW, by=cast["S"])
    assert Membership.objects.filter(user__email=row.email).exists() is False


def test_only_the_lab_sees_requests(cast: Cast):
    AccessRequestFactory(authority=cast.cohort.authority)
    seen = {letter: AccessRequest.objects.visible_to(cast[letter]).count() for letter in cast.people}
    assert seen == {letter: int(letter == "S") for letter in cast.people}
    assert AccessRequest.objects.visible_to(AnonymousUser()).count() == 0


def test_whoever_has_an_account_and_no_place_knocks_whoever_else_is_invited():
    user = UserFactory(email=ANNE.email)
    InvitationFactory()
    assert knock(request=HttpRequest(), arrival=ANNE, user=user, at=NOW) is not None
    own = InvitationFactory(person=user)
    assert knock(request=HttpRequest(), arrival=ANNE, user=own.person, at=NOW) is None


def test_requests_are_forgotten_ninety_days_after_the_answer_or_after_nobody_answered():
    old, edge = NOW - timedelta(days=90, seconds=1), NOW - timedelta(days=90)
    kept = answered("refused", at=edge, asked_at=old), AccessRequestFactory(asked_at=edge), AccessRequestFactory()
    for state in ("refused", "granted"):
        answered(state, at=old, asked_at=old)
    AccessRequestFactory(asked_at=old)
    assert [row.kept_until for row in AccessRequest.objects.with_kept_until().filter(pk=kept[1].pk)] == [NOW]
    purge = retentions["access_requests"].purge
    assert (purge(at=NOW, dry_run=True), AccessRequest.objects.count()) == (3, 6)
    assert (purge(at=NOW, dry_run=False), purge(at=NOW, dry_run=False)) == (3, 0)
    assert set(AccessRequest.objects.all()) == set(kept)


def test_whoever_waits_is_told_when_the_request_ends_and_whoever_has_an_answer_reads_it():
    request = HttpRequest()
    told = knock(request=request, arrival=ANNE, user=None, at=NOW)
    erased = "If nobody answers within 90 days, your request is erased. Sign in again to make a new request."
    assert told == Told("pending", erased)
    refuse_access(access=AccessRequest.objects.get(), reason="No place", at=NOW, by=UserFactory(is_lab_staff=True))
    assert knock(request=request, arrival=ANNE, user=None, at=NOW) == Told("refused", "No place")


def test_a_person_takes_along_and_erases_what_came_with_their_account_or_address():
    user = UserFactory()
    AccessRequestFactory(user=user, subject="with the account")
    answered("refused", email=user.email.upper(), subject="with the address")
    foreign = AccessRequestFactory(subject="another")
    told = [row["subject"] for row in personal_data["access_requests"].rows(user)]
    assert told == ["with the account", "with the address"]
    erasers["access_requests"](user=user, at=NOW)
    assert list(AccessRequest.objects.all()) == [foreign]


def test_the_history_keeps_no_name_address_or_identity():
    row = AccessRequestFactory(full_name="Anne Martin", email="anne@rivage.example", subject="anne", siret=SIRET)
    kept = str(execute("SELECT e.* FROM cohorts_accessrequestevent e WHERE pgh_obj_id = %s", row.pk))
    assert [word for word in ("Anne", "anne", SIRET) if word in kept] == []
