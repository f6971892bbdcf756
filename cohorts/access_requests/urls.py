"""URLs of the pages of access requests."""

from django.urls import URLPattern, path

from cohorts.access_requests import views

urlpatterns: list[URLPattern] = [
    path("requests/", views.access_requests, name="access_requests"),
    path("requests/<int:pk>/", views.grant_access, name="grant_access"),
    path("requests/<int:pk>/refuse/", views.refuse_access, name="refuse_access"),
]
