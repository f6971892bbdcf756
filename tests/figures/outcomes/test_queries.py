"""The one SELECT behind every rate: what counts as of which day, and whose ideas a person may count."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.groups import Group
from figures.outcomes.figures import Figures
from figures.outcomes.queries import ideas_behind, implementation_rates, told_one_by_one
from figures.outcomes.sql.tally import completed
from figures.rates import MonthCounts, months_between
from figures.scope.selection import EVERYTHING, Scope
from figures.scope.visibility import reach_of
from prototypes.models import Idea
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import DAYS, IdeaFactory, ImplementationFactory, tell
from tests.factories.rates import TWENTY_FOUR_IDEAS, early_cohort, idea_after, worked_example
from tests.prototypes.ideas.test_event_sequences import Story, Told, live_again, steps
from tests.prototypes.raw import insert_event
from tests.sql import execute
from web.dates.months import completed_months

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
ACCEPTED = DAYS["accepted"]


def outcomes(as_of: date = TODAY, scope: Scope = EVERYTHING) -> list[tuple[int, int, int, int]]:
    """By whole months."""
    return [(int(row.months), *row[1:]) for row in implementation_rates(scope=scope, as_of=as_of).by_month]


def counts(figures: Figures) -> tuple[int, int, int]:
    return figures.implemented, figures.abandoned, figures.open


def counted(as_of: date = TODAY) -> tuple[int, int, int]:
    """How many are implemented, abandoned and open."""
    return counts(implementation_rates(as_of=as_of))


# Months


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 1500)), min_size=1, max_size=40))
def test_months_in_sql_are_those_in_python(spans: list[tuple[date, int]]):
    ends = [start + timedelta(days=days) for start, days in spans]
    rows = execute(
        "WITH followed AS (SELECT * FROM unnest(%s::date[], %s::date[]) AS pair (accepted_on, until))"
        f" SELECT accepted_on, until, months FROM ({completed('followed')}) AS completed",
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
        f" SELECT accepted_on, until, months FROM ({completed('followed')}) AS completed",
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
    assert (figures.accepted, figures.captured) == (0, Group(1, 1))


@pytest.mark.parametrize("state", ["parked", "abandoned"])
def test_an_idea_set_aside_before_it_was_accepted_is_left_out_as_captured(state: str):
    IdeaFactory(state=state, after="captured")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.accepted, figures.captured.total) == (0, 1)


@pytest.mark.parametrize("state", ["accepted", "prototyping", "testing", "decided", "handed_over", "implementing"])
def test_an_idea_on_its_way_is_open(state: str):
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


def test_the_day_that_counts_is_the_implementations_own():
    idea = IdeaFactory(state="implementing")
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 20))
    tell(idea, "implemented", date(2026, 11, 12))
    assert outcomes() == [(5, 1, 0, 0)]


def test_an_implementation_counts_once_it_is_live_and_shown_whatever_the_idea_says():
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
def test_what_is_no_implementation_leaves_the_idea_open(fields: dict[str, object]):
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


def test_one_live_before_acceptance_counts_at_month_zero():
    idea = IdeaFactory(state="accepted")
    ImplementationFactory(idea=idea, live_on=date(2026, 2, 1))
    assert outcomes() == [(0, 1, 0, 0)]


def test_stopping_later_does_not_undo_it_and_is_a_figure_of_its_own():
    ImplementationFactory(state="discontinued", ended_on=date(2026, 10, 1))
    ImplementationFactory(state="sustained")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.implemented, figures.still_live) == (2, 1)
    assert implementation_rates(as_of=date(2026, 9, 30)).still_live == 2


def test_a_merged_idea_leaves_and_the_surviving_one_stays():
    survivor = IdeaFactory(state="accepted")
    IdeaFactory(cohort=survivor.cohort, state="merged", merged_into=survivor)
    figures = implementation_rates(as_of=TODAY)
    assert (counts(figures), figures.merged) == ((0, 0, 1), Group(1, 1))


def test_a_reopened_idea_keeps_the_clocks_first_start():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    tell(idea, "accepted", date(2026, 7, 6), reason="Taken up again")
    assert outcomes() == [(8, 0, 0, 1)]


def test_abandoned_again_it_counts_to_the_last_time():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    tell(idea, "accepted", date(2026, 7, 6), reason="Taken up again")
    tell(idea, "abandoned", date(2026, 9, 7), reason="Nobody to run it")
    assert outcomes() == [(6, 0, 1, 0)]


def test_published_ideas_are_counted_by_state_and_in_no_rate():
    cohort = CohortFactory(retrospective=True, state="alumni")
    IdeaFactory(cohort=cohort, retrospective=True, state="implemented", days={"implemented": date(2013, 1, 1)})
    IdeaFactory(cohort=cohort, retrospective=True, state="abandoned")
    figures = implementation_rates(as_of=TODAY)
    assert (figures.accepted, figures.published) == (0, {"implemented": 1, "abandoned": 1})
    assert implementation_rates(as_of=date(2012, 1, 1)).published == {"abandoned": 1}


def test_an_idea_without_any_event_is_nowhere():
    IdeaFactory(state="")
    assert implementation_rates(as_of=TODAY) == Figures(TODAY, published={})


def test_without_ideas_there_is_nothing():
    assert implementation_rates(as_of=TODAY) == Figures(TODAY, published={})


def test_an_imprecise_day_counts_as_the_first_it_may_stand_for():
    idea = IdeaFactory(state="captured")
    tell(idea, "accepted", date(2026, 3, 1), precision="month")
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
def test_only_what_had_happened_by_the_day_counts(day: date, expected: tuple[int, int, int]):
    IdeaFactory(state="implemented")
    assert counted(day) == expected


def test_before_it_was_captured_an_idea_is_not_even_left_out():
    IdeaFactory()
    assert [implementation_rates(as_of=day).captured.total for day in (date(2026, 2, 1), DAYS["captured"])] == [0, 1]


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
    tell(idea, "accepted", date(2026, 7, 6), reason="Taken up again")
    assert outcomes(date(2026, 7, 5)) == [(2, 0, 1, 0)]


# Corrections


def test_an_acceptance_that_never_happened_does_not_start_the_clock():
    idea = IdeaFactory(state="accepted")
    tell(
        idea, "captured", ACCEPTED, corrects=idea.events.get(state="accepted"), reason="Not accepted", recorded_on=TODAY
    )
    assert (counted(), implementation_rates(as_of=TODAY).captured.total) == ((0, 0, 0), 1)


def test_a_corrected_day_moves_the_clock():
    idea = IdeaFactory(state="accepted")
    accepted = idea.events.get(state="accepted")
    tell(idea, "accepted", date(2026, 6, 2), corrects=accepted, reason="June", recorded_on=TODAY)
    assert outcomes() == [(5, 0, 0, 1)]


def test_an_abandonment_that_never_happened_leaves_the_idea_open():
    idea = IdeaFactory(state="abandoned")
    told = idea.events.get(state="abandoned")
    tell(idea, "accepted", told.effective_on, corrects=told, reason="It goes on", recorded_on=TODAY)
    assert counted() == (0, 0, 1)


def test_a_reopening_that_never_happened_leaves_it_abandoned_since_the_first_day():
    idea = IdeaFactory(state="abandoned", days={"abandoned": date(2026, 5, 4)})
    reopened = tell(idea, "accepted", date(2026, 7, 6), reason="Taken up again")
    tell(idea, "abandoned", date(2026, 7, 6), corrects=reopened, reason="It was not", recorded_on=TODAY)
    assert outcomes() == [(2, 0, 1, 0)]


def test_an_implementation_that_never_happened_no_longer_counts():
    idea = IdeaFactory(state="implemented")
    told = idea.events.get(state="implemented")
    tell(idea, "implementing", told.effective_on, corrects=told, reason="Not live", recorded_on=TODAY)
    assert counted() == (0, 0, 1)


def test_a_corrected_day_of_implementation_counts_instead_of_the_first_one_told():
    idea = IdeaFactory(state="implemented")
    told = idea.events.get(state="implemented")
    tell(idea, "implemented", date(2026, 11, 2), corrects=told, reason="November", recorded_on=TODAY)
    assert outcomes() == [(8, 1, 0, 0)]
    assert counted(date(2026, 10, 1)) == (0, 0, 1)


def test_a_correction_elsewhere_in_the_story_leaves_the_implementations_own_day():
    idea = IdeaFactory(state="implementing")
    ImplementationFactory(idea=idea, live_on=date(2026, 8, 20))
    tell(idea, "implemented", date(2026, 11, 12))
    testing = idea.events.get(state="testing")
    tell(idea, "testing", date(2026, 5, 5), corrects=testing, reason="A day later", recorded_on=TODAY)
    assert outcomes() == [(5, 1, 0, 0)]


# Any story

FIRST = date(2024, 1, 31)
PACE = 13  # days between two days of a story, so that months pass


def on(day: int) -> date:
    return FIRST + timedelta(days=PACE * day)


def write(idea: Idea, target: Idea, story: Story, told: Told, written: list[int]) -> None:
    live_again(idea, FIRST)
    columns: dict[str, object] = {"reason": "Told by the tests", "decision": "adopt" if told.state == "decided" else ""}
    columns["merged_into_id"] = target.pk if told.state == "merged" else None
    columns["corrects_id"] = written[told.corrects] if told.corrects is not None else None
    written.append(insert_event(idea, told.state, on(told.day), recorded_on=date(2030, 1, 1), **columns))
    story.told.append(told)


def outcome_of(story: Story, live_on: date, as_of: date) -> tuple[str, int | None] | None:
    """The definitions of the domain, said once more in Python, for an idea with one full implementation."""
    happened = [event for event in story.counting() if on(event.day) <= as_of]
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


def implemented_on(story: Story, live_on: date) -> date | None:
    """The implementation's own day, unless a correction told of it, or took it back."""
    if not any(
        event.corrects is not None and "implemented" in (event.state, story.told[event.corrects].state)
        for event in story.told
    ):
        return live_on
    return next((on(event.day) for event in story.counting() if event.state == "implemented"), None)


