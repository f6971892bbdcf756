"""Django configuration of the programmes app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def is_lab_staff(user: Any) -> bool:
    return bool(user.is_lab_staff)


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from accounts.registries import second_factor_roles  # noqa: PLC0415
        from programmes import panels, permissions, personal, refusals  # noqa: PLC0415 - translations must be ready
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.home import attention  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        personal.register()
        second_factor_roles.register("authority_admin", permissions.is_admin_somewhere)
        navigation.register("programmes", NavItem(_("Programmes"), "programmes:programmes", "layers"), order=20)
        authorities = NavItem(_("Authorities"), "programmes:authorities", "map-pin", shown_to=is_lab_staff)
        navigation.register("authorities", authorities, order=25)
        attention.register("lessons_waiting", panels.lessons_waiting, order=60)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from programmes import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(histories.HISTORIES, unshown=histories.UNSHOWN, named=histories.NAMED, worded=histories.WORDED)
