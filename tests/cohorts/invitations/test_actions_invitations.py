"""Actions on invitations: who is invited, what they get when, and who gets in."""

import re
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core import mail
from django.test import Client

from accounts.actions import create_person
from accounts.models import User
from accounts.registries import personal_data
from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations.actions.invitations import (
    accept_invitation,
    invite_admin,
    invite_member,
    join_and_accept,
    resend_invitation,
)
from cohorts.invitations.actions.lists import send_next_slice
from cohorts.invitations.actions.retention import erase_invitations, purge, purge_refused
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.list_parser import Line
from cohorts.invitations.permissions import roles_given_by
from cohorts.invitations.tokens import kept_token, token_of
from cohorts.models import AccessRequest, Invitation, InvitationList, Membership
from notifications.models import Delivery, Reminder
from notifications.registries import event_kinds
from notifications.sending.cycle import send_round
from programmes.models import AuthorityAdmin
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory, MembershipFactory
from tests.factories.invitations import A_DAY, AwaitedFactory, InvitationFactory, token
from web.errors import DomainError
from web.security.link_tokens import hash_of

pytestmark = pytest.mark.django_db
WORD = "nine green bottles"
ADA = {"email": "Ada@People.example", "full_name": "Ada Essai", "role": "ambassador", "language": "en"}


def invite(cast: Cast, **more: object) -> Invitation:
    return invite_member(cohort=cast.cohort, at=NOW, by=cast["P"], **(ADA | more))


def refusal(act, **given: object) -> str:
    with pytest.raises(DomainError) as refused:
        act(**given)
    return str(refused.value)


def letters_until(at) -> list[str]:
    """Subjects of what leaves until then, each in its time."""
    mail.outbox.clear()
    moments = Reminder.objects.filter(state="planned", due_at__lte=at).order_by("due_at")
    for due in [*moments.values_list("due_at", flat=True)]:
        send_round(lambda due=due: due + timedelta(minutes=1), seconds=60)
    return [str(letter.subject) for letter in mail.outbox]


