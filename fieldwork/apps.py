"""Django configuration of the fieldwork app: where a phone logs tests."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = _("Fieldwork")

    def ready(self) -> None:
        """Register the menu item “Log a test”, which on a phone leads to the page that works offline."""
        # Imported here: models and translations must be ready.
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415

        log = NavItem(
            _("Log a test"), "prototypes:log", "square-pen", phone_label=_("Log"), phone_url_name="fieldwork:field"
        )
        page_hooks.register("fieldwork", PageHooks(menu={38: log}))
