"""Django configuration of the imports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        """Register the refusal messages of the database, the personal data in imports, and that they have no history
        page.
        """
        from accounts.hooks import privacy_hooks  # noqa: PLC0415 - models and translations must be ready
        from imports import histories, personal_data  # noqa: PLC0415
        from imports.refusals import SENTENCES  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415

        register(SENTENCES)
        privacy_hooks.register("imports", personal_data.PRIVACY)
        register_histories({}, models_without_page=histories.MODELS_WITHOUT_PAGE)
