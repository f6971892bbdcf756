"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.decorators import secure_admin_login  # noqa: PLC0415 - models must be ready
        from django.contrib import admin  # noqa: PLC0415

        from accounts import refusals, watched  # noqa: PLC0415 - translations must be ready
        from accounts.actions.sign_in_links import LINKS_KEPT  # noqa: PLC0415
        from accounts.registries import retentions  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        retentions.register("sign_in_links", LINKS_KEPT, order=80)
        watched.connect()
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # one way in for all
