"""The notice on the home page that asks what has become of an innovation team."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import InnovationTeam, TeamFollowUp
from cohorts.people.enums import MembershipRole
from cohorts.teams.enums import TeamState
from cohorts.teams.follow_ups import latest_due
from cohorts.visibility import active_on
from web.database.nested_rows import nested
from web.dates.clock import Today, day_in
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day

MAX_TEAMS = 20


def _find_open_teams(user: User, today: Today) -> ArraySubquery | None:
    """Return a subquery for the open teams of which the user must say what became of them, as pilot of the cohort or
    admin of the authority on the day `today`, with the months that have an answer; None for lab staff.
    """
    if user.is_lab_staff:
        return None
    piloted = user.memberships.filter(active_on(today), role=MembershipRole.PILOT)
    administered = user.administered.active(today)
    of_user = Q(cohort__in=piloted.values("cohort")) | Q(authority__in=administered.values("authority"))
    teams = InnovationTeam.objects.filter(of_user, state=TeamState.OPEN, retrospective=False, opened_on__isnull=False)
    answers: Any = nested(TeamFollowUp.objects.filter(team=OuterRef("pk")).order_by("pk"), "months")
    rows = teams.order_by("opened_on", "pk")[:MAX_TEAMS]
    return nested(rows, "id", "name", "opened_on", answers=answers, zone="authority__time_zone")


def _describe_due_teams(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each team of these rows whose latest question is due and has no answer."""
    notices = []
    for row in rows:
        opened_on = date.fromisoformat(row["opened_on"])
        months = latest_due(opened_on, day_in(row["zone"], timezone.now()))
        if months is None or months in {answer["months"] for answer in row["answers"]}:
            continue
        notices.append(
            HomeNotice(
                strong=row["name"] or _("Innovation team"),
                text=_("opened more than %(months)d months ago. Say what has become of it.") % {"months": months},
                href=reverse("cohorts:follow_up_team", args=[row["id"]]),
                action=_("Answer"),
                when=since_day(opened_on + relativedelta(months=months)),
            )
        )
    return notices


# Open innovation teams about which nobody has answered the latest question.
teams_to_follow_up = HomeNoticeSource(
    _find_open_teams, _describe_due_teams, "teams_to_follow_up", gettext_lazy("Innovation teams to follow up")
)
