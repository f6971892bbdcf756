"""Addresses of the account pages that are ours; allauth brings the others."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("language/", views.language, name="language"),
]
