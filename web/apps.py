"""Django configuration of the web app."""

from django.apps import AppConfig

import web.database.trigger_registry  # noqa: F401 - before any model registers triggers


class WebConfig(AppConfig):
    name = "web"
    label = "web"
