"""What the history says: values in words, things by their names, and only what changed."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import DateField, ForeignKey, JSONField, SlugField
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pghistory.models import Event

import history.changes as reading
from canvases.models import CanvasCell
from cohorts.models import Cohort, Phase, Session, SessionDay, Stakeholder
from exchanges.models import Exchange
from history.changes import columns_of
from history.entries import HAPPENED, Change, Entry, change, entries
from history.names import looked_up, names
from history.wording import label, listed, worded
from notifications.models import Delivery, DeliveryItem, Reminder
from programmes.models import LadderStep
from prototypes.models import Idea, Trial
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.programmes import FormatFactory, LadderStepFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.sql import update
from web.history_pages import LEFT_OUT, NAMED, WORDED, histories

NARROW = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"


def field(model: type, name: str) -> Any:
    return model._meta.get_field(name)


def shown_models() -> list[Any]:
    """Those whose history has a page, or belongs to one."""
    kept: list[Any] = [model for model in apps.get_models() if issubclass(model, Event) and model._meta.managed]
    return [model.pgh_tracked_model for model in kept if model.pgh_tracked_model not in LEFT_OUT]


# Slugs that are words: the part of an address people chose.
ADDRESSES = {("Authority", "slug"), ("Cohort", "slug"), ("Edition", "slug"), ("Programme", "slug")}


def test_no_column_shows_a_slug_of_the_code_or_brackets_without_words():
    told = {
        (model.__name__, one.name)
        for model in shown_models()
        for one in columns_of(model)
        if isinstance(one, SlugField | JSONField | ArrayField) and one.name not in WORDED.get(model, {})
    }
    assert told == ADDRESSES


def test_no_choice_is_shown_by_the_slug_of_the_code():
    """A label with an underline in it is none; a model whose choices are bare slugs has words for them."""
    bare = {
        (model.__name__, one.name)
        for model in shown_models()
        for one in columns_of(model)
        for value, label in one.flatchoices or ()
        if "_" in str(label) and one.name not in WORDED.get(model, {})
    }
    assert bare == set()


def test_no_two_columns_of_a_row_have_one_name():
    with override("en"):
        named = {model.__name__: Counter(label(one) for one in columns_of(model)) for model in shown_models()}
    assert {(name, word) for name, words in named.items() for word, times in words.items() if times > 1} == set()


@pytest.mark.parametrize(
    ("model", "column", "told"),
    [
        (Cohort, "actual_start_precision", "Started on: precision"),
        (Cohort, "actual_end_precision", "Ended on: precision"),
        (SessionDay, "date_precision", "Date: precision"),
        (Idea, "state_precision", "In this state since: precision"),
        (Cohort, "actual_start", "Started on"),
        (Idea, "title", "Title"),
    ],
)
def test_how_precisely_a_day_is_known_says_of_which_day(model: type, column: str, told: str):
    with override("en"):
        assert label(field(model, column)) == told


def test_that_column_stands_behind_its_day():
    """By its name too, unless it is the only one of its row."""
    behind = {}
    for model in shown_models():
        columns = model._meta.concrete_fields
        pairs = [(day, one) for day, one in pairwise(columns) if one.name.endswith("precision")]
        assert all(isinstance(day, DateField) for day, _one in pairs), model
        behind |= {(model, day.name): one.name for day, one in pairs}
    begun = {(model.__name__, day) for (model, day), name in behind.items() if day.split("_")[0] != name.split("_")[0]}
    assert len(behind) > 15
    assert begun == {("IdeaEvent", "effective_on")}


def test_whatever_a_row_leads_to_has_a_name():
    led_to = {one.related_model for model in shown_models() for one in columns_of(model) if isinstance(one, ForeignKey)}
    assert led_to - set(NAMED) == set()


@pytest.mark.django_db
def test_all_names_are_read_in_one_statement():
    with CaptureQueriesContext(connection) as seen:
        assert looked_up({model: {0} for model in NAMED}).known == {}
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("model", "column", "value", "english", "french"),
    [
        (Session, "remarks", [], "none", "vide"),
        (Reminder, "was", {}, "none", "vide"),
        (Idea, "title", "", "none", "vide"),
        (Idea, "merged_into", None, "none", "vide"),
        (Idea, "shared_with_edition", True, "yes", "oui"),
        (Idea, "shared_with_edition", False, "no", "non"),
        (Idea, "state_since", "2026-11-24", "24 Nov 2026", "24/11/2026"),
        (SessionDay, "starts_at", "14:30:00", "14:30", f"14{HARD}h{HARD}30"),
        (Trial, "locked_at", "2026-11-24T13:30:00+00:00", "24 Nov 2026 14:30", f"24/11/2026 14{HARD}h{HARD}30"),
        (Trial, "threshold", "12.50", "12.5", "12,5"),
        (Session, "remarks", ["weekend", "bridge"], "On a weekend. On a day between two days off.", None),
        (Exchange, "why", {"host": {"reason": "by_hand"}}, "This host: the lab proposed it.", None),
        (Exchange, "why", {"passed": [3]}, "none", None),
        (LadderStep, "offset", "-16w", "16 weeks before", None),
        (LadderStep, "audience", "lab", "the lab", None),
        (CanvasCell, "lane", "legal_basis", "Legal basis", None),
        (Phase, "kind", "test_case", "test case", None),
        (Delivery, "reason", "nobody_wrote_words", "nobody_wrote_words", "nobody_wrote_words"),
    ],
)
def test_a_value_is_said_as_people_say_it(model: type, column: str, value: Any, english: str, french: str | None):
    with override("en"):
        assert worded(field(model, column), value) == english
    with override("fr"):
        assert french is None or worded(field(model, column), value) == french


def test_why_these_days_and_this_host():
    reason = {"days": [], "members": 0, "zones": ["B"], "participants": []}
    window = {"for": [{"slug": "midweek", **reason}], "against": [{"slug": "school_holiday", **reason}]}
    with override("en"):
        said = worded(field(Exchange, "why"), {"window": window, "host": {"reason": "by_hand"}})
    assert said == (
        "For these days: midweek. Against these days: school holidays in zone B. This host: the lab proposed it."
    )


def test_a_reminder_is_named_by_whom_it_is_for_and_what_it_says():
    row = {"kind": "exchange", "letter": "exchange_programme", "audience": "registered"}
    with override("en"):
        assert worded(field(Reminder, "letter"), row["letter"], row) == "Registered: the programme"
        assert worded(field(Reminder, "kind"), "exchange", row) == "Intertransfos"
        assert worded(field(DeliveryItem, "reason"), "overtaken") == "the next reminder is sent earlier"


def test_a_level_is_said_by_the_scale_of_its_lane():
    with override("en"):
        told = [worded(field(CanvasCell, "level"), 2, {"lane": lane}) for lane in ("digital_ease", "costs")]
    assert told == ["with help", "2"]


def test_what_has_parts_is_said_without_brackets():
    with override("en"):
        assert listed({"host": "Metz", "last_day": None, "on": [1, True]}) == "host: Metz; last day: none; on: 1, yes"


LONG = "A bus that comes when people call it, in the evening, for all the villages around. "


class TestChange:
    def test_what_only_spaces_tell_apart_is_said(self):
        with override("en"):
            assert change(field(Idea, "summary"), "One  two", "One two\n") == Change(
                "Summary", after="only spaces or line breaks changed"
            )

    def test_a_long_text_keeps_both_ends_of_what_stayed_and_all_that_changed(self):
        before, after = LONG * 9, LONG * 4 + "A boat, too. " + LONG * 5
        with override("en"):
            pieces = change(field(Idea, "summary"), before, after).pieces
        assert [piece.change for piece in pieces] == ["same", "added", "same"]
        assert (pieces[1].text, max(len(piece.text) for piece in pieces)) == ("boat, too. A ", 123)

    def test_texts_of_thousands_of_words_are_compared_sentence_by_sentence(self):
        before = "".join(f"Sentence number {n} is here. " for n in range(300))
        after = before.replace("number 7 is", "number 7 was").replace("number 290 is", "number 290 was")
        pieces = [piece for piece in change(field(Idea, "summary"), before, after).pieces if piece.change != "same"]
        assert [piece.change for piece in pieces] == ["removed", "added"] * 2
        assert max(len(piece.text) for piece in pieces) < 40

    def test_a_new_long_text_is_all_new(self):
        with override("en"):
            [piece] = change(field(Idea, "summary"), "none", LONG).pieces
        assert (piece.change, piece.text) == ("added", LONG)


def told(slug: str, pk: int) -> list[Entry]:
    page = reading.lines(histories[slug], pk, reading.Asked(), page="1")
    rows = reading.rows(page.rows)
    return entries(rows, names(rows))


def said(entry: Entry) -> dict[str, tuple[str, str]]:
    return {one.label: (one.before, one.after) for one in entry.changes}


@pytest.mark.django_db
class TestNames:
    @pytest.fixture(autouse=True)
    def _english(self):
        with override("en"):
            yield

    def test_a_foreign_key_is_said_by_name_before_and_after(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        update(idea, owner_id=cast["M"].pk)
        assert said(told("idea", idea.pk)[0]) == {"Owner": ("Pilot Rivage", "Ambassador Rivage")}

    def test_what_became_empty_says_so(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, summary="A bus", challenge=ChallengeFactory(cohort=cast.cohort))
        update(idea, summary="", challenge_id=None)
        assert [one.after for one in told("idea", idea.pk)[0].changes] == ["none", "none"]

    def test_what_is_gone_is_no_number_either(self, cast: Cast):
        met = StakeholderFactory(cohort=cast.cohort, name="The ferry company")
        row = AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=met)
        session = row.day.session_id
        row.delete()
        Stakeholder.objects.filter(pk=met.pk).delete()
        birth = next(one for one in told("session", session) if one.what == "Attendance" and one.changes)
        assert said(birth)["Stakeholder"] == ("", "no longer exists")

    def test_rows_without_a_title_are_named_by_whom_they_are_about(self, cast: Cast):
        member = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Ada Lovelace"))
        AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=member)
        assert {(one.what, one.name) for one in told("member", member.pk)} == {
            ("Membership", "Ada Lovelace"),
            ("Attendance", "Ada Lovelace"),
        }

    def test_a_row_bears_the_name_it_had(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
        update(idea, title="Carpool for all")
        assert [one.name for one in told("idea", idea.pk) if one.what == "Idea"][:2] == ["Carpool for all", "Carpool"]

    def test_what_changed_out_of_sight_is_said_to_be(self):
        """Where a letter stands in its ladder is nothing to read."""
        draft = FormatFactory(published_at=None, phases=())
        update(LadderStepFactory(format=draft), position=77)
        [moved] = [one for one in told("format", draft.pk) if one.happened == HAPPENED["update"]]
        assert (moved.what, moved.unseen, moved.changes) == ("Reminder of a schedule", True, ())
