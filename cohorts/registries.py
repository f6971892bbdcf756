"""What the pages of this app show from the apps above."""

from collections.abc import Callable, Collection
from datetime import date

from web.panels import Panel
from web.registries import Registry
from web.timeline import Mark

cohort_panels: Registry[Panel] = Registry("cohort panels")
# Marks by edition, for the editions asked for: an exchange crosses all the cohorts of one.
timeline_marks: Registry[Callable[[Collection[int]], dict[int, list[Mark]]]] = Registry("marks on the line of time")
# Of some days, those the edition has something on, and what it is called; asked with the edition's key and the days.
days_taken: Registry[Callable[[int, Collection[date]], list[tuple[date, str]]]] = Registry("days taken in an edition")
# What has to happen when a cohort is suspended or withdraws; told cohort, reason, at and by, within the verb.
drop_outs: Registry[Callable[..., object]] = Registry("what follows when a cohort drops out")
