"""What exchanges bring to other pages: home, the edition, the cohorts' lines."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext

from cohorts.registries import days_taken, timeline_marks
from cohorts.sessions.conflicts import conflicts_of
from exchanges.exchange.enums import COMING
from exchanges.models import Exchange
from exchanges.pages import panels
from programmes.registries import edition_panels
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory, FormatFactory
from web.pages.home import attention, home_cards
from web.pages.panels import rendered


def request_of(person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = person
    return request


def one(cast: Cast, state: str = "proposed", *, weeks: int = 20, **more: Any) -> Exchange:
    """An exchange of the cast's cohort, so many weeks from today."""
    return ExchangeFactory(
        edition=cast.edition,
        host=cast.cohort,
        state=state,
        first_day=TODAY + timedelta(weeks=weeks),
        swap_reason="Test",
        **{"number": 1, **more},
    )


class TestRegistered:
    def test_on_home_the_edition_and_the_cohorts_lines(self):
        assert (home_cards["exchanges"], edition_panels["exchanges"]) == (panels.HOME, panels.EDITION)
        assert timeline_marks["exchanges"] is panels.marks_of_editions
        assert [attention[slug] for slug in ("exchanges", "hosting", "registrations")] == [
            panels.what_needs_the_lab,
            panels.what_needs_a_host,
            panels.what_needs_an_answer,
        ]


