"""Counts next to the curve: kind and period, cohorts, reasons, confirmed, imprecise, replicated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.outcomes.outcome_counts import CohortCount, Figures, pooled_shares
from figures.outcomes.queries import counted_ideas, implementation_rates
from figures.rates import months_between
from figures.scope.selection import EVERYTHING, FiguresScope
from prototypes import actions
from prototypes.enums import AbandonReason
from prototypes.ideas.stale import stale_cutoff
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import (
    DAYS,
    ChallengeFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
)
from tests.factories.rates import early_cohort, worked_example

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


def figures(as_of: date = TODAY, **scope: object) -> Figures:
    return implementation_rates(scope=FiguresScope(**scope), as_of=as_of)


# Kind and period


def test_kind_selects_the_ideas_of_its_challenges(cast: Cast):
    challenges = [ChallengeFactory(cohort=cast.cohort, kind=kind) for kind in ("test_case", "priority")]
    ideas = [IdeaFactory(cohort=cast.cohort, challenge=row, state="accepted") for row in (*challenges, None)]
    assert [figures(kind=kind).accepted for kind in ("", "test_case", "priority", "other")] == [3, 1, 1, 0]
    assert list(counted_ideas(FiguresScope(kind="priority"), cast["S"], as_of=TODAY)) == [ideas[1]]


JUNE = date(2026, 6, 2)


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        (None, None, 2),
        (date(2026, 3, 2), None, 2),
        (date(2026, 3, 3), None, 1),
        (None, date(2026, 6, 1), 1),
        (None, JUNE, 2),
    ],
)
def test_a_period_bounds_the_day_of_acceptance(first: date | None, last: date | None, counted: int, cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=cast.cohort, state="accepted", days={"accepted": JUNE})
    scope = FiguresScope(accepted_from=first, accepted_until=last)
    assert implementation_rates(scope=scope, as_of=TODAY).accepted == counted
    assert len(counted_ideas(scope, cast["S"], as_of=TODAY)) == counted


def test_ideas_without_day_of_acceptance_by_then_are_in_no_period():
    IdeaFactory()
    IdeaFactory(state="accepted")
    IdeaFactory(cohort=early_cohort(retrospective=True, state="alumni"), retrospective=True, state="implemented")
    for as_of, accepted in ((TODAY, 1), (date(2026, 3, 1), 0)):
        counts = figures(as_of, accepted_from=date(2020, 1, 1), accepted_until=date(2030, 1, 1))
        assert (counts.accepted, counts.captured, counts.retrospective) == (accepted, 0, 0)


# Cohorts and reasons


def test_each_cohort_has_its_count_and_whether_its_rows_are_visible(cast: Cast):
    for state in ("accepted", "implemented", "captured"):
        IdeaFactory(cohort=cast.cohort, state=state)
    IdeaFactory(cohort=cast.other_cohort, state="abandoned")
    IdeaFactory(cohort=early_cohort())
    own = frozenset([cast.cohort.authority_id])
    found = figures(own=own, shared=frozenset([cast.other_cohort.pk]), everyone=True).by_cohort
    assert found == (CohortCount(cast.cohort.pk, 2, 1, own=True), CohortCount(cast.other_cohort.pk, 1, 0, own=False))


def abandon(abandoned_for: str, on: date = date(2026, 5, 4)) -> Idea:
    idea = IdeaFactory(state="accepted")
    add_event(idea, "abandoned", on, abandoned_for=abandoned_for)
    return idea


def test_reasons_of_abandonment_are_counted_most_frequent_first():
    for reason in ("tested", "no_need", "tested", ""):
        abandon(reason)
    assert list(figures().reasons.items()) == [("tested", 2), ("", 1), ("no_need", 1)]
    assert figures(date(2026, 5, 3)).reasons == {}


def test_reason_is_that_of_the_abandonment_that_counts():
    idea = abandon("tested")
    add_event(idea, "accepted", date(2026, 7, 6), reason="Resumed")
    add_event(idea, "abandoned", date(2026, 9, 7), abandoned_for=AbandonReason.PRIORITIES)
    assert [figures(day).reasons for day in (date(2026, 7, 5), date(2026, 7, 6), TODAY)] == [
        {"tested": 1},
        {},
        {"priorities": 1},
    ]


def test_corrected_day_keeps_the_first_reason():
    idea = abandon("tested")
    event = idea.events.get(state="abandoned")
    add_event(idea, "abandoned", date(2026, 5, 11), corrects=event, reason="A week later", recorded_on=TODAY)
    assert figures().reasons == {"tested": 1}


def test_idea_abandoned_before_acceptance_has_no_reason():
    IdeaFactory(state="abandoned", after="captured")
    assert figures().reasons == {}


# Confirmed

SILENT = date(2026, 5, 24)  # six months before TODAY


def test_six_months_are_the_same_as_in_the_list_of_stale_ideas():
    assert stale_cutoff(TODAY) == SILENT


@pytest.mark.parametrize(("day", "confirmed"), [(SILENT, 0), (SILENT + timedelta(days=1), 1), (TODAY, 1)])
def test_update_in_the_six_months_before_confirms_an_idea(day: date, confirmed: int):
    IdeaFactory(state="accepted", days={"accepted": day, "captured": day})
    assert figures().confirmed == confirmed


def test_late_record_is_an_update_on_the_day_it_is_recorded():
    idea = IdeaFactory()
    add_event(idea, "accepted", date(2026, 3, 2), recorded_on=date(2026, 8, 3))
    days = [date(2026, 8, 2), date(2026, 8, 3), date(2027, 2, 2), date(2027, 2, 3)]
    assert [figures(day).confirmed for day in days] == [0, 1, 1, 0]


def made(idea: Idea) -> None:
    PrototypeFactory(idea=idea, made_on=date(2026, 10, 1))


def held(idea: Idea) -> None:
    prototype = PrototypeFactory(idea=idea, made_on=date(2025, 1, 1))
    TrialFactory(prototype=prototype, state="held", held_on=date(2026, 10, 1), locked_on=date(2025, 1, 1))


def followed_up(idea: Idea) -> None:
    FollowUpFactory(idea=idea, noted_on=date(2026, 10, 1))


@pytest.mark.parametrize("work", [made, held, followed_up])
def test_work_is_an_update_also_on_a_past_day(work):
    path = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over"]
    idea = IdeaFactory(cohort=early_cohort(), state="handed_over", days=dict.fromkeys(path, date(2025, 3, 3)))
    work(idea)
    days = [date(2026, 9, 30), date(2026, 10, 1), TODAY, date(2027, 4, 1)]
    assert [figures(day).confirmed for day in days] == [0, 1, 1, 0]
    add_event(idea, "parked", date(2027, 6, 1))
    assert [figures(day).confirmed for day in days] == [0, 1, 1, 0]


def test_only_accepted_ideas_are_confirmed():
    survivor = IdeaFactory(state="accepted", days={"accepted": TODAY})
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    IdeaFactory(days={"captured": TODAY})
    IdeaFactory(cohort=survivor.cohort, state="implemented")
    assert (figures().confirmed, figures().confirmed_implemented) == (2, 1)


# Imprecise


def imprecise(*vague: str, state: str = "implemented", precision: str = "month") -> Idea:
    """Return an idea whose events in `vague` are known to the month only."""
    idea = IdeaFactory(cohort=early_cohort(), state="")
    path = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over", "implementing", "implemented"]
    steps = path[: path.index(state) + 1] if state in path else ["captured", "accepted", state]
    for month, step in enumerate(steps, start=1):
        on, event_precision = date(2026, month, 1), precision if step in vague else "day"
        if step == "implemented":
            ImplementationFactory(idea=idea, live_on=on, live_precision=event_precision)
        add_event(idea, step, on, precision=event_precision, recorded_on=TODAY)
    return idea


@pytest.mark.parametrize(
    ("vague", "state", "counted"),
    [
        ([], "implemented", 0),
        (["accepted"], "accepted", 1),
        (["accepted", "implemented"], "implemented", 1),
        (["implemented"], "implemented", 1),
        (["testing", "captured"], "implemented", 0),
        (["abandoned"], "abandoned", 1),
        (["parked"], "parked", 0),
    ],
)
def test_ideas_with_days_known_to_the_month_are_counted_as_imprecise(vague: list[str], state: str, counted: int):
    imprecise(*vague, state=state)
    assert figures().imprecise == counted


def test_corrected_day_is_as_precise_as_its_correction():
    idea = imprecise("accepted", "implemented")
    for state in ("accepted", "implemented"):
        named = idea.events.get(state=state, corrects=None)
        add_event(idea, state, named.effective_on, corrects=named, reason="Found", recorded_on=TODAY)
        assert figures().imprecise == (state == "accepted")


def test_abandonment_that_no_longer_counts_makes_nothing_imprecise():
    idea = imprecise("abandoned", state="abandoned")
    add_event(idea, "accepted", date(2026, 6, 1), reason="Resumed")
    assert [figures(day).imprecise for day in (date(2026, 5, 1), TODAY)] == [1, 0]


# Bounds: the highest and the lowest that imprecise days leave open. Months are completed ones and the share of the
# running one: from 28 February to 1 August are five, until 28 July, and 4 of the 31 days until 28 August.


def months(figures: Figures) -> list[tuple[float, ...]]:
    return [tuple(row) for row in figures.by_month]


def bounds(as_of: date = TODAY, **known: object) -> list[list[tuple[float, ...]]]:
    figures = implementation_rates(as_of=as_of, **known)
    return [months(side) for side in figures.bounds or ()]


@pytest.mark.parametrize(
    ("vague", "soonest", "latest"),
    [
        (["accepted"], 5 + 4 / 31, 6),  # 1 to 28 February
        (["accepted", "prototyping"], 5 + 4 / 31, 6),
        (["implemented"], 6, 6 + 30 / 31),  # 1 to 31 August
        (["accepted", "implemented"], 5 + 4 / 31, 6 + 30 / 31),
    ],
)
def test_days_known_to_the_month_move_within_the_month(vague: list[str], soonest: float, latest: float):
    idea = imprecise(*vague)
    assert idea.accepted_on == date(2026, 2, 1)
    assert bounds() == [[(soonest, 1, 0, 0)], [(latest, 1, 0, 0)]]


def vaguely(*events: tuple[str, date, str], recorded_on: date = date(2027, 12, 31)) -> Idea:
    idea = IdeaFactory(cohort=early_cohort(), state="")
    for state, on, precision in events:
        add_event(idea, state, on, precision=precision, recorded_on=recorded_on)
    return idea


CAPTURED = ("captured", date(2024, 1, 1), "day")


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        # Accepted in some month of 2025: open for nearly 11 months, or for nearly 23.
        ([("accepted", date(2025, 1, 1), "year")], TODAY, [[(10 + 24 / 30, 0, 0, 1)], [(22 + 23 / 30, 0, 0, 1)]]),
        # Not later than what came after it.
        (
            [("accepted", date(2025, 1, 1), "year"), ("prototyping", date(2025, 7, 1), "day")],
            TODAY,
            [[(16 + 23 / 30, 0, 0, 1)], [(22 + 23 / 30, 0, 0, 1)]],
        ),
        # Not earlier than what came before it, however early its month begins.
        (
            [("accepted", date(2025, 1, 20), "day"), ("abandoned", date(2025, 1, 20), "year")],
            TODAY,
            [[(0, 0, 1, 0)], [(11 + 11 / 31, 0, 1, 0)]],
        ),
        # By the end of March it may not have been accepted yet.
        ([("accepted", date(2026, 1, 1), "year")], date(2026, 3, 31), [[], [(2 + 30 / 31, 0, 0, 1)]]),
        # Nor abandoned: open still; or abandoned on that very day at the latest.
        (
            [("accepted", date(2025, 12, 31), "day"), ("abandoned", date(2026, 1, 1), "year")],
            date(2026, 3, 31),
            [[(3, 0, 0, 1)], [(3, 0, 1, 0)]],
        ),
        # Each end of the way moves towards the other, then away from it.
        (
            [("accepted", date(2025, 1, 1), "year"), ("abandoned", date(2026, 3, 1), "month")],
            TODAY,
            [[(2 + 1 / 31, 0, 1, 0)], [(14 + 30 / 31, 0, 1, 0)]],
        ),
    ],
)
def test_imprecise_days_keep_the_order_of_events_and_the_as_of_day(
    events: list[tuple[str, date, str]], as_of: date, expected: list[list[tuple[float, ...]]]
):
    vaguely(CAPTURED, *events)
    assert bounds(as_of) == expected


def implemented_in(year: int, *, accepted: tuple[date, str], **fields: object) -> Idea:
    """Return an idea of which only the year of implementation is known."""
    idea = vaguely(CAPTURED, ("accepted", *accepted))
    for state in ("prototyping", "testing", "decided", "handed_over", "implementing"):
        add_event(idea, state, max(accepted[0], date(year, 1, 1)), precision="year", recorded_on=date(2027, 12, 31))
    ImplementationFactory(idea=idea, live_on=max(accepted[0], date(year, 1, 1)), live_precision="year", **fields)
    add_event(idea, "implemented", max(accepted[0], date(year, 1, 1)), precision="year", recorded_on=date(2027, 12, 31))
    return idea


def test_two_days_known_to_the_year_are_zero_to_almost_two_years_apart():
    implemented_in(2025, accepted=(date(2024, 1, 1), "year"))
    assert (months(figures()), bounds()) == (
        [(12, 1, 0, 0)],
        [[(1 / 31, 1, 0, 0)], [(23 + 30 / 31, 1, 0, 0)]],
    )


def test_implementation_known_to_the_year_may_or_may_not_count_in_mid_year():
    implemented_in(2025, accepted=(date(2024, 6, 1), "day"))
    counted = figures(date(2025, 6, 30))
    assert (counted.rate, [side.rate for side in counted.bounds or ()]) == (1.0, [1.0, 0.0])
    assert bounds(date(2025, 6, 30)) == [[(7, 1, 0, 0)], [(12 + 29 / 30, 0, 0, 1)]]
    assert bounds(date(2025, 12, 31)) == [[(7, 1, 0, 0)], [(18 + 30 / 31, 1, 0, 0)]]


def test_idea_with_all_days_in_one_year_has_open_bounds():
    implemented_in(2026, accepted=(date(2026, 1, 1), "year"))
    assert bounds(date(2026, 3, 31)) == [[(0, 1, 0, 0)], [(2 + 30 / 31, 0, 0, 1)]]


def test_precise_second_implementation_bounds_the_first():
    idea = implemented_in(2026, accepted=(date(2025, 12, 31), "day"))
    ImplementationFactory(idea=idea, live_on=date(2026, 5, 4), unit="Accueil de nuit")
    assert bounds(date(2026, 5, 3)) == [[(1 / 31, 1, 0, 0)], [(4 + 3 / 31, 0, 0, 1)]]
    assert bounds(date(2026, 5, 4)) == [[(1 / 31, 1, 0, 0)], [(4 + 4 / 31, 1, 0, 0)]]


def test_implementation_is_bounded_by_its_end():
    idea = vaguely(CAPTURED, ("accepted", date(2025, 12, 31), "day"))
    ended = {"state": "discontinued", "ended_on": date(2026, 2, 10)}
    ImplementationFactory(idea=idea, live_on=date(2026, 1, 1), live_precision="year", **ended)
    assert bounds() == [[(1 / 31, 1, 0, 0)], [(1 + 10 / 28, 1, 0, 0)]]


def test_idea_abandoned_after_a_possibly_later_implementation_counts_as_abandoned():
    idea = vaguely(CAPTURED, ("accepted", date(2025, 6, 30), "day"), ("abandoned", date(2026, 2, 1), "day"))
    ImplementationFactory(idea=idea, live_on=date(2026, 1, 1), live_precision="year")
    assert bounds() == [[(6 + 2 / 31, 1, 0, 0)], [(7 + 2 / 29, 0, 1, 0)]]


# Any story whose days are known to the day, the month or the year, and what may have been

PATHS = {
    "open": [],
    "abandoned": ["abandoned"],
    "implemented": ["prototyping", "testing", "decided", "handed_over", "implementing", "implemented"],
}
STARTS = date(2024, 1, 1)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[tuple[str, date, str]], dict[str, date]]:
    """Return the events of an idea, and the days on which they really happened."""
    fate = draw(st.sampled_from(list(PATHS)))
    true = [
        STARTS + timedelta(days=days) for days in sorted(draw(st.lists(st.integers(0, 700), min_size=2, max_size=2)))
    ]
    days = {"accepted": true[0], **dict.fromkeys(PATHS[fate], true[1])}
    events, before = [CAPTURED], STARTS
    for state, day in days.items():
        precision = draw(st.sampled_from(["day", "month", "year"])) if state in OUTCOMES else "year"
        first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
        before = max(before, first)
        events.append((state, before, precision))
    return events, {state: day for state, day in days.items() if state in OUTCOMES}


OUTCOMES = ("accepted", "abandoned", "implemented")


def truly(days: dict[str, date], as_of: date) -> tuple[str, float] | None:
    """Return the outcome of the idea by that day, and after how many months; None before it was accepted."""
    if days["accepted"] > as_of:
        return None
    fate, on = next(
        ((state, day) for state, day in days.items() if state != "accepted" and day <= as_of), ("open", as_of)
    )
    return fate, months_between(days["accepted"], on)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_possible_truth_is_between_the_bounds(data: st.DataObject):
    cohort = early_cohort()
    drawn = data.draw(st.lists(stories(), min_size=1, max_size=2))
    for events, _ in drawn:
        idea = IdeaFactory(cohort=cohort, state="")
        for state, on, precision in events:
            if state == "implemented":
                ImplementationFactory(idea=idea, live_on=on, live_precision=precision)
            add_event(idea, state, on, precision=precision, recorded_on=date(2027, 12, 31))
    near = data.draw(st.sampled_from([day for _, days in drawn for day in days.values()]))
    as_of = near + timedelta(days=data.draw(st.integers(-150, 150)))
    figures = implementation_rates(scope=FiguresScope(cohort=cohort), as_of=as_of)
    soonest, latest = figures.bounds or (figures, figures)
    truth = [fate for _, days in drawn if (fate := truly(days, as_of))]
    if truth:
        share = sum(fate == "implemented" for fate, _ in truth) / len(truth)
        assert (latest.rate or 0.0) <= share <= (soonest.rate or 0.0), (drawn, as_of)
    if len(drawn) == 1 and truth and truth[0][0] == "implemented":
        assert soonest.by_month[0].months <= truth[0][1] <= latest.by_month[0].months, (drawn, as_of)


def test_imprecise_day_is_not_after_its_record():
    vaguely(CAPTURED, ("accepted", date(2026, 1, 1), "year"), recorded_on=date(2026, 2, 15))
    assert bounds() == [[(9 + 9 / 30, 0, 0, 1)], [(10 + 23 / 30, 0, 0, 1)]]


def test_implementation_without_event_moves_within_its_own_month():
    idea = vaguely(CAPTURED, ("accepted", date(2026, 1, 31), "day"))
    ImplementationFactory(idea=idea, live_on=date(2026, 9, 1), live_precision="month")
    assert bounds() == [[(7 + 1 / 30, 1, 0, 0)], [(8, 1, 0, 0)]]
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 1), live_precision="year", unit="Accueil de nuit")
    assert bounds() == [[(0, 1, 0, 0)], [(8, 1, 0, 0)]]


def test_a_split_idea_is_as_imprecise_as_its_acceptance_and_counts_once(cast: Cast):
    split_idea = IdeaFactory(cohort=cast.cohort)
    add_event(split_idea, "accepted", date(2026, 3, 1), precision="month", recorded_on=date(2026, 4, 30))
    actions.split_idea(idea=split_idea, titles=["One", "Two"], by=cast["P"], at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert figures().imprecise == 1
    assert bounds() == [[(7 + 24 / 30, 0, 0, 1)], [(8 + 23 / 30, 0, 0, 1)]]


def test_only_imprecise_ideas_change_the_bounds():
    IdeaFactory(state="accepted")
    vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"))
    counted = figures()
    assert (months(counted), bounds()) == (
        [(8 + 22 / 30, 0, 0, 1), (22 + 23 / 30, 0, 0, 1)],
        [
            [(8 + 22 / 30, 0, 0, 1), (10 + 24 / 30, 0, 0, 1)],
            [(8 + 22 / 30, 0, 0, 1), (22 + 23 / 30, 0, 0, 1)],
        ],
    )
    assert [(side.as_of, side.accepted, side.listed, side.bounds) for side in counted.bounds or ()] == [
        (TODAY, 2, counted.listed, None)
    ] * 2


def test_bounds_follow_known_at(cast: Cast):
    idea = vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"), recorded_on=date(2026, 3, 2))
    named = idea.events.get(state="accepted")
    add_event(idea, "accepted", date(2025, 5, 5), corrects=named, reason="Found", recorded_on=TODAY)
    assert bounds() == []
    assert bounds(known_at=datetime(2026, 11, 1, tzinfo=UTC)) == [[(10 + 24 / 30, 0, 0, 1)], [(22 + 23 / 30, 0, 0, 1)]]


def test_bounds_take_one_more_statement_only_with_imprecise_days(django_assert_num_queries):
    vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"))
    for as_of, bounded, statements in ((TODAY, True, 2), (TODAY, False, 1), (date(2024, 6, 1), True, 1)):
        with django_assert_num_queries(statements):
            implementation_rates(as_of=as_of, bounded=bounded)


# Several cohorts


def months_by_outcome(figures: Figures) -> list[list[float]]:
    return [
        [row.months for row in figures.by_month for _ in range(getattr(row, outcome))]
        for outcome in ("implemented", "abandoned", "open")
    ]


def test_shares_are_pooled_from_the_months_of_each_cohort():
    cohorts = [early_cohort(), early_cohort(), early_cohort()]
    for cohort, ideas in zip(cohorts, (24, 9, 0), strict=True):
        worked_example(cohort, ideas=ideas)
    IdeaFactory(cohort=cohorts[2])
    one_by_one = [figures(cohort=cohort) for cohort in cohorts]
    together = figures()
    assert together.pooled == pooled_shares(map(months_by_outcome, one_by_one))
    assert (together.plain_share.interval, together.plain_share.cohorts) == ("by cohort", 2)
    assert [single.pooled for single in one_by_one] == [{}] * 3


def test_bounds_have_no_intervals_by_cohort():
    for _ in range(2):
        imprecise("accepted")
    assert (figures().plain_share.interval, [side.pooled for side in figures().bounds or ()]) == ("by cohort", [{}, {}])


# What may be recorded wrongly


def test_open_ideas_without_a_recent_update_are_unconfirmed():
    for accepted in (date(2026, 3, 2), TODAY):
        IdeaFactory(state="accepted", days={"accepted": accepted})
    IdeaFactory(state="implemented")
    assert figures().doubts == {"unconfirmed": {months_between(date(2026, 3, 2), TODAY): 1}}


def test_merged_ideas_have_the_months_from_acceptance_to_their_merge():
    survivor = IdeaFactory(state="accepted", days={"accepted": TODAY})
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    merged_early = IdeaFactory(cohort=survivor.cohort)
    add_event(merged_early, "merged", TODAY, merged_into=survivor)
    found = figures()
    assert (found.merged, found.accepted) == (2, 1)
    assert found.doubts == {"merged": {months_between(DAYS["accepted"], DAYS["merged"]): 1}}


@pytest.mark.parametrize(("waits", "median"), [([], None), ([10], 10), ([10, 40], 10), ([10, 0, 40], 10)])
def test_half_of_the_ideas_were_accepted_within_so_many_days_of_their_capture(waits: list[int], median: int | None):
    for days in waits:
        IdeaFactory(state="accepted", days={"accepted": DAYS["captured"] + timedelta(days=days)})
    IdeaFactory()
    assert figures().days_to_acceptance == median


def test_figures_of_a_period_say_so():
    IdeaFactory(state="accepted")
    period = {"accepted_from": DAYS["accepted"]}, {"accepted_until": TODAY}
    assert [figures(**scope).of_period for scope in ({}, {"kind": "priority"}, *period)] == [False, False, True, True]


# Replicated


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, 1),
        ({"scope": "adapted"}, 1),
        ({"scope": "partial"}, 0),
        ({"state": "planned", "live_on": None}, 0),
        ({"state": "sustained"}, 1),
        ({"state": "discontinued", "ended_on": date(2026, 11, 25)}, 1),
        ({"state": "discontinued", "ended_on": TODAY}, 0),
        ({"live_on": date(2026, 11, 25)}, 0),
        ({"retrospective": True}, 0),
    ],
)
def test_ideas_live_in_another_authority_that_day_are_counted_once(fields: dict[str, object], counted: int):
    idea = IdeaFactory(state="accepted")
    for _ in range(2):
        ImplementationFactory(idea=idea, kind="replication", authority=AuthorityFactory(), **fields)
    result = figures()
    assert (result.replications, result.implemented, result.still_live) == (counted, 0, 0)


def test_figures_take_one_statement(django_assert_num_queries):
    imprecise("testing")
    abandon("tested")
    with django_assert_num_queries(1):
        implementation_rates(scope=EVERYTHING, as_of=TODAY)
