"""Attack journeys on one address: a member claims the address of Vera, who is invited, has an account, or had one.

Each journey is a row of steps in one order, driven through the pages and by the e-mails that were really sent. Whatever
the order, three things hold: no page fails, Vera's browser is never signed in as another person, and Vera ends where
her own invitation or account leads.
"""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import close_account, create_person
from accounts.models import User
from accounts.privacy.actions import erase_person, reopen_account
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.models import Invitation, Membership
from labplatform.settings import base
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import Cast, create_cast
from tests.factories.invitations import link
from tests.providers import ANNE, Local, come_back, leave_for, through

VERA = "vera@victim.example"
WORD = "nine green bottles"
MEMBERS = "/cohorts/rivage/members/new/"
PAGE = "/accounts/email/"
CONFIRMATION = r"https://lab\.example(/accounts/confirm-email/\S+|/account/addresses/\S+)"
SIGN_IN = r"https://lab\.example(/sign-in/link/\S+)"
RESET = r"https://lab\.example(/accounts/password/reset/key/\S+)"


class Journey:
    """Vera, her mailbox and her browser; Mallory, a member of the cohort; a second member; the pilot and the lab."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.mallory, self.accomplice = cast["M"], cast["R"]
        self.browser = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        self.seen_as: set[str] = set()
        self.failures: list[str] = []
        self.step = ""

    def run(self, steps: str) -> None:
        for self.step in steps.split():
            getattr(self, self.step)()
            if pk := self.browser.session.get("_auth_user_id"):
                self.seen_as.add(self.label_of(int(pk)))

    def label_of(self, pk: int) -> str:
        return {self.mallory.pk: "Mallory", self.accomplice.pk: "accomplice"}.get(pk, "Vera")

    def outcome(self) -> tuple[set[str], set[str], list[str]]:
        """Return as whom Vera's browser was signed in, who accepted her invitation, and which steps failed."""
        accepted = Invitation.objects.accepted().values_list("accepted_by", flat=True)
        members = Membership.objects.filter(user__in=accepted, role="ambassador").values_list("user", flat=True)
        return self.seen_as, {self.label_of(pk) for pk in members if pk}, self.failures

    def checked(self, response: Any) -> Any:
        if response.status_code >= 500:
            self.failures.append(self.step)
        return response

    def get(self, path: str) -> Any:
        return self.checked(self.browser.get(path))

    def post(self, path: str, **fields: str) -> Any:
        return self.checked(self.browser.post(path, fields))

    # what others do

    def claim(self, by: User | None = None, address: str = VERA, action: str = "add") -> None:
        client = signed_in(by or self.mallory)
        client.raise_request_exception = False
        self.checked(client.post(PAGE, {f"action_{action}": "1", "email": address}))

    def claim_in_capitals(self) -> None:
        self.claim(address=VERA.upper())

    def claim_in_full_width(self) -> None:
        self.claim(address="vera@ｖｉｃｔｉｍ.example")

    def claim_with_another_dot(self) -> None:
        self.claim(address="vera@victim。example")

    def accomplice_claims(self) -> None:
        self.claim(by=self.accomplice)

    def claim_becomes_primary(self) -> None:
        self.claim(action="primary")

    def invite(self, address: str = VERA) -> None:
        fields = {"email": address, "full_name": "Vera Essai", "language": "en", "role": "ambassador"}
        client = signed_in(self.cast["P"])
        client.raise_request_exception = False
        self.checked(client.post(MEMBERS, fields | {"starts_on": "2026-11-24"}))

    def invite_in_capitals(self) -> None:
        fields = {"email": "Vera@Victim.EXAMPLE", "full_name": "Vera Essai", "language": "en", "role": "ambassador"}
        self.checked(signed_in(self.cast["P"]).post(MEMBERS, fields | {"starts_on": "2026-11-24"}))

    def invite_in_full_width(self) -> None:
        self.invite(address="vera@ｖｉｃｔｉｍ.example")

    def invite_with_another_dot(self) -> None:
        self.invite(address="vera@victim。example")

    def withdraw(self) -> None:
        revoke_invitation(invitation=Invitation.objects.latest("pk"), reason="a mistake", at=timezone.now(), by=None)

    def unverified_account(self) -> None:
        """Open an account for Vera, by the lab, with an address that she has not proved."""
        create_person(email=VERA, full_name="Vera Essai", by=None)

    def account(self) -> None:
        UserFactory(email=VERA, full_name="Vera Essai")

    def close(self) -> None:
        close_account(user=self.vera(), at=timezone.now(), by=None)

    def reopen(self) -> None:
        reopen_account(user=self.vera(), by=None)

    def erase(self) -> None:
        erase_person(user=self.vera(), at=timezone.now(), by=None)

    def vera(self) -> User:
        return User.objects.get(full_name="Vera Essai")

    # what Vera does

    def mailbox(self, pattern: str) -> list[str]:
        """Return the links of one kind in all e-mails to Vera, the earliest first."""
        bodies = [email.body for email in mail.outbox if email.to[0].lower() == VERA]
        return list(dict.fromkeys(found for body in bodies for found in re.findall(pattern, body)))

    def click(self) -> None:
        """Follow every confirmation link that Vera got, and press its button."""
        for path in self.mailbox(CONFIRMATION):
            self.get(path)
            self.post(path)

    def sign_in_by_link(self, wanted: str = "") -> None:
        self.browser.logout()
        before = self.mailbox(SIGN_IN)
        self.post("/sign-in/link/", email=VERA, next=wanted)
        for path in [path for path in self.mailbox(SIGN_IN) if path not in before]:
            self.post(path.partition("?")[0], next=wanted)

    def reset_password(self) -> None:
        self.browser.logout()
        self.post("/accounts/password/reset/", email=VERA)
        for path in self.mailbox(RESET):
            page = self.get(path)
            if page.status_code == 302:
                self.post(page.headers["Location"], password1=WORD, password2=WORD)
                self.post("/accounts/login/", login=VERA, password=WORD)

    def change_primary(self) -> None:
        """Make another address of Vera the main one, and keep the first."""
        EmailAddress.objects.create(user=self.vera(), email="vera@new.example", verified=True)
        client = signed_in(self.vera())
        self.checked(client.post(PAGE, {"action_primary": "1", "email": "vera@new.example"}))

    def drop_first_address(self) -> None:
        self.checked(signed_in(self.vera()).post(PAGE, {"action_remove": "1", "email": VERA}))

    def accept(self) -> None:
        """Open the link of Vera's invitation: as a new person, or after signing in by a link."""
        row = Invitation.objects.latest("pk")
        self.browser.logout()
        self.get(link(row))
        self.post(link(row), full_name="Vera Essai", password=WORD)
        if not Invitation.objects.accepted().filter(pk=row.pk).exists():
            self.post(link(row), sign_in="1")
            held = self.browser.session.get("invitation", "")
            self.sign_in_by_link("/invitation/")
            session = self.browser.session
            session["invitation"] = held
            session.save()
            self.post("/invitation/")

    def sign_in_by_provider(self) -> None:
        self.checked(come_back(self.browser, through(leave_for(self.browser), "anne")))

    def come_by_invitation(self) -> None:
        self.post(link(Invitation.objects.latest("pk")), sign_in="1")
        self.checked(come_back(self.browser, through(leave_for(self.browser, next="/invitation/"), "anne")))
        self.post("/invitation/")


