"""What the apps above bring to cohorts, and what they do when people or whole cohorts join and leave."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from cohorts.models import Cohort, Replanning
from web.hooks import Hooks, in_order, nothing
from web.pages.panels import Panel
from web.pages.timeline import ExchangeMark


class TakenDay(NamedTuple):
    """A day on which an edition has something: what it is called, and whether its date is confirmed or only
    proposed.
    """

    day: date
    name: str
    confirmed: bool


def _no_marks(_editions: Collection[int]) -> dict[int, list[ExchangeMark]]:
    """Return an empty mapping: the default of an app that draws no exchanges on timelines."""
    return {}


def _no_days(_edition_id: int, _days: Collection[date]) -> list[TakenDay]:
    """Return an empty list: the default of an app that takes no days in the calendars of editions."""
    return []


def _no_refusal(_replanning: Replanning) -> str:
    """Return "": the default of an app that moves no drafts."""
    return ""


@dataclass(frozen=True, slots=True)
class CohortHooks:
    """What one app shows on the page of a cohort, and how it follows what happens to cohorts and their people.

    - `panels`: parts of the page, by their order number on it.
    - `timeline_marks(editions)`: exchanges to draw on timelines, by edition id; they cross the rows of all its cohorts.
    - `days_taken(edition, days)`: those of the days on which the edition (by id) has something. A warning for people
      who plan sessions: nothing is forbidden.
    - `undo_refusal(replanning)`: the sentence why a move of drafts is not undone on the cohort's page, because the app
      made it and undoes it together with what else it changed; "" for other moves.
    - `cost_panels`: parts of the page of a cohort's costs. Their function gets the request, the cohort and what was
      spent, in euros; the reader may see the costs.
    - `opening_panels`: parts of the page on which an edition is reviewed before it is opened. Their function gets the
      request, the values of the form (format, name, first day) and the proposed calendars.
    - `edition_opened(edition, at, by)`: runs within the action that opens an edition, after its cohorts are created.
    - `lock_before_leaving(cohort)`: locks the rows that `cohort_dropped_out` and `people_left` will change, before the
      cohort itself is locked: everyone locks in this order.
    - `cohort_dropped_out(cohort, reason, at, by)`: runs within the action that suspends or withdraws the cohort.
    - `name_erased(name, cohort, at)`: runs within the action that erases a stakeholder of the cohort with this name.
    - `application_became_cohort(cohort, challenge, sponsors, by)`: runs within the action that opens a cohort from an
      application to a call, with the texts in which the authority described its challenge and named its sponsors.
    - `people_joined(cohort, people, at, by)`: runs within the action by which people join, or the cohort takes part
      again. `people` is a queryset of users.
    - `people_left(cohort, people, at, by)`: runs within the action by which people leave, or the cohort withdraws. A
      person's last day may be to come: what begins after it is no longer for them.
    """

    panels: Mapping[int, Panel] = field(default_factory=dict)
    cost_panels: Mapping[int, Panel] = field(default_factory=dict)
    opening_panels: Mapping[int, Panel] = field(default_factory=dict)
    timeline_marks: Callable[[Collection[int]], dict[int, list[ExchangeMark]]] = _no_marks
    days_taken: Callable[[int, Collection[date]], list[TakenDay]] = _no_days
    undo_refusal: Callable[[Replanning], str] = _no_refusal
    edition_opened: Callable[..., object] = nothing
    lock_before_leaving: Callable[[Cohort], object] = nothing
    cohort_dropped_out: Callable[..., object] = nothing
    name_erased: Callable[..., object] = nothing
    application_became_cohort: Callable[..., object] = nothing
    people_joined: Callable[..., object] = nothing
    people_left: Callable[..., object] = nothing


cohort_hooks: Final[Hooks[CohortHooks]] = Hooks()


def cohort_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of a cohort, sorted by their order number."""
    return in_order(hooks.panels for hooks in cohort_hooks)


def cost_panels() -> list[Panel]:
    """Return the panels that all apps add to the page of a cohort's costs, sorted by their order number."""
    return in_order(hooks.cost_panels for hooks in cohort_hooks)


def opening_panels() -> list[Panel]:
    """Return the panels that all apps add to the review of an edition, sorted by their order number."""
    return in_order(hooks.opening_panels for hooks in cohort_hooks)


def lock_before_leaving(cohort: Cohort) -> None:
    """Lock, in every app, the rows that will change when the cohort is suspended or withdraws, or people join or leave
    it.

    Call this in the transaction before the cohort or its members are locked: everyone locks in this order.
    """
    for hooks in cohort_hooks:
        hooks.lock_before_leaving(cohort)
