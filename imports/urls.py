"""Addresses of the imports app."""

from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.batches, name="batches"),
    path("imports/<int:pk>/", views.batch, name="batch"),
    path("imports/<int:pk>/columns/", views.choose_columns, name="choose_columns"),
    path("imports/<int:pk>/rows/", views.correct_rows, name="correct_rows"),
    path("imports/<int:pk>/refused/<slug:file_format>/", views.refused_rows, name="refused_rows"),
    path("imports/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("imports/<int:pk>/discard/", views.discard, name="discard"),
    path("imports/<int:pk>/undo/", views.undo, name="undo"),
    path("imports/new/<slug:kind>/", views.add, name="add"),
    path("imports/new/<slug:kind>/<slug:target>/", views.add_to, name="add_to"),
]
