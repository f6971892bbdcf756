"""The page behind the link to a claimed address, and the page where lab staff see and release addresses."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.addresses.actions import claim_address
from accounts.models import AddressClaim, AddressRelease, User
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.models import Invitation
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import EVERYONE, NOW, Cast
from tests.factories.invitations import AwaitedFactory, InvitationFactory
from tests.pages import errors, links, messages, rows, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
VERA, PASSWORD = "vera@victim.example", "a long demonstration word"
LIST, OWN = "/account/addresses/", "/accounts/email/"
HER_WORDS = "She called us: the address is hers"


@pytest.fixture
def mallory() -> User:
    return UserFactory(full_name="Mallory", email="mallory@people.example", language="en")


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Ada Lab", is_lab_staff=True, language="en")


def claimed_by(user: User) -> str:
    """Claim the address on the page, and return the path of the link in the e-mail, or nothing."""
    signed_in(user).post(OWN, {"action_add": "1", "email": VERA})
    found = re.findall(r"https://lab\.example(/account/addresses/confirm/\S+)", mail.outbox[-1].body)
    return found[0] if found else ""


def subjects() -> list[tuple[list[str], str]]:
    return [(email.to, email.subject) for email in mail.outbox]


class TestConfirming:
    def test_signed_in_claimant_confirms_and_is_notified_at_the_main_address(self, mallory: User):
        path, client = claimed_by(mallory), signed_in(mallory)
        page = client.get(path)
        assert texts(page, "h1") == ["Confirm your e-mail address"]
        assert "becomes an address of your account (Mallory)" in page.content.decode()
        answer = client.post(path, follow=True)
        assert messages(answer) == [f"{VERA} is now an address of your account."]
        assert EmailAddress.objects.get(email=VERA).verified is True
        assert subjects() == [
            ([VERA], "Confirm your e-mail address"),
            (["mallory@people.example"], "An e-mail address was added"),
        ]

    def test_opening_the_page_changes_nothing(self, mallory: User):
        path, client = claimed_by(mallory), signed_in(mallory)
        assert [client.get(path).status_code, client.head(path).status_code] == [200, 200]
        assert (AddressClaim.objects.count(), EmailAddress.objects.filter(email=VERA).count()) == (1, 0)

    def test_signed_out_visitor_is_asked_to_sign_in(self, mallory: User):
        path, client = claimed_by(mallory), Client(headers={"accept-language": "en"})
        for page in (client.get(path), client.post(path)):
            assert texts(page, "h1") == ["Sign in to confirm this address"]
            assert links(page)["Sign in"] == f"/accounts/login/?next={path}"
        assert EmailAddress.objects.filter(email=VERA).count() == 0

    def test_link_is_refused_with_a_reason_in_another_account(self, mallory: User):
        path = claimed_by(mallory)
        page = signed_in(UserFactory()).post(path)
        assert (page.status_code, texts(page, "h1")) == (200, ["This address was not added"])
        assert "A different account asked for this address, not the one you are signed in to." in page.content.decode()

    @pytest.mark.parametrize(
        ("invited", "text"),
        [
            (True, "Open the link in the invitation e-mail and accept the invitation there."),
            (False, "sign in with this address as usual"),
        ],
    )
    def test_page_explains_what_to_do_if_the_address_belongs_to_someone_else(
        self, mallory: User, invited: bool, text: str
    ):
        path = claimed_by(mallory)
        if invited:
            InvitationFactory(person=AwaitedFactory(email=VERA))
        else:
            UserFactory(email=VERA)
        for client in (Client(headers={"accept-language": "en"}), signed_in(mallory)):
            page = client.post(path)
            assert (page.status_code, texts(page, "h1")) == (410, ["This address was not added"])
            assert text in page.content.decode()
        assert User.objects.with_address(VERA).get() != mallory

    @pytest.mark.parametrize("end", ["withdrawn", "expired"])
    @pytest.mark.parametrize("claimed_first", [True, False])
    def test_ended_invitation_no_longer_reserves_the_address(self, mallory: User, end: str, claimed_first: bool):
        path = claimed_by(mallory) if claimed_first else ""
        invitation = InvitationFactory(person=AwaitedFactory(email=VERA))
        if end == "withdrawn":
            revoke_invitation(invitation=invitation, reason="a mistake", at=NOW, by=None)
        else:
            Invitation.objects.update(sent_at=NOW - timedelta(days=20), expires_at=NOW - timedelta(days=1))
        answer = signed_in(mallory).post(path or claimed_by(mallory), follow=True)
        assert messages(answer) == [f"{VERA} is now an address of your account."]
        assert User.objects.with_address(VERA).get() == mallory
        assert User.objects.get(pk=invitation.person_id).erased_at == NOW

    def test_the_e_mail_repeats_nothing_that_the_claimant_typed(self, mallory: User):
        claimed_by(mallory)
        [email] = mail.outbox
        assert (email.to, [VERA in text for text in (email.subject, email.body, email.alternatives[0][0])]) == (
            [VERA],
            [False, False, False],
        )

    def test_an_unknown_link_is_not_valid(self):
        page = Client(headers={"accept-language": "en"}).get("/account/addresses/confirm/wrong/")
        assert (page.status_code, "This link is not valid, or is no longer valid." in page.content.decode()) == (
            410,
            True,
        )


class TestEnumeration:
    """What a claimant reads reveals nothing about who has the address."""

    def page_and_subject(self, mallory: User) -> tuple[Any, ...]:
        client = signed_in(mallory)
        answer = client.post(OWN, {"action_add": "1", "email": VERA}, follow=True)
        again = client.post(OWN, {"action_add": "1", "email": VERA}, follow=True)
        return (
            messages(answer),
            errors(answer),
            texts(answer, "h2")[:3],
            messages(again),
            texts(client.get(OWN), "h2")[:3],
        )

    @pytest.mark.parametrize(
        ("who", "subject"),
        [
            ("nobody", "Confirm your e-mail address"),
            ("invited", "Your invitation has not changed"),
            ("account", "Your address stays with your account"),
            ("unverified", "Your address stays with your account"),
            ("further", "Your address stays with your account"),
            ("claimed", "Confirm your e-mail address"),
        ],
    )
    def test_claimant_sees_the_same_message_whoever_has_the_address(self, mallory: User, who: str, subject: str):
        if who == "invited":
            InvitationFactory(person=AwaitedFactory(email=VERA))
        elif who in {"account", "unverified"}:
            UserFactory(email=VERA, verified=who == "account")
        elif who == "further":
            EmailAddress.objects.create(user=UserFactory(), email=VERA, verified=True)
        elif who == "claimed":
            claim_address(user=UserFactory(), email=VERA, at=NOW, by=None)
        sent = [f"An e-mail is on its way to {VERA}. Open the link in it to confirm the address."]
        cards = ["mallory@people.example", VERA, "Add an address"]
        assert self.page_and_subject(mallory) == (sent, [], cards, sent, cards)
        assert subjects() == [([VERA], subject)] * 2
        assert "Mallory" not in "".join(email.body for email in mail.outbox)

    def test_claimant_sees_the_same_message_within_the_limit_on_e_mails(self, mallory: User, settings):
        settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/180s/key"}
        claimed_by(UserFactory())
        sent = [f"An e-mail is on its way to {VERA}. Open the link in it to confirm the address."]
        cards = ["mallory@people.example", VERA, "Add an address"]
        assert self.page_and_subject(mallory) == (sent, [], cards, sent, cards)
        assert len(mail.outbox) == 1


class TestWithdrawing:
    def test_link_of_a_withdrawn_claim_is_not_valid(self, mallory: User):
        path, client = claimed_by(mallory), signed_in(mallory)
        answer = client.post(reverse("withdraw_claim", args=[AddressClaim.objects.get().pk]), follow=True)
        assert messages(answer) == [f"{VERA} will not be added to your account."]
        assert (AddressClaim.objects.count(), client.get(path).status_code) == (0, 410)

    def test_people_cannot_withdraw_claims_of_others(self, mallory: User):
        claimed_by(mallory)
        signed_in(UserFactory()).post(reverse("withdraw_claim", args=[AddressClaim.objects.get().pk]))
        assert AddressClaim.objects.count() == 1

    def test_the_password_is_required_first(self, mallory: User):
        claimed_by(mallory)
        path = reverse("withdraw_claim", args=[AddressClaim.objects.get().pk])
        answer = signed_in(mallory, again=False).post(path)
        assert unquote(answer.headers["Location"]).startswith("/accounts/reauthenticate/?next=")
        assert AddressClaim.objects.count() == 1


class TestList:
    def test_list_shows_claims_further_addresses_and_invited_people_with_owners(self, staff: User, mallory: User):
        row = InvitationFactory(person=AwaitedFactory(email=VERA, full_name="Vera Essai"), cohort__name="Rivage")
        claim_address(user=mallory, email=VERA, at=NOW, by=mallory)
        EmailAddress.objects.create(user=mallory, email="mallory@home.example", verified=True)
        page = signed_in(staff).get(LIST)
        invited = f"Invited: {row.target}, ambassador"
        assert rows(page) == [
            [VERA, "Mallory address added, not confirmed", "24 Nov 2026", f"Vera Essai {invited}", f"Release {VERA}"],
            [
                "mallory@home.example",
                "Mallory additional address of the account",
                "not known",
                "Mallory",
                "Release mallory@home.example",
            ],
            [
                VERA,
                "Vera Essai invited, has not joined",
                "24 Nov 2026",
                f"Vera Essai {invited}",
                "Withdraw the invitation first",
            ],
        ]
        assert links(page)[invited] == row.get_absolute_url()

    def test_list_is_searched_by_a_part_of_an_address(self, staff: User, mallory: User):
        for email in (VERA, "other@people.example"):
            claim_address(user=mallory, email=email, at=NOW, by=mallory)
        client = signed_in(staff)
        assert [row[0] for row in rows(client.get(f"{LIST}?search=VICTIM"))] == [VERA]
        assert "No address matches." in client.get(f"{LIST}?search=nothing").content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_list_takes_eight_queries_whatever_its_length(self, count: int, staff: User, django_assert_num_queries):
        for number in range(count):
            row = InvitationFactory(person__email=f"{number}@victim.example")
            claim_address(user=UserFactory(), email=row.email, at=NOW, by=None)
        client = signed_in(staff)
        client.get(LIST)
        # session, person, count, rows, main and further addresses of the owners, invitations, what was released last
        with django_assert_num_queries(8):
            client.get(LIST)

    @pytest.mark.parametrize("role", EVERYONE.replace("S", ""))
    def test_only_lab_staff_read_and_release(self, role: str, cast: Cast):
        claim_address(user=cast["M"], email=VERA, at=NOW, by=None)
        path = reverse("release_address", args=["claim", AddressClaim.objects.get().pk])
        client = signed_in(cast[role])
        answers = [client.get(LIST), client.get(path), client.post(path, {"because": HER_WORDS})]
        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert AddressClaim.objects.count() == 1

    def test_page_on_data_links_to_the_list_for_lab_staff(self, staff: User):
        assert links(signed_in(staff).get("/privacy/"))["E-mail addresses"] == LIST


class TestReleasing:
    def test_release_frees_the_address_notifies_the_person_and_is_in_the_history(self, staff: User, mallory: User):
        row = EmailAddress.objects.create(user=mallory, email=VERA, verified=True)
        client, path = signed_in(staff, again=False), reverse("release_address", args=["further", row.pk])
        first = client.post(path, {"because": HER_WORDS})
        assert unquote(first.headers["Location"]) == f"/accounts/reauthenticate/?next={path}"
        assert AddressRelease.objects.count() == 0
        answer = client.post(first.headers["Location"], {"password": PASSWORD, "next": path}, follow=True)
        assert messages(answer) == [f"The address {VERA} is released."]
        assert EmailAddress.objects.filter(email=VERA).count() == 0
        email = mail.outbox[-1]
        assert (email.to, email.subject) == ([mallory.email], "An e-mail address was removed from your account")
        assert f"Ada Lab of the lab made this change.\n\nReason: {HER_WORDS}" in email.body
        assert texts(answer, "li")[-1] == f"24 Nov 2026: {VERA} (Mallory), Ada Lab {HER_WORDS}"
        history = client.get(reverse("object_history", args=["person", mallory.pk])).content.decode()
        assert ("Address released" in history, "Ada Lab" in history, VERA in history) == (True, True, False)

    def test_a_reason_is_required(self, staff: User, mallory: User):
        claim_address(user=mallory, email=VERA, at=NOW, by=mallory)
        path = reverse("release_address", args=["claim", AddressClaim.objects.get().pk])
        page = signed_in(staff).post(path, {"because": " "})
        assert (errors(page), AddressClaim.objects.count()) == (["This field is required."], 1)

    def test_invited_person_is_released_once_no_invitation_waits(self, staff: User):
        row = InvitationFactory()
        client, path = signed_in(staff), reverse("release_address", args=["invited", row.person_id])
        assert "Withdraw the invitation first, then release the address." in client.get(path).content.decode()
        row.revoked_at, row.reason = NOW, "A slip"
        row.save()
        client.post(path, {"because": HER_WORDS})
        assert (User.objects.get(pk=row.person_id).erased_at, mail.outbox) == (NOW, [])

    @pytest.mark.parametrize("kind", ["claim", "further", "invited", "main"])
    def test_unknown_key_is_not_found(self, staff: User, kind: str):
        assert signed_in(staff).get(f"{LIST}{kind}/999999/release/").status_code == 404
