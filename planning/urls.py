"""URLs of the plans of residencies and of editions."""

from django.urls import path

from planning import views
from planning.editions.views import exchanges, residencies, sessions

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
    path("editions/<slug:slug>/weeks/", residencies.together, name="weeks_together"),
    path("editions/<slug:slug>/weeks/use/", residencies.use_together, name="use_together"),
    path("editions/<slug:slug>/exchange-plans/", exchanges.plans, name="exchanges"),
    path("editions/<slug:slug>/exchange-plans/cancel/", exchanges.cancel, name="cancel_exchanges"),
    path("editions/<slug:slug>/exchange-plans/lock/<int:pk>/", exchanges.lock, name="lock_exchange"),
    path("editions/<slug:slug>/exchange-plans/unlock/<int:pk>/", exchanges.unlock, name="unlock_exchange"),
    path("editions/<slug:slug>/exchange-plans/use/<int:number>/", exchanges.use, name="use_exchanges"),
    path("editions/<slug:slug>/session-plans/", sessions.plans, name="sessions"),
    path("editions/<slug:slug>/session-plans/cancel/", sessions.cancel, name="cancel_sessions"),
    path("editions/<slug:slug>/session-plans/lock/<int:pk>/", sessions.lock, name="lock_session"),
    path("editions/<slug:slug>/session-plans/unlock/<int:pk>/", sessions.unlock, name="unlock_session"),
    path("editions/<slug:slug>/session-plans/use/<int:number>/", sessions.use, name="use_sessions"),
]