def run_of_abandonment(happened: list[Told]) -> date:
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
def test_any_story_counts_as_the_definitions_say(data: st.DataObject, stage: tuple[Idea, Idea]):
    first, target = stage
    idea = IdeaFactory(cohort=first.cohort, state="")
    live_on = on(data.draw(st.sampled_from([0, 5, 20, 300])))
    ImplementationFactory(idea=idea, live_on=live_on)
    story, written = Story(), []
    for _ in range(data.draw(st.integers(1, 12))):
        told = data.draw(steps(story))
        if story.admits(told):
            write(idea, target, story, told, written)
    latest = max((event.day for event in story.told), default=0)
    for as_of in {on(data.draw(st.integers(0, latest + 5))), on(latest), date(2027, 3, 31)}:
        told_of = told_one_by_one([idea], as_of=as_of).get(idea.pk)
        assert (told_of and (told_of.outcome, told_of.months)) == outcome_of(story, live_on, as_of), (story, as_of)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(0, 24), st.sampled_from([0, 1, 2])), max_size=8))
def test_the_tally_is_the_sum_of_the_ideas_one_by_one(rows: list[tuple[int, int]]):
    cohort = early_cohort()
    ideas = [idea_after(months, outcome, cohort=cohort) for months, outcome in rows]
    told = [(row.months, row.outcome) for row in told_one_by_one(ideas, as_of=TODAY).values()]
    figures = implementation_rates(scope=Scope(cohort=cohort), as_of=TODAY)
    kinds = ("implemented", "abandoned", "open")
    assert figures.by_month == tuple(
        MonthCounts(month, *(told.count((month, kind)) for kind in kinds))
        for month in sorted({month for month, _ in told})
    )


