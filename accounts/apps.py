"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import accounts.openid.following  # noqa: PLC0415, F401 - receivers
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
