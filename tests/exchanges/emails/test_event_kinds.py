"""E-mails about exchanges: recipients, when they are not needed, and what they say in schedule and e-mail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from cohorts.models import Cohort
from exchanges import emails
from exchanges.emails.event_kinds import href, in_scope
from exchanges.emails.recipients import AUDIENCES, EMAIL_STATES
from exchanges.emails.texts import EMAILS, TEXTS, TO_WHOM
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange, Registration
from exchanges.reminders import WITH_CALENDAR_ENTRY
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, CommandScope, EmailPart, event_kinds
from programmes.enums import Audience, EmailType
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.contents import CommitmentFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, refusal, rendered
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.snapshots import built_once

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
STAGE = {
    "lab": "exchange_choose_host",
    "host_pilot": "exchange_confirm_host",
    "host_and_lab": "exchange_final_numbers",
    "active_members": "exchange_save_the_date",
    "members": "exchange_report",
    "invited": "exchange_registration",
    "unanswered": "exchange_answer_awaited",
    "registered": "exchange_programme",
    "attendees": "exchange_thanks",
    "contribution_missing": "exchange_contribution",
    "commitment_owners": "exchange_commitments",
    "informed": "exchange_changed",
    "informed_except_lab": "exchange_changed",
    "not_yet_informed": "exchange_save_the_date",
}
TO_ONE_PERSON = {"exchange_moved_up", "exchange_not_coming", "exchange_place_kept", "exchange_waitlisted"}


def reminder(exchange: Exchange, audience: str, email_type: str = "", **more: object) -> Reminder:
    """Return a reminder of the exchange that is due now."""
    return ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        version=exchange.version,
        audience=audience,
        email_type=email_type or STAGE[audience],
        event_day=exchange.first_day,
        due_at=AT,
        **more,
    )


def recipient_names(exchange: Exchange, audience: str, email_type: str = "") -> set[str]:
    return {person.full_name for person in recipients(reminder(exchange, audience, email_type), AT)}


def in_state(edition: Edition, state: str) -> Exchange:
    """Return an exchange of Metz with people for every audience."""
    metz = Cohort.objects.get(slug="metz")
    exchange = ExchangeFactory(edition=edition, host=metz, state=state)
    for name, role, cohort in (
        ("Pilot of Metz", "pilot", "metz"),
        ("Coordinator of Metz", "coordinator", "metz"),
        ("Ambassador of Metz", "ambassador", "metz"),
        ("Pilot of Nantes", "pilot", "nantes"),
        ("Elected of Nantes", "elected", "nantes"),
    ):
        person = UserFactory(full_name=name)
        MembershipFactory(cohort=Cohort.objects.get(slug=cohort), user=person, role=role, starts_on=date(2027, 1, 5))
    UserFactory(full_name="Lab", is_lab_staff=True)
    UserFactory(full_name="Stranger")
    return exchange


def end_membership_of(answer: Registration, way: str) -> None:
    """End the person's membership the day before, or withdraw their cohort."""
    if way == "membership":
        answer.user.memberships.update(ends_on=date(2027, 1, 5))
    else:
        Cohort.objects.filter(pk=answer.cohort_id).update(state="withdrawn", reason="Elections")


MEMBERS = {"Pilot of Metz", "Coordinator of Metz", "Ambassador of Metz", "Pilot of Nantes", "Elected of Nantes"}


new_four = built_once(edition_of_four)


@pytest.fixture
def four(db: None) -> Edition:
    return new_four()


