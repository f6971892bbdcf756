"""The list of exchanges and the exchange page for each role, with statement counts."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from exchanges.exchange.enums import EXCHANGE_TRANSITIONS
from exchanges.lifecycle.views import STEPS
from exchanges.models import Exchange
from exchanges.planning.actions import confirm_host
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory, PhaseFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_with_exchanges
from tests.factories.programmes import CalendarPeriodFactory, EditionFactory, FormatFactory
from tests.pages import elements, links, rows, texts

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
LIST = "/exchanges/"


def signed_in(person: User, language: str = "en") -> Client:
    person.language = language
    person.save()
    client = Client()
    client.force_login(person)
    return client


def exchanges_of(cast: Cast, count: int) -> list[Exchange]:
    """Create exchanges of the cast's edition, two days in each month from March 2027 on."""
    hosts = [cast.cohort, cast.other_cohort]
    return [
        ExchangeFactory(edition=cast.edition, host=hosts[n % 2], number=n + 1, first_day=date(2027, 3 + n, 9))
        for n in range(count)
    ]


def exchange_rows(page: Any) -> list[list[str]]:
    """Return the rows of the list itself; the timeline has its own table."""
    return [line for line in rows(page) if len(line) == 4 and line[0].startswith("Intertransfo")]


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(("role", "statements"), [("S", 7), ("M", 7)])
    def test_statement_count_does_not_depend_on_the_length(
        self, cast: Cast, count: int, role: str, statements: int, django_assert_num_queries: Any
    ):
        exchanges_of(cast, count)
        for cohort in (cast.cohort, cast.other_cohort):
            PhaseFactory(cohort=cohort)
        client = signed_in(cast[role])
        client.get(LIST)
        with django_assert_num_queries(statements):
            page = client.get(LIST)
        assert len(exchange_rows(page)) == count

    def test_row_shows_name_dates_host_and_state(self, cast: Cast):
        exchanges_of(cast, 1)
        page = signed_in(cast["M"]).get(LIST)
        assert exchange_rows(page) == [["Intertransfo 1 How a lab lands", "9–10 March 2027", "Rivage", "proposed"]]

    def test_latest_edition_comes_first(self, cast: Cast):
        exchanges_of(cast, 1)
        years = {"starts_on": date(2011, 6, 30), "ends_on": date(2014, 12, 31)}
        old = EditionFactory(retrospective=True, state="closed", name="Édition 1", **years)
        ExchangeFactory(edition=old, retrospective=True, state="held", number=2, first_day=date(2012, 6, 26), days=1)
        assert texts(signed_in(cast["M"]).get(LIST), "h2") == ["La Transfo 2026–2028", "Édition 1"]

    @pytest.mark.parametrize(
        ("details", "text"),
        [
            ({"first_day": None, "days": None}, "—not known"),
            ({"first_day": date(2013, 1, 1), "first_day_precision": "year", "days": None}, "2013"),
            ({"first_day": date(2018, 12, 1), "first_day_precision": "month", "days": 1}, "December 2018"),
            ({"first_day": date(2012, 6, 26), "days": None}, "26 June 2012"),
            ({"first_day": date(2015, 11, 18), "days": 2}, "18–19 November 2015"),
        ],
    )
    def test_published_dates_keep_their_precision(self, cast: Cast, details: dict[str, Any], text: str):
        ExchangeFactory(retrospective=True, state="held", **details)
        assert rows(signed_in(cast["X"]).get(LIST))[0][1] == text

    def test_timeline_of_all_cohorts_has_the_exchanges(self, cast: Cast):
        exchanges_of(cast, 2)
        for cohort in (cast.cohort, cast.other_cohort):
            PhaseFactory(cohort=cohort, starts_on=date(2026, 1, 5), ends_on=date(2027, 12, 31))
        page = signed_in(cast["S"]).get(LIST)
        assert texts(page, "text", "row-label") == ["Rivage", "Montagne"]
        assert texts(page, "text", "mark-number") == ["1", "2"]

    def test_timeline_sorts_cohorts_by_start(self, cast: Cast):
        exchanges_of(cast, 1)
        for cohort, start in ((cast.cohort, date(2026, 3, 2)), (cast.other_cohort, date(2026, 1, 5))):
            PhaseFactory(cohort=cohort, starts_on=start, ends_on=date(2027, 12, 31))
            Cohort.objects.filter(pk=cohort.pk).update(planned_start=start, actual_start=start)
        page = signed_in(cast["S"]).get(LIST)
        assert texts(page, "text", "row-label") == ["Montagne", "Rivage"]

    def test_rows_are_sorted_by_day_then_number_without_a_day_last(self, cast: Cast):
        old = EditionFactory(retrospective=True, state="closed", name="Édition 1")
        days = {3: None, 1: date(2012, 6, 26), 5: None, 2: date(2012, 1, 10), 4: date(2012, 6, 26)}
        for number, first_day in days.items():
            ExchangeFactory(
                edition=old, retrospective=True, state="held", number=number, first_day=first_day, days=None
            )
        page = signed_in(cast["X"]).get(LIST)
        assert [line[0].split(" How")[0] for line in exchange_rows(page)] == [
            f"Intertransfo {number}" for number in (2, 1, 4, 3, 5)
        ]

    def test_number_of_results_appears_once(self, cast: Cast):
        exchanges_of(cast, 3)
        page = signed_in(cast["S"]).get(LIST).content.decode()
        assert (page.count("3 results"), page.index("3 results") < page.index("<h2>")) == (1, True)

    def test_timeline_has_only_visible_cohorts(self, cast: Cast):
        exchanges_of(cast, 2)
        page = signed_in(cast["M"]).get(LIST)
        assert texts(page, "text", "row-label") == ["Rivage"]

    def test_published_editions_have_no_timeline(self, cast: Cast):
        ExchangeFactory(retrospective=True, state="held")
        assert elements(signed_in(cast["X"]).get(LIST), "svg", "timeline") == []
        assert texts(signed_in(cast["X"]).get(LIST), "text", "row-label") == []

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Intertransfo 1", "Intertransfo 2", "Intertransfo 3"]),
            ("?stage=coming", ["Intertransfo 2", "Intertransfo 3"]),
            ("?stage=past", ["Intertransfo 1"]),
            ("?stage=cancelled", []),
            ("?edition=transfo-2026&stage=past", ["Intertransfo 1"]),
        ],
    )
    def test_list_can_be_filtered(self, cast: Cast, query: str, names: list[str]):
        for number, state in enumerate(["held", "proposed", "announced"], start=1):
            day = date(2026, 2 + number, 10)
            host = [cast.cohort, cast.other_cohort][number % 2]
            ExchangeFactory(
                edition=cast.edition, number=number, host=host, state=state, first_day=day, swap_reason="Test"
            )
        page = signed_in(cast["S"]).get(LIST + query)
        assert [line[0].split(" How")[0] for line in exchange_rows(page)] == names

    @pytest.mark.parametrize("query", ["?edition=nowhere", "?stage=never", "?page=minus&edition=%00"])
    def test_invalid_query_parameters_are_ignored(self, cast: Cast, query: str):
        assert signed_in(cast["S"]).get(LIST + query).status_code == 200

    def test_only_editions_with_exchanges_can_be_chosen(self, cast: Cast):
        exchanges_of(cast, 1)
        ExchangeFactory(edition=EditionFactory(name="Elsewhere"))
        page = signed_in(cast["M"]).get(LIST)
        assert "Elsewhere" not in " ".join(texts(page, "option"))

    @pytest.mark.parametrize("value", ["key", "slug"])
    def test_edition_of_the_address_is_selected(self, cast: Cast, value: str):
        other = EditionFactory(name="Elsewhere", slug="elsewhere")
        for edition in (cast.edition, other):
            ExchangeFactory(edition=edition)
        page = signed_in(cast["S"]).get(LIST, {"edition": other.pk if value == "key" else other.slug})
        assert re.findall(r'<option value="(\d+)" selected', page.content.decode()) == [str(other.pk)]

    def test_empty_list_states_what_it_will_hold(self, cast: Cast):
        page = signed_in(cast["X"]).get(LIST)
        assert texts(page, "p", "empty-title") == ["No Intertransfo here"]

    def test_htmx_request_returns_only_the_results(self, cast: Cast):
        exchanges_of(cast, 1)
        page = signed_in(cast["M"]).get(LIST, headers={"HX-Request": "true"})
        assert (texts(page, "h1"), texts(page, "h2")) == ([], ["La Transfo 2026–2028"])

    def test_lab_staff_can_propose_another_exchange(self, cast: Cast):
        exchanges_of(cast, 1)
        assert (
            links(signed_in(cast["S"]).get(LIST))["Propose another Intertransfo"] == "/exchanges/propose/transfo-2026/"
        )
        assert "Propose another Intertransfo" not in links(signed_in(cast["P"]).get(LIST))

    def test_nothing_can_be_proposed_for_a_format_without_exchanges(self, cast: Cast):
        residency = EditionFactory(state="running", format=FormatFactory(exchange_interval_months=None))
        ExchangeFactory(edition=residency)
        assert "Propose another Intertransfo" not in links(signed_in(cast["S"]).get(LIST))

    def test_list_is_in_the_menu(self, cast: Cast):
        assert links(signed_in(cast["M"]).get("/"))["Intertransfos"] == LIST


