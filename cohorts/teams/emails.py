"""The follow-up e-mails of open innovation teams: texts, recipients and the reminder schedule."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db.models import Exists, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from accounts.roles import Role
from cohorts.models import Cohort, InnovationTeam, Membership
from cohorts.people.enums import MembershipRole
from cohorts.permissions import role_of_each
from cohorts.teams.enums import TeamState
from cohorts.teams.reminders import CLOSED
from notifications.emails.placeholders import Placeholder, Wording
from notifications.emails.texts import LINK_PLACEHOLDER, EmailTemplate, EmailTemplates
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from notifications.reminders.recipients import Audiences
from programmes.enums import ReminderScheduleKind
from programmes.formats.reminder_schedules import rules_of
from programmes.formats.wordings import own_wordings, wording_of
from programmes.hooks import ReminderScheduleRules
from programmes.models import AuthorityAdmin
from web.dates.clock import day_of_rows, platform_day, today_everywhere
from web.text import formats

TEAM_LEADS: Final = "team_leads"  # audience, as stored
FOLLOW_UP: Final = EmailTemplate(
    about=_("what became of the innovation team?"),
    subject=_("%(team)s: what has become of it?"),
    paragraphs=(
        _("%(team)s opened on %(day)s (%(cohort)s)."),
        _(
            "How many people work in it, with which budget? How many projects does it have, and how many commissions"
            " from other departments? If it has closed, record the day."
        ),
        _("Please answer even if the team has closed."),
    ),
    button=_("Answer for the team"),
    url_name="cohorts:follow_up_team",
)
PLACEHOLDERS: Final = {
    "team": Placeholder(
        pgettext_lazy("placeholder", "team"), _("the name of the innovation team"), _("The Lab"), required=True
    ),
    "day": Placeholder(
        pgettext_lazy("placeholder", "day"), _("the day on which the team opened"), _("12 March 2026"), optional=True
    ),
    "cohort": Placeholder(pgettext_lazy("placeholder", "cohort"), _("the name of the cohort"), _("Sample authority")),
    **LINK_PLACEHOLDER,
}
TEXTS: Final = EmailTemplates(
    {"team_follow_up": FOLLOW_UP},
    {
        TEAM_LEADS: (
            _("Pilot and admins"),
            _("You are receiving this e-mail because you can say what becomes of %(team)s (%(cohort)s)."),
        )
    },
    PLACEHOLDERS,
)
REASONS: Final = {CLOSED: _("the innovation team has closed")}


def _leads(team: int, today: Combinable) -> Q:
    """Return a filter for the pilots of the team's cohort and the admins of its authority on the day `today`; for lab
    staff but its readers where there is nobody.
    """
    pilots = Membership.objects.active(today).filter(cohort__innovation_teams=team, role=MembershipRole.PILOT)
    admins = AuthorityAdmin.objects.active(today).filter(authority__innovation_teams=team)
    leads = Q(pk__in=pilots.values("user")) | Q(pk__in=admins.values("user"))
    return leads | (STAFF_BUT_READERS & ~Q(Exists(User.objects.filter(leads, is_active=True))))


def _events(email_types: Collection[str]) -> QuerySet[InnovationTeam]:
    """Return the query for innovation teams with their cohort, and the lab's wordings of these types of e-mails."""
    teams = InnovationTeam.objects.select_related("cohort", "authority").order_by()
    return teams.annotate(own_wordings=own_wordings("cohort__edition__format", email_types))


def _stop_reason(team: InnovationTeam, _email_type: str, _at: datetime) -> str:
    """Return the reason why nobody is asked about a team that is not open; "" for an open one."""
    return "" if team.state == TeamState.OPEN else CLOSED


def _today_of(team: int, at: datetime) -> Subquery:
    """Return a subquery for the date at the moment `at` in the time zone of the authority of the team with this key."""
    day = day_of_rows(today_everywhere(at), "authority")
    return Subquery(InnovationTeam.objects.filter(pk=team).order_by().values(today=day))


def _name(team: InnovationTeam) -> str:
    """Return the name of a team with that of its cohort."""
    return f"{team} · {team.cohort.name}" if team.cohort else str(team)


TEAMS: Final = Audiences(
    events=_events,
    today=_today_of,
    people=MappingProxyType({TEAM_LEADS: _leads}),
    event_stop_reason=_stop_reason,
    event_name=_name,
)


def render(
    reminder: Reminder, team: InnovationTeam, _user: User, language: str, wording: Wording | None = None
) -> EmailPart:
    """Return the e-mail that asks what has become of a team; its button opens the form to answer.

    Without a `wording` it is that of the edition's format.
    """
    day = formats.precise_to(team.opened_on, team.opened_precision, language) if team.opened_on else ""
    values = {"team": str(team), "day": day, "cohort": team.cohort.name if team.cohort else ""}
    return TEXTS.part(reminder, values, wording=wording or wording_of(team, reminder, language))


def names(pks: Collection[int]) -> Mapping[int, str]:
    """Return the names of the teams with these keys, by key; one statement."""
    return {team.pk: _name(team) for team in InnovationTeam.objects.filter(pk__in=pks).select_related("cohort")}


def in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the teams to which a command is limited; published facts are left out."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="authority__slug")
    return set(InnovationTeam.objects.filter(retrospective=False, **limits).values_list("pk", flat=True))


def roles(team: int, users: Collection[int], at: datetime) -> Mapping[int, Role]:
    """Return the role of each of these people (keys) in the cohort of a team at the moment `at`."""
    return role_of_each(users, Cohort.objects.filter(innovation_teams=team), platform_day(at))


RULES: Final = ReminderScheduleRules(rules_of(ReminderScheduleKind.INNOVATION_TEAM, alone=()), texts=TEXTS)
KIND: Final = EventKind(
    label=_("Innovation teams"),
    recipients=TEAMS.recipients,
    check=TEAMS.check,
    find=TEAMS.find,
    render=render,
    describe=TEXTS.describe,
    href=lambda reminder: reverse("cohorts:follow_up_team", args=[reminder.object_id]),
    in_scope=in_scope,
    names=names,
    can_see=lambda user, pk: InnovationTeam.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=TEAMS.sizes,
    stop_reason=TEAMS.stop_reason,
    roles=roles,
    can_wait=True,
    reasons=REASONS,
)
