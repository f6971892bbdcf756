"""The one SELECT behind every rate: what counts as of which day, and whose ideas a person may count."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import counted_ideas, implementation_rates, outcomes_by_idea
from figures.outcomes.sql.tally import with_completed_months
from figures.rates import MonthCounts, months_between
from figures.scope.selection import EVERYTHING, FiguresScope
from figures.scope.visibility import visible_cohorts
from prototypes.models import Idea
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import DAYS, IdeaFactory, ImplementationFactory, add_event
from tests.factories.rates import TWENTY_FOUR_IDEAS, early_cohort, idea_after, worked_example
from tests.prototypes.ideas.test_event_sequences import ModelEvent, ModelStory, live_again, steps
from tests.prototypes.raw import insert_event
from tests.sql import execute
from web.dates.months import completed_months

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
ACCEPTED = DAYS["accepted"]


def outcomes(as_of: date = TODAY, scope: FiguresScope = EVERYTHING) -> list[tuple[int, int, int, int]]:
    """Return the outcomes by whole months."""
    return [(int(row.months), *row[1:]) for row in implementation_rates(scope=scope, as_of=as_of).by_month]


def counts(figures: Figures) -> tuple[int, int, int]:
    return figures.implemented, figures.abandoned, figures.open


def counted(as_of: date = TODAY) -> tuple[int, int, int]:
    """Return how many are implemented, abandoned and open."""
    return counts(implementation_rates(as_of=as_of))


# Months


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 1500)), min_size=1, max_size=40))
def test_months_in_sql_equal_those_in_python(spans: list[tuple[date, int]]):
    ends = [start + timedelta(days=days) for start, days in spans]
    rows = execute(
        "WITH followed AS (SELECT * FROM unnest(%s::date[], %s::date[]) AS pair (accepted_on, until))"
        f" SELECT accepted_on, until, months FROM ({with_completed_months('followed')}) AS completed",
        [start for start, _ in spans],
        ends,
    )
    assert sorted((start, end, months) for start, end, months in rows) == sorted(
        (start, end, months_between(start, end)) for (start, _), end in zip(spans, ends, strict=True)
    )


def test_every_pair_of_days_around_a_short_month_agrees_with_dateutil():
    starts = [date(2027, 1, 26) + timedelta(days=shift) for shift in range(8)]
    pairs = [(start, start + timedelta(days=days)) for start in starts for days in range(70)]
    rows = execute(
        "WITH followed AS (SELECT * FROM unnest(%s::date[], %s::date[]) AS pair (accepted_on, until))"
        f" SELECT accepted_on, until, months FROM ({with_completed_months('followed')}) AS completed",
        [start for start, _ in pairs],
        [end for _, end in pairs],
    )
    assert {(start, end): int(months) for start, end, months in rows} == {
        (start, end): relativedelta(end, start).months for start, end in pairs
    }


# What counts


def test_the_worked_example():
    worked_example(early_cohort())
    by_month = {
        month: MonthCounts(month, *(TWENTY_FOUR_IDEAS.count((month, kind)) for kind in (1, 2, 0)))
        for month, _ in TWENTY_FOUR_IDEAS
    }
    assert outcomes() == [tuple(by_month[month]) for month in sorted(by_month)]


def test_an_idea_only_captured_is_left_out():
    IdeaFactory()
    figures = implementation_rates(as_of=TODAY)
    assert (figures.accepted, figures.captured) == (0, 1)


@pytest.mark.parametrize("state", ["parked", "abandoned"])
def test_an_idea_set_aside_before_it_was_accepted_is_left_out_as_captured(state: str):
    IdeaFactory(state=state, after="captured")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.accepted, figures.captured) == (0, 1)


@pytest.mark.parametrize("state", ["accepted", "prototyping", "testing", "decided", "handed_over", "implementing"])
def test_idea_in_progress_is_open(state: str):
    IdeaFactory(state=state)
    assert outcomes() == [(8, 0, 0, 1)]


def test_a_parked_idea_is_open():
    IdeaFactory(state="parked")
    assert counted() == (0, 0, 1)


def test_an_implemented_idea_counts_from_acceptance_to_the_day_it_was_live():
    IdeaFactory(state="implemented", days={"implemented": date(2026, 9, 1)})
    assert outcomes() == [(completed_months(ACCEPTED, date(2026, 9, 1)), 1, 0, 0)]


def test_an_abandoned_idea_counts_to_the_day_it_was_abandoned():
    IdeaFactory(state="abandoned")
    assert outcomes() == [(7, 0, 1, 0)]


def test_day_that_counts_is_that_of_the_implementation():
    idea = IdeaFactory(state="implementing")
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 20))
    add_event(idea, "implemented", date(2026, 11, 12))
    assert outcomes() == [(5, 1, 0, 0)]


def test_implementation_counts_once_live_with_evidence_whatever_the_idea_s_state():
    ImplementationFactory(live_on=date(2026, 9, 1))
    assert counted() == (1, 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "partial"},
        {"state": "planned", "live_on": None},
        {"state": "failed", "live_on": None},
        {"kind": "replication"},
        {"retrospective": True},
        {"retrospective": True, "evidence": ""},
    ],
    ids=["partial", "planned", "failed", "replication", "published", "published-unshown"],
)
def test_implementation_that_does_not_count_leaves_the_idea_open(fields: dict[str, object]):
    if fields.get("kind"):
        fields["authority"] = AuthorityFactory()
    ImplementationFactory(**fields)
    assert counted() == (0, 0, 1)


def test_an_adapted_implementation_counts():
    ImplementationFactory(scope="adapted")
    assert counted() == (1, 0, 0)


def test_a_replication_that_came_earlier_does_not_move_the_day():
    idea = IdeaFactory(state="implemented")
    ImplementationFactory(idea=idea, kind="replication", authority=AuthorityFactory(), live_on=date(2026, 5, 2))
    assert outcomes() == [(5, 1, 0, 0)]


def test_the_first_of_several_implementations_counts():
    idea = IdeaFactory(state="implementing")
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 10), state="discontinued", ended_on=date(2026, 8, 20))
    ImplementationFactory(idea=idea, live_on=date(2026, 10, 10))
    assert outcomes() == [(5, 1, 0, 0)]


def test_implementation_before_acceptance_counts_at_month_zero():
    idea = IdeaFactory(state="accepted")
    ImplementationFactory(idea=idea, live_on=date(2026, 2, 1))
    assert outcomes() == [(0, 1, 0, 0)]


def test_implementation_that_stopped_still_counts_and_is_counted_separately():
    ImplementationFactory(state="discontinued", ended_on=date(2026, 10, 1))
    ImplementationFactory(state="sustained")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.implemented, figures.still_live) == (2, 1)
    assert implementation_rates(as_of=date(2026, 9, 30)).still_live == 2


def test_merged_idea_is_left_out_and_the_surviving_one_counts():
    survivor = IdeaFactory(state="accepted")
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    figures = implementation_rates(as_of=TODAY)
    assert (counts(figures), figures.merged) == ((0, 0, 1), 1)


def test_reopened_idea_keeps_its_first_day_of_acceptance():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    add_event(idea, "accepted", date(2026, 7, 6), reason="Resumed")
    assert outcomes() == [(8, 0, 0, 1)]


def test_idea_abandoned_again_counts_to_the_last_abandonment():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    add_event(idea, "accepted", date(2026, 7, 6), reason="Resumed")
    add_event(idea, "abandoned", date(2026, 9, 7), reason="Nobody to run it")
    assert outcomes() == [(6, 0, 1, 0)]


def test_published_ideas_are_counted_by_state_and_in_no_rate():
    cohort = CohortFactory(retrospective=True, state="alumni")
    IdeaFactory(cohort=cohort, retrospective=True, state="implemented", days={"implemented": date(2013, 1, 1)})
    IdeaFactory(cohort=cohort, retrospective=True, state="abandoned")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.accepted, figures.published) == (0, {"implemented": 1, "abandoned": 1})
    assert implementation_rates(as_of=date(2012, 1, 1)).published == {"abandoned": 1}


def test_idea_without_events_is_in_no_figure():
    IdeaFactory(state="")
    assert implementation_rates(as_of=TODAY) == Figures(TODAY, published={})


def test_figures_without_ideas_are_empty():
    assert implementation_rates(as_of=TODAY) == Figures(TODAY, published={})


def test_imprecise_day_counts_as_its_first_possible_day():
    idea = IdeaFactory(state="captured")
    add_event(idea, "accepted", date(2026, 3, 1), precision="month")
    assert outcomes() == [(8, 0, 0, 1)]


# As of a day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 1), (0, 0, 0)),
        (date(2026, 3, 1), (0, 0, 0)),
        (date(2026, 3, 2), (0, 0, 1)),
        (date(2026, 8, 31), (0, 0, 1)),
        (date(2026, 9, 1), (1, 0, 0)),
    ],
)
def test_only_events_by_that_day_count(day: date, expected: tuple[int, int, int]):
    IdeaFactory(state="implemented")
    assert counted(day) == expected


def test_idea_is_not_counted_before_it_was_captured():
    IdeaFactory()
    assert [implementation_rates(as_of=day).captured for day in (date(2026, 2, 1), DAYS["captured"])] == [0, 1]


def test_before_it_was_abandoned_or_merged_an_idea_was_open():
    survivor = IdeaFactory(state="accepted")
    IdeaFactory(cohort=survivor.cohort, state="abandoned")
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    assert [counted(day) for day in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 10, 6))] == [
        (0, 0, 3),
        (0, 1, 2),
        (0, 1, 1),
    ]


def test_between_abandoned_and_reopened_it_was_abandoned():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    add_event(idea, "accepted", date(2026, 7, 6), reason="Resumed")
    assert outcomes(date(2026, 7, 5)) == [(2, 0, 1, 0)]


# Corrections


def test_an_acceptance_that_never_happened_does_not_start_the_clock():
    idea = IdeaFactory(state="accepted")
    add_event(
        idea, "captured", ACCEPTED, corrects=idea.events.get(state="accepted"), reason="Not accepted", recorded_on=TODAY
    )
    assert (counted(), implementation_rates(as_of=TODAY).captured) == ((0, 0, 0), 1)


def test_a_corrected_day_moves_the_clock():
    idea = IdeaFactory(state="accepted")
    accepted = idea.events.get(state="accepted")
    add_event(idea, "accepted", date(2026, 6, 2), corrects=accepted, reason="June", recorded_on=TODAY)
    assert outcomes() == [(5, 0, 0, 1)]


def test_an_abandonment_that_never_happened_leaves_the_idea_open():
    idea = IdeaFactory(state="abandoned")
    event = idea.events.get(state="abandoned")
    add_event(idea, "accepted", event.effective_on, corrects=event, reason="It goes on", recorded_on=TODAY)
    assert counted() == (0, 0, 1)


def test_a_reopening_that_never_happened_leaves_it_abandoned_since_the_first_day():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    reopened = add_event(idea, "accepted", date(2026, 7, 6), reason="Resumed")
    add_event(idea, "abandoned", date(2026, 7, 6), corrects=reopened, reason="It was not", recorded_on=TODAY)
    assert outcomes() == [(2, 0, 1, 0)]


def test_an_implementation_that_never_happened_no_longer_counts():
    idea = IdeaFactory(state="implemented")
    event = idea.events.get(state="implemented")
    add_event(idea, "implementing", event.effective_on, corrects=event, reason="Not live", recorded_on=TODAY)
    assert counted() == (0, 0, 1)


def test_corrected_day_of_implementation_replaces_the_first_one():
    idea = IdeaFactory(state="implemented")
    event = idea.events.get(state="implemented")
    add_event(idea, "implemented", date(2026, 11, 2), corrects=event, reason="November", recorded_on=TODAY)
    assert outcomes() == [(8, 1, 0, 0)]
    assert counted(date(2026, 10, 1)) == (0, 0, 1)


def test_correction_of_another_event_keeps_the_day_of_implementation():
    idea = IdeaFactory(state="implementing")
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 20))
    add_event(idea, "implemented", date(2026, 11, 12))
    testing = idea.events.get(state="testing")
    add_event(idea, "testing", date(2026, 5, 5), corrects=testing, reason="A day later", recorded_on=TODAY)
    assert outcomes() == [(5, 1, 0, 0)]


# Any story

FIRST = date(2024, 1, 31)
PACE = 13  # days between two days of a story, so that months pass


def on(day: int) -> date:
    return FIRST + timedelta(days=PACE * day)


def write(idea: Idea, target: Idea, story: ModelStory, event: ModelEvent, written: list[int]) -> None:
    live_again(idea, FIRST)
    columns: dict[str, object] = {
        "reason": "Told by the tests",
        "decision": "adopt" if event.state == "decided" else "",
    }
    columns["merged_into_id"] = target.pk if event.state == "merged" else None
    columns["corrects_id"] = written[event.corrects] if event.corrects is not None else None
    written.append(insert_event(idea, event.state, on(event.day), recorded_on=date(2030, 1, 1), **columns))
    story.events.append(event)


def outcome_of(story: ModelStory, live_on: date, as_of: date) -> tuple[str, int | None] | None:
    """Return the outcome by the definitions, written again in Python, for an idea with one full implementation."""
    happened = [event for event in story.uncorrected() if on(event.day) <= as_of]
    if not happened:
        return None
    if happened[-1].state == "merged":
        return "merged", None
    accepted = [on(event.day) for event in happened if event.state == "accepted"]
    if not accepted:
        return "captured", None
    implemented = implemented_on(story, live_on)
    if implemented is not None and implemented <= as_of:
        return "implemented", months_between(accepted[0], max(implemented, accepted[0]))
    if happened[-1].state != "abandoned":
        return "open", months_between(accepted[0], as_of)
    return "abandoned", months_between(accepted[0], run_of_abandonment(happened))


def implemented_on(story: ModelStory, live_on: date) -> date | None:
    """Return the implementation's own day, unless a correction changed or withdrew it."""
    if not any(
        event.corrects is not None and "implemented" in (event.state, story.events[event.corrects].state)
        for event in story.events
    ):
        return live_on
    return next((on(event.day) for event in story.uncorrected() if event.state == "implemented"), None)


