"""Django configuration of the composition root."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabplatformConfig(AppConfig):
    name = "labplatform"

    def ready(self) -> None:
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415 - models are loaded by now

        navigation.register("home", NavItem(_("Home"), "home", "house", phone_label=_("Home")), order=0)
        navigation.register(
            "status",
            NavItem(_("Status"), "status", "circle-check", shown_to=lambda user: user.is_lab_staff),
            order=85,
        )