class TestTables:
    def test_every_email_of_the_default_schedule_has_texts_and_states(self):
        wanted = {step.email_type for step in DEFAULT_REMINDER_SCHEDULES["exchange"]}
        extra = {
            "exchange_changed",
            "exchange_cancelled",
            "exchange_host_replaced",
            "exchange_host_gone",
            *TO_ONE_PERSON,
        }
        extra |= {"exchange_hosts_now", "exchange_nobody_left"}
        assert (set(EMAILS), set(EMAIL_STATES)) == (wanted | extra, wanted | extra)

    def test_every_audience_of_the_default_schedule_exists(self):
        wanted = {step.audience for step in DEFAULT_REMINDER_SCHEDULES["exchange"]} | {
            "informed",
            "informed_except_lab",
            "not_yet_informed",
        }
        assert (set(AUDIENCES), set(TO_WHOM)) == (wanted, wanted | {"registration"})

    def test_format_accepts_only_emails_with_texts(self):
        assert {str(slug) for slug in EmailType if slug.startswith("exchange_")} <= set(EMAILS)

    def test_format_accepts_only_audiences_with_texts(self):
        of_exchanges = {step.audience for step in DEFAULT_REMINDER_SCHEDULES["exchange"]}
        assert of_exchanges <= {str(slug) for slug in Audience}

    def test_only_emails_sent_alone_have_a_calendar_entry(self):
        alone = {step.email_type for step in DEFAULT_REMINDER_SCHEDULES["exchange"] if step.alone}
        assert {slug for slug, words in EMAILS.items() if words.calendar} == alone | {
            "exchange_changed",
            "exchange_cancelled",
            "exchange_moved_up",
            "exchange_not_coming",
            "exchange_place_kept",
        }
        assert {slug for slug, words in EMAILS.items() if words.calendar not in {None, "CANCELLED"}} == {
            *WITH_CALENDAR_ENTRY
        }

    def test_event_kind_is_registered(self):
        assert event_kinds["exchange"] is emails.EXCHANGE


class TestRecipients:
    def test_audience_lab_is_lab_staff(self, four: Edition):
        assert recipient_names(in_state(four, "proposed"), "lab") == {"Lab"}

    def test_audience_host_is_people_who_can_confirm(self, four: Edition):
        assert recipient_names(in_state(four, "proposed"), "host_pilot") == {"Pilot of Metz", "Coordinator of Metz"}

    def test_audience_host_and_lab_is_both(self, four: Edition):
        expected = {"Lab", "Pilot of Metz", "Coordinator of Metz"}
        assert recipient_names(in_state(four, "registration_open"), "host_and_lab") == expected

    def test_all_active_members_get_save_the_date(self, four: Edition):
        assert recipient_names(in_state(four, "announced"), "active_members") == MEMBERS

    def test_people_who_declined_are_left_out(self, four: Edition):
        exchange = in_state(four, "announced")
        for name, state in (("Pilot of Metz", "declined"), ("Elected of Nantes", "cancelled")):
            RegistrationFactory(exchange=exchange, user=User.objects.get(full_name=name), state=state)
        assert recipient_names(exchange, "active_members") == MEMBERS - {"Pilot of Metz", "Elected of Nantes"}

    def test_people_who_left_are_left_out(self, four: Edition):
        exchange = in_state(four, "announced")
        leaver = UserFactory(full_name="Gone")
        MembershipFactory(
            cohort=exchange.host, user=leaver, role="relay", starts_on=date(2026, 1, 5), ends_on=date(2027, 1, 5)
        )
        assert recipient_names(exchange, "active_members") == MEMBERS

    def test_withdrawn_cohorts_are_left_out(self, four: Edition):
        exchange = in_state(four, "announced")
        Cohort.objects.filter(slug="nantes").update(state="withdrawn", reason="Elections")
        assert recipient_names(exchange, "active_members") == {name for name in MEMBERS if name.endswith("Metz")}

    def test_closed_accounts_are_left_out(self, four: Edition):
        exchange = in_state(four, "announced")
        User.objects.filter(full_name="Pilot of Metz").update(is_active=False)
        assert recipient_names(exchange, "active_members") == MEMBERS - {"Pilot of Metz"}

    @pytest.mark.parametrize(
        ("audience", "state", "answers"),
        [
            ("invited", "registration_open", {"invited"}),
            ("unanswered", "registration_open", {"invited"}),
            ("registered", "registration_closed", {"registered"}),
            ("attendees", "held", {"registered", "attended"}),
            (
                "informed",
                "registration_open",
                {"invited", "registered", "declined", "cancelled", "attended", "no_show"},
            ),
        ],
    )
    def test_audiences_by_answer(self, four: Edition, audience: str, state: str, answers: set[str]):
        exchange = ExchangeFactory(edition=four, state=state)
        for answer in ("invited", "registered", "declined", "cancelled", "attended", "no_show"):
            RegistrationFactory(exchange=exchange, user=UserFactory(full_name=answer), state=answer)
        assert recipient_names(exchange, audience) == answers

    def test_informed_people_are_those_who_received_an_email(self, four: Edition):
        exchange = in_state(four, "proposed")
        pilot, other = User.objects.get(full_name="Pilot of Metz"), User.objects.get(full_name="Pilot of Nantes")
        email = reminder(exchange, "host_pilot", state="expanded")
        DeliveryFactory(user=pilot, reminder=email, state="sent")
        DeliveryFactory(user=other, reminder=email, state="skipped")
        assert recipient_names(exchange, "informed") == {"Pilot of Metz"}

    def test_people_informed_of_another_exchange_are_left_out(self, four: Edition):
        exchange, other = in_state(four, "proposed"), ExchangeFactory()
        DeliveryFactory(user=User.objects.get(full_name="Lab"), reminder=reminder(other, "lab"), state="sent")
        assert recipient_names(exchange, "informed") == set()

    def test_unknown_audience_is_empty(self, four: Edition):
        assert recipient_names(in_state(four, "announced"), "owner", "exchange_save_the_date") == set()

    def test_deleted_exchange_has_no_recipients(self, db: None):
        removed = ReminderFactory(kind="exchange", object_id=999, audience="lab", email_type="exchange_choose_host")
        assert recipients(removed, AT) == []


