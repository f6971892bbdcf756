"""Addresses of the pages of innovation teams."""

from django.urls import URLPattern, path

from cohorts.teams import views

urlpatterns: list[URLPattern] = [
    path("teams/", views.innovation_teams, name="innovation_teams"),
    path("cohorts/<slug:slug>/innovation-team/", views.innovation_team, name="innovation_team"),
    path("cohorts/<slug:slug>/innovation-team/propose/", views.propose_team, name="propose_team"),
    path("innovation-teams/<int:pk>/", views.edit_team, name="edit_team"),
    path("innovation-teams/<int:pk>/days/", views.correct_team_days, name="correct_team_days"),
    path("innovation-teams/<int:pk>/follow-up/", views.follow_up_team, name="follow_up_team"),
    path("innovation-teams/<int:pk>/next/", views.move_team_on, name="move_team_on"),
]
