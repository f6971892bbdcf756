"""URLs of the calendar feed of a cohort, and of proposals of new days."""

from django.urls import URLPattern, path

from cohorts.calendars.views import feeds, replanning

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/calendar/", feeds.open_calendar, name="open_calendar"),
    path("cohorts/<slug:slug>/calendar/revoke/", feeds.revoke_calendar, name="revoke_calendar"),
    path("cohorts/<slug:slug>/new-days/", replanning.replan_sessions, name="replan_sessions"),
    path("cohorts/<slug:slug>/new-days/undo/", replanning.undo_replanning, name="undo_replanning"),
]