class TestOutOfPlace:
    @pytest.mark.parametrize("state", ["proposed", "host_confirmed"])
    def test_members_get_no_email_before_the_announcement(self, four: Edition, state: str):
        assert recipient_names(in_state(four, state), "active_members") == set()

    @pytest.mark.parametrize(
        ("audience", "state"),
        [
            ("lab", "host_confirmed"),
            ("host_pilot", "host_confirmed"),
            ("unanswered", "registration_closed"),
            ("registered", "held"),
            ("informed", "held"),
        ],
    )
    def test_settled_questions_are_not_sent(self, four: Edition, audience: str, state: str):
        exchange = in_state(four, state)
        person = RegistrationFactory(exchange=exchange, state="registered").user
        assert recipient_names(exchange, audience) == set()
        assert refusal(reminder(exchange, audience, step="again"), person, AT) == "settled"

    @pytest.mark.parametrize(
        ("email_type", "state", "why"),
        [
            ("exchange_report", "registration_open", "early"),
            ("exchange_registration", "announced", "early"),
            ("exchange_registration", "proposed", "unconfirmed"),
            ("exchange_registration", "registration_closed", "settled"),
            ("exchange_registration", "registration_open", ""),
        ],
    )
    def test_preview_states_why_nobody_would_get_the_email(self, four: Edition, email_type: str, state: str, why: str):
        assert emails.EXCHANGE.stop_reason(reminder(in_state(four, state), "members", email_type), AT) == why

    def test_only_the_cancellation_is_sent_once_cancelled(self, four: Edition):
        exchange = ExchangeFactory(edition=four, state="registration_open")
        person = RegistrationFactory(exchange=exchange, state="registered").user
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        assert refusal(reminder(exchange, "registered"), person, AT) == "cancelled"
        assert refusal(reminder(exchange, "informed", "exchange_cancelled"), person, AT) == ""

    def test_next_host_email_is_sent_only_if_the_host_is_unconfirmed(self, four: Edition):
        exchange = in_state(four, "held")
        ask = {"audience": "lab", "email_type": "exchange_next_host"}
        assert recipient_names(exchange, **ask) == set()
        following = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="nantes"), first_day=date(2027, 11, 16))
        assert recipient_names(exchange, **ask) == {"Lab"}
        following.state = "host_confirmed"
        following.save()
        assert recipient_names(exchange, **ask) == set()


