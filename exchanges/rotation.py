"""Which cohort hosts the next exchange: a fair rotation that can say why.

Values only: what each cohort hosted so far is an argument.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any, Final
from unicodedata import combining, normalize

from exchanges.distances import Seat, travel

LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cohort that comes and may host: its turns served, the first day of the last one, its seat, its travellers.

    `travel` is everybody's way to it, in kilometres times people: `with_travel` reckons it.
    """

    key: str
    name: str
    turns: int
    last_hosted: date | None
    seat: Seat | None
    people: int
    travel: int | None = None

    @property
    def weight(self) -> int:
        """How many travel; a cohort without members yet weighs as one."""
        return max(self.people, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """The host proposed and why.

    `reason` is a slug: the criterion of `ORDER` that decided, `only_one_left`, `others_start_later` or `next_round`.
    `level` counts the cohorts it decided between, the host included, and `runner_up` is the key of the next in line.
    `turns` are those the host served before this one, `travel` is everybody's way to it.
    """

    key: str
    name: str
    reason: str
    turns: int
    last_hosted: date | None
    level: int
    runner_up: str | None
    travel: int | None = None


def alphabetical(name: str) -> str:
    """The name as people look it up: no accents, no case."""
    plain = normalize("NFKD", name.casefold().translate(LIGATURES))
    return "".join(letter for letter in plain if not combining(letter))


# Who goes first, criterion by criterion: the smallest value hosts. The last one leaves no tie.
ORDER: Final[tuple[tuple[str, Callable[[Candidate], Any]], ...]] = (
    ("fewest_turns", lambda candidate: candidate.turns),
    ("longest_ago", lambda candidate: candidate.last_hosted or date.min),
    ("least_travel", lambda candidate: inf if candidate.travel is None else candidate.travel),
    ("name", lambda candidate: (alphabetical(candidate.name), candidate.name, candidate.key)),
)


def with_travel(candidates: Collection[Candidate]) -> list[Candidate]:
    """The candidates, each with the way of all of them to it."""
    travellers = [(candidate.seat, candidate.weight) for candidate in candidates]
    return [replace(candidate, travel=travel(candidate.seat, travellers)) for candidate in candidates]


def propose_rotation(
    candidates: Collection[Candidate],
    count: int,
    *,
    passed: Sequence[Collection[str]] = (),
    barred: Sequence[Collection[str]] = (),
) -> list[Choice]:
    """Hosts of the next `count` exchanges: each cohort once before any of them twice. Keys must differ.

    Fewest turns go first, then longest ago (never comes first), then least travel, then name. From the second round on
    the reason is `next_round`, and `turns` include those of this proposal. `passed` are, for each of these exchanges in
    order, the keys of those that were asked to host it and could not: they come after all others of the round.
    `barred` are, in the same order, the keys of those that cannot host it at all, as they start only later: their turn
    waits for them, and another cohort hosts again. The list ends where nobody can host.
    """
    choices: list[Choice] = []
    everyone = with_travel(candidates)
    waiting, rounds = everyone, 0
    for turn in range(count):
        able = _without_first_keys(everyone, barred[turn:])
        in_turn = [candidate for candidate in able if candidate in waiting]
        choice = _first(_without_first_keys(in_turn, passed[turn:]) or in_turn or able)
        if choice is None:
            break
        others_start_later = len(in_turn) < min(2, len(waiting))
        choices.append(_with_reason(choice, rounds=rounds, others_start_later=others_start_later))
        everyone, waiting = _with_one_more_turn(everyone, choice.key), [row for row in waiting if row.key != choice.key]
        if not waiting:
            waiting, rounds = everyone, rounds + 1
    return choices


def _with_reason(choice: Choice, *, rounds: int, others_start_later: bool) -> Choice:
    if others_start_later:
        return replace(choice, reason="others_start_later")
    return replace(choice, reason="next_round") if rounds else choice


def _with_one_more_turn(candidates: Collection[Candidate], key: str) -> list[Candidate]:
    """Return the candidates with one more turn for the one of this key."""
    return [replace(row, turns=row.turns + 1) if row.key == key else row for row in candidates]


def _without_first_keys(candidates: Collection[Candidate], keys: Sequence[Collection[str]]) -> list[Candidate]:
    """Return the candidates whose key is not in the first of the collections."""
    left_out = keys[0] if keys else ()
    return [candidate for candidate in candidates if candidate.key not in left_out]


def _first(candidates: Collection[Candidate]) -> Choice | None:
    """The one whose turn it is, with what told it from the next in line."""
    if not candidates:
        return None
    host, *others = sorted(candidates, key=_place_in_line)
    if not others:
        return _choice(host, "only_one_left", level=1, runner_up=None)
    runner_up = others[0]
    decisive = next(step for step, (_slug, of) in enumerate(ORDER) if of(host) != of(runner_up))
    before = [of for _slug, of in ORDER[:decisive]]
    level = sum(all(of(candidate) == of(host) for of in before) for candidate in candidates)
    return _choice(host, ORDER[decisive][0], level=level, runner_up=runner_up.key)


def _place_in_line(candidate: Candidate) -> tuple[Any, ...]:
    return tuple(of(candidate) for _slug, of in ORDER)


def _choice(host: Candidate, reason: str, *, level: int, runner_up: str | None) -> Choice:
    return Choice(
        key=host.key,
        name=host.name,
        reason=reason,
        turns=host.turns,
        last_hosted=host.last_hosted,
        level=level,
        runner_up=runner_up,
        travel=host.travel,
    )
