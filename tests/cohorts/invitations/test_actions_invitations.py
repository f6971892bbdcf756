"""Tests of the actions on invitations: inviting, e-mails, accepting, retention."""

import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core import mail
from django.test import Client

from accounts.actions import create_person
from accounts.hooks import personal_data
from accounts.models import User
from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations.actions.invitations import (
    accept_invitation,
    invite_admin,
    invite_member,
    join_and_accept,
    resend_invitation,
)
from cohorts.invitations.actions.retention import erase_invitations, purge
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.tokens import token_for_hash, token_of
from cohorts.models import AccessRequest, Invitation, Membership
from imports.models import ImportRow
from notifications.models import Delivery, Reminder
from notifications.registries import event_kinds
from notifications.sending.cycle import send_round
from programmes.models import AuthorityAdmin
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory, MembershipFactory
from tests.factories.imports import ImportRowFactory
from tests.factories.invitations import A_DAY, AwaitedFactory, InvitationFactory, token
from web.errors import DomainError
from web.security.link_tokens import hash_token

pytestmark = pytest.mark.django_db
WORD = "nine green bottles"
ADA = {"email": "Ada@People.example", "full_name": "Ada Essai", "role": "ambassador", "language": "en"}


def invite(cast: Cast, **more: object) -> Invitation:
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **(ADA | more))


def refusal(action, **arguments: object) -> str:
    with pytest.raises(DomainError) as refused:
        action(**arguments)
    return str(refused.value)


def email_subjects_until(at) -> list[str]:
    """Return the subjects of the e-mails sent until a moment, each at its time."""
    mail.outbox.clear()
    moments = Reminder.objects.filter(state="planned", due_at__lte=at).order_by("due_at")
    for due in [*moments.values_list("due_at", flat=True)]:
        send_round(lambda due=due: due + timedelta(minutes=1), seconds=60)
    return [str(email.subject) for email in mail.outbox]


