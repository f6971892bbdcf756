"""Django configuration of the prototypes app: registers its e-mails, panels, files, history pages and search."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrototypesConfig(AppConfig):
    name = "prototypes"
    verbose_name = _("Prototypes")

    def ready(self) -> None:
        """Register what this app adds to others: error messages, history pages, personal data, files, search, e-mails,
        and parts of pages.
        """
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from imports.kinds import import_kinds  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from prototypes import panels, personal_data, refusals  # noqa: PLC0415
        from prototypes.acceptance import emails as acceptance_emails  # noqa: PLC0415
        from prototypes.challenges.applications import propose_challenge  # noqa: PLC0415
        from prototypes.confirmations import emails as confirmation_emails  # noqa: PLC0415
        from prototypes.handover import emails as handover_emails  # noqa: PLC0415
        from prototypes.imports import IdeaImport  # noqa: PLC0415
        from prototypes.trials.method_uses import TRIALS  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415

        register(refusals.SENTENCES)
        import_kinds.register("ideas", IdeaImport(), order=70)
        self.register_lists()
        self.add_histories()
        privacy_hooks.register("prototypes", personal_data.PRIVACY)
        self.register_file_owners()
        self.register_search_sources()
        event_kinds.register("idea", handover_emails.IDEA)
        event_kinds.register("acceptance", acceptance_emails.KIND)
        event_kinds.register("unconfirmed", confirmation_emails.KIND)
        programme_hooks.register(
            "prototypes", ProgrammeHooks(reminder_rules={"idea": handover_emails.RULES}, method_uses={20: TRIALS})
        )
        ideas = NavItem(_("Ideas"), "prototypes:idea_list", "lightbulb", phone_label=_("Ideas"))
        cohort_hooks.register(
            "prototypes",
            CohortHooks(panels={40: panels.COHORT_PANEL}, application_became_cohort=propose_challenge),
        )
        notices = {
            40: panels.without_prototype,
            45: panels.ideas_to_accept,
            47: panels.two_notes,
            48: panels.challenges_to_rate,
            50: panels.unconfirmed_ideas,
        }
        page_hooks.register(
            "prototypes",
            PageHooks(menu={40: ideas}, home_cards={40: panels.HOME_CARD}, notices=notices),
        )

    def register_lists(self) -> None:
        """Register the lists of this app, which can be saved as views, selected from and downloaded."""
        from prototypes.challenges.challenge_list import CHALLENGES  # noqa: PLC0415 - models must be ready
        from prototypes.ideas.idea_list import IDEAS  # noqa: PLC0415
        from prototypes.trials.trial_list import TRIALS  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415

        for each in (CHALLENGES, IDEAS, TRIALS):
            lists.register(each.slug, each)

    def register_search_sources(self) -> None:
        """Register ideas, prototypes, tests and challenges as objects that the search over everything finds, in this
        order.
        """
        from prototypes.search_sources import CHALLENGES, IDEAS, PROTOTYPES, TESTS  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        search_sources.register("idea", IDEAS, order=10)
        search_sources.register("prototype", PROTOTYPES, order=20)
        search_sources.register("test", TESTS, order=30)
        search_sources.register("challenge", CHALLENGES, order=60)

    def register_file_owners(self) -> None:
        """Register ideas, prototypes and tests as rows that pictures and documents can belong to."""
        from files.registries import file_owners  # noqa: PLC0415
        from prototypes.file_owners import KINDS, find_owner  # noqa: PLC0415

        for model, (slug, _path) in KINDS.items():
            file_owners.register(slug, partial(find_owner, model))

    def add_histories(self) -> None:
        """Register the models of this app that have a history page, with their hidden columns and the columns that name
        their rows.
        """
        from prototypes import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