class TestInviting:
    def test_somebody_without_an_account_gets_a_row_that_no_door_lets_in(self, cast):
        row = invite(cast)
        person = row.person
        assert (row.email, person.email, person.full_name) == ("ada@people.example", "ada@people.example", "Ada Essai")
        assert (person.joined, person.is_active, person.has_usable_password()) == (False, False, False)
        assert (Membership.objects.filter(user=person).exists(), EmailAddress.objects.filter(user=person).exists()) == (
            False,
            False,
        )

    def test_only_the_hash_of_the_link_is_kept(self, cast):
        row = invite(cast)
        assert row.token_hash == hash_of(token(row))
        kept = [str(value) for value in Invitation.objects.filter(pk=row.pk).values_list()[0]]
        assert token(row) not in kept

    def test_a_link_outlives_a_change_of_key_while_the_key_before_is_known(self, cast, settings):
        row = invite(cast)
        before, settings.SECRET_KEY_FALLBACKS = token(row), [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key, as long as a key has to be"
        assert kept_token(row.seed, row.version, row.email, row.token_hash) == before
        settings.SECRET_KEY_FALLBACKS = []
        assert kept_token(row.seed, row.version, row.email, row.token_hash) == ""

    def test_tokens_differ_by_seed_version_and_address(self, cast):
        row = invite(cast)
        other = invite(cast, email="b@people.example")
        made = {
            token(row),
            token(other),
            token_of(row.seed, 2, row.email),
            token_of(row.seed, 1, other.email),
        }
        assert (len(made), {len(one) for one in made}) == (4, {43})

    def test_one_is_open_at_a_time(self, cast):
        row = invite(cast)
        said = "This person is invited already and has not answered: send that invitation again."
        assert refusal(invite, cast=cast) == said
        later = invite_member(cohort=cast.cohort, at=row.expires_at, by=cast["P"], **ADA)
        row.refresh_from_db()
        assert (row.reason, row.why, later.person_id) == ("sent_anew", "A new invitation was sent.", row.person_id)

    def test_who_has_the_role_already_is_not_invited(self, cast):
        given = {"email": cast["M"].email, "full_name": "M"}
        said = "This person has that role in the cohort already at these dates."
        assert refusal(invite, cast=cast, **given) == said
        assert invite(cast, **given, role="relay").person == cast["M"]

    def test_a_closed_account_is_not_invited(self, cast):
        UserFactory(email="gone@people.example", is_active=False)
        said = "This person’s account is closed: nobody can sign in with this address. Give another one."
        assert refusal(invite, cast=cast, email="gone@people.example") == said

    def test_seats_taken_and_promised_are_not_promised_again(self, cast):
        cast.cohort.seats = 2
        cast.cohort.save()
        invite(cast)
        said = "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
        assert refusal(invite, cast=cast, email="b@people.example") == said
        assert invite(cast, email="b@people.example", role="relay").role == "relay"

    def test_a_second_pilot_is_not_invited_while_one_leads(self, cast):
        said = "The cohort has a pilot at these dates: end that membership first."
        assert refusal(invite, cast=cast, role="pilot") == said
        cast.cohort.memberships.filter(role="pilot").update(ends_on=TODAY)
        assert invite(cast, role="pilot", starts_on=TODAY + A_DAY).role == "pilot"

    def test_a_second_pilot_is_not_invited_while_one_is_awaited(self, cast):
        cast.cohort.memberships.filter(role="pilot").update(ends_on=TODAY - A_DAY)
        row = invite(cast, role="pilot")
        said = "Someone is invited as pilot and has not answered: withdraw that invitation first."
        assert refusal(invite, cast=cast, role="pilot", email="b@people.example") == said
        revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["S"])
        assert invite(cast, role="pilot", email="b@people.example").role == "pilot"

    def test_sent_again_after_its_end_it_finds_a_place_or_says_why_not(self, cast):
        cast.cohort.seats = 2
        cast.cohort.save()
        row = invite(cast)
        assert resend_invitation(invitation=row, at=NOW, by=cast["P"]).version == 2  # its seat is its own
        later = row.expires_at + 30 * A_DAY
        invite_member(cohort=cast.cohort, at=later, by=cast["P"], **(ADA | {"email": "b@people.example"}))
        said = "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
        assert refusal(resend_invitation, invitation=row, at=later, by=cast["P"]) == said

    def test_of_a_cohort_that_withdrew_none_is_sent_again_after_its_end(self, cast):
        row = invite(cast)
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
        said = "The cohort has withdrawn: nobody can join it any more."
        assert refusal(resend_invitation, invitation=row, at=row.expires_at + 30 * A_DAY, by=cast["S"]) == said

    def test_a_resident_brings_a_discipline(self, cast):
        said = "Say which discipline the resident brings, such as design."
        assert refusal(invite, cast=cast, role="resident") == said

    def test_a_cohort_that_withdrew_takes_nobody(self, cast):
        withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])
        cast.cohort.refresh_from_db()
        assert refusal(invite, cast=cast) == "The cohort has withdrawn: nobody can join it any more."

    def test_the_history_says_who_invited_and_keeps_no_address(self, cast):
        row = invite(cast)
        line = row.events.get()
        assert line.pgh_context.metadata == {"action": "invite_member", "by": cast["P"].pk, "reason": ""}
        assert not {"email", "full_name", "token_hash", "seed"} & {field.name for field in line._meta.fields}


