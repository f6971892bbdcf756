"""Invited people join with their organisation's sign-in only if the provider verifies their address."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import User
from cohorts.access_requests.actions import grant_access
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.tokens import token_of
from cohorts.models import AccessRequest, Invitation, Membership
from tests.cohorts.pages import page_text
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import AwaitedFactory, InvitationFactory, link
from tests.providers import ANNE, Local, come_back, leave_for, sign_in, through
from web.security.encryption import encrypt

pytestmark = pytest.mark.django_db
HERE = "/invitation/"
NOT_PROVED = "Your organisation’s sign-in does not confirm the address"


def invited(person: User) -> Invitation:
    """Return an invitation of today, since the provider uses the real clock."""
    return InvitationFactory(cohort__slug="rivage", person=person, invited_at=timezone.now())


@pytest.fixture
def row(db: None) -> Invitation:
    """Return an invitation of Anne, whom the provider knows."""
    return invited(AwaitedFactory(email=ANNE["email"], full_name="A. Martin"))


def accept_by_e_mail(visitor: Client, row: Invitation, who: str = "anne") -> Any:
    """Open the invitation, press its button, sign in at the provider, and come back."""
    onward = visitor.post(link(row), {"sign_in": "1"}).headers["Location"]
    page = visitor.get(onward)
    assert "process=login&amp;next=%2Finvitation%2F" in page.content.decode()
    return come_back(visitor, through(leave_for(visitor, next=HERE), who))


def test_verified_address_joins_and_accepts_with_one_button(local: Local, visitor: Client, row: Invitation):
    answer = accept_by_e_mail(visitor, row)
    person = User.objects.get(pk=row.person_id)
    assert (answer.status_code, answer.headers["Location"], get_user(visitor)) == (302, HERE, person)
    assert (person.joined, person.full_name, person.has_usable_password()) == (True, "Anne MARTIN", False)
    assert EmailAddress.objects.get(user=person).verified is True
    assert SocialAccount.objects.get(uid="anne").user == person
    assert "Accept the invitation" in page_text(visitor.get(HERE))
    assert Membership.objects.filter(user=person).exists() is False
    assert visitor.post(HERE).headers["Location"] == "/cohorts/rivage/"
    assert Membership.objects.get(user=person).cohort == row.cohort


def test_invited_person_makes_no_access_request(local: Local, visitor: Client, row: Invitation):
    """Without the invitation, the SIRET would propose an authority to a person without a cohort."""
    accept_by_e_mail(visitor, row)
    sign_in(Client(), "anne")
    assert AccessRequest.objects.count() == 0


@pytest.mark.parametrize(
    "claims",
    [{"email": "anne@elsewhere.example"}, {"email": ""}, {"email_verified": False}],
    ids=["other", "none", "no"],
)
def test_other_or_unverified_address_is_refused_with_a_reason(
    claims: dict[str, Any], local: Local, visitor: Client, row: Invitation
):
    local.set_claims(anne=ANNE | claims)
    answer = accept_by_e_mail(visitor, row)
    page = page_text(visitor.get(answer.headers["Location"]))
    assert "You cannot accept your invitation with this sign-in" in page
    assert NOT_PROVED in page
    assert (User.objects.get(pk=row.person_id).joined, get_user(visitor).is_authenticated) == (False, False)
    assert (AccessRequest.objects.count(), SocialAccount.objects.count()) == (0, 0)


def test_next_user_of_the_browser_does_not_get_the_invitation(local: Local, visitor: Client, row: Invitation):
    local.set_claims(anne=ANNE | {"email": "anne@elsewhere.example"})
    accept_by_e_mail(visitor, row)
    sign_in(visitor, "anne")
    assert AccessRequest.objects.get().email == "anne@elsewhere.example"
    assert visitor.get(link(row)).status_code == 200


def test_verified_address_without_the_invitation_page_does_not_join(local: Local, visitor: Client, row: Invitation):
    assert sign_in(visitor, "anne").headers["Location"] == "/accounts/oidc/access-requested/"
    assert User.objects.get(pk=row.person_id).joined is False
    assert "The lab has received your request" in page_text(visitor.get("/accounts/oidc/access-requested/"))


def test_invitation_withdrawn_during_the_sign_in_is_refused(local: Local, visitor: Client, row: Invitation):
    visitor.post(link(row), {"sign_in": "1"})
    revoke_invitation(invitation=row, reason="A slip", at=timezone.now(), by=None)
    sign_in(visitor, "anne")
    assert (User.objects.get(pk=row.person_id).joined, get_user(visitor).is_authenticated) == (False, False)


def test_person_with_an_account_signs_in_and_accepts(local: Local, visitor: Client):
    row = invited(UserFactory(email=ANNE["email"]))
    assert accept_by_e_mail(visitor, row).headers["Location"] == HERE
    assert (get_user(visitor), "Accept the invitation" in page_text(visitor.get(HERE))) == (row.person, True)


def test_person_with_an_unverified_address_signs_in_to_their_account_first(local: Local, visitor: Client):
    local.set_claims(anne=ANNE | {"email_verified": False})
    row = invited(UserFactory(email=ANNE["email"]))
    accept_by_e_mail(visitor, row)
    assert "You have an account already: sign in, then accept." in page_text(
        visitor.get("/accounts/oidc/access-requested/")
    )
    assert get_user(visitor).is_authenticated is False


def test_another_subject_with_the_same_address_does_not_get_the_account(local: Local, visitor: Client):
    """The provider gave the address to another person; the subject it signs decides."""
    owner = UserFactory(email=ANNE["email"])
    SocialAccount.objects.create(user=owner, provider="local", uid="the one before")
    accept_by_e_mail(visitor, invited(owner))
    assert (get_user(visitor).is_authenticated, SocialAccount.objects.count()) == (False, 1)


def test_account_of_another_person_is_not_given_to_the_invited_person(local: Local, visitor: Client, row: Invitation):
    local.set_claims(anne=ANNE | {"email": "colleague@rivage.example"})
    colleague = UserFactory(email="colleague@rivage.example")
    accept_by_e_mail(visitor, row)
    assert get_user(visitor) == colleague
    refused = visitor.get(HERE)
    assert (refused.status_code, "another e-mail address" in refused.content.decode()) == (403, True)
    assert visitor.post(HERE).status_code == 403
    assert Membership.objects.filter(user=colleague).exists() is False


def test_a_closed_account_stays_closed(local: Local, visitor: Client):
    row = invited(UserFactory(email=ANNE["email"]))
    visitor.post(link(row), {"sign_in": "1"})
    close_account(user=row.person, at=timezone.now(), by=None)
    sign_in(visitor, "anne")
    assert (get_user(visitor).is_authenticated, User.objects.get(pk=row.person_id).is_active) == (False, False)


def test_person_granted_without_a_verified_address_joins_by_e_mail(local: Local, visitor: Client):
    local.set_claims(anne=ANNE | {"email_verified": False})
    sign_in(visitor, "anne")
    staff, cohort = UserFactory(is_lab_staff=True), CohortFactory(slug="rivage")
    grant_access(access=AccessRequest.objects.get(), cohort=cohort, role="relay", at=timezone.now(), by=staff)
    page = page_text(visitor.get(sign_in(visitor, "anne").headers["Location"]))
    assert ("The lab has invited you" in page, "does not confirm your e-mail address to us, so we sent an" in page) == (
        True,
        True,
    )
    row = Invitation.objects.get()
    address = f"/invitations/{token_of(row.seed, row.version, row.email)}/"
    answer = visitor.post(address, {"full_name": "Anne Martin", "password": "nine green bottles"})
    assert (answer.headers["Location"], get_user(visitor).email) == ("/cohorts/rivage/", ANNE["email"])


def test_account_of_an_invitation_requires_its_second_factor(visitor: Client, row: Invitation):
    """The factor is inserted directly: a new account has none, and no way to sign in skips it."""
    totp = Authenticator.objects.create(user=row.person, type="totp", data={"secret": encrypt("x")})
    answer = visitor.post(link(row), {"full_name": "Anne", "password": "nine green bottles"})
    assert (answer.headers["Location"], get_user(visitor).is_authenticated) == ("/accounts/2fa/authenticate/", False)
    totp.delete()