@pytest.fixture
def planned_exchange(db: None, today: None) -> Exchange:
    """Return the second exchange of an edition of four cohorts, a year ahead and proposed."""
    edition_with_exchanges(AT)
    return Exchange.objects.get(number=2)


def page_of(exchange: Exchange, person: User) -> Any:
    return signed_in(person).get(exchange.get_absolute_url())


def member_of(slug: str, role: str = "ambassador") -> User:
    cohort = Cohort.objects.get(slug=slug)
    return MembershipFactory(cohort=cohort, role=role, starts_on=date(2026, 1, 5)).user


class TestCost:
    @pytest.mark.parametrize(("state", "statements"), [("proposed", 8), ("registration_open", 7), ("held", 7)])
    def test_page_cost_for_lab_staff(
        self, planned_exchange: Exchange, state: str, statements: int, django_assert_num_queries: Any
    ):
        exchange = planned_exchange if state == "proposed" else open_exchange(planned_exchange.edition, state)
        client = signed_in(UserFactory(is_lab_staff=True))
        client.get(exchange.get_absolute_url())
        with django_assert_num_queries(statements):
            client.get(exchange.get_absolute_url())

    @pytest.mark.parametrize(("state", "statements"), [("proposed", 10), ("registration_open", 9)])
    def test_page_cost_for_members(
        self, planned_exchange: Exchange, state: str, statements: int, django_assert_num_queries: Any
    ):
        exchange = planned_exchange if state == "proposed" else open_exchange(planned_exchange.edition, state)
        client = signed_in(member_of("metz"))
        client.get(exchange.get_absolute_url())
        with django_assert_num_queries(statements):
            client.get(exchange.get_absolute_url())


