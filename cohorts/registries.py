"""What the pages of this app show from the apps above."""

from collections.abc import Callable, Collection
from datetime import date

from cohorts.models import Cohort
from web.pages.panels import Panel
from web.pages.timeline import Mark
from web.registries import Registry

cohort_panels: Registry[Panel] = Registry("cohort panels")
# Marks by edition, for the editions asked for: an exchange crosses all the cohorts of one.
timeline_marks: Registry[Callable[[Collection[int]], dict[int, list[Mark]]]] = Registry("marks on the line of time")
# Rows that what follows will change: held before the cohort itself, as those who change them do. Told the cohort.
drop_out_locks: Registry[Callable[[Cohort], object]] = Registry("what is held before a cohort drops out")
# Of some days, those the edition has something on, what it is called, and whether that is settled or only proposed;
# asked with the edition's key and the days. It warns whoever plans a session and forbids nothing.
days_taken: Registry[Callable[[int, Collection[date]], list[tuple[date, str, bool]]]] = Registry(
    "days taken in an edition"
)
# What has to happen when a cohort is suspended or withdraws; told cohort, reason, at and by, within the action.
drop_outs: Registry[Callable[..., object]] = Registry("what follows when a cohort drops out")
# What has to happen when people join a cohort, or it takes part again; told cohort, people (a query), at and by, within
# the action.
arrivals: Registry[Callable[..., object]] = Registry("what follows when people join a cohort")
# What has to happen when people leave a cohort, or it withdraws; told cohort, people (a query), at and by, within the
# action. A last day to come counts: whatever begins after it is not for them any more.
departures: Registry[Callable[..., object]] = Registry("what follows when people leave a cohort")


def hold_what_follows(cohort: Cohort) -> None:
    """Lock what will change with the cohort or its people, before anything of theirs: the order everybody locks in."""
    for hold in drop_out_locks:
        hold(cohort)
