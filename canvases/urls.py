"""Addresses of canvases."""

from django.urls import path

from canvases.views import cells, copies, history, pages, steps

app_name = "canvases"
urlpatterns = [
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
    path(
        "canvases/<int:pk>/texts/<int:step>/<slug:lane>/<int:version>/restore/", cells.restore_text, name="restore_text"
    ),
    path("canvases/<int:pk>/steps/new/", steps.add_step, name="add_step"),
    path("canvases/<int:pk>/steps/<int:step>/", steps.rename_step, name="rename_step"),
    path("canvases/<int:pk>/steps/<int:step>/<slug:direction>/move/", steps.move_step, name="move_step"),
    path("canvases/<int:pk>/steps/<int:step>/remove/", steps.remove_step, name="remove_step"),
    path("canvases/<int:pk>/steps/<int:step>/restore/", steps.restore_step, name="restore_step"),
]
