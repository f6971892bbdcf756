"""Letters about exchanges: to whom, when they are out of place, and what they say in both halves of the ledger."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from cohorts.models import Cohort
from exchanges import emails
from exchanges.emails.event_kind import href, within
from exchanges.emails.recipients import AUDIENCES, LETTER_STATES
from exchanges.emails.texts import LETTERS, TEXTS, TO_WHOM
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange, Registration
from exchanges.reminders import WITH_ENTRY
from notifications.models import Reminder
from notifications.registries import Asked, LetterPart, Scope, Size, event_kinds
from programmes.enums import Audience, Letter
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.contents import CommitmentFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, refusal, rendered
from tests.factories.programmes import AuthorityAdminFactory

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
    "told": "exchange_changed",
    "told_but_lab": "exchange_changed",
    "untold": "exchange_save_the_date",
}
TO_ONE = {"exchange_moved_up", "exchange_not_coming", "exchange_place_kept", "exchange_waitlisted"}


def reminder(exchange: Exchange, audience: str, letter: str = "", **more: object) -> Reminder:
    """A reminder of the exchange that is due now."""
    return ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        version=exchange.version,
        audience=audience,
        letter=letter or STAGE[audience],
        event_day=exchange.first_day,
        due_at=AT,
        **more,
    )


def reached(exchange: Exchange, audience: str, letter: str = "") -> set[str]:
    return {person.full_name for person in recipients(reminder(exchange, audience, letter), AT)}


def in_state(edition: Edition, state: str) -> Exchange:
    """An exchange of Metz with everybody the audiences tell apart."""
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


def leaves(answer: Registration, way: str) -> None:
    """The person's membership ends the day before, or their cohort withdraws."""
    if way == "membership":
        answer.user.memberships.update(ends_on=date(2027, 1, 5))
    else:
        Cohort.objects.filter(pk=answer.cohort_id).update(state="withdrawn", reason="Elections")


MEMBERS = {"Pilot of Metz", "Coordinator of Metz", "Ambassador of Metz", "Pilot of Nantes", "Elected of Nantes"}


@pytest.fixture
def four(db: None) -> Edition:
    return edition_of_four()


class TestTables:
    def test_every_letter_of_the_default_ladder_has_words_and_states(self):
        wanted = {step.letter for step in DEFAULT_LADDERS["exchange"]}
        extra = {"exchange_changed", "exchange_cancelled", "exchange_host_replaced", "exchange_host_gone", *TO_ONE}
        extra |= {"exchange_hosts_now", "exchange_nobody_left"}
        assert (set(LETTERS), set(LETTER_STATES)) == (wanted | extra, wanted | extra)

    def test_every_audience_of_the_default_ladder_is_known(self):
        wanted = {step.audience for step in DEFAULT_LADDERS["exchange"]} | {"told", "told_but_lab", "untold"}
        assert (set(AUDIENCES), set(TO_WHOM)) == (wanted, wanted | {"registration"})

    def test_a_format_can_name_no_letter_that_has_no_words(self):
        assert {str(slug) for slug in Letter if slug.startswith("exchange_")} <= set(LETTERS)

    def test_nor_an_audience_of_exchanges_that_has_no_words(self):
        of_exchanges = {step.audience for step in DEFAULT_LADDERS["exchange"]}
        assert of_exchanges <= {str(slug) for slug in Audience}

    def test_only_letters_of_their_own_carry_a_calendar_entry(self):
        alone = {step.letter for step in DEFAULT_LADDERS["exchange"] if step.alone}
        assert {slug for slug, words in LETTERS.items() if words.calendar} == alone | {
            "exchange_changed",
            "exchange_cancelled",
            "exchange_moved_up",
            "exchange_not_coming",
            "exchange_place_kept",
        }
        assert {slug for slug, words in LETTERS.items() if words.calendar not in {None, "CANCELLED"}} == {*WITH_ENTRY}

    def test_the_kind_is_registered(self):
        assert event_kinds["exchange"] is emails.EXCHANGE


