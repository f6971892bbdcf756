"""Addresses of the prototypes app."""

from django.urls import URLPattern

app_name = "prototypes"
urlpatterns: list[URLPattern] = []
