"""Django configuration of webhooks: the events they tell of are written as actions run."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Register what this app brings to the apps below, and listen to their actions. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import AccountHooks, account_hooks, privacy_hooks  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from web.actions import listen_to_actions  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415
        from webhooks import actions, emails, histories, panels, personal_data, recording, refusals  # noqa: PLC0415

        register(refusals.SENTENCES)
        panel = Panel("webhooks/panel.html", panels.webhooks_panel)
        account_hooks.register(
            "webhooks",
            AccountHooks(
                {30: panel},
                account_closed=actions.disable_webhooks_of,
                password_changed=actions.disable_webhooks_on_password_change,
            ),
        )
        privacy_hooks.register("webhooks", personal_data.PRIVACY)
        event_kinds.register(actions.KIND, emails.WEBHOOK)
        register_histories(histories.HISTORIES, value_texts=histories.VALUE_TEXTS)
        listen_to_actions(recording.record_events)
