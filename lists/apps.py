"""Django configuration of the lists app: saved views and bulk actions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        """Register the refusal messages of the database, and what is kept about people."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from lists import personal_data, refusals  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        privacy_hooks.register("lists", personal_data.PRIVACY)
