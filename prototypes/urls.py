"""Addresses of the prototypes app."""

from django.urls import path

from prototypes.views import rates

app_name = "prototypes"
urlpatterns = [
    path("rates/", rates.rates, name="rates"),
]
