"""An address belongs to one person: rules of the database, tried by raw SQL and concurrently, and the actions."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.actions import add_invited_person, confirm_address, create_person, join
from accounts.addresses.actions import (
    CLAIM_LIFETIME,
    HAS_AN_ACCOUNT,
    IS_INVITED,
    MAIN_ADDRESS,
    NO_LONGER_VALID,
    OF_ANOTHER_ACCOUNT,
    STILL_INVITED,
    claim_address,
    confirm_claim,
    purge_claims,
    release_address,
)
from accounts.models import AddressClaim, AddressRelease, User
from accounts.privacy.actions import erase_person
from accounts.sign_in.actions.links import ADDRESS_REMOVED, request_sign_in_link, use_sign_in_link
from cohorts.invitations.actions.invitations import invite_member
from cohorts.invitations.ending_reasons import ERASED
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import AwaitedFactory, InvitationFactory
from tests.sql import delete, execute, insert_like, refused_by, update
from web.errors import DomainError

VERA = "vera@victim.example"
RULE = "address_of_one_person"
LATER = NOW + CLAIM_LIFETIME
RULES_OF_MAILBOXES = {
    "accounts_user": "user_mailbox",
    "account_emailaddress": "emailaddress_mailbox",
    "accounts_addressclaim": "address_claim_mailbox",
    "cohorts_invitation": "invitation_mailbox",
    "exchanges_guest": "guest_mailbox",
}
database = pytest.mark.django_db


def add(user: User, email: str, *, verified: bool = True) -> None:
    columns = 'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
    execute(f"{columns} VALUES (%s, %s, %s, false)", user.pk, email, verified)


def refusal(act: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as error:
        act(**given)
    return str(error.value)


@database
class TestDatabase:
    @pytest.mark.parametrize("email", [VERA, "Vera@Victim.EXAMPLE"])
    @pytest.mark.parametrize("verified", [True, False])
    def test_no_account_takes_the_main_address_of_another(self, email: str, verified: bool):
        UserFactory(email=VERA, verified=False)
        with refused_by(RULE):
            add(UserFactory(), email, verified=verified)

    def test_no_account_takes_the_address_of_an_invited_person(self):
        AwaitedFactory(email=VERA)
        with refused_by(RULE):
            add(UserFactory(), VERA)

    def test_no_main_address_is_a_further_address_of_another(self):
        add(UserFactory(), VERA)
        other = UserFactory()
        for act in (lambda: update(other, email=VERA.upper()), lambda: insert_like(other, email=VERA)):
            with refused_by("user_email_once"):
                act()

    def test_two_accounts_do_not_share_a_further_address(self):
        add(UserFactory(), VERA)
        with refused_by(RULE):
            add(UserFactory(), VERA.upper())

    def test_address_row_cannot_move_to_another_account(self):
        UserFactory(email=VERA)
        row = EmailAddress.objects.get(user=UserFactory())
        with refused_by(RULE):
            update(row, email=VERA)

    def test_an_unverified_address_is_the_main_one_only(self):
        user = UserFactory()
        with refused_by("account_address_proved"):
            add(user, VERA, verified=False)
        update(EmailAddress.objects.get(user=user), verified=False)

    def test_unverified_address_is_deleted_when_the_main_address_changes(self):
        user = UserFactory(email="old@people.example")
        update(EmailAddress.objects.get(user=user), verified=False)
        update(user, email=VERA)
        assert EmailAddress.objects.filter(user=user).count() == 0

    def test_verified_address_stays_when_the_main_address_changes(self):
        user = UserFactory(email="old@people.example")
        update(user, email=VERA)
        assert EmailAddress.objects.get(user=user).email == "old@people.example"

    def test_open_invitation_cannot_take_an_address_of_another_person(self):
        row = InvitationFactory()
        for owner in (UserFactory(email=VERA), UserFactory()):
            if owner.email != VERA:
                User.objects.filter(email=VERA).delete()
                add(owner, VERA)
            with refused_by("invitation_address_once"):
                insert_like(row, email=VERA, token_hash="b" * 64)

    def test_open_invitation_keeps_its_address_after_the_person_removes_it(self):
        """The person has another main address since then."""
        user = UserFactory(email=VERA)
        row = InvitationFactory(person=user)
        delete(EmailAddress.objects.get(user=user))
        update(user, email="new@people.example")
        other = UserFactory()
        for act in (lambda: add(other, VERA), lambda: update(other, email=VERA)):
            with refused_by("address_awaited"):
                act()
        with refused_by("invitation_address_once"):
            insert_like(row, person_id=other.pk, token_hash="b" * 64, role="relay")
        add(user, VERA)

    def test_only_the_invited_person_accepts_and_while_the_address_is_theirs(self):
        user = UserFactory(email=VERA)
        row = InvitationFactory(person=user)
        with refused_by("invitation_address"):
            update(row, accepted_at=NOW, accepted_by_id=UserFactory().pk)
        add(user, "new@people.example")
        update(user, email="new@people.example")
        update(row, accepted_at=NOW, accepted_by_id=user.pk)
        other = InvitationFactory(person=user, email="gone@people.example")
        with refused_by("invitation_address"):
            update(other, accepted_at=NOW, accepted_by_id=user.pk)

    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"email": VERA.upper()}, "address_claim_lower"),
            ({"expires_at": NOW}, "address_claim_expires_later"),
        ],
    )
    def test_claims_are_in_lower_case_and_end_later(self, columns: dict[str, Any], rule: str):
        claim_address(user=UserFactory(), email=VERA, at=NOW, by=None)
        with refused_by(rule):
            update(AddressClaim.objects.get(), **columns)

    def test_a_person_claims_an_address_once(self):
        claim_address(user=UserFactory(), email=VERA, at=NOW, by=None)
        with refused_by("address_claim_once"):
            insert_like(AddressClaim.objects.get(), token_hash="b" * 64)

    def test_a_release_has_a_reason_is_by_the_lab_and_stays(self):
        given = {"person": UserFactory(), "email": VERA, "made_at": NOW}
        with refused_by("address_release_reason"):
            AddressRelease.objects.create(because=" ", **given)
        with refused_by("address_release_by_lab"):
            AddressRelease.objects.create(because="Not theirs", staff=UserFactory(), **given)
        row = AddressRelease.objects.create(because="Not theirs", **given)
        for columns in ({"because": "Other"}, {"email": "o@x.example"}, {"made_at": NOW + timedelta(days=1)}):
            with refused_by("address_release_fixed"):
                update(row, **columns)
        with refused_by("address_release_fixed"):
            delete(row)
        update(row, because="", email="")


@database
class TestActions:
    @pytest.fixture
    def mallory(self) -> User:
        return UserFactory(full_name="Mallory")

    def claimed(self, user: User, email: str = VERA) -> str:
        return claim_address(user=user, email=email, at=NOW, by=user)

    def confirmation_refusal(self, token: str, user: User, at: Any = NOW) -> str:
        return refusal(confirm_claim, token=token, user=user, at=at, by=user)

    def test_a_claim_confirmed_by_its_claimant_is_an_address_of_the_account(self, mallory: User):
        row = confirm_claim(token=self.claimed(mallory), user=mallory, at=NOW + CLAIM_LIFETIME / 2, by=mallory)
        assert (row.user, row.email, row.verified, row.primary) == (mallory, VERA, True, False)
        assert AddressClaim.objects.count() == 0

    def test_claim_is_valid_for_three_days(self, mallory: User):
        token = self.claimed(mallory)
        assert self.confirmation_refusal(token, mallory, NOW + CLAIM_LIFETIME) == str(NO_LONGER_VALID)
        confirm_claim(token=token, user=mallory, at=NOW + CLAIM_LIFETIME - timedelta(seconds=1), by=mallory)

    def test_a_second_claim_replaces_the_link(self, mallory: User):
        first, second = self.claimed(mallory), self.claimed(mallory)
        assert self.confirmation_refusal(first, mallory) == str(NO_LONGER_VALID)
        assert confirm_claim(token=second, user=mallory, at=NOW, by=mallory).email == VERA

    def test_only_the_claimant_confirms_a_claim(self, mallory: User):
        assert self.confirmation_refusal(self.claimed(mallory), UserFactory()) == str(OF_ANOTHER_ACCOUNT)

    def test_an_address_that_someone_got_since_is_not_added(self, mallory: User):
        token = self.claimed(mallory)
        person = InvitationFactory(person=add_invited_person(email=VERA, full_name="Vera", by=None)).person
        assert self.confirmation_refusal(token, mallory) == str(IS_INVITED)
        join(user=person, at=NOW, by=None)
        assert self.confirmation_refusal(token, mallory) == str(HAS_AN_ACCOUNT)

    def test_address_is_added_once_no_invitation_waits_for_it(self, mallory: User):
        invitation = InvitationFactory(person=AwaitedFactory(email=VERA))
        token = self.claimed(mallory)
        last = invitation.expires_at - timedelta(seconds=1)
        AddressClaim.objects.update(expires_at=invitation.expires_at + timedelta(days=1))
        assert self.confirmation_refusal(token, mallory, last) == str(IS_INVITED)
        confirm_claim(token=token, user=mallory, at=invitation.expires_at, by=mallory)
        invitation.refresh_from_db()
        assert (invitation.email, invitation.reason, invitation.person.erased_at) == ("", ERASED, invitation.expires_at)
        assert User.objects.with_address(VERA).get() == mallory

    def test_claim_does_not_prevent_an_invitation_or_an_account(self, mallory: User):
        self.claimed(mallory)
        assert add_invited_person(email=VERA, full_name="Vera", by=None).joined is False
        assert create_person(email=VERA, full_name="Vera", by=None).joined is True

    def test_a_further_address_of_someone_invites_that_person_under_the_address_that_was_typed(self, mallory: User):
        add(mallory, VERA)
        row = invite_member(cohort=CohortFactory(), email=VERA.upper(), full_name="Vera", role="relay", at=NOW, by=None)
        assert (row.person, row.email) == (mallory, VERA)

    def test_provider_cannot_verify_an_address_of_another_person(self, mallory: User):
        UserFactory(email=VERA)
        text = "This address belongs to someone else."
        assert refusal(confirm_address, user=mallory, email=VERA, by=None).startswith(text)

    def test_sign_in_link_to_a_removed_address_is_not_valid(self, mallory: User):
        add(mallory, VERA)
        token = request_sign_in_link(user=mallory, email=VERA, at=NOW, by=mallory)
        EmailAddress.objects.filter(email=VERA).delete()
        assert refusal(use_sign_in_link, token=token, at=NOW) == str(ADDRESS_REMOVED)

    def test_expired_claims_are_deleted(self, mallory: User):
        self.claimed(mallory)
        last = NOW + CLAIM_LIFETIME
        assert purge_claims(at=last - timedelta(seconds=1)) == 0
        assert [purge_claims(at=last, dry_run=True), purge_claims(at=last), purge_claims(at=last)] == [1, 1, 0]

    def test_erasure_frees_addresses_and_deletes_claims_and_reasons(self, mallory: User):
        add(mallory, VERA)
        self.claimed(mallory, "other@people.example")
        AddressRelease.objects.create(person=mallory, email="third@people.example", because="Hers", made_at=NOW)
        erase_person(user=mallory, at=NOW, by=None)
        released = AddressRelease.objects.get()
        assert (AddressClaim.objects.count(), released.email, released.because) == (0, "", "")
        assert UserFactory(email=VERA).pk


@database
class TestRelease:
    @pytest.fixture
    def staff(self) -> User:
        return UserFactory(is_lab_staff=True)

    def release(self, person: User, email: str, by: User) -> AddressRelease:
        return release_address(person=person, email=email, because="Hers", at=NOW, by=by)

    def test_releasing_a_claimed_address_ends_the_claim(self, staff: User):
        user = UserFactory()
        claim_address(user=user, email=VERA, at=NOW, by=user)
        row = self.release(user, VERA, staff)
        assert (AddressClaim.objects.count(), row.email, row.staff) == (0, VERA, staff)

    def test_releasing_a_further_address_removes_it(self, staff: User):
        user = UserFactory()
        add(user, VERA)
        self.release(user, VERA, staff)
        assert list(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) == [user.email]

    def test_releasing_the_address_of_a_person_who_never_joined_erases_them(self, staff: User):
        person = AwaitedFactory(email=VERA)
        self.release(person, VERA, staff)
        assert User.objects.get(pk=person.pk).erased_at == NOW
        assert AddressRelease.objects.get().because == ""

    def test_address_with_an_open_invitation_cannot_be_released(self, staff: User):
        row = InvitationFactory()
        given = {"person": row.person, "email": row.email, "because": "Hers", "at": NOW, "by": staff}
        assert refusal(release_address, **given) == str(STILL_INVITED)

    def test_main_and_unknown_addresses_cannot_be_released(self, staff: User):
        user = UserFactory()
        given = {"person": user, "because": "Hers", "at": NOW, "by": staff}
        assert refusal(release_address, email=user.email, **given) == str(MAIN_ADDRESS)
        assert refusal(release_address, email=VERA, **given).startswith("This person does not have this address")

    def test_address_of_somebody_else_is_not_released_from_this_person(self, staff: User):
        other, user = UserFactory(), UserFactory()
        add(other, VERA)
        claim_address(user=other, email="claimed@people.example", at=NOW, by=other)
        given = {"person": user, "because": "Hers", "at": NOW, "by": staff}
        for email in (VERA, "claimed@people.example"):
            assert refusal(release_address, email=email, **given).startswith("This person does not have this address")
        assert (EmailAddress.objects.filter(user=other, email=VERA).count(), AddressClaim.objects.count()) == (1, 1)

    def test_a_reason_is_required_and_only_lab_staff_release(self, staff: User):
        user = UserFactory()
        add(user, VERA)
        given = {"person": user, "email": VERA, "at": NOW}
        assert refusal(release_address, because="", by=staff, **given) == "Give the reason: the person reads it."
        assert refusal(release_address, because="Hers", by=user, **given) == "Only lab staff can release addresses."


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    """Pairs in threads of their own: one is refused, and no pair deadlocks."""

    REFUSED = "This address belongs to someone else. Use another one, or ask the lab to release it."
    TAKEN = "This address has an account already."

    def confirming(self, user: User) -> Any:
        token = claim_address(user=user, email=VERA, at=timezone.now(), by=user)
        return lambda: confirm_claim(token=token, user=user, at=timezone.now(), by=user)

    def owners(self) -> int:
        rows = execute(
            "SELECT count(DISTINCT person) FROM (SELECT id AS person FROM accounts_user WHERE lower(email) = %s"
            " UNION SELECT user_id FROM account_emailaddress WHERE lower(email) = %s) AS found",
            VERA,
            VERA,
        )
        return int(rows[0][0])

    def test_one_of_two_members_who_confirm_the_same_address_is_refused(self):
        answers = run_at_once(*(self.confirming(UserFactory()) for _ in range(2)))
        assert (self.owners(), answers.count("done")) == (1, 1)
        assert set(answers) - {"done"} <= {self.REFUSED, str(HAS_AN_ACCOUNT)}

    def test_confirmation_and_invitation_of_one_address_exclude_each_other(self):
        def invite() -> None:
            add_invited_person(email=VERA, full_name="Vera", by=None)

        answers = run_at_once(self.confirming(UserFactory()), invite)
        assert self.owners() == 1
        assert answers in (
            ["done", "done"],
            sorted(["done", self.TAKEN]),
            sorted(["done", self.REFUSED]),
            sorted(["done", str(IS_INVITED)]),
        )

    def test_opening_an_account_during_a_second_invitation_does_not_deadlock(self):
        """Both lock the row of the person and their address in the same order."""
        person = AwaitedFactory(email=VERA)
        InvitationFactory(person=person)
        cohort = CohortFactory()

        def invite() -> None:
            InvitationFactory(person=person, cohort=cohort)

        assert run_at_once(invite, lambda: join(user=person, at=timezone.now(), by=None)) == ["done", "done"]
