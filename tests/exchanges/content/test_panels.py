"""Notes about exchanges on the home page of the people who have to act."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from exchanges.content import panels
from exchanges.models import Exchange
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.contents import CommitmentFactory, FeedbackFactory, MinutesFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from web.pages.home import HomeNotice
from web.pages.hooks import page_hooks


def request_by(person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = person
    return request


def held(cast: Cast, **more: Any) -> Exchange:
    note_texts = {"first_day": TODAY - timedelta(days=6), "number": 1, **more}
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", **note_texts)


def note_texts(notes: list[HomeNotice]) -> list[tuple[str, ...]]:
    return [(str(note.strong), str(note.text), note.href, str(note.action)) for note in notes]


def test_home_page_notes_are_registered():
    assert [page_hooks.by_app["exchanges"].notices[number] for number in (13, 14, 15)] == [
        panels.open_commitment_notices,
        panels.feedback_notices,
        panels.closing_notices,
    ]


class TestOpenCommitments:
    def notes(self, cast: Cast, role: str) -> list[tuple[str, ...]]:
        return note_texts(panels.open_commitment_notices(request_by(cast[role])))

    def test_own_commitment_has_a_button_to_update_it(self, cast: Cast):
        row = CommitmentFactory(exchange=held(cast), owner=cast["M"], what="Send the guide")
        assert self.notes(cast, "M") == [
            (
                "Your commitment:",
                "Send the guide (due 15 Jan 2027)",
                f"/exchanges/commitments/{row.pk}/close/",
                "Update the commitment",
            )
        ]

    def test_commitments_of_others_are_hidden(self, cast: Cast):
        CommitmentFactory(exchange=held(cast), owner=cast["M"])
        assert [role for role in EVERYONE if self.notes(cast, role)] == ["M"]

    @pytest.mark.parametrize("state", ["kept", "dropped"])
    def test_closed_commitments_are_hidden(self, cast: Cast, state: str):
        CommitmentFactory(exchange=held(cast), owner=cast["M"], state=state)
        assert self.notes(cast, "M") == []

    @pytest.mark.parametrize(("days", "lead"), [(0, "Your commitment:"), (-1, "Your commitment is overdue:")])
    def test_commitment_is_overdue_from_the_day_after_its_due_date(self, cast: Cast, days: int, lead: str):
        due_on = TODAY + timedelta(days=days)
        CommitmentFactory(exchange=held(cast), owner=cast["M"], made_on=date(2026, 11, 19), due_on=due_on)
        assert self.notes(cast, "M")[0][0] == lead

    def test_most_urgent_commitment_is_first(self, cast: Cast):
        exchange = held(cast)
        for day in (20, 18, 19):
            CommitmentFactory(exchange=exchange, owner=cast["M"], what=str(day), due_on=date(2027, 1, day))
        assert [note[1][:2] for note in self.notes(cast, "M")] == ["18", "19", "20"]


class TestFeedback:
    def notes(self, cast: Cast) -> list[tuple[str, ...]]:
        return note_texts(panels.feedback_notices(request_by(cast["M"])))

    def came(self, cast: Cast, state: str = "attended", **more: Any) -> Any:
        return RegistrationFactory(exchange=held(cast, **more), user=cast["M"], state=state)

    def test_people_who_came_see_a_note_about_feedback(self, cast: Cast):
        row = self.came(cast)
        assert self.notes(cast) == [
            (
                "Intertransfo 1:",
                "what should the next host keep, what should it change?",
                f"/exchanges/{row.exchange.pk}/feedback/",
                "Give feedback",
            )
        ]

    def test_note_disappears_once_feedback_is_given(self, cast: Cast):
        FeedbackFactory(registration=self.came(cast))
        assert self.notes(cast) == []

    @pytest.mark.parametrize("state", ["no_show", "registered", "declined"])
    def test_people_who_did_not_come_see_no_note(self, cast: Cast, state: str):
        self.came(cast, state)
        assert self.notes(cast) == []

    def test_note_about_feedback_stays_four_weeks(self, cast: Cast):
        self.came(cast, first_day=TODAY - timedelta(weeks=5))
        assert self.notes(cast) == []


class TestClosing:
    def notes(self, cast: Cast, role: str = "S") -> list[tuple[str, ...]]:
        return note_texts(panels.closing_notices(request_by(cast[role])))

    def test_lab_staff_see_a_note_about_missing_minutes_after_two_weeks(self, cast: Cast):
        exchange = held(cast, first_day=TODAY - timedelta(weeks=2))
        assert self.notes(cast) == [
            (
                "Intertransfo 1 of La Transfo 2026–2028:",
                "it has no minutes yet.",
                f"/exchanges/{exchange.pk}/minutes/write/",
                "Write the minutes",
            )
        ]

    def test_lab_staff_see_a_note_to_close_an_exchange_with_minutes(self, cast: Cast):
        exchange = held(cast, first_day=TODAY - timedelta(weeks=2))
        MinutesFactory(exchange=exchange)
        assert self.notes(cast)[0][1:] == (
            "it is not closed yet.",
            f"/exchanges/{exchange.pk}/close/",
            "Close the Intertransfo",
        )
        [note] = panels.closing_notices(request_by(cast["S"]))
        assert note.when == "held on 10 Nov 2026"

    def test_there_is_no_note_before_two_weeks(self, cast: Cast):
        held(cast, first_day=TODAY - timedelta(days=13))
        assert self.notes(cast) == []

    def test_only_lab_staff_see_the_note_to_close(self, cast: Cast):
        held(cast, first_day=TODAY - timedelta(weeks=2))
        assert [role for role in EVERYONE if self.notes(cast, role)] == ["S"]
