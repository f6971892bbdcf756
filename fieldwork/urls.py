"""Addresses of the page that logs tests without network."""

from django.urls import path

from fieldwork import views

app_name = "fieldwork"
urlpatterns = [
    path("field/", views.field, name="field"),
    path("field/worker.js", views.worker, name="worker"),
    path("field/tests.json", views.field_tests, name="tests"),
    path("field/tests/<int:pk>/", views.field_note, name="note"),
    path("field/tests/<int:pk>/pictures/", views.field_picture, name="picture"),
    path("field/<slug:language>/", views.field, name="shell"),
    path("field/<slug:language>/manifest.json", views.manifest, name="manifest"),
]
