"""Django configuration of the project package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabplatformConfig(AppConfig):
    name = "labplatform"

    def ready(self) -> None:
        """Add the pages “Home” and, for lab staff only, “Status” to the menu; Django calls it once at start."""
        from labplatform.setup.checklist import setup_checklist  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415 - models are loaded first
        from web.pages.navigation import NavItem  # noqa: PLC0415

        home = NavItem(_("Home"), "home", "house", phone_label=_("Home"))
        status = NavItem(_("Status"), "status", "circle-check", visible_to=lambda user: user.is_lab_staff)
        page_hooks.register("labplatform", PageHooks(menu={0: home, 85: status}, notices={0: setup_checklist}))