def run_of_abandonment(happened: list[ModelEvent]) -> date:
    days = []
    for event in reversed(happened):
        if event.state != "abandoned":
            break
        days.append(on(event.day))
    return days[-1]


@pytest.fixture
def stage() -> tuple[Idea, Idea]:
    cohort = CohortFactory(actual_start=FIRST, planned_start=FIRST)
    return IdeaFactory(cohort=cohort, state=""), IdeaFactory(cohort=cohort, days={"captured": date(2029, 1, 1)})


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_story_counts_as_defined(data: st.DataObject, stage: tuple[Idea, Idea]):
    first, target = stage
    idea = IdeaFactory(cohort=first.cohort, state="")
    live_on = on(data.draw(st.sampled_from([0, 5, 20, 300])))
    ImplementationFactory(idea=idea, live_on=live_on)
    story, written = ModelStory(), []
    for _ in range(data.draw(st.integers(1, 12))):
        event = data.draw(steps(story))
        if story.admits(event):
            write(idea, target, story, event, written)
    latest = max((event.day for event in story.events), default=0)
    for as_of in {on(data.draw(st.integers(0, latest + 5))), on(latest), date(2027, 3, 31)}:
        outcome = outcomes_by_idea([idea], as_of=as_of).get(idea.pk)
        assert (outcome and (outcome.outcome, outcome.months)) == outcome_of(story, live_on, as_of), (story, as_of)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(0, 24), st.sampled_from([0, 1, 2])), max_size=8))