class TestDaysTaken:
    """What the plan of a cohort's session is told of the edition's exchanges."""

    DAY = TODAY + timedelta(weeks=20)

    def against(self, cast: Cast, *after: int) -> list[str]:
        days = [self.DAY + timedelta(days=days) for days in after]
        with translation.override("en"):
            found = conflicts_of(cohort=cast.cohort, days=days)
            return [row.sentence for row in found if row.slug in ("edition_meets", "edition_may_meet")]

    def test_it_is_registered(self):
        assert days_taken["exchanges"] is panels.days_taken

    @pytest.mark.parametrize("state", ["host_confirmed", "announced"])
    def test_each_of_its_days_speaks_with_its_name(self, cast: Cast, state: str):
        one(cast, state, days=2)
        assert self.against(cast, -1, 0, 1, 2) == [
            "Tue 13 April 2027: the edition meets that day (Intertransfo 1).",
            "Wed 14 April 2027: the edition meets that day (Intertransfo 1).",
        ]

    def test_a_date_that_is_only_proposed_is_called_so(self, cast: Cast):
        one(cast, "proposed", days=1)
        assert self.against(cast, -1, 0, 1) == [
            "Tue 13 April 2027: the edition may meet that day (Intertransfo 1 is proposed)."
        ]

    def test_a_cancelled_one_does_not_nor_another_editions(self, cast: Cast):
        one(cast, "cancelled", reason="Snow")
        ExchangeFactory(first_day=self.DAY)
        assert self.against(cast, 0) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_one_statement_does(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for place in range(count):
            one(cast, weeks=20 + place, number=place + 1)
        with django_assert_num_queries(1):
            panels.days_taken(cast.edition.pk, [self.DAY])


class TestWhatNeedsTheLab:
    def notes(self, cast: Cast, letter: str = "S") -> list[tuple[str, str, str]]:
        found = panels.what_needs_the_lab(request_of(cast[letter]))
        return [(str(note.text), note.href.rsplit("/", 2)[1], str(note.action)) for note in found]

    def test_every_state_that_is_coming_has_its_time(self):
        assert set(panels.DUE) == set(COMING)

    @pytest.mark.parametrize(
        ("state", "weeks", "text", "button"),
        [
            ("host_confirmed", 16, "members do not know the date yet.", ("announce", "Announce the Intertransfo")),
            ("announced", 12, "nobody can register yet.", ("open-registration", "Open registration")),
            ("registration_open", 3, "registration is still open.", ("close-registration", "Close registration")),
            ("registration_closed", 0, "did it take place?", ("hold", "Record that it took place")),
        ],
    )
    def test_the_step_that_is_due_with_its_button(
        self, cast: Cast, state: str, weeks: int, text: str, button: tuple[str, str]
    ):
        one(cast, state, weeks=weeks)
        assert self.notes(cast) == [(text, *button)]

    @pytest.mark.parametrize(
        ("state", "weeks"), [("host_confirmed", 17), ("announced", 13), ("registration_open", 4), ("proposed", 27)]
    )
    def test_nothing_before_its_time(self, cast: Cast, state: str, weeks: int):
        one(cast, state, weeks=weeks)
        assert self.notes(cast) == []

    def test_a_proposal_without_confirmed_host_leads_to_its_page(self, cast: Cast):
        exchange = one(cast)
        assert self.notes(cast) == [("date and host are not confirmed.", str(exchange.pk), "See the Intertransfo")]

    def test_one_that_is_silent_at_eighteen_weeks_is_passed_over_with_one_button(self, cast: Cast):
        one(cast, weeks=18)
        assert self.notes(cast) == [("Rivage has not confirmed.", "ask-next", "Ask the next cohort")]

    @pytest.mark.parametrize("gone", ["suspended", "withdrawn"])
    @pytest.mark.parametrize(("state", "weeks"), [("proposed", 40), ("proposed", 10), ("registration_open", 10)])
    def test_a_host_that_dropped_out_is_replaced_however_far_it_is(self, cast: Cast, state: str, weeks: int, gone: str):
        one(cast, state, weeks=weeks)
        type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(state=gone, reason="Elections")
        assert self.notes(cast) == [("its host Rivage has dropped out.", "swap", "Choose another host")]

    def test_it_names_the_exchange_and_its_edition(self, cast: Cast):
        one(cast)
        (note,) = panels.what_needs_the_lab(request_of(cast["S"]))
        assert note.strong == "Intertransfo 1 of La Transfo 2026–2028:"

    def test_the_most_urgent_first(self, cast: Cast):
        one(cast, weeks=20)
        one(cast, "announced", weeks=2, number=2)
        assert [text for text, _route, _action in self.notes(cast)] == [
            "nobody can register yet.",
            "date and host are not confirmed.",
        ]

    @pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
    def test_what_is_over_needs_nobody(self, cast: Cast, state: str):
        one(cast, state, weeks=-1)
        assert self.notes(cast) == []

    def test_published_facts_need_nobody(self, cast: Cast):
        one(cast, retrospective=True)
        assert self.notes(cast) == []

    @pytest.mark.parametrize("letter", "CDPMRANX")
    def test_only_lab_staff_are_told(self, cast: Cast, letter: str):
        one(cast)
        assert self.notes(cast, letter) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_in_one_statement(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(1, count + 1):
            one(cast, weeks=number * 2, number=number)
        with django_assert_num_queries(1):
            assert len(self.notes(cast)) == count


class TestWhatNeedsAnAnswer:
    def asked(self, cast: Cast) -> list[tuple[str, str]]:
        return [(str(note.strong), note.href) for note in panels.what_needs_an_answer(request_of(cast["M"]))]

    def test_who_is_invited_is_asked_until_they_answer(self, cast: Cast):
        exchange = one(cast, "registration_open", weeks=10)
        registration = RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
        RegistrationFactory(exchange=exchange, user=cast["R"], state="declined")
        assert self.asked(cast) == [("Intertransfo 1:", f"/exchanges/{exchange.pk}/")]
        assert panels.what_needs_an_answer(request_of(cast["R"])) == []
        registration.state = "registered"
        registration.save()
        assert self.asked(cast) == []

    @pytest.mark.parametrize("state", ["announced", "registration_closed"])
    def test_only_while_one_can_register(self, cast: Cast, state: str):
        RegistrationFactory(exchange=one(cast, state, weeks=10), user=cast["M"], state="invited")
        assert self.asked(cast) == []


class TestWhatNeedsAHost:
    def asked(self, cast: Cast) -> str:
        return "".join(letter for letter in EVERYONE if panels.what_needs_a_host(request_of(cast[letter])))

    def test_those_who_may_confirm_are_asked(self, cast: Cast):
        one(cast)
        assert self.asked(cast) == "CP"

    def test_not_long_before(self, cast: Cast):
        one(cast, weeks=30)
        assert self.asked(cast) == ""

    def test_nor_once_it_is_confirmed(self, cast: Cast):
        one(cast, "host_confirmed")
        assert self.asked(cast) == ""

    def test_nor_those_of_other_cohorts(self, cast: Cast):
        ExchangeFactory(edition=cast.edition, host=cast.other, first_day=TODAY + timedelta(weeks=20))
        assert self.asked(cast) == ""

    def test_the_name_is_followed_as_the_language_does(self, cast: Cast):
        exchange = one(cast)
        with translation.override("fr"):
            (note,) = panels.what_needs_a_host(request_of(cast["P"]))
            assert note.strong == gettext("%(exchange)s:") % {"exchange": exchange}

    def test_the_button_confirms(self, cast: Cast):
        exchange = one(cast)
        (note,) = panels.what_needs_a_host(request_of(cast["P"]))
        assert (note.strong, note.href, str(note.action)) == (
            "Intertransfo 1:",
            f"/exchanges/{exchange.pk}/confirm/",
            "Confirm hosting",
        )


class TestNextExchange:
    def card(self, cast: Cast, letter: str = "M") -> dict[str, Any] | None:
        return panels.next_exchange(request_of(cast[letter]))

    @pytest.mark.parametrize(
        ("state", "shown"),
        [
            ("proposed", False),
            ("host_confirmed", False),
            ("announced", True),
            ("registration_open", True),
            ("registration_closed", True),
            ("held", False),
            ("cancelled", False),
        ],
    )
    def test_once_everyone_was_told_until_it_took_place(self, cast: Cast, state: str, shown: bool):
        one(cast, state)
        assert (self.card(cast) is not None) is shown

    def test_the_first_of_several(self, cast: Cast):
        one(cast, "announced", weeks=30, number=2)
        first = one(cast, "registration_open", weeks=4)
        card = self.card(cast)
        assert (card["exchange"], card["open"], card["answerable"]) == (first, True, True)

    def test_with_ones_own_answer(self, cast: Cast):
        RegistrationFactory(exchange=one(cast, "registration_open"), user=cast["M"], state="registered")
        assert self.card(cast)["exchange"].own_answer == "registered"

    def test_for_everyone_of_the_edition_but_lab_staff(self, cast: Cast):
        one(cast, "announced")
        assert "".join(letter for letter in EVERYONE if self.card(cast, letter)) == "CDPMRAN"

    def test_the_card_has_the_answer_buttons(self, cast: Cast):
        exchange = one(cast, "registration_open")
        (card,) = rendered([panels.HOME], request_of(cast["M"]))
        assert ("I am coming" in card, f"/exchanges/{exchange.pk}/answer/" in card) == (True, True)

    def test_before_registration_opens_it_has_none(self, cast: Cast):
        one(cast, "announced")
        (card,) = rendered([panels.HOME], request_of(cast["M"]))
        assert "<button" not in card

    def test_the_place_stands_apart_from_the_dates(self, cast: Cast):
        one(cast, "announced")
        (card,) = rendered([panels.HOME], request_of(cast["M"]))
        assert " ".join(re.sub(r"<[^>]+>", " ", card).split()).endswith("2027 · hosted by Rivage")

    def test_in_one_statement(self, cast: Cast, django_assert_num_queries: Any):
        one(cast, "registration_open")
        with django_assert_num_queries(1):
            rendered([panels.HOME], request_of(cast["M"]))


class TestEdition:
    def rows(self, cast: Cast, letter: str = "M") -> list[str]:
        found = panels.exchanges_of_edition(request_of(cast[letter]), cast.edition)
        return [str(exchange) for exchange in found["exchanges"]] if found else []

    def test_its_exchanges_in_their_order(self, cast: Cast):
        one(cast, weeks=40, number=2)
        one(cast, weeks=20)
        assert self.rows(cast) == ["Intertransfo 1", "Intertransfo 2"]

    def test_for_those_who_may_read_them(self, cast: Cast):
        one(cast)
        assert "".join(letter for letter in EVERYONE if self.rows(cast, letter)) == "SCDPMRAN"

    def test_nothing_is_shown_where_there_is_nothing(self, cast: Cast):
        assert panels.exchanges_of_edition(request_of(cast["M"]), cast.edition) is None

    def test_but_lab_staff_may_propose_the_first(self, cast: Cast):
        (panel,) = rendered([panels.EDITION], request_of(cast["S"]), cast.edition)
        assert ("No Intertransfo yet" in panel, "/exchanges/propose/transfo-2026/" in panel) == (True, True)

    def test_a_format_without_them_is_said_to_have_none_and_nothing_is_offered(self, cast: Cast):
        residency = EditionFactory(state="running", format=FormatFactory(exchange_interval_months=None))
        (panel,) = rendered([panels.EDITION], request_of(cast["S"]), residency)
        assert "The format of this edition has no Intertransfos." in panel
        assert ("within the hour" in panel, "/exchanges/propose/" in panel) == (False, False)

    @pytest.mark.parametrize("state", ["draft", "closed"])
    def test_an_edition_that_is_not_under_way_promises_nothing(self, cast: Cast, state: str):
        assert rendered([panels.EDITION], request_of(cast["S"]), EditionFactory(state=state)) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_in_one_statement(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(1, count + 1):
            one(cast, weeks=number * 10, number=number)
        with django_assert_num_queries(1):
            (panel,) = rendered([panels.EDITION], request_of(cast["M"]), cast.edition)
        assert panel.count("<tr>") == count + 1


class TestMarks:
    def test_numbered_notes_across_a_cohorts_line(self, cast: Cast):
        one(cast, weeks=40, number=2)
        one(cast, weeks=20)
        marks = panels.marks_of_editions([cast.edition.pk])[cast.edition.pk]
        assert [(mark.number, mark.label) for mark in marks] == [("1", "Intertransfo 1"), ("2", "Intertransfo 2")]
        assert marks[0].day == TODAY + timedelta(weeks=20)

    def test_cancelled_ones_are_no_marks(self, cast: Cast):
        one(cast, "cancelled")
        assert panels.marks_of_editions([cast.edition.pk]) == {}

    def test_nor_those_whose_day_is_unknown(self, cast: Cast):
        ExchangeFactory(edition=cast.edition, retrospective=True, state="held", first_day=None, days=None)
        assert panels.marks_of_editions([cast.edition.pk]) == {}

    def test_a_visit_without_a_number_is_a_dot(self, cast: Cast):
        visit = ExchangeFactory(
            edition=cast.edition, retrospective=True, state="held", number=None, first_day=date(2018, 7, 1)
        )
        assert panels.mark_of(visit).number == "•"
