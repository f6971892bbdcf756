"""What the rates tell beside the curve: kind and period, cohorts, reasons, confirmed, imprecise, replicated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.outcomes.figures import CohortCount, Figures
from figures.outcomes.queries import ideas_behind, implementation_rates
from figures.rates import months_between
from figures.scope.selection import EVERYTHING, Scope
from prototypes import actions
from prototypes.enums import AbandonedFor
from prototypes.models import Idea
from prototypes.silence import silence
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    tell,
)
from tests.factories.rates import early_cohort

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


def figures(as_of: date = TODAY, **scope: object) -> Figures:
    return implementation_rates(scope=Scope(**scope), as_of=as_of)


# Kind and period


def test_a_kind_counts_the_ideas_of_its_challenges(cast: Cast):
    challenges = [ChallengeFactory(cohort=cast.cohort, kind=kind) for kind in ("test_case", "priority")]
    ideas = [IdeaFactory(cohort=cast.cohort, challenge=row, state="accepted") for row in (*challenges, None)]
    assert [figures(kind=kind).accepted for kind in ("", "test_case", "priority", "other")] == [3, 1, 1, 0]
    assert list(ideas_behind(Scope(kind="priority"), cast["S"], as_of=TODAY)) == [ideas[1]]


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
    scope = Scope(accepted_from=first, accepted_until=last)
    assert implementation_rates(scope=scope, as_of=TODAY).accepted == counted
    assert len(ideas_behind(scope, cast["S"], as_of=TODAY)) == counted


def test_what_has_no_day_of_acceptance_by_then_is_in_no_period():
    IdeaFactory()
    IdeaFactory(state="accepted")
    IdeaFactory(cohort=early_cohort(retrospective=True, state="alumni"), retrospective=True, state="implemented")
    for as_of, counted in ((TODAY, 1), (date(2026, 3, 1), 0)):
        told = figures(as_of, accepted_from=date(2020, 1, 1), accepted_until=date(2030, 1, 1))
        assert (told.accepted, told.captured.total, told.retrospective) == (counted, 0, 0)


# Cohorts and reasons


def test_each_cohort_has_its_count_and_says_whether_its_rows_may_be_seen(cast: Cast):
    for state in ("accepted", "implemented", "captured"):
        IdeaFactory(cohort=cast.cohort, state=state)
    IdeaFactory(cohort=cast.other, state="abandoned")
    IdeaFactory(cohort=early_cohort())
    own = frozenset([cast.cohort.authority_id])
    found = figures(own=own, shared=frozenset([cast.edition.pk]), everyone=True).by_cohort
    assert found == (CohortCount(cast.cohort.pk, 2, 1, own=True), CohortCount(cast.other.pk, 1, 0, own=False))


def abandon(abandoned_for: str, on: date = date(2026, 5, 4)) -> Idea:
    idea = IdeaFactory(state="accepted")
    tell(idea, "abandoned", on, abandoned_for=abandoned_for)
    return idea


def test_reasons_of_abandonment_are_counted_most_frequent_first():
    for reason in ("tested", "no_need", "tested", ""):
        abandon(reason)
    assert list(figures().reasons.items()) == [("tested", 2), ("", 1), ("no_need", 1)]
    assert figures(date(2026, 5, 3)).reasons == {}


def test_of_several_abandonments_the_one_that_counts_gives_the_reason():
    idea = abandon("tested")
    tell(idea, "accepted", date(2026, 7, 6), reason="Taken up again")
    tell(idea, "abandoned", date(2026, 9, 7), abandoned_for=AbandonedFor.PRIORITIES)
    assert [figures(day).reasons for day in (date(2026, 7, 5), date(2026, 7, 6), TODAY)] == [
        {"tested": 1},
        {},
        {"priorities": 1},
    ]


def test_a_corrected_day_keeps_the_reason_first_given():
    idea = abandon("tested")
    told = idea.events.get(state="abandoned")
    tell(idea, "abandoned", date(2026, 5, 11), corrects=told, reason="A week later", recorded_on=TODAY)
    assert figures().reasons == {"tested": 1}


def test_an_idea_abandoned_before_it_was_accepted_gives_no_reason():
    IdeaFactory(state="abandoned", after="captured")
    assert figures().reasons == {}


# Confirmed

SILENT = date(2026, 5, 24)  # six months before TODAY


def test_six_months_are_those_of_the_list_of_silent_ideas():
    assert silence(TODAY) == SILENT


@pytest.mark.parametrize(("day", "confirmed"), [(SILENT, 0), (SILENT + timedelta(days=1), 1), (TODAY, 1)])
def test_a_sign_in_the_six_months_before_confirms_an_idea(day: date, confirmed: int):
    IdeaFactory(state="accepted", days={"accepted": day, "captured": day})
    assert figures().confirmed == confirmed


def test_what_is_recorded_late_is_a_sign_of_the_day_it_is_recorded():
    idea = IdeaFactory()
    tell(idea, "accepted", date(2026, 3, 2), recorded_on=date(2026, 8, 3))
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
def test_work_is_a_sign_too_on_a_past_day_as_well(work):
    path = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over"]
    idea = IdeaFactory(cohort=early_cohort(), state="handed_over", days=dict.fromkeys(path, date(2025, 3, 3)))
    work(idea)
    days = [date(2026, 9, 30), date(2026, 10, 1), TODAY, date(2027, 4, 1)]
    assert [figures(day).confirmed for day in days] == [0, 1, 1, 0]
    tell(idea, "parked", date(2027, 6, 1))
    assert [figures(day).confirmed for day in days] == [0, 1, 1, 0]


def test_only_accepted_ideas_are_confirmed():
    survivor = IdeaFactory(state="accepted", days={"accepted": TODAY})
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    IdeaFactory(days={"captured": TODAY})
    assert figures().confirmed == 1


# Imprecise


def imprecise(*vague: str, state: str = "implemented", precision: str = "month") -> Idea:
    """An idea of which the events in `vague` are known to the month."""
    idea = IdeaFactory(cohort=early_cohort(), state="")
    path = ["captured", "accepted", "prototyping", "testing", "decided", "handed_over", "implementing", "implemented"]
    steps = path[: path.index(state) + 1] if state in path else ["captured", "accepted", state]
    for month, step in enumerate(steps, start=1):
        on, told = date(2026, month, 1), precision if step in vague else "day"
        if step == "implemented":
            ImplementationFactory(idea=idea, live_on=on, live_precision=told)
        tell(idea, step, on, precision=told, recorded_on=TODAY)
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
def test_ideas_whose_days_that_count_are_known_to_the_month_are_counted(vague: list[str], state: str, counted: int):
    imprecise(*vague, state=state)
    assert figures().imprecise == counted


def test_a_corrected_day_is_as_precise_as_its_correction():
    idea = imprecise("accepted", "implemented")
    for state in ("accepted", "implemented"):
        named = idea.events.get(state=state, corrects=None)
        tell(idea, state, named.effective_on, corrects=named, reason="Found", recorded_on=TODAY)
        assert figures().imprecise == (state == "accepted")


def test_an_abandonment_that_no_longer_counts_makes_nothing_imprecise():
    idea = imprecise("abandoned", state="abandoned")
    tell(idea, "accepted", date(2026, 6, 1), reason="Taken up again")
    assert [figures(day).imprecise for day in (date(2026, 5, 1), TODAY)] == [1, 0]


# Bounds: the highest and the lowest that imprecise days leave open. Months are completed ones and the share of the
# running one: from 28 February to 1 August are five, until 28 July, and 4 of the 31 days until 28 August.


def months(told: Figures) -> list[tuple[float, ...]]:
    return [tuple(row) for row in told.by_month]


def bounds(as_of: date = TODAY, **known: object) -> list[list[tuple[float, ...]]]:
    told = implementation_rates(as_of=as_of, **known)
    return [months(side) for side in told.bounds or ()]


@pytest.mark.parametrize(
    ("vague", "soonest", "latest"),
    [
        (["accepted"], 5 + 4 / 31, 6),  # 1 to 28 February
        (["accepted", "prototyping"], 5 + 4 / 31, 6),
        (["implemented"], 6, 6 + 30 / 31),  # 1 to 31 August
        (["accepted", "implemented"], 5 + 4 / 31, 6 + 30 / 31),
    ],
)
def test_days_known_to_the_month_are_moved_within_it(vague: list[str], soonest: float, latest: float):
    idea = imprecise(*vague)
    assert idea.accepted_on == date(2026, 2, 1)
    assert bounds() == [[(soonest, 1, 0, 0)], [(latest, 1, 0, 0)]]


def vaguely(*events: tuple[str, date, str], recorded_on: date = date(2027, 12, 31)) -> Idea:
    idea = IdeaFactory(cohort=early_cohort(), state="")
    for state, on, precision in events:
        tell(idea, state, on, precision=precision, recorded_on=recorded_on)
    return idea


CAPTURED = ("captured", date(2024, 1, 1), "day")


@pytest.mark.parametrize(
    ("events", "as_of", "told"),
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
def test_imprecise_days_keep_the_order_of_the_story_and_the_day_asked_for(
    events: list[tuple[str, date, str]], as_of: date, told: list[list[tuple[float, ...]]]
):
    vaguely(CAPTURED, *events)
    assert bounds(as_of) == told


def implemented_in(year: int, *, accepted: tuple[date, str], **fields: object) -> Idea:
    """An idea of which only the year of its implementation is known."""
    idea = vaguely(CAPTURED, ("accepted", *accepted))
    for state in ("prototyping", "testing", "decided", "handed_over", "implementing"):
        tell(idea, state, max(accepted[0], date(year, 1, 1)), precision="year", recorded_on=date(2027, 12, 31))
    ImplementationFactory(idea=idea, live_on=max(accepted[0], date(year, 1, 1)), live_precision="year", **fields)
    tell(idea, "implemented", max(accepted[0], date(year, 1, 1)), precision="year", recorded_on=date(2027, 12, 31))
    return idea


def test_between_two_years_lie_no_month_or_nearly_two_years():
    implemented_in(2025, accepted=(date(2024, 1, 1), "year"))
    assert (months(figures()), bounds()) == (
        [(12, 1, 0, 0)],
        [[(1 / 31, 1, 0, 0)], [(23 + 30 / 31, 1, 0, 0)]],
    )


def test_in_the_middle_of_its_year_an_implementation_may_have_come_or_not():
    implemented_in(2025, accepted=(date(2024, 6, 1), "day"))
    told = figures(date(2025, 6, 30))
    assert (told.rate, [side.rate for side in told.bounds or ()]) == (1.0, [1.0, 0.0])
    assert bounds(date(2025, 6, 30)) == [[(7, 1, 0, 0)], [(12 + 29 / 30, 0, 0, 1)]]
    assert bounds(date(2025, 12, 31)) == [[(7, 1, 0, 0)], [(18 + 30 / 31, 1, 0, 0)]]


def test_in_the_year_of_all_of_it_an_idea_is_not_surely_accepted_but_may_be_implemented():
    implemented_in(2026, accepted=(date(2026, 1, 1), "year"))
    assert bounds(date(2026, 3, 31)) == [[(0, 1, 0, 0)], [(2 + 30 / 31, 0, 0, 1)]]


def test_an_implementation_surely_came_by_the_day_that_a_second_one_is_precise_about():
    idea = implemented_in(2026, accepted=(date(2025, 12, 31), "day"))
    ImplementationFactory(idea=idea, live_on=date(2026, 5, 4), unit="Accueil de nuit")
    assert bounds(date(2026, 5, 3)) == [[(1 / 31, 1, 0, 0)], [(4 + 3 / 31, 0, 0, 1)]]
    assert bounds(date(2026, 5, 4)) == [[(1 / 31, 1, 0, 0)], [(4 + 4 / 31, 1, 0, 0)]]


def test_an_implementation_that_ended_came_before_its_end():
    idea = vaguely(CAPTURED, ("accepted", date(2025, 12, 31), "day"))
    ended = {"state": "discontinued", "ended_on": date(2026, 2, 10)}
    ImplementationFactory(idea=idea, live_on=date(2026, 1, 1), live_precision="year", **ended)
    assert bounds() == [[(1 / 31, 1, 0, 0)], [(1 + 10 / 28, 1, 0, 0)]]


def test_abandoned_after_an_implementation_that_may_come_later_it_counts_as_abandoned():
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
    """What is told of an idea, and the days on which it truly happened."""
    fate = draw(st.sampled_from(list(PATHS)))
    true = [
        STARTS + timedelta(days=days) for days in sorted(draw(st.lists(st.integers(0, 700), min_size=2, max_size=2)))
    ]
    days = {"accepted": true[0], **dict.fromkeys(PATHS[fate], true[1])}
    told, before = [CAPTURED], STARTS
    for state, day in days.items():
        precision = draw(st.sampled_from(["day", "month", "year"])) if state in OUTCOMES else "year"
        first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
        before = max(before, first)
        told.append((state, before, precision))
    return told, {state: day for state, day in days.items() if state in OUTCOMES}


OUTCOMES = ("accepted", "abandoned", "implemented")


def truly(days: dict[str, date], as_of: date) -> tuple[str, float] | None:
    """What became of an idea by that day, and after how many months; None before it was accepted."""
    if days["accepted"] > as_of:
        return None
    fate, on = next(
        ((state, day) for state, day in days.items() if state != "accepted" and day <= as_of), ("open", as_of)
    )
    return fate, months_between(days["accepted"], on)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_truly_happened_lies_between_the_bounds(data: st.DataObject):
    cohort = early_cohort()
    drawn = data.draw(st.lists(stories(), min_size=1, max_size=2))
    for told, _ in drawn:
        idea = IdeaFactory(cohort=cohort, state="")
        for state, on, precision in told:
            if state == "implemented":
                ImplementationFactory(idea=idea, live_on=on, live_precision=precision)
            tell(idea, state, on, precision=precision, recorded_on=date(2027, 12, 31))
    near = data.draw(st.sampled_from([day for _, days in drawn for day in days.values()]))
    as_of = near + timedelta(days=data.draw(st.integers(-150, 150)))
    figures = implementation_rates(scope=Scope(cohort=cohort), as_of=as_of)
    soonest, latest = figures.bounds or (figures, figures)
    truth = [fate for _, days in drawn if (fate := truly(days, as_of))]
    if truth:
        share = sum(fate == "implemented" for fate, _ in truth) / len(truth)
        assert (latest.rate or 0.0) <= share <= (soonest.rate or 0.0), (drawn, as_of)
    if len(drawn) == 1 and truth and truth[0][0] == "implemented":
        assert soonest.by_month[0].months <= truth[0][1] <= latest.by_month[0].months, (drawn, as_of)


def test_nothing_happened_after_it_was_recorded():
    vaguely(CAPTURED, ("accepted", date(2026, 1, 1), "year"), recorded_on=date(2026, 2, 15))
    assert bounds() == [[(9 + 9 / 30, 0, 0, 1)], [(10 + 23 / 30, 0, 0, 1)]]


def test_an_implementation_that_no_event_tells_of_moves_within_its_own_month():
    idea = vaguely(CAPTURED, ("accepted", date(2026, 1, 31), "day"))
    ImplementationFactory(idea=idea, live_on=date(2026, 9, 1), live_precision="month")
    assert bounds() == [[(7 + 1 / 30, 1, 0, 0)], [(8, 1, 0, 0)]]
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 1), live_precision="year", unit="Accueil de nuit")
    assert bounds() == [[(0, 1, 0, 0)], [(8, 1, 0, 0)]]


def test_a_split_idea_is_as_imprecise_as_its_acceptance_and_counts_once(cast: Cast):
    whole = IdeaFactory(cohort=cast.cohort)
    tell(whole, "accepted", date(2026, 3, 1), precision="month", recorded_on=date(2026, 4, 30))
    actions.split_idea(idea=whole, titles=["One", "Two"], by=cast["P"], at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert figures().imprecise == 1
    assert bounds() == [[(7 + 24 / 30, 0, 0, 1)], [(8 + 23 / 30, 0, 0, 1)]]


def test_only_imprecise_ideas_move_and_the_rest_of_the_figures_stays():
    IdeaFactory(state="accepted")
    vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"))
    told = figures()
    assert (months(told), bounds()) == (
        [(8 + 22 / 30, 0, 0, 1), (22 + 23 / 30, 0, 0, 1)],
        [
            [(8 + 22 / 30, 0, 0, 1), (10 + 24 / 30, 0, 0, 1)],
            [(8 + 22 / 30, 0, 0, 1), (22 + 23 / 30, 0, 0, 1)],
        ],
    )
    assert [(side.as_of, side.accepted, side.group, side.bounds) for side in told.bounds or ()] == [
        (TODAY, 2, told.group, None)
    ] * 2


def test_bounds_are_those_of_what_was_known(cast: Cast):
    idea = vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"), recorded_on=date(2026, 3, 2))
    named = idea.events.get(state="accepted")
    tell(idea, "accepted", date(2025, 5, 5), corrects=named, reason="Found", recorded_on=TODAY)
    assert bounds() == []
    assert bounds(known_at=datetime(2026, 11, 1, tzinfo=UTC)) == [[(10 + 24 / 30, 0, 0, 1)], [(22 + 23 / 30, 0, 0, 1)]]


def test_bounds_take_one_statement_more_and_only_where_a_day_is_imprecise(django_assert_num_queries):
    vaguely(CAPTURED, ("accepted", date(2025, 1, 1), "year"))
    for as_of, bounded, statements in ((TODAY, True, 2), (TODAY, False, 1), (date(2024, 6, 1), True, 1)):
        with django_assert_num_queries(statements):
            implementation_rates(as_of=as_of, bounded=bounded)


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
    told = figures()
    assert (told.replications, told.implemented, told.still_live) == (counted, 0, 0)


def test_everything_is_told_in_one_statement(django_assert_num_queries):
    imprecise("testing")
    abandon("tested")
    with django_assert_num_queries(1):
        implementation_rates(scope=EVERYTHING, as_of=TODAY)
