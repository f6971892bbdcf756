"""The texts of the history: values in words, names of rows, and only what changed."""

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
from history.entries import KIND_OF_CHANGE, FieldChange, HistoryEntry, entries, field_change
from history.names import look_up, names_in
from history.wording import column_label, parts_text, value_text
from notifications.models import Delivery, DeliveryItem, Reminder
from programmes.models import ReminderStep
from prototypes.models import Idea, Trial
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.programmes import FormatFactory, ReminderStepFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.sql import update
from web.history_pages import MODELS_WITHOUT_PAGE, NAME_PATHS, VALUE_TEXTS, histories

NARROW = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"


def field(model: type, name: str) -> Any:
    return model._meta.get_field(name)


def models_with_history() -> list[Any]:
    """Return the models whose history is on a page."""
    event_models: list[Any] = [model for model in apps.get_models() if issubclass(model, Event) and model._meta.managed]
    return [model.pgh_tracked_model for model in event_models if model.pgh_tracked_model not in MODELS_WITHOUT_PAGE]


# Slugs that are words: the part of an address people chose.
ADDRESSES = {(model, "slug") for model in ("Authority", "Call", "Cohort", "Edition", "Programme", "Publication")}


def test_every_slug_and_json_column_has_value_texts():
    columns = {
        (model.__name__, one.name)
        for model in models_with_history()
        for one in columns_of(model)
        if isinstance(one, SlugField | JSONField | ArrayField) and one.name not in VALUE_TEXTS.get(model, {})
    }
    assert columns == ADDRESSES


def test_every_choice_has_a_label():
    """A label with an underscore is a slug; models whose choices have no labels need value texts."""
    bare = {
        (model.__name__, one.name)
        for model in models_with_history()
        for one in columns_of(model)
        for value, text in one.flatchoices or ()
        if "_" in str(text) and one.name not in VALUE_TEXTS.get(model, {})
    }
    assert bare == set()


def test_columns_of_a_model_have_different_labels():
    with override("en"):
        named = {
            model.__name__: Counter(column_label(one) for one in columns_of(model)) for model in models_with_history()
        }
    assert {(name, word) for name, words in named.items() for word, times in words.items() if times > 1} == set()


@pytest.mark.parametrize(
    ("model", "column", "label"),
    [
        (Cohort, "actual_start_precision", "Started on: precision"),
        (Cohort, "actual_end_precision", "Ended on: precision"),
        (SessionDay, "date_precision", "Date: precision"),
        (Idea, "state_precision", "In this state since: precision"),
        (Cohort, "actual_start", "Started on"),
        (Idea, "title", "Title"),
    ],
)
def test_a_precision_column_names_its_date(model: type, column: str, label: str):
    with override("en"):
        assert column_label(field(model, column)) == label


def test_a_precision_column_follows_its_date():
    """Its name names the date too, unless it is the only precision of its model."""
    behind = {}
    for model in models_with_history():
        columns = model._meta.concrete_fields
        pairs = [(day, one) for day, one in pairwise(columns) if one.name.endswith("precision")]
        assert all(isinstance(day, DateField) for day, _one in pairs), model
        behind |= {(model, day.name): one.name for day, one in pairs}
    begun = {(model.__name__, day) for (model, day), name in behind.items() if day.split("_")[0] != name.split("_")[0]}
    assert len(behind) > 15
    assert begun == {("IdeaEvent", "effective_on")}


def test_every_foreign_key_target_has_a_name():
    led_to = {
        one.related_model for model in models_with_history() for one in columns_of(model) if isinstance(one, ForeignKey)
    }
    assert led_to - set(NAME_PATHS) == set()


@pytest.mark.django_db
def test_all_names_are_read_in_one_statement():
    with CaptureQueriesContext(connection) as seen:
        assert look_up({model: {0} for model in NAME_PATHS}).by_key == {}
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("model", "column", "value", "english", "french"),
    [
        (Session, "remarks", [], "none", "vide"),
        (Reminder, "previous_details", {}, "none", "vide"),
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
        (ReminderStep, "offset", "-16w", "16 weeks before", None),
        (ReminderStep, "audience", "lab", "the lab", None),
        (CanvasCell, "lane", "legal_basis", "Legal basis", None),
        (Phase, "kind", "test_case", "test case", None),
        (Delivery, "reason", "nobody_wrote_words", "nobody_wrote_words", "nobody_wrote_words"),
    ],
)
def test_values_are_shown_in_the_readers_language(
    model: type, column: str, value: Any, english: str, french: str | None
):
    with override("en"):
        assert value_text(field(model, column), value) == english
    with override("fr"):
        assert french is None or value_text(field(model, column), value) == french


def test_reasons_for_dates_and_host_are_shown_in_words():
    reason = {"days": [], "members": 0, "zones": ["B"], "participants": []}
    window = {"for": [{"slug": "midweek", **reason}], "against": [{"slug": "school_holiday", **reason}]}
    with override("en"):
        text = value_text(field(Exchange, "why"), {"window": window, "host": {"reason": "by_hand"}})
    assert text == (
        "For these days: midweek. Against these days: school holidays in zone B. This host: the lab proposed it."
    )


