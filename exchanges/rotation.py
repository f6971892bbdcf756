"""Chooses which cohort hosts the next exchange, in a fair rotation that gives its reasons.

Only values: the turns of each cohort so far are arguments.
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
    """A cohort that may host: its turns served, the first day of the last one, its seat and number of people.

    `travel` is the distance of all participants to it, in kilometres times people; see `with_travel`.
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
        """Return how many people travel from the cohort; a cohort without members yet counts as one."""
        return max(self.people, 1)


@dataclass(frozen=True, slots=True)
class HostChoice:
    """A proposed host and the reason.

    `reason` is a slug: the criterion of `ORDER` that decided, `only_one_left`, `others_start_later` or `next_round`.
    `level` counts the cohorts among which it decided, the host included. `runner_up` is the key of the next in line.
    `turns` counts earlier turns of the host, `travel` is the distance of all participants to it.
    """

    key: str
    name: str
    reason: str
    turns: int
    last_hosted: date | None
    level: int
    runner_up: str | None
    travel: int | None = None


def without_accents(name: str) -> str:
    """Return the name without accents, in lower case and with “œ” as “oe”, for sorting."""
    plain = normalize("NFKD", name.casefold().translate(LIGATURES))
    return "".join(character for character in plain if not combining(character))


# The criteria in order: the cohort with the smallest value hosts. The last criterion leaves no tie.
ORDER: Final[tuple[tuple[str, Callable[[Candidate], Any]], ...]] = (
    ("fewest_turns", lambda candidate: candidate.turns),
    ("longest_ago", lambda candidate: candidate.last_hosted or date.min),
    ("least_travel", lambda candidate: inf if candidate.travel is None else candidate.travel),
    ("name", lambda candidate: (without_accents(candidate.name), candidate.name, candidate.key)),
)


def with_travel(candidates: Collection[Candidate]) -> list[Candidate]:
    """Return the candidates, each with the distance that all participants together would travel to it.

    It is in kilometres times people, one way; None for a candidate whose seat is not known.
    """
    travellers = [(candidate.seat, candidate.weight) for candidate in candidates]
    return [replace(candidate, travel=travel(candidate.seat, travellers)) for candidate in candidates]


def propose_rotation(
    candidates: Collection[Candidate],
    count: int,
    *,
    passed: Sequence[Collection[str]] = (),
    barred: Sequence[Collection[str]] = (),
) -> list[HostChoice]:
    """Return hosts for the next `count` exchanges, in order: each cohort once before any of them twice.

    The order is: fewest turns, then longest ago (never comes first), then least travel, then name. From the second
    round on the reason is `next_round`, and `turns` include those of this proposal. The list ends where nobody can
    host.

    `passed` and `barred` hold keys of cohorts for each exchange in order. Cohorts in `passed` were asked to host and
    could not: they come last in the round. Cohorts in `barred` start only later: they keep their turn, and another
    cohort hosts again. Keys of candidates must differ.
    """
    choices: list[HostChoice] = []
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


def _with_reason(choice: HostChoice, *, rounds: int, others_start_later: bool) -> HostChoice:
    """Return the choice with a reason that outweighs its own: other cohorts start later, or another round has begun.

    `rounds` is the number of complete rounds before it. Without either the choice is returned unchanged.
    """
    if others_start_later:
        return replace(choice, reason="others_start_later")
    return replace(choice, reason="next_round") if rounds else choice


def _with_one_more_turn(candidates: Collection[Candidate], key: str) -> list[Candidate]:
    """Return the candidates, of which the one with this key has one more turn; the day it last hosted stays."""
    return [replace(row, turns=row.turns + 1) if row.key == key else row for row in candidates]


def _without_first_keys(candidates: Collection[Candidate], keys: Sequence[Collection[str]]) -> list[Candidate]:
    """Return the candidates whose key is not in `keys[0]`, the keys to leave out now; all when `keys` is empty."""
    left_out = keys[0] if keys else ()
    return [candidate for candidate in candidates if candidate.key not in left_out]


def _first(candidates: Collection[Candidate]) -> HostChoice | None:
    """Return the candidate whose turn it is to host, with the criterion that decided and the next in line; None without
    any.

    The criteria are fewest turns, longest ago, least travel, name.
    """
    if not candidates:
        return None
    host, *others = sorted(candidates, key=_sort_key)
    if not others:
        return _choice(host, "only_one_left", level=1, runner_up=None)
    runner_up = others[0]
    decisive = next(step for step, (_slug, value) in enumerate(ORDER) if value(host) != value(runner_up))
    before = [value for _slug, value in ORDER[:decisive]]
    level = sum(all(value(candidate) == value(host) for value in before) for candidate in candidates)
    return _choice(host, ORDER[decisive][0], level=level, runner_up=runner_up.key)


def _sort_key(candidate: Candidate) -> tuple[Any, ...]:
    """Return the key that sorts candidates: fewest turns, then longest ago, then least travel, then name; the first
    hosts.
    """
    return tuple(of(candidate) for _slug, of in ORDER)


def _choice(host: Candidate, reason: str, *, level: int, runner_up: str | None) -> HostChoice:
    """Return the candidate as the proposed host, with the reason (a slug) and the key of the next in line.

    `level` is the number of cohorts, the host included, among which the last criterion decided.
    """
    return HostChoice(
        key=host.key,
        name=host.name,
        reason=reason,
        turns=host.turns,
        last_hosted=host.last_hosted,
        level=level,
        runner_up=runner_up,
        travel=host.travel,
    )
