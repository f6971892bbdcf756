"""Somebody invited comes by their organisation’s sign-in: a provider vouches for the address, or nobody gets in."""

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
from tests.cohorts.pages import main
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import AwaitedFactory, InvitationFactory, link
from tests.providers import ANNE, Local, come_back, leave_for, sign_in, through
from web.security.encryption import encrypt

pytestmark = pytest.mark.django_db
HERE = "/invitation/"
NOT_PROVED = "Your organisation’s sign-in does not confirm the address"


def invited(person: User) -> Invitation:
    """Today: the provider has a clock of its own."""
    return InvitationFactory(cohort__slug="rivage", person=person, invited_at=timezone.now())


@pytest.fixture
def row(db: None) -> Invitation:
    """For Anne, whom the provider knows."""
    return invited(AwaitedFactory(email=ANNE["email"], full_name="A. Martin"))


def from_the_letter(visitor: Client, row: Invitation, who: str = "anne") -> Any:
    """The invitation's page, its button, the sign-in page, the provider, and back."""
    onward = visitor.post(link(row), {"sign_in": "1"}).headers["Location"]
    page = visitor.get(onward)
    assert "process=login&amp;next=%2Finvitation%2F" in page.content.decode()
    return come_back(visitor, through(leave_for(visitor, next=HERE), who))


def test_a_vouched_address_joins_and_one_button_accepts(local: Local, visitor: Client, row: Invitation):
    answer = from_the_letter(visitor, row)
    person = User.objects.get(pk=row.person_id)
    assert (answer.status_code, answer.headers["Location"], get_user(visitor)) == (302, HERE, person)
    assert (person.joined, person.full_name, person.has_usable_password()) == (True, "Anne MARTIN", False)
    assert EmailAddress.objects.get(user=person).verified is True
    assert SocialAccount.objects.get(uid="anne").user == person
    assert "Accept the invitation" in main(visitor.get(HERE))
    assert Membership.objects.filter(user=person).exists() is False
    assert visitor.post(HERE).headers["Location"] == "/cohorts/rivage/"
    assert Membership.objects.get(user=person).cohort == row.cohort


def test_the_lab_is_not_asked_about_somebody_it_invited(local: Local, visitor: Client, row: Invitation):
    """The SIRET would propose an authority to somebody without a cohort."""
    from_the_letter(visitor, row)
    sign_in(Client(), "anne")
    assert AccessRequest.objects.count() == 0


@pytest.mark.parametrize(
    "told", [{"email": "anne@elsewhere.example"}, {"email": ""}, {"email_verified": False}], ids=["other", "none", "no"]
)
def test_another_address_or_one_that_nobody_vouches_for_is_told_why(
    told: dict[str, Any], local: Local, visitor: Client, row: Invitation
):
    local.says(anne=ANNE | told)
    answer = from_the_letter(visitor, row)
    page = main(visitor.get(answer.headers["Location"]))
    assert "You cannot accept your invitation with this sign-in" in page
    assert NOT_PROVED in page
    assert (User.objects.get(pk=row.person_id).joined, get_user(visitor).is_authenticated) == (False, False)
    assert (AccessRequest.objects.count(), SocialAccount.objects.count()) == (0, 0)


def test_who_comes_next_in_that_browser_is_somebody_else_and_the_letter_still_opens(
    local: Local, visitor: Client, row: Invitation
):
    local.says(anne=ANNE | {"email": "anne@elsewhere.example"})
    from_the_letter(visitor, row)
    sign_in(visitor, "anne")
    assert AccessRequest.objects.get().email == "anne@elsewhere.example"
    assert visitor.get(link(row)).status_code == 200


def test_without_the_letter_s_page_a_vouched_address_opens_nothing(local: Local, visitor: Client, row: Invitation):
    assert sign_in(visitor, "anne").headers["Location"] == "/accounts/oidc/asked/"
    assert User.objects.get(pk=row.person_id).joined is False
    assert "The lab has received your request" in main(visitor.get("/accounts/oidc/asked/"))


def test_an_invitation_that_was_taken_back_meanwhile_opens_nothing(local: Local, visitor: Client, row: Invitation):
    visitor.post(link(row), {"sign_in": "1"})
    revoke_invitation(invitation=row, reason="A slip", at=timezone.now(), by=None)
    sign_in(visitor, "anne")
    assert (User.objects.get(pk=row.person_id).joined, get_user(visitor).is_authenticated) == (False, False)


def test_who_has_an_account_is_signed_in_and_accepts(local: Local, visitor: Client):
    row = invited(UserFactory(email=ANNE["email"]))
    assert from_the_letter(visitor, row).headers["Location"] == HERE
    assert (get_user(visitor), "Accept the invitation" in main(visitor.get(HERE))) == (row.person, True)


def test_who_has_an_account_and_an_address_nobody_vouches_for_signs_in_first(local: Local, visitor: Client):
    local.says(anne=ANNE | {"email_verified": False})
    row = invited(UserFactory(email=ANNE["email"]))
    from_the_letter(visitor, row)
    assert "You have an account already: sign in, then accept." in main(visitor.get("/accounts/oidc/asked/"))
    assert get_user(visitor).is_authenticated is False


def test_another_subject_with_the_address_of_an_account_does_not_get_it(local: Local, visitor: Client):
    """The provider gave the address to somebody else: the subject it knows decides."""
    owner = UserFactory(email=ANNE["email"])
    SocialAccount.objects.create(user=owner, provider="local", uid="the one before")
    from_the_letter(visitor, invited(owner))
    assert (get_user(visitor).is_authenticated, SocialAccount.objects.count()) == (False, 1)


def test_somebody_else_s_account_is_not_made_the_invited_one_s(local: Local, visitor: Client, row: Invitation):
    local.says(anne=ANNE | {"email": "colleague@rivage.example"})
    colleague = UserFactory(email="colleague@rivage.example")
    from_the_letter(visitor, row)
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


def test_who_is_granted_without_a_proved_address_reads_that_a_letter_went_there_and_gets_in_by_it(
    local: Local, visitor: Client
):
    local.says(anne=ANNE | {"email_verified": False})
    sign_in(visitor, "anne")
    staff, cohort = UserFactory(is_lab_staff=True), CohortFactory(slug="rivage")
    grant_access(access=AccessRequest.objects.get(), cohort=cohort, role="relay", at=timezone.now(), by=staff)
    told = main(visitor.get(sign_in(visitor, "anne").headers["Location"]))
    assert ("The lab has invited you" in told, "does not confirm your e-mail address to us, so we sent an" in told) == (
        True,
        True,
    )
    row = Invitation.objects.get()
    address = f"/invitations/{token_of(row.seed, row.version, row.email)}/"
    answer = visitor.post(address, {"full_name": "Anne Martin", "password": "nine green bottles"})
    assert (answer.headers["Location"], get_user(visitor).email) == ("/cohorts/rivage/", ANNE["email"])


def test_a_second_factor_is_asked_for_before_an_invitation_s_account_is_entered(visitor: Client, row: Invitation):
    """Set up past us: an account that was only just opened has none, and no way in goes around one."""
    totp = Authenticator.objects.create(user=row.person, type="totp", data={"secret": encrypt("x")})
    answer = visitor.post(link(row), {"full_name": "Anne", "password": "nine green bottles"})
    assert (answer.headers["Location"], get_user(visitor).is_authenticated) == ("/accounts/2fa/authenticate/", False)
    totp.delete()