class TestInformed:
    @pytest.mark.parametrize("state", ["handing_over", "in doubt", "refused"])
    def test_everyone_who_may_have_the_old_date_is_informed_of_the_change(self, four: Edition, state: str):
        exchange = in_state(four, "announced")
        person = User.objects.get(full_name="Pilot of Nantes")
        earlier = reminder(exchange, "active_members", step="earlier", state="expanded", alone=True)
        if state == "in doubt":
            DeliveryFactory(user=person, reminder=earlier, attempts=1)
        else:
            DeliveryFactory(user=person, reminder=earlier, state="dead" if state == "refused" else state)
        assert recipient_names(exchange, "informed") == (set() if state == "refused" else {"Pilot of Nantes"})


class TestRefusal:
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [("invited", ""), ("registered", "answered"), ("declined", "declined"), ("waitlisted", "waitlisted")],
    )
    def test_people_who_answered_are_not_reminded(self, db: None, answer: str, reason: str):
        row = RegistrationFactory(state=answer)
        assert refusal(reminder(row.exchange, "unanswered"), row.user, AT) == reason

    @pytest.mark.parametrize(
        ("answer", "reason"), [("registered", ""), ("cancelled", "declined"), ("declined", "declined")]
    )
    def test_people_who_released_their_seat_get_no_last_note(self, db: None, answer: str, reason: str):
        row = RegistrationFactory(state=answer)
        assert refusal(reminder(row.exchange, "registered"), row.user, AT) == reason

    def test_absent_people_are_not_thanked(self, db: None):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"), state="no_show")
        assert refusal(reminder(row.exchange, "attendees"), row.user, AT) == "no_show"

    def test_fulfilled_commitment_settles_the_reminder(self, db: None):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"))
        commitment = CommitmentFactory(exchange=row.exchange, owner=row.user)
        email = reminder(row.exchange, "commitment_owners")
        assert refusal(email, row.user, AT) == ""
        commitment.state, commitment.closed_on = "kept", AT.date()
        commitment.save()
        assert refusal(email, row.user, AT) == "settled"

    def test_people_who_left_the_cohort_get_no_email(self, four: Edition):
        exchange = in_state(four, "announced")
        assert refusal(reminder(exchange, "active_members"), UserFactory(), AT) == "left"

    @pytest.mark.parametrize(
        ("audience", "answer"),
        [
            ("invited", "invited"),
            ("unanswered", "invited"),
            ("registered", "registered"),
            ("attendees", "registered"),
            ("informed", "registered"),
        ],
    )
    @pytest.mark.parametrize("way", ["membership", "cohort"])
    def test_people_who_left_get_no_email_although_their_answer_stays(
        self, db: None, audience: str, answer: str, way: str
    ):
        row = RegistrationFactory(state=answer)
        if audience == "attendees":
            Exchange.objects.filter(pk=row.exchange_id).update(state="registration_closed")
        email = reminder(row.exchange, audience)
        assert (refusal(email, row.user, AT), len(recipients(email, AT))) == ("", 1)
        end_membership_of(row, way)
        assert (refusal(email, row.user, AT), recipients(email, AT)) == ("left", [])

    @pytest.mark.parametrize("way", ["membership", "cohort"])
    def test_people_who_left_get_no_email_about_their_commitments(self, db: None, way: str):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"))
        CommitmentFactory(exchange=row.exchange, owner=row.user)
        email = reminder(row.exchange, "commitment_owners")
        assert refusal(email, row.user, AT) == ""
        end_membership_of(row, way)
        assert refusal(email, row.user, AT) == "left"

    def test_authority_admins_and_lab_staff_get_emails(self, db: None):
        host = ExchangeFactory(state="registration_open").host
        admin = AuthorityAdminFactory(authority=host.authority).user
        people = [admin, UserFactory(is_lab_staff=True)]
        exchange = host.hosted_exchanges.get()
        for person in people:
            RegistrationFactory(exchange=exchange, user=person, state="registered", member=False)
        assert recipients(reminder(exchange, "registered"), AT) == people

    def test_people_who_declined_are_informed_of_changes(self, db: None):
        row = RegistrationFactory(state="declined")
        assert refusal(reminder(row.exchange, "informed"), row.user, AT) == ""

    def test_deleted_exchange_is_reported_as_gone(self, db: None):
        removed = ReminderFactory(kind="exchange", object_id=999, audience="lab", email_type="exchange_choose_host")
        assert refusal(removed, UserFactory(), AT) == "removed"


