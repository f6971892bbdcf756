"""A split idea has a state of its own, and counts once, with the outcome of its parts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from figures.outcomes.queries import implementation_rates, outcomes_by_idea
from figures.rates import months_between
from figures.scope.selection import FiguresScope
from prototypes import actions
from prototypes.enums import IdeaState
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.prototypes import IdeaFactory, LineageFactory, add_event
from tests.prototypes.pages import page
from tests.prototypes.raw import insert_event
from tests.sql import refused_by
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SPLIT_ON, TODAY = date(2026, 5, 4), date(2026, 11, 24)


@pytest.fixture
def parts(cast: Cast) -> list[Idea]:
    """Return an idea accepted on 2 March 2026, split in two on 4 May."""
    split_idea = IdeaFactory(cohort=cast.cohort, state="accepted", title="Une borne")
    return actions.split_idea(idea=split_idea, titles=["Sign", "Word"], by=cast["P"], at=AT, on=SPLIT_ON)


def split_idea_of(parts: list[Idea]) -> Idea:
    return Idea.objects.get(offspring__child=parts[0])


def abandon(idea: Idea, cast: Cast, on: date) -> None:
    actions.abandon_idea(idea=idea, reason="No need", by=cast["P"], at=AT, on=on)


def implement(idea: Idea, cast: Cast, on: date) -> None:
    since = idea.state_since or SPLIT_ON
    for state in ("prototyping", "testing"):
        add_event(idea, state, since)
    idea.refresh_from_db()
    actions.decide_idea(idea=idea, decision="adopt", reason="Clear", by=cast["P"], at=AT, on=since)
    actions.hand_over_idea(idea=idea, evidence="Accueil", by=cast["P"], at=AT, on=since)
    actions.start_implementing(idea=idea, by=cast["P"], at=AT, on=since)
    actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=cast["P"], at=AT, on=on)


def merge(idea: Idea, into: Idea, cast: Cast, on: date) -> None:
    actions.merge_idea(idea=idea, into=into, by=cast["P"], at=AT, on=on)


def outcome(parts: list[Idea], as_of: date = TODAY) -> tuple[str, date | None, bool]:
    """Return the outcome of the whole, since when, and whether in part."""
    row = outcomes_by_idea([split_idea_of(parts)], as_of=as_of)[split_idea_of(parts).pk]
    return row.outcome, row.since, row.in_part


def counts(cast: Cast, as_of: date = TODAY) -> tuple[int, int, int]:
    found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=as_of)
    return found.implemented, found.abandoned, found.open


class TestSplitState:
    def test_split_idea_has_no_single_successor(self, parts: list[Idea]):
        split_idea = split_idea_of(parts)
        assert (split_idea.state, split_idea.merged_into, split_idea.state_since) == ("split", None, SPLIT_ON)

    def test_split_ends_the_idea(self, parts: list[Idea]):
        split_idea = split_idea_of(parts)
        more = {
            "decided": {"decision": "adopt", "reason": "Clear"},
            "abandoned": {"reason": "No need"},
            "merged": {"merged_into_id": IdeaFactory(cohort=split_idea.cohort).pk},
        }
        for state in set(IdeaState.values) - {"split", "implemented"}:
            with refused_by("idea_event_transition"):
                insert_event(split_idea, state, TODAY, **more.get(state, {}))

    @pytest.mark.parametrize("state", ["handed_over", "implementing", "parked", "abandoned", "implemented"])
    def test_idea_is_split_while_the_cohort_works_on_it_only(self, state: str):
        idea = IdeaFactory(state=state)
        with refused_by("idea_event_transition"):
            insert_event(idea, "split", TODAY)

    @pytest.mark.parametrize("state", ["captured", "accepted", "prototyping", "testing", "decided"])
    def test_idea_that_the_cohort_works_on_may_be_split(self, state: str):
        idea = IdeaFactory(state=state)
        insert_event(idea, "split", TODAY)
        idea.refresh_from_db()
        assert idea.state == "split"

    def test_split_has_no_idea_merged_into(self):
        idea = IdeaFactory(state="accepted")
        with refused_by("idea_event_merge_target"):
            insert_event(idea, "split", TODAY, merged_into_id=IdeaFactory(cohort=idea.cohort).pk)

    def test_only_a_split_idea_has_parts(self):
        idea = IdeaFactory(state="abandoned")
        with refused_by("lineage_split_ended"):
            LineageFactory(parent=idea, child=IdeaFactory(cohort=idea.cohort), kind="split")

    def test_split_with_parts_cannot_be_withdrawn(self, cast: Cast, parts: list[Idea]):
        event = split_idea_of(parts).events.get(state="split")
        with pytest.raises(DomainError, match="split"):
            actions.correct_event(event=event, state="accepted", reason="No", by=cast["P"], at=AT)

    def test_no_idea_merges_into_a_split_one(self, cast: Cast, parts: list[Idea]):
        with pytest.raises(DomainError) as refused:
            merge(IdeaFactory(cohort=cast.cohort, state="accepted"), split_idea_of(parts), cast, TODAY)
        assert refused.value.field == "into"


class TestOneWord:
    @pytest.mark.parametrize("role", ["P", "M"])
    def test_page_shows_split_and_not_merged(self, cast: Cast, parts: list[Idea], role: str):
        text = page(cast[role], split_idea_of(parts).get_absolute_url())
        assert (text.count("merged"), text.count("split into several")) == (0, 0)

    @pytest.mark.parametrize("address", ["/ideas/?state=split", "/cohorts/{slug}/board/", "/ideas/{pk}/events/"])
    def test_lists_show_split(self, cast: Cast, parts: list[Idea], address: str):
        split_idea = split_idea_of(parts)
        text = page(cast["P"], address.format(slug=cast.cohort.slug, pk=split_idea.pk)).lower()
        assert (
            ">split<" in text.replace(" ", ""),
            ">merged<" in text.replace(" ", "").replace('"merged">merged<', ""),
        ) == (
            True,
            False,
        )


class TestOneAge:
    def test_part_has_the_same_age_on_header_story_and_rates(self, cast: Cast, parts: list[Idea]):
        text = page(cast["P"], parts[0].get_absolute_url())
        assert [
            text.count(words)
            for words in (
                "accepted 8 months ago",
                "The months are counted from this day.",
                "The months are counted from 2 Mar",
            )
        ] == [
            1,
            0,
            1,
        ]

    def test_part_of_an_imprecisely_accepted_idea_is_as_imprecise(self, cast: Cast):
        split_idea = IdeaFactory(cohort=cast.cohort, state="captured")
        actions.accept_idea(idea=split_idea, by=cast["P"], at=AT, on=date(2026, 3, 2), precision="month")
        [part, _] = actions.split_idea(idea=split_idea, titles=["Sign", "Word"], by=cast["P"], at=AT)
        text = page(cast["P"], part.get_absolute_url())
        assert text.count("accepted in March 2026") == 1


ENDS: dict[str, tuple[Callable[..., None] | None, Callable[..., None] | None, tuple[Any, ...]]] = {
    "both open": (None, None, ("open", None, False)),
    "one implemented, one open": (implement, None, ("open", None, False)),
    "one abandoned, one open": (abandon, None, ("open", None, False)),
    "both abandoned": (abandon, abandon, ("abandoned", date(2026, 9, 1), False)),
    "both implemented": (implement, implement, ("implemented", date(2026, 9, 1), False)),
    "one abandoned, then one implemented": (abandon, implement, ("implemented", date(2026, 9, 1), True)),
    "one implemented, then one abandoned": (implement, abandon, ("implemented", date(2026, 9, 1), True)),
}


class TestCountsOnce:
    @pytest.mark.parametrize(("first", "second", "expected"), ENDS.values(), ids=ENDS)
    def test_split_idea_counts_with_the_outcome_of_its_parts(
        self, cast: Cast, parts: list[Idea], first: Any, second: Any, expected: tuple[Any, ...]
    ):
        for part, end, day in zip(parts, (first, second), (date(2026, 7, 1), date(2026, 9, 1)), strict=True):
            if end:
                end(part, cast, day)
        found = outcome(parts)
        assert found[::2] == expected[::2]
        assert expected[1] in (None, found[1])
        assert counts(cast) == tuple(int(expected[0] == name) for name in ("implemented", "abandoned", "open"))

    def test_split_idea_is_open_until_its_last_part_ended(self, cast: Cast, parts: list[Idea]):
        implement(parts[0], cast, date(2026, 7, 1))
        abandon(parts[1], cast, date(2026, 9, 1))
        assert [counts(cast, day) for day in (date(2026, 5, 3), date(2026, 8, 31), date(2026, 9, 1))] == [
            (0, 0, 1),
            (0, 0, 1),
            (1, 0, 0),
        ]
        found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY)
        assert found.doubts["in_part"] == {months_between(date(2026, 3, 2), date(2026, 9, 1)): 1}

    def test_part_merged_into_another_idea_counts_as_that_idea(self, cast: Cast, parts: list[Idea]):
        survivor = IdeaFactory(cohort=cast.cohort, state="accepted")
        implement(parts[0], cast, date(2026, 7, 1))
        merge(parts[1], survivor, cast, date(2026, 8, 1))
        assert (outcome(parts)[0], counts(cast)) == ("open", (0, 0, 2))
        abandon(survivor, cast, date(2026, 10, 1))
        assert (outcome(parts), counts(cast)) == (("implemented", date(2026, 10, 1), True), (1, 1, 0))

    def test_part_merged_into_its_sibling_counts_as_that_sibling(self, cast: Cast, parts: list[Idea]):
        merge(parts[0], parts[1], cast, date(2026, 7, 1))
        abandon(parts[1], cast, date(2026, 9, 1))
        assert (outcome(parts), counts(cast)) == (("abandoned", date(2026, 9, 1), False), (0, 1, 0))

    def test_idea_whose_parts_all_merged_into_others_is_merged(self, cast: Cast, parts: list[Idea]):
        survivor = IdeaFactory(cohort=cast.cohort, state="accepted")
        for part in parts:
            merge(part, survivor, cast, date(2026, 8, 1))
        found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY)
        assert (found.accepted, found.merged, outcome(parts)[0]) == (1, 1, "merged")
        assert found.doubts["merged"] == {months_between(date(2026, 3, 2), date(2026, 8, 1)): 1}

    def test_part_merged_into_an_idea_of_another_cohort_is_counted_there(self, cast: Cast, parts: list[Idea]):
        """What becomes of that idea changes nothing here: its cohort may keep its figures to itself."""
        elsewhere = IdeaFactory(cohort=cast.other_cohort, state="accepted")
        merge(parts[1], elsewhere, cast, date(2026, 8, 1))
        assert outcome(parts) == ("open", SPLIT_ON, False)
        implement(parts[0], cast, date(2026, 9, 1))
        assert outcome(parts) == ("implemented", date(2026, 9, 1), False)
        add_event(elsewhere, "abandoned", date(2026, 11, 2))
        assert outcome(parts) == ("implemented", date(2026, 9, 1), False)

    @pytest.mark.parametrize("onward", ["stays", "merges back"])
    def test_idea_whose_parts_all_merged_into_another_cohort_is_merged(
        self, onward: str, cast: Cast, parts: list[Idea]
    ):
        elsewhere = IdeaFactory(cohort=cast.other_cohort, state="accepted")
        for part in parts:
            merge(part, elsewhere, cast, date(2026, 8, 1))
        if onward == "merges back":
            merge(elsewhere, IdeaFactory(cohort=cast.cohort, state="accepted"), cast, date(2026, 9, 1))
        assert outcome(parts)[0] == "merged"
        found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY)
        assert found.doubts["merged"] == {months_between(date(2026, 3, 2), date(2026, 8, 1)): 1}

    def test_part_that_is_split_again_counts_as_its_own_parts(self, cast: Cast, parts: list[Idea]):
        small = actions.split_idea(idea=parts[0], titles=["A", "B"], by=cast["P"], at=AT, on=date(2026, 6, 1))
        abandon(small[0], cast, date(2026, 7, 1))
        implement(small[1], cast, date(2026, 8, 1))
        assert counts(cast) == (0, 0, 1)
        abandon(parts[1], cast, date(2026, 9, 1))
        assert (outcome(parts), counts(cast)) == (("implemented", date(2026, 9, 1), True), (1, 0, 0))

    def test_parts_of_an_idea_never_accepted_count_separately(self, cast: Cast):
        split_idea = IdeaFactory(cohort=cast.cohort, state="captured")
        pair = actions.split_idea(idea=split_idea, titles=["A", "B"], by=cast["P"], at=AT, on=SPLIT_ON)
        actions.accept_idea(idea=pair[0], by=cast["P"], at=AT)
        found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY)
        assert (found.accepted, found.captured, found.merged) == (1, 1, 0)

    def test_idea_is_open_as_known_before_the_split(self, cast: Cast, parts: list[Idea]):
        for part in parts:
            abandon(part, cast, date(2026, 7, 1))
        found = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY, known_at=AT)
        assert (found.accepted, found.abandoned) == (1, 1)

    def test_list_of_counted_ideas_shows_the_split_idea_as_implemented_in_part(self, cast: Cast, parts: list[Idea]):
        implement(parts[0], cast, date(2026, 7, 1))
        abandon(parts[1], cast, date(2026, 9, 1))
        text = page(cast["P"], f"/rates/?cohort={cast.cohort.slug}&as_of=2026-11-24&page=1")
        assert (text.count("implemented in part"), text.count("Une borne")) == (1, 1)
