"""URLs of the pages about members of a cohort."""

from django.urls import URLPattern, path

from cohorts.people import views

urlpatterns: list[URLPattern] = [
    path("cohorts/<slug:slug>/members/", views.members, name="members"),
    path("cohorts/<slug:slug>/members/new/", views.add_member, name="add_member"),
    path("cohorts/<slug:slug>/members/<int:pk>/", views.edit_membership, name="edit_membership"),
    path("cohorts/<slug:slug>/members/<int:pk>/end/", views.end_membership, name="end_membership"),
]