IN, OUT, SIGNED_IN = ({"Vera"}, {"Vera"}, []), (set(), set(), []), ({"Vera"}, set(), [])
ORDERS: dict[str, tuple[str, Any]] = {
    "claimed, invited, accepted": ("claim invite accept", IN),
    "claimed, invited, confirmation clicked": ("claim invite click accept", IN),
    "claimed, confirmation clicked, invited": ("claim click invite accept", IN),
    "invited, claimed, confirmation clicked": ("invite claim click accept", IN),
    "invited, claimed, sign-in link asked": ("invite claim sign_in_by_link accept", IN),
    "claimed, sign-in link asked, invited": ("claim sign_in_by_link invite accept", IN),
    "invited, claimed, password reset": ("invite claim reset_password accept", IN),
    "invited, claimed in capitals, clicked, link": ("invite claim_in_capitals click sign_in_by_link accept", IN),
    "claimed, invited in capitals, clicked": ("claim invite_in_capitals click accept", IN),
    "invited, claimed twice by two members": ("invite claim accomplice_claims click sign_in_by_link accept", IN),
    "claimed by two, clicked, invited": ("claim accomplice_claims click invite accept", IN),
    "claim made primary, invited": ("claim claim_becomes_primary click claim_becomes_primary invite accept", IN),
    "invited, accepted, then claimed": ("invite accept claim click sign_in_by_link", IN),
    "unverified account, claimed, clicked, link": ("unverified_account claim click sign_in_by_link", SIGNED_IN),
    "claimed, unverified account, clicked, link": ("claim unverified_account click sign_in_by_link", SIGNED_IN),
    "unverified account, claimed, reset": ("unverified_account claim click reset_password", SIGNED_IN),
    "account, primary changed, claimed, clicked": ("account change_primary claim click sign_in_by_link", SIGNED_IN),
    "account invited, primary changed, accepted": ("account invite change_primary accept", IN),
    "second address invited": ("account change_primary invite accept", IN),
    "account closed, claimed, clicked, link": ("account close claim click sign_in_by_link", OUT),
    "account closed, claimed, reopened, link": ("account close claim click reopen sign_in_by_link", SIGNED_IN),
    "account erased, claimed, invited": ("account erase claim click invite accept", IN),
    "account erased, invited again, claimed": ("account erase invite claim click sign_in_by_link accept", IN),
    "second address of a closed account claimed": ("account change_primary close claim click sign_in_by_link", OUT),
    "invited, claimed in full width, clicked, link": ("invite claim_in_full_width click sign_in_by_link accept", IN),
    "claimed in full width, clicked, invited": ("claim_in_full_width click invite accept", IN),
    "invited in full width, claimed, clicked": ("invite_in_full_width claim click sign_in_by_link accept", IN),
    "invited, claimed with another dot, clicked": ("invite claim_with_another_dot click accept", IN),
    "invited with another dot, claimed, clicked": ("invite_with_another_dot claim click accept", IN),
    "account, claimed in full width, clicked, link": ("account claim_in_full_width click sign_in_by_link", SIGNED_IN),
    "claimed, invited, withdrawn, clicked, link": ("claim invite withdraw click sign_in_by_link", OUT),
    "invited, withdrawn, claimed, clicked, invited": ("invite withdraw claim click invite accept", IN),
    "second address given up, then invited": ("account change_primary drop_first_address invite accept", IN),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(("steps", "expected"), ORDERS.values(), ids=ORDERS)
def test_every_journey_leads_vera_to_her_own_account(cast: Cast, steps: str, expected: object):
    journey = Journey(cast)
    journey.run(steps)
    assert journey.outcome() == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("claim click sign_in_by_provider", OUT),
        ("unverified_account claim sign_in_by_provider", SIGNED_IN),
        ("invite claim click sign_in_by_provider", OUT),
        ("invite claim click come_by_invitation", IN),
    ],
)
def test_provider_that_verifies_the_address_opens_only_her_account(local: Local, steps: str, expected: object):
    local.set_claims(anne=ANNE | {"email": VERA})
    journey = Journey(create_cast())
    journey.run(steps)
    assert journey.outcome() == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(("one", "other"), [("vílle", "xn--vlle-vpa"), ("xn--vlle-vpa", "vílle"), ("VÍLLE", "ｖílle")])
