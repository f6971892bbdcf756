"""Addresses of the pages of stakeholders."""

from django.urls import URLPattern, path

from cohorts.stakeholders import views

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/stakeholders/", views.stakeholders, name="stakeholders"),
    path("cohorts/<slug:slug>/stakeholders/map/", views.stakeholders_map, name="stakeholders_map"),
    path("cohorts/<slug:slug>/stakeholders/add/", views.add_stakeholder, name="add_stakeholder"),
    path("stakeholders/<int:pk>/", views.edit_stakeholder, name="edit_stakeholder"),
    path("stakeholders/<int:pk>/remove/", views.remove_stakeholder, name="remove_stakeholder"),
]