def open_exchange(edition: Edition, state: str = "registration_open") -> Exchange:
    """Return a fifth exchange of the edition with open registration and planned e-mails."""
    from exchanges.reminders import plan_emails

    host = Cohort.objects.get(slug="dunkerque")
    exchange = ExchangeFactory(
        edition=edition,
        number=9,
        host=host,
        state=state,
        first_day=date(2027, 3, 16),
        venue="La Halle aux Sucres",
        capacity=40,
        swap_reason="Test",
    )
    for answer in ("invited", "invited", "registered", "declined", "cancelled"):
        RegistrationFactory(exchange=exchange, cohort=Cohort.objects.get(slug="metz"), state=answer)
    plan_emails(exchange, at=AT, by=None)
    return exchange


class TestWhen:
    def test_planners_see_three_windows_with_their_reasons(self, planned_exchange: Exchange):
        lines = rows(page_of(planned_exchange, UserFactory(is_lab_staff=True)))[:3]
        assert lines[0] == [
            "Wed 5 – Thu 6 January 2028 on the target date",
            "For: no school holiday in any zone, no cohort in session, midweek, close to the target Against: —",
            "Chosen",
        ]
        assert [line[2].split()[0] for line in lines] == ["Chosen", "Choose", "Choose"]

    def test_window_can_be_chosen(self, planned_exchange: Exchange):
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        addresses = [href for words, href in links(page).items() if words.startswith("Choose")]
        assert [href.split("=")[0] for href in addresses] == [f"/exchanges/{planned_exchange.pk}/move/?first_day"] * 2

    def test_new_objections_to_the_present_dates_appear(self, planned_exchange: Exchange):
        SessionFactory(cohort=Cohort.objects.get(slug="nantes"), date=planned_exchange.first_day)
        lines = rows(page_of(planned_exchange, UserFactory(is_lab_staff=True)))
        assert lines[0][1].endswith("Against: Nantes has a session")

    def test_everybody_reads_the_same_reasons_of_today(self, planned_exchange: Exchange):
        day = planned_exchange.first_day
        CalendarPeriodFactory(name="Holidays", kind="school_holiday", school_zone="B", starts_on=day, ends_on=day)
        read = [
            rows(page_of(planned_exchange, person))[0][1]
            for person in (UserFactory(is_lab_staff=True), member_of("metz"))
        ]
        assert (
            read
            == ["For: no cohort in session, midweek, close to the target Against: school holidays in zone B (1 person)"]
            * 2
        )

    def test_members_see_the_dates_without_a_choice(self, planned_exchange: Exchange):
        lines = rows(page_of(planned_exchange, member_of("metz")))
        assert lines[0][0] == "Wed 5 – Thu 6 January 2028 on the target date"
        assert [line for line in lines if "Choose" in line] == []

    def test_announced_exchange_has_no_list_of_other_dates(self, planned_exchange: Exchange):
        exchange = open_exchange(planned_exchange.edition)
        lines = rows(page_of(exchange, UserFactory(is_lab_staff=True)))
        assert [line[0] for line in lines if "2027" in line[0]] == ["Tue 16 – Wed 17 March 2027"]


