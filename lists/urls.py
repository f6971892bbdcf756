"""Addresses of saved views and bulk actions."""

from django.urls import path

from lists.views import bulk_actions, saved_views

app_name = "lists"
urlpatterns = [
    path("lists/<slug:slug>/views/new/", saved_views.add_view, name="add_view"),
    path("lists/<slug:slug>/views/counts/", saved_views.view_counts, name="view_counts"),
    path("lists/<slug:slug>/actions/<slug:action_slug>/", bulk_actions.bulk_action, name="bulk_action"),
    path("views/<int:pk>/", saved_views.view, name="view"),
    path("views/<int:pk>/edit/", saved_views.edit_view, name="edit_view"),
    path("views/<int:pk>/delete/", saved_views.remove_view, name="delete_view"),
    path("bulk/<int:pk>/", bulk_actions.run, name="run"),
    path("bulk/<int:pk>/undo/", bulk_actions.undo, name="undo"),
]
