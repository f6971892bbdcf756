"""Django configuration of the files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Register database refusals, the person's own copy of their data, exports and history pages."""
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from files.exports import own_copy  # noqa: PLC0415 - models and translations must be ready
        from files.refusals import SENTENCES  # noqa: PLC0415
        from files.registries import export_kinds  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        register(SENTENCES)
        privacy_hooks.register("files", own_copy.PRIVACY)
        export_kinds.register(own_copy.PERSONAL, own_copy.OWN_COPY)
        self.add_histories()

    def add_histories(self) -> None:
        """Register the models of this app that have a history page, and those that have none."""
        from files import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
        )
