"""Django configuration of the planning app: its history, personal data, and its links on other pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = _("Plans of residencies and editions")

    def ready(self) -> None:
        """Register what this app brings to the apps below. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from planning import actions, histories, panels, personal_data, refusals  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        register(refusals.SENTENCES)
        privacy_hooks.register("planning", personal_data.PRIVACY)
        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
        link = Panel("planning/panel.html", panels.weeks_link)
        edition_links = Panel("planning/editions/panel.html", panels.edition_links)
        programme_hooks.register("planning", ProgrammeHooks(edition_panels={45: edition_links}))
        cohort_hooks.register("planning", CohortHooks(panels={5: link}, undo_refusal=actions.undo_refusal))
