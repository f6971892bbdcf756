"""What the pages of this app show from the apps above."""

from collections.abc import Callable

from cohorts.models import Cohort
from web.panels import Panel
from web.registries import Registry
from web.timeline import Mark

cohort_panels: Registry[Panel] = Registry("cohort panels")
session_panels: Registry[Panel] = Registry("session panels")
timeline_marks: Registry[Callable[[Cohort], list[Mark]]] = Registry("marks on the line of time")