class TestInviting:
    def test_a_person_without_an_account_gets_one_that_cannot_sign_in(self, cast):
        row = invite(cast)
        person = row.person
        assert (row.email, person.email, person.full_name) == ("ada@people.example", "ada@people.example", "Ada Essai")
        assert (person.joined, person.is_active, person.has_usable_password()) == (False, False, False)
        assert (Membership.objects.filter(user=person).exists(), EmailAddress.objects.filter(user=person).exists()) == (
            False,
            False,
        )

    def test_only_the_hash_of_the_link_is_stored(self, cast):
        row = invite(cast)
        assert row.token_hash == hash_token(token(row))
        values = [str(value) for value in Invitation.objects.filter(pk=row.pk).values_list()[0]]
        assert token(row) not in values

    def test_a_link_works_after_a_key_change_while_the_old_key_is_a_fallback(self, cast, settings):
        row = invite(cast)
        before, settings.SECRET_KEY_FALLBACKS = token(row), [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key, as long as a key has to be"
        assert token_for_hash(row.seed, row.version, row.email, row.token_hash) == before
        settings.SECRET_KEY_FALLBACKS = []
        assert token_for_hash(row.seed, row.version, row.email, row.token_hash) == ""

    def test_tokens_differ_by_seed_version_and_address(self, cast):
        row = invite(cast)
        other = invite(cast, email="b@people.example")
        tokens = {
            token(row),
            token(other),
            token_of(row.seed, 2, row.email),
            token_of(row.seed, 1, other.email),
        }
        assert (len(tokens), {len(one) for one in tokens}) == (4, {43})

    def test_a_person_has_one_open_invitation_at_a_time(self, cast):
        row = invite(cast)
        message = "This person is invited already and has not answered: send that invitation again."
        assert refusal(invite, cast=cast) == message
        later = invite_member(cohort=cast.cohort, at=row.expires_at, by=cast["P"], **ADA)
        row.refresh_from_db()
        assert (row.reason, row.why, later.person_id) == ("sent_anew", "A new invitation was sent.", row.person_id)

    def test_a_person_who_has_the_role_cannot_be_invited(self, cast):
        details = {"email": cast["M"].email, "full_name": "M"}
        message = "This person has that role in the cohort already at these dates."
        assert refusal(invite, cast=cast, **details) == message
        assert invite(cast, **details, role="relay").person == cast["M"]

    def test_a_closed_account_cannot_be_invited(self, cast):
        UserFactory(email="gone@people.example", is_active=False)
        message = "This person’s account is closed: nobody can sign in with this address. Give another one."
        assert refusal(invite, cast=cast, email="gone@people.example") == message

    def test_taken_and_promised_seats_cannot_be_promised_again(self, cast):
        cast.cohort.seats = 2
        cast.cohort.save()
        invite(cast)
        message = "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
        assert refusal(invite, cast=cast, email="b@people.example") == message
        assert invite(cast, email="b@people.example", role="relay").role == "relay"

    def test_a_second_pilot_cannot_be_invited_while_the_cohort_has_one(self, cast):
        message = "The cohort has a pilot at these dates: end that membership first."
        assert refusal(invite, cast=cast, role="pilot") == message
        cast.cohort.memberships.filter(role="pilot").update(ends_on=TODAY)
        assert invite(cast, role="pilot", starts_on=TODAY + A_DAY).role == "pilot"

    def test_a_second_pilot_cannot_be_invited_while_one_is_invited(self, cast):
        cast.cohort.memberships.filter(role="pilot").update(ends_on=TODAY - A_DAY)
        row = invite(cast, role="pilot")
        message = "Someone is invited as pilot and has not answered: withdraw that invitation first."
        assert refusal(invite, cast=cast, role="pilot", email="b@people.example") == message
        revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["S"])
        assert invite(cast, role="pilot", email="b@people.example").role == "pilot"

    def test_an_expired_invitation_sent_again_needs_a_free_seat(self, cast):
        cast.cohort.seats = 2
        cast.cohort.save()
        row = invite(cast)
        assert (
            resend_invitation(invitation=row, at=NOW, by=cast["P"]).version == 2
        )  # a pending invitation keeps its seat
        later = row.expires_at + 30 * A_DAY
        invite_member(cohort=cast.cohort, at=later, by=cast["P"], **(ADA | {"email": "b@people.example"}))
        message = "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
        assert refusal(resend_invitation, invitation=row, at=later, by=cast["P"]) == message

    def test_an_expired_invitation_to_a_withdrawn_cohort_cannot_be_sent_again(self, cast):
        row = invite(cast)
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
        message = "The cohort has withdrawn: nobody can join it any more."
        assert refusal(resend_invitation, invitation=row, at=row.expires_at + 30 * A_DAY, by=cast["S"]) == message

    def test_a_resident_needs_a_discipline(self, cast):
        message = "Say which discipline the resident brings, such as design."
        assert refusal(invite, cast=cast, role="resident") == message

    def test_nobody_can_be_invited_to_a_withdrawn_cohort(self, cast):
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
        cast.cohort.refresh_from_db()
        assert refusal(invite, cast=cast) == "The cohort has withdrawn: nobody can join it any more."

    def test_the_history_records_who_invited_without_the_address(self, cast):
        row = invite(cast)
        line = row.events.get()
        assert line.pgh_context.metadata == {"action": "invite_member", "by": cast["P"].pk, "reason": ""}
        assert not {"email", "full_name", "token_hash", "seed"} & {field.name for field in line._meta.fields}