def sizes(exchange: Exchange, *audiences: str, email_type: str = "") -> dict[str, AudienceSize]:
    """Return the size of each audience for its own e-mail, or for one e-mail."""
    queries = [AudienceQuery(exchange.pk, slug, email_type or STAGE[slug]) for slug in audiences]
    return {row.audience: size for row, size in emails.EXCHANGE.sizes(queries, AT).items()}


class TestAudienceSizes:
    def test_sizes_count_people_by_audience_today(self, four: Edition):
        exchange = in_state(four, "registration_open")
        RegistrationFactory(exchange=exchange, user=User.objects.get(full_name="Pilot of Metz"), state="registered")
        RegistrationFactory.create_batch(2, exchange=exchange, state="invited")
        early, settled = "early", "settled"
        assert sizes(exchange, *AUDIENCES) == {
            "lab": AudienceSize(1, settled),
            "host_pilot": AudienceSize(2, settled),
            "host_and_lab": AudienceSize(3),
            "active_members": AudienceSize(7, settled),
            "members": AudienceSize(7, early),
            "not_yet_informed": AudienceSize(None, settled),
            "registered": AudienceSize(1),
            "invited": AudienceSize(2),
            "unanswered": AudienceSize(2),
            "attendees": AudienceSize(None, early),
            "contribution_missing": AudienceSize(7),
            "commitment_owners": AudienceSize(None, early),
            "informed": AudienceSize(),
            "informed_except_lab": AudienceSize(),
        }

    def test_same_audience_can_be_early_for_one_email_and_late_for_another(self, four: Edition):
        exchange = in_state(four, "announced")
        queries = [
            AudienceQuery(exchange.pk, "lab", email_type)
            for email_type in ("exchange_choose_host", "exchange_final_numbers")
        ]
        assert emails.EXCHANGE.sizes(queries, AT) == {
            queries[0]: AudienceSize(1, "settled"),
            queries[1]: AudienceSize(1, "early"),
        }

    def test_sizes_of_several_exchanges_take_one_statement(self, four: Edition, django_assert_num_queries: Any):
        exchange = in_state(four, "proposed")
        other = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="nantes"), first_day=date(2027, 11, 16))
        queries = [AudienceQuery(row.pk, "host_pilot", "exchange_confirm_host") for row in (exchange, other)]
        queries += [
            AudienceQuery(other.pk, "informed", "exchange_changed"),
            AudienceQuery(other.pk, "lab", "exchange_next_host"),
        ]
        with django_assert_num_queries(1):
            results = emails.EXCHANGE.sizes(queries, AT)
        assert [results[row] for row in queries] == [
            AudienceSize(2),
            AudienceSize(1),
            AudienceSize(),
            AudienceSize(1, "unconfirmed"),
        ]

    @pytest.mark.parametrize("answer", ["invited", "registered"])
    def test_answers_are_not_counted_before_invitations(self, four: Edition, answer: str):
        exchange = in_state(four, "announced")
        RegistrationFactory(exchange=exchange, state=answer)
        assert sizes(exchange, "invited", "unanswered", "registered") == {
            slug: AudienceSize(None, "early") for slug in ("invited", "unanswered", "registered")
        }

    def test_zero_recipients_is_counted_after_invitations(self, four: Edition):
        assert sizes(in_state(four, "registration_open"), "unanswered") == {"unanswered": AudienceSize(0)}

    def test_deleted_exchange_and_unknown_audience_have_no_size(self, four: Edition):
        removed = AudienceQuery(999, "lab", "exchange_choose_host")
        assert emails.EXCHANGE.sizes([removed], AT) == {removed: AudienceSize(None, "removed")}
        assert sizes(in_state(four, "announced"), "owner", email_type="exchange_changed") == {"owner": AudienceSize()}

    def test_no_query_costs_no_statement(self, db: None, django_assert_num_queries: Any):
        with django_assert_num_queries(0):
            assert emails.EXCHANGE.sizes([], AT) == {}

    def test_early_reason_states_until_when(self):
        assert emails.EXCHANGE.early_reasons.keys() == {"unconfirmed", "early"}
        assert emails.EXCHANGE.early_reasons.keys() <= emails.EXCHANGE.reasons.keys()