class TestLetters:
    @pytest.fixture
    def row(self, cast) -> Invitation:
        return invite(cast)

    def test_the_letter_goes_at_once_and_reminders_after_five_days_and_two_before_the_end(self, row):
        planned = Reminder.objects.filter(kind="invitation", object_id=row.pk).order_by("due_at")
        assert [(f"{line.due_on}", line.letter, line.alone) for line in planned] == [
            ("2026-11-24", "invitation", True),
            ("2026-11-27", "invitation_open_still", True),
            ("2026-12-04", "invitation_open_still", True),
        ]

    def test_they_reach_somebody_who_has_not_joined(self, row):
        assert letters_until(row.expires_at) == [
            "You are invited: Ville de Rivage, La Transfo 2026–2028",
            "Ville de Rivage, La Transfo 2026–2028: your invitation is still open",
            "Ville de Rivage, La Transfo 2026–2028: your invitation is still open",
        ]
        assert {letter.to[0] for letter in mail.outbox} == {"ada@people.example"}

    def test_the_letter_leads_to_the_link_under_our_address(self, row, settings):
        letters_until(NOW)
        assert f"{settings.BASE_URL}/invitations/{token(row)}/" in mail.outbox[0].body
        said = "You are invited to take part in Ville de Rivage, La Transfo 2026–2028 as ambassador."
        assert said in mail.outbox[0].body
        assert "The invitation is open until 8 December 2026" in mail.outbox[0].body

    def test_it_speaks_the_language_it_was_asked_in(self, cast):
        invite(cast, email="fr@people.example", language="fr")
        letters_until(NOW)
        assert "8 décembre 2026" in mail.outbox[0].body

    def test_no_letter_of_another_kind_reaches_them(self, row):
        MembershipFactory(user=row.person)
        assert [slug for slug, kind in event_kinds.items() if kind.reaches(row.person)] == ["invitation"]

    @pytest.mark.parametrize("end", ["accept", "revoke"])
    def test_an_answer_stops_the_rest(self, cast, row, end):
        letters_until(NOW)
        if end == "accept":
            join_and_accept(
                invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person
            )
        else:
            revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])
        assert [subject for subject in letters_until(row.expires_at) if "invit" in subject] == []

    def test_sent_again_it_has_a_new_link_and_the_whole_time(self, cast, row):
        letters_until(NOW)
        first, later = token(row), NOW + 3 * A_DAY
        again = resend_invitation(invitation=row, at=later, by=cast["P"])
        assert (again.version, f"{again.last_day}", again.replaced) == (2, "2026-12-11", [hash_of(first)])
        subjects = letters_until(again.expires_at)
        assert (len(subjects), first in mail.outbox[0].body, token(again) in mail.outbox[0].body) == (3, False, True)

    def test_a_letter_without_its_key_fails_where_staff_see_it(self, row, settings):
        settings.SECRET_KEY = "another key, as long as a key has to be"
        assert letters_until(NOW) == []
        assert [(letter.state, letter.reason) for letter in Delivery.objects.all()] == [("dead", "unwritten")]

    def test_nobody_else_reads_the_link_in_a_preview(self, cast, row):
        letters_until(NOW)
        client = Client()
        client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
        for page in (Delivery.objects.get().get_absolute_url(), f"/letters/reminders/{Reminder.objects.first().pk}/"):
            answer = client.get(page)
            assert (answer.status_code, token(row) in answer.content.decode()) == (200, False)


