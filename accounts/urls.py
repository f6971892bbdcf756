"""Addresses of the account pages that are ours; allauth brings the others."""

from django.urls import path

from accounts import views
from accounts.views import acting

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/act-as/<int:pk>/", acting.act_as, name="act_as"),
    path("account/stop-acting/", acting.stop_acting, name="stop_acting"),
    path("language/", views.language, name="language"),
]
