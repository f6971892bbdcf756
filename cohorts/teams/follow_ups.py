"""The questions about an open innovation team, 6, 12 and 24 months after it opened, and their answers."""

from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.models import InnovationTeam, TeamFollowUp
from cohorts.teams.enums import FOLLOW_UP_MONTHS, TeamState
from web.text import formats
from web.text.language import active_language


def due_months(team: InnovationTeam, today: date) -> int | None:
    """Return after how many months the latest question about a team that is due `today` is asked: 6, 12 or 24.

    None before the first one, for a team that is not open, and for published facts.
    """
    if team.retrospective or team.state != TeamState.OPEN or team.opened_on is None:
        return None
    return latest_due(team.opened_on, today)


def latest_due(opened_on: date, today: date) -> int | None:
    """Return the largest number of months (6, 12 or 24) that have passed since a team opened; None before six."""
    due = (months for months in FOLLOW_UP_MONTHS if opened_on + relativedelta(months=months) <= today)
    return max(due, default=None)


def latest_answers(
    teams: Iterable[InnovationTeam], *, until: date | None = None
) -> dict[tuple[int, int], TeamFollowUp]:
    """Return the answer that counts, by key of the team and number of months; one statement.

    `until` is the last day on which an answer counts, for past members.
    """
    rows = TeamFollowUp.objects.filter(team__in=[team.pk for team in teams]).order_by("months", "pk")
    if until:
        rows = rows.filter(noted_on__lte=until)
    return {(row.team_id, row.months): row for row in rows}


def answer_text(answer: TeamFollowUp) -> str:
    """Return an answer as text: “After 12 months: 2.5 full-time equivalents, 3 projects”, without what is not known."""
    language = active_language()
    parts = []
    if answer.posts is not None:
        parts.append(_("%(n)s full-time equivalents") % {"n": formats.number(float(answer.posts), language)})
    if answer.budget is not None:
        parts.append(_("%(n)s € a year") % {"n": formats.number(float(answer.budget), language)})
    if answer.projects is not None:
        text = ngettext("%(n)d project", "%(n)d projects", answer.projects)
        parts.append(text % {"n": answer.projects})
    if answer.commissions is not None:
        text = ngettext(
            "%(n)d commission from another department",
            "%(n)d commissions from other departments",
            answer.commissions,
        )
        parts.append(text % {"n": answer.commissions})
    numbers = ", ".join(filter(None, [*parts, answer.words]))
    return _("After %(months)d months: %(answers)s") % {"months": answer.months, "answers": numbers}
