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

    `reason` is the criterion that decided, a slug of `ORDER`, or `only_one_left`, or `next_round`; `level`
    counts the cohorts it decided between, the host included, and `runner_up` is the key of the next in line.
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
    candidates: Collection[Candidate], count: int, *, passed: Sequence[Collection[str]] = ()
) -> list[Choice]:
    """Hosts of the next `count` exchanges: each cohort once before any of them twice. Keys must differ.

    Fewest turns go first, then longest ago (never comes first), then least travel, then name. From the second round on
    the reason is `next_round`, and `turns` include those of this proposal. `passed` are, for each of these exchanges in
    order, the keys of those that were asked to host it and could not: they come after all others of the round.
    """
    choices: list[Choice] = []
    everyone = with_travel(candidates)
    waiting = everyone
    while len(choices) < count and (choice := _first(_not_asked(waiting, passed[len(choices) :]) or waiting)):
        choices.append(choice if len(choices) < len(everyone) else replace(choice, reason="next_round"))
        waiting = [candidate for candidate in waiting if candidate.key != choice.key]
        if not waiting:
            everyone = [replace(candidate, turns=candidate.turns + 1) for candidate in everyone]
            waiting = everyone
    return choices


def _not_asked(waiting: Collection[Candidate], passed: Sequence[Collection[str]]) -> list[Candidate]:
    """Those who wait and have not passed the first of these turns."""
    asked = passed[0] if passed else ()
    return [candidate for candidate in waiting if candidate.key not in asked]


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
