"""Django configuration of the figures app: its pages in the menu, and the rates on the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "figures"
    verbose_name = _("Figures")

    def ready(self) -> None:
        """Register pages, panels, downloads, history, refusals and personal data of the app with the apps below.

        Django calls it once at start. The panels go on the home page, the pages of editions, authorities and cohorts.
        """
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from cohorts.models import Cohort  # noqa: PLC0415
        from figures.autonomy import panels as autonomy_panels  # noqa: PLC0415
        from figures.costs.panels import COST_PANEL  # noqa: PLC0415
        from figures.effects import panels as effects_panels  # noqa: PLC0415
        from figures.implementation import panels  # noqa: PLC0415
        from figures.implementation.exports import IDEAS, IDEAS_KIND  # noqa: PLC0415
        from figures.sharing import panels as sharing_panels  # noqa: PLC0415
        from figures.sharing import personal_data, refusals  # noqa: PLC0415
        from figures.sharing.models import FiguresConsent  # noqa: PLC0415
        from figures.visits import personal_data as visits  # noqa: PLC0415
        from figures.visits import refusals as visit_refusals  # noqa: PLC0415
        from files.registries import export_kinds  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import HistoryPart, register_histories  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415

        rates = NavItem(_("Rates"), "figures:rates", "chart-no-axes-combined")
        network = NavItem(_("Network"), "figures:network", "share-2")
        page_hooks.register("figures", PageHooks(menu={60: rates, 62: network}, home_cards={20: panels.HOME_CARD}))
        programme_hooks.register(
            "figures",
            ProgrammeHooks(
                edition_panels={60: panels.EDITION_PANEL, 64: autonomy_panels.EDITION_PANEL},
                authority_panels={60: panels.AUTHORITY_PANEL},
            ),
        )
        export_kinds.register(IDEAS, IDEAS_KIND)
        register(refusals.SENTENCES | visit_refusals.SENTENCES)
        register_histories({}, added_parts={Cohort: (HistoryPart(FiguresConsent, "cohort"),)})
        privacy_hooks.register("figures", personal_data.PRIVACY)
        privacy_hooks.register("figures_visits", visits.PRIVACY)
        cohort_hooks.register(
            "figures",
            CohortHooks(
                panels={41: autonomy_panels.COHORT_PANEL, 42: sharing_panels.COHORT_PANEL},
                cost_panels={10: COST_PANEL},
            ),
        )
        work_hooks.register("figures", WorkHooks(idea_panels={11: effects_panels.IDEA_PANEL}))
