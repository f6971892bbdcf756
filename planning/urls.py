"""URLs of the plans of residencies."""

from django.urls import path

from planning import views

app_name = "planning"
urlpatterns = [
    path("cohorts/<slug:slug>/weeks/", views.weeks, name="weeks"),
    path("cohorts/<slug:slug>/weeks/lock/", views.lock_week, name="lock_week"),
    path("cohorts/<slug:slug>/weeks/unlock/", views.unlock_week, name="unlock_week"),
    path("cohorts/<slug:slug>/weeks/absence/", views.add_absence, name="add_absence"),
    path("cohorts/<slug:slug>/weeks/absence/<int:pk>/remove/", views.remove_absence, name="remove_absence"),
    path("cohorts/<slug:slug>/weeks/exception/", views.allow_exception, name="allow_exception"),
    path("cohorts/<slug:slug>/weeks/exception/<int:pk>/withdraw/", views.withdraw_exception, name="withdraw_exception"),
    path("cohorts/<slug:slug>/weeks/use/<int:number>/", views.use_plan, name="use_plan"),
    path("cohorts/<slug:slug>/weeks/undo/", views.undo_plan, name="undo_plan"),
]
