"""What sessions put on the home page: what is late, and this week."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import person
from cohorts.lines import lines_of
from cohorts.models import Session
from web.home import Attention

AT_MOST = 3  # notes of one kind; beyond, one note counts them
A_WEEK, CARD_ROWS = timedelta(days=6), 6


def unmarked_sessions(request: HttpRequest) -> list[Attention]:
    """Sessions whose days are over and that nobody marked as held."""
    user, today = person(request), timezone.localdate()
    late = Session.objects.led_by(user, today).unmarked(today).with_cohort().order_by("last_day", "pk")
    found = list(late[: AT_MOST + 1])
    if len(found) > AT_MOST:
        said = _("More than %(count)s sessions are over, and nobody said whether they were held.") % {"count": AT_MOST}
        return [Attention(said, "", f"{reverse('cohorts:sessions')}?period=past&state=scheduled", _("See them"))]
    return [
        Attention(
            _("%(session)s, %(cohort)s, is over.") % {"session": session, "cohort": session.cohort},
            _("Nobody has said whether it was held."),
            session.get_absolute_url(),
            _("Open the session"),
        )
        for session in found
    ]


def unreported_sessions(request: HttpRequest) -> list[Attention]:
    """Sessions held and not reported yet."""
    user, today = person(request), timezone.localdate()
    late = Session.objects.led_by(user, today).unreported().with_cohort().order_by("last_day", "pk")
    found = list(late[: AT_MOST + 1])
    if len(found) > AT_MOST:
        said = _("More than %(count)s sessions have no report.") % {"count": AT_MOST}
        return [Attention(said, "", f"{reverse('cohorts:sessions')}?period=all&state=held", _("See them"))]
    return [_unreported(session, (today - session.last_day).days if session.last_day else 0) for session in found]


def _unreported(session: Session, days: int) -> Attention:
    ago = ngettext("It was held %(days)s day ago.", "It was held %(days)s days ago.", days) % {"days": days}
    return Attention(
        _("%(session)s, %(cohort)s, has no report.") % {"session": session, "cohort": session.cohort},
        ago if days else _("It was held today."),
        reverse("cohorts:report_session", args=[session.pk]),
        _("Write the report"),
    )


def this_week(request: HttpRequest) -> dict[str, Any] | None:
    """The card of the next seven days; nothing for someone without a session in sight."""
    user, today = person(request), timezone.localdate()
    sessions = Session.objects.visible_to(user).at_work().filter(state="scheduled", last_day__gte=today)
    rows = list(sessions.filter(first_day__lte=today + A_WEEK).with_days().order_by("first_day", "pk")[:CARD_ROWS])
    if not rows and not user.is_lab_staff and not user.memberships.exists():
        return None
    lines = [(line.next_day(today), line) for line in lines_of(rows, user=user, today=today)]
    return {"lines": sorted(lines, key=lambda pair: pair[0] or today), "today": today}
