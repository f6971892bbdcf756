"""Django configuration of the prototypes app: what it says to people, and what it brings to others' pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrototypesConfig(AppConfig):
    name = "prototypes"
    verbose_name = _("Prototypes")

    def ready(self) -> None:
        # Imported here: models and translations must be ready.
        from cohorts.registries import cohort_panels  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.registries import ladder_rules  # noqa: PLC0415
        from prototypes import panels, personal, refusals  # noqa: PLC0415
        from prototypes.confirmations import emails as confirmation_emails  # noqa: PLC0415
        from prototypes.handover import emails as handover_emails  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.home import attention, home_cards  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        personal.register()
        self.hold_files()
        self.be_found()
        event_kinds.register("idea", handover_emails.IDEA)
        event_kinds.register("unconfirmed", confirmation_emails.KIND)
        ladder_rules.register("idea", handover_emails.RULES)
        ideas = NavItem(_("Ideas"), "prototypes:idea_list", "lightbulb", phone_label=_("Ideas"))
        navigation.register("ideas", ideas, order=40)
        cohort_panels.register("ideas", panels.COHORT_PANEL, order=40)
        home_cards.register("ideas", panels.HOME_CARD, order=40)
        attention.register("without_prototype", panels.without_prototype, order=40)
        attention.register("ideas_to_accept", panels.ideas_to_accept, order=45)
        attention.register("two_versions", panels.two_versions, order=47)
        attention.register("silent_ideas", panels.silent_ideas, order=50)

    def be_found(self) -> None:
        """What the search finds of a cohort's work."""
        from prototypes import sources  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        search_sources.register("idea", sources.IDEAS, order=10)
        search_sources.register("prototype", sources.PROTOTYPES, order=20)
        search_sources.register("test", sources.TESTS, order=30)
        search_sources.register("challenge", sources.CHALLENGES, order=60)

    def hold_files(self) -> None:
        """What pictures and documents can belong to."""
        from files.registries import attachables  # noqa: PLC0415
        from prototypes.attachables import find_idea, find_prototype, find_trial  # noqa: PLC0415

        attachables.register("idea", find_idea)
        attachables.register("prototype", find_prototype)
        attachables.register("trial", find_trial)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from prototypes import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(histories.HISTORIES, unshown=histories.UNSHOWN, named=histories.NAMED)
