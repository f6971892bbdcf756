"""Addresses of the pages of sessions."""

from django.urls import URLPattern, path

from cohorts.sessions import views

urlpatterns: list[URLPattern] = [
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/new/", views.new_session, name="new_session"),
    path("sessions/<int:pk>/", views.session, name="session"),
    path("sessions/<int:pk>/edit/", views.edit_session, name="edit_session"),
    path("sessions/<int:pk>/move/", views.move_session, name="move_session"),
    path("sessions/<int:pk>/schedule/", views.schedule_session, name="schedule_session"),
    path("sessions/<int:pk>/postpone/", views.postpone_session, name="postpone_session"),
    path("sessions/<int:pk>/cancel/", views.cancel_session, name="cancel_session"),
    path("sessions/<int:pk>/hold/", views.hold_session, name="hold_session"),
    path("sessions/<int:pk>/outcome/", views.write_outcome, name="write_outcome"),
    path("sessions/<int:pk>/report/", views.report_session, name="report_session"),
    path("cohorts/<slug:slug>/sessions/", views.cohort_sessions, name="cohort_sessions"),
    path("cohorts/<slug:slug>/sessions/plan/", views.plan_session, name="plan_session"),
]
