"""What exchanges leave to do, on the home page of those who have to do it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from exchanges.content import panels
from exchanges.models import Exchange
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.contents import CommitmentFactory, FeedbackFactory, MinutesFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from web.pages.home import Attention, attention


def request_of(person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = person
    return request


def held(cast: Cast, **more: Any) -> Exchange:
    told = {"first_day": TODAY - timedelta(days=6), "number": 1, **more}
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", **told)


def told(notes: list[Attention]) -> list[tuple[str, ...]]:
    return [(str(note.strong), str(note.text), note.href, str(note.action)) for note in notes]


def test_they_are_registered():
    assert [attention[slug] for slug in ("commitments", "feedback", "closing")] == [
        panels.what_was_promised,
        panels.what_was_thought,
        panels.what_is_not_closed,
    ]


class TestPromises:
    def notes(self, cast: Cast, letter: str) -> list[tuple[str, ...]]:
        return told(panels.what_was_promised(request_of(cast[letter])))

    def test_ones_own_with_the_button_that_deals_with_it(self, cast: Cast):
        row = CommitmentFactory(exchange=held(cast), owner=cast["M"], what="Send the guide")
        assert self.notes(cast, "M") == [
            (
                "Your commitment:",
                "Send the guide (due 15 Jan 2027)",
                f"/exchanges/commitments/{row.pk}/close/",
                "Update the commitment",
            )
        ]

    def test_nobody_elses(self, cast: Cast):
        CommitmentFactory(exchange=held(cast), owner=cast["M"])
        assert [letter for letter in EVERYONE if self.notes(cast, letter)] == ["M"]

    @pytest.mark.parametrize("state", ["kept", "dropped"])
    def test_not_once_closed(self, cast: Cast, state: str):
        CommitmentFactory(exchange=held(cast), owner=cast["M"], state=state)
        assert self.notes(cast, "M") == []

    @pytest.mark.parametrize(("days", "lead"), [(0, "Your commitment:"), (-1, "Your commitment is overdue:")])
    def test_late_from_the_day_after(self, cast: Cast, days: int, lead: str):
        due_on = TODAY + timedelta(days=days)
        CommitmentFactory(exchange=held(cast), owner=cast["M"], made_on=date(2026, 11, 19), due_on=due_on)
        assert self.notes(cast, "M")[0][0] == lead

    def test_the_most_urgent_first(self, cast: Cast):
        exchange = held(cast)
        for day in (20, 18, 19):
            CommitmentFactory(exchange=exchange, owner=cast["M"], what=str(day), due_on=date(2027, 1, day))
        assert [note[1][:2] for note in self.notes(cast, "M")] == ["18", "19", "20"]


class TestFeedback:
    def notes(self, cast: Cast) -> list[tuple[str, ...]]:
        return told(panels.what_was_thought(request_of(cast["M"])))

    def came(self, cast: Cast, state: str = "attended", **more: Any) -> Any:
        return RegistrationFactory(exchange=held(cast, **more), user=cast["M"], state=state)

    def test_who_came_is_asked(self, cast: Cast):
        row = self.came(cast)
        assert self.notes(cast) == [
            (
                "Intertransfo 1:",
                "what should the next host keep, what should it change?",
                f"/exchanges/{row.exchange.pk}/feedback/",
                "Give feedback",
            )
        ]

    def test_once(self, cast: Cast):
        FeedbackFactory(registration=self.came(cast))
        assert self.notes(cast) == []

    @pytest.mark.parametrize("state", ["no_show", "registered", "declined"])
    def test_nobody_else(self, cast: Cast, state: str):
        self.came(cast, state)
        assert self.notes(cast) == []

    def test_while_they_remember(self, cast: Cast):
        self.came(cast, first_day=TODAY - timedelta(weeks=5))
        assert self.notes(cast) == []


class TestClosing:
    def notes(self, cast: Cast, letter: str = "S") -> list[tuple[str, ...]]:
        return told(panels.what_is_not_closed(request_of(cast[letter])))

    def test_two_weeks_after_it_lab_staff_are_asked_for_the_minutes(self, cast: Cast):
        exchange = held(cast, first_day=TODAY - timedelta(weeks=2))
        assert self.notes(cast) == [
            (
                "Intertransfo 1 of La Transfo 2026–2028:",
                "it has no minutes yet.",
                f"/exchanges/{exchange.pk}/minutes/write/",
                "Write the minutes",
            )
        ]

    def test_then_to_close_it(self, cast: Cast):
        exchange = held(cast, first_day=TODAY - timedelta(weeks=2))
        MinutesFactory(exchange=exchange)
        assert self.notes(cast)[0][1:] == (
            "it is not closed yet.",
            f"/exchanges/{exchange.pk}/follow-up/",
            "Close the Intertransfo",
        )

    def test_not_before(self, cast: Cast):
        held(cast, first_day=TODAY - timedelta(days=13))
        assert self.notes(cast) == []

    def test_nobody_else(self, cast: Cast):
        held(cast, first_day=TODAY - timedelta(weeks=2))
        assert [letter for letter in EVERYONE if self.notes(cast, letter)] == ["S"]
