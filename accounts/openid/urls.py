"""Addresses for going to a provider and coming back; allauth includes them under `accounts/`."""

from django.urls import path

from accounts.openid import views

urlpatterns = [
    path("oidc/access-requested/", views.access_requested, name="access_requested"),
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
