"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import erasing, keeping, personal, privacy, refusals  # noqa: PLC0415 - models and translations must be ready
        from accounts.registries import erasers  # noqa: PLC0415
        from web.home import attention  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        personal.register()
        keeping.register()
        attention.register("leaving", privacy.people_leaving, order=70)
        erasers.register("ways_in", erasing.forget_ways_in, order=900)  # last: others look for the address