def test_accented_domain_and_its_encoded_form_are_the_same_mailbox(cast: Cast, one: str, other: str):
    journey = Journey(cast)
    journey.invite(address=f"vera@{one}.example")
    journey.invite(address=f"vera@{other}.example")
    journey.claim(address=f"vera@{other}.example")
    assert Invitation.objects.values_list("email", flat=True).get() == "vera@xn--vlle-vpa.example"
    assert [(email.to, email.subject) for email in mail.outbox] == [
        (["vera@xn--vlle-vpa.example"], "Your invitation has not changed")
    ]


@pytest.mark.django_db
def test_spellings_of_one_mailbox_share_the_limit_of_sign_in_links(settings: Any):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    UserFactory(email=VERA)
    spellings = (VERA, "vera@ｖictim.example", "vera@vｉctim.example", "vera@viｃtim.example", "VERA@vicｔim.example")
    answers = [Client().post("/sign-in/link/", {"email": email}).status_code for email in spellings]
    assert (answers, len(mail.outbox)) == ([302, 302, 302, 429, 429], 3)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
def test_spellings_of_one_mailbox_share_the_limit_of_confirmation_e_mails(cast: Cast, settings: Any):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    journey = Journey(cast)
    for step in ("claim", "claim_in_full_width", "claim_with_another_dot"):
        journey.run(step)
    assert [(email.to, email.subject) for email in mail.outbox] == [([VERA], "Confirm your e-mail address")]
