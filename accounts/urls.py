"""Addresses of the account pages that are ours; allauth brings the others."""

from django.urls import path

from accounts import privacy_views, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/leave/", privacy_views.leave, name="leave"),
    path("privacy/", privacy_views.privacy, name="privacy"),
    path("privacy/leaving/", privacy_views.leaving, name="leaving"),
    path("privacy/leaving/<int:pk>/", privacy_views.reopen, name="reopen"),
    path("language/", views.language, name="language"),
]
