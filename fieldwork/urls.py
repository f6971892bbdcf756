"""Addresses of the page for phones without network, of field notes and of insights."""

from django.urls import path

from fieldwork import views
from fieldwork.insights import views as insights
from fieldwork.notes import views as notes
from fieldwork.phone import views as phone

app_name = "fieldwork"
urlpatterns = [
    path("field/", views.field, name="field"),
    path("field/worker.js", views.worker, name="worker"),
    path("field/tests.json", views.field_tests, name="tests"),
    path("field/tests/<int:pk>/", views.receive_trial_note, name="receive_trial_note"),
    path("field/tests/<int:pk>/pictures/", views.field_picture, name="picture"),
    path("field/snapshot.json", phone.field_snapshot, name="snapshot"),
    path("field/ideas/", phone.receive_idea, name="receive_idea"),
    path("field/cohorts/<slug:slug>/notes/<slug:kind>/", phone.receive_note, name="receive_note"),
    path("field/sessions/<int:pk>/attendance/", phone.receive_attendance, name="receive_attendance"),
    path("field/<slug:language>/", views.field, name="shell"),
    path("field/<slug:language>/manifest.json", views.manifest, name="manifest"),
    path("notebook/", notes.choose_notebook, name="choose_notebook"),
    path("withdraw/", notes.withdraw, name="withdraw"),
    path("cohorts/<slug:slug>/notebook/", notes.notebook, name="notebook"),
    path("cohorts/<slug:slug>/notebook/<slug:kind>/", notes.add_note, name="add_note"),
    path("cohorts/<slug:slug>/notes/", notes.note_list, name="note_list"),
    path("notes/<int:pk>/", notes.note_page, name="note_page"),
    path("notes/<int:pk>/edit/", notes.edit_note, name="edit_note"),
    path("notes/<int:pk>/consent/", notes.note_consent, name="note_consent"),
    path("cohorts/<slug:slug>/notes/<int:pk>/delete/", notes.delete_note, name="delete_note"),
    path("notes/<int:pk>/move/", insights.move_note, name="move_note"),
    path("cohorts/<slug:slug>/insights/", insights.board, name="board"),
    path("cohorts/<slug:slug>/insights/add/", insights.add_insight, name="add_insight"),
    path("insights/<int:pk>/edit/", insights.name_insight, name="name_insight"),
    path("cohorts/<slug:slug>/insights/<int:pk>/delete/", insights.delete_insight, name="delete_insight"),
    path("insights/<int:pk>/challenge/", insights.make_challenge, name="make_challenge"),
]
