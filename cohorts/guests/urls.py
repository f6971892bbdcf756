"""Addresses of the pages of guests, and of the page that records a stakeholder's e-mail address."""

from django.urls import URLPattern, path

from cohorts.guests import views

urlpatterns: list[URLPattern] = [
    path("stakeholders/<int:pk>/contact/", views.stakeholder_contact, name="stakeholder_contact"),
    path("stakeholders/<int:pk>/contact/remove/", views.remove_contact, name="remove_contact"),
    path("guests/<str:token>/", views.guest_session, name="guest_session"),
    path("guests/<str:token>/data/", views.guest_data, name="guest_data"),
    path("guests/<str:token>/erase/", views.erase_guest, name="erase_guest"),
]