class TestEmails:
    @pytest.fixture
    def row(self, cast) -> Invitation:
        return invite(cast)

    def test_the_email_is_sent_at_once_with_reminders_after_five_days_and_two_before_the_end(self, row):
        planned = Reminder.objects.filter(kind="invitation", object_id=row.pk).order_by("due_at")
        assert [(f"{line.due_on}", line.email_type, line.alone) for line in planned] == [
            ("2026-11-24", "invitation", True),
            ("2026-11-27", "invitation_open_still", True),
            ("2026-12-04", "invitation_open_still", True),
        ]

    def test_emails_reach_a_person_who_has_not_joined(self, row):
        assert email_subjects_until(row.expires_at) == [
            "You are invited: Ville de Rivage, La Transfo 2026–2028",
            "Ville de Rivage, La Transfo 2026–2028: your invitation is still open",
            "Ville de Rivage, La Transfo 2026–2028: your invitation is still open",
        ]
        assert {email.to[0] for email in mail.outbox} == {"ada@people.example"}

    def test_the_email_has_the_link_under_the_platform_address(self, row, settings):
        email_subjects_until(NOW)
        assert f"{settings.BASE_URL}/invitations/{token(row)}/" in mail.outbox[0].body
        message = "You are invited to take part in Ville de Rivage, La Transfo 2026–2028 as ambassador."
        assert message in mail.outbox[0].body
        assert "The invitation is open until 8 December 2026" in mail.outbox[0].body

    def test_the_email_is_in_the_language_of_the_invitation(self, cast):
        invite(cast, email="fr@people.example", language="fr")
        email_subjects_until(NOW)
        assert "8 décembre 2026" in mail.outbox[0].body

    def test_invited_people_get_no_other_kind_of_email_but_as_guests_and_applicants(self, row):
        MembershipFactory(user=row.person)
        slugs = [slug for slug, kind in event_kinds.items() if kind.sends_to(row.person)]
        assert slugs == ["application", "guest_session", "invitation"]

    @pytest.mark.parametrize("end", ["accept", "revoke"])
    def test_an_answer_stops_the_reminders(self, cast, row, end):
        email_subjects_until(NOW)
        if end == "accept":
            join_and_accept(
                invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person
            )
        else:
            revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
        assert [subject for subject in email_subjects_until(row.expires_at) if "invit" in subject] == []

    def test_an_invitation_sent_again_has_a_new_link_and_the_full_time(self, cast, row):
        email_subjects_until(NOW)
        first, later = token(row), NOW + 3 * A_DAY
        again = resend_invitation(invitation=row, at=later, by=cast["P"])
        assert (again.version, f"{again.last_day}", again.earlier_hashes) == (2, "2026-12-11", [hash_token(first)])
        subjects = email_subjects_until(again.expires_at)
        assert (len(subjects), first in mail.outbox[0].body, token(again) in mail.outbox[0].body) == (3, False, True)

    def test_an_email_without_its_key_fails_visibly_for_staff(self, row, settings):
        settings.SECRET_KEY = "another key, as long as a key has to be"
        assert email_subjects_until(NOW) == []
        assert [(email.state, email.reason) for email in Delivery.objects.all()] == [("dead", "unwritten")]

    def test_previews_do_not_show_the_link(self, cast, row):
        email_subjects_until(NOW)
        client = Client()
        client.force_login(cast["S"])
        for page in (Delivery.objects.get().get_absolute_url(), f"/e-mails/reminders/{Reminder.objects.first().pk}/"):
            answer = client.get(page)
            assert (answer.status_code, token(row) in answer.content.decode()) == (200, False)


