"""Django configuration of the cohorts app, and what it brings to menus, home page and the apps below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        from cohorts import refusals  # noqa: PLC0415 - models and translations must be ready
        from web.database.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        self.bring_people()
        self.send_session_emails()
        self.bring_cohorts()
        self.open_editions()
        self.bring_sessions()
        self.fill_calendars()
        self.ask_for_assessments()
        self.be_found()
        self.take_access_requests()
        self.send_invitations()
        self.keep_invitations()

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from cohorts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(
            histories.HISTORIES,
            unshown=histories.UNSHOWN,
            left_out=histories.LEFT_OUT,
            named=histories.NAMED,
            worded=histories.WORDED,
        )

    def bring_people(self) -> None:
        """Personal data of members, what is missing when they leave, and who may note lessons of an edition."""
        from accounts.registries import erasers, gaps  # noqa: PLC0415
        from accounts.registries import personal_data as registry  # noqa: PLC0415
        from cohorts.people import leaving, personal_data  # noqa: PLC0415
        from cohorts.permissions import has_part  # noqa: PLC0415
        from programmes.registries import edition_people  # noqa: PLC0415

        registry.register("memberships", personal_data.MEMBERSHIPS, order=20)
        registry.register("attendance", personal_data.ATTENDANCE, order=25)
        erasers.register("memberships", personal_data.end_memberships, order=20)
        gaps.register("cohorts", leaving.without_pilot, order=20)
        edition_people.register("cohorts", has_part)

    def send_session_emails(self) -> None:
        """E-mails about sessions, and the rules of their schedules."""
        from cohorts.sessions.emails import event_kinds, schedule_rules  # noqa: PLC0415
        from notifications.registries import event_kinds as registry  # noqa: PLC0415
        from programmes.registries import ladder_rules  # noqa: PLC0415

        registry.register("group_session", event_kinds.GROUP_SESSION)
        registry.register("stakeholder_session", event_kinds.STAKEHOLDER_SESSION)
        ladder_rules.register("group_session", schedule_rules.GROUP_RULES)
        ladder_rules.register("stakeholder_session", schedule_rules.STAKEHOLDER_RULES)

    def bring_cohorts(self) -> None:
        """Menu, home page, edition and authority pages."""
        from cohorts.cohort import panels  # noqa: PLC0415
        from programmes.registries import authority_panels, edition_panels  # noqa: PLC0415
        from web.pages.home import attention, home_cards  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        edition = Panel("cohorts/cohort/edition_panel.html", panels.edition_cohorts)
        authority = Panel("cohorts/cohort/authority_panel.html", panels.authority_cohorts)
        navigation.register("cohorts", NavItem(_("Cohorts"), "cohorts:cohorts", "users"), order=30)
        edition_panels.register("cohorts", edition, order=10)
        authority_panels.register("cohorts", authority, order=10)
        home_cards.register("editions", Panel("cohorts/cohort/editions_card.html", panels.current_editions), order=10)
        home_cards.register("own_cohorts", Panel("cohorts/cohort/own_cohorts_card.html", panels.own_cohorts), order=10)
        attention.register("cohorts_overdue", panels.overdue, order=20)
        attention.register("cohorts_without_pilot", panels.without_pilot, order=30)

    def open_editions(self) -> None:
        """The button on the home page that opens an edition."""
        from cohorts.opening.panels import open_an_edition  # noqa: PLC0415
        from web.pages.home import main_actions  # noqa: PLC0415

        main_actions.register("open_edition", open_an_edition, order=10)

    def bring_sessions(self) -> None:
        """Sessions in the menu, on the home page and as what files belong to."""
        from cohorts.sessions import attachments, panels  # noqa: PLC0415
        from files.registries import attachables  # noqa: PLC0415
        from web.pages.home import attention, home_cards  # noqa: PLC0415
        from web.pages.navigation import NavItem, navigation  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        navigation.register(
            "sessions", NavItem(_("Calendar"), "cohorts:sessions", "calendar", phone_label=_("Calendar")), order=35
        )
        attention.register("unanswered_sessions", panels.unanswered_sessions, order=15)
        attention.register("unmarked_sessions", panels.unmarked_sessions, order=40)
        attention.register("unreported_sessions", panels.unreported_sessions, order=41)
        home_cards.register("this_week", Panel("cohorts/sessions/week_card.html", panels.this_week), order=20)
        attachables.register(attachments.SESSION, attachments.find_session)

    def fill_calendars(self) -> None:
        """Sessions in calendar feeds, and the cohort's own feed on its page."""
        from cohorts.calendars import feeds  # noqa: PLC0415
        from cohorts.registries import cohort_panels  # noqa: PLC0415
        from notifications.registries import feed_sources  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        feed_sources.register("session", feeds.SESSIONS, order=10)
        cohort_panels.register("calendar", Panel("notifications/calendar_panel.html", feeds.cohort_calendar), order=90)

    def ask_for_assessments(self) -> None:
        """The note on the home page that asks members to assess their skills."""
        from cohorts.assessments.panels import asked_for_skills  # noqa: PLC0415
        from web.pages.home import attention  # noqa: PLC0415

        attention.register("skills", asked_for_skills, order=16)

    def be_found(self) -> None:
        """Cohorts and their people in the search."""
        from cohorts.search_sources import COHORTS, PEOPLE  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        search_sources.register("cohort", COHORTS, order=70)
        search_sources.register("person", PEOPLE, order=80)

    def take_access_requests(self) -> None:
        """Access requests made by an organisation's sign-in, and what is kept of them for how long."""
        from accounts.registries import erasers, knocks, retentions  # noqa: PLC0415
        from accounts.registries import personal_data as registry  # noqa: PLC0415
        from cohorts.access_requests import personal_data  # noqa: PLC0415
        from cohorts.access_requests.panels import asking_to_come_in  # noqa: PLC0415
        from cohorts.access_requests.provider_sign_in import knock  # noqa: PLC0415
        from web.pages.home import attention  # noqa: PLC0415

        knocks.register("access_requests", knock)
        attention.register("access_requests", asking_to_come_in, order=12)
        registry.register("access_requests", personal_data.PERSONAL, order=45)
        erasers.register("access_requests", personal_data.erase)
        retentions.register("access_requests", personal_data.RETENTION, order=45)

    def send_invitations(self) -> None:
        """Invitations: their e-mails, who is about to join, admins of authorities, and what waits for an answer."""
        from accounts.registries import address_waits, arrivals_by_provider  # noqa: PLC0415
        from cohorts.invitations import emails, panels  # noqa: PLC0415
        from cohorts.invitations.actions.invitations import invite_admin  # noqa: PLC0415
        from cohorts.invitations.actions.revocation import KIND, settle_mandates  # noqa: PLC0415
        from cohorts.invitations.address_waits import pending_invitations  # noqa: PLC0415
        from cohorts.invitations.provider_sign_in import arrive  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from programmes.registries import admin_invitations, at_work, authority_panels, new_mandates  # noqa: PLC0415
        from web.pages.home import attention  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        event_kinds.register(KIND, emails.INVITATION)
        address_waits.register(KIND, pending_invitations)
        arrivals_by_provider.register(KIND, arrive)
        admin_invitations.register(KIND, invite_admin)
        new_mandates.register(KIND, settle_mandates)
        at_work.register("cohorts", panels.authorities_at_work)
        shown = Panel("cohorts/invitations/authority_panel.html", panels.authority_invitations)
        authority_panels.register("invitations", shown, order=5)
        attention.register("authorities_without_admin", panels.authorities_without_admin, order=31)
        attention.register("invitations_ending", panels.invitations_ending, order=32)

    def keep_invitations(self) -> None:
        """What is kept of invitations, and for how long."""
        from accounts.registries import erasers, retentions  # noqa: PLC0415
        from accounts.registries import personal_data as registry  # noqa: PLC0415
        from cohorts.invitations import personal_data  # noqa: PLC0415
        from cohorts.invitations.actions.retention import erase_invitations  # noqa: PLC0415

        registry.register("invitations", personal_data.INVITATIONS)
        erasers.register("invitations", erase_invitations)
        retentions.register("invitations", personal_data.RETENTION)
        retentions.register("refused_lines", personal_data.REFUSED_LINES_RETENTION)