class TestConsistency:
    """Reminder schedule, preview and sender agree on every e-mail in every state."""

    @pytest.mark.parametrize("state", [*ExchangeState.values])
    def test_schedule_preview_and_sender_agree_in_every_state(self, four: Edition, state: str):
        exchange = in_state(four, state if state != "cancelled" else "announced")
        if state == "cancelled":
            exchange.state, exchange.reason = state, "A strike"
            exchange.save()
        person = RegistrationFactory(exchange=exchange, state="registered").user
        rows = [reminder(exchange, audience, email_type) for audience, email_type in STAGE.items()]
        sizes = emails.EXCHANGE.sizes([AudienceQuery(exchange.pk, row.audience, row.email_type) for row in rows], AT)
        for row in rows:
            size, people = sizes[AudienceQuery(exchange.pk, row.audience, row.email_type)], recipients(row, AT)
            assert size.stop_reason == emails.EXCHANGE.stop_reason(row, AT)
            if size.stop_reason:
                assert (people, refusal(row, person, AT)) == ([], size.stop_reason)
            elif size.people is not None:
                assert len(people) == size.people


@built_once
def open_exchange() -> Exchange:
    edition = edition_of_four(name="La Transfo 2027–2029")
    host = Cohort.objects.get(slug="metz")
    return ExchangeFactory(
        edition=edition, host=host, number=1, state="registration_open", theme="How a lab lands", venue="La Halle"
    )