def test_tally_is_the_sum_of_the_ideas_one_by_one(rows: list[tuple[int, int]]):
    cohort = early_cohort()
    ideas = [idea_after(months, outcome, cohort=cohort) for months, outcome in rows]
    outcome_rows = [(row.months, row.outcome) for row in outcomes_by_idea(ideas, as_of=TODAY).values()]
    figures = implementation_rates(scope=FiguresScope(cohort=cohort), as_of=TODAY)
    kinds = ("implemented", "abandoned", "open")
    assert figures.by_month == tuple(
        MonthCounts(month, *(outcome_rows.count((month, kind)) for kind in kinds))
        for month in sorted({month for month, _ in outcome_rows})
    )


# Statements


@pytest.mark.parametrize("ideas", [1, 3])
def test_figures_take_one_statement_for_any_number_of_ideas(ideas: int, django_assert_num_queries):
    worked_example(early_cohort(), ideas=ideas)
    with django_assert_num_queries(1):
        assert implementation_rates(as_of=TODAY).accepted == ideas


def test_query_is_a_select_without_history(django_assert_num_queries):
    with django_assert_num_queries(1) as statements:
        implementation_rates(as_of=TODAY)
    assert statements.captured_queries[0]["sql"].startswith("SELECT * FROM (")


# Whose ideas


