"""Addresses of the cohorts app."""

from django.urls import URLPattern, path

from cohorts.access_requests import views
from cohorts.cohort.views import life_cycle, cohorts
from cohorts.assessments import views as assessments
from cohorts.attendance import views as attendance
from cohorts.calendars.views import feeds, replanning
from cohorts.invitations.views import invitations, acceptance
from cohorts.people import views as members
from cohorts.opening import views as opening
from cohorts.sessions import views as sessions
from cohorts.stakeholders import views as stakeholders
from cohorts.teams import views as teams

app_name = "cohorts"

opening_routes = [
    path("open-edition/", opening.open_edition, name="open_edition"),
    path("open-edition/authorities/", opening.choose_authorities, name="choose_authorities"),
    path("open-edition/review/", opening.review_edition, name="review_edition"),
    path("editions/<slug:slug>/cohorts/new/", opening.add_cohort, name="add_cohort"),
]
cohort_routes = [
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<slug:slug>/", cohorts.cohort, name="cohort"),
    path("cohorts/<slug:slug>/edit/", cohorts.edit_cohort, name="edit_cohort"),
    path("cohorts/<slug:slug>/dates/", cohorts.reschedule_cohort, name="reschedule_cohort"),
    path("cohorts/<slug:slug>/budget/", cohorts.change_budget, name="change_budget"),
    path("cohorts/<slug:slug>/calendar/", feeds.open_calendar, name="open_calendar"),
    path("cohorts/<slug:slug>/calendar/revoke/", feeds.revoke_calendar, name="revoke_calendar"),
    path("cohorts/<slug:slug>/new-days/", replanning.replan_sessions, name="replan_sessions"),
    path("cohorts/<slug:slug>/new-days/undo/", replanning.undo_replanning, name="undo_replanning"),
]
act_routes = [
    path("cohorts/<slug:slug>/agree/", life_cycle.take_step, {"act": life_cycle.AGREE}, name="agree_cohort"),
    path("cohorts/<slug:slug>/start/", life_cycle.take_step, {"act": life_cycle.START}, name="start_cohort"),
    path("cohorts/<slug:slug>/suspend/", life_cycle.take_step, {"act": life_cycle.SUSPEND}, name="suspend_cohort"),
    path("cohorts/<slug:slug>/resume/", life_cycle.take_step, {"act": life_cycle.RESUME}, name="resume_cohort"),
    path("cohorts/<slug:slug>/complete/", life_cycle.take_step, {"act": life_cycle.COMPLETE}, name="complete_cohort"),
    path("cohorts/<slug:slug>/alumni/", life_cycle.take_step, {"act": life_cycle.BECOME_ALUMNI}, name="become_alumni"),
    path("cohorts/<slug:slug>/withdraw/", life_cycle.take_step, {"act": life_cycle.WITHDRAW}, name="withdraw_cohort"),
]
member_routes = [
    path("cohorts/<slug:slug>/members/", members.members, name="members"),
    path("cohorts/<slug:slug>/members/new/", members.add_member, name="add_member"),
    path("cohorts/<slug:slug>/members/<int:pk>/", members.edit_membership, name="edit_membership"),
    path("cohorts/<slug:slug>/members/<int:pk>/end/", members.end_membership, name="end_membership"),
]
invitation_routes = [
    path("cohorts/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path("cohorts/<slug:slug>/invitations/list/", invitations.invite_list, name="invite_list"),
    path("cohorts/<slug:slug>/invitations/lists/<int:pk>/", invitations.invitation_list, name="invitation_list"),
    path("invitations/<int:pk>/see/", invitations.invitation, name="invitation"),
    path("invitations/<int:pk>/resend/", invitations.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path("invitation/", acceptance.take_up, name="take_up"),
    path("invitations/<str:token>/", acceptance.join, name="join"),
]
session_patterns: list[URLPattern] = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/edit/", sessions.edit_session, name="edit_session"),
    path("sessions/<int:pk>/move/", sessions.move_session, name="move_session"),
    path("sessions/<int:pk>/schedule/", sessions.schedule_session, name="schedule_session"),
    path("sessions/<int:pk>/postpone/", sessions.postpone_session, name="postpone_session"),
    path("sessions/<int:pk>/cancel/", sessions.cancel_session, name="cancel_session"),
    path("sessions/<int:pk>/hold/", sessions.hold_session, name="hold_session"),
    path("sessions/<int:pk>/report/", sessions.report_session, name="report_session"),
    path("sessions/<int:pk>/attendance/", attendance.record_attendance, name="record_attendance"),
    path("sessions/<int:pk>/invite/", attendance.invite_to_session, name="invite_to_session"),
    path("sessions/<int:pk>/answer/", attendance.answer_session, name="answer_session"),
    path("cohorts/<slug:slug>/sessions/", sessions.cohort_sessions, name="cohort_sessions"),
    path("cohorts/<slug:slug>/sessions/plan/", sessions.plan_session, name="plan_session"),
    path("cohorts/<slug:slug>/stakeholders/", stakeholders.stakeholders, name="stakeholders"),
    path("cohorts/<slug:slug>/stakeholders/add/", stakeholders.add_stakeholder, name="add_stakeholder"),
    path("stakeholders/<int:pk>/", stakeholders.edit_stakeholder, name="edit_stakeholder"),
    path("stakeholders/<int:pk>/remove/", stakeholders.remove_stakeholder, name="remove_stakeholder"),
    path("teams/", teams.innovation_teams, name="innovation_teams"),
    path("cohorts/<slug:slug>/innovation-team/", teams.innovation_team, name="innovation_team"),
    path("cohorts/<slug:slug>/innovation-team/propose/", teams.propose_team, name="propose_team"),
    path("innovation-teams/<int:pk>/", teams.edit_team, name="edit_team"),
    path("innovation-teams/<int:pk>/days/", teams.correct_team_days, name="correct_team_days"),
    path("innovation-teams/<int:pk>/next/", teams.move_team_on, name="move_team_on"),
]
assessment_routes = [
    path("cohorts/<slug:slug>/assessment/", assessments.assess, name="assess"),
    path("cohorts/<slug:slug>/assessment/take-back/", assessments.take_back_answers, name="take_back_answers"),
    path("cohorts/<slug:slug>/assessments/", assessments.assessments, name="assessments"),
    path("editions/<slug:slug>/assessments/", assessments.edition_assessments, name="edition_assessments"),
]
access_routes = [
    path("requests/", views.access_requests, name="access_requests"),
    path("requests/<int:pk>/", views.grant_access, name="grant_access"),
    path("requests/<int:pk>/refuse/", views.refuse_access, name="refuse_access"),
]
urlpatterns: list[URLPattern] = [
    *opening_routes,
    *cohort_routes,
    *act_routes,
    *member_routes,
    *invitation_routes,
    *session_patterns,
    *assessment_routes,
    *access_routes,
]
