"""The e-mail addresses that are accepted, in forms and in the database."""

from datetime import timedelta
from unicodedata import normalize

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.addresses.actions import claim_address
from accounts.addresses.forms import AddAddressForm
from accounts.models import AddressClaim, User
from accounts.openid.claims import _email
from accounts.sign_in.forms import AddressForm
from cohorts.invitations.actions.invitations import add_or_invite
from cohorts.people.forms import MemberForm
from exchanges.models import Guest
from exchanges.registration.forms import GuestForm
from imports.cells import CellError, CellOptions, email_address
from programmes.forms.authorities import AdminForm
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.exchanges import GuestFactory
from tests.factories.invitations import InvitationFactory
from tests.sql import execute, insert_like, refused_by
from web.mailboxes import (
    HAS_SLASH,
    MAILBOX,
    NO_MAILBOX,
    NOT_ASCII,
    MailboxField,
    canonical_address,
    check_mailbox,
)

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
    "user@127.0.0.１１",
    "user@127。0。0。1",
    "user@ｄｅｍｏ.example",
    "user@vílle.example",
    "usér@ville.example",
    '"user"@ville.example',
    "user@ville.example1",
]
SPELLINGS = [
    ("  Ada@Ville.Example ", "ada@ville.example"),
    ("ada@ｖｉｌｌｅ.example", "ada@ville.example"),
    ("ada@ville。example", "ada@ville.example"),
    ("ada@ville．example", "ada@ville.example"),
    ("ada@ville｡example", "ada@ville.example"),
    ("ada@vil\u00adle.example", "ada@ville.example"),
    ("ada@vílle.example", "ada@xn--vlle-vpa.example"),
    ("ada@vi\u0301lle.example", "ada@xn--vlle-vpa.example"),
    ("ada@VÍLLE.example", "ada@xn--vlle-vpa.example"),
    ("ada@XN--VLLE-VPA.example", "ada@xn--vlle-vpa.example"),
    ("ada@straße.example", "ada@strasse.example"),
    ("ada@ville.рф", "ada@ville.xn--p1ai"),
    ("ada@127.0.0.１１", ""),
    ("ada@127。0。0。1", ""),
    ("ada@[127.0.0.1]", ""),
    ("adá@ville.example", ""),
    ("ａｄａ@ville.example", ""),
    ("\u212aim@ville.example", ""),
    ('"ada"@ville.example', ""),
    ("ada＠ville.example", ""),
    ("ada@" + "v" * 64 + ".example", ""),
    ("ada@" + "ville." * 100 + "example", ""),
    ("ada@ville..example", ""),
    ("ada", ""),
    ("", ""),
]
CHARACTERS = "abVÍíßｄ0１.。．｡-\u00ad\u0301＠…ıK"
MAILBOXES = ["user@ville.example", "a.b+c@sous-domaine.ville.fr", "user@1and1.example", "user@xn--vrme-1oa.example"]


@pytest.mark.parametrize(("typed", "canonical"), SPELLINGS)
def test_each_mailbox_has_one_spelling(typed: str, canonical: str):
    assert canonical_address(typed) == canonical


@given(st.text(CHARACTERS, max_size=12))
def test_canonical_addresses_stay_unchanged(domain: str):
    once = canonical_address(f"ada@{domain}.example")
    assert canonical_address(once) == once


@given(st.text(CHARACTERS, max_size=12), st.text(CHARACTERS, max_size=12))
def test_spellings_that_django_sends_to_one_mailbox_are_equal(one: str, other: str):
    typed = [f"ada@{domain}.example" for domain in (one, other, normalize("NFKC", one), one.upper())]
    reached: dict[str, set[str]] = {}
    for email in typed:
        if found := canonical_address(email):
            reached.setdefault(sanitize_address(("", email), "utf-8").lower(), set()).add(found)
    assert reached == {mailbox: {mailbox} for mailbox in reached}


