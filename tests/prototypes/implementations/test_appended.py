"""Implementations are appended: a later one leaves the earlier one as recorded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from prototypes import actions
from prototypes.implementations.models import live_day
from prototypes.models import Idea, Implementation
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory
from tests.prototypes.pages import page, send
from tests.sql import force, insert_like, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
IN_PART, IN_FULL = date(2026, 8, 20), date(2026, 10, 1)


def mark(idea: Idea, cast: Cast, **values: Any) -> Implementation:
    values = {"scope": "full", "evidence": "Delibération", "on": IN_FULL} | values
    return actions.mark_implemented(idea=idea, by=cast["A"], at=AT, **values)


@pytest.fixture
def idea(cast: Cast) -> Idea:
    """An idea that is live in part, then in full."""
    idea = IdeaFactory(cohort=cast.cohort, state="implementing", title="Une borne")
    mark(idea, cast, scope="partial", on=IN_PART, evidence="Trial opening", unit="Accueil")
    mark(idea, cast, evidence="Budget vote")
    return idea


def recorded(idea: Idea) -> list[tuple[str, str, date | None, str, str]]:
    return list(idea.implementations.order_by("pk").values_list("scope", "state", "live_on", "evidence", "unit"))


def test_full_implementation_leaves_the_partial_one_as_recorded(idea: Idea):
    assert recorded(idea) == [
        ("partial", "live", IN_PART, "Trial opening", "Accueil"),
        ("full", "live", IN_FULL, "Budget vote", "Accueil"),
    ]


def test_timeline_and_sidebar_show_both_implementations(cast: Cast, idea: Idea):
    text = page(cast["P"], idea.get_absolute_url())
    assert [text.count(evidence) for evidence in ("Trial opening", "Budget vote")] == [2, 2]


def test_events_page_lists_each_implementation_with_its_evidence(cast: Cast, idea: Idea):
    text = page(cast["P"], f"/ideas/{idea.pk}/events/")
    assert [text.count(words) for words in ("Trial opening", "Budget vote", '<td data-label="Scope">partial</td>')] == [
        1,
        1,
        1,
    ]


def test_several_partial_implementations_are_kept(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="implementing")
    for day in (IN_PART, IN_FULL):
        mark(idea, cast, scope="partial", on=day, unit="Accueil")
    assert [(scope, day) for scope, _, day, *_ in recorded(idea)] == [("partial", IN_PART), ("partial", IN_FULL)]


def test_same_implementation_sent_twice_is_recorded_once(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="implementing")
    mark(idea, cast, scope="partial", on=IN_PART)
    with pytest.raises(DomainError) as refused:
        mark(idea, cast, scope="partial", on=IN_PART)
    assert (refused.value.field, idea.implementations.count()) == ("unit", 1)


def test_withdrawn_full_implementation_leaves_the_partial_one_live(cast: Cast, idea: Idea):
    event = idea.events.get(state="implemented")
    actions.correct_event(event=event, state="implementing", reason="Too early", by=cast["A"], at=AT)
    assert [(scope, state) for scope, state, *_ in recorded(idea)] == [("partial", "live"), ("full", "withdrawn")]


def test_end_of_the_full_implementation_ends_the_partial_one_of_the_same_unit(cast: Cast, idea: Idea):
    row = idea.implementations.get(scope="full")
    actions.discontinue_implementation(implementation=row, reason="Budget", by=cast["A"], at=AT)
    assert [state for _, state, *_ in recorded(idea)] == ["discontinued", "discontinued"]


class TestEndOfAFullImplementationMarkedWithAnEarlierDay:
    """Partial since 1 October; then marked as full since 15 September, in the same unit."""

    @pytest.fixture
    def full(self, cast: Cast) -> Implementation:
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        mark(idea, cast, scope="partial", on=IN_FULL, unit="Accueil")
        mark(idea, cast, on=date(2026, 9, 15), unit="Accueil")
        return idea.implementations.get(scope="full")

    def states_after_the_end(self, full: Implementation, cast: Cast, on: date) -> list[str]:
        actions.discontinue_implementation(implementation=full, reason="Budget", by=cast["A"], at=AT, on=on)
        return [state for _, state, *_ in recorded(full.idea)]

    def test_partial_implementation_live_on_that_day_ends_with_it(self, cast: Cast, full: Implementation):
        assert self.states_after_the_end(full, cast, IN_FULL) == ["discontinued", "discontinued"]

    def test_partial_implementation_live_from_the_next_day_stays(self, cast: Cast, full: Implementation):
        assert self.states_after_the_end(full, cast, date(2026, 9, 30)) == ["live", "discontinued"]


class TestLastUpdate:
    def test_partial_implementation_counts_on_the_day_it_went_live(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        before = idea.last_update_on
        ImplementationFactory(idea=idea, scope="partial", live_on=IN_FULL)
        idea.refresh_from_db()
        assert (before, idea.last_update_on) == (date(2026, 8, 3), IN_FULL)

    def test_partial_implementation_recorded_late_counts_on_the_day_of_recording(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=IN_PART, created_on=date(2026, 11, 20))
        idea.refresh_from_db()
        assert idea.last_update_on == date(2026, 11, 20)

    def test_replication_is_no_update_of_the_idea(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        before = idea.last_update_on
        ImplementationFactory(
            idea=idea, kind="replication", authority=AuthorityFactory(), live_on=IN_FULL, created_on=date(2026, 11, 20)
        )
        idea.refresh_from_db()
        assert idea.last_update_on == before


class TestCorrection:
    def correct(self, row: Implementation, cast: Cast, **values: Any) -> Implementation:
        return actions.correct_implementation(implementation=row, reason="Wrong page", by=cast["A"], at=AT, **values)

    def test_correction_names_the_old_row_and_the_reason(self, cast: Cast, idea: Idea):
        old = idea.implementations.get(scope="partial")
        new = self.correct(old, cast, evidence="Opening on 1 September", on=date(2026, 9, 1))
        old.refresh_from_db()
        assert (new.corrects, new.correction_reason, new.state, new.live_on, new.evidence, new.unit) == (
            old,
            "Wrong page",
            "live",
            date(2026, 9, 1),
            "Opening on 1 September",
            "Accueil",
        )
        assert (old.state, old.reason, old.live_on, old.evidence) == (
            "withdrawn",
            "Wrong page",
            IN_PART,
            "Trial opening",
        )

    def test_corrected_discontinued_implementation_keeps_its_reason(self, cast: Cast):
        old = ImplementationFactory(
            idea=IdeaFactory(cohort=cast.cohort, state="implementing"), scope="partial", state="discontinued"
        )
        new = self.correct(old, cast, evidence="Other page")
        old.refresh_from_db()
        assert (new.state, new.ended_on, new.reason, old.reason) == (
            "discontinued",
            date(2026, 10, 1),
            "Ended by the tests",
            "Ended by the tests",
        )

    def test_date_of_a_full_implementation_is_corrected_with_its_event(self, cast: Cast, idea: Idea):
        with pytest.raises(DomainError) as refused:
            self.correct(idea.implementations.get(scope="full"), cast, on=date(2026, 9, 1))
        assert refused.value.field == "on"

    @pytest.mark.parametrize(
        ("recorded_as", "corrected_to", "reason"),
        [
            (
                "full",
                "partial",
                "This implementation is the reason why the idea counts as implemented. Correct the"
                " “implemented” event of the idea first, then record the partial implementation.",
            ),
            (
                "partial",
                "full",
                "A partial implementation cannot become a full one. Mark the idea as implemented instead.",
            ),
        ],
    )
    def test_scope_that_changes_what_the_idea_counts_as_is_refused_with_its_own_reason(
        self, cast: Cast, idea: Idea, recorded_as: str, corrected_to: str, reason: str
    ):
        with pytest.raises(DomainError) as refused, translation.override("en"):
            self.correct(idea.implementations.get(scope=recorded_as), cast, scope=corrected_to)
        assert (refused.value.field, str(refused.value)) == ("scope", reason)

    def test_corrected_event_leaves_the_first_day_in_a_row_of_its_own(self, cast: Cast, idea: Idea):
        event = idea.events.get(state="implemented")
        actions.correct_event(
            event=event, state="implemented", on=date(2026, 9, 15), reason="September", by=cast["A"], at=AT
        )
        rows = idea.implementations.filter(scope="full").order_by("pk")
        assert [(row.state, row.live_on, row.correction_reason) for row in rows] == [
            ("withdrawn", IN_FULL, ""),
            ("live", date(2026, 9, 15), "September"),
        ]
        assert rows[1].corrects == rows[0]

    def test_correction_page_asks_for_a_reason_and_shows_the_first_record(self, cast: Cast, idea: Idea):
        old = idea.implementations.get(scope="partial")
        values = {"scope": "partial", "unit": "Accueil", "evidence": "Other page", "reason": "Wrong page"}
        url = f"/implementations/{old.pk}/correct/"
        send(cast["A"], url, **values, on="2026-09-01", precision="day")
        text = page(cast["P"], idea.get_absolute_url())
        assert [text.count(words) for words in ("Corrected: Wrong page", "First recorded: 20 Aug")] == [1, 1]

    @pytest.mark.parametrize("state", ["planned", "failed", "withdrawn"])
    def test_only_implementations_that_were_live_can_be_corrected(self, state: str):
        row = ImplementationFactory(state=state)
        with refused_by("implementation_correction"):
            insert_like(row, state="live", corrects_id=row.pk, correction_reason="Why", ended_on=None, unit="Other")

    def test_correction_of_a_row_of_another_idea_is_refused(self):
        row, other = ImplementationFactory(scope="partial"), ImplementationFactory(scope="partial")
        with refused_by("implementation_correction"):
            insert_like(row, corrects_id=other.pk, correction_reason="Why")

    def test_correction_needs_a_reason(self):
        row = ImplementationFactory(scope="partial")
        with refused_by("implementation_correction_reason"):
            insert_like(row, corrects_id=row.pk, correction_reason="")

    def test_reason_without_a_row_to_correct_is_refused(self):
        with refused_by("implementation_correction_reason"):
            insert_like(ImplementationFactory(state="planned"), unit="Other", correction_reason="Why")

    def test_row_is_corrected_once(self, cast: Cast, idea: Idea):
        old = idea.implementations.get(scope="partial")
        self.correct(old, cast, evidence="Second page")
        with refused_by("implementation_correction"):
            insert_like(old, corrects_id=old.pk, correction_reason="Why", state="live")

    def test_second_correction_of_a_row_is_refused_by_its_own_constraint(self, cast: Cast, idea: Idea):
        """The constraint holds even if the first correction had left the row live."""
        old = idea.implementations.get(scope="partial")
        self.correct(old, cast, evidence="Second page")
        force(old, state="live", reason="", unit="Old")
        with refused_by("implementation_corrected_once"):
            insert_like(old, corrects_id=old.pk, correction_reason="Why", unit="Other")


class TestLiveDay:
    def test_live_day_is_that_of_the_first_full_or_adapted_implementation(self, idea: Idea):
        assert live_day(idea.implementations.all()) == IN_FULL

    def test_partial_implementation_gives_no_live_day(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        mark(idea, cast, scope="partial", on=IN_PART)
        assert live_day(idea.implementations.all()) is None


FACTS = {
    "scope": "adapted",
    "live_on": date(2026, 1, 6),
    "live_precision": "year",
    "evidence": "Other",
    "unit": "Other",
    "kind": "replication",
    "source": "Other",
}


@pytest.mark.parametrize("scope", ["full", "partial"])
@pytest.mark.parametrize("column", FACTS)
def test_fact_of_a_live_implementation_never_changes(scope: str, column: str):
    with refused_by("implementation_live_frozen"):
        update(ImplementationFactory(scope=scope), **{column: FACTS[column]})


@pytest.mark.parametrize("column", ["ended_on", "ended_precision", "reason"])
def test_end_of_an_implementation_never_changes(column: str):
    values = {"ended_on": date(2026, 10, 2), "ended_precision": "year", "reason": "Other"}
    with refused_by("implementation_end_frozen"):
        update(ImplementationFactory(state="discontinued"), **{column: values[column]})
