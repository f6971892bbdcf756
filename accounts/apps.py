"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.decorators import secure_admin_login  # noqa: PLC0415 - models must be ready
        from django.contrib import admin  # noqa: PLC0415

        from accounts import kept, refusals, watched  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        kept.register()
        watched.connect()
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # one way in for all