class TestAccepting:
    def test_someone_new_opens_their_account_and_is_in(self, cast):
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

    def test_someone_with_an_account_accepts_and_keeps_their_name(self, cast):
        row = invite(cast, email=cast["X"].email)
        accept_invitation(invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"])
        assert (Membership.objects.get(user=cast["X"]).cohort, cast["X"].full_name) == (cast.cohort, "Nobody Nowhere")

    def test_a_first_day_to_come_stays(self, cast):
        row = invite(cast, starts_on=date(2027, 1, 4), ends_on=date(2027, 6, 30))
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person
        )
        member = Membership.objects.get(user=row.person_id)
        assert (member.starts_on, member.ends_on) == (date(2027, 1, 4), date(2027, 6, 30))

    def test_who_came_in_meanwhile_keeps_what_they_have(self, cast):
        row = invite(cast)
        person = create_person(email=row.email, full_name="Ada Essai", by=cast["S"])
        MembershipFactory(cohort=cast.cohort, user=person, role="ambassador", starts_on=TODAY)  # past the action
        accept_invitation(
            invitation=row, token_hash=row.token_hash, user=User.objects.get(pk=row.person_id), at=NOW, by=None
        )
        assert Membership.objects.filter(user=row.person_id).count() == 1

    def test_an_admin_answers_for_the_authority_from_that_day(self, cast):
        row = invite_admin(
            authority=cast.other.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
        )
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Eve", password=WORD, at=NOW, by=row.person
        )
        assert AuthorityAdmin.objects.get(user=row.person_id).since == TODAY

    def test_another_account_is_refused_and_nothing_changes(self, cast):
        row = invite(cast)
        said = refusal(
            accept_invitation, invitation=row, token_hash=row.token_hash, user=cast["X"], at=NOW, by=cast["X"]
        )
        assert said.startswith("This invitation is for another e-mail address")
        assert Membership.objects.filter(user=cast["X"]).exists() is False

    @pytest.mark.parametrize("action", ["accept", "join"])
    def test_what_was_used_or_taken_back_opens_nothing_and_says_so_first(self, cast, action):
        used = InvitationFactory(person=cast["X"], email=cast["X"].email, accepted_at=NOW, accepted_by=cast["X"])
        back = InvitationFactory(revoked_at=NOW, reason="A slip")
        old = InvitationFactory(invited_at=NOW - 15 * A_DAY)
        said = [
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
            for row in (used, back, old)
        ]
        assert [re.split(r"[:.]", words)[0] for words in said] == [
            "This invitation has already been accepted",
            "This invitation was withdrawn",
            "This invitation has ended",
        ]

    def test_a_closed_account_is_not_let_in(self, cast):
        row = invite(cast, email=cast["X"].email)
        User.objects.filter(pk=row.person_id).update(is_active=False)
        closed = User.objects.get(pk=row.person_id)
        assert (
            refusal(accept_invitation, invitation=row, token_hash=row.token_hash, user=closed, at=NOW, by=None)
            == "The account with this address is closed. Ask the lab."
        )

    def test_a_second_admin_is_named_beside_the_first(self, cast):
        row = invite_admin(
            authority=cast.cohort.authority, email="eve@people.example", full_name="Eve", at=NOW, by=cast["S"]
        )
        join_and_accept(
            invitation=row, token_hash=row.token_hash, full_name="Eve", password=WORD, at=NOW, by=row.person
        )
        assert set(cast.cohort.authority.admins.values_list("user", flat=True)) == {cast["A"].pk, row.person_id}

    def test_who_has_an_account_signs_in_before_they_accept(self, cast):
        row = invite(cast, email=cast["X"].email)
        said = refusal(
            join_and_accept,
            invitation=row,
            token_hash=row.token_hash,
            full_name="Ada",
            password=WORD,
            at=NOW,
            by=row.person,
        )
        assert said == "You have an account already: sign in, then accept."

    def test_only_what_has_no_answer_is_sent_again(self, cast):
        used = InvitationFactory(person=cast["X"], email=cast["X"].email, accepted_at=NOW, accepted_by=cast["X"])
        back = InvitationFactory(revoked_at=NOW, reason="A slip")
        said = {refusal(resend_invitation, invitation=row, at=NOW, by=cast["P"]) for row in (used, back)}
        assert said == {"Only an invitation without an answer can be sent again."}
        assert refusal(revoke_invitation, invitation=used, reason="Late", at=NOW, by=None).startswith(
            "This invitation has already been accepted"
        )

    def test_no_seat_left_lets_nobody_in_and_opens_no_account(self, cast):
        row = invite(cast)
        cast.cohort.seats = 1
        cast.cohort.save()
        said = refusal(
            join_and_accept,
            invitation=row,
            token_hash=row.token_hash,
            full_name="Ada",
            password=WORD,
            at=NOW,
            by=row.person,
        )
        full = "Every seat of the cohort is taken on one of these days. Choose other dates, or end a membership first."
        assert said == full
        assert User.objects.get(pk=row.person_id).joined is False


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_link_are_let_in_once(today):
    row = InvitationFactory(cohort=CohortFactory())

    def act() -> None:
        held = Invitation.objects.get(pk=row.pk)
        join_and_accept(
            invitation=held, token_hash=held.token_hash, full_name="Ada", password=WORD, at=NOW, by=held.person
        )

    answers = at_once(*[act] * 10)
    said = "This invitation has already been accepted: each invitation can be used once. Sign in as usual."
    assert answers == [said] * 9 + ["done"]
    assert Membership.objects.filter(user=row.person_id).count() == 1


