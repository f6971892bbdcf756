"""Django configuration of the cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        from cohorts import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
