"""Django configuration of the cohorts app, and what it brings to menus, home page and the pages below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        from cohorts import letters, refusals  # noqa: PLC0415 - models and translations must be ready
        from cohorts.people import personal_data as personal  # noqa: PLC0415 - models and translations must be ready
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.registries import ladder_rules  # noqa: PLC0415
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        personal.register()
        event_kinds.register("group_session", letters.GROUP_SESSION)
        event_kinds.register("stakeholder_session", letters.STAKEHOLDER_SESSION)
        ladder_rules.register("group_session", letters.GROUP_RULES)
        ladder_rules.register("stakeholder_session", letters.STAKEHOLDER_RULES)
        self.bring_cohorts()
        self.place_sessions()
        self.fill_calendars()
        self.hold_files()
        self.be_found()
        self.note_lessons()
        self.open_the_door()
        self.let_people_in()
        self.let_people_go()

    def be_found(self) -> None:
        """Cohorts and their people in the search."""
        from cohorts.search_sources import COHORTS, PEOPLE  # noqa: PLC0415
        from web.sources import search_sources  # noqa: PLC0415

        search_sources.register("cohort", COHORTS, order=70)
        search_sources.register("person", PEOPLE, order=80)

    def bring_cohorts(self) -> None:
        """Menu, home page, edition and authority pages."""
        from cohorts.cohort import panels  # noqa: PLC0415
        from programmes.registries import authority_panels, edition_panels  # noqa: PLC0415
        from web.home import attention, home_cards, main_actions  # noqa: PLC0415
        from web.navigation import NavItem, navigation  # noqa: PLC0415
        from web.panels import Panel  # noqa: PLC0415

        navigation.register("cohorts", NavItem(_("Cohorts"), "cohorts:cohorts", "users"), order=30)
        edition_panels.register("cohorts", Panel("cohorts/cohort/edition_panel.html", panels.edition_cohorts), order=10)
        authority_panels.register("cohorts", Panel("cohorts/cohort/authority_panel.html", panels.authority_cohorts), order=10)
        home_cards.register("editions", Panel("cohorts/cohort/editions_card.html", panels.current_editions), order=10)
        home_cards.register("own_cohorts", Panel("cohorts/cohort/own_cohorts_card.html", panels.own_cohorts), order=10)
        attention.register("access_requests", panels.asking_to_come_in, order=12)
        attention.register("skills", panels.asked_for_skills, order=16)
        attention.register("cohorts_overdue", panels.overdue, order=20)
        attention.register("cohorts_without_pilot", panels.without_pilot, order=30)
        main_actions.register("open_edition", panels.open_an_edition, order=10)

    def place_sessions(self) -> None:
        """Put sessions into the menu and on the home page."""
        from cohorts.sessions import panels as home  # noqa: PLC0415
        from web.home import attention, home_cards  # noqa: PLC0415
        from web.navigation import NavItem, navigation  # noqa: PLC0415
        from web.panels import Panel  # noqa: PLC0415

        navigation.register(
            "sessions", NavItem(_("Calendar"), "cohorts:sessions", "calendar", phone_label=_("Calendar")), order=35
        )
        attention.register("unanswered_sessions", home.unanswered_sessions, order=15)
        attention.register("unmarked_sessions", home.unmarked_sessions, order=40)
        attention.register("unreported_sessions", home.unreported_sessions, order=41)
        home_cards.register("this_week", Panel("cohorts/sessions/week_card.html", home.this_week), order=20)

    def fill_calendars(self) -> None:
        """Sessions in calendar feeds, and the cohort's own feed on its page."""
        from cohorts.calendars import feeds  # noqa: PLC0415
        from cohorts.registries import cohort_panels  # noqa: PLC0415
        from notifications.registries import feed_sources  # noqa: PLC0415
        from web.panels import Panel  # noqa: PLC0415

        feed_sources.register("session", feeds.SESSIONS, order=10)
        cohort_panels.register("calendar", Panel("notifications/calendar_panel.html", feeds.cohort_calendar), order=90)

    def hold_files(self) -> None:
        """What pictures and documents can belong to."""
        from cohorts.sessions import attachments as own  # noqa: PLC0415
        from files.registries import attachables  # noqa: PLC0415

        attachables.register(own.SESSION, own.find_session)

    def note_lessons(self) -> None:
        """Who has a part in an edition and may note what it taught."""
        from cohorts.permissions import has_part  # noqa: PLC0415
        from programmes.registries import edition_people  # noqa: PLC0415

        edition_people.register("cohorts", has_part)

    def open_the_door(self) -> None:
        """Who asks to come in by an organisation's sign-in, and what is kept of them for how long."""
        from accounts.registries import erasers, knocks, personal_data, retentions  # noqa: PLC0415
        from cohorts.access_requests import provider_sign_in  # noqa: PLC0415

        knocks.register("access_requests", provider_sign_in.knock)
        personal_data.register("access_requests", provider_sign_in.PERSONAL, order=45)
        erasers.register("access_requests", provider_sign_in.erase)
        retentions.register("access_requests", provider_sign_in.RETENTION, order=45)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from cohorts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.histories import keep  # noqa: PLC0415

        keep(
            histories.HISTORIES,
            unshown=histories.UNSHOWN,
            left_out=histories.LEFT_OUT,
            named=histories.NAMED,
            worded=histories.WORDED,
        )

    def let_people_in(self) -> None:
        """Invitations: their letters, who is about to join, admins of authorities, and what waits for an answer."""
        from accounts.registries import address_waits, arrivals_by_provider  # noqa: PLC0415
        from cohorts.invitations import panels as invitation_panels  # noqa: PLC0415
        from cohorts import letters  # noqa: PLC0415
        from cohorts.invitations.actions.revocation import KIND, settle_mandates  # noqa: PLC0415
        from cohorts.invitations.actions.invitations import invite_admin  # noqa: PLC0415
        from cohorts.invitations.address_waits import pending_invitations  # noqa: PLC0415
        from cohorts.access_requests.provider_sign_in import arrive  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.registries import admin_invitations, at_work, authority_panels, new_mandates  # noqa: PLC0415
        from web.home import attention  # noqa: PLC0415
        from web.panels import Panel  # noqa: PLC0415

        event_kinds.register(KIND, letters.INVITATION)
        address_waits.register(KIND, pending_invitations)
        arrivals_by_provider.register(KIND, arrive)
        admin_invitations.register(KIND, invite_admin)
        new_mandates.register(KIND, settle_mandates)
        at_work.register("cohorts", invitation_panels.authorities_at_work)
        shown = Panel("cohorts/invitations/authority_panel.html", invitation_panels.authority_invitations)
        authority_panels.register("invitations", shown, order=5)
        attention.register("authorities_without_admin", invitation_panels.authorities_without_admin, order=31)
        attention.register("invitations_ending", invitation_panels.invitations_ending, order=32)

    def let_people_go(self) -> None:
        """What is kept of invitations, and for how long."""
        from accounts.registries import Retention, erasers, retentions  # noqa: PLC0415
        from cohorts.invitations.actions import retention as keeping  # noqa: PLC0415

        erasers.register("invitations", keeping.erase_invitations)
        why = _("So that whoever invited sees what became of it; afterwards nobody needs the address of a stranger.")
        kept = Retention(_("Invitations without an answer, or taken back"), why, keeping.KEPT_DAYS, keeping.purge)
        retentions.register("invitations", kept)
        lines = _("Lines of pasted lists that could not be sent: name and e-mail address")
        read = _("So that whoever pasted the list reads which lines these are, and why.")
        refused = Retention(lines, read, keeping.REFUSED_KEPT_DAYS, keeping.purge_refused)
        retentions.register("refused_lines", refused)