class TestKeeping:
    @pytest.fixture
    def rows(self, cast) -> list[Invitation]:
        old = NOW - 200 * A_DAY
        ended = InvitationFactory(invited_at=old)
        revoked = InvitationFactory(invited_at=old, revoked_at=NOW - 91 * A_DAY, reason="A slip")
        fresh = InvitationFactory(invited_at=old, revoked_at=NOW - 89 * A_DAY, reason="A slip")
        person = UserFactory()
        taken = InvitationFactory(invited_at=old, person=person, accepted_at=old, accepted_by=person)
        return [ended, revoked, fresh, taken, InvitationFactory()]

    def test_a_dry_run_counts_and_keeps(self, rows):
        assert (purge(at=NOW, dry_run=True), Invitation.objects.count()) == (2, 5)

    def test_what_was_dead_for_ninety_days_goes_with_name_and_address(self, rows):
        assert purge(at=NOW, dry_run=False) == 2
        assert set(Invitation.objects.values_list("pk", flat=True)) == {row.pk for row in rows[2:]}
        people = [row.person_id for row in rows[:2]]
        gone = User.objects.filter(pk__in=people).order_by("pk")
        assert [(one.full_name, one.erased_at) for one in gone] == [(f"Former member {pk}", NOW) for pk in people]
        assert [one.email.endswith("@people.invalid") for one in gone] == [True, True]

    def test_what_lists_say_of_lines_that_were_refused_goes_after_two_weeks(self, cast):
        made = {"cohort": cast.cohort, "made_by": cast["P"], "made_at": NOW, "language": "en", "total": 1, "done": 1}
        refused = [{"number": 1, "value": "Bob <b@people.example>", "reason": "No"}]
        old, new = (
            InvitationList.objects.create(finished_at=NOW - days * A_DAY, refused=refused, **made) for days in (15, 13)
        )
        assert (purge_refused(at=NOW, dry_run=True), purge(at=NOW, dry_run=False)) == (1, 0)
        assert InvitationList.objects.filter(refused=[]).count() == 0
        assert (purge_refused(at=NOW, dry_run=False), purge_refused(at=NOW, dry_run=False)) == (1, 0)
        kept = InvitationList.objects.order_by("pk").values_list("pk", "refused")
        assert list(kept) == [(old.pk, []), (new.pk, refused)]
        assert [row.sent for row in InvitationList.objects.all()] == [0, 0]  # nothing was sent, before nor after

    def test_who_is_invited_elsewhere_or_asks_to_come_in_stays(self, rows):
        AccessRequestFactory(email=rows[0].email.upper())
        InvitationFactory(person=rows[1].person)
        purge(at=NOW, dry_run=False)
        assert User.objects.filter(erased_at__isnull=False).count() == 0
        by = UserFactory(is_lab_staff=True)
        AccessRequest.objects.update(state="refused", reason="No place", answered_at=NOW, answered_by=by)
        purge(at=NOW, dry_run=False)
        assert list(User.objects.filter(erased_at__isnull=False)) == [rows[0].person]

    def test_whose_address_only_looks_alike_asks_for_nobody_else(self, cast):
        awaited = AwaitedFactory(email="jo@ville.example")
        InvitationFactory(person=awaited, invited_at=NOW - 200 * A_DAY)
        AccessRequestFactory(email="jo@vılle.example")
        purge(at=NOW, dry_run=False)
        assert list(User.objects.filter(erased_at__isnull=False)) == [awaited]

    def test_whose_invitation_is_purged_and_who_has_joined_keeps_the_account(self, rows):
        joined = InvitationFactory(person=UserFactory(), invited_at=NOW - 200 * A_DAY).person
        purge(at=NOW, dry_run=False)
        assert User.objects.get(pk=joined.pk).erased_at is None

    def test_a_person_gets_a_copy_of_theirs(self, rows):
        [own] = personal_data["invitations"].rows(rows[3].person)
        assert (own["into"], own["role"], own["email"]) == (rows[3].cohort.name, "ambassador", rows[3].email)

    def test_erasing_takes_open_ones_back_and_keeps_no_name(self, rows):
        for row in (rows[3], rows[4]):
            erase_invitations(user=row.person, at=NOW, by=None)
        rows[3].refresh_from_db()
        rows[4].refresh_from_db()
        assert [(row.email, row.full_name) for row in rows[3:]] == [("", "")] * 2
        assert (rows[4].reason, rows[4].why) == ("erased", "The person asked to be erased.")


