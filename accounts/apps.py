"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import accounts.openid.following  # noqa: PLC0415, F401 - receivers
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from accounts.openid import kept  # noqa: PLC0415
        from accounts.registries import erasers, personal_data  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        personal_data.register("connections", kept.CONNECTIONS, order=15)
        erasers.register("connections", kept.erase)
