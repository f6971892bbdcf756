"""Django configuration of the dossiers app: its exports, and its links on the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = _("Dossiers")

    def ready(self) -> None:
        """Register exports, panels, refusals and personal data of the app with the apps below. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from dossiers import panels, personal_data, refusals  # noqa: PLC0415
        from dossiers.exports import KINDS  # noqa: PLC0415
        from files.registries import export_kinds  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        for slug, kind in KINDS.items():
            export_kinds.register(slug, kind)
        work_hooks.register("dossiers", WorkHooks(idea_panels={90: panels.IDEA_PANEL}))
        cohort_hooks.register(
            "dossiers",
            CohortHooks(panels={90: panels.COHORT_PANEL}, name_erased=personal_data.discard_dossiers_with),
        )
        programme_hooks.register("dossiers", ProgrammeHooks(edition_panels={90: panels.EDITION_PANEL}))
        register(refusals.SENTENCES)
        privacy_hooks.register("dossiers", personal_data.PRIVACY)