def test_a_form_returns_the_canonical_spelling():
    form = AddressForm({"email": " Ada@ｖｉｌｌｅ.example"})
    assert (form.is_valid(), form.cleaned_data) == (True, {"email": "ada@ville.example"})


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("adá@ville.example", NOT_ASCII),
        ("you-won-go-to-www.evil.example/prize+victim@ville.example", HAS_SLASH),
        ("ada@127.0.0.１１", NO_MAILBOX),
    ],
)
def test_a_form_gives_the_reason_why_an_address_is_refused(email: str, reason: str):
    with pytest.raises(ValidationError) as refused:
        MailboxField().clean(email)
    assert refused.value.messages == [reason]


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ada@ｖｉｌｌｅ.example", "ada@ville。example", "ADA@VILLE.EXAMPLE"])
def test_every_action_stores_and_finds_the_canonical_spelling(email: str, cast: Cast):
    invitation = add_or_invite(
        cohort=cast.cohort, email=email, full_name="Ada", role="relay", starts_on=TODAY, at=timezone.now(), by=cast["P"]
    )
    assert (invitation.email, invitation.person.email) == ("ada@ville.example", "ada@ville.example")
    assert User.objects.with_address(email).get() == invitation.person
    claim_address(user=cast["M"], email=email, at=timezone.now(), by=cast["M"])
    assert AddressClaim.objects.get().email == "ada@ville.example"
    assert _email({"email": email}) == "ada@ville.example"
    assert email_address(f"Ada Essai <{email}>", CellOptions()) == "ada@ville.example"


@pytest.mark.parametrize("email", [e for e in NO_MAILBOXES if canonical_address(e) == ""])
def test_text_without_a_canonical_spelling_is_no_mailbox(email: str):
    with pytest.raises(ValidationError):
        check_mailbox(email)


@pytest.mark.parametrize("email", MAILBOXES)
def test_addresses_at_named_hosts_are_mailboxes(email: str):
    check_mailbox(email)


@pytest.mark.django_db
def test_the_database_applies_the_same_rule_as_the_forms():
    emails = [*NO_MAILBOXES, *MAILBOXES]
    found = execute("SELECT e FROM unnest(%s::text[]) e WHERE e ~ %s", emails, MAILBOX)
    assert [email for (email,) in found] == MAILBOXES


def test_every_address_field_takes_mailboxes_only():
    for form in (AddressForm, MemberForm, GuestForm, AdminForm):
        assert isinstance(form.base_fields["email"], MailboxField), form


@pytest.mark.django_db
def test_an_invalid_address_cannot_be_added_to_an_account():
    form = AddAddressForm(data={"email": "user@[127.0.0.1]"}, user=UserFactory())
    assert list(form.errors) == ["email"]


def test_an_invalid_address_is_refused_in_tables_and_from_providers():
    with pytest.raises(CellError):
        email_address("Ada Essai <ada@[127.0.0.1]>", CellOptions())
    assert _email({"email": "ada@[127.0.0.1]"}) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["user@[127.0.0.1]", "user@127.0.0.１１", "user@localhost", "user@vílle.example"])
def test_the_database_refuses_an_invalid_address(email: str):
    user = UserFactory()
    invitation, guest, now = InvitationFactory(), GuestFactory(), timezone.now()
    dates = {"token_hash": "0" * 64, "made_at": now, "expires_at": now + timedelta(days=3)}
    with refused_by("user_mailbox"):
        User.objects.filter(pk=user.pk).update(email=email)
    with refused_by("emailaddress_mailbox"):
        EmailAddress.objects.create(user=user, email=email, verified=True)
    with refused_by("invitation_mailbox"):
        insert_like(invitation, email=email, token_hash="0" * 64)
    with refused_by("address_claim_mailbox"):
        AddressClaim.objects.create(user=user, email=email, **dates)
    with refused_by("guest_mailbox"):
        Guest.objects.filter(pk=guest.pk).update(email=email)
