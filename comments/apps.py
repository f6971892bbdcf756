"""Django configuration of the comments app: the e-mails about comments, and where comments are shown."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self) -> None:
        """Register the e-mails, the panel below pages, the history, the personal data and the refusal messages of
        comments.
        """
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from comments import emails, histories, panels, personal_data, refusals  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415

        register(refusals.SENTENCES)
        register_histories(histories.HISTORIES, name_paths=histories.NAME_PATHS, added_parts=histories.ADDED_PARTS)
        privacy_hooks.register("comments", personal_data.PRIVACY)
        event_kinds.register("comment", emails.COMMENT)
        work_hooks.register(
            "comments",
            WorkHooks(
                idea_panels={20: panels.IDEA_PANEL},
                prototype_panels={20: panels.PANEL},
                canvas_panels={20: panels.PANEL},
            ),
        )
