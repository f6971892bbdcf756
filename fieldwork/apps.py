"""Django configuration of the fieldwork app: field notes, insights, and the page that logs tests on a phone."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = _("Fieldwork")

    def ready(self) -> None:
        """Register what this app adds to others: menu, pages of cohorts, lists, history, personal data and search."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import privacy_hooks  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from fieldwork import histories, panels, personal_data, refusals  # noqa: PLC0415
        from fieldwork.notes.file_owners import NOTE, find_note  # noqa: PLC0415
        from fieldwork.notes.note_list import NOTES  # noqa: PLC0415
        from fieldwork.search_sources import NOTES as SEARCHED_NOTES  # noqa: PLC0415
        from files.registries import file_owners  # noqa: PLC0415
        from prototypes.hooks import WorkHooks, work_hooks  # noqa: PLC0415
        from prototypes.visibility import adds_work  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        register(refusals.SENTENCES)
        register_histories(histories.HISTORIES, name_paths=histories.NAME_PATHS)
        privacy_hooks.register("fieldwork", personal_data.PRIVACY)
        cohort_hooks.register("fieldwork", CohortHooks(panels={39: panels.COHORT_PANEL}))
        evidence = WorkHooks(challenge_panels={5: panels.CHALLENGE_PANEL}, idea_panels={5: panels.IDEA_PANEL})
        work_hooks.register("fieldwork", evidence)
        file_owners.register(NOTE, find_note)
        lists.register(NOTES.slug, NOTES)
        search_sources.register("note", SEARCHED_NOTES, order=35)
        notebook = NavItem(_("Field notebook"), "fieldwork:choose_notebook", "notebook-pen", visible_to=adds_work)
        log = NavItem(
            _("Log a test"),
            "prototypes:log",
            "square-pen",
            phone_label=pgettext_lazy("the page for phones", "Field"),
            visible_to=adds_work,
            phone_url_name="fieldwork:field",
        )
        page_hooks.register("fieldwork", PageHooks(menu={36: notebook, 38: log}))
