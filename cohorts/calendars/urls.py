"""URLs of proposals of new days for the sessions of a cohort."""

from django.urls import URLPattern, path

from cohorts.calendars.views import replanning

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/new-days/", replanning.replan_sessions, name="replan_sessions"),
    path("cohorts/<slug:slug>/new-days/undo/", replanning.undo_replanning, name="undo_replanning"),
]
