"""Parts of other pages about exchanges: home page, edition page, cohort timelines."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from cohorts.hooks import cohort_hooks
from cohorts.sessions.conflicts import conflicts_of
from exchanges.exchange.enums import UPCOMING_STATES
from exchanges.models import Exchange
from exchanges.pages import panels
from programmes.hooks import edition_panels
from tests.factories.accounts import request_by
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.exchanges import ExchangeFactory, GuestFactory, RegistrationFactory
from tests.factories.programmes import EditionFactory, FormatFactory
from web.pages.hooks import home_cards, page_hooks
from web.pages.panels import render_panels


def make_exchange(cast: Cast, state: str = "proposed", *, weeks: int = 20, **more: Any) -> Exchange:
    """Return an exchange of the cast's cohort, so many weeks from today."""
    return ExchangeFactory(
        edition=cast.edition,
        host=cast.cohort,
        state=state,
        first_day=TODAY + timedelta(weeks=weeks),
        swap_reason="Test",
        **{"number": 1, **more},
    )


class TestRegistered:
    def test_panels_are_registered_for_home_edition_and_timelines(self):
        assert (panels.HOME in home_cards(), panels.EDITION in edition_panels()) == (True, True)
        assert cohort_hooks.by_app["exchanges"].timeline_marks is panels.marks_of_editions
        assert [page_hooks.by_app["exchanges"].notices[number] for number in (10, 11, 12)] == [
            panels.overdue_notices,
            panels.hosting_notices,
            panels.answer_notices,
        ]