class TestRecipients:
    def test_the_lab_is_its_staff(self, four: Edition):
        assert reached(in_state(four, "proposed"), "lab") == {"Lab"}

    def test_the_host_is_asked_through_those_who_may_confirm(self, four: Edition):
        assert reached(in_state(four, "proposed"), "host_pilot") == {"Pilot of Metz", "Coordinator of Metz"}

    def test_host_and_lab_together(self, four: Edition):
        expected = {"Lab", "Pilot of Metz", "Coordinator of Metz"}
        assert reached(in_state(four, "registration_open"), "host_and_lab") == expected

    def test_everyone_active_saves_the_date(self, four: Edition):
        assert reached(in_state(four, "announced"), "active_members") == MEMBERS

    def test_but_those_who_declined(self, four: Edition):
        exchange = in_state(four, "announced")
        for name, state in (("Pilot of Metz", "declined"), ("Elected of Nantes", "cancelled")):
            RegistrationFactory(exchange=exchange, user=User.objects.get(full_name=name), state=state)
        assert reached(exchange, "active_members") == MEMBERS - {"Pilot of Metz", "Elected of Nantes"}

    def test_and_those_who_left(self, four: Edition):
        exchange = in_state(four, "announced")
        gone = UserFactory(full_name="Gone")
        MembershipFactory(
            cohort=exchange.host, user=gone, role="relay", starts_on=date(2026, 1, 5), ends_on=date(2027, 1, 5)
        )
        assert reached(exchange, "active_members") == MEMBERS

    def test_and_cohorts_that_withdrew(self, four: Edition):
        exchange = in_state(four, "announced")
        Cohort.objects.filter(slug="nantes").update(state="withdrawn", reason="Elections")
        assert reached(exchange, "active_members") == {name for name in MEMBERS if name.endswith("Metz")}

    def test_and_accounts_that_are_closed(self, four: Edition):
        exchange = in_state(four, "announced")
        User.objects.filter(full_name="Pilot of Metz").update(is_active=False)
        assert reached(exchange, "active_members") == MEMBERS - {"Pilot of Metz"}

    @pytest.mark.parametrize(
        ("audience", "state", "answers"),
        [
            ("invited", "registration_open", {"invited"}),
            ("unanswered", "registration_open", {"invited"}),
            ("registered", "registration_closed", {"registered"}),
            ("attendees", "held", {"registered", "attended"}),
            ("told", "registration_open", {"invited", "registered", "declined", "cancelled", "attended", "no_show"}),
        ],
    )
    def test_by_answer(self, four: Edition, audience: str, state: str, answers: set[str]):
        exchange = ExchangeFactory(edition=four, state=state)
        for answer in ("invited", "registered", "declined", "cancelled", "attended", "no_show"):
            RegistrationFactory(exchange=exchange, user=UserFactory(full_name=answer), state=answer)
        assert reached(exchange, audience) == answers

    def test_told_are_those_a_letter_went_to(self, four: Edition):
        exchange = in_state(four, "proposed")
        pilot, other = User.objects.get(full_name="Pilot of Metz"), User.objects.get(full_name="Pilot of Nantes")
        asked = reminder(exchange, "host_pilot", state="expanded")
        DeliveryFactory(user=pilot, reminder=asked, state="sent")
        DeliveryFactory(user=other, reminder=asked, state="skipped")
        assert reached(exchange, "told") == {"Pilot of Metz"}

    def test_not_those_told_of_another_exchange(self, four: Edition):
        exchange, other = in_state(four, "proposed"), ExchangeFactory()
        DeliveryFactory(user=User.objects.get(full_name="Lab"), reminder=reminder(other, "lab"), state="sent")
        assert reached(exchange, "told") == set()

    def test_an_audience_nobody_knows_is_nobody(self, four: Edition):
        assert reached(in_state(four, "announced"), "owner", "exchange_save_the_date") == set()

    def test_an_exchange_that_is_gone_concerns_nobody(self, db: None):
        gone = ReminderFactory(kind="exchange", object_id=999, audience="lab", letter="exchange_choose_host")
        assert recipients(gone, AT) == []


