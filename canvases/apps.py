"""Django configuration of the canvases app: what it brings to others' pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CanvasesConfig(AppConfig):
    name = "canvases"
    verbose_name = _("Canvases")

    def ready(self) -> None:
        """Register what canvases bring to other apps: history pages, personal data, panels, search and error
        messages.
        """
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from canvases import histories, panels, personal_data, refusals  # noqa: PLC0415
        from canvases.search_sources import CANVASES  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        register(refusals.SENTENCES)
        register_histories(histories.HISTORIES, name_paths=histories.NAME_PATHS, value_texts=histories.VALUE_TEXTS)
        privacy_hooks.register("canvases", personal_data.PRIVACY)
        cohort_hooks.register("canvases", CohortHooks(panels={41: panels.COHORT_PANEL}))
        work_hooks.register(
            "canvases",
            WorkHooks(challenge_panels={10: panels.CHALLENGE_PANEL}, idea_panels={10: panels.IDEA_PANEL}),
        )
        search_sources.register("canvas", CANVASES, order=40)
