"""Routes of sessions, attendance, stakeholders and innovation teams."""

from datetime import date
from typing import Any

from cohorts.guests.links import guest_token
from cohorts.models import InnovationTeam
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    InnovationTeamFactory,
    SessionFactory,
    SessionMethodFactory,
    StakeholderContactFactory,
    StakeholderFactory,
    opened,
)
from tests.factories.programmes import MethodFactory
from tests.matrix import Arguments, RouteRow

COHORT = "SCDPMRA"
PLAN = "SCDP"
KEEP = "SPA"


def session(state: str, day: date = date(2026, 10, 6)) -> Arguments:
    def args(cast: Cast) -> list[Any]:
        return [SessionFactory(cohort=cast.cohort, state=state, date=day).pk]

    return args


def slug(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def draft_and_method(cast: Cast) -> list[Any]:
    """Return a draft, besides a method that it can use."""
    MethodFactory()
    return session("draft")(cast)


def session_method(cast: Cast) -> list[Any]:
    return [SessionMethodFactory(session__cohort=cast.cohort).pk]


def stakeholder(cast: Cast) -> list[Any]:
    return [StakeholderFactory(cohort=cast.cohort).pk]


def guest_link(cast: Cast) -> list[Any]:
    """Return the token of the link of a guest of a session."""
    contact = StakeholderContactFactory(stakeholder__cohort=cast.cohort)
    day = SessionFactory(cohort=cast.cohort, date=date(2026, 12, 8)).days.get()
    AttendanceFactory(day=day, member=None, stakeholder=contact.stakeholder, status="expected", half_days=0)
    return [guest_token(contact, day.session_id)]


def met_stakeholder(cast: Cast) -> list[Any]:
    """Return a stakeholder on the list of a session, so that no POST removes it before the next role tries."""
    row = StakeholderFactory(cohort=cast.cohort)
    day = SessionFactory(cohort=cast.cohort).days.get()
    AttendanceFactory(day=day, member=None, stakeholder=row)
    return [row.pk]


def attended_session(cast: Cast) -> list[Any]:
    """Return a session that a stakeholder and the relay of the cohort attended."""
    day = SessionFactory(cohort=cast.cohort).days.get()
    AttendanceFactory(day=day, member=None, stakeholder=StakeholderFactory(cohort=cast.cohort))
    AttendanceFactory(day=day, member=cast.cohort.memberships.get(user=cast["R"]))
    return [day.session_id]


def session_with_member(cast: Cast) -> list[Any]:
    return [*session("scheduled", TODAY)(cast), cast.cohort.memberships.get(user=cast["C"]).pk]


def session_with_stakeholder(cast: Cast) -> list[Any]:
    return [*session("scheduled", TODAY)(cast), StakeholderFactory(cohort=cast.cohort).pk]


def team(cast: Cast) -> list[Any]:
    """Return the innovation team of the cohort."""
    found = InnovationTeam.objects.filter(cohort=cast.cohort).first()
    return [(found or InnovationTeamFactory(cohort=cast.cohort)).pk]


def open_team(cast: Cast) -> list[Any]:
    """Return the innovation team of the cohort, open for eight months."""
    [pk] = team(cast)
    return [opened(InnovationTeam.objects.get(pk=pk), date(2026, 3, 2)).pk]


ROUTES = {
    "cohorts:sessions": RouteRow(),
    "cohorts:new_session": RouteRow(usable_by=PLAN),
    "cohorts:session": RouteRow(visible_to=COHORT, args=session("scheduled")),
    "cohorts:edit_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("draft")),
    "cohorts:move_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled")),
    "cohorts:schedule_session": RouteRow(
        visible_to=COHORT, usable_by=PLAN, get=False, post=True, args=session("draft")
    ),
    "cohorts:postpone_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled")),
    "cohorts:cancel_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled")),
    "cohorts:hold_session": RouteRow(
        visible_to=COHORT, usable_by=PLAN, get=False, post=True, args=session("scheduled")
    ),
    "cohorts:report_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("held")),
    "cohorts:write_outcome": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("held")),
    "cohorts:record_attendance": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled")),
    "cohorts:invite_to_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled")),
    "cohorts:answer_session": RouteRow(
        visible_to=COHORT,
        post=True,
        open_to_former=False,
        args=session("scheduled", date(2026, 12, 1)),
        form={"answer": "coming"},
    ),
    "cohorts:own_session_code": RouteRow(visible_to=COHORT, open_to_former=False, args=session("scheduled")),
    "cohorts:session_participants": RouteRow(visible_to=COHORT, args=attended_session),
    "cohorts:session_badges": RouteRow(visible_to=COHORT, usable_by=PLAN, args=attended_session),
    "cohorts:session_sign_in_sheet": RouteRow(visible_to=COHORT, usable_by=PLAN, args=attended_session),
    "cohorts:session_walk_in": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session("scheduled", TODAY)),
    "cohorts:check_in_member": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session_with_member),
    "cohorts:check_in_stakeholder": RouteRow(
        visible_to=COHORT, usable_by=PLAN, post=True, args=session_with_stakeholder
    ),
    "cohorts:use_method": RouteRow(usable_by=PLAN),
    "cohorts:add_session_method": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=draft_and_method),
    "cohorts:edit_session_method": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session_method),
    "cohorts:remove_session_method": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=session_method),
    "cohorts:cohort_sessions": RouteRow(visible_to=COHORT, args=slug),
    "cohorts:plan_session": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=slug),
    "cohorts:stakeholders": RouteRow(visible_to=COHORT, args=slug),
    "cohorts:stakeholders_map": RouteRow(visible_to=COHORT, args=slug),
    "cohorts:add_stakeholder": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=slug),
    "cohorts:edit_stakeholder": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=stakeholder),
    "cohorts:remove_stakeholder": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=met_stakeholder),
    "cohorts:stakeholder_contact": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=stakeholder),
    "cohorts:remove_contact": RouteRow(visible_to=COHORT, usable_by=PLAN, post=True, args=stakeholder),
    "cohorts:guest_session": RouteRow(post=True, public=True, args=guest_link),
    "cohorts:guest_data": RouteRow(post=True, public=True, args=guest_link),
    "cohorts:erase_guest": RouteRow(post=True, public=True, args=guest_link),
    "cohorts:innovation_teams": RouteRow(),
    "cohorts:innovation_team": RouteRow(visible_to=COHORT, args=slug),
    "cohorts:propose_team": RouteRow(visible_to=COHORT, usable_by=KEEP, post=True, args=slug),
    "cohorts:edit_team": RouteRow(visible_to=COHORT, usable_by=KEEP, post=True, args=team),
    "cohorts:correct_team_days": RouteRow(visible_to=COHORT, usable_by=KEEP, post=True, args=team),
    "cohorts:follow_up_team": RouteRow(visible_to=COHORT, usable_by=KEEP, post=True, args=open_team),
    "cohorts:move_team_on": RouteRow(visible_to=COHORT, usable_by=KEEP, post=True, args=team),
}