# Statements


@pytest.mark.parametrize("ideas", [1, 3])
def test_one_statement_whatever_the_number_of_ideas(ideas: int, django_assert_num_queries):
    worked_example(early_cohort(), ideas=ideas)
    with django_assert_num_queries(1):
        assert implementation_rates(as_of=TODAY).accepted == ideas


def test_it_is_a_select_that_leaves_no_history(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        implementation_rates(as_of=TODAY)
    assert asked.captured_queries[0]["sql"].startswith("SELECT * FROM (")


# Whose ideas


def two_authorities() -> tuple[Scope, Scope, Scope]:
    """Two cohorts of two authorities in two editions: one idea in the first, two in the second."""
    one, two = CohortFactory(), CohortFactory()
    for cohort in (one, two, two):
        IdeaFactory(cohort=cohort, state="accepted")
    return Scope(authority=two.authority), Scope(edition=two.edition), Scope(cohort=two)


def test_a_scope_counts_one_authority_edition_or_cohort():
    scopes = two_authorities()
    assert [implementation_rates(scope=scope, as_of=TODAY).accepted for scope in (*scopes, EVERYTHING)] == [2, 2, 2, 3]


def test_choices_that_exclude_each_other_count_nothing():
    authority, edition, _ = two_authorities()
    other = CohortFactory(authority=authority.authority)
    assert implementation_rates(scope=Scope(authority.authority, other.edition), as_of=TODAY).accepted == 0
    assert implementation_rates(scope=Scope(authority.authority, edition.edition), as_of=TODAY).accepted == 2


def accept(cast: Cast, own: int, others: int) -> None:
    for cohort, ideas in ((cast.cohort, own), (cast.other, others)):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")


@pytest.mark.parametrize(
    ("letters", "seen"),
    [("S", Group(7, 7)), ("CDPMRA", Group(2, 2)), ("N", Group(5, 5)), ("X", Group(0, 0))],
)
def test_without_a_choice_people_count_what_is_their_own(letters: str, seen: Group, cast: Cast):
    accept(cast, 2, 5)
    for letter in letters:
        scope = reach_of(cast[letter]).scope()
        assert implementation_rates(scope=scope, as_of=TODAY).group == seen, letter


@pytest.mark.parametrize(("letters", "seen"), [("S", Group(7, 7)), ("CDPMRA", Group(7, 2)), ("N", Group(7, 5))])
def test_the_edition_is_counted_as_a_whole_and_ones_own_rows_apart(letters: str, seen: Group, cast: Cast):
    accept(cast, 2, 5)
    for letter in letters:
        scope = reach_of(cast[letter]).scope(edition=cast.edition)
        assert implementation_rates(scope=scope, as_of=TODAY).group == seen, letter


@pytest.mark.parametrize(
    ("letter", "authorities", "editions", "cohorts"),
    [
        ("S", ["Ville de Montagne", "Ville de Rivage"], 1, ["Montagne", "Rivage"]),
        *[(letter, ["Ville de Rivage"], 1, ["Rivage"]) for letter in "CDPMRA"],
        ("N", ["Ville de Montagne"], 1, ["Montagne"]),
        ("X", [], 0, []),
    ],
)
def test_what_each_may_choose(letter: str, authorities: list[str], editions: int, cohorts: list[str], cast: Cast):
    reach = reach_of(cast[letter])
    assert [row.name for row in reach.authorities()] == authorities
    assert [row.name for row in reach.editions()] == ["La Transfo 2026–2028"][:editions]
    assert [row.name for row in reach.choosable()] == cohorts


def test_everyone_may_choose_what_was_published(cast: Cast):
    edition = EditionFactory(retrospective=True, state="closed", name="La Transfo 2011")
    CohortFactory(edition=edition, retrospective=True, state="alumni", name="Champagne")
    for letter in EVERYONE:
        reach = reach_of(cast[letter])
        assert "La Transfo 2011" in [row.name for row in reach.editions()], letter
        assert "Champagne" in [row.name for row in reach.choosable()], letter


def test_one_published_cohort_does_not_open_the_running_ones_of_its_edition(cast: Cast):
    accept(cast, 2, 5)
    published = CohortFactory(edition=cast.edition, retrospective=True, state="alumni")
    IdeaFactory(cohort=published, retrospective=True, state="implemented")
    reach = reach_of(cast["X"])
    figures = implementation_rates(scope=reach.scope(edition=cast.edition), as_of=TODAY)
    assert (reach.editions(), figures.group, figures.retrospective) == ([], Group(), 1)


def test_an_admin_reads_the_editions_the_authority_takes_part_in(cast: Cast):
    cohort = CohortFactory(authority=cast.cohort.authority)
    assert cohort.edition in reach_of(cast["A"]).editions()


def test_past_members_and_admins_whose_mandate_ended_read_rates_as_neighbours_do(cast: Cast):
    cast["M"].memberships.update(ends_on=date(2026, 6, 1))
    cast["A"].administered.update(until=date(2026, 6, 1))
    assert [reach_of(cast[letter]).own for letter in "MA"] == [frozenset(), frozenset()]


def test_an_admin_of_an_authority_without_any_cohort_owns_nothing(db: None):
    admin = AuthorityAdminFactory()
    reach = reach_of(admin.user)
    assert (reach.own, reach.owns_nothing(reach.scope())) == (frozenset(), True)


@pytest.mark.parametrize("letter", ["S", "A", "X"])
def test_reach_takes_one_statement(letter: str, cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        reach_of(cast[letter]).authorities()


# Rows and claims


def test_the_ideas_behind_are_those_in_the_denominator_by_reference(cast: Cast):
    kept = IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort, state="merged", merged_into=kept)
    ended = IdeaFactory(cohort=cast.cohort, state="abandoned")
    IdeaFactory(cohort=cast.other, state="accepted")
    rows = ideas_behind(reach_of(cast["A"]).scope(), cast["A"], as_of=TODAY)
    assert list(rows) == [kept, ended]
    assert list(ideas_behind(reach_of(cast["A"]).scope(), cast["A"], as_of=date(2026, 10, 6) - timedelta(days=1))) == [
        kept,
        Idea.objects.get(state="merged"),
        ended,
    ]


def test_only_ones_own_are_listed_although_the_edition_is_counted(cast: Cast):
    accept(cast, 2, 5)
    rows = ideas_behind(reach_of(cast["A"]).scope(edition=cast.edition), cast["A"], as_of=TODAY)
    assert {row.cohort for row in rows} == {cast.cohort}


def test_pages_that_a_person_cannot_open_are_known(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    earlier = early_cohort(authority=cast.cohort.authority)
    IdeaFactory(cohort=earlier, state="accepted")
    scope = reach_of(cast["M"]).scope()
    assert {row.cohort.pk: row.readable for row in ideas_behind(scope, cast["M"], as_of=TODAY)} == {
        cast.cohort.pk: True,
        earlier.pk: False,
    }


def test_an_idea_is_told_with_its_day_and_the_reason_of_its_end():
    ended = IdeaFactory(state="abandoned")
    live = IdeaFactory(cohort=ended.cohort, state="implemented")
    going = IdeaFactory(cohort=ended.cohort, state="testing")
    told = told_one_by_one([ended, live, going], as_of=TODAY)
    rows = [told[idea.pk] for idea in (ended, live, going)]
    assert [(row.outcome, row.completed_months, row.state, row.since, row.precision, row.reason) for row in rows] == [
        ("abandoned", 7, "abandoned", date(2026, 10, 5), "day", "Told by the tests"),
        ("implemented", 5, "implemented", date(2026, 9, 1), "day", ""),
        ("open", 8, "testing", date(2026, 5, 4), "day", ""),
    ]


def test_an_idea_is_told_as_it_stood_on_the_day():
    idea = IdeaFactory(state="implemented")
    [told] = told_one_by_one([idea], as_of=date(2026, 7, 15)).values()
    assert (told.state, told.since, told.completed_months, told.shown) == (
        "handed_over",
        date(2026, 7, 1),
        4,
        "handed_over",
    )


def test_what_counts_as_implemented_is_shown_as_such():
    idea = ImplementationFactory().idea
    [told] = told_one_by_one([idea], as_of=TODAY).values()
    assert (told.state, told.shown) == ("implementing", "implemented")
