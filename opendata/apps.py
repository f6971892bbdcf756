"""Django configuration of the app of open data: history, refusals and personal data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "opendata"
    verbose_name = _("Open data")

    def ready(self) -> None:
        """Register what this app brings to the apps below. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from opendata import histories, personal_data, refusals  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415

        register(refusals.SENTENCES)
        register_histories({}, models_without_page=histories.MODELS_WITHOUT_PAGE)
        privacy_hooks.register("opendata", personal_data.PRIVACY)
