"""Django configuration of the exchanges app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangesConfig(AppConfig):
    name = "exchanges"
    verbose_name = _("Intertransfos")

    def ready(self) -> None:
        """Register what exchanges bring to other apps: e-mails, calendar feeds, page parts, search, personal data and
        hooks.
        """
        from accounts.hooks import AccountHooks, account_hooks, privacy_hooks  # noqa: PLC0415
        from exchanges import (  # noqa: PLC0415 - models and translations must be ready
            emails,
            personal_data,
            refusals,
        )
        from exchanges.content import panels as content_panels  # noqa: PLC0415
        from exchanges.pages import panels  # noqa: PLC0415
        from exchanges.registration.actions import release_seats  # noqa: PLC0415
        from exchanges.search_sources import EXCHANGES  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.add_histories()
        privacy_hooks.register("exchanges", personal_data.PRIVACY)
        self.register_emails()
        search_sources.register("exchange", EXCHANGES, order=50)
        self.register_lists()
        account_hooks.register("exchanges", AccountHooks(account_closed=release_seats))
        programme_hooks.register(
            "exchanges",
            ProgrammeHooks(
                edition_panels={40: panels.EDITION},
                reminder_rules={"exchange": emails.RULES},
                after_mandate=release_seats,
            ),
        )
        self.register_cohort_hooks()
        notices = {
            10: panels.overdue_notices,
            11: panels.hosting_notices,
            12: panels.answer_notices,
            13: content_panels.open_commitment_notices,
            14: content_panels.feedback_notices,
            15: content_panels.closing_notices,
        }
        exchanges = NavItem(_("Intertransfos"), "exchanges:exchange_list", "route")
        page_hooks.register("exchanges", PageHooks(menu={50: exchanges}, home_cards={30: panels.HOME}, notices=notices))

    def register_emails(self) -> None:
        """Register the e-mails about exchanges and peer visits, the people whom lab staff may write to, and entries of
        calendar feeds.
        """
        from exchanges import calendar_feed, emails  # noqa: PLC0415
        from exchanges.peers.actions import KIND  # noqa: PLC0415
        from exchanges.peers.emails import PEER_VISIT  # noqa: PLC0415
        from notifications.calendars.sources import calendar_sources  # noqa: PLC0415
        from notifications.group_emails.circles import email_circles  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415

        event_kinds.register("exchange", emails.EXCHANGE)
        event_kinds.register(KIND, PEER_VISIT)
        email_circles.register("exchange", emails.EXCHANGE_CIRCLE)
        calendar_sources.register("exchange", calendar_feed.EXCHANGES, order=20)

    def register_lists(self) -> None:
        """Register the lists of this app, which can be saved as views, selected from and downloaded."""
        from exchanges.content.commitment_list import COMMITMENTS  # noqa: PLC0415 - models must be ready
        from exchanges.registration.participant_list import PARTICIPANTS  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415

        for each in (COMMITMENTS, PARTICIPANTS):
            lists.register(each.slug, each)

    def register_cohort_hooks(self) -> None:
        """Register with the cohorts app what it shows of exchanges, and how they follow people who join and leave."""
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415 - models must be ready
        from exchanges.exchange import locks  # noqa: PLC0415
        from exchanges.pages import panels  # noqa: PLC0415
        from exchanges.planning import previews  # noqa: PLC0415
        from exchanges.planning.actions import propose_exchanges_of_new_edition, replace_host_that_left  # noqa: PLC0415
        from exchanges.registration.actions import invite_newcomers, release_seats  # noqa: PLC0415

        cohort_hooks.register(
            "exchanges",
            CohortHooks(
                timeline_marks=panels.marks_of_editions,
                days_taken=panels.days_taken,
                lock_before_leaving=locks.lock_turns,
                opening_panels={40: previews.OPENING},
                edition_opened=propose_exchanges_of_new_edition,
                cohort_dropped_out=replace_host_that_left,
                people_joined=invite_newcomers,
                people_left=release_seats,
            ),
        )

    def add_histories(self) -> None:
        """Register the models of exchanges that have a history page, and for each other model the reason why it has
        none.
        """
        from exchanges import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
