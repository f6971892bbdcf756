"""Django configuration of the cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        from cohorts import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.place_sessions()

    def place_sessions(self) -> None:
        """Put sessions into the menu and on the home page."""
        from cohorts.views import home  # noqa: PLC0415
        from web.home import attention, home_cards  # noqa: PLC0415
        from web.navigation import NavItem, navigation  # noqa: PLC0415
        from web.panels import Panel  # noqa: PLC0415

        navigation.register(
            "sessions", NavItem(_("Calendar"), "cohorts:sessions", "calendar", phone_label=_("Calendar")), order=35
        )
        attention.register("unmarked_sessions", home.unmarked_sessions, order=40)
        attention.register("unreported_sessions", home.unreported_sessions, order=41)
        home_cards.register("this_week", Panel("cohorts/session_week.html", home.this_week), order=20)
