"""Django configuration of the comments app: the letters about comments, and where comments are shown."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self) -> None:
        # Imported here: models and translations must be ready.
        from comments import emails, histories, panels, personal, refusals  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from prototypes.registries import page_parts  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import keep  # noqa: PLC0415

        register(refusals.SENTENCES)
        keep(histories.HISTORIES, named=histories.NAMED, parts=histories.PARTS)
        personal.register()
        event_kinds.register("comment", emails.COMMENT)
        page_parts.register("comments", panels.PAGE_PART, order=20)
