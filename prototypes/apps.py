"""Django configuration of the prototypes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrototypesConfig(AppConfig):
    name = "prototypes"
    verbose_name = _("Prototypes")

    def ready(self) -> None:
        from programmes.registries import authority_panels, edition_panels  # noqa: PLC0415 - translations must be ready
        from prototypes import rates_panels, refusals  # noqa: PLC0415
        from web.home import home_cards  # noqa: PLC0415
        from web.navigation import NavItem, navigation  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        navigation.register("rates", NavItem(_("Rates"), "prototypes:rates", "chart-no-axes-combined"), order=60)
        authority_panels.register("rates", rates_panels.AUTHORITY_PANEL, order=60)
        edition_panels.register("rates", rates_panels.EDITION_PANEL, order=60)
        home_cards.register("rates", rates_panels.HOME_CARD, order=20)