def two_authorities() -> tuple[FiguresScope, FiguresScope, FiguresScope]:
    """Create two cohorts of two authorities in two editions: one idea in the first, two in the second."""
    one, two = CohortFactory(), CohortFactory()
    for cohort in (one, two, two):
        IdeaFactory(cohort=cohort, state="accepted")
    return FiguresScope(authority=two.authority), FiguresScope(edition=two.edition), FiguresScope(cohort=two)


def test_a_scope_counts_one_authority_edition_or_cohort():
    scopes = two_authorities()
    assert [implementation_rates(scope=scope, as_of=TODAY).accepted for scope in (*scopes, EVERYTHING)] == [2, 2, 2, 3]


def test_contradictory_choices_count_nothing():
    authority, edition, _ = two_authorities()
    other = CohortFactory(authority=authority.authority)
    assert implementation_rates(scope=FiguresScope(authority.authority, other.edition), as_of=TODAY).accepted == 0
    assert implementation_rates(scope=FiguresScope(authority.authority, edition.edition), as_of=TODAY).accepted == 2


def accept(cast: Cast, own: int, others: int) -> None:
    for cohort, ideas in ((cast.cohort, own), (cast.other_cohort, others)):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")


@pytest.mark.parametrize(
    ("roles", "seen"),
    [("S", (7, 7)), ("CDPMRA", (2, 2)), ("N", (5, 5)), ("X", (0, 0))],
)
def test_without_a_choice_people_count_their_own_ideas(roles: str, seen: tuple[int, int], cast: Cast):
    accept(cast, 2, 5)
    share_with_edition(cast.cohort, cast.other_cohort)
    for role in roles:
        assert accepted_and_listed(visible_cohorts(cast[role]).scope()) == seen, role


