"""Django configuration of the figures app: its pages in the menu, and the rates on the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "figures"
    verbose_name = _("Figures")

    def ready(self) -> None:
        # Imported here: models and translations must be ready.
        from figures.implementation import panels  # noqa: PLC0415
        from figures.implementation.exports import IDEAS, IDEAS_KIND  # noqa: PLC0415
        from files.registries import export_kinds  # noqa: PLC0415
        from programmes.registries import authority_panels, edition_panels  # noqa: PLC0415
        from web.pages.home import home_cards  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415

        navigation.register("rates", NavItem(_("Rates"), "figures:rates", "chart-no-axes-combined"), order=60)
        navigation.register("network", NavItem(_("Network"), "figures:network", "share-2"), order=62)
        authority_panels.register("rates", panels.AUTHORITY_PANEL, order=60)
        edition_panels.register("rates", panels.EDITION_PANEL, order=60)
        home_cards.register("rates", panels.HOME_CARD, order=20)
        export_kinds.register(IDEAS, IDEAS_KIND)