class TestAccepting:
    def test_a_new_person_opens_an_account_and_becomes_a_member(self, cast):
        row = invite(cast, unit="Accueil")
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Ada E.", password=WORD, at=NOW, by=row.person
        )
        person, member = User.objects.get(pk=row.person_id), Membership.objects.get(user=row.person_id)
        assert (person.full_name, person.joined, authenticate(username=person.email, password=WORD)) == (
            "Ada E.",
            True,
            person,
        )
        assert EmailAddress.objects.get(user=person).verified is True
        assert (member.role, member.unit, member.starts_on) == ("ambassador", "Accueil", TODAY)

    def test_a_person_with_an_account_accepts_and_keeps_their_name(self, cast):
        row = invite(cast, email=cast["X"].email)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        assert (Membership.objects.get(user=cast["X"]).cohort, cast["X"].full_name) == (cast.cohort, "Nobody Nowhere")

    def test_a_future_first_day_stays(self, cast):
        row = invite(cast, starts_on=date(2027, 1, 4), ends_on=date(2027, 6, 30))
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person
        )
        member = Membership.objects.get(user=row.person_id)
        assert (member.starts_on, member.ends_on) == (date(2027, 1, 4), date(2027, 6, 30))

    def test_a_person_who_became_a_member_since_then_keeps_that_membership(self, cast):
        row = invite(cast)
        person = create_person(email=row.email, full_name="Ada Essai", by=cast["S"])
        MembershipFactory(cohort=cast.cohort, user=person, role="ambassador", starts_on=TODAY)  # without the action
        accept_invitation(
            invitation=row, token_hash=row.token_hash, user=User.objects.get(pk=row.person_id), at=NOW, by=None
        )
        assert Membership.objects.filter(user=row.person_id).count() == 1

    def test_an_admin_mandate_starts_on_the_day_of_acceptance(self, cast):
        row = invite_admin(
            authority=cast.other_cohort.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
        )
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Eve", password=WORD, at=NOW, by=row.person
        )
        assert AuthorityAdmin.objects.get(user=row.person_id).since == TODAY

    def test_another_account_is_refused_and_nothing_changes(self, cast):
        row = invite(cast)
        message = refusal(
            accept_invitation, invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"]
        )
        assert message.startswith("This invitation is for another e-mail address")
        assert Membership.objects.filter(user=cast["X"]).exists() is False

    @pytest.mark.parametrize("action", ["accept", "join"])
    def test_an_accepted_or_withdrawn_invitation_cannot_be_accepted(self, cast, action):
        accepted = InvitationFactory(person=cast["X"], email=cast["X"].email, accepted_at=NOW, accepted_by=cast["X"])
        withdrawn = InvitationFactory(revoked_at=NOW, reason="A slip")
        old = InvitationFactory(invited_at=NOW - 15 * A_DAY)
        message = [
            refusal(accept_invitation, invitation=row, token_hash=row.token_hash, user=row.person, at=NOW, by=None)
            if action == "accept"
            else refusal(
                join_and_accept,
                invitation=row,
                token_hash=row.token_hash,
                full_name="Ada",
                password=WORD,
                at=NOW,
                by=row.person,
            )
            for row in (accepted, withdrawn, old)
        ]
        assert [re.split(r"[:.]", words)[0] for words in message] == [
            "This invitation has already been accepted",
            "This invitation was withdrawn",
            "This invitation has ended",
        ]

    def test_a_closed_account_cannot_accept(self, cast):
        row = invite(cast, email=cast["X"].email)
        User.objects.filter(pk=row.person_id).update(is_active=False)
        closed = User.objects.get(pk=row.person_id)
        assert (
            refusal(accept_invitation, invitation=row, token_hash=row.token_hash, user=closed, at=NOW, by=None)
            == "The account with this address is closed. Ask the lab."
        )

    def test_a_second_admin_is_named_next_to_the_first(self, cast):
        row = invite_admin(
            authority=cast.cohort.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
        )
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Eve", password=WORD, at=NOW, by=row.person
        )
        assert set(cast.cohort.authority.admins.values_list("user", flat=True)) == {cast["A"].pk, row.person_id}

    def test_a_person_with_an_account_must_sign_in_before_accepting(self, cast):
        row = invite(cast, email=cast["X"].email)
        message = refusal(
            join_and_accept,
            invitation=row,
            token_hash=row.token_hash,
            full_name="Ada",
            password=WORD,
            at=NOW,
            by=row.person,
        )
        assert message == "You have an account already: sign in, then accept."

    def test_only_an_unanswered_invitation_can_be_sent_again(self, cast):
        accepted = InvitationFactory(person=cast["X"], email=cast["X"].email, accepted_at=NOW, accepted_by=cast["X"])
        withdrawn = InvitationFactory(revoked_at=NOW, reason="A slip")
        message = {refusal(resend_invitation, invitation=row, at=NOW, by=cast["P"]) for row in (accepted, withdrawn)}
        assert message == {"Only an invitation without an answer can be sent again."}
        assert refusal(revoke_invitation, invitation=accepted, reason="Late", at=NOW, by=None).startswith(
            "This invitation has already been accepted"
        )

    def test_without_a_free_seat_no_membership_and_no_account_is_created(self, cast):
        row = invite(cast)
        cast.cohort.seats = 1
        cast.cohort.save()
        message = refusal(
            join_and_accept,
            invitation=row,
            token_hash=row.token_hash,
            full_name="Ada",
            password=WORD,
            at=NOW,
            by=row.person,
        )
        full = "Every seat of the cohort is taken on one of these days. Choose other dates, or end a membership first."
        assert message == full
        assert User.objects.get(pk=row.person_id).joined is False


