"""A linear model in yes-or-no variables, solved by HiGHS."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

F = TypeVar("F")
Terms = Mapping[int, float]  # a linear expression: factors by variable

SECONDS: Final = 20.0  # for one solution; the best one found by then counts, even if a better one may exist


class NoAnswerInTimeError(Exception):
    """Raised when nothing was found in time: whether there is a solution is not known."""


def find_another(find: Callable[[], F | None], found: Sequence[F]) -> F | None:
    """Return what `find` returns; None if it takes too long and something was found before, which counts without it.

    Raises NoAnswerInTimeError for the first one.
    """
    try:
        return find()
    except NoAnswerInTimeError:
        if not found:
            raise
        return None


class LinearModel:
    """Variables are numbered from 0; each is 0 or 1, unless it is declared otherwise. Solutions are deterministic."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """Create an empty model; a solution takes at most `seconds`."""
        import highspy  # noqa: PLC0415 - with NumPy 14 MiB, which a worker that calculates no plan never needs

        self._highspy: Any = highspy
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call] # its stubs are partial
        self._size = 0
        self._values: list[float] = []
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 1,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 1e-6,
            "time_limit": seconds,
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def add_variable(self, *, lower: float = 0, upper: float = 1, is_integer: bool = True) -> int:
        """Add a variable between two limits and return its number."""
        self._highs.addVar(lower, upper)
        if is_integer:
            self._highs.changeColIntegrality(self._size, self._highspy.HighsVarType.kInteger)
        self._size += 1
        return self._size - 1

    def at_most(self, terms: Terms, limit: float) -> None:
        """Require that the expression is at most `limit`."""
        self._highs.addRow(-self._highspy.kHighsInf, limit, len(terms), list(terms), list(terms.values()))

    def equal(self, terms: Terms, value: float) -> None:
        """Require that the expression is equal to `value`."""
        self._highs.addRow(value, value, len(terms), list(terms), list(terms.values()))

    def set_upper(self, variable: int, upper: float) -> None:
        """Change the upper limit of a variable; its lower one is 0."""
        self._highs.changeColBounds(variable, 0, upper)

    def maximise(self, terms: Terms) -> bool:
        """Find the solution with the greatest value of the expression; return whether there is one.

        Raises NoAnswerInTimeError when that is not known in time.
        """
        self._highs.changeObjectiveSense(self._highspy.ObjSense.kMaximize)
        for variable in range(self._size):
            self._highs.changeColCost(variable, terms.get(variable, 0.0))
        self._highs.clearSolver()
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        statuses = self._highspy.HighsModelStatus
        is_known = status in (statuses.kOptimal, statuses.kTimeLimit)
        solved = is_known and info.primal_solution_status == self._highspy.kSolutionStatusFeasible
        if status == statuses.kTimeLimit and not solved:
            raise NoAnswerInTimeError
        self._values = list(self._highs.getSolution().col_value) if solved else []
        return bool(solved)

    def is_chosen(self, variable: int) -> bool:
        """Return whether a yes-or-no variable is 1 in the latest solution."""
        return self._values[variable] > 0.5