class TestOutOfPlace:
    @pytest.mark.parametrize("state", ["proposed", "host_confirmed"])
    def test_members_hear_nothing_before_it_is_announced(self, four: Edition, state: str):
        assert reached(in_state(four, state), "active_members") == set()

    @pytest.mark.parametrize(
        ("audience", "state"),
        [
            ("lab", "host_confirmed"),
            ("host_pilot", "host_confirmed"),
            ("unanswered", "registration_closed"),
            ("registered", "held"),
            ("told", "held"),
        ],
    )
    def test_what_is_settled_is_not_asked(self, four: Edition, audience: str, state: str):
        exchange = in_state(four, state)
        person = RegistrationFactory(exchange=exchange, state="registered").user
        assert reached(exchange, audience) == set()
        assert refusal(reminder(exchange, audience, step="again"), person, AT) == "settled"

    @pytest.mark.parametrize(
        ("letter", "state", "why"),
        [
            ("exchange_report", "registration_open", "early"),
            ("exchange_registration", "announced", "early"),
            ("exchange_registration", "proposed", "unconfirmed"),
            ("exchange_registration", "registration_closed", "settled"),
            ("exchange_registration", "registration_open", ""),
        ],
    )
    def test_the_preview_says_why_it_is_nobody_today(self, four: Edition, letter: str, state: str, why: str):
        assert emails.EXCHANGE.stops(reminder(in_state(four, state), "members", letter), AT) == why

    def test_nothing_but_the_cancellation_goes_once_it_is_cancelled(self, four: Edition):
        exchange = ExchangeFactory(edition=four, state="registration_open")
        person = RegistrationFactory(exchange=exchange, state="registered").user
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        assert refusal(reminder(exchange, "registered"), person, AT) == "cancelled"
        assert refusal(reminder(exchange, "told", "exchange_cancelled"), person, AT) == ""

    def test_the_next_host_is_asked_after_only_when_it_is_missing(self, four: Edition):
        exchange = in_state(four, "held")
        ask = {"audience": "lab", "letter": "exchange_next_host"}
        assert reached(exchange, **ask) == set()
        following = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="nantes"), first_day=date(2027, 11, 16))
        assert reached(exchange, **ask) == {"Lab"}
        following.state = "host_confirmed"
        following.save()
        assert reached(exchange, **ask) == set()


class TestTold:
    @pytest.mark.parametrize("state", ["handing_over", "in doubt", "refused"])
    def test_whoever_may_have_the_old_date_hears_that_it_changed(self, four: Edition, state: str):
        exchange = in_state(four, "announced")
        person = User.objects.get(full_name="Pilot of Nantes")
        earlier = reminder(exchange, "active_members", step="earlier", state="expanded", alone=True)
        if state == "in doubt":
            DeliveryFactory(user=person, reminder=earlier, attempts=1)
        else:
            DeliveryFactory(user=person, reminder=earlier, state="dead" if state == "refused" else state)
        assert reached(exchange, "told") == (set() if state == "refused" else {"Pilot of Nantes"})