class TestDaysTaken:
    """Days of the edition's exchanges as the plan of a session sees them."""

    DAY = TODAY + timedelta(weeks=20)

    def against(self, cast: Cast, *after: int) -> list[str]:
        days = [self.DAY + timedelta(days=days) for days in after]
        with translation.override("en"):
            conflicts = conflicts_of(cohort=cast.cohort, days=days)
            return [row.sentence for row in conflicts if row.slug in ("edition_meets", "edition_may_meet")]

    def test_hook_is_registered(self):
        assert cohort_hooks.by_app["exchanges"].days_taken is panels.days_taken

    @pytest.mark.parametrize("state", ["host_confirmed", "announced"])
    def test_each_day_of_an_exchange_is_taken_under_its_name(self, cast: Cast, state: str):
        make_exchange(cast, state, days=2)
        assert self.against(cast, -1, 0, 1, 2) == [
            "Tue 13 April 2027: the edition meets that day (Intertransfo 1).",
            "Wed 14 April 2027: the edition meets that day (Intertransfo 1).",
        ]

    def test_proposed_date_is_marked_as_not_confirmed(self, cast: Cast):
        make_exchange(cast, "proposed", days=1)
        assert self.against(cast, -1, 0, 1) == [
            "Tue 13 April 2027: the edition may meet that day (Intertransfo 1 is proposed)."
        ]

    def test_cancelled_exchanges_and_other_editions_take_no_day(self, cast: Cast):
        make_exchange(cast, "cancelled", reason="Snow")
        ExchangeFactory(first_day=self.DAY)
        assert self.against(cast, 0) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_days_taken_costs_one_statement(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for index in range(count):
            make_exchange(cast, weeks=20 + index, number=index + 1)
        with django_assert_num_queries(1):
            panels.days_taken(cast.edition.pk, [self.DAY])


class TestOverdue:
    def notes(self, cast: Cast, role: str = "S") -> list[tuple[str, str, str]]:
        notices = panels.overdue_notices(request_by(cast[role]))
        return [(str(note.text), note.href.rsplit("/", 2)[1], str(note.action)) for note in notices]

    def test_every_upcoming_state_has_a_deadline(self):
        assert set(panels.DEADLINES) == set(UPCOMING_STATES)

    @pytest.mark.parametrize(
        ("state", "weeks", "text", "button"),
        [
            ("host_confirmed", 16, "members do not know the date yet.", ("announce", "Announce the Intertransfo")),
            ("announced", 12, "nobody can register yet.", ("open-registration", "Open registration")),
            ("registration_open", 3, "registration is still open.", ("close-registration", "Close registration")),
            ("registration_closed", 0, "did it take place?", ("hold", "Record that it took place")),
        ],
    )
    def test_overdue_step_has_its_button(self, cast: Cast, state: str, weeks: int, text: str, button: tuple[str, str]):
        make_exchange(cast, state, weeks=weeks)
        assert self.notes(cast) == [(text, *button)]

    @pytest.mark.parametrize(
        ("state", "weeks"), [("host_confirmed", 17), ("announced", 13), ("registration_open", 4), ("proposed", 27)]
    )
    def test_nothing_is_visible_before_the_deadline(self, cast: Cast, state: str, weeks: int):
        make_exchange(cast, state, weeks=weeks)
        assert self.notes(cast) == []

    def test_unconfirmed_proposal_links_to_its_page(self, cast: Cast):
        exchange = make_exchange(cast)
        assert self.notes(cast) == [("date and host are not confirmed.", str(exchange.pk), "See the Intertransfo")]

    def test_unconfirmed_host_at_eighteen_weeks_can_be_replaced_with_one_button(self, cast: Cast):
        make_exchange(cast, weeks=18)
        assert self.notes(cast) == [("Rivage has not confirmed.", "ask-next", "Ask the next cohort")]

    @pytest.mark.parametrize("cohort_state", ["suspended", "withdrawn"])
    @pytest.mark.parametrize(("state", "weeks"), [("proposed", 40), ("proposed", 10), ("registration_open", 10)])
    def test_host_that_dropped_out_is_visible_at_any_time(self, cast: Cast, state: str, weeks: int, cohort_state: str):
        make_exchange(cast, state, weeks=weeks)
        type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(state=cohort_state, reason="Elections")
        assert self.notes(cast) == [("its host Rivage has dropped out.", "swap", "Choose another host")]

    def test_note_names_the_exchange_and_its_edition(self, cast: Cast):
        make_exchange(cast)
        (note,) = panels.overdue_notices(request_by(cast["S"]))
        assert note.strong == "Intertransfo 1 of La Transfo 2026–2028:"

    def test_most_urgent_exchange_is_first(self, cast: Cast):
        make_exchange(cast, weeks=20)
        make_exchange(cast, "announced", weeks=2, number=2)
        assert [text for text, _route, _action in self.notes(cast)] == [
            "nobody can register yet.",
            "date and host are not confirmed.",
        ]

    @pytest.mark.parametrize("state", ["held", "followed_up", "cancelled"])
    def test_exchanges_that_are_over_are_hidden(self, cast: Cast, state: str):
        make_exchange(cast, state, weeks=-1)
        assert self.notes(cast) == []

    def test_published_facts_are_hidden(self, cast: Cast):
        make_exchange(cast, retrospective=True)
        assert self.notes(cast) == []

    @pytest.mark.parametrize("role", "CDPMRANX")
    def test_only_lab_staff_see_overdue_exchanges(self, cast: Cast, role: str):
        make_exchange(cast)
        assert self.notes(cast, role) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_overdue_notes_cost_one_statement(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(1, count + 1):
            make_exchange(cast, weeks=number * 2, number=number)
        with django_assert_num_queries(1):
            assert len(self.notes(cast)) == count


class TestUnanswered:
    def notes(self, cast: Cast) -> list[tuple[str, str]]:
        return [(str(note.strong), note.href) for note in panels.answer_notices(request_by(cast["M"]))]

    def test_invited_people_see_a_note_until_they_answer(self, cast: Cast):
        exchange = make_exchange(cast, "registration_open", weeks=10)
        registration = RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
        RegistrationFactory(exchange=exchange, user=cast["R"], state="declined")
        assert self.notes(cast) == [("Intertransfo 1:", f"/exchanges/{exchange.pk}/answer/")]
        assert panels.answer_notices(request_by(cast["R"])) == []
        registration.state = "registered"
        registration.save()
        assert self.notes(cast) == []

    def test_note_tells_that_all_seats_are_taken(self, cast: Cast):
        exchange = make_exchange(cast, "registration_open", weeks=10, capacity=3)
        RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
        RegistrationFactory(exchange=exchange, user=cast["R"], state="registered")
        for is_full in (False, True):
            GuestFactory(exchange=exchange)
            [note] = panels.answer_notices(request_by(cast["M"]))
            assert ("All seats are taken" in note.text) == is_full
            assert str(note.answers[0][1]) == ("Join the waiting list" if is_full else "I am coming")

    def test_seats_that_people_wait_for_are_taken(self, cast: Cast):
        exchange = make_exchange(cast, "registration_open", weeks=10, capacity=2)
        RegistrationFactory(exchange=exchange, user=cast["M"], state="invited")
        RegistrationFactory(exchange=exchange, user=cast["R"], state="waitlisted")
        [note] = panels.answer_notices(request_by(cast["M"]))
        assert "All seats are taken" in note.text

    @pytest.mark.parametrize("state", ["announced", "registration_closed"])
    def test_there_is_no_note_unless_registration_is_open(self, cast: Cast, state: str):
        RegistrationFactory(exchange=make_exchange(cast, state, weeks=10), user=cast["M"], state="invited")
        assert self.notes(cast) == []


class TestHosting:
    def notes(self, cast: Cast) -> str:
        return "".join(role for role in EVERYONE if panels.hosting_notices(request_by(cast[role])))

    def test_people_who_can_confirm_see_a_note(self, cast: Cast):
        make_exchange(cast)
        assert self.notes(cast) == "CP"

    def test_there_is_no_note_long_before(self, cast: Cast):
        make_exchange(cast, weeks=30)
        assert self.notes(cast) == ""

    def test_there_is_no_note_once_confirmed(self, cast: Cast):
        make_exchange(cast, "host_confirmed")
        assert self.notes(cast) == ""

    def test_people_of_other_cohorts_see_no_note(self, cast: Cast):
        ExchangeFactory(edition=cast.edition, host=cast.other_cohort, first_day=TODAY + timedelta(weeks=20))
        assert self.notes(cast) == ""

    def test_colon_follows_the_rules_of_the_language(self, cast: Cast):
        exchange = make_exchange(cast)
        with translation.override("fr"):
            (note,) = panels.hosting_notices(request_by(cast["P"]))
            assert note.strong == gettext("%(exchange)s:") % {"exchange": exchange}

    def test_button_leads_to_the_confirmation(self, cast: Cast):
        exchange = make_exchange(cast)
        (note,) = panels.hosting_notices(request_by(cast["P"]))
        assert (note.strong, note.href, str(note.action)) == (
            "Intertransfo 1:",
            f"/exchanges/{exchange.pk}/confirm/",
            "Confirm hosting",
        )


class TestNextExchange:
    def card(self, cast: Cast, role: str = "M") -> dict[str, Any] | None:
        return panels.next_exchange(request_by(cast[role]))

    @pytest.mark.parametrize(
        ("state", "is_present"),
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
    def test_card_is_visible_from_announcement_until_the_meeting(self, cast: Cast, state: str, is_present: bool):
        make_exchange(cast, state)
        assert (self.card(cast) is not None) is is_present

    def test_card_shows_the_first_of_several(self, cast: Cast):
        make_exchange(cast, "announced", weeks=30, number=2)
        first = make_exchange(cast, "registration_open", weeks=4)
        card = self.card(cast)
        assert (card["exchange"], card["is_open"], card["is_answerable"]) == (first, True, True)

    def test_card_shows_the_persons_answer(self, cast: Cast):
        RegistrationFactory(exchange=make_exchange(cast, "registration_open"), user=cast["M"], state="registered")
        assert self.card(cast)["exchange"].own_answer == "registered"

    def test_card_is_for_everyone_in_the_edition_except_lab_staff(self, cast: Cast):
        make_exchange(cast, "announced")
        assert "".join(role for role in EVERYONE if self.card(cast, role)) == "CDPMRAN"

    def test_card_has_the_answer_buttons(self, cast: Cast):
        exchange = make_exchange(cast, "registration_open", capacity=1)
        for is_full in (False, True):
            if is_full:
                RegistrationFactory(exchange=exchange, user=cast["R"], state="registered")
            (card,) = render_panels([panels.HOME], request_by(cast["M"]))
            expected = {
                "I am coming": not is_full,
                "Join the waiting list": is_full,
                "All seats are taken": is_full,
                f"/exchanges/{exchange.pk}/answer/": True,
            }
            assert {words: words in card for words in expected} == expected

    def test_card_has_no_buttons_before_registration_opens(self, cast: Cast):
        make_exchange(cast, "announced")
        (card,) = render_panels([panels.HOME], request_by(cast["M"]))
        assert "<button" not in card

    def test_host_is_separated_from_the_dates(self, cast: Cast):
        make_exchange(cast, "announced")
        (card,) = render_panels([panels.HOME], request_by(cast["M"]))
        assert " ".join(re.sub(r"<[^>]+>", " ", card).split()).endswith("2027 · hosted by Rivage")

    def test_card_costs_one_statement(self, cast: Cast, django_assert_num_queries: Any):
        make_exchange(cast, "registration_open")
        request = request_by(cast["M"])
        with django_assert_num_queries(1):
            render_panels([panels.HOME], request)


class TestEdition:
    def rows(self, cast: Cast, role: str = "M") -> list[str]:
        context = panels.exchanges_of_edition(request_by(cast[role]), cast.edition)
        return [str(exchange) for exchange in context["exchanges"]] if context else []

    def test_panel_lists_the_exchanges_in_order(self, cast: Cast):
        make_exchange(cast, weeks=40, number=2)
        make_exchange(cast, weeks=20)
        assert self.rows(cast) == ["Intertransfo 1", "Intertransfo 2"]

    def test_panel_is_for_people_who_can_read_the_exchanges(self, cast: Cast):
        make_exchange(cast)
        assert "".join(role for role in EVERYONE if self.rows(cast, role)) == "SCDPMRAN"

    def test_panel_is_hidden_without_exchanges(self, cast: Cast):
        assert panels.exchanges_of_edition(request_by(cast["M"]), cast.edition) is None

    def test_dates_that_a_person_chose_are_not_explained(self, cast: Cast):
        make_exchange(cast, why={"window": {"for": [], "against": [], "by_hand": True}})
        (panel,) = render_panels([panels.EDITION], request_by(cast["S"]), cast.edition)
        assert ("Intertransfo 1" in panel, "Why these dates are proposed" in panel) == (True, False)

    def test_lab_staff_can_propose_the_first_exchange(self, cast: Cast):
        (panel,) = render_panels([panels.EDITION], request_by(cast["S"]), cast.edition)
        assert ("No Intertransfo yet" in panel, "/exchanges/propose/transfo-2026/" in panel) == (True, True)

    def test_panel_states_that_the_format_has_no_exchanges(self, cast: Cast):
        residency = EditionFactory(state="running", format=FormatFactory(exchange_interval_months=None))
        (panel,) = render_panels([panels.EDITION], request_by(cast["S"]), residency)
        assert "The format of this edition has no Intertransfos." in panel
        assert ("within the hour" in panel, "/exchanges/propose/" in panel) == (False, False)

    @pytest.mark.parametrize("state", ["draft", "closed"])
    def test_panel_is_hidden_for_editions_not_under_way(self, cast: Cast, state: str):
        assert render_panels([panels.EDITION], request_by(cast["S"]), EditionFactory(state=state)) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_panel_costs_one_statement(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(1, count + 1):
            make_exchange(cast, weeks=number * 10, number=number)
        request = request_by(cast["M"])
        with django_assert_num_queries(1):
            (panel,) = render_panels([panels.EDITION], request, cast.edition)
        assert panel.count("<tr>") == count + 1


class TestMarks:
    def test_timeline_has_numbered_marks(self, cast: Cast):
        make_exchange(cast, weeks=40, number=2)
        make_exchange(cast, weeks=20)
        marks = panels.marks_of_editions([cast.edition.pk])[cast.edition.pk]
        assert [(mark.number, mark.label) for mark in marks] == [("1", "Intertransfo 1"), ("2", "Intertransfo 2")]
        assert marks[0].day == TODAY + timedelta(weeks=20)

    def test_cancelled_exchanges_have_no_mark(self, cast: Cast):
        make_exchange(cast, "cancelled")
        assert panels.marks_of_editions([cast.edition.pk]) == {}

    def test_exchanges_without_a_day_have_no_mark(self, cast: Cast):
        ExchangeFactory(edition=cast.edition, retrospective=True, state="held", first_day=None, days=None)
        assert panels.marks_of_editions([cast.edition.pk]) == {}

    def test_exchange_without_a_number_is_a_dot(self, cast: Cast):
        visit = ExchangeFactory(
            edition=cast.edition, retrospective=True, state="held", number=None, first_day=date(2018, 7, 1)
        )
        assert panels.mark_of(visit).number == "•"
