"""Django configuration of the programmes app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def is_lab_staff(user: Any) -> bool:
    """Return whether the user is lab staff: the menu shows “Authorities” to them only."""
    return bool(user.is_lab_staff)


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        """Register the app's refusal messages, history pages, personal data, menu items and notices."""
        from accounts.hooks import AccountHooks, account_hooks, privacy_hooks  # noqa: PLC0415 - models must be ready
        from imports.kinds import import_kinds  # noqa: PLC0415
        from programmes import panels, permissions, personal_data, refusals  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from programmes.imports import AuthorityImport  # noqa: PLC0415
        from programmes.methods.imports import MethodImport  # noqa: PLC0415
        from programmes.methods.search_sources import SEARCHED_METHODS  # noqa: PLC0415
        from programmes.methods.uses import LESSONS  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        self.register_lists()
        register(refusals.SENTENCES)
        self.add_histories()
        import_kinds.register("authorities", AuthorityImport(), order=20)
        import_kinds.register("methods", MethodImport(), order=25)
        search_sources.register("method", SEARCHED_METHODS, order=65)
        programme_hooks.register("programmes", ProgrammeHooks(method_uses={30: LESSONS}))
        privacy_hooks.register("programmes", personal_data.PRIVACY)
        account_hooks.register(
            "programmes",
            AccountHooks(
                unassigned_after_leaving=personal_data.without_admin, needs_second_factor=permissions.is_admin_somewhere
            ),
        )
        programmes = NavItem(_("Programmes"), "programmes:programmes", "layers")
        authorities = NavItem(_("Authorities"), "programmes:authorities", "map-pin", visible_to=is_lab_staff)
        page_hooks.register(
            "programmes",
            PageHooks(menu={20: programmes, 25: authorities}, notices={60: panels.lessons_waiting}),
        )

    def add_histories(self) -> None:
        """Register the models of this app that have a history page."""
        from programmes import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )

    def register_lists(self) -> None:
        """Register the lists of authorities and methods, which can be saved as views and downloaded."""
        from programmes.authorities.authority_list import AUTHORITIES  # noqa: PLC0415 - models must be ready
        from programmes.methods.method_list import METHODS  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415

        for each in (AUTHORITIES, METHODS):
            lists.register(each.slug, each)