class TestRefusal:
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [("invited", ""), ("registered", "answered"), ("declined", "declined"), ("waitlisted", "waitlisted")],
    )
    def test_whoever_answered_is_not_reminded(self, db: None, answer: str, reason: str):
        row = RegistrationFactory(state=answer)
        assert refusal(reminder(row.exchange, "unanswered"), row.user, AT) == reason

    @pytest.mark.parametrize(
        ("answer", "reason"), [("registered", ""), ("cancelled", "declined"), ("declined", "declined")]
    )
    def test_whoever_gave_their_place_back_needs_no_last_note(self, db: None, answer: str, reason: str):
        row = RegistrationFactory(state=answer)
        assert refusal(reminder(row.exchange, "registered"), row.user, AT) == reason

    def test_whoever_did_not_come_is_not_thanked(self, db: None):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"), state="no_show")
        assert refusal(reminder(row.exchange, "attendees"), row.user, AT) == "no_show"

    def test_a_promise_that_was_kept_meanwhile_is_settled(self, db: None):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"))
        promise = CommitmentFactory(exchange=row.exchange, owner=row.user)
        asked = reminder(row.exchange, "commitment_owners")
        assert refusal(asked, row.user, AT) == ""
        promise.state, promise.closed_on = "kept", AT.date()
        promise.save()
        assert refusal(asked, row.user, AT) == "settled"

    def test_whoever_left_the_cohort_hears_no_more(self, four: Edition):
        exchange = in_state(four, "announced")
        assert refusal(reminder(exchange, "active_members"), UserFactory(), AT) == "left"

    @pytest.mark.parametrize(
        ("audience", "answer"),
        [
            ("invited", "invited"),
            ("unanswered", "invited"),
            ("registered", "registered"),
            ("attendees", "registered"),
            ("told", "registered"),
        ],
    )
    @pytest.mark.parametrize("way", ["membership", "cohort"])
    def test_an_answer_outlives_a_membership_and_letters_do_not(self, db: None, audience: str, answer: str, way: str):
        row = RegistrationFactory(state=answer)
        if audience == "attendees":
            Exchange.objects.filter(pk=row.exchange_id).update(state="registration_closed")
        told = reminder(row.exchange, audience)
        assert (refusal(told, row.user, AT), len(recipients(told, AT))) == ("", 1)
        leaves(row, way)
        assert (refusal(told, row.user, AT), recipients(told, AT)) == ("left", [])

    @pytest.mark.parametrize("way", ["membership", "cohort"])
    def test_nor_do_letters_of_what_was_promised(self, db: None, way: str):
        row = RegistrationFactory(exchange=ExchangeFactory(state="held"))
        CommitmentFactory(exchange=row.exchange, owner=row.user)
        told = reminder(row.exchange, "commitment_owners")
        assert refusal(told, row.user, AT) == ""
        leaves(row, way)
        assert refusal(told, row.user, AT) == "left"

    def test_admins_of_an_authority_and_the_lab_are_of_the_edition(self, db: None):
        host = ExchangeFactory(state="registration_open").host
        admin = AuthorityAdminFactory(authority=host.authority).user
        people = [admin, UserFactory(is_lab_staff=True)]
        exchange = host.hosted_exchanges.get()
        for person in people:
            RegistrationFactory(exchange=exchange, user=person, state="registered", member=False)
        assert recipients(reminder(exchange, "registered"), AT) == people

    def test_whoever_declined_still_hears_of_changes(self, db: None):
        row = RegistrationFactory(state="declined")
        assert refusal(reminder(row.exchange, "told"), row.user, AT) == ""

    def test_an_exchange_that_is_gone_is_said_to_be(self, db: None):
        gone = ReminderFactory(kind="exchange", object_id=999, audience="lab", letter="exchange_choose_host")
        assert refusal(gone, UserFactory(), AT) == "removed"


def sizes(exchange: Exchange, *audiences: str, letter: str = "") -> dict[str, Size]:
    """Of each audience for a letter of its own, or for one."""
    asked = [Asked(exchange.pk, slug, letter or STAGE[slug]) for slug in audiences]
    return {row.audience: size for row, size in emails.EXCHANGE.sizes(asked, AT).items()}


