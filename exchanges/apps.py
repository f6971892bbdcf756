"""Django configuration of the exchanges app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangesConfig(AppConfig):
    name = "exchanges"
    verbose_name = _("Intertransfos")

    def ready(self) -> None:
        from accounts.registries import closures  # noqa: PLC0415
        from cohorts.registries import (  # noqa: PLC0415
            arrivals,
            days_taken,
            departures,
            drop_out_locks,
            drop_outs,
            timeline_marks,
        )
        from exchanges import (  # noqa: PLC0415 - models and translations must be ready
            calendar_feed,
            emails,
            personal_data,
            refusals,
        )
        from exchanges.content import panels as content_panels  # noqa: PLC0415
        from exchanges.exchange import locks  # noqa: PLC0415
        from exchanges.pages import panels  # noqa: PLC0415
        from exchanges.planning.actions import replace_host_that_left  # noqa: PLC0415
        from exchanges.registration.actions import give_back_places, invite_newcomers  # noqa: PLC0415
        from exchanges.search_sources import EXCHANGES  # noqa: PLC0415
        from notifications.registries import event_kinds, feed_sources  # noqa: PLC0415
        from programmes.registries import edition_panels, ended_mandates, ladder_rules  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.home import attention, home_cards  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        personal_data.register()
        event_kinds.register("exchange", emails.EXCHANGE)
        ladder_rules.register("exchange", emails.RULES)
        search_sources.register("exchange", EXCHANGES, order=50)
        feed_sources.register("exchange", calendar_feed.EXCHANGES, order=20)
        navigation.register("exchanges", NavItem(_("Intertransfos"), "exchanges:exchange_list", "route"), order=50)
        edition_panels.register("exchanges", panels.EDITION, order=40)
        timeline_marks.register("exchanges", panels.marks_of_editions)
        drop_out_locks.register("exchanges", locks.lock_turns)
        days_taken.register("exchanges", panels.days_taken)
        drop_outs.register("exchanges", replace_host_that_left)
        arrivals.register("exchanges", invite_newcomers)
        departures.register("exchanges", give_back_places)
        ended_mandates.register("exchanges", give_back_places)
        closures.register("exchanges", give_back_places)
        home_cards.register("exchanges", panels.HOME, order=30)
        attention.register("exchanges", panels.what_needs_the_lab, order=10)
        attention.register("hosting", panels.what_needs_a_host, order=11)
        attention.register("registrations", panels.what_needs_an_answer, order=12)
        attention.register("commitments", content_panels.what_was_promised, order=13)
        attention.register("feedback", content_panels.what_was_thought, order=14)
        attention.register("closing", content_panels.what_is_not_closed, order=15)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from exchanges import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(histories.HISTORIES, left_out=histories.LEFT_OUT, named=histories.NAMED, worded=histories.WORDED)
