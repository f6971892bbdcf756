"""Addresses of the prototypes app."""

from django.urls import path

from prototypes.views import challenges, ideas, implementations, prototypes, rates, trials
from prototypes.views.canvases import cells, copies, history, pages, steps

app_name = "prototypes"
urlpatterns = [
    path("cohorts/<slug:slug>/challenges/", challenges.challenge_list, name="challenge_list"),
    path("cohorts/<slug:slug>/challenges/new/", challenges.add_challenge, name="add_challenge"),
    path("cohorts/<slug:slug>/canvases/", pages.canvas_list, name="canvas_list"),
    path("cohorts/<slug:slug>/canvases/new/", pages.add_canvas, name="add_canvas"),
    path("cohorts/<slug:slug>/canvases/import/", copies.import_canvas, name="import_canvas"),
    path("canvases/schema.json", copies.schema, name="canvas_schema"),
    path("canvases/<int:pk>/", pages.canvas, name="canvas"),
    path("canvases/<int:pk>/edit/", pages.edit_canvas, name="edit_canvas"),
    path("canvases/<int:pk>/share/", pages.share_canvas, name="share_canvas"),
    path("canvases/<int:pk>/copy/", copies.copy_canvas, name="copy_canvas"),
    path("canvases/<int:pk>/export.json", copies.export_canvas, name="export_canvas"),
    path("canvases/<int:pk>/history/", history.canvas_history, name="canvas_history"),
    path("canvases/<int:pk>/texts/<int:step>/<slug:lane>/", cells.write_cell, name="write_cell"),
    path("canvases/<int:pk>/steps/new/", steps.add_step, name="add_step"),
    path("canvases/<int:pk>/steps/<int:step>/", steps.name_step, name="name_step"),
    path("canvases/<int:pk>/steps/<int:step>/<slug:way>/move/", steps.move_step, name="move_step"),
    path("canvases/<int:pk>/steps/<int:step>/remove/", steps.remove_step, name="remove_step"),
    path("challenges/<int:pk>/", challenges.challenge, name="challenge"),
    path("challenges/<int:pk>/edit/", challenges.edit_challenge, name="edit_challenge"),
    path("challenges/<int:pk>/<slug:act>/", challenges.challenge_act, name="challenge_act"),
    path("ideas/", ideas.idea_list, name="idea_list"),
    path("ideas/new/", ideas.add_idea, name="add_idea"),
    path("ideas/<int:pk>/", ideas.idea, name="idea"),
    path("ideas/<int:pk>/edit/", ideas.edit_idea, name="edit_idea"),
    path("ideas/<int:pk>/prototypes/new/", prototypes.add_prototype, name="add_prototype"),
    path("ideas/<int:pk>/events/", ideas.idea_events, name="idea_events"),
    path("ideas/<int:pk>/events/<int:event>/correct/", ideas.correct_event, name="correct_event"),
    path("ideas/<int:pk>/<slug:act>/", ideas.idea_act, name="idea_act"),
    path("prototypes/<int:pk>/", prototypes.prototype, name="prototype"),
    path("prototypes/<int:pk>/edit/", prototypes.edit_prototype, name="edit_prototype"),
    path("prototypes/<int:pk>/tests/new/", trials.plan_trial, name="plan_trial"),
    path("prototypes/<int:pk>/<slug:act>/", prototypes.prototype_act, name="prototype_act"),
    path("trials/<int:pk>/", trials.trial, name="trial"),
    path("trials/<int:pk>/edit/", trials.edit_trial, name="edit_trial"),
    path("trials/<int:pk>/log/", trials.log_trial, name="log_trial"),
    path("trials/<int:pk>/<slug:act>/", trials.trial_act, name="trial_act"),
    path("implementations/<int:pk>/<slug:act>/", implementations.implementation_act, name="implementation_act"),
    path("log/", trials.log, name="log"),
    path("rates/", rates.rates, name="rates"),
]