def accepted_and_listed(scope: FiguresScope) -> tuple[int, int]:
    figures = implementation_rates(scope=scope, as_of=TODAY)
    return figures.accepted, figures.listed


@pytest.mark.parametrize(
    ("shares", "seen"),
    [
        ("", {"S": (7, 7), "CDPMRA": (2, 2), "N": (5, 5)}),
        ("montagne", {"S": (7, 7), "CDPMRA": (7, 2), "N": (5, 5)}),
        ("rivage", {"S": (7, 7), "CDPMRA": (2, 2), "N": (7, 5)}),
    ],
)
def test_edition_counts_one_s_own_cohorts_and_those_that_share(
    shares: str, seen: dict[str, tuple[int, int]], cast: Cast
):
    accept(cast, 2, 5)
    share_with_edition(*(cohort for cohort in (cast.cohort, cast.other_cohort) if cohort.slug == shares))
    found = {role: accepted_and_listed(visible_cohorts(cast[role]).scope(edition=cast.edition)) for role in "SCDPMRAN"}
    assert found == {role: numbers for roles, numbers in seen.items() for role in roles}


@pytest.mark.parametrize(
    ("role", "authorities", "editions", "cohorts"),
    [
        ("S", ["Ville de Montagne", "Ville de Rivage"], 1, ["Montagne", "Rivage"]),
        *[(role, ["Ville de Rivage"], 1, ["Rivage"]) for role in "CDPMRA"],
        ("N", ["Ville de Montagne"], 1, ["Montagne"]),
        ("X", [], 0, []),
    ],
)
def test_choices_of_each_role(role: str, authorities: list[str], editions: int, cohorts: list[str], cast: Cast):
    visible = visible_cohorts(cast[role])
    assert [row.name for row in visible.authorities()] == authorities
    assert [row.name for row in visible.editions()] == ["La Transfo 2026–2028"][:editions]
    assert [row.name for row in visible.selectable_cohorts()] == cohorts


def test_everyone_may_choose_published_cohorts(cast: Cast):
    edition = EditionFactory(retrospective=True, state="closed", name="La Transfo 2011")
    CohortFactory(edition=edition, retrospective=True, state="alumni", name="Champagne")
    for role in EVERYONE:
        visible = visible_cohorts(cast[role])
        assert "La Transfo 2011" in [row.name for row in visible.editions()], role
        assert "Champagne" in [row.name for row in visible.selectable_cohorts()], role


