"""Addresses of the account pages that are ours; allauth brings the others."""

from django.urls import path

from accounts import privacy_views, views
from accounts.views import acting

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/act-as/<int:pk>/", acting.act_as, name="act_as"),
    path("account/stop-acting/", acting.stop_acting, name="stop_acting"),
    path("account/leave/", privacy_views.leave, name="leave"),
    path("privacy/", privacy_views.privacy, name="privacy"),
    path("privacy/leaving/", privacy_views.leaving, name="leaving"),
    path("privacy/leaving/<int:pk>/", privacy_views.reopen, name="reopen"),
    path("language/", views.language, name="language"),
]
