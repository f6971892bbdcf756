"""What the pages of this app show from the apps above."""

from web.panels import Panel
from web.registries import Registry

cohort_panels: Registry[Panel] = Registry("cohort panels")
session_panels: Registry[Panel] = Registry("session panels")
