"""Addresses of the cohorts app."""

from django.urls import URLPattern, path

from cohorts.views import attendance, sessions, stakeholders, teams

app_name = "cohorts"

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
    path("cohorts/<slug:slug>/innovation-team/", teams.innovation_team, name="innovation_team"),
    path("cohorts/<slug:slug>/innovation-team/propose/", teams.propose_team, name="propose_team"),
    path("innovation-teams/<int:pk>/", teams.edit_team, name="edit_team"),
    path("innovation-teams/<int:pk>/next/", teams.move_team_on, name="move_team_on"),
]

urlpatterns: list[URLPattern] = [*session_patterns]
