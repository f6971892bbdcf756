"""Addresses of the pages of the methods of sessions."""

from django.urls import URLPattern, path

from cohorts.methods import views

urlpatterns: list[URLPattern] = [
    path("sessions/use-method/", views.use_method, name="use_method"),
    path("sessions/<int:pk>/methods/add/", views.add_session_method, name="add_session_method"),
    path("session-methods/<int:pk>/", views.edit_session_method, name="edit_session_method"),
    path("session-methods/<int:pk>/remove/", views.remove_session_method, name="remove_session_method"),
]
