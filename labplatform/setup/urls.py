"""URLs of the pages that set the platform up."""

from django.urls import path

from labplatform.setup import views

urlpatterns = [
    path("setup/<str:token>/", views.set_up, name="set_up"),
    path("lab/settings/", views.lab_settings, name="lab_settings"),
]
