"""Django configuration of the cohorts app, and what it brings to menus, home page and the apps below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        """Register what this app brings to the others (histories, hooks, e-mails, calendar, search) once all models are
        loaded.
        """
        from accounts.hooks import privacy_hooks  # noqa: PLC0415 - models and translations must be ready
        from cohorts import personal_data, refusals  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        privacy_hooks.register("cohorts", personal_data.PRIVACY)
        self.register_lists()
        self.add_histories()
        self.register_account_hooks()
        self.register_programme_hooks()
        self.register_page_hooks()
        self.register_calendar()
        self.register_event_kinds()
        self.register_search_sources()
        self.register_import_kinds()

    def register_lists(self) -> None:
        """Register the lists of this app, which can be saved as views, selected from and downloaded."""
        from cohorts.attendance.participant_list import SESSION_PARTICIPANTS  # noqa: PLC0415
        from cohorts.budget.funding_lists import AGREEMENTS, STATEMENTS  # noqa: PLC0415
        from cohorts.budget.line_list import BUDGET_LINES  # noqa: PLC0415
        from cohorts.calls.call_list import CALLS  # noqa: PLC0415
        from cohorts.cohort.cohort_list import COHORTS  # noqa: PLC0415 - models and translations must be ready
        from cohorts.invitations.invitation_list import INVITATIONS  # noqa: PLC0415
        from cohorts.people.member_list import MEMBERS  # noqa: PLC0415
        from cohorts.sessions.session_list import SESSIONS  # noqa: PLC0415
        from cohorts.stakeholders.stakeholder_list import STAKEHOLDERS  # noqa: PLC0415
        from web.lists.declarations import lists  # noqa: PLC0415

        costs = (BUDGET_LINES, AGREEMENTS, STATEMENTS)
        for each in (COHORTS, MEMBERS, INVITATIONS, SESSIONS, SESSION_PARTICIPANTS, STAKEHOLDERS, CALLS, *costs):
            lists.register(each.slug, each)

    def add_histories(self) -> None:
        """Register the models of this app that have a history page, the columns that it hides, and the wording of its
        values.
        """
        from cohorts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            hidden_columns=histories.HIDDEN_COLUMNS,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )

    def register_account_hooks(self) -> None:
        """Register with the accounts app how people who sign in with a provider join a cohort, get the roles of
        their groups or request access, which invitations wait for an address, which addresses applications need,
        which cohorts lose their pilot or coordinator if a person leaves, where people work, and cohorts as groups with
        whom they share.
        """
        from accounts.hooks import AccountHooks, account_hooks  # noqa: PLC0415
        from cohorts.calls.permissions import can_give_up_address  # noqa: PLC0415
        from cohorts.group_roles.provider_sign_in import (  # noqa: PLC0415
            forget_disconnected_provider,
            handle_provider_identity,
        )
        from cohorts.invitations.pending_for_addresses import pending_invitations  # noqa: PLC0415
        from cohorts.invitations.provider_sign_in import join_by_provider  # noqa: PLC0415
        from cohorts.people.leaving import cohorts_losing_lead  # noqa: PLC0415
        from cohorts.people.time_zones import time_zones_of_members  # noqa: PLC0415
        from cohorts.view_groups import cohort_group_slugs, cohort_groups  # noqa: PLC0415

        account_hooks.register(
            "cohorts",
            AccountHooks(
                unassigned_after_leaving=cohorts_losing_lead,
                join_by_provider=join_by_provider,
                handle_provider_identity=handle_provider_identity,
                provider_disconnected=forget_disconnected_provider,
                pending_for_addresses=pending_invitations,
                can_give_up_address=can_give_up_address,
                time_zones=time_zones_of_members,
                groups=cohort_groups,
                group_slugs=cohort_group_slugs,
            ),
        )

    def register_programme_hooks(self) -> None:
        """Register with the programmes app the panels about cohorts on the pages of editions and authorities, the rules
        for the reminders of sessions, and how admins of authorities are invited.
        """
        from cohorts.calendars import feeds  # noqa: PLC0415
        from cohorts.cohort import panels  # noqa: PLC0415
        from cohorts.invitations import panels as invitation_panels  # noqa: PLC0415
        from cohorts.invitations.actions.invitations import invite_admin  # noqa: PLC0415
        from cohorts.invitations.actions.revocation import end_admin_invitations  # noqa: PLC0415
        from cohorts.methods.uses import METHOD_USES  # noqa: PLC0415
        from cohorts.permissions import takes_part_in  # noqa: PLC0415
        from cohorts.sessions.emails import schedule_rules  # noqa: PLC0415
        from cohorts.teams import emails as teams  # noqa: PLC0415
        from programmes.hooks import ProgrammeHooks, programme_hooks  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        invitations = Panel("cohorts/invitations/authority_panel.html", invitation_panels.authority_invitations)
        programme_hooks.register(
            "cohorts",
            ProgrammeHooks(
                edition_panels={
                    10: Panel("cohorts/cohort/edition_panel.html", panels.edition_cohorts),
                    90: Panel(
                        "notifications/calendars/panel.html",
                        feeds.edition_calendar,
                        columns=feeds.own_feeds_of_edition,
                    ),
                },
                authority_panels={
                    5: invitations,
                    10: Panel("cohorts/cohort/authority_panel.html", panels.authority_cohorts),
                },
                reminder_rules={
                    "group_session": schedule_rules.GROUP_RULES,
                    "stakeholder_session": schedule_rules.STAKEHOLDER_RULES,
                    "innovation_team": teams.RULES,
                },
                before_mandate=end_admin_invitations,
                authorities_in_use=invitation_panels.authorities_in_use,
                invite_admin=invite_admin,
                method_uses={10: METHOD_USES},
                takes_part=takes_part_in,
            ),
        )

    def register_page_hooks(self) -> None:
        """Register the menu entries, the cards and notices of the home page, and sessions as things that files are
        attached to.
        """
        from cohorts.access_requests.panels import pending_requests  # noqa: PLC0415
        from cohorts.assessments.panels import skills_to_assess  # noqa: PLC0415
        from cohorts.budget.file_owners import AGREEMENT, find_agreement  # noqa: PLC0415
        from cohorts.calls import panels as calls  # noqa: PLC0415
        from cohorts.calls.documents import APPLICATION, find_application  # noqa: PLC0415
        from cohorts.cohort import panels as cohorts  # noqa: PLC0415
        from cohorts.invitations import panels as invitations  # noqa: PLC0415
        from cohorts.opening.panels import open_an_edition  # noqa: PLC0415
        from cohorts.sessions import panels as sessions  # noqa: PLC0415
        from cohorts.sessions.file_owners import SESSION, find_session  # noqa: PLC0415
        from cohorts.teams.panels import teams_to_follow_up  # noqa: PLC0415
        from files.registries import file_owners  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        file_owners.register(SESSION, find_session)
        file_owners.register(APPLICATION, find_application)
        file_owners.register(AGREEMENT, find_agreement)
        page_hooks.register(
            "cohorts",
            PageHooks(
                menu={
                    30: NavItem(_("Cohorts"), "cohorts:cohorts", "users"),
                    95: NavItem(_("Lab"), "cohorts:lab", "user-plus", visible_to=lambda user: user.is_lab_staff),
                },
                home_cards={
                    10: Panel("cohorts/cohort/editions_card.html", cohorts.current_editions),
                    11: Panel("cohorts/cohort/own_cohorts_card.html", cohorts.own_cohorts),
                    20: Panel("cohorts/sessions/week_card.html", sessions.week_panel),
                },
                notices={
                    11: pending_requests,
                    12: calls.applications_to_review,
                    13: calls.undecided_calls,
                    15: sessions.unanswered_sessions,
                    16: skills_to_assess,
                    20: cohorts.overdue,
                    30: cohorts.without_pilot,
                    31: invitations.authorities_without_admin,
                    32: invitations.invitations_ending,
                    38: sessions.undecided_sessions,
                    39: sessions.unmarked_sessions,
                    41: sessions.unreported_sessions,
                    43: teams_to_follow_up,
                },
                main_action=open_an_edition,
            ),
        )

    def register_calendar(self) -> None:
        """Register sessions as events of calendars, and the panel with the cohort's own feed on the cohort's page."""
        from cohorts.calendars import feeds  # noqa: PLC0415
        from cohorts.calendars.events import SESSION_EVENTS  # noqa: PLC0415
        from cohorts.hooks import CohortHooks, cohort_hooks  # noqa: PLC0415
        from notifications.calendars.sources import calendar_sources  # noqa: PLC0415
        from web.pages.panels import Panel  # noqa: PLC0415

        calendar_sources.register("session", SESSION_EVENTS, order=10)
        calendar = Panel("notifications/calendars/panel.html", feeds.cohort_calendar, position="aside")
        cohort_hooks.register("cohorts", CohortHooks(panels={90: calendar}))

    def register_event_kinds(self) -> None:
        """Register the kinds of events that this app sends e-mails about: invitations, group sessions, stakeholder
        sessions; and the people whom leads may write to.
        """
        from cohorts.calls.actions.calls import CALL  # noqa: PLC0415
        from cohorts.calls.documents import APPLICATION  # noqa: PLC0415
        from cohorts.calls.emails import APPLICATION_EMAILS, CALL_EMAILS  # noqa: PLC0415
        from cohorts.email_circles import COHORT_CIRCLE, SESSION_CIRCLE  # noqa: PLC0415
        from cohorts.guests.emails import GUEST_SESSION  # noqa: PLC0415
        from cohorts.guests.reminders import KIND as GUESTS  # noqa: PLC0415
        from cohorts.invitations.actions.revocation import KIND  # noqa: PLC0415
        from cohorts.invitations.emails import INVITATION  # noqa: PLC0415
        from cohorts.sessions.emails.event_kinds import GROUP_SESSION, STAKEHOLDER_SESSION  # noqa: PLC0415
        from cohorts.teams.emails import KIND as TEAM  # noqa: PLC0415
        from notifications.group_emails.circles import email_circles  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415

        email_circles.register("cohort", COHORT_CIRCLE)
        email_circles.register("session", SESSION_CIRCLE)
        event_kinds.register(KIND, INVITATION)
        event_kinds.register("group_session", GROUP_SESSION)
        event_kinds.register("stakeholder_session", STAKEHOLDER_SESSION)
        event_kinds.register(GUESTS, GUEST_SESSION)
        event_kinds.register("innovation_team", TEAM)
        event_kinds.register(APPLICATION, APPLICATION_EMAILS)
        event_kinds.register(CALL, CALL_EMAILS)

    def register_search_sources(self) -> None:
        """Register with the search what it finds in this app: cohorts and the people in them."""
        from cohorts.search_sources import COHORTS, PEOPLE  # noqa: PLC0415
        from web.search_sources import search_sources  # noqa: PLC0415

        search_sources.register("cohort", COHORTS, order=70)
        search_sources.register("person", PEOPLE, order=80)

    def register_import_kinds(self) -> None:
        """Register the tables that can be imported into a cohort."""
        from cohorts.imports.attendance import AttendanceImport  # noqa: PLC0415 - models and translations must be ready
        from cohorts.imports.budget_lines import BudgetLineImport  # noqa: PLC0415
        from cohorts.imports.members import MemberImport  # noqa: PLC0415
        from cohorts.imports.sessions import SessionImport  # noqa: PLC0415
        from cohorts.imports.stakeholders import StakeholderImport  # noqa: PLC0415
        from imports.kinds import import_kinds  # noqa: PLC0415

        import_kinds.register("members", MemberImport(), order=10)
        import_kinds.register("sessions", SessionImport(), order=30)
        import_kinds.register("stakeholders", StakeholderImport(), order=40)
        import_kinds.register("attendance", AttendanceImport(), order=50)
        import_kinds.register("budgets", BudgetLineImport(), order=60)
