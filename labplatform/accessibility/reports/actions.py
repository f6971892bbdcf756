"""Actions on reports about accessibility: someone reports a problem, the lab answers."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy

from accounts.models import User
from labplatform.models import AccessibilityReport
from notifications.actions import announce_together
from notifications.events import EventRef
from web.actions import action

KIND = "accessibility_report"
MAX_ANNOUNCED: Final = 100  # reports of an e-mail: who sends more, from many connections, cannot fill mailboxes
AN_HOUR: Final = timedelta(hours=1)


@action(gettext_lazy("Accessibility problem reported"))
def report_accessibility_problem(
    *, page: str, description: str, reply_to: str, at: datetime, by: User | None
) -> AccessibilityReport:
    """Save a report made at the moment `at`, and tell the lab by an e-mail at the next full hour.

    The reports of an hour share an e-mail; each hundred more wait an hour longer. `by` is None for someone who
    is not signed in; it is not stored with the report, which asks for an answer at `reply_to` ("" for none).
    """
    row = AccessibilityReport.objects.create(page=page, description=description, reply_to=reply_to, reported_at=at)
    earlier = AccessibilityReport.objects.filter(reported_at__gt=at - AN_HOUR).exclude(pk=row.pk).count()
    due = at.replace(minute=0, second=0, microsecond=0) + AN_HOUR * (1 + earlier // MAX_ANNOUNCED)
    announce_together(event=EventRef(KIND, row.pk), email_type="accessibility_reported", audience="lab", due=due, by=by)
    return row


@action(gettext_lazy("Accessibility report answered"))
def answer_accessibility_report(
    *, report: AccessibilityReport, answer: str = "", at: datetime, by: User
) -> AccessibilityReport:
    """Mark a report as answered at the moment `at`, and return it; one that is answered already is returned as it is.

    The lab writes the answer in its own mail program; `answer` is what its people note of it, "" for nothing.
    """
    row = AccessibilityReport.objects.select_for_update().get(pk=report.pk)
    if row.answered_at is None:
        row.answered_at, row.answered_by, row.answer = at, by, answer
        row.save(update_fields=["answered_at", "answered_by", "answer"])
    return row