class TestWhere:
    def host_text(self, exchange: Exchange, person: User) -> str:
        return next(text for text in texts(page_of(exchange, person), "p") if "proposed:" in text or "hosts:" in text)

    def test_page_shows_the_host_with_its_reason(self, planned_exchange: Exchange):
        assert self.host_text(planned_exchange, UserFactory(is_lab_staff=True)) == (
            "Metz is proposed: it is its first turn, as for other cohorts, but the journeys "
            "of all participants to this one are the shortest. Next in line: Dunkerque."
        )

    def test_page_states_that_a_confirmed_host_hosts(self, planned_exchange: Exchange):
        confirm_host(exchange=planned_exchange, at=AT, by=UserFactory(is_lab_staff=True))
        assert self.host_text(planned_exchange, member_of("metz")).startswith("Metz hosts: it is its first turn")

    def test_page_shows_the_turns_of_every_cohort(self, planned_exchange: Exchange):
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        assert texts(page, "th")[3:12] == [
            "Cohort",
            "Times hosted",
            "Times planned as host",
            "Distance travelled so far",
            "Total distance if this cohort hosts",
            "Dunkerque",
            "Metz, host",
            "Nantes",
            "Toulouse",
        ]

    def test_reason_counts_turns_like_the_table(self, planned_exchange: Exchange):
        metz = Cohort.objects.get(slug="metz")
        past = {"edition": planned_exchange.edition, "host": metz, "swap_reason": "Test"}
        ExchangeFactory(number=9, state="held", first_day=date(2027, 3, 16), **past)
        ExchangeFactory(number=8, state="cancelled", first_day=date(2027, 9, 14), **past)
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        assert "In all it has hosted once and is to host once." in " ".join(texts(page, "p"))
        turns = [line[:2] for line in rows(page) if len(line) == 4 and line[3].endswith("km")]
        assert turns == [["0", "1"], ["1", "1"], ["0", "1"], ["0", "1"]]

    def test_page_shows_distances_travelled_and_to_travel(self, planned_exchange: Exchange):
        held_exchange = ExchangeFactory(
            edition=planned_exchange.edition,
            number=9,
            state="held",
            host=Cohort.objects.get(slug="nantes"),
            first_day=date(2026, 10, 13),
            swap_reason="Test",
        )
        toulouse = Cohort.objects.get(slug="toulouse")
        while_there = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 10, 31), "role": "relay"}
        for member in MembershipFactory.create_batch(2, cohort=toulouse, **while_there):
            RegistrationFactory(exchange=held_exchange, cohort=toulouse, user=member.user, state="attended")
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        ways = [line[2:] for line in rows(page) if len(line) == 4 and line[3].endswith("km")]
        assert ways == [["0 km", "1,684 km"], ["0 km", "1,668 km"], ["0 km", "1,587 km"], ["930 km", "2,007 km"]]

    def test_unknown_seat_has_an_unknown_distance(self, planned_exchange: Exchange):
        authority = Cohort.objects.get(slug="toulouse").authority
        authority.latitude = authority.longitude = None
        authority.save()
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        assert [line[2:] for line in rows(page) if len(line) == 4][-1] == ["—not known", "—not known"]

    def test_map_and_table_show_the_same(self, planned_exchange: Exchange):
        member_of("metz")
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        assert len(elements(page, "path", "journey")) == 3
        seats = [text["text"] for text in elements(page, "text") if text["attrs"].get("class") != "inset"]
        assert seats == ["Dunkerque 0", "Metz 1", "Nantes 0", "Toulouse 0"]
        assert [line for line in rows(page) if line[-1].endswith(" km") and len(line) == 3] == [
            ["0", "344 km", "0 km"],
            ["1", "0 km", "0 km"],
            ["0", "611 km", "0 km"],
            ["0", "713 km", "0 km"],
            ["", "", "0 km"],
        ]

    def test_cohort_off_the_map_is_named(self, planned_exchange: Exchange):
        authority = Cohort.objects.get(slug="toulouse").authority
        authority.latitude, authority.longitude = -22.27, 166.45  # Nouméa
        authority.save()
        assert "Not on the map: Toulouse." in texts(page_of(planned_exchange, member_of("metz")), "p")


