"""The history page of a residency's plans."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from planning.models import Absence, LockedWeek, PlanException, ResidencyPlan
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {
    "residency-plan": HistoryKind(
        _("plan of a residency"),
        ResidencyPlan,
        pages=("planning:weeks",),
        argument="slug",
        key="cohort__slug",
        parts=(HistoryPart(LockedWeek, "plan"), HistoryPart(Absence, "plan"), HistoryPart(PlanException, "plan")),
    ),
}
NAME_PATHS: Final = {
    ResidencyPlan: ("cohort__name",),
    LockedWeek: ("monday",),
    Absence: ("host", "member__user__full_name"),
    PlanException: ("rule",),
}
