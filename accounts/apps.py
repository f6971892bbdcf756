"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from accounts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.histories import keep  # noqa: PLC0415

        keep(histories.HISTORIES)
