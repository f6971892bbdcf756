"""Addresses of the history of an object."""

from django.urls import path

from history import views

urlpatterns = [
    path("history/<slug:kind>/<str:key>/", views.object_history, name="object_history"),
    path("history/<slug:kind>/<str:key>/changes.csv", views.object_history_csv, name="object_history_csv"),
]
