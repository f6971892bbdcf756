"""Django configuration of the files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from files.exports import own_copy  # noqa: PLC0415 - models and translations must be ready
        from files.refusals import SENTENCES  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        register(SENTENCES)
        own_copy.register()
        self.keep_histories()

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from files import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(histories.HISTORIES, unshown=histories.UNSHOWN, left_out=histories.LEFT_OUT)
