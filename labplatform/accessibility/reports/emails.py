"""The e-mail that tells lab staff of a new report about accessibility. It quotes nothing of the report.

Anyone can write a report, so its text, links included, is read on the platform only.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from labplatform.accessibility.reports.models import AccessibilityReportQuerySet
from labplatform.models import AccessibilityReport
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from notifications.reminders.recipients import Audiences, platform_today

LAB: Final = "lab"
TEXTS: Final = EmailTemplates(
    {
        "accessibility_reported": EmailTemplate(
            about=_("a problem with accessibility"),
            subject=_("Someone reports a problem with accessibility"),
            paragraphs=(
                _("Someone reports that they cannot use a page of the platform."),
                _("Read the report, help the person, and mark the report as answered."),
            ),
            button=_("Read the report"),
            url_name="accessibility_report",
        )
    },
    {LAB: (pgettext_lazy("audience", "Lab staff"), _("You are receiving this e-mail because you work at the lab."))},
)


def _events(_email_types: Collection[str]) -> AccessibilityReportQuerySet:
    """Return the query for reports; the types of e-mail do not matter."""
    return AccessibilityReport.objects.order_by()


def _lab_staff(_pk: int, _today: date) -> Q:
    """Return a filter for lab staff who may answer reports."""
    return STAFF_BUT_READERS


def _stop_reason(report: AccessibilityReport, _email_type: str, _at: datetime) -> str:
    """Return "settled" for a report that is answered, about which nobody needs an e-mail; else ""."""
    return "settled" if report.answered_at else ""


REPORTS: Final = Audiences(
    events=_events,
    today=platform_today,
    people={LAB: _lab_staff},
    event_stop_reason=_stop_reason,
    event_name=str,
)


def render(reminder: Reminder, _report: AccessibilityReport, _user: User, _language: str) -> EmailPart:
    """Return the part of an e-mail that tells of one report."""
    return TEXTS.part(reminder, {})


def _in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of all reports without a limit; none for an edition, cohort or authority."""
    return set() if scope else set(AccessibilityReport.objects.values_list("pk", flat=True))


def _names(pks: Collection[int]) -> dict[int, str]:
    """Return the page that each report is about, by key (one statement)."""
    return {row.pk: str(row) for row in AccessibilityReport.objects.filter(pk__in=pks)}


ACCESSIBILITY_REPORT: Final = EventKind(
    label=_("Reports about accessibility (lab staff)"),
    recipients=REPORTS.recipients,
    check=REPORTS.check,
    find=REPORTS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse("accessibility_report", args=[reminder.object_id]),
    in_scope=_in_scope,
    can_see=lambda user, pk: AccessibilityReport.objects.visible_to(user).filter(pk=pk).exists(),
    names=_names,
    sizes=REPORTS.sizes,
    stop_reason=REPORTS.stop_reason,
    reasons={"settled": _("the report is answered")},
)
