"""Django configuration of the programmes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from programmes import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