def test_one_published_cohort_does_not_open_the_running_ones_of_its_edition(cast: Cast):
    accept(cast, 2, 5)
    share_with_edition(cast.cohort, cast.other_cohort)
    published = CohortFactory(edition=cast.edition, retrospective=True, state="alumni")
    IdeaFactory(cohort=published, retrospective=True, state="implemented")
    visible = visible_cohorts(cast["X"])
    figures = implementation_rates(scope=visible.scope(edition=cast.edition), as_of=TODAY)
    assert (visible.editions(), figures.accepted, figures.retrospective) == ([], 0, 1)


def test_an_admin_reads_the_editions_the_authority_takes_part_in(cast: Cast):
    cohort = CohortFactory(authority=cast.cohort.authority)
    assert cohort.edition in visible_cohorts(cast["A"]).editions()


def test_past_members_and_admins_read_rates_like_other_members_of_the_edition(cast: Cast):
    cast["M"].memberships.update(ends_on=date(2026, 6, 1))
    cast["A"].administered.update(until=date(2026, 6, 1))
    assert [visible_cohorts(cast[role]).own for role in "MA"] == [frozenset(), frozenset()]


def test_admin_of_an_authority_without_cohort_has_no_ideas(db: None):
    admin = AuthorityAdminFactory()
    visible = visible_cohorts(admin.user)
    assert (visible.own, visible.has_nothing_to_show(visible.scope())) == (frozenset(), True)


@pytest.mark.parametrize("role", ["S", "A", "X"])
def test_visible_cohorts_take_one_statement(role: str, cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        visible_cohorts(cast[role]).authorities()


# Rows and claims


def test_counted_ideas_are_the_denominator_by_reference(cast: Cast):
    surviving = IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort, state="merged", merged_into=surviving)
    ended = IdeaFactory(cohort=cast.cohort, state="abandoned")
    IdeaFactory(cohort=cast.other_cohort, state="accepted")
    rows = counted_ideas(visible_cohorts(cast["A"]).scope(), cast["A"], as_of=TODAY)
    assert list(rows) == [surviving, ended]
    assert list(
        counted_ideas(visible_cohorts(cast["A"]).scope(), cast["A"], as_of=date(2026, 10, 6) - timedelta(days=1))
    ) == [
        surviving,
        Idea.objects.get(state="merged"),
        ended,
    ]


def test_only_own_ideas_are_listed_although_the_edition_is_counted(cast: Cast):
    accept(cast, 2, 5)
    share_with_edition(cast.other_cohort)
    rows = counted_ideas(visible_cohorts(cast["A"]).scope(edition=cast.edition), cast["A"], as_of=TODAY)
    assert {row.cohort for row in rows} == {cast.cohort}


def test_pages_that_a_person_cannot_open_are_marked(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    earlier = early_cohort(authority=cast.cohort.authority)
    IdeaFactory(cohort=earlier, state="accepted")
    scope = visible_cohorts(cast["M"]).scope()
    assert {row.cohort.pk: row.readable for row in counted_ideas(scope, cast["M"], as_of=TODAY)} == {
        cast.cohort.pk: True,
        earlier.pk: False,
    }


def test_outcome_of_an_idea_has_its_day_and_reason():
    ended = IdeaFactory(state="abandoned")
    live = IdeaFactory(cohort=ended.cohort, state="implemented")
    going = IdeaFactory(cohort=ended.cohort, state="testing")
    outcomes = outcomes_by_idea([ended, live, going], as_of=TODAY)
    rows = [outcomes[idea.pk] for idea in (ended, live, going)]
    assert [(row.outcome, row.completed_months, row.state, row.since, row.precision, row.reason) for row in rows] == [
        ("abandoned", 7, "abandoned", date(2026, 10, 5), "day", "Told by the tests"),
        ("implemented", 5, "implemented", date(2026, 9, 1), "day", ""),
        ("open", 8, "testing", date(2026, 5, 4), "day", ""),
    ]


def test_outcome_of_an_idea_is_that_of_the_day():
    idea = IdeaFactory(state="implemented")
    [outcome] = outcomes_by_idea([idea], as_of=date(2026, 7, 15)).values()
    assert (outcome.state, outcome.since, outcome.completed_months, outcome.display_state) == (
        "handed_over",
        date(2026, 7, 1),
        4,
        "handed_over",
    )


def test_ideas_counted_as_implemented_are_shown_as_implemented():
    idea = ImplementationFactory().idea
    [outcome] = outcomes_by_idea([idea], as_of=TODAY).values()
    assert (outcome.state, outcome.display_state) == ("implementing", "implemented")