class TestSizes:
    def test_people_by_audience_today(self, four: Edition):
        exchange = in_state(four, "registration_open")
        RegistrationFactory(exchange=exchange, user=User.objects.get(full_name="Pilot of Metz"), state="registered")
        RegistrationFactory.create_batch(2, exchange=exchange, state="invited")
        early, settled = "early", "settled"
        assert sizes(exchange, *AUDIENCES) == {
            "lab": Size(1, settled),
            "host_pilot": Size(2, settled),
            "host_and_lab": Size(3),
            "active_members": Size(7, settled),
            "members": Size(7, early),
            "untold": Size(None, settled),
            "registered": Size(1),
            "invited": Size(2),
            "unanswered": Size(2),
            "attendees": Size(None, early),
            "contribution_missing": Size(7),
            "commitment_owners": Size(None, early),
            "told": Size(),
            "told_but_lab": Size(),
        }

    def test_the_same_audience_may_be_early_for_one_letter_and_late_for_another(self, four: Edition):
        exchange = in_state(four, "announced")
        asked = [Asked(exchange.pk, "lab", letter) for letter in ("exchange_choose_host", "exchange_final_numbers")]
        assert emails.EXCHANGE.sizes(asked, AT) == {asked[0]: Size(1, "settled"), asked[1]: Size(1, "early")}

    def test_several_exchanges_in_one_statement(self, four: Edition, django_assert_num_queries: Any):
        exchange = in_state(four, "proposed")
        other = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="nantes"), first_day=date(2027, 11, 16))
        asked = [Asked(row.pk, "host_pilot", "exchange_confirm_host") for row in (exchange, other)]
        asked += [Asked(other.pk, "told", "exchange_changed"), Asked(other.pk, "lab", "exchange_next_host")]
        with django_assert_num_queries(1):
            found = emails.EXCHANGE.sizes(asked, AT)
        assert [found[row] for row in asked] == [Size(2), Size(1), Size(), Size(1, "unconfirmed")]

    @pytest.mark.parametrize("answer", ["invited", "registered"])
    def test_answers_are_not_counted_before_anybody_is_asked(self, four: Edition, answer: str):
        exchange = in_state(four, "announced")
        RegistrationFactory(exchange=exchange, state=answer)
        assert sizes(exchange, "invited", "unanswered", "registered") == {
            slug: Size(None, "early") for slug in ("invited", "unanswered", "registered")
        }

    def test_once_they_are_nobody_is_a_number_too(self, four: Edition):
        assert sizes(in_state(four, "registration_open"), "unanswered") == {"unanswered": Size(0)}

    def test_of_an_exchange_that_is_gone_and_of_an_audience_nobody_knows(self, four: Edition):
        gone = Asked(999, "lab", "exchange_choose_host")
        assert emails.EXCHANGE.sizes([gone], AT) == {gone: Size(None, "removed")}
        assert sizes(in_state(four, "announced"), "owner", letter="exchange_changed") == {"owner": Size()}

    def test_asked_nothing_it_asks_nothing(self, db: None, django_assert_num_queries: Any):
        with django_assert_num_queries(0):
            assert emails.EXCHANGE.sizes([], AT) == {}

    def test_what_is_early_says_until_when(self):
        assert emails.EXCHANGE.once.keys() == {"unconfirmed", "early"}
        assert emails.EXCHANGE.once.keys() <= emails.EXCHANGE.reasons.keys()


class TestOneStory:
    """The ladder, the preview and the sender say the same of every letter in every state."""

    @pytest.mark.parametrize("state", [*ExchangeState.values])
    def test_whatever_the_state(self, four: Edition, state: str):
        exchange = in_state(four, state if state != "cancelled" else "announced")
        if state == "cancelled":
            exchange.state, exchange.reason = state, "A strike"
            exchange.save()
        person = RegistrationFactory(exchange=exchange, state="registered").user
        rows = [reminder(exchange, audience, letter) for audience, letter in STAGE.items()]
        sizes = emails.EXCHANGE.sizes([Asked(exchange.pk, row.audience, row.letter) for row in rows], AT)
        for row in rows:
            size, people = sizes[Asked(exchange.pk, row.audience, row.letter)], recipients(row, AT)
            assert size.stopped == emails.EXCHANGE.stops(row, AT)
            if size.stopped:
                assert (people, refusal(row, person, AT)) == ([], size.stopped)
            elif size.people is not None:
                assert len(people) == size.people


