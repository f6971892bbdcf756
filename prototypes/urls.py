"""URL patterns of the prototypes app."""

from django.urls import path

from prototypes.board import views
from prototypes.challenges import views as challenges
from prototypes.confirmations import views as confirmations
from prototypes.effects import views as effects
from prototypes.handover.views import follow_ups, packages
from prototypes.ideas.views import ideas
from prototypes.implementations import views as implementations
from prototypes.notes import views as notes
from prototypes.prototypes.views import comparison, prototypes
from prototypes.rating_rounds import views as rating_rounds
from prototypes.trials import views as trials

app_name = "prototypes"
urlpatterns = [
    path("cohorts/<slug:slug>/challenges/", challenges.challenge_list, name="challenge_list"),
    path("cohorts/<slug:slug>/challenges/new/", challenges.add_challenge, name="add_challenge"),
    path("cohorts/<slug:slug>/challenges/choose/", rating_rounds.open_round, name="open_rating_round"),
    path("rating-rounds/<int:pk>/", rating_rounds.rating_round, name="rating_round"),
    path("rating-rounds/<int:pk>/rate/", rating_rounds.rate, name="rate_challenges"),
    path("rating-rounds/<int:pk>/close/", rating_rounds.close_round, name="close_rating_round"),
    path("rating-rounds/<int:pk>/<int:key>/", rating_rounds.decide, name="decide_challenge"),
    path("cohorts/<slug:slug>/board/", views.board, name="board"),
    path("challenges/<int:pk>/", challenges.challenge, name="challenge"),
    path("challenges/<int:pk>/edit/", challenges.edit_challenge, name="edit_challenge"),
    path("challenges/<int:pk>/links/", challenges.link_challenge, name="link_challenge"),
    path("challenges/<int:pk>/<slug:action_slug>/", challenges.challenge_action, name="challenge_action"),
    path("ideas/", ideas.idea_list, name="idea_list"),
    path("ideas/unconfirmed/", confirmations.unconfirmed, name="unconfirmed"),
    path("ideas/new/", ideas.add_idea, name="add_idea"),
    path("ideas/<int:pk>/", ideas.idea, name="idea"),
    path("ideas/<int:pk>/edit/", ideas.edit_idea, name="edit_idea"),
    path("ideas/<int:pk>/prototypes/new/", prototypes.add_prototype, name="add_prototype"),
    path("ideas/<int:pk>/events/", ideas.idea_events, name="idea_events"),
    path("ideas/<int:pk>/events/<int:event>/correct/", ideas.correct_event, name="correct_event"),
    path("ideas/<int:pk>/indicators/<int:indicator>/correct/", effects.correct_indicator, name="correct_indicator"),
    path("ideas/<int:pk>/compare/", comparison.compare, name="compare"),
    path("ideas/<int:pk>/reuse/", ideas.reuse_idea, name="reuse_idea"),
    path("ideas/<int:pk>/follow-ups/<int:months>/", follow_ups.follow_up, name="follow_up"),
    path("packages/<int:pk>/", packages.package, name="package"),
    path("ideas/<int:pk>/confirm/", confirmations.confirm, name="confirm_idea"),
    path("ideas/<int:pk>/other-actions/", views.other_actions, name="other_actions"),
    path("ideas/<int:pk>/<slug:action_slug>/", ideas.idea_action, name="idea_action"),
    path("prototypes/<int:pk>/", prototypes.prototype, name="prototype"),
    path("prototypes/<int:pk>/edit/", prototypes.edit_prototype, name="edit_prototype"),
    path("prototypes/<int:pk>/tests/new/", trials.plan_trial, name="plan_trial"),
    path("prototypes/<int:pk>/<slug:action_slug>/", prototypes.prototype_action, name="prototype_action"),
    path("trials/", trials.trial_list, name="trial_list"),
    path("trials/<int:pk>/", trials.trial, name="trial"),
    path("trials/<int:pk>/edit/", trials.edit_trial, name="edit_trial"),
    path("trials/<int:pk>/log/", trials.log_trial, name="log_trial"),
    path("trials/<int:pk>/correct/", trials.correct_trial, name="correct_trial"),
    path("trials/<int:pk>/versions/<int:note>/", notes.settle_note, name="settle_note"),
    path("trials/<int:pk>/<slug:action_slug>/", trials.trial_action, name="trial_action"),
    path(
        "implementations/<int:pk>/<slug:action_slug>/",
        implementations.implementation_action,
        name="implementation_action",
    ),
    path("log/", trials.log, name="log"),
]