def test_a_reminder_is_named_by_recipients_and_content():
    row = {"kind": "exchange", "email_type": "exchange_programme", "audience": "registered"}
    with override("en"):
        assert value_text(field(Reminder, "email_type"), row["email_type"], row) == "Registered: the programme"
        assert value_text(field(Reminder, "kind"), "exchange", row) == "Intertransfos"
        assert value_text(field(DeliveryItem, "reason"), "superseded") == "the next reminder is sent earlier"


def test_a_level_is_shown_by_the_scale_of_its_lane():
    with override("en"):
        labels = [value_text(field(CanvasCell, "level"), 2, {"lane": lane}) for lane in ("digital_ease", "costs")]
    assert labels == ["with help", "2"]


def test_objects_and_lists_are_shown_without_brackets():
    with override("en"):
        text = parts_text({"host": "Metz", "last_day": None, "on": [1, True]})
    assert text == "host: Metz; last day: none; on: 1, yes"


LONG = "A bus that comes when people call it, in the evening, for all the villages around. "


class TestFieldChange:
    def test_a_change_of_spaces_only_is_named(self):
        with override("en"):
            assert field_change(field(Idea, "summary"), "One  two", "One two\n") == FieldChange(
                "Summary", after="only spaces or line breaks changed"
            )

    def test_a_long_text_shows_its_changes_with_some_context(self):
        before, after = LONG * 9, LONG * 4 + "A boat, too. " + LONG * 5
        with override("en"):
            pieces = field_change(field(Idea, "summary"), before, after).pieces
        assert [piece.kind for piece in pieces] == ["same", "added", "same"]
        assert (pieces[1].text, max(len(piece.text) for piece in pieces)) == ("boat, too. A ", 123)

    def test_very_long_texts_are_compared_by_sentence(self):
        before = "".join(f"Sentence number {n} is here. " for n in range(300))
        after = before.replace("number 7 is", "number 7 was").replace("number 290 is", "number 290 was")
        pieces = [piece for piece in field_change(field(Idea, "summary"), before, after).pieces if piece.kind != "same"]
        assert [piece.kind for piece in pieces] == ["removed", "added"] * 2
        assert max(len(piece.text) for piece in pieces) < 40

    def test_a_new_long_text_is_one_added_piece(self):
        with override("en"):
            [piece] = field_change(field(Idea, "summary"), "none", LONG).pieces
        assert (piece.kind, piece.text) == ("added", LONG)


def history_of(slug: str, pk: int) -> list[HistoryEntry]:
    page = reading.page_of_lines(histories[slug], pk, reading.HistoryQuery(), page="1")
    rows = reading.changed_rows(page.rows)
    return entries(rows, names_in(rows))


def changes_of(entry: HistoryEntry) -> dict[str, tuple[str, str]]:
    return {one.label: (one.before, one.after) for one in entry.changes}


@pytest.mark.django_db
class TestNames:
    @pytest.fixture(autouse=True)
    def _english(self):
        with override("en"):
            yield

    def test_a_foreign_key_is_shown_by_name_before_and_after(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        update(idea, owner_id=cast["M"].pk)
        assert changes_of(history_of("idea", idea.pk)[0]) == {"Owner": ("Pilot Rivage", "Ambassador Rivage")}

    def test_an_emptied_field_is_shown_as_none(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, summary="A bus", challenge=ChallengeFactory(cohort=cast.cohort))
        update(idea, summary="", challenge_id=None)
        assert [one.after for one in history_of("idea", idea.pk)[0].changes] == ["none", "none"]

    def test_a_deleted_target_is_shown_as_no_longer_existing(self, cast: Cast):
        met = StakeholderFactory(cohort=cast.cohort, name="The ferry company")
        row = AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=None, stakeholder=met)
        session = row.day.session_id
        row.delete()
        Stakeholder.objects.filter(pk=met.pk).delete()
        birth = next(one for one in history_of("session", session) if one.object_kind == "Attendance" and one.changes)
        assert changes_of(birth)["Stakeholder"] == ("", "no longer exists")

    def test_rows_without_a_title_are_named_by_their_person(self, cast: Cast):
        member = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Ada Lovelace"))
        AttendanceFactory(day=SessionFactory(cohort=cast.cohort).days.get(), member=member)
        assert {(one.object_kind, one.object_name) for one in history_of("member", member.pk)} == {
            ("Membership", "Ada Lovelace"),
            ("Attendance", "Ada Lovelace"),
        }

    def test_a_row_is_shown_by_its_name_at_the_time(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
        update(idea, title="Carpool for all")
        assert [one.object_name for one in history_of("idea", idea.pk) if one.object_kind == "Idea"][:2] == [
            "Carpool for all",
            "Carpool",
        ]

    def test_a_change_of_hidden_columns_is_marked(self):
        """The position of an e-mail in its reminder schedule is a hidden column."""
        draft = FormatFactory(published_at=None, phases=())
        update(ReminderStepFactory(format=draft), position=77)
        [moved] = [one for one in history_of("format", draft.pk) if one.kind_of_change == KIND_OF_CHANGE["update"]]
        assert (moved.object_kind, moved.only_hidden_changes, moved.changes) == ("Reminder of a schedule", True, ())
