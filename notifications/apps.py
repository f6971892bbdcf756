"""Django configuration of the notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import notes, refusals  # noqa: PLC0415 - models and translations must be ready
        from web.home import attention  # noqa: PLC0415
        from web.navigation import NavItem, navigation  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        attention.register("letters_held", notes.letters_held, order=80)
        attention.register("letters_failed", notes.letters_failed, order=81)
        navigation.register(
            "letters",
            NavItem(_("Letters"), "notifications:ledger", "mail", shown_to=lambda user: user.is_lab_staff),
            order=80,
        )
