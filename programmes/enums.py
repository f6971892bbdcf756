"""Choices of the programmes app: kinds of authorities, states with their transitions, audiences, types of e-mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuthorityKind(models.TextChoices):
    """The kinds of public bodies."""

    REGION = "region", _("region")
    DEPARTMENT = "department", _("county")
    MUNICIPALITY = "municipality", _("municipality")
    INTERMUNICIPAL = "intermunicipal", _("intermunicipal body")
    STATE = "state", _("State")
    PUBLIC_ESTABLISHMENT = "public_establishment", _("public establishment")
    OTHER = "other", _("other")


class SchoolZone(models.TextChoices):
    """The three zones that share the dates of school holidays in mainland France."""

    A = "A", _("zone A")
    B = "B", _("zone B")
    C = "C", _("zone C")


class HolidayArea(models.TextChoices):
    """An area with its own public or school holidays; elsewhere the field stays empty."""

    MOSELLE = "57", _("Moselle")
    ALSACE = "6AE", _("Alsace")
    CORSICA = "20R", _("Corsica")
    GUADELOUPE = "971", _("Guadeloupe")
    MARTINIQUE = "972", _("Martinique")
    GUYANE = "973", _("French Guiana")
    REUNION = "974", _("Réunion")
    MAYOTTE = "976", _("Mayotte")
    SAINT_BARTHELEMY = "BL", _("Saint Barthélemy")
    SAINT_MARTIN = "MF", _("Saint Martin")
    NEW_CALEDONIA = "NC", _("New Caledonia")
    POLYNESIA = "PF", _("French Polynesia")
    SAINT_PIERRE = "PM", _("Saint Pierre and Miquelon")
    SOUTHERN_LANDS = "TF", _("French Southern Lands")
    WALLIS = "WF", _("Wallis and Futuna")


class ProgrammeFamily(models.TextChoices):
    """The families of the lab's programmes, which determine the colour of a programme."""

    RESIDENCY = "residency", _("Residency")
    TRANSFO = "transfo", _("Transfo")
    OTHER = "other", _("other programme")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show programmes of this family: "residency", "transfo" or
        "neutral".
        """
        return "neutral" if self == ProgrammeFamily.OTHER else self.value


class PhaseKind(models.TextChoices):
    """The phases that a format may have, in their order."""

    PREPARATION = "preparation", _("preparation")
    IMMERSION = "immersion", _("immersion")
    TEST_CASE = "test_case", _("test case")
    PRIORITY_CHALLENGES = "priority_challenges", _("priority challenges")
    HANDOVER = "handover", _("handover")


class LessonState(models.TextChoices):
    """The states of a lesson: proposed by its author, then accepted or refused by the lab."""

    PROPOSED = "proposed", pgettext_lazy("lesson", "proposed")
    ACCEPTED = "accepted", pgettext_lazy("lesson", "accepted")
    REFUSED = "refused", pgettext_lazy("lesson", "refused")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show this state: "waiting", "open" or "stopped"."""
        return {"proposed": "waiting", "accepted": "open", "refused": "stopped"}[self.value]


LESSON_TRANSITIONS = {LessonState.PROPOSED: [LessonState.ACCEPTED, LessonState.REFUSED]}


class FormatPart(models.TextChoices):
    """The part of a format version that a lesson changed: one of its numbers, its criteria, phases or e-mails."""

    MONTHS = "months", _("length in months")
    ONSITE_WEEKS = "onsite_weeks", _("separate on-site weeks")
    SESSIONS = "sessions", _("sessions")
    DAYS_PER_SESSION = "days_per_session", _("days per session")
    SEATS = "seats", _("seats")
    DAY_ALLOWANCE = "day_allowance", _("days per member")
    FIRST_PROTOTYPE_MONTHS = "first_prototype_months", _("first prototype in test after (months)")
    EXCHANGE_INTERVAL_MONTHS = "exchange_interval_months", _("months between Intertransfos")
    EXCHANGE_DAYS = "exchange_days", _("days of an Intertransfo")
    REQUIRED_DISCIPLINES = "required_disciplines", _("required disciplines")
    CRITERIA = "criteria", _("criteria for challenges")
    PHASES = "phases", _("phases")
    EMAILS = "emails", _("e-mails")


class ReminderScheduleKind(models.TextChoices):
    """The kinds of events that have a reminder schedule."""

    EXCHANGE = "exchange", _("Intertransfo")
    STAKEHOLDER_SESSION = "stakeholder_session", _("stakeholder meeting")
    GROUP_SESSION = "group_session", _("group session")
    IDEA = "idea", _("idea")
    INNOVATION_TEAM = "innovation_team", _("innovation team")


class EditionState(models.TextChoices):
    """The states of an edition, in their order."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show this state: "waiting", "open", "done" or "neutral"."""
        return {"draft": "waiting", "open": "open", "running": "open", "closed": "done"}.get(self.value, "neutral")


EDITION_TRANSITIONS = {
    EditionState.DRAFT: [EditionState.OPEN],
    EditionState.OPEN: [EditionState.RUNNING],
    EditionState.RUNNING: [EditionState.CLOSED],
    EditionState.CLOSED: [EditionState.ARCHIVED],
}


class CalendarPeriodKind(models.TextChoices):
    """The kind of a period in the editable table; its values are those of `programmes.workdays.PeriodKind`."""

    SCHOOL_HOLIDAY = "school_holiday", _("school holiday")
    NOT_SCHOOL_HOLIDAY = "not_school_holiday", _("school open")
    ELECTORAL = "electoral", _("electoral period")
    CLOSED = "closed", pgettext_lazy("calendar", "closed")