class TestWords:
    @pytest.fixture
    def exchange(self, db: None) -> Exchange:
        edition = edition_of_four(name="La Transfo 2027–2029")
        host = Cohort.objects.get(slug="metz")
        return ExchangeFactory(
            edition=edition, host=host, number=1, state="registration_open", theme="How a lab lands", venue="La Halle"
        )

    def written(self, exchange: Exchange, audience: str, letter: str = "", **more: object) -> LetterPart:
        return rendered(reminder(exchange, audience, letter, **more), UserFactory(), "en")

    def test_the_registration_says_what_a_travel_order_needs(self, exchange: Exchange):
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
            ("Answer", f"/exchanges/{exchange.pk}/"),
        )

    @pytest.mark.parametrize("slug", sorted(LETTERS))
    def test_every_letter_can_be_written(self, exchange: Exchange, slug: str):
        part = self.written(exchange, "told", slug)
        assert "%" not in part.subject + part.text + part.why
        assert part.button[1].startswith(f"/exchanges/{exchange.pk}/")

    def test_a_programme_without_a_theme_does_not_speak_of_one(self, exchange: Exchange):
        exchange.theme = ""
        exchange.save()
        assert "Theme" not in self.written(exchange, "registered").text

    def test_without_a_venue_the_host_is_the_place(self, exchange: Exchange):
        exchange.venue = ""
        exchange.save()
        assert self.written(exchange, "registered").text.startswith("Tue 8 – Wed 9 June 2027, Metz.")

    def test_a_new_host_of_what_was_announced_is_not_asked_to_confirm(self, exchange: Exchange):
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

    def test_the_cancellation_gives_the_reason(self, exchange: Exchange):
        exchange.state, exchange.reason = "cancelled", "A strike of the railways"
        exchange.save()
        part = self.written(exchange, "told", "exchange_cancelled", alone=True)
        assert part.text == (
            "Intertransfo 1, planned for Tue 8 – Wed 9 June 2027 at Metz, will not take "
            "place.\n\nThe reason: A strike of the railways"
        )
        assert part.calendar.status == "CANCELLED"

    @pytest.mark.parametrize(
        ("letter", "status"),
        [
            ("exchange_save_the_date", "TENTATIVE"),
            ("exchange_registration", "TENTATIVE"),
            ("exchange_confirm", "CONFIRMED"),
            ("exchange_cancelled", "CANCELLED"),
        ],
    )
    def test_its_entry_in_calendars(self, exchange: Exchange, letter: str, status: str):
        entry = self.written(exchange, "told", letter, alone=True).calendar
        assert (entry.starts, entry.ends, entry.status) == (date(2027, 6, 8), date(2027, 6, 9), status)
        assert (entry.summary, entry.place, entry.description) == (
            "Intertransfo 1 · La Transfo 2027–2029",
            "La Halle, Metz",
            "How a lab lands",
        )

    def test_a_letter_that_shares_its_envelope_carries_no_entry(self, exchange: Exchange):
        assert self.written(exchange, "active_members", alone=False).calendar is None

    @pytest.mark.parametrize(
        ("answer", "status"),
        [(None, "TENTATIVE"), ("invited", "TENTATIVE"), ("registered", "CONFIRMED"), ("declined", None)],
    )
    def test_a_change_keeps_what_the_person_answered(self, exchange: Exchange, answer: str | None, status: str | None):
        person = UserFactory()
        if answer:
            RegistrationFactory(exchange=exchange, user=person, state=answer)
        part = rendered(reminder(exchange, "told", alone=True), person, "en")
        assert (part.calendar.status if part.calendar else None) == status

    @pytest.mark.parametrize("answer", ["registered", "declined"])
    def test_a_change_speaks_of_the_entry_only_where_one_comes_with_it(self, exchange: Exchange, answer: str):
        person = RegistrationFactory(exchange=exchange, state=answer).user
        part = rendered(reminder(exchange, "told", alone=True), person, "en")
        said = ["From now on: Tue 8 – Wed 9 June 2027, at Metz."]
        if answer == "registered":
            said.append("The calendar entry attached to this e-mail replaces the previous one.")
        assert (part.text.split("\n\n"), bool(part.calendar)) == (said, answer == "registered")

    @pytest.mark.parametrize("state", UNANNOUNCED)
    def test_before_it_was_announced_there_was_no_entry_to_replace(self, four: Edition, state: str):
        part = rendered(reminder(in_state(four, state), "told", alone=True), UserFactory(), "en")
        assert ("calendar entry" in part.text, part.calendar) == (False, None)

    def test_dates_are_written_in_the_language_of_the_letter(self, exchange: Exchange):
        part = rendered(reminder(exchange, "registered"), UserFactory(), "fr")
        assert "mar. 8 – mer. 9 juin 2027" in part.text

    def test_what_was_read_to_check_it_is_not_read_again_to_write_it(
        self, exchange: Exchange, django_assert_num_queries: Any
    ):
        person = RegistrationFactory(exchange=exchange, state="registered").user
        row = reminder(exchange, "registered", "exchange_last_note")
        with django_assert_num_queries(1):
            reason, event = emails.EXCHANGE.check(row, person, AT)
            emails.EXCHANGE.render(row, event, person, "en")
        assert reason == ""

    def test_a_change_says_what_was_and_what_holds(self, exchange: Exchange):
        before = {"first_day": "2027-05-31", "last_day": "2027-06-01", "host": "Nantes"}
        part = self.written(exchange, "told", was=before)
        assert part.text.split("\n\n")[:2] == [
            "Before: Mon 31 May – Tue 1 June 2027, at Nantes.",
            "From now on: Tue 8 – Wed 9 June 2027, at Metz.",
        ]
        french = rendered(reminder(exchange, "told", was=before), UserFactory(), "fr").text
        assert "lun. 31 mai – mar. 1er juin 2027" in french

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("La Halle", "Mairie", ["Previous venue: La Halle.", "New venue: Mairie."]),
            ("", "Mairie", ["New venue: Mairie."]),
            ("La Halle", "", ["Previous venue: La Halle.", "New venue: not known yet."]),
        ],
    )
    def test_another_place_is_said_without_days_and_host_that_stay(
        self, exchange: Exchange, old: str, new: str, said: list[str]
    ):
        exchange.venue = new
        exchange.save()
        was = {"first_day": "2027-06-08", "last_day": "2027-06-09", "host": "Metz", "venue": old}
        paragraphs = self.written(exchange, "told", was=was).text.split("\n\n")
        assert paragraphs == ["From now on: Tue 8 – Wed 9 June 2027, at Metz.", *said]

    @pytest.mark.parametrize("was", [{}, {"first_day": "2027-06-08", "last_day": "2027-06-09", "host": "Metz"}])
    def test_of_what_is_not_known_or_is_back_it_says_only_what_holds(self, exchange: Exchange, was: dict[str, str]):
        part = self.written(exchange, "told", was=was)
        assert part.text.startswith("From now on: Tue 8 – Wed 9 June 2027, at Metz.")


