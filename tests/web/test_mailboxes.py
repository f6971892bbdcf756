"""Which addresses are mailboxes, in forms and in the database."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from accounts.forms import AddAddressForm, AddressForm
from accounts.models import User
from accounts.openid.claims import _email
from cohorts.forms.members import MemberForm
from cohorts.pasted import read
from exchanges.forms.places import GuestForm
from programmes.forms.authorities import AdminForm
from tests.factories.accounts import UserFactory
from tests.factories.invitations import InvitationFactory
from tests.sql import execute, insert_like, refused_by
from web.mailboxes import HOST, MailboxField, check_mailbox

NO_MAILBOXES = [
    "user@[127.0.0.1]",
    "user@[IPv6:2001:db8::1]",
    "user@[2001:db8::1]",
    "user@127.0.0.1",
    "user@localhost",
    "user@mailhost",
    "user@10.1",
    "user@0x7f.0x1",
    "user@ville.example.",
    "user@",
]
MAILBOXES = ["user@ville.example", "a.b+c@sous-domaine.ville.fr", "user@1and1.example", "user@xn--vrme-1oa.example"]


@pytest.mark.parametrize("email", NO_MAILBOXES)
def test_ip_addresses_and_hosts_without_a_dot_are_no_mailbox(email: str):
    with pytest.raises(ValidationError):
        check_mailbox(email)


@pytest.mark.parametrize("email", MAILBOXES)
def test_hosts_with_a_name_are_mailboxes(email: str):
    check_mailbox(email)


@pytest.mark.django_db
def test_the_database_reads_the_rule_as_the_forms_do():
    emails = [*NO_MAILBOXES, *MAILBOXES]
    found = execute("SELECT e FROM unnest(%s::text[]) e WHERE e ~ %s", emails, HOST)
    assert [email for (email,) in found] == MAILBOXES


def test_every_form_that_takes_an_address_takes_mailboxes_only():
    for form in (AddressForm, MemberForm, GuestForm, AdminForm):
        assert isinstance(form.base_fields["email"], MailboxField), form


@pytest.mark.django_db
def test_no_such_address_is_added_to_an_account():
    form = AddAddressForm(data={"email": "user@[127.0.0.1]"}, user=UserFactory())
    assert list(form.errors) == ["email"]


def test_no_such_address_is_read_in_a_pasted_list_nor_taken_from_a_provider():
    good, bad = read("Ada Essai <ada@[127.0.0.1]>", role="relay", names={})
    assert (good, len(bad)) == ([], 1)
    assert _email({"email": "ada@[127.0.0.1]"}) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["user@[127.0.0.1]", "user@127.0.0.1", "user@localhost"])
def test_the_database_keeps_no_such_address(email: str):
    user = UserFactory()
    invitation = InvitationFactory()
    with refused_by("user_mailbox"):
        User.objects.filter(pk=user.pk).update(email=email)
    with refused_by("emailaddress_mailbox"):
        EmailAddress.objects.create(user=user, email=email, verified=True)
    with refused_by("invitation_mailbox"):
        insert_like(invitation, email=email, token_hash="0" * 64)
