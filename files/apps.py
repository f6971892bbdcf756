"""Django configuration of the files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        from files import personal  # noqa: PLC0415 - models and translations must be ready
        from files.refusals import SENTENCES  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(SENTENCES)
        personal.register()