def answer_buttons(page: Any) -> list[str]:
    return [button["text"] for button in elements(page, "button") if button["attrs"].get("name") == "answer"]


class TestAnswers:
    def test_page_shows_the_number_of_answers(self, planned_exchange: Exchange):
        page = page_of(open_exchange(planned_exchange.edition), member_of("metz"))
        assert texts(page, "b", "figure-value") == ["5", "1", "1", "2", "2"]
        assert "Seats taken 1 of 40" in texts(page, "div", "figure")

    def test_page_has_no_answers_before_invitations(self, planned_exchange: Exchange):
        assert texts(page_of(planned_exchange, member_of("metz")), "b", "figure-value") == []

    @pytest.mark.parametrize(
        ("answer", "text", "buttons"),
        [
            (None, "You have not answered yet.", ["I am coming", "I cannot come"]),
            ("invited", "You have not answered yet.", ["I am coming", "I cannot come"]),
            ("registered", "Your seat is reserved.", ["Release my seat"]),
            ("declined", "You answered that you are not coming.", ["I am coming"]),
            ("cancelled", "You released your seat.", ["I am coming"]),
        ],
    )
    def test_page_shows_the_persons_own_answer(
        self, planned_exchange: Exchange, answer: str | None, text: str, buttons: list[str]
    ):
        exchange, person = open_exchange(planned_exchange.edition), member_of("nantes")
        if answer:
            RegistrationFactory(exchange=exchange, user=person, state=answer)
        page = page_of(exchange, person)
        assert text in texts(page, "p")
        assert answer_buttons(page) == buttons

    def test_page_first_asks_then_says_when_and_where_and_folds_how_it_was_planned(self, planned_exchange: Exchange):
        page = page_of(open_exchange(planned_exchange.edition), member_of("nantes"))
        assert texts(page, "h2") == [
            "Are you coming?",
            "When and where",
            "Content of the Intertransfo",
            "Answers",
            "How the dates and the host are chosen",
            "Where participants come from",
            "E-mails",
        ]
        folds = elements(page, "details", "fold")
        assert [("open" in fold["attrs"], fold["text"].split()[0]) for fold in folds] == [
            (False, "How"),
            (False, "Where"),
            (False, "E-mails"),
        ]

    def test_plan_is_open_for_those_who_plan_it(self, planned_exchange: Exchange):
        for person, is_open in ((UserFactory(is_lab_staff=True), True), (member_of("metz"), False)):
            fold = elements(page_of(planned_exchange, person), "details", "fold")[0]
            assert ("open" in fold["attrs"]) is is_open

    def test_closed_registration_only_allows_releasing_a_seat(self, planned_exchange: Exchange):
        exchange, person = open_exchange(planned_exchange.edition, "registration_closed"), member_of("nantes")
        RegistrationFactory(exchange=exchange, user=person, state="cancelled")
        page = page_of(exchange, person)
        assert answer_buttons(page) == []

    @pytest.mark.parametrize("state", ["registration_open", "registration_closed"])
    def test_page_states_that_it_is_over_on_the_day_after(self, planned_exchange: Exchange, state: str):
        exchange, person = open_exchange(planned_exchange.edition, state), member_of("nantes")
        RegistrationFactory(exchange=exchange, user=person, state="registered")
        with time_machine.travel(datetime(2027, 3, 18, 8, tzinfo=UTC), tick=False):
            page = page_of(exchange, person)
        text = "Your seat is reserved. This Intertransfo is over: you can no longer answer."
        assert (answer_buttons(page), text in texts(page, "p")) == ([], True)