def pasted(cast: Cast, *addresses: str, refused: tuple[str, ...] = ()) -> InvitationList:
    """A list on its way, with lines that wait and lines that were refused already."""
    lines = [asdict(Line(n, address, f"Person {n}", "relay")) for n, address in enumerate(addresses, 1)]
    answered = [{"number": 9, "value": value, "reason": "No"} for value in refused]
    counted = {"total": len(addresses) + len(refused), "done": len(refused)}
    given = {"cohort": cast.cohort, "made_by": cast["P"], "made_at": NOW, "language": "en"}
    return InvitationList.objects.create(lines=lines, refused=answered, **counted, **given)


class TestErasedFromLists:
    """Nothing pasted about somebody who was erased is kept, nor sent."""

    def erased(self, row: InvitationList, email: str = "jo@ville.example") -> tuple[list[str], list[str], int, int]:
        erase_invitations(user=UserFactory(email=email), at=NOW, by=None)
        row.refresh_from_db()
        return [line["email"] for line in row.lines], [line["value"] for line in row.refused], row.total, row.done

    def test_lines_with_the_address_go_and_the_others_stay(self, cast):
        row = pasted(
            cast, "jo@ville.example", "ada@ville.example", refused=("Jo <jo@ville.example>", "Bob <bob@ville.example>")
        )
        assert self.erased(row) == (["ada@ville.example"], ["Bob <bob@ville.example>"], 2, 1)

    @pytest.mark.parametrize(
        "value", ["JO@Ville.Example", "Jo Essai jo@ville.example.", "a;jo@ville.example;b", "(Jo@ville.example)"]
    )
    def test_the_address_is_found_however_it_was_written(self, cast, value):
        assert self.erased(pasted(cast, refused=(value,)), "Jo@ville.example") == ([], [], 0, 0)

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
    def test_one_that_only_holds_its_letters_is_another_s(self, cast, value):
        row = pasted(cast, value, refused=(f"X <{value}>",))
        assert self.erased(row) == ([value], [f"X <{value}>"], 2, 1)

    def test_so_do_lines_with_an_address_they_were_invited_under(self, cast):
        person, row = UserFactory(email="new@ville.example"), pasted(cast, "old@ville.example")
        InvitationFactory(person=person, email="old@ville.example", revoked_at=NOW, reason="A slip")
        erase_invitations(user=person, at=NOW, by=None)
        row.refresh_from_db()
        assert row.lines == []

    def test_lines_of_whoever_else_was_invited_stay(self, cast):
        InvitationFactory(person=UserFactory(email="ada@ville.example"), email="ada@ville.example")
        assert self.erased(pasted(cast, "jo@ville.example", "ada@ville.example")) == (["ada@ville.example"], [], 1, 0)

    def test_a_list_of_theirs_alone_still_comes_to_its_end_and_invites_nobody(self, cast):
        row = pasted(cast, "jo@ville.example")
        self.erased(row)
        send_next_slice(roles_of=roles_given_by, at=NOW, by=None)
        row.refresh_from_db()
        assert (row.finished_at, row.sent, row.percent, Invitation.objects.count()) == (NOW, 0, 100, 0)


class TestDoors:
    """Whoever has not joined is, to every door, like an address nobody has."""

    def test_no_password_opens_it_and_the_answer_is_that_to_a_stranger(self):
        answers = []
        for email in ("nobody@people.example", AwaitedFactory().email):
            answer = Client().post("/accounts/login/", {"login": email, "password": WORD})
            answers.append((answer.status_code, answer.context["form"].errors, dict(answer.client.session)))
        assert answers[0] == answers[1]

    def test_even_a_password_set_past_us_opens_nothing(self):
        person = AwaitedFactory()
        person.set_password(WORD)
        person.save()
        client = Client()
        client.post("/accounts/login/", {"login": person.email, "password": WORD})
        assert "_auth_user_id" not in client.session

    def test_a_forgotten_password_tells_them_what_it_tells_a_stranger(self):
        stranger, awaited = "nobody@people.example", AwaitedFactory().email
        answers = []
        for email in (stranger, awaited):
            mail.outbox.clear()
            answer = Client().post("/accounts/password/reset/", {"email": email})
            text = mail.outbox[0].body.replace(email, "…") if mail.outbox else ""
            answers.append((answer.status_code, answer.headers["Location"], text))
        assert answers[0] == answers[1]
        assert "/password/reset/key/" not in answers[1][2]
