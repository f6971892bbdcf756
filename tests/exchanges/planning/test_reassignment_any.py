"""Any edition, any cohort that drops out: what holds of the rota whatever happened before. Nothing is saved."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.models import Cohort
from exchanges.models import Exchange
from exchanges.planning.planning_context import Outlook
from exchanges.planning.reassignment import moved_turns, next_in_line, turns_lost, with_passed
from programmes.models import Authority, Edition

TODAY = date(2027, 1, 5)
SEATS = st.tuples(st.floats(42, 51), st.floats(-4, 7))
STATES = ("proposed", "proposed", "proposed", "host_confirmed", "announced")


def cohort(pk: int, seat: tuple[float, float], people: int) -> Cohort:
    row = Cohort(pk=pk, slug=f"c{pk}", name=f"Cohort {pk}")
    row.authority = Authority(pk=pk, name=row.name, latitude=seat[0], longitude=seat[1])
    for name, value in {"people": people, "turns": 0, "held": 0, "last_hosted": None, "trips": []}.items():
        setattr(row, name, value)
    row.session_days = []
    return row


def exchange(number: int, first_day: date, state: str) -> Exchange:
    return Exchange(pk=number, number=number, first_day=first_day, days=2, state=state, why={})


@st.composite
def editions(draw: st.DrawFn) -> Outlook:
    """Planned from the beginning by the rotation itself; the first exchanges are held, some later ones confirmed."""
    size, count = draw(st.integers(2, 6)), draw(st.integers(1, 8))
    cohorts = [cohort(pk, draw(SEATS), draw(st.integers(0, 20))) for pk in range(1, size + 1)]
    held = draw(st.integers(0, count))
    rows = []
    for number in range(1, count + 1):
        state = "held" if number <= held else draw(st.sampled_from(STATES))
        rows.append(exchange(number, TODAY + timedelta(weeks=26 * (number - held), days=-60), state))
    view = Outlook(Edition(pk=1), TODAY, cohorts, rows, ())
    for row, choice in zip(rows, view.rotation([row.first_day for row in rows]), strict=True):
        row.host = view.cohort(choice.key)
    return view


def without(view: Outlook, gone: Cohort) -> Outlook:
    """The edition as planning sees it once the cohort dropped out."""
    return Outlook(view.edition, TODAY, [row for row in view.cohorts if row != gone], view.exchanges, ())


def follow(view: Outlook, lost: list[Exchange]) -> list[Exchange]:
    moved = moved_turns(view, lost)
    for row, choice in moved:
        row.host = view.cohort(choice.key)
    return [row for row, _choice in moved]


@settings(deadline=None)
@given(editions(), st.data())
def test_who_dropped_out_hosts_nothing_that_nobody_was_told_of(view: Outlook, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(view.cohorts))
    after = without(view, gone)
    follow(after, turns_lost(after, gone))
    assert turns_lost(after, gone) == []


@settings(deadline=None)
@given(editions(), st.data())
def test_nobody_hosts_twice_while_another_is_unserved(view: Outlook, data: st.DataObject) -> None:
    for row in view.exchanges:
        if row.state in {"host_confirmed", "announced"}:
            row.state = "proposed"
    gone = data.draw(st.sampled_from(view.cohorts))
    after = without(view, gone)
    follow(after, turns_lost(after, gone))
    served: Counter[int] = Counter({row.pk: 0 for row in after.cohorts})
    for row in view.exchanges:
        if row.host != gone:
            served[row.host.pk] += 1
            assert served[row.host.pk] <= 1 or min(served.values()) >= 1


@settings(deadline=None)
@given(editions(), st.data())
def test_what_was_held_confirmed_by_others_or_told_stays(view: Outlook, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(view.cohorts))
    kept = {row.pk: row.host for row in view.exchanges if row.state != "proposed" and row.host != gone}
    told = {row.pk: row.host for row in view.exchanges if row.state in {"held", "announced"}}
    after = without(view, gone)
    follow(after, turns_lost(after, gone))
    now = {row.pk: row.host for row in view.exchanges}
    assert (kept | told).items() <= now.items()


@settings(deadline=None)
@given(editions(), st.data())
def test_looked_at_again_it_is_the_same_and_followed_it_is_over(view: Outlook, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(view.cohorts))
    after = without(view, gone)
    lost = turns_lost(after, gone)
    assert moved_turns(after, lost) == moved_turns(after, lost)
    follow(after, lost)
    assert moved_turns(after, turns_lost(after, gone)) == []


@settings(deadline=None)
@given(editions(), st.data())
def test_the_next_in_line_is_another_who_takes_the_turn(view: Outlook, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(view.exchanges))
    if row.state not in {"proposed", "host_confirmed"}:
        return
    before, following = row.host, next_in_line(view, row)
    assert following is not None
    assert row in follow(view, [row])
    assert (row.host == before, row.host.slug) == (False, following.key)


@settings(deadline=None)
@given(editions(), st.data())
def test_a_turn_that_is_passed_again_and_again_goes_once_through_all(view: Outlook, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(view.exchanges))
    if row.state not in {"proposed", "host_confirmed"}:
        return
    asked = [row.host]
    for _time in view.cohorts[1:]:
        before = row.host
        assert row in follow(view, [row])
        row.why = {"passed": with_passed(row.why, before)}
        asked.append(row.host)
    assert {each.pk for each in asked} == {each.pk for each in view.cohorts}
    assert moved_turns(view, [row]) == []
