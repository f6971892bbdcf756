"""What is found within the time limit of the solver counts, also when something more is not found in time."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from planning.solver.exchange_model import solve_exchanges
from planning.solver.linear import LinearModel, NoAnswerInTimeError
from planning.solver.session_model import solve_sessions
from planning.solver.sessions import SessionRuleKind
from planning.solver.solving import solve
from tests.planning.solver import test_exchanges, test_sessions, test_solving

no_report = test_sessions.no_report
MOVES = test_sessions.edition(test_sessions.session("a1", 0, 1, 8), test_sessions.session("b1", 0, 2, 9))
LOCKED = test_sessions.edition(
    test_sessions.session("a1", 0, 1, d1=SessionRuleKind.LOCKED), test_sessions.session("b1", 0)
)
EXCHANGES = test_exchanges.edition(test_exchanges.exchange(0, "abc"))


def stop_after(solutions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the solver find this many solutions, and then none in time."""
    found, maximise = [], LinearModel.maximise

    def limited(model: LinearModel, terms: Any) -> bool:
        if len(found) == solutions:
            raise NoAnswerInTimeError
        found.append(terms)
        return maximise(model, terms)

    monkeypatch.setattr(LinearModel, "maximise", limited)


@pytest.mark.parametrize(
    "search",
    [
        lambda: solve_sessions(MOVES, no_report),
        lambda: solve_exchanges(EXCHANGES, no_report),
        lambda: solve(test_solving.residency()),
    ],
    ids=["sessions", "Intertransfos", "residency"],
)
def test_a_plan_counts_when_the_next_one_takes_too_long(search: Callable[[], Any], monkeypatch: pytest.MonkeyPatch):
    plans = search().plans
    assert len(plans) > 1
    stop_after(1, monkeypatch)
    assert len(search().plans) == 1
    stop_after(0, monkeypatch)
    with pytest.raises(NoAnswerInTimeError):
        search()


@pytest.mark.parametrize(
    "search",
    [lambda: solve_sessions(LOCKED, no_report), lambda: solve(test_solving.IMPOSSIBLE[0].row)],
    ids=["sessions", "residency"],
)
def test_a_change_counts_when_the_next_one_takes_too_long(search: Callable[[], Any], monkeypatch: pytest.MonkeyPatch):
    found: set[int] = set()
    most = len(search().changes)
    for solutions in range(40):
        with monkeypatch.context() as patch:
            stop_after(solutions, patch)
            with suppress(NoAnswerInTimeError):
                found.add(len(search().changes))
    assert (found, most > 1) == (set(range(1, most + 1)), True)