class Audience(models.TextChoices):
    """The groups of people a reminder may go to; the app of the event determines who is in the group on a given day."""

    LAB = "lab", _("the lab")
    HOST_PILOT = "host_pilot", _("the host’s pilot")
    HOST_AND_LAB = "host_and_lab", _("the host and the lab")
    ACTIVE_MEMBERS = "active_members", _("all active members")
    MEMBERS = "members", _("members")
    INVITED = "invited", _("people invited")
    UNANSWERED = "unanswered", _("people who have not answered")
    CONTRIBUTION_MISSING = "contribution_missing", _("cohorts whose contribution is missing")
    REGISTERED = "registered", _("people registered")
    ATTENDEES = "attendees", _("people who came")
    COMMITMENT_OWNERS = "commitment_owners", _("owners of open commitments")
    ELECTED_AND_DIRECTION = "elected_and_direction", _("elected officials and direction")
    NOT_YET_INVITED = "not_yet_invited", _("people not yet invited")
    EXPECTED = "expected", _("people expected")
    FACILITATOR_WITHOUT_REPORT = "facilitator_without_report", _("the facilitator, when no report is written")
    FACILITATOR = "facilitator", _("the facilitator")
    OWNER = "owner", _("the idea’s owner")
    TEAM_LEADS = "team_leads", _("the cohort’s pilot and the authority’s admins")


class EmailType(models.TextChoices):
    """The types of e-mails that the steps of reminder schedules send."""

    EXCHANGE_CHOOSE_HOST = "exchange_choose_host", _("choose host and dates")
    EXCHANGE_CONFIRM_HOST = "exchange_confirm_host", _("confirm hosting")
    EXCHANGE_HOST_UNCONFIRMED = "exchange_host_unconfirmed", _("the host has not confirmed")
    EXCHANGE_SAVE_THE_DATE = "exchange_save_the_date", _("save the date")
    EXCHANGE_REGISTRATION = "exchange_registration", _("registration opens, with the travel order")
    EXCHANGE_ANSWER_AWAITED = "exchange_answer_awaited", _("your answer is needed")
    EXCHANGE_FINAL_NUMBERS = "exchange_final_numbers", _("final numbers")
    EXCHANGE_CONTRIBUTION = "exchange_contribution", _("your contribution is needed")
    EXCHANGE_CONFIRM = "exchange_confirm", _("confirm or cancel")
    EXCHANGE_PROGRAMME = "exchange_programme", _("the programme")
    EXCHANGE_LAST_NOTE = "exchange_last_note", _("last message before the Intertransfo")
    EXCHANGE_THANKS = "exchange_thanks", _("thanks and feedback")
    EXCHANGE_REPORT = "exchange_report", _("minutes and commitments")
    EXCHANGE_COMMITMENTS = "exchange_commitments", _("your open commitments")
    EXCHANGE_NEXT_HOST = "exchange_next_host", _("is the next host confirmed?")
    STAKEHOLDER_INVITATION = "stakeholder_invitation", _("invitation")
    STAKEHOLDER_ANSWER_AWAITED = "stakeholder_answer_awaited", _("your answer is needed")
    STAKEHOLDER_DETAILS = "stakeholder_details", _("venue, times and subject")
    STAKEHOLDER_LAST_NOTE = "stakeholder_last_note", _("last message before the meeting")
    STAKEHOLDER_SUMMARY = "stakeholder_summary", _("summary")
    STAKEHOLDER_REPORT_MISSING = "stakeholder_report_missing", _("the report is missing")
    STAKEHOLDER_OUTCOME = "stakeholder_outcome", _("what happened next")
    GROUP_DATES = "group_dates", _("dates of the session")
    GROUP_DETAILS = "group_details", _("venue and times")
    GROUP_LAST_NOTE = "group_last_note", _("last message before the session")
    GROUP_ATTENDANCE = "group_attendance", _("attendance to record")
    IDEA_FOLLOW_UP = "idea_follow_up", _("what became of the idea?")
    TEAM_FOLLOW_UP = "team_follow_up", _("what became of the innovation team?")


class Metric(models.TextChoices):
    """Published figures that have a label on the platform; others keep the name they have in their source."""

    IDEAS_IMPLEMENTED = "ideas_implemented_percent", _("ideas implemented (%)")
    NETWORK_START = "network_civil_servants_start", _("civil servants in the network at the start")
    NETWORK_LATER = "network_civil_servants_later", _("civil servants in the network later")
    AMBASSADORS = "ambassadors", _("ambassadors")
    RELAYS = "relays", _("relays")
    RESIDENTS = "residents", _("residents")
    HOME_RESIDENTS = "home_residents", _("local leads")
    REFERENTS = "referents", _("reference persons")
    PERMANENT_MEMBERS = "permanent_members", _("permanent members of the team")
    APPRENTICE_DESIGNERS = "apprentice_designers", _("apprentice designers")
    CAMPUS_AGENTS = "campus_agents", _("agents at the campus week")
    VOLUNTEERS = "volunteers", _("volunteers")
    NEW_MEMBERS = "new_members", _("new members")
    AGENTS_TRAINED = "agents_trained", _("agents trained")
    CASES = "cases", _("cases taken on")
    SCENARIOS_TESTED = "scenarios_and_prototypes_tested", _("scenarios and prototypes tested")
    METHOD_SHEETS = "method_sheets", _("method sheets")
    PROTOTYPES_OF_BINS = "prototypes_of_bins", _("prototypes of bins")
    DEVICES_IN_OFFER = "devices_in_offer", _("devices on offer")
    AUTHORITIES_IN_EDITION = "authorities_in_edition", _("authorities taking part")
    AUTHORITIES_PLANNED = "authorities_planned", _("authorities planned")
