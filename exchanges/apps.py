"""Django configuration of the exchanges app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangesConfig(AppConfig):
    name = "exchanges"
    verbose_name = _("Exchanges")

    def ready(self) -> None:
        from exchanges import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
