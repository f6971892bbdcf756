"""The leaf app: template tags, form rendering and the page's own context."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    label = "web"

    def ready(self) -> None:
        from web.migrating import speed_up  # noqa: PLC0415 - pgtrigger's operations need the apps

        speed_up()
