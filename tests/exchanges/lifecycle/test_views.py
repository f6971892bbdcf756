"""Acting through the pages: what each says before, what it does once, and what it answers to nonsense."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.planning.actions import confirm_host, move_exchange, plan_exchanges
from notifications.models import Reminder
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.pages import elements, links, texts
from tests.pages import errors as beside_fields
from tests.pages import said as every_message
from web.forms.edit_conflicts import fingerprint

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
BETWEEN, LAST = date(2028, 10, 10), date(2029, 2, 6)  # before the fourth exchange of the edition, and after it


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(UserFactory(is_lab_staff=True))


@pytest.fixture
def exchange(edition: Edition, today: None) -> Exchange:
    """The first exchange of an edition of four cohorts, proposed; today is 24 November 2026."""
    plan_exchanges(edition=edition, at=AT)
    return Exchange.objects.get(number=1)


def address(exchange: Exchange, route: str) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk])


def post(client: Client, exchange: Exchange, route: str, **form: Any) -> Any:
    """Send a form as its page gave it, and follow to where it leads."""
    form.setdefault("version", exchange.version)
    return client.post(address(exchange, route), form, follow=True)


def says_only(page: Any, why: str) -> bool:
    """The page has no form to send, and says why."""
    return any(text.startswith(why) for text in texts(page, "p")) and not elements(page, "form", "stack")


def said(page: Any) -> list[str]:
    """Messages of this visit; the one kept ready for a lost connection is always there."""
    return [message for message in every_message(page) if not message.startswith("The server did not answer")]


def errors(page: Any) -> list[str]:
    """Reasons beside fields and above the form."""
    return [*texts(page, "div", "error-summary"), *beside_fields(page)]


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
    def test_each_takes_the_exchange_one_state_further(
        self, cast: Cast, before: str, route: str, after: str, message: str
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        page = post(signed_in(cast["S"]), exchange, route)
        assert (fresh(exchange).state, said(page)) == (after, [message])
        assert page.redirect_chain == [(exchange.get_absolute_url(), 302)]

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_sent_twice_it_is_done_once(self, cast: Cast, before: str, route: str, after: str, message: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        client = signed_in(cast["S"])
        post(client, exchange, route)
        page = post(client, exchange, route)
        assert (fresh(exchange).state, page.status_code) == (after, 200)
        assert exchange.events.filter(state=after).count() == 1

    @pytest.mark.parametrize(("before", "route", "after", "message"), STEPS)
    def test_looking_changes_nothing(self, cast: Cast, before: str, route: str, after: str, message: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=before)
        page = signed_in(cast["S"]).get(address(exchange, route))
        assert (fresh(exchange).state, texts(page, "h2")) == (before, ["What will happen"])

    @pytest.mark.parametrize("route", ["confirm", "announce", "open_registration", "close_registration", "hold"])
    def test_what_is_cancelled_takes_no_step(self, cast: Cast, route: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="cancelled")
        page = post(signed_in(cast["S"]), exchange, route)
        assert "The Intertransfo cannot go from its present state to that one." in " ".join(errors(page))
        assert fresh(exchange).state == "cancelled"

    def test_the_pilot_of_the_host_confirms(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
        post(signed_in(cast["P"]), exchange, "confirm")
        assert fresh(exchange).state == "host_confirmed"

    def test_confirming_says_who_hosts_and_when(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "confirm"))
        assert texts(page, "li")[-3:] == [
            "Nantes hosts on " + period(exchange) + ".",
            "E-mails that ask the host to confirm stop.",
            "Members receive nothing yet. The next step is to announce the Intertransfo.",
        ]

    def test_announcing_says_when_the_letter_leaves(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "confirm")
        rung = Reminder.objects.get(object_id=exchange.pk, letter="exchange_save_the_date")
        page = staff.get(address(exchange, "announce"))
        assert texts(page, "li")[-1].endswith(f"is sent on {rung.due_on:%a} {rung.due_on.day} {rung.due_on:%B %Y}.")

    def test_or_that_it_leaves_at_once(self, exchange: Exchange, staff: Client):
        Reminder.objects.filter(letter="exchange_save_the_date").update(state="expanded")
        page = staff.get(address(exchange, "announce"))
        assert texts(page, "li")[-1] == "The “Save the date” e-mail, with a calendar entry, is sent at once."

    @pytest.mark.parametrize(
        ("capacity", "line"),
        [(40, "Capacity: 40."), (None, "There is no capacity limit: set one first if the venue is small.")],
    )
    def test_opening_says_how_many_places_there_are(self, cast: Cast, capacity: int | None, line: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="announced", capacity=capacity)
        assert texts(signed_in(cast["S"]).get(address(exchange, "open_registration")), "li")[-1] == line

    def test_a_date_that_changed_meanwhile_is_shown_before_it_is_confirmed(self, exchange: Exchange, staff: Client):
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=UserFactory(is_lab_staff=True))
        page = post(staff, exchange, "confirm")
        assert "changed in the meantime" in " ".join(errors(page))
        assert "Nantes hosts on Tue 15 – Wed 16 June 2027." in texts(page, "li")
        (version,) = [field["attrs"]["value"] for field in elements(page, "input") if hidden(field)]
        assert (fresh(exchange).state, version) == ("proposed", "2")

    def test_having_seen_it_one_may_confirm(self, exchange: Exchange, staff: Client):
        move_exchange(exchange=exchange, first_day=date(2027, 6, 15), days=2, at=AT, by=UserFactory(is_lab_staff=True))
        post(staff, exchange, "confirm", version="2")
        assert fresh(exchange).state == "host_confirmed"

    @pytest.mark.parametrize("version", ["", "0", "-1", "abc", "9" * 30])
    def test_a_version_that_is_none_confirms_nothing(self, exchange: Exchange, staff: Client, version: str):
        assert post(staff, exchange, "confirm", version=version).status_code == 200
        assert fresh(exchange).state == "proposed"

    def test_holding_it(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_closed")
        with time_machine.travel("2027-06-08T08:00:00+00:00", tick=False):
            page = post(signed_in(cast["S"]), exchange, "hold")
        assert (fresh(exchange).state, said(page)) == ("held", ["The Intertransfo is recorded as held."])

    def test_not_before_its_day(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_closed")
        page = post(signed_in(cast["S"]), exchange, "hold")
        assert "The Intertransfo is still to come" in " ".join(errors(page))


def hidden(field: dict[str, Any]) -> bool:
    return field["attrs"].get("name") == "version"


def period(exchange: Exchange) -> str:
    from web.text.formats import period as written

    return written(exchange.first_day, exchange.last_day, "en", with_weekday=True)


class TestMove:
    def test_the_window_chosen_on_the_page_is_filled_in(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "move") + "?first_day=2027-06-15")
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (values["first_day"], values["days"], values["version"]) == ("2027-06-15", "2", "1")

    @pytest.mark.parametrize("asked", ["", "?first_day=", "?first_day=tomorrow", "?first_day=2027-02-30"])
    def test_without_one_it_is_the_present_day(self, exchange: Exchange, staff: Client, asked: str):
        page = staff.get(address(exchange, "move") + asked)
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert values["first_day"] == exchange.first_day.isoformat()

    def test_it_moves(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert (fresh(exchange).first_day, fresh(exchange).version) == (date(2027, 6, 15), 2)
        assert said(page) == ["The date is changed."]

    def test_to_the_days_it_has_nothing_changes_and_nobody_hears_of_it(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day=exchange.first_day, days=exchange.days)
        assert said(page) == ["Nothing changed: the Intertransfo is already planned on these days."]
        assert (fresh(exchange).version, Reminder.objects.filter(letter="exchange_changed").count()) == (1, 0)

    def test_a_session_on_these_days_is_said_beside_the_day_and_may_be_overruled(
        self, exchange: Exchange, staff: Client
    ):
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=date(2027, 6, 16))
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert page.context["form"].errors == {
            "first_day": [
                ("On these days: Metz has a session. Choose other days, or tick “Take these days all the same”.")
            ]
        }
        assert fresh(exchange).version == 1
        post(staff, exchange, "move", first_day="2027-06-15", days=2, all_the_same="on")
        assert fresh(exchange).first_day == date(2027, 6, 15)

    def test_a_turn_out_of_order_is_said_beside_its_reason(self, exchange: Exchange, staff: Client):
        """The fifth, of the cohort that hosts first, does not come before the fourth."""
        hosts = Exchange.objects.order_by("number").values_list("host", flat=True)
        ExchangeFactory(edition=exchange.edition, number=5, host=exchange.host, first_day=LAST)
        fifth, fourth = Exchange.objects.get(number=5), Exchange.objects.get(number=4)
        early = {"first_day": BETWEEN.isoformat(), "days": 2}
        assert (len(set(hosts)), fourth.first_day > BETWEEN) == (4, True)
        page = post(staff, fifth, "move", **early)
        assert list(page.context["form"].errors) == ["swap_reason"]
        post(staff, fifth, "move", **early, swap_reason="The hall is free")
        assert (fresh(fifth).first_day, fresh(fifth).turn.swap_reason) == (BETWEEN, "The hall is free")

    def test_sent_twice_it_moves_once_and_says_so(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "move", first_day="2027-06-15", days=2)
        page = post(staff, exchange, "move", first_day="2027-06-15", days=2)
        assert "changed in the meantime" in " ".join(errors(page))
        assert (fresh(exchange).version, Reminder.objects.filter(letter="exchange_changed").count()) == (2, 1)

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
    def test_nonsense_comes_back_with_the_reason(
        self, exchange: Exchange, staff: Client, first_day: str, days: int, reason: str
    ):
        page = post(staff, exchange, "move", first_day=first_day, days=days)
        wanted = TRANSLATED.get(reason, reason)
        assert wanted in " ".join(errors(page))
        assert (fresh(exchange).version, fresh(exchange).first_day) == (1, exchange.first_day)

    @pytest.mark.parametrize("days", ["0", "11", "-3", "two", "99999999999"])
    def test_nor_does_it_last_nonsense(self, exchange: Exchange, staff: Client, days: str):
        page = post(staff, exchange, "move", first_day="2027-06-15", days=days)
        assert (page.status_code, bool(errors(page)), fresh(exchange).version) == (200, True, 1)

    def test_what_was_typed_is_kept(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "move", first_day="2027-06-12", days=3)
        values = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (values["first_day"], values["days"]) == ("2027-06-12", "3")

    @pytest.mark.parametrize(
        ("state", "line"),
        [
            ("proposed", "Members have not been informed yet"),
            ("announced", "Everyone who was informed receives one e-mail with what changed and a new calendar entry."),
        ],
    )
    def test_it_says_who_will_hear_of_it(self, cast: Cast, state: str, line: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert texts(signed_in(cast["S"]).get(address(exchange, "move")), "li")[-1].startswith(line)


# What Django says for itself, in the language of the page.
TRANSLATED = {
    "Ce champ est obligatoire.": "This field is required.",
    "Saisissez une date valide.": "Enter a valid date.",
}


class TestSwap:
    def test_the_present_host_is_no_choice(self, exchange: Exchange, staff: Client):
        page = staff.get(address(exchange, "swap"))
        assert texts(page, "option") == ["—", "Dunkerque", "Metz", "Toulouse"]

    def test_it_swaps(self, exchange: Exchange, staff: Client):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason="It asked for it")
        turn = HostTurn.objects.get(exchange=exchange)
        assert (fresh(exchange).host, turn.swap_reason, said(page)) == (
            toulouse,
            "It asked for it",
            ["The host is changed."],
        )

    def test_the_page_gives_the_reason(self, exchange: Exchange, staff: Client):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason="It asked for it.")
        why = next(text for text in texts(page, "p") if text.startswith("Toulouse is proposed:"))
        assert why == ("Toulouse is proposed: the lab swapped the turn. It asked for it. Next in line: Nantes.")

    @pytest.mark.parametrize(
        ("state", "line"),
        [
            ("proposed", "The new host is asked to confirm; the other cohort keeps its turn for later."),
            (
                "announced",
                "No cohort is asked to confirm any more: agree the change with the new host first. The new"
                " host receives an e-mail saying that it hosts.",
            ),
        ],
    )
    def test_it_says_whether_the_new_host_is_asked(self, cast: Cast, state: str, line: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert texts(signed_in(cast["S"]).get(address(exchange, "swap")), "li")[-3] == line

    def test_a_cohort_of_another_edition_is_no_host(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "swap", host=CohortFactory().pk, reason="It asked for it")
        assert (bool(errors(page)), fresh(exchange).host.slug) == (True, "nantes")

    @pytest.mark.parametrize("host", ["", "0", "abc", "-1", "999999999999999999999"])
    def test_nor_is_nonsense(self, exchange: Exchange, staff: Client, host: str):
        page = post(staff, exchange, "swap", host=host, reason="It asked for it")
        assert (page.status_code, bool(errors(page)), fresh(exchange).host.slug) == (200, True, "nantes")

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
    def test_a_reason_of_some_length_is_asked(self, exchange: Exchange, staff: Client, reason: str):
        toulouse = Cohort.objects.get(slug="toulouse")
        page = post(staff, exchange, "swap", host=toulouse.pk, reason=reason)
        assert (bool(errors(page)), fresh(exchange).host.slug) == (True, "nantes")

    def test_the_cohort_chosen_on_the_page_is_chosen_in_the_form(self, exchange: Exchange, staff: Client):
        metz = Cohort.objects.get(slug="metz")
        page = staff.get(f"{address(exchange, 'swap')}?host={metz.pk}")
        assert [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]] == ["Metz"]

    @pytest.mark.parametrize("host", ["", "0", "nobody", "999999999999999999999"])
    def test_nonsense_chooses_nobody(self, exchange: Exchange, staff: Client, host: str):
        page = staff.get(f"{address(exchange, 'swap')}?host={host}")
        chosen = [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert (page.status_code, [name for name in chosen if name != "—"]) == (200, [])

    def test_who_confirmed_meanwhile_is_shown_before_another_takes_its_turn(self, exchange: Exchange, staff: Client):
        confirm_host(exchange=exchange, at=AT, by=UserFactory(is_lab_staff=True))
        form = {"host": Cohort.objects.get(slug="metz").pk, "reason": "It asked", "state": "proposed"}
        page = post(staff, exchange, "swap", **form)
        assert "Nantes was confirmed in the meantime" in " ".join(texts(page, "li") + texts(page, "p"))
        seen = {field["attrs"]["name"]: field["attrs"].get("value") for field in elements(page, "input")}
        assert (seen["state"], seen["version"]) == ("host_confirmed", "1")
        exchange.refresh_from_db()
        assert (exchange.host.slug, exchange.state) == ("nantes", "host_confirmed")

    @pytest.mark.parametrize("state", ["confirmed", "1", "x" * 300])
    def test_a_state_that_is_none_swaps_nothing(self, exchange: Exchange, staff: Client, state: str):
        form = {"host": Cohort.objects.get(slug="metz").pk, "reason": "It asked", "state": state}
        post(staff, exchange, "swap", **form)
        exchange.refresh_from_db()
        assert exchange.version == 1


class TestNextInLine:
    def test_it_says_who_hosts_what_afterwards(self, exchange: Exchange, staff: Client):
        second = Exchange.objects.get(number=2)
        assert texts(staff.get(address(exchange, "ask_next")), "li")[-4:] == [
            f"Intertransfo 1, {period(exchange)}: Metz.",
            f"Intertransfo 2, {period(second)}: Nantes.",
            "Nantes keeps a turn for later: it is not counted as having hosted.",
            "E-mails not sent yet are adapted. The new host is asked to confirm.",
        ]

    def test_the_reason_is_there_already(self, exchange: Exchange, staff: Client):
        assert texts(staff.get(address(exchange, "ask_next")), "textarea") == ["Nantes did not confirm in time."]

    def test_the_next_in_line_is_asked(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "ask_next", reason="Nantes did not confirm in time.")
        exchange.refresh_from_db()
        assert said(page) == ["The next cohort is asked to confirm."]
        assert (exchange.host.slug, exchange.version) == ("metz", 2)

    def test_the_page_says_why(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "ask_next", reason="The town hall burnt.")
        assert next(text for text in texts(page, "p") if "is proposed" in text) == (
            "Metz is proposed: Nantes did not confirm, and it is next in line. The town hall burnt."
            " Next in line: Dunkerque."
        )

    def test_sent_twice_it_asks_once_and_says_so(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "ask_next", reason="No answer")
        page = post(staff, exchange, "ask_next", reason="No answer")
        assert "changed in the meantime" in " ".join(texts(page, "li") + texts(page, "p"))
        exchange.refresh_from_db()
        assert exchange.version == 2

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
    def test_a_reason_of_some_length_is_asked(self, exchange: Exchange, staff: Client, reason: str):
        assert beside_fields(post(staff, exchange, "ask_next", reason=reason)) != []

    def test_where_nobody_else_can_host_it_says_so_and_changes_nothing(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
        type(cast.other).objects.filter(pk=cast.other.pk).update(state="withdrawn", reason="Elections")
        client = signed_in(cast["S"])
        assert "Nobody is left to ask: the lab decides." in texts(client.get(address(exchange, "ask_next")), "li")
        page = post(client, exchange, "ask_next", reason="No answer")
        assert "Nobody is left to ask: choose the host yourself" in " ".join(texts(page, "li") + texts(page, "p"))

    def test_a_pilot_gives_the_turn_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        client = signed_in(cast["P"])
        page = post(client, exchange, "give_back", reason="The town hall is being rebuilt")
        exchange.refresh_from_db()
        assert said(page) == ["The turn is given back. The next cohort is asked to host, and the lab is informed."]
        assert (exchange.host, exchange.turn.swap_reason) == (cast.other, "The town hall is being rebuilt")

    def test_the_last_one_that_gives_it_back_leaves_it_to_the_lab_in_words(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        exchange.why = {"passed": [cast.other.pk]}
        exchange.save(update_fields=["why"])
        page = post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        assert said(page) == ["The turn is given back. Nobody is left to ask: the lab is informed and decides."]
        seen = " ".join(texts(signed_in(cast["S"]).get(exchange.get_absolute_url()), "p"))
        assert "Every cohort was asked for this date. Choose the host yourself, or other dates." in seen

    def test_sent_twice_it_is_given_back_once(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        client = signed_in(cast["P"])
        pages = [post(client, exchange, "give_back", reason="Rebuilt") for _time in range(2)]
        assert [(page.status_code, said(page)) for page in pages] == [
            (200, ["The turn is given back. The next cohort is asked to host, and the lab is informed."])
        ] * 2
        assert fresh(exchange).version == 2

    def test_sent_twice_it_is_known_by_the_cohort_whatever_that_is_called_by_now(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        Cohort.objects.filter(pk=cast.cohort.pk).update(name="Another name")
        assert post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt").status_code == 200

    def test_a_namesake_of_the_cohort_before_did_not_give_it_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=date(2027, 6, 8))
        post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt")
        pilot = MembershipFactory(cohort=CohortFactory(edition=cast.edition, name=cast.cohort.name), role="pilot").user
        assert post(signed_in(pilot), exchange, "give_back", reason="Rebuilt").status_code == 403

    def test_who_never_had_the_turn_cannot_give_it_back(self, cast: Cast, today: None):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.other, first_day=date(2027, 6, 8))
        assert post(signed_in(cast["P"]), exchange, "give_back", reason="Rebuilt").status_code == 403

    @pytest.mark.parametrize(
        ("letter", "state", "offered"),
        [
            ("P", "proposed", True),
            ("C", "host_confirmed", True),
            ("P", "announced", False),
            ("M", "proposed", False),
            ("S", "proposed", False),
        ],
    )
    def test_it_is_offered_to_those_of_the_host_until_everyone_knows(
        self, cast: Cast, letter: str, state: str, offered: bool
    ):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        page = signed_in(cast[letter]).get(exchange.get_absolute_url())
        assert ("We cannot host" in texts(page, "a")) is offered

    @pytest.mark.parametrize(("weeks", "late"), [(18, True), (19, False)])
    def test_the_lab_is_offered_it_aloud_from_eighteen_weeks_on(self, cast: Cast, today: None, weeks: int, late: bool):
        first_day = date(2026, 11, 24) + timedelta(weeks=weeks)
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, first_day=first_day)
        page = signed_in(cast["S"]).get(exchange.get_absolute_url())
        note = "Rivage has not confirmed. Everyone should be informed of the date soon. Next cohort to ask: Montagne."
        assert (note in texts(page, "p")) is late
        assert texts(page, "a").count("Ask the next cohort") == 1

    def test_a_host_that_dropped_out_is_said_aloud(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="announced")
        type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(state="withdrawn", reason="Elections")
        page = signed_in(cast["S"]).get(exchange.get_absolute_url())
        assert "Choose another host" in texts(page, "a")
        assert any(text.startswith("Rivage has dropped out.") for text in texts(page, "p"))


class TestPlace:
    def test_theme_place_and_places(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "place", theme="Elected officials", venue="La Halle", capacity=40)
        found = fresh(exchange)
        assert (found.theme, found.venue, found.capacity) == ("Elected officials", "La Halle", 40)
        assert said(page) == ["Theme and venue are saved."]

    def test_all_of_it_may_be_left_open(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "place", theme="", venue="", capacity="")
        assert (fresh(exchange).theme, fresh(exchange).capacity) == ("", None)

    def test_of_a_cancelled_one_nothing_is_asked(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="cancelled")
        page = signed_in(cast["S"]).get(address(exchange, "place"))
        assert says_only(page, "This Intertransfo is cancelled: theme and venue cannot change any more.")
        assert address(exchange, "place") not in links(signed_in(cast["S"]).get(exchange.get_absolute_url())).values()
        seen = fingerprint(*exchange.where_and_for_how_many().values())
        page = post(signed_in(cast["S"]), exchange, "place", theme="Late", venue="", capacity="", seen=seen)
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
    def test_nor_are_days_host_and_end_of_what_is_over(self, cast: Cast, state: str, route: str, why: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert says_only(signed_in(cast["S"]).get(address(exchange, route)), why)

    @pytest.mark.parametrize("capacity", ["0", "-1", "5001", "many"])
    def test_nonsense_for_places(self, exchange: Exchange, staff: Client, capacity: str):
        page = post(staff, exchange, "place", theme="", venue="", capacity=capacity)
        assert (bool(errors(page)), fresh(exchange).capacity) == (True, None)

    def test_fewer_places_than_people_registered(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
        RegistrationFactory.create_batch(2, exchange=exchange, state="registered")
        seen = fingerprint(*exchange.where_and_for_how_many().values())
        page = post(signed_in(cast["S"]), exchange, "place", theme="", venue="", capacity=1, seen=seen)
        assert "More people than this capacity are already registered. Enter a larger number." in " ".join(errors(page))


class TestCancel:
    def test_it_cancels(self, exchange: Exchange, staff: Client):
        page = post(staff, exchange, "cancel", reason="A strike of the railways")
        assert (fresh(exchange).state, fresh(exchange).reason) == ("cancelled", "A strike of the railways")
        assert said(page) == ["The Intertransfo is cancelled."]

    def test_who_comes_second_reads_the_reason_of_the_first(self, exchange: Exchange, staff: Client):
        post(staff, exchange, "cancel", reason="A strike of the railways")
        page = post(staff, exchange, "cancel", reason="A flood")
        told = "The Intertransfo is already cancelled, for this reason: A strike of the railways"
        assert (fresh(exchange).reason, said(page)) == ("A strike of the railways", [])
        assert told in " ".join(errors(page))

    def test_it_names_what_is_cancelled(self, exchange: Exchange, staff: Client):
        assert texts(staff.get(address(exchange, "cancel")), "h1") == ["Cancel the Intertransfo"]

    def test_it_says_what_will_happen(self, exchange: Exchange, staff: Client):
        lines = texts(staff.get(address(exchange, "cancel")), "li")[-3:]
        assert lines[0] == f"The Intertransfo will not take place on {period(exchange)}. This cannot be undone."
        assert lines[2] == "Nantes keeps its turn for later. No other Intertransfo is proposed in its place."

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_not_without_a_reason(self, exchange: Exchange, staff: Client, reason: str):
        page = post(staff, exchange, "cancel", reason=reason)
        assert (bool(errors(page)), fresh(exchange).state) == (True, "proposed")


class TestPropose:
    FORM = {"first_day": "2027-10-12", "days": "2", "theme": "Elected", "swap_reason": ""}

    def send(self, client: Client, edition: Edition, **change: Any) -> Any:
        host = Cohort.objects.get(slug="toulouse").pk
        return client.post(f"/exchanges/propose/{edition.slug}/", {**self.FORM, "host": host, **change}, follow=True)

    def test_one_more(self, exchange: Exchange, staff: Client, edition: Edition):
        page = self.send(staff, edition, swap_reason="An extra meeting with the elected officials")
        made = Exchange.objects.get(number=5)
        assert (made.first_day, made.host.slug, made.theme, made.target) == (
            date(2027, 10, 12),
            "toulouse",
            "Elected",
            None,
        )
        assert said(page) == ["The Intertransfo is proposed. The host is asked to confirm."]

    def test_sent_twice_it_is_proposed_once(self, exchange: Exchange, staff: Client, edition: Edition):
        self.send(staff, edition, swap_reason="An extra meeting")
        page = self.send(staff, edition, swap_reason="An extra meeting")
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
    def test_nonsense_proposes_nothing(
        self, exchange: Exchange, staff: Client, edition: Edition, change: dict[str, str]
    ):
        page = self.send(staff, edition, **change)
        assert (page.status_code, bool(errors(page)), Exchange.objects.count()) == (200, True, 4)

    def test_a_cohort_of_another_edition_does_not_host(self, exchange: Exchange, staff: Client, edition: Edition):
        page = self.send(staff, edition, host=CohortFactory().pk)
        assert (bool(errors(page)), Exchange.objects.count()) == (True, 4)

    def test_a_format_without_them_gets_none(self, staff: Client, edition: Edition):
        from tests.factories.programmes import EditionFactory, FormatFactory

        residency = EditionFactory(state="running", format=FormatFactory(exchange_interval_months=None))
        page = staff.get(f"/exchanges/propose/{residency.slug}/")
        assert (page.status_code, "has no Intertransfos" in page.content.decode()) == (403, True)

    def test_published_editions_get_no_exchange(self, staff: Client, edition: Edition):
        from tests.factories.programmes import EditionFactory

        old = EditionFactory(retrospective=True, state="closed")
        assert staff.get(f"/exchanges/propose/{old.slug}/").status_code == 404


class TestAnswer:
    @pytest.fixture
    def open_one(self, cast: Cast) -> Exchange:
        return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", capacity=1)

    def test_yes(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["M"]), open_one, "answer", answer="yes")
        assert Registration.objects.get().state == "registered"
        assert said(page) == ["Your seat is reserved."]

    def test_no(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["N"]), open_one, "answer", answer="no")
        assert (Registration.objects.get().state, Registration.objects.get().cohort) == ("declined", cast.other)
        assert said(page) == ["Your answer is saved: you are not coming."]

    @pytest.mark.parametrize("answer", ["", "zzz", "YES", "no\x00", None])
    @pytest.mark.parametrize("before", ["registered", "invited"])
    def test_anything_else_changes_nothing(self, cast: Cast, open_one: Exchange, answer: str | None, before: str):
        own = RegistrationFactory(exchange=open_one, user=cast["M"], state=before)
        sent = {} if answer is None else {"answer": answer}
        page = post(signed_in(cast["M"]), open_one, "answer", **sent)
        own.refresh_from_db()
        assert (own.state, said(page)) == (before, ["Say whether you are coming."])

    def test_pressed_twice(self, cast: Cast, open_one: Exchange):
        client = signed_in(cast["M"])
        for _ in range(2):
            post(client, open_one, "answer", answer="yes")
        assert Registration.objects.count() == 1

    def test_the_last_place_is_gone(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, state="registered")
        RegistrationFactory(exchange=open_one, state="waitlisted")
        page = post(signed_in(cast["M"]), open_one, "answer", answer="yes")
        assert said(page) == ["Every seat is taken: you are number 2 on the waiting list."]

    @pytest.mark.parametrize("letter", "SCDPMRAN")
    def test_everyone_of_the_edition_answers_for_oneself(self, cast: Cast, open_one: Exchange, letter: str):
        post(signed_in(cast[letter]), open_one, "answer", answer="yes")
        assert Registration.objects.get().user == cast[letter]

    def test_nobody_answers_for_another(self, cast: Cast, open_one: Exchange):
        post(signed_in(cast["M"]), open_one, "answer", answer="yes", user=cast["R"].pk)
        assert Registration.objects.get().user == cast["M"]


class TestOthers:
    @pytest.fixture
    def open_one(self, cast: Cast) -> Exchange:
        return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")

    def test_a_pilot_sees_people_of_the_own_cohort(self, cast: Cast, open_one: Exchange):
        page = signed_in(cast["P"]).get(address(open_one, "others"))
        people = [text for text in texts(page, "label") if text.endswith(("Rivage", "Montagne"))]
        assert people == ["Ambassador Rivage", "Coordinator Rivage", "Pilot Rivage", "Relay Rivage", "Resident Rivage"]

    def test_lab_staff_of_every_cohort(self, cast: Cast, open_one: Exchange):
        page = signed_in(cast["S"]).get(address(open_one, "others"))
        assert "Neighbour Montagne" in texts(page, "label")

    def test_they_get_their_places(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["P"]), open_one, "others", people=[cast["M"].pk, cast["R"].pk])
        assert set(Registration.objects.values_list("user", "state")) == {
            (cast["M"].pk, "registered"),
            (cast["R"].pk, "registered"),
        }
        assert said(page) == ["The seats are reserved."]

    def test_who_has_a_place_is_not_listed(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, user=cast["M"], state="registered")
        page = signed_in(cast["P"]).get(address(open_one, "others"))
        assert "Ambassador Rivage" not in texts(page, "label")

    @pytest.mark.parametrize("letter", "NXAS")
    def test_nobody_from_elsewhere_can_be_slipped_in(self, cast: Cast, open_one: Exchange, letter: str):
        page = post(signed_in(cast["P"]), open_one, "others", people=[cast[letter].pk])
        assert (bool(errors(page)), Registration.objects.count()) == (True, 0)

    def test_ticking_nobody_is_an_error(self, cast: Cast, open_one: Exchange):
        page = post(signed_in(cast["P"]), open_one, "others")
        assert (bool(errors(page)), Registration.objects.count()) == (True, 0)

    def test_those_who_are_too_many_for_the_house_wait(self, cast: Cast, open_one: Exchange):
        open_one.capacity = 1
        open_one.save()
        page = post(signed_in(cast["P"]), open_one, "others", people=[cast["R"].pk, cast["M"].pk])
        states = list(Registration.objects.order_by("pk").values_list("user", "state"))
        assert states == [(cast["M"].pk, "registered"), (cast["R"].pk, "waitlisted")]  # by name
        assert said(page) == ["1 seat is reserved. 1 person is on the waiting list."]

    def test_where_none_of_them_gets_a_place_it_is_said_plainly(self, cast: Cast, open_one: Exchange):
        open_one.capacity = 1
        open_one.save()
        RegistrationFactory(exchange=open_one, state="registered")
        page = post(signed_in(cast["P"]), open_one, "others", people=[cast["R"].pk, cast["M"].pk])
        waits = "2 people are on the waiting list."
        assert said(page) == [f"Every seat is taken: none of these people has a seat yet. {waits}"]

    def test_who_waits_is_not_listed(self, cast: Cast, open_one: Exchange):
        RegistrationFactory(exchange=open_one, user=cast["M"], state="waitlisted")
        page = signed_in(cast["P"]).get(address(open_one, "others"))
        assert "Ambassador Rivage" not in texts(page, "label")

    def test_when_everyone_has_a_place_the_page_says_so(self, cast: Cast, open_one: Exchange):
        for letter in "CDPMR":
            RegistrationFactory(exchange=open_one, user=cast[letter], state="registered")
        page = signed_in(cast["P"]).get(address(open_one, "others"))
        assert texts(page, "p", "empty-title") == ["Everyone has a seat"]


class TestAttendance:
    @pytest.fixture
    def held(self, cast: Cast) -> Exchange:
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
        for letter in "MR":
            RegistrationFactory(exchange=exchange, user=cast[letter], state="registered")
        return exchange

    def test_everyone_registered_is_ticked_at_first(self, cast: Cast, held: Exchange):
        page = signed_in(cast["S"]).get(address(held, "attendance"))
        ticked = [field for field in elements(page, "input") if "checked" in field["attrs"]]
        assert len(ticked) == 2

    def test_who_is_unticked_did_not_come(self, cast: Cast, held: Exchange):
        came = Registration.objects.get(user=cast["M"])
        page = post(signed_in(cast["D"]), held, "attendance", came=[came.pk])
        states = dict(Registration.objects.values_list("user", "state"))
        assert states == {cast["M"].pk: "attended", cast["R"].pk: "no_show"}
        assert said(page) == ["Attendance is recorded."]

    def test_nobody_at_all_may_have_come(self, cast: Cast, held: Exchange):
        post(signed_in(cast["S"]), held, "attendance")
        assert set(Registration.objects.values_list("state", flat=True)) == {"no_show"}

    def test_an_answer_of_another_exchange_is_refused(self, cast: Cast, held: Exchange):
        elsewhere = RegistrationFactory(exchange=ExchangeFactory(state="held"), state="registered")
        page = post(signed_in(cast["S"]), held, "attendance", came=[elsewhere.pk])
        elsewhere.refresh_from_db()
        assert (bool(errors(page)), elsewhere.state) == (True, "registered")

    def test_nobody_registered_is_said(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
        page = signed_in(cast["S"]).get(address(exchange, "attendance"))
        assert texts(page, "p", "empty-title") == ["Nobody was registered"]


def test_a_person_who_joined_late_sees_themselves_among_the_others(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    late = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Late Comer"), role="relay")
    page = signed_in(cast["P"]).get(address(exchange, "others"))
    assert str(late.user) in texts(page, "label")
