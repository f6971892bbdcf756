"""The leaf app: template tags, form rendering and the page's own context."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    label = "web"
