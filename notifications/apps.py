"""Django configuration of the notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Register refusal messages, history pages, personal data, group e-mails, the calendar panel, menu items
        and notices.
        """
        from accounts.hooks import AccountHooks, account_hooks, privacy_hooks  # noqa: PLC0415 - models must be ready
        from notifications import personal_data, refusals  # noqa: PLC0415
        from notifications.calendars import panels  # noqa: PLC0415
        from notifications.group_emails.event_kind import GROUP_EMAIL  # noqa: PLC0415
        from notifications.group_emails.models import KIND  # noqa: PLC0415
        from notifications.ledger.email_list import EMAILS  # noqa: PLC0415
        from notifications.ledger.notices import emails_failed, emails_paused  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.add_histories()
        event_kinds.register(KIND, GROUP_EMAIL)
        lists.register(EMAILS.slug, EMAILS)
        privacy_hooks.register("notifications", personal_data.PRIVACY)
        own_calendar_panel = Panel("notifications/calendars/panel.html", panels.own_calendar_panel)
        account_hooks.register("notifications", AccountHooks(panels={20: own_calendar_panel}))
        emails = NavItem(_("E-mails"), "notifications:ledger", "mail", visible_to=lambda user: user.is_lab_staff)
        calendar = NavItem(_("Calendar"), "notifications:calendar", "calendar", phone_label=_("Calendar"))
        notices = {80: emails_paused, 81: emails_failed}
        page_hooks.register("notifications", PageHooks(menu={35: calendar, 80: emails}, notices=notices))

    def add_histories(self) -> None:
        """Register the history pages of e-mails, of reminders and of the switch that pauses all e-mails.

        Also registers the reasons why the app's other models have no history page.
        """
        from notifications import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
