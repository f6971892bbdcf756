"""Django configuration of the files app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Register the refusal messages of the database, the check of the storage, the personal data in files,
        histories, and the exports of a person's data and of lists.
        """
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from files.checks import check_storage  # noqa: PLC0415
        from files.exports import lists, own_copy  # noqa: PLC0415 - models and translations must be ready
        from files.refusals import SENTENCES  # noqa: PLC0415
        from files.registries import export_kinds  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        register(SENTENCES)
        checks.register(check_storage, deploy=True)
        privacy_hooks.register("files", own_copy.PRIVACY)
        export_kinds.register(own_copy.PERSONAL, own_copy.OWN_COPY)
        export_kinds.register(lists.LIST_ROWS, lists.LIST_KIND)
        self.add_histories()

    def add_histories(self) -> None:
        """Register the history page of attachments, and that files to download have none."""
        from files import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
        )