class TestLines:
    def test_to_whom_and_what(self, db: None):
        line = ReminderFactory.build(audience="registered", letter="exchange_confirm")
        assert TEXTS.describe(line) == "Registered: confirm or cancel, with a calendar entry"
        with translation.override("fr"):
            words = {"who": gettext("Registered"), "what": gettext("confirm or cancel, with a calendar entry")}
            assert TEXTS.describe(line) == gettext("%(who)s: %(what)s") % words

    def test_what_nobody_knows_is_shown_as_it_is(self, db: None):
        assert (
            TEXTS.describe(ReminderFactory.build(audience="owner", letter="idea_follow_up")) == "owner: idea_follow_up"
        )

    def test_the_page(self, db: None):
        assert href(ReminderFactory.build(object_id=12)) == "/exchanges/12/"


class TestNames:
    @pytest.mark.parametrize("count", [1, 3])
    def test_each_with_its_edition_in_one_statement(self, four: Edition, django_assert_num_queries: Any, count: int):
        found = [
            ExchangeFactory(edition=four, number=n, first_day=date(2027, n, 16), swap_reason="Test")
            for n in range(1, count + 1)
        ]
        with django_assert_num_queries(1):
            names = event_kinds["exchange"].names([exchange.pk for exchange in found])
        assert names == {exchange.pk: f"Intertransfo {exchange.number} · {four.name}" for exchange in found}


class TestWithin:
    def test_of_an_edition_a_cohort_or_an_authority(self, four: Edition):
        exchange, _elsewhere = ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz")), ExchangeFactory()
        ExchangeFactory(edition=four, number=9, retrospective=True, state="held")
        for scope in (Scope(edition="transfo-2027"), Scope(cohort="nantes"), Scope(authority="ville-toulouse")):
            assert within(scope) == {exchange.pk}

    def test_nothing_in_common_is_nothing(self, four: Edition):
        ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz"))
        assert within(Scope(edition="transfo-2027", cohort=CohortFactory().slug)) == set()