class TestWords:
    @pytest.fixture
    def exchange(self, db: None) -> Exchange:
        return open_exchange()

    def written(self, exchange: Exchange, audience: str, email_type: str = "", **more: object) -> EmailPart:
        return rendered(reminder(exchange, audience, email_type, **more), UserFactory(), "en")

    def test_registration_email_has_the_details_for_a_travel_order(self, exchange: Exchange):
        part = self.written(exchange, "invited")
        assert (part.subject, part.text, part.why, part.button) == (
            "Intertransfo 1: will you come?",
            (
                "Registration is open for the Intertransfo of La Transfo 2027–2029.\n\nFor your "
                "travel order: Intertransfo 1, Tue 8 – Wed 9 June 2027, La Halle, at the "
                "invitation of Metz.\n\nSay whether you are coming, even if the answer is no: your "
                "host counts the seats."
            ),
            "You are receiving this e-mail because you are invited to Intertransfo 1.",
            ("Answer", f"/exchanges/{exchange.pk}/answer/"),
        )

    @pytest.mark.parametrize("slug", sorted(EMAILS))
    def test_every_email_can_be_rendered(self, exchange: Exchange, slug: str):
        part = self.written(exchange, "informed", slug)
        assert "%" not in part.subject + part.text + part.why
        assert part.button[1].startswith(f"/exchanges/{exchange.pk}/")

    def test_programme_email_without_a_theme_does_not_mention_it(self, exchange: Exchange):
        exchange.theme = ""
        exchange.save()
        assert "Theme" not in self.written(exchange, "registered").text

    def test_host_replaces_a_missing_venue(self, exchange: Exchange):
        exchange.venue = ""
        exchange.save()
        assert self.written(exchange, "registered").text.startswith("Tue 8 – Wed 9 June 2027, Metz.")

    def test_new_host_of_an_announced_exchange_need_not_confirm(self, exchange: Exchange):
        part = self.written(exchange, "host_pilot", "exchange_hosts_now")
        assert (part.subject, part.text, part.why) == (
            "Intertransfo 1: you host it now",
            (
                "The lab has given the Intertransfo of La Transfo 2027–2029 to Metz: Tue 8 – Wed "
                "9 June 2027.\n\nThe Intertransfo is already announced, so you have nothing to "
                "confirm. Everyone who was informed receives an e-mail about the change.\n\nThe "
                "page of the Intertransfo shows who is coming. If you cannot host, tell the lab "
                "at once."
            ),
            "You are receiving this e-mail because you are pilot or coordinator of Metz.",
        )

    def test_cancellation_email_gives_the_reason(self, exchange: Exchange):
        exchange.state, exchange.reason = "cancelled", "A strike of the railways"
        exchange.save()
        part = self.written(exchange, "informed", "exchange_cancelled", alone=True)
        assert part.text == (
            "Intertransfo 1, planned for Tue 8 – Wed 9 June 2027 at Metz, will not take "
            "place.\n\nThe reason: A strike of the railways"
        )
        assert part.calendar.status == "CANCELLED"

    @pytest.mark.parametrize(
        ("email_type", "status"),
        [
            ("exchange_save_the_date", "TENTATIVE"),
            ("exchange_registration", "TENTATIVE"),
            ("exchange_confirm", "CONFIRMED"),
            ("exchange_cancelled", "CANCELLED"),
        ],
    )
    def test_email_has_the_calendar_entry(self, exchange: Exchange, email_type: str, status: str):
        entry = self.written(exchange, "informed", email_type, alone=True).calendar
        assert (entry.starts, entry.ends, entry.status) == (date(2027, 6, 8), date(2027, 6, 9), status)
        assert (entry.summary, entry.location, entry.description) == (
            "Intertransfo 1 · La Transfo 2027–2029",
            "La Halle, Metz",
            "How a lab lands",
        )

    def test_email_bundled_with_others_has_no_calendar_entry(self, exchange: Exchange):
        assert self.written(exchange, "active_members", alone=False).calendar is None

    @pytest.mark.parametrize(
        ("answer", "status"),
        [(None, "TENTATIVE"), ("invited", "TENTATIVE"), ("registered", "CONFIRMED"), ("declined", None)],
    )
    def test_change_email_keeps_the_status_of_the_persons_answer(
        self, exchange: Exchange, answer: str | None, status: str | None
    ):
        person = UserFactory()
        if answer:
            RegistrationFactory(exchange=exchange, user=person, state=answer)
        part = rendered(reminder(exchange, "informed", alone=True), person, "en")
        assert (part.calendar.status if part.calendar else None) == status

    @pytest.mark.parametrize("answer", ["registered", "declined"])
    def test_change_email_mentions_the_entry_only_if_attached(self, exchange: Exchange, answer: str):
        person = RegistrationFactory(exchange=exchange, state=answer).user
        part = rendered(reminder(exchange, "informed", alone=True), person, "en")
        paragraphs = ["From now on: Tue 8 – Wed 9 June 2027, at Metz."]
        if answer == "registered":
            paragraphs.append("The calendar entry attached to this e-mail replaces the previous one.")
        assert (part.text.split("\n\n"), bool(part.calendar)) == (paragraphs, answer == "registered")

    @pytest.mark.parametrize("state", UNANNOUNCED)
    def test_change_email_before_announcement_has_no_entry(self, four: Edition, state: str):
        part = rendered(reminder(in_state(four, state), "informed", alone=True), UserFactory(), "en")
        assert ("calendar entry" in part.text, part.calendar) == (False, None)

    def test_dates_are_in_the_language_of_the_email(self, exchange: Exchange):
        part = rendered(reminder(exchange, "registered"), UserFactory(), "fr")
        assert "mar. 8 – mer. 9 juin 2027" in part.text

    def test_rendering_reuses_the_checked_event(self, exchange: Exchange, django_assert_num_queries: Any):
        person = RegistrationFactory(exchange=exchange, state="registered").user
        row = reminder(exchange, "registered", "exchange_last_note")
        with django_assert_num_queries(1):
            reason, event = emails.EXCHANGE.check(row, person, AT)
            emails.EXCHANGE.render(row, event, person, "en")
        assert reason == ""

    def test_change_email_has_old_and_new_details(self, exchange: Exchange):
        before = {"first_day": "2027-05-31", "last_day": "2027-06-01", "host": "Nantes"}
        part = self.written(exchange, "informed", previous_details=before)
        assert part.text.split("\n\n")[:2] == [
            "Before: Mon 31 May – Tue 1 June 2027, at Nantes.",
            "From now on: Tue 8 – Wed 9 June 2027, at Metz.",
        ]
        french = rendered(reminder(exchange, "informed", previous_details=before), UserFactory(), "fr").text
        assert "lun. 31 mai – mar. 1er juin 2027" in french

    @pytest.mark.parametrize(
        ("old", "new", "paragraphs_added"),
        [
            ("La Halle", "Mairie", ["Previous venue: La Halle.", "New venue: Mairie."]),
            ("", "Mairie", ["New venue: Mairie."]),
            ("La Halle", "", ["Previous venue: La Halle.", "New venue: not known yet."]),
        ],
    )
    def test_venue_change_does_not_repeat_unchanged_days_and_host(
        self, exchange: Exchange, old: str, new: str, paragraphs_added: list[str]
    ):
        exchange.venue = new
        exchange.save()
        previous = {"first_day": "2027-06-08", "last_day": "2027-06-09", "host": "Metz", "venue": old}
        paragraphs = self.written(exchange, "informed", previous_details=previous).text.split("\n\n")
        assert paragraphs == ["From now on: Tue 8 – Wed 9 June 2027, at Metz.", *paragraphs_added]

    @pytest.mark.parametrize("previous", [{}, {"first_day": "2027-06-08", "last_day": "2027-06-09", "host": "Metz"}])
    def test_change_email_shows_only_current_details_if_the_old_are_unknown_or_the_same(
        self, exchange: Exchange, previous: dict[str, str]
    ):
        part = self.written(exchange, "informed", previous_details=previous)
        assert part.text.startswith("From now on: Tue 8 – Wed 9 June 2027, at Metz.")


