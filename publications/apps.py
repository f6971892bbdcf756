"""Django configuration of the public app: its links on the pages of others, history and personal data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "publications"
    verbose_name = _("Public pages")

    def ready(self) -> None:
        """Register what this app brings to the apps below. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from publications import actions, emails, histories, panels, personal_data, refusals  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415

        work_hooks.register("publications", WorkHooks(idea_panels={95: panels.IDEA_PANEL}))
        cohort_hooks.register(
            "publications",
            CohortHooks(panels={95: panels.COHORT_PANEL}, name_erased=personal_data.erase_stakeholder_name),
        )
        page_hooks.register(
            "publications",
            PageHooks(notices={46: panels.TO_APPROVE, 75: panels.NAMES_TO_CHECK, 76: panels.RULE_TO_END}),
        )
        programme_hooks.register("publications", ProgrammeHooks(authority_panels={70: panels.AUTHORITY_PANEL}))
        event_kinds.register(actions.EVENT_KIND, emails.KIND)
        register(refusals.SENTENCES)
        register_histories(
            histories.HISTORIES,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
        privacy_hooks.register("publications", personal_data.PRIVACY)
