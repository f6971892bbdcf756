"""URLs of the dossiers app."""

from django.urls import path

from dossiers import views

app_name = "dossiers"
urlpatterns = [
    path("ideas/<int:pk>/dossier/", views.idea_dossier, name="idea_dossier"),
    path("cohorts/<slug:slug>/dossier/", views.cohort_dossier, name="cohort_dossier"),
    path("editions/<slug:slug>/dossier/", views.edition_dossier, name="edition_dossier"),
]