class TestEmails:
    def test_lab_staff_see_the_reminder_schedule_with_previews(self, planned_exchange: Exchange):
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        steps = texts(page, "li", "step-later") + texts(page, "li", "step-next")
        assert len(steps) == 19
        assert steps[-1].endswith("preview")

    def test_members_see_the_reminder_schedule_without_previews(self, planned_exchange: Exchange):
        page = page_of(planned_exchange, member_of("metz"))
        assert "preview" not in texts(page, "a")

    def test_recipients_are_not_counted_before_invitations(self, planned_exchange: Exchange):
        page = page_of(planned_exchange, UserFactory(is_lab_staff=True))
        assert " 0 people" not in " ".join(text for text in texts(page, "li") if "Registered" in text)


class TestNextStep:
    @pytest.mark.parametrize(
        ("state", "route", "label"),
        [
            ("proposed", "confirm", "Confirm date and host"),
            ("host_confirmed", "announce", "Announce the Intertransfo"),
            ("announced", "open_registration", "Open registration"),
            ("registration_open", "close_registration", "Close registration"),
            ("held", "participants", "Record who came"),
        ],
    )
    def test_lab_staff_have_one_button(self, cast: Cast, state: str, route: str, label: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        links_on_page = links(page_of(exchange, cast["S"]))
        assert links_on_page[label] == reverse(f"exchanges:{route}", args=[exchange.pk])

    @pytest.mark.parametrize(("first_day", "is_offered"), [(date(2026, 11, 24), True), (date(2026, 11, 25), False)])
    def test_holding_is_offered_from_the_first_day(self, cast: Cast, first_day: date, is_offered: bool):
        exchange = ExchangeFactory(
            edition=cast.edition, host=cast.cohort, state="registration_closed", first_day=first_day
        )
        assert ("Record that it took place" in links(page_of(exchange, cast["S"]))) is is_offered

    def test_each_state_with_something_to_do_has_a_step(self):
        states = list(dict.fromkeys(step.state for step in STEPS))
        assert states == [state for state, after in EXCHANGE_TRANSITIONS.items() if after]

    @pytest.mark.parametrize(
        ("role", "state", "label"),
        [
            ("P", "proposed", "Confirm date and host"),
            ("C", "proposed", "Confirm date and host"),
            ("D", "held", "Record who came"),
        ],
    )
    def test_host_has_its_own_button(self, cast: Cast, role: str, state: str, label: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert label in links(page_of(exchange, cast[role]))

    @pytest.mark.parametrize(
        ("role", "state"), [("M", "proposed"), ("N", "proposed"), ("P", "host_confirmed"), ("M", "held")]
    )
    def test_other_people_have_no_button(self, cast: Cast, role: str, state: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        assert elements(page_of(exchange, cast[role]), "a", "btn-primary") == []

    @pytest.mark.parametrize("role", "CDPMRAN")
    def test_planning_links_are_only_for_lab_staff(self, cast: Cast, role: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
        offered = {"Change the date", "Change the host", "Edit theme and venue", "Cancel the Intertransfo"}
        assert offered & set(links(page_of(exchange, cast[role]))) == set()
        assert offered <= set(links(page_of(exchange, cast["S"])))


class TestThemeAndVenue:
    def test_second_of_two_editors_sees_both_versions_and_joins_them(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, theme="Old", venue="La Halle")
        address, client = reverse("exchanges:theme_and_venue", args=[exchange.pk]), signed_in(cast["S"])
        version_token = client.get(address).context["form"]["version_token"].value()
        client.post(address, {"theme": "Theirs", "venue": "La Halle", "capacity": "40", "version_token": version_token})
        sent = {"theme": "Mine", "venue": "Town hall", "capacity": ""}
        answer = client.post(address, {**sent, "version_token": version_token})
        form = answer.context["form"]
        assert form.conflicting_values == [("Theme", "Theirs"), ("Venue", "La Halle"), ("Capacity", "40")]
        assert "Version saved by someone else" in texts(answer, "h2")
        assert form["theme"].value() == "Mine"
        exchange.refresh_from_db()
        assert (exchange.theme, exchange.capacity) == ("Theirs", 40)
        client.post(address, {**sent, "version_token": form["version_token"].value()})
        exchange.refresh_from_db()
        assert (exchange.theme, exchange.venue, exchange.capacity) == ("Mine", "Town hall", None)


class TestOver:
    def test_cancelled_exchange_shows_its_reason_and_no_action(self, cast: Cast):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="cancelled")
        page = page_of(exchange, cast["S"])
        assert "Cancelled. Nobody is free" in texts(page, "p")
        assert {"Change the date", "Cancel the Intertransfo"} & set(links(page)) == set()

    def test_published_facts_have_no_action(self, cast: Cast):
        fact = ExchangeFactory(
            retrospective=True,
            state="held",
            first_day=date(2013, 9, 18),
            days=1,
            venue="Nantes",
            outcome="A fresco of every cohort's path.",
            source="A page read in 2026",
        )
        page = page_of(fact, cast["X"])
        assert texts(page, "dd") == ["18 September 2013", "Nantes"]
        assert "A fresco of every cohort's path." in texts(page, "p")
        assert "Source: A page read in 2026" in texts(page, "p")
        assert texts(page, "h2") == ["Outcome"]

    def test_exchange_of_another_edition_is_not_found(self, cast: Cast):
        assert page_of(ExchangeFactory(), cast["M"]).status_code == 404

    @pytest.mark.parametrize("key", ["0", "999999999"])
    def test_missing_exchange_is_not_found(self, cast: Cast, key: str):
        assert signed_in(cast["S"]).get(f"/exchanges/{key}/").status_code == 404
