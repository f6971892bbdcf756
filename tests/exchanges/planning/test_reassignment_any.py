"""Properties of the rota for any edition and any cohort that drops out. Nothing is saved."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.models import Cohort
from exchanges.models import Exchange
from exchanges.planning.planning_context import PlanningContext
from exchanges.planning.reassignment import lost_turns, moved_turns, next_in_line, with_passed
from programmes.models import Authority, Edition

TODAY = date(2027, 1, 5)
SEATS = st.tuples(st.floats(42, 51), st.floats(-4, 7))
STATES = ("proposed", "proposed", "proposed", "host_confirmed", "announced")


def cohort(pk: int, seat: tuple[float, float], people: int) -> Cohort:
    row = Cohort(pk=pk, slug=f"c{pk}", name=f"Cohort {pk}", state="running")
    row.authority = Authority(pk=pk, name=row.name, latitude=seat[0], longitude=seat[1])
    for name, value in {"people": people, "turns": 0, "held": 0, "last_hosted": None, "trips": []}.items():
        setattr(row, name, value)
    row.session_days = []
    return row


def exchange(number: int, first_day: date, state: str) -> Exchange:
    return Exchange(pk=number, number=number, first_day=first_day, days=2, state=state, why={})


@st.composite
def editions(draw: st.DrawFn) -> PlanningContext:
    """Draw an edition planned by the rotation; the first exchanges are held, some later ones confirmed."""
    size, count = draw(st.integers(2, 6)), draw(st.integers(1, 8))
    cohorts = [cohort(pk, draw(SEATS), draw(st.integers(0, 20))) for pk in range(1, size + 1)]
    held = draw(st.integers(0, count))
    rows = []
    for number in range(1, count + 1):
        state = "held" if number <= held else draw(st.sampled_from(STATES))
        rows.append(exchange(number, TODAY + timedelta(weeks=26 * (number - held), days=-60), state))
    planning = PlanningContext(Edition(pk=1), TODAY, cohorts, rows, ())
    for row, choice in zip(rows, planning.rotation([row.first_day for row in rows]), strict=True):
        row.host = planning.cohort(choice.key)
    return planning


def without(planning: PlanningContext, leaver: Cohort) -> PlanningContext:
    """Return the planning context after the cohort dropped out."""
    return PlanningContext(
        planning.edition, TODAY, [row for row in planning.cohorts if row != leaver], planning.exchanges, ()
    )


def follow(planning: PlanningContext, lost: list[Exchange]) -> list[Exchange]:
    moved = moved_turns(planning, lost)
    for row, choice in moved:
        row.host = planning.cohort(choice.key)
    return [row for row, _choice in moved]


@settings(deadline=None)
@given(editions(), st.data())
def test_cohort_that_dropped_out_hosts_no_unannounced_exchange(planning: PlanningContext, data: st.DataObject) -> None:
    leaver = data.draw(st.sampled_from(planning.cohorts))
    after = without(planning, leaver)
    follow(after, lost_turns(after, leaver))
    assert lost_turns(after, leaver) == []


@settings(deadline=None)
@given(editions(), st.data())
def test_no_cohort_hosts_twice_before_another_has_hosted(planning: PlanningContext, data: st.DataObject) -> None:
    for row in planning.exchanges:
        if row.state in {"host_confirmed", "announced"}:
            row.state = "proposed"
    leaver = data.draw(st.sampled_from(planning.cohorts))
    after = without(planning, leaver)
    follow(after, lost_turns(after, leaver))
    served: Counter[int] = Counter({row.pk: 0 for row in after.cohorts})
    for row in planning.exchanges:
        if row.host != leaver:
            served[row.host.pk] += 1
            assert served[row.host.pk] <= 1 or min(served.values()) >= 1


@settings(deadline=None)
@given(editions(), st.data())
def test_held_confirmed_and_announced_turns_stay(planning: PlanningContext, data: st.DataObject) -> None:
    leaver = data.draw(st.sampled_from(planning.cohorts))
    confirmed = {row.pk: row.host for row in planning.exchanges if row.state != "proposed" and row.host != leaver}
    fixed = {row.pk: row.host for row in planning.exchanges if row.state in {"held", "announced"}}
    after = without(planning, leaver)
    follow(after, lost_turns(after, leaver))
    now = {row.pk: row.host for row in planning.exchanges}
    assert (confirmed | fixed).items() <= now.items()


@settings(deadline=None)
@given(editions(), st.data())
def test_result_is_repeatable_and_leaves_nothing_to_move(planning: PlanningContext, data: st.DataObject) -> None:
    leaver = data.draw(st.sampled_from(planning.cohorts))
    after = without(planning, leaver)
    lost = lost_turns(after, leaver)
    assert moved_turns(after, lost) == moved_turns(after, lost)
    follow(after, lost)
    assert moved_turns(after, lost_turns(after, leaver)) == []


@settings(deadline=None)
@given(editions(), st.data())
def test_next_in_line_is_another_cohort_and_takes_the_turn(planning: PlanningContext, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(planning.exchanges))
    if row.state not in {"proposed", "host_confirmed"}:
        return
    before, next_host = row.host, next_in_line(planning, row)
    assert next_host is not None
    assert row in follow(planning, [row])
    assert (row.host == before, row.host.slug) == (False, next_host.key)


@settings(deadline=None)
@given(editions(), st.data())
def test_turn_passed_repeatedly_goes_once_through_all_cohorts(planning: PlanningContext, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(planning.exchanges))
    if row.state not in {"proposed", "host_confirmed"}:
        return
    hosts = [row.host]
    for _time in planning.cohorts[1:]:
        before = row.host
        assert row in follow(planning, [row])
        row.why = {"passed": with_passed(row.why, before)}
        hosts.append(row.host)
    assert {each.pk for each in hosts} == {each.pk for each in planning.cohorts}
    assert moved_turns(planning, [row]) == []