class TestLines:
    def test_schedule_line_states_to_whom_and_what(self, db: None):
        row = ReminderFactory.build(audience="registered", email_type="exchange_confirm")
        assert TEXTS.describe(row) == "Registered: confirm or cancel, with a calendar entry"
        with translation.override("fr"):
            words = {"who": gettext("Registered"), "what": gettext("confirm or cancel, with a calendar entry")}
            assert TEXTS.describe(row) == gettext("%(who)s: %(what)s") % words

    def test_unknown_email_type_appears_as_its_slug(self, db: None):
        assert (
            TEXTS.describe(ReminderFactory.build(audience="owner", email_type="idea_follow_up"))
            == "owner: idea_follow_up"
        )

    def test_reminder_links_to_the_exchange_page(self, db: None):
        assert href(ReminderFactory.build(object_id=12)) == "/exchanges/12/"


class TestNames:
    @pytest.mark.parametrize("count", [1, 3])
    def test_names_include_the_edition_and_take_one_statement(
        self, four: Edition, django_assert_num_queries: Any, count: int
    ):
        exchanges = [
            ExchangeFactory(edition=four, number=n, first_day=date(2027, n, 16), swap_reason="Test")
            for n in range(1, count + 1)
        ]
        with django_assert_num_queries(1):
            names = event_kinds["exchange"].names([exchange.pk for exchange in exchanges])
        assert names == {exchange.pk: f"Intertransfo {exchange.number} · {four.name}" for exchange in exchanges}


class TestInScope:
    def test_scope_by_edition_cohort_or_authority(self, four: Edition):
        exchange, _elsewhere = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz")), ExchangeFactory()
        ExchangeFactory(edition=four, number=9, retrospective=True, state="held")
        for scope in (
            CommandScope(edition="transfo-2027"),
            CommandScope(cohort="nantes"),
            CommandScope(authority="ville-toulouse"),
        ):
            assert in_scope(scope) == {exchange.pk}

    def test_scopes_without_overlap_are_empty(self, four: Edition):
        ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz"))
        assert in_scope(CommandScope(edition="transfo-2027", cohort=CohortFactory().slug)) == set()
