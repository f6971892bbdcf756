"""The history pages of a residency's plans and of those of an edition's Intertransfos and sessions."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cohorts.models import Replanning
from planning.board import PLAN_LABELS
from planning.models import Absence, ExchangePlan, LockedWeek, PlanException, ResidencyPlan, SessionPlan
from web.history_pages import HistoryKind, HistoryPart, ValueText

HISTORIES: Final = {
    "residency-plan": HistoryKind(
        _("plan of a residency"),
        ResidencyPlan,
        pages=("planning:weeks",),
        argument="slug",
        key="cohort__slug",
        parts=(HistoryPart(LockedWeek, "plan"), HistoryPart(Absence, "plan"), HistoryPart(PlanException, "plan")),
    ),
    "exchange-plan": HistoryKind(
        _("plan of Intertransfos"),
        ExchangePlan,
        pages=("planning:exchanges",),
        argument="slug",
        key="edition__slug",
    ),
    "session-plan": HistoryKind(
        _("plan of sessions"),
        SessionPlan,
        pages=("planning:sessions",),
        argument="slug",
        key="edition__slug",
    ),
}
_EDITION_PLAN_TEXTS: Final[Mapping[str, ValueText]] = {
    "locked": lambda keys, _row: str(len(keys)),
    "used_number": lambda number, _row: PLAN_LABELS[number - 1],
}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {
    ResidencyPlan: {
        "added_sessions": lambda keys, _row: str(len(keys)),
        "together": lambda keys, _row: str(len(keys)),
    },
    ExchangePlan: _EDITION_PLAN_TEXTS,
    SessionPlan: _EDITION_PLAN_TEXTS,
}
HIDDEN_COLUMNS: Final = dict.fromkeys((ResidencyPlan, ExchangePlan, SessionPlan), ("fingerprint",))

NAME_PATHS: Final = {
    ResidencyPlan: ("cohort__name",),
    ExchangePlan: ("edition__name",),
    SessionPlan: ("edition__name",),
    Replanning: ("applied_at",),
    LockedWeek: ("monday",),
    Absence: ("host", "member__user__full_name"),
    PlanException: ("rule",),
}