@pytest.mark.django_db(transaction=True)
def test_ten_simultaneous_uses_of_one_link_accept_once(today):
    row = InvitationFactory(cohort=CohortFactory())

    def accept() -> None:
        invitation = Invitation.objects.get(pk=row.pk)
        join_and_accept(
            invitation=invitation,
            token_hash=invitation.token_hash,
            full_name="Ada",
            password=WORD,
            at=NOW,
            by=invitation.person,
        )

    answers = run_at_once(*[accept] * 10)
    message = "This invitation has already been accepted: each invitation can be used once. Sign in as usual."
    assert answers == [message] * 9 + ["done"]
    assert Membership.objects.filter(user=row.person_id).count() == 1


class TestRetention:
    @pytest.fixture
    def rows(self, cast) -> list[Invitation]:
        old = NOW - 200 * A_DAY
        ended = InvitationFactory(invited_at=old)
        revoked = InvitationFactory(invited_at=old, revoked_at=NOW - 91 * A_DAY, reason="A slip")
        fresh = InvitationFactory(invited_at=old, revoked_at=NOW - 89 * A_DAY, reason="A slip")
        person = UserFactory()
        accepted = InvitationFactory(invited_at=old, person=person, accepted_at=old, accepted_by=person)
        return [ended, revoked, fresh, accepted, InvitationFactory()]

    def test_a_dry_run_counts_without_deleting(self, rows):
        assert (purge(at=NOW, dry_run=True), Invitation.objects.count()) == (2, 5)

    def test_invitations_ended_for_ninety_days_are_deleted_with_name_and_address(self, rows):
        assert purge(at=NOW, dry_run=False) == 2
        assert set(Invitation.objects.values_list("pk", flat=True)) == {row.pk for row in rows[2:]}
        people = [row.person_id for row in rows[:2]]
        gone = User.objects.filter(pk__in=people).order_by("pk")
        assert [(one.full_name, one.erased_at) for one in gone] == [(f"Former member {pk}", NOW) for pk in people]
        assert [one.email.endswith("@people.invalid") for one in gone] == [True, True]

    def test_people_with_another_invitation_or_an_access_request_are_not_erased(self, rows):
        AccessRequestFactory(email=rows[0].email.upper())
        InvitationFactory(person=rows[1].person)
        purge(at=NOW, dry_run=False)
        assert User.objects.filter(erased_at__isnull=False).count() == 0
        by = UserFactory(is_lab_staff=True)
        AccessRequest.objects.update(state="refused", reason="No place", answered_at=NOW, answered_by=by)
        purge(at=NOW, dry_run=False)
        assert list(User.objects.filter(erased_at__isnull=False)) == [rows[0].person]

    def test_an_access_request_with_a_similar_address_does_not_count(self, cast):
        awaited = AwaitedFactory(email="jo@ville.example")
        InvitationFactory(person=awaited, invited_at=NOW - 200 * A_DAY)
        AccessRequestFactory(email="jo@vılle.example")
        purge(at=NOW, dry_run=False)
        assert list(User.objects.filter(erased_at__isnull=False)) == [awaited]

    def test_a_person_who_joined_keeps_the_account_when_an_invitation_is_purged(self, rows):
        joined = InvitationFactory(person=UserFactory(), invited_at=NOW - 200 * A_DAY).person
        purge(at=NOW, dry_run=False)
        assert User.objects.get(pk=joined.pk).erased_at is None

    def test_the_personal_data_export_has_the_invitations(self, rows):
        [own] = personal_data()["invitations"].rows(rows[3].person)
        assert (own["into"], own["role"], own["email"]) == (rows[3].cohort.name, "ambassador", rows[3].email)

    def test_erasure_withdraws_open_invitations_and_removes_the_name(self, rows):
        for row in (rows[3], rows[4]):
            erase_invitations(user=row.person, at=NOW, by=None)
        rows[3].refresh_from_db()
        rows[4].refresh_from_db()
        assert [(row.email, row.full_name) for row in rows[3:]] == [("", "")] * 2
        assert (rows[4].reason, rows[4].why) == ("erased", "The person asked to be erased.")


