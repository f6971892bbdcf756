"""Tests of access requests: database rules, actions, retention and erasure."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.hooks import AccessAnswer, ProviderIdentity, personal_data, retentions
from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.access_requests.actions import grant_access, refuse_access, request_access
from cohorts.access_requests.personal_data import erase as erase_requests
from cohorts.access_requests.provider_sign_in import request_access_at_sign_in
from cohorts.models import AccessRequest, Invitation, Membership
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory, answered_request
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import AuthorityFactory
from tests.providers import SIREN, SIRET
from tests.sql import delete, execute, insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
ANNE = ProviderIdentity(
    provider="local",
    issuer="https://id.example",
    subject="anne",
    email="anne@rivage.example",
    email_verified=True,
    full_name="Anne Martin",
    siret=SIRET,
    unit="Innovation",
)


def request_for(identity: ProviderIdentity = ANNE, **arguments: Any) -> AccessRequest:
    return request_access(**{"identity": identity, "user": None, "language": "fr", "at": NOW, "by": None} | arguments)


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
def test_the_database_refuses_inconsistent_requests(rule: str, columns: dict[str, Any]):
    row = AccessRequestFactory()
    with refused_by(rule):
        update(row, **columns)


def test_an_identity_has_one_request_per_issuer():
    row = AccessRequestFactory()
    insert_like(row, issuer="https://another.example")
    with refused_by("access_request_once"):
        insert_like(row)


def test_a_refusal_needs_a_reason():
    row = AccessRequestFactory()
    with refused_by("access_request_reason"):
        update(row, state="refused", answered_at=NOW, answered_by_id=UserFactory().pk, reason=" ")


def test_an_answer_cannot_be_withdrawn():
    row = answered_request("granted")
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
def test_an_answered_request_cannot_change_until_it_is_erased(state: str, columns: dict[str, Any]):
    row = answered_request(state, authority=AuthorityFactory())
    with refused_by("access_request_stays"):
        update(row, **columns)
    delete(row)
    assert AccessRequest.objects.count() == 0


def test_an_answer_still_names_its_author_after_their_erasure():
    row = answered_request("refused")
    staff = row.answered_by
    UserFactory(is_lab_staff=True)
    erase_person(user=staff, at=NOW, by=None)
    row.refresh_from_db()
    assert (row.answered_by, str(row.answered_by)) == (staff, f"Former member {staff.pk}")


def test_the_siret_proposes_the_living_authority_with_its_siren():
    AuthorityFactory(siren=SIREN, dissolved_on=NOW.date() - timedelta(days=1))
    assert request_for().authority is None
    living = AuthorityFactory(siren=SIREN)
    row = request_for(ProviderIdentity(**{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"subject": "bruno"}))
    assert (row.authority, row.siret, row.state, row.requested_at) == (living, SIRET, "pending", NOW)


def test_an_authority_is_dissolved_on_the_local_day_of_the_lab():
    """An hour before midnight in London it is the next day in Paris."""
    authority = AuthorityFactory(siren=SIREN, dissolved_on=NOW.date() + timedelta(days=1))
    assert request_for(at=NOW.replace(hour=22)).authority == authority
    AccessRequest.objects.all().delete()
    assert request_for(at=NOW.replace(hour=23, minute=30)).authority is None


@pytest.mark.parametrize("siret", ["", "73282932000075", "00000000000001"])
def test_an_invalid_siret_proposes_no_authority_and_is_not_stored(siret: str):
    AuthorityFactory(siren=SIREN)
    row = request_for(ProviderIdentity(**{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"siret": siret}))
    assert (row.authority, row.siret) == (None, "")


def test_a_second_sign_in_returns_the_first_request_unchanged():
    first = request_for()
    changed = ProviderIdentity(
        **{name: getattr(ANNE, name) for name in ANNE.__slots__} | {"email": "other@rivage.example"}
    )
    again = request_for(changed, at=NOW + timedelta(days=3))
    assert (again.pk, again.email, again.requested_at) == (first.pk, "anne@rivage.example", NOW)


def test_a_new_request_is_logged_once_by_its_number(rf: Any, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "labplatform.security")
    for days in (0, 3):
        request_access_at_sign_in(request=rf.get("/"), identity=ANNE, user=None, at=NOW + timedelta(days=days))
    row = AccessRequest.objects.get()
    assert [(line.event, line.facts["access"]) for line in caplog.records] == [("access_requested", row.pk)]
    assert "anne" not in caplog.text.lower()


def test_granting_access_adds_a_member_and_confirms_the_authority(cast: Cast):
    """The chosen cohort belongs to another authority than the SIRET proposed: lab staff decide."""
    row = AccessRequestFactory(authority=cast.other_cohort.authority, unit="Innovation", email="anne@rivage.example")
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


def test_a_person_with_an_account_gets_access_under_its_address(cast: Cast):
    row = AccessRequestFactory(user=cast["X"], email="told.otherwise@rivage.example")
    grant_access(access=row, cohort=cast.cohort, role="relay", email="third@rivage.example", at=NOW, by=cast["S"])
    assert list(cast["X"].memberships.values_list("cohort", "role")) == [(cast.cohort.pk, "relay")]
    assert User.objects.filter(email__contains="rivage.example").count() == 0


def test_a_verified_address_gets_an_open_account_and_access_at_once(cast: Cast):
    """The sign-in proved the address: no e-mail asks again, and the same sign-in works from now on."""
    row = AccessRequestFactory(vouched=True, email="anne@rivage.example")
    grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    user = User.objects.get(email="anne@rivage.example")
    assert (user.joined, user.is_active, EmailAddress.objects.get(user=user).verified) == (True, True, True)
    assert (user.memberships.count(), Invitation.objects.count()) == (1, 0)


@pytest.mark.parametrize("claims", [{"email": "anne@rivage.example"}, {"email": ""}], ids=["told", "given by the lab"])
def test_an_unproven_address_is_invited_and_the_email_proves_it(claims: dict[str, str], cast: Cast):
    row = AccessRequestFactory(vouched=False, full_name="", unit="Innovation", **claims)
    details = {"email": "anne@rivage.example", "full_name": "Anne Martin"}
    row = grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"], **details)
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


def test_an_account_whose_address_was_only_claimed_gets_no_membership(cast: Cast):
    row = AccessRequestFactory(vouched=False, email=cast["X"].email)
    before = cast["X"].memberships.count()
    grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"])
    assert (cast["X"].memberships.count(), Invitation.objects.get().person) == (before, cast["X"])


def test_an_invited_person_with_a_verified_address_gets_access_as_the_same_person(cast: Cast):
    invited = InvitationFactory(cohort=cast.cohort).person
    row = AccessRequestFactory(vouched=True, email=invited.email)
    grant_access(access=row, cohort=cast.cohort, role="relay", at=NOW, by=cast["S"])
    invited.refresh_from_db()
    assert (invited.joined, list(invited.memberships.values_list("role", flat=True))) == (True, ["relay"])


def test_a_closed_account_gets_no_access_and_the_request_stays_pending(cast: Cast):
    closed = UserFactory(is_active=False)
    row = AccessRequestFactory(email=closed.email)
    with pytest.raises(DomainError, match="account is closed"):
        grant_access(access=row, cohort=cast.cohort, role="ambassador", at=NOW, by=cast["S"])
    row.refresh_from_db()
    assert row.state == "pending"


def test_refusing_saves_the_reason(cast: Cast):
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
    counts = {role: AccessRequest.objects.visible_to(cast[role]).count() for role in cast.people}
    assert counts == {role: int(role == "S") for role in cast.people}
    assert AccessRequest.objects.visible_to(AnonymousUser()).count() == 0


def test_a_request_is_recorded_only_for_people_without_access_or_invitation():
    user = UserFactory(email=ANNE.email)
    InvitationFactory()
    assert request_access_at_sign_in(request=HttpRequest(), identity=ANNE, user=user, at=NOW) is not None
    own = InvitationFactory(person=user)
    assert request_access_at_sign_in(request=HttpRequest(), identity=ANNE, user=own.person, at=NOW) is None


def test_requests_are_deleted_ninety_days_after_the_answer_or_the_request():
    old, edge = NOW - timedelta(days=90, seconds=1), NOW - timedelta(days=90)
    remaining = (
        answered_request("refused", at=edge, requested_at=old),
        AccessRequestFactory(requested_at=edge),
        AccessRequestFactory(),
    )
    for state in ("refused", "granted"):
        answered_request(state, at=old, requested_at=old)
    AccessRequestFactory(requested_at=old)
    assert [row.expires_at for row in AccessRequest.objects.with_expiry().filter(pk=remaining[1].pk)] == [NOW]
    purge = retentions()["access_requests"].purge
    assert (purge(at=NOW, dry_run=True), AccessRequest.objects.count()) == (3, 6)
    assert (purge(at=NOW, dry_run=False), purge(at=NOW, dry_run=False)) == (3, 0)
    assert set(AccessRequest.objects.all()) == set(remaining)


def test_the_provider_answer_gives_the_expiry_of_a_pending_request_or_the_reason():
    request = HttpRequest()
    answer = request_access_at_sign_in(request=request, identity=ANNE, user=None, at=NOW)
    erased = "If nobody answers within 90 days, your request is erased. Sign in again to make a new request."
    assert answer == AccessAnswer("pending", erased)
    refuse_access(access=AccessRequest.objects.get(), reason="No place", at=NOW, by=UserFactory(is_lab_staff=True))
    assert request_access_at_sign_in(request=request, identity=ANNE, user=None, at=NOW) == AccessAnswer(
        "refused", "No place"
    )


def test_export_and_erasure_cover_requests_by_account_and_by_address():
    user = UserFactory()
    AccessRequestFactory(user=user, subject="with the account")
    answered_request("refused", email=user.email.upper(), subject="with the address")
    foreign = AccessRequestFactory(subject="another")
    subjects = [row["subject"] for row in personal_data()["access_requests"].rows(user)]
    assert subjects == ["with the account", "with the address"]
    erase_requests(user=user, at=NOW)
    assert list(AccessRequest.objects.all()) == [foreign]


def test_the_history_stores_no_name_address_or_identity():
    row = AccessRequestFactory(full_name="Anne Martin", email="anne@rivage.example", subject="anne", siret=SIRET)
    history = str(execute("SELECT e.* FROM cohorts_accessrequestevent e WHERE pgh_obj_id = %s", row.pk))
    assert [word for word in ("Anne", "anne", SIRET) if word in history] == []
