"""Django configuration of the notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from accounts.registries import account_panels  # noqa: PLC0415
        from notifications import personal_data, refusals  # noqa: PLC0415 - models must be ready
        from notifications.calendars import panels  # noqa: PLC0415 - models must be ready
        from notifications.ledger.attention import letters_failed, letters_held  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.home import attention  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        personal_data.register()
        own_calendar = Panel("notifications/calendar_panel.html", panels.own_calendar)
        account_panels.register("calendar", own_calendar, order=20)
        attention.register("letters_held", letters_held, order=80)
        attention.register("letters_failed", letters_failed, order=81)
        navigation.register(
            "letters",
            NavItem(_("E-mails"), "notifications:ledger", "mail", shown_to=lambda user: user.is_lab_staff),
            order=80,
        )

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from notifications import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(
            histories.HISTORIES,
            unshown=histories.UNSHOWN,
            left_out=histories.LEFT_OUT,
            named=histories.NAMED,
            worded=histories.WORDED,
        )