def imported_row(cast: Cast, *cells: str) -> ImportRow:
    """Return a row of a table that the pilot imported, with these cells."""
    return ImportRowFactory(batch__person=cast["P"], batch__header=["x"] * len(cells), cells=list(cells))


class TestErasedFromTables:
    """Rows of imported tables about an erased person are not stored."""

    def remaining(self, email: str = "jo@ville.example") -> int:
        erase_invitations(user=UserFactory(email=email), at=NOW, by=None)
        return ImportRow.objects.count()

    @pytest.mark.parametrize(
        "value", ["JO@Ville.Example", "Jo Essai jo@ville.example.", "a;jo@ville.example;b", "(Jo@ville.example)"]
    )
    def test_the_address_is_found_in_any_spelling(self, cast, value):
        imported_row(cast, "Jo", value)
        assert self.remaining("Jo@ville.example") == 0

    @pytest.mark.parametrize(
        "value",
        [
            "marjo@ville.example",
            "ma.jo@ville.example",
            "ma+jo@ville.example",
            "jo@ville.example.org",
            "jo@ville-example",
        ],
    )
    def test_an_address_that_only_contains_it_is_another_address(self, cast, value):
        imported_row(cast, value)
        assert self.remaining() == 1

    def test_rows_with_an_invited_address_or_a_correction_to_it_are_removed(self, cast):
        person = UserFactory(email="new@ville.example")
        InvitationFactory(person=person, email="old@ville.example", revoked_at=NOW, reason="A slip")
        imported_row(cast, "old@ville.example")
        row = imported_row(cast, "nobody")
        ImportRow.objects.filter(pk=row.pk).update(corrections={"email": "new@ville.example"})
        stays = imported_row(cast, "ada@ville.example")
        erase_invitations(user=person, at=NOW, by=None)
        assert list(ImportRow.objects.all()) == [stays]


class TestNoOtherSignIn:
    """A person who has not joined is treated like an unknown address by every way to sign in."""

    def test_no_password_signs_in_and_the_answer_is_that_for_an_unknown_address(self):
        answers = []
        for email in ("nobody@people.example", AwaitedFactory().email):
            answer = Client().post("/accounts/login/", {"login": email, "password": WORD})
            answers.append((answer.status_code, answer.context["form"].errors, dict(answer.client.session)))
        assert answers[0] == answers[1]

    def test_even_a_password_set_in_the_database_does_not_sign_in(self):
        person = AwaitedFactory()
        person.set_password(WORD)
        person.save()
        client = Client()
        client.post("/accounts/login/", {"login": person.email, "password": WORD})
        assert "_auth_user_id" not in client.session

    def test_a_password_reset_answers_as_for_an_unknown_address(self):
        stranger, awaited = "nobody@people.example", AwaitedFactory().email
        answers = []
        for email in (stranger, awaited):
            mail.outbox.clear()
            answer = Client().post("/accounts/password/reset/", {"email": email})
            text = mail.outbox[0].body.replace(email, "…") if mail.outbox else ""
            answers.append((answer.status_code, answer.headers["Location"], text))
        assert answers[0] == answers[1]
        assert "/password/reset/key/" not in answers[1][2]
