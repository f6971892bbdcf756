"""Pages of the steps of an exchange: what they say before, that they act once, and how they answer invalid input."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.planning.actions import confirm_host, move_exchange
from notifications.models import Reminder
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_with_exchanges
from tests.pages import elements, links, texts
from tests.pages import errors as errors_next_to_fields
from tests.pages import messages as every_message
from web.forms.edit_conflicts import fingerprint

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
BETWEEN, LAST = date(2028, 10, 10), date(2029, 2, 6)  # before the fourth exchange of the edition, and after it


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(UserFactory(is_lab_staff=True))


@pytest.fixture
def planned(db: None, today: None) -> Edition:
    return edition_with_exchanges(AT)


@pytest.fixture
def exchange(planned: Edition) -> Exchange:
    """Return the first exchange of an edition of four cohorts, proposed; today is 24 November 2026."""
    return Exchange.objects.get(number=1)


def address(exchange: Exchange, route: str) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk])


def post(client: Client, exchange: Exchange, route: str, **form: Any) -> Any:
    """Send a form as its page gave it, and follow redirects."""
    form.setdefault("version", exchange.version)
    return client.post(address(exchange, route), form, follow=True)


def shows_only(page: Any, why: str) -> bool:
    """Return whether the page has no form and gives this reason."""
    return any(text.startswith(why) for text in texts(page, "p")) and not elements(page, "form", "stack")


def messages_on(page: Any) -> list[str]:
    """Return the messages of this request, without the one kept ready for a lost connection."""
    return [message for message in every_message(page) if not message.startswith("The server did not answer")]


def errors(page: Any) -> list[str]:
    """Return the errors next to fields and above the form."""
    return [*texts(page, "div", "error-summary"), *errors_next_to_fields(page)]


def fresh(exchange: Exchange) -> Exchange:
    return Exchange.objects.get(pk=exchange.pk)


class TestSteps:
    STEPS = [
        ("proposed", "confirm", "host_confirmed", "Date and host are confirmed."),
        ("host_confirmed", "announce", "announced", "The Intertransfo is announced."),
        ("announced", "open_registration", "registration_open", "Registration is open."),
        ("registration_open", "close_registration", "registration_closed", "Registration is closed."),
    ]

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_each_step_changes_the_state(self, cast: Cast, before: str, route: str, after: str, message: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        page = post(signed_in(cast["S"]), exchange, route)
        assert (fresh(exchange).state, messages_on(page)) == (after, [message])
        assert page.redirect_chain == [(exchange.get_absolute_url(), 302)]

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_step_sent_twice_is_done_once(self, cast: Cast, before: str, route: str, after: str, message: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        client = signed_in(cast["S"])
        post(client, exchange, route)
        page = post(client, exchange, route)
        assert (fresh(exchange).state, page.status_code) == (after, 200)
        assert exchange.events.filter(state=after).count() == 1

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_get_request_changes_nothing(self, cast: Cast, before: str, route: str, after: str, message: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        page = signed_in(cast["S"]).get(address(exchange, route))
        assert (fresh(exchange).state, texts(page, "h2")) == (before, ["What will happen"])

    @pytest.mark.parametrize("route", ["confirm", "announce", "open_registration", "close_registration", "hold"])
    def test_cancelled_exchange_accepts_no_step(self, cast: Cast, route: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="cancelled")
        page = post(signed_in(cast["S"]), exchange, route)
        assert "The Intertransfo cannot go from its present state to that one." in " ".join(errors(page))
        assert fresh(exchange).state == "cancelled"

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_page_of_a_step_that_is_done_has_no_form(
        self, cast: Cast, before: str, route: str, after: str, message: str
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=after)
        page = signed_in(cast["S"]).get(address(exchange, route))
        assert shows_only(page, "The Intertransfo is not at this step.")

    def test_pilot_of_the_host_can_confirm(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
        post(signed_in(cast["P"]), exchange, "confirm")
        assert fresh(exchange).state == "host_confirmed"

    def test_confirmation_page_names_host_and_dates(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "confirm"))
        assert texts(page, "li")[-3:] == [
            "Nantes hosts on " + period(exchange) + ".",
            "E-mails that ask the host to confirm stop.",
            "Members receive nothing yet. The next step is to announce the Intertransfo.",
        ]

    def test_announcement_page_states_when_the_email_is_sent(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "confirm")
        reminder = Reminder.objects.get(object_id=exchange.pk, email_type="exchange_save_the_date")
        page = staff.get(address(exchange, "announce"))
        assert texts(page, "li")[-1].endswith(
            f"is sent on {reminder.due_on:%a} {reminder.due_on.day} {reminder.due_on:%B %Y}."
        )

    def test_announcement_page_states_that_a_late_email_is_sent_at_once(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "confirm")
        Reminder.objects.filter(email_type="exchange_save_the_date").update(state="expanded")
        page = staff.get(address(exchange, "announce"))
        assert texts(page, "li")[-1] == "The “Save the date” e-mail, with a calendar entry, is sent at once."

    @pytest.mark.parametrize(
        ("capacity", "text"),
        [(40, "Capacity: 40."), (None, "There is no capacity limit: set one first if the venue is small.")],
    )
    def test_opening_page_names_the_capacity(self, cast: Cast, capacity: int | None, text: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="announced", capacity=capacity)
        assert texts(signed_in(cast["S"]).get(address(exchange, "open_registration")), "li")[-1] == text

    def test_changed_date_appears_before_it_is_confirmed(self, exchange: Exchange, staff: Client):
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=UserFactory(is_lab_staff=True))
        page = post(staff, exchange, "confirm")
        assert "changed in the meantime" in " ".join(errors(page))
        assert "Nantes hosts on Tue 15 – Wed 16 June 2027." in texts(page, "li")
        (version,) = [field["attrs"]["value"] for field in elements(page, "input") if hidden(field)]
        assert (fresh(exchange).state, version) == ("proposed", "2")

    def test_changed_date_can_be_confirmed_after_it_appeared(self, exchange: Exchange, staff: Client):
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=UserFactory(is_lab_staff=True))
        post(staff, exchange, "confirm", version="2")
        assert fresh(exchange).state == "host_confirmed"

    @pytest.mark.parametrize("version", ["", "0", "-1", "abc", "9" * 30])
    def test_invalid_version_confirms_nothing(self, exchange: Exchange, staff: Client, version: str):
        assert post(staff, exchange, "confirm", version=version).status_code == 200
        assert fresh(exchange).state == "proposed"

    def test_lab_staff_can_record_that_it_took_place(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_closed")
        with time_machine.travel("2027-06-08T08:00:00+00:00", tick=False):
            page = post(signed_in(cast["S"]), exchange, "hold")
        assert (fresh(exchange).state, messages_on(page)) == ("held", ["The Intertransfo is recorded as held."])

    def test_holding_before_the_first_day_shows_an_error(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_closed")
        page = post(signed_in(cast["S"]), exchange, "hold")
        assert "The Intertransfo is still to come" in " ".join(errors(page))


def hidden(field: dict[str, Any]) -> bool:
    return field["attrs"].get("name") == "version"


def period(exchange: Exchange) -> str:
    from web.text.formats import period as written

    return written(exchange.first_day, exchange.last_day, "en", with_weekday=True)


class TestMove:
    def test_chosen_window_is_filled_in(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "move") + "?first_day=2027-06-15")
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (values["first_day"], values["days"], values["version"]) == ("2027-06-15", "2", "1")

    @pytest.mark.parametrize("query", ["", "?first_day=", "?first_day=tomorrow", "?first_day=2027-02-30"])
    def test_present_day_is_filled_in_without_a_choice(self, exchange: Exchange, staff: Client, query: str):
        page = staff.get(address(exchange, "move") + query)
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert values["first_day"] == exchange.first_day.isoformat()

    def test_exchange_is_moved(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert (fresh(exchange).first_day, fresh(exchange).version) == (date(2027, 6, 15), 2)
        assert messages_on(page) == ["The date is changed."]

    def test_moving_to_the_present_days_changes_nothing_and_sends_no_email(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day=exchange.first_day, days=exchange.days)
        assert messages_on(page) == ["Nothing changed: the Intertransfo is already planned on these days."]
        assert (fresh(exchange).version, Reminder.objects.filter(email_type="exchange_changed").count()) == (1, 0)

    def test_session_on_these_days_is_an_error_that_can_be_overruled(self, exchange: Exchange, staff: Client):
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=date(2027, 6, 16))
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert page.context["form"].errors == {
            "first_day": [
                "On these days: Metz has a session. Choose other days, or tick “Choose these days although a cohort has"
                " a session”."
            ]
        }
        assert fresh(exchange).version == 1
        post(staff, exchange, "move", first_day="2027-06-15", days=2, allow_session_days="on")
        assert fresh(exchange).first_day == date(2027, 6, 15)

    def test_turn_out_of_order_asks_for_a_reason_next_to_its_field(self, exchange: Exchange, staff: Client):
        """The fifth exchange, of the cohort that hosts first, cannot come before the fourth."""
        hosts = Exchange.objects.order_by("number").values_list("host", flat=True)
        ExchangeFactory(edition=exchange.edition, number=5, host=exchange.host, first_day=LAST)
        fifth, fourth = Exchange.objects.get(number=5), Exchange.objects.get(number=4)
        early = {"first_day": BETWEEN.isoformat(), "days": 2}
        assert (len(set(hosts)), fourth.first_day > BETWEEN) == (4, True)
        page = post(staff, fifth, "move", **early)
        assert list(page.context["form"].errors) == ["swap_reason"]
        post(staff, fifth, "move", **early, swap_reason="The hall is free")
        assert (fresh(fifth).first_day, fresh(fifth).turn.swap_reason) == (BETWEEN, "The hall is free")

    def test_move_sent_twice_moves_once_with_a_message(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "move", first_day="2027-06-15", days=2)
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert "changed in the meantime" in " ".join(errors(page))
        assert (fresh(exchange).version, Reminder.objects.filter(email_type="exchange_changed").count()) == (2, 1)

    @pytest.mark.parametrize(
        ("first_day", "days", "reason"),
        [
            ("", 2, "Ce champ est obligatoire."),
            ("2027-02-30", 2, "Saisissez une date valide."),
            ("2026-11-24", 2, "Choose a day after today."),
            ("1999-01-05", 2, "This day is past: choose one to come."),
            ("2099-12-31", 2, "These days are outside the edition: choose days before its end."),
            ("9999-12-31", 2, "Check the year: dates must be between 1990 and 2100."),
            ("2027-06-12", 2, "These days touch a weekend: choose others."),
            (
                "2027-07-20",
                2,
                "No Intertransfo takes place from 10 July to 31 August or from 15 December to 2 January."
                " Choose other days.",
            ),
        ],
    )
    def test_invalid_input_shows_the_reason(
        self, exchange: Exchange, staff: Client, first_day: str, days: int, reason: str
    ):
        page = post(staff, exchange, "move", first_day=first_day, days=days)
        wanted = TRANSLATED.get(reason, reason)
        assert wanted in " ".join(errors(page))
        assert (fresh(exchange).version, fresh(exchange).first_day) == (1, exchange.first_day)

    @pytest.mark.parametrize("days", ["0", "11", "-3", "two", "99999999999"])
    def test_invalid_length_shows_the_reason(self, exchange: Exchange, staff: Client, days: str):
        page = post(staff, exchange, "move", first_day="2027-06-15", days=days)
        assert (page.status_code, bool(errors(page)), fresh(exchange).version) == (200, True, 1)

    def test_typed_values_stay_in_the_form(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day="2027-06-12", days=3)
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (values["first_day"], values["days"]) == ("2027-06-12", "3")

    @pytest.mark.parametrize(
        ("state", "text"),
        [
            ("proposed", "Members have not been informed yet"),
            ("announced", "Everyone who was informed receives one e-mail with what changed and a new calendar entry."),
        ],
    )
    def test_move_page_states_who_receives_an_email(self, cast: Cast, state: str, text: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert texts(signed_in(cast["S"]).get(address(exchange, "move")), "li")[-1].startswith(text)


# What Django says for itself, in the language of the page.
TRANSLATED = {
    "Ce champ est obligatoire.": "This field is required.",
    "Saisissez une date valide.": "Enter a valid date.",
}


class TestSwap:
    def test_present_host_cannot_be_chosen(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "swap"))
        assert texts(page, "option") == ["—", "Dunkerque", "Metz", "Toulouse"]

    def test_host_is_changed(self, exchange: Exchange, staff: Client):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason="It asked for it")
        turn = HostTurn.objects.get(exchange=exchange)
        assert (fresh(exchange).host, turn.swap_reason, messages_on(page)) == (
            toulouse,
            "It asked for it",
            ["The host is changed."],
        )

    def test_exchange_page_shows_the_reason_of_the_swap(self, exchange: Exchange, staff: Client):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason="It asked for it.")
        why = next(text for text in texts(page, "p") if text.startswith("Toulouse is proposed:"))
        assert why == ("Toulouse is proposed: the lab swapped the turn. It asked for it. Next in line: Nantes.")

    @pytest.mark.parametrize(
        ("state", "text"),
        [
            ("proposed", "The new host is asked to confirm; the other cohort keeps its turn for later."),
            (
                "announced",
                "No cohort is asked to confirm any more: agree the change with the new host first. The new"
                " host receives an e-mail saying that it hosts.",
            ),
        ],
    )
    def test_swap_page_states_whether_the_new_host_must_confirm(self, cast: Cast, state: str, text: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert texts(signed_in(cast["S"]).get(address(exchange, "swap")), "li")[-3] == text

    def test_cohort_of_another_edition_is_refused(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "swap", host=CohortFactory().pk, reason="It asked for it")
        assert (bool(errors(page)), fresh(exchange).host.slug) == (True, "nantes")

    @pytest.mark.parametrize("host", ["", "0", "abc", "-1", "999999999999999999999"])
    def test_invalid_input_is_refused(self, exchange: Exchange, staff: Client, host: str):
        page = post(staff, exchange, "swap", host=host, reason="It asked for it")
        assert (page.status_code, bool(errors(page)), fresh(exchange).host.slug) == (200, True, "nantes")

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
    def test_swap_needs_a_reason_of_limited_length(self, exchange: Exchange, staff: Client, reason: str):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason=reason)
        assert (bool(errors(page)), fresh(exchange).host.slug) == (True, "nantes")

    def test_chosen_cohort_is_preselected(self, exchange: Exchange, staff: Client):
        metz = Cohort.objects.get(slug="metz")
        page = staff.get(f"{address(exchange, 'swap')}?host={metz.pk}")
        assert [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]] == ["Metz"]

    @pytest.mark.parametrize("host", ["", "0", "nobody", "999999999999999999999"])
    def test_invalid_choice_preselects_nobody(self, exchange: Exchange, staff: Client, host: str):
        page = staff.get(f"{address(exchange, 'swap')}?host={host}")
        chosen = [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert (page.status_code, [name for name in chosen if name != "—"]) == (200, [])

    def test_host_that_confirmed_since_appears_before_a_swap(self, exchange: Exchange, staff: Client):
        confirm_host(exchange=exchange, at=AT, by=UserFactory(is_lab_staff=True))
        form = {"host": Cohort.objects.get(slug="metz").pk, "reason": "It asked", "state": "proposed"}
        page = post(staff, exchange, "swap", **form)
        assert "Nantes was confirmed in the meantime" in " ".join(texts(page, "li") + texts(page, "p"))
        hidden_fields = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (hidden_fields["state"], hidden_fields["version"]) == ("host_confirmed", "1")
        exchange.refresh_from_db()
        assert (exchange.host.slug, exchange.state) == ("nantes", "host_confirmed")

    @pytest.mark.parametrize("state", ["confirmed", "1", "x" * 300])
    def test_invalid_state_swaps_nothing(self, exchange: Exchange, staff: Client, state: str):
        form = {"host": Cohort.objects.get(slug="metz").pk, "reason": "It asked", "state": state}
        post(staff, exchange, "swap", **form)
        exchange.refresh_from_db()
        assert exchange.version == 1


class TestNextInLine:
    def test_page_states_who_hosts_what_afterwards(self, exchange: Exchange, staff: Client):
        second = Exchange.objects.get(number=2)
        assert texts(staff.get(address(exchange, "ask_next")), "li")[-4:] == [
            f"Intertransfo 1, {period(exchange)}: Metz.",
            f"Intertransfo 2, {period(second)}: Nantes.",
            "Nantes keeps a turn for later: it is not counted as having hosted.",
            "E-mails not sent yet are adapted. The new host is asked to confirm.",
        ]

    def test_reason_is_filled_in(self, exchange: Exchange, staff: Client):
        assert texts(staff.get(address(exchange, "ask_next")), "textarea") == ["Nantes did not confirm in time."]

    def test_next_cohort_gets_the_request_to_host(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "ask_next", reason="Nantes did not confirm in time.")
        exchange.refresh_from_db()
        assert messages_on(page) == ["The next cohort is asked to confirm."]
        assert (exchange.host.slug, exchange.version) == ("metz", 2)

    def test_exchange_page_shows_why_the_turn_moved(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "ask_next", reason="The town hall burnt.")
        assert next(text for text in texts(page, "p") if "is proposed" in text) == (
            "Metz is proposed: Nantes did not confirm, and it is next in line. The town hall burnt."
            " Next in line: Dunkerque."
        )

    def test_asking_sent_twice_asks_once_with_a_message(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "ask_next", reason="No answer")
        page = post(staff, exchange, "ask_next", reason="No answer")
        assert "changed in the meantime" in " ".join(texts(page, "li") + texts(page, "p"))
        exchange.refresh_from_db()
        assert exchange.version == 2

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
    def test_asking_needs_a_reason_of_limited_length(self, exchange: Exchange, staff: Client, reason: str):
        assert errors_next_to_fields(post(staff, exchange, "ask_next", reason=reason)) != []

    def test_page_states_that_nobody_else_can_host_and_changes_nothing(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
        type(cast.other_cohort).objects.filter(pk=cast.other_cohort.pk).update(state="withdrawn", reason="Elections")
        client = signed_in(cast["S"])
        assert "Nobody is left to ask: the lab decides." in texts(client.get(address(exchange, "ask_next")), "li")
        page = post(client, exchange, "ask_next", reason="No answer")
        assert "Nobody is left to ask: choose the host yourself" in " ".join(texts(page, "li") + texts(page, "p"))

    def test_pilot_can_give_the_turn_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        client = signed_in(cast["P"])
        page = post(client, exchange, "give_back", reason="The town hall is being rebuilt")
        exchange.refresh_from_db()
        assert messages_on(page) == [
            "The turn is given back. The next cohort is asked to host, and the lab is informed."
        ]
        assert (exchange.host, exchange.turn.swap_reason) == (cast.other_cohort, "The town hall is being rebuilt")

    def test_last_host_that_gives_the_turn_back_leaves_it_to_the_lab(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        exchange.why = {"passed": [cast.other_cohort.pk]}
        exchange.save(update_fields=["why"])
        page = post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        assert messages_on(page) == ["The turn is given back. Nobody is left to ask: the lab is informed and decides."]
        paragraphs = " ".join(texts(signed_in(cast["S"]).get(exchange.get_absolute_url()), "p"))
        assert "Every cohort was asked for this date. Choose the host yourself, or other dates." in paragraphs

    def test_giving_back_sent_twice_is_done_once(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        client = signed_in(cast["P"])
        pages = [post(client, exchange, "give_back", reason="Rebuilt") for _time in range(2)]
        assert [(page.status_code, messages_on(page)) for page in pages] == [
            (200, ["The turn is given back. The next cohort is asked to host, and the lab is informed."])
        ] * 2
        assert fresh(exchange).version == 2

    def test_giving_back_sent_twice_is_recognised_after_the_cohort_is_renamed(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        Cohort.objects.filter(pk=cast.cohort.pk).update(name="Another name")
        assert post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt").status_code == 200

    def test_cohort_with_the_same_name_did_not_give_the_turn_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        pilot = MembershipFactory(cohort=CohortFactory(edition=cast.edition, name=cast.cohort.name), role="pilot").user
        assert post(signed_in(pilot), exchange, "give_back", reason="Rebuilt").status_code == 403

    def test_other_cohorts_cannot_give_the_turn_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.other_cohort, first_day=date(2027, 6, 8))
        assert post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt").status_code == 403

    @pytest.mark.parametrize(
        ("role", "state", "offered"),
        [
            ("P", "proposed", True),
            ("C", "host_confirmed", True),
            ("P", "announced", False),
            ("M", "proposed", False),
            ("S", "proposed", False),
        ],
    )
    def test_giving_back_is_offered_to_the_host_until_the_announcement(
        self, cast: Cast, role: str, state: str, offered: bool
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        page = signed_in(cast[role]).get(exchange.get_absolute_url())
        assert ("We cannot host" in texts(page, "a")) is offered

    @pytest.mark.parametrize(("weeks", "late"), [(18, True), (19, False)])
    def test_lab_sees_a_note_to_ask_the_next_cohort_from_eighteen_weeks_before(
        self, cast: Cast, today: None, weeks: int, late: bool
    ):
        first_day = date(2026, 11, 24) + timedelta(weeks=weeks)
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=first_day)
        page = signed_in(cast["S"]).get(exchange.get_absolute_url())
        note = "Rivage has not confirmed. Everyone should be informed of the date soon. Next cohort to ask: Montagne."
        assert (note in texts(page, "p")) is late
        assert texts(page, "a").count("Ask the next cohort") == 1

    def test_note_states_that_the_host_dropped_out(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="announced")
        type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(state="withdrawn", reason="Elections")
        page = signed_in(cast["S"]).get(exchange.get_absolute_url())
        assert "Choose another host" in texts(page, "a")
        assert any(text.startswith("Rivage has dropped out.") for text in texts(page, "p"))


class TestThemeAndVenue:
    def test_theme_venue_and_capacity_can_be_edited(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "theme_and_venue", theme="Elected officials", venue="La Halle", capacity=40)
        saved = fresh(exchange)
        assert (saved.theme, saved.venue, saved.capacity) == ("Elected officials", "La Halle", 40)
        assert messages_on(page) == ["Theme and venue are saved."]

    def test_all_fields_are_optional(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "theme_and_venue", theme="", venue="", capacity="")
        assert (fresh(exchange).theme, fresh(exchange).capacity) == ("", None)

    def test_cancelled_exchange_has_no_form(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="cancelled")
        page = signed_in(cast["S"]).get(address(exchange, "theme_and_venue"))
        assert shows_only(page, "This Intertransfo is cancelled: theme and venue cannot change any more.")
        assert (
            address(exchange, "theme_and_venue")
            not in links(signed_in(cast["S"]).get(exchange.get_absolute_url())).values()
        )
        version_token = fingerprint(*exchange.theme_and_venue_values().values())
        page = post(
            signed_in(cast["S"]),
            exchange,
            "theme_and_venue",
            theme="Late",
            venue="",
            capacity="",
            version_token=version_token,
        )
        assert "This Intertransfo is cancelled" in " ".join(errors(page))
        assert fresh(exchange).theme == exchange.theme

    @pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
    @pytest.mark.parametrize(
        ("route", "why"),
        [
            ("move", "This Intertransfo is over or cancelled: it cannot move any more."),
            ("swap", "This Intertransfo is over or cancelled: its host cannot change any more."),
            ("cancel", "This Intertransfo is over or cancelled already."),
        ],
    )
    def test_exchange_that_is_over_has_no_form_to_move_swap_or_cancel(
        self, cast: Cast, state: str, route: str, why: str
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert shows_only(signed_in(cast["S"]).get(address(exchange, route)), why)

    @pytest.mark.parametrize("capacity", ["0", "-1", "5001", "many"])
    def test_invalid_capacity_is_refused(self, exchange: Exchange, staff: Client, capacity: str):
        page = post(staff, exchange, "theme_and_venue", theme="", venue="", capacity=capacity)
        assert (bool(errors(page)), fresh(exchange).capacity) == (True, None)

    def test_capacity_below_the_number_registered_is_refused(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        version_token = fingerprint(*exchange.theme_and_venue_values().values())
        page = post(
            signed_in(cast["S"]),
            exchange,
            "theme_and_venue",
            theme="",
            venue="",
            capacity=1,
            version_token=version_token,
        )
        assert "More people than this capacity are already registered. Enter a larger number." in " ".join(errors(page))


class TestCancel:
    def test_exchange_is_cancelled(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "cancel", reason="A strike of the railways")
        assert (fresh(exchange).state, fresh(exchange).reason) == ("cancelled", "A strike of the railways")
        assert messages_on(page) == ["The Intertransfo is cancelled."]

    def test_second_person_to_cancel_reads_the_first_reason(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "cancel", reason="A strike of the railways")
        page = post(staff, exchange, "cancel", reason="A flood")
        message = "The Intertransfo is already cancelled, for this reason: A strike of the railways"
        assert (fresh(exchange).reason, messages_on(page)) == ("A strike of the railways", [])
        assert message in " ".join(errors(page))

    def test_cancel_page_names_the_exchange(self, exchange: Exchange, staff: Client):
        assert texts(staff.get(address(exchange, "cancel")), "h1") == ["Cancel the Intertransfo"]

    def test_cancel_page_lists_the_consequences(self, exchange: Exchange, staff: Client):
        lines = texts(staff.get(address(exchange, "cancel")), "li")[-3:]
        assert lines[0] == f"The Intertransfo will not take place on {period(exchange)}. This cannot be undone."
        assert lines[2] == "Nantes keeps its turn for later. No other Intertransfo is proposed in its place."

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_cancelling_without_a_reason_shows_an_error(self, exchange: Exchange, staff: Client, reason: str):
        page = post(staff, exchange, "cancel", reason=reason)
        assert (bool(errors(page)), fresh(exchange).state) == (True, "proposed")


class TestPropose:
    FORM = {"first_day": "2027-10-12", "days": "2", "theme": "Elected", "swap_reason": ""}

    def send(self, client: Client, edition: Edition, **change: Any) -> Any:
        host = Cohort.objects.get(slug="toulouse").pk
        return client.post(f"/exchanges/propose/{edition.slug}/", {**self.FORM, "host": host, **change}, follow=True)

    def test_lab_staff_can_propose_another_exchange(self, exchange: Exchange, staff: Client, planned: Edition):
        page = self.send(staff, planned, swap_reason="An extra meeting with the elected officials")
        made = Exchange.objects.get(number=5)
        assert (made.first_day, made.host.slug, made.theme, made.target) == (
            date(2027, 10, 12),
            "toulouse",
            "Elected",
            None,
        )
        assert messages_on(page) == ["The Intertransfo is proposed. The host is asked to confirm."]

    def test_proposal_sent_twice_is_saved_once(self, exchange: Exchange, staff: Client, planned: Edition):
        self.send(staff, planned, swap_reason="An extra meeting")
        page = self.send(staff, planned, swap_reason="An extra meeting")
        assert "Another Intertransfo of the edition takes some of these days. Choose other days." in " ".join(
            errors(page)
        )
        assert Exchange.objects.count() == 5

    @pytest.mark.parametrize(
        "change",
        [
            {"first_day": ""},
            {"first_day": "2026-11-01"},
            {"first_day": "2027-12-25"},
            {"days": "0"},
            {"host": ""},
            {"host": "0"},
            {"host": "abc"},
        ],
    )
    def test_invalid_input_proposes_nothing(
        self, exchange: Exchange, staff: Client, planned: Edition, change: dict[str, str]
    ):
        page = self.send(staff, planned, **change)
        assert (page.status_code, bool(errors(page)), Exchange.objects.count()) == (200, True, 4)

    def test_cohort_of_another_edition_is_refused(self, exchange: Exchange, staff: Client, planned: Edition):
        page = self.send(staff, planned, host=CohortFactory().pk)
        assert (bool(errors(page)), Exchange.objects.count()) == (True, 4)

    def test_format_without_exchanges_gets_no_proposal(self, staff: Client, edition: Edition):
        from tests.factories.programmes import EditionFactory, FormatFactory

        residency = EditionFactory(state="running", format=FormatFactory(exchange_interval_months=None))
        page = staff.get(f"/exchanges/propose/{residency.slug}/")
        assert (page.status_code, "has no Intertransfos" in page.content.decode()) == (403, True)

    def test_published_edition_gets_no_proposal(self, staff: Client, edition: Edition):
        from tests.factories.programmes import EditionFactory

        old = EditionFactory(retrospective=True, state="closed")
        assert staff.get(f"/exchanges/propose/{old.slug}/").status_code == 404


class TestAnswer:
    @pytest.fixture
    def open_one(self, cast: Cast) -> Exchange:
        return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", capacity=1)

    def test_person_can_say_yes(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["M"]), open_one, "answer", answer="yes")
        assert Registration.objects.get().state == "registered"
        assert messages_on(page) == ["Your seat is reserved."]

    def test_person_can_say_no(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["N"]), open_one, "answer", answer="no")
        assert (Registration.objects.get().state, Registration.objects.get().cohort) == ("declined", cast.other_cohort)
        assert messages_on(page) == ["Your answer is saved: you are not coming."]

    @pytest.mark.parametrize("answer", ["", "zzz", "YES", "no\x00", None])
    @pytest.mark.parametrize("before", ["registered", "invited"])
    def test_other_answers_change_nothing(self, cast: Cast, open_one: Exchange, answer: str | None, before: str):
        own = RegistrationFactory(exchange=open_one, user=cast["M"], state=before)
        sent = {} if answer is None else {"answer": answer}
        page = post(signed_in(cast["M"]), open_one, "answer", **sent)
        own.refresh_from_db()
        assert (own.state, messages_on(page)) == (before, ["Say whether you are coming."])

    def test_answer_sent_twice_is_saved_once(self, cast: Cast, open_one: Exchange):
        client = signed_in(cast["M"])
        for _ in range(2):
            post(client, open_one, "answer", answer="yes")
        assert Registration.objects.count() == 1

    def test_person_goes_on_the_waiting_list_when_it_is_full(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, state="registered")
        RegistrationFactory(exchange=open_one, state="waitlisted")
        page = post(signed_in(cast["M"]), open_one, "answer", answer="yes")
        assert messages_on(page) == ["Every seat is taken: you are number 2 on the waiting list."]

    @pytest.mark.parametrize("role", "SCDPMRAN")
    def test_everyone_in_the_edition_can_answer(self, cast: Cast, open_one: Exchange, role: str):
        post(signed_in(cast[role]), open_one, "answer", answer="yes")
        assert Registration.objects.get().user == cast[role]

    def test_nobody_can_answer_for_someone_else(self, cast: Cast, open_one: Exchange):
        post(signed_in(cast["M"]), open_one, "answer", answer="yes", user=cast["R"].pk)
        assert Registration.objects.get().user == cast["M"]


class TestOthers:
    @pytest.fixture
    def open_one(self, cast: Cast) -> Exchange:
        return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")

    def test_pilot_sees_people_of_their_cohort(self, cast: Cast, open_one: Exchange):
        page = signed_in(cast["P"]).get(address(open_one, "register_others"))
        people = [text for text in texts(page, "label") if text.endswith(("Rivage", "Montagne"))]
        assert people == ["Ambassador Rivage", "Coordinator Rivage", "Pilot Rivage", "Relay Rivage", "Resident Rivage"]

    def test_lab_staff_see_people_of_every_cohort(self, cast: Cast, open_one: Exchange):
        page = signed_in(cast["S"]).get(address(open_one, "register_others"))
        assert "Neighbour Montagne" in texts(page, "label")

    def test_chosen_people_get_seats(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["P"]), open_one, "register_others", people=[cast["M"].pk, cast["R"].pk])
        assert set(Registration.objects.values_list("user", "state")) == {
            (cast["M"].pk, "registered"),
            (cast["R"].pk, "registered"),
        }
        assert messages_on(page) == ["The seats are reserved."]

    def test_people_with_a_seat_are_not_listed(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, user=cast["M"], state="registered")
        page = signed_in(cast["P"]).get(address(open_one, "register_others"))
        assert "Ambassador Rivage" not in texts(page, "label")

    @pytest.mark.parametrize("role", "NXAS")
    def test_people_of_other_cohorts_are_refused(self, cast: Cast, open_one: Exchange, role: str):
        page = post(signed_in(cast["P"]), open_one, "register_others", people=[cast[role].pk])
        assert (bool(errors(page)), Registration.objects.count()) == (True, 0)

    def test_choosing_nobody_is_an_error(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["P"]), open_one, "register_others")
        assert (bool(errors(page)), Registration.objects.count()) == (True, 0)

    def test_people_beyond_the_capacity_wait(self, cast: Cast, open_one: Exchange):
        open_one.capacity = 1
        open_one.save()
        page = post(signed_in(cast["P"]), open_one, "register_others", people=[cast["R"].pk, cast["M"].pk])
        states = list(Registration.objects.order_by("pk").values_list("user", "state"))
        assert states == [(cast["M"].pk, "registered"), (cast["R"].pk, "waitlisted")]  # by name
        assert messages_on(page) == ["1 seat is reserved. 1 person is on the waiting list."]

    def test_message_states_that_nobody_got_a_seat(self, cast: Cast, open_one: Exchange):
        open_one.capacity = 1
        open_one.save()
        RegistrationFactory(exchange=open_one, state="registered")
        page = post(signed_in(cast["P"]), open_one, "register_others", people=[cast["R"].pk, cast["M"].pk])
        waits = "2 people are on the waiting list."
        assert messages_on(page) == [f"Every seat is taken: none of these people has a seat yet. {waits}"]

    def test_waiting_people_are_not_listed(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, user=cast["M"], state="waitlisted")
        page = signed_in(cast["P"]).get(address(open_one, "register_others"))
        assert "Ambassador Rivage" not in texts(page, "label")

    def test_page_states_that_everyone_has_a_seat(self, cast: Cast, open_one: Exchange):
        for role in "CDPMR":
            RegistrationFactory(exchange=open_one, user=cast[role], state="registered")
        page = signed_in(cast["P"]).get(address(open_one, "register_others"))
        assert texts(page, "p", "empty-title") == ["Everyone has a seat"]
