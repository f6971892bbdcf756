"""The texts of each e-mail about a session: subject, paragraphs, the one button, and its calendar entries."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from cohorts.sessions.email_types import INFORMED, NOT_YET_INFORMED
from notifications.emails import texts
from notifications.emails.placeholders import Placeholder

# Texts may name `session`, `dates`, `when` (a line for each day), `was` (the earlier days, where they changed),
# `cohort` and `reason`.
EmailTemplate = partial(texts.EmailTemplate, button=_("See the session"), url_name="cohorts:session")
WHEN: Final = "%(when)s"
IN_CALENDAR: Final = _("The calendar entry attached to this e-mail gives the day, time and venue.")

EMAILS: Final[Mapping[str, texts.EmailTemplate]] = MappingProxyType(
    {
        "group_dates": EmailTemplate(
            about=_("the dates, with a calendar entry"),
            subject=_("%(session)s: %(dates)s"),
            paragraphs=(
                _("%(cohort)s meets, and you are expected:"),
                WHEN,
                _("If you cannot come, say so now: one click is enough."),
                IN_CALENDAR,
            ),
            button=_("Answer"),
            url_name="cohorts:answer_session",
            calendar="CONFIRMED",
        ),
        "group_details": EmailTemplate(
            about=_("venue and times"),
            subject=_("%(session)s: venue and times"),
            paragraphs=(
                WHEN,
                _(
                    "The session page leads to the list of participants. If you can no longer come, say so"
                    " on the session page."
                ),
            ),
        ),
        "group_last_note": EmailTemplate(
            about=_("last message"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of your cohort.")),
        ),
        "group_attendance": EmailTemplate(
            about=_("attendance to record"),
            subject=_("%(session)s: who came?"),
            paragraphs=(
                _("Attendance at %(session)s, %(dates)s, is not complete yet."),
                _("Record it while you remember: it takes two minutes."),
            ),
            button=_("Record attendance"),
            url_name="cohorts:record_attendance",
        ),
        "stakeholder_invitation": EmailTemplate(
            about=_("invitation, with a calendar entry"),
            subject=_("Invitation: %(session)s, %(dates)s"),
            paragraphs=(
                _("%(cohort)s invites you:"),
                WHEN,
                _("Say whether you are coming, even if the answer is no."),
                IN_CALENDAR,
            ),
            button=_("Answer"),
            url_name="cohorts:answer_session",
            calendar="TENTATIVE",
        ),
        "stakeholder_answer_awaited": EmailTemplate(
            about=_("answer still needed"),
            subject=_("%(session)s: your answer is still needed"),
            paragraphs=(WHEN, _("You have not yet said whether you are coming. One click is enough.")),
            button=_("Answer"),
            url_name="cohorts:answer_session",
        ),
        "stakeholder_details": EmailTemplate(
            about=_("venue, times and subject"),
            subject=_("%(session)s: venue and times"),
            paragraphs=(
                WHEN,
                _(
                    "The session page leads to the list of participants. If you can no longer come, say so"
                    " on the session page."
                ),
            ),
        ),
        "stakeholder_last_note": EmailTemplate(
            about=_("last message"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of %(cohort)s.")),
        ),
        "stakeholder_summary": EmailTemplate(
            about=_("the summary"),
            subject=_("%(session)s: what was said"),
            paragraphs=(
                _("The report of %(session)s, %(dates)s, is ready."),
                _("If something is missing or wrong, tell the pilot of %(cohort)s."),
            ),
            button=_("Read the report"),
        ),
        "stakeholder_report_missing": EmailTemplate(
            about=_("the report is missing"),
            subject=_("%(session)s: the report is missing"),
            paragraphs=(
                _("The people who took part in %(session)s, %(dates)s, are waiting for the report."),
                _(
                    "A few lines are enough: what was said, and what happens next. The participants are"
                    " informed once the report is written."
                ),
            ),
        ),
        "stakeholder_outcome": EmailTemplate(
            about=_("what became of it"),
            subject=_("%(session)s: what became of it"),
            paragraphs=(
                _("You took part in %(session)s, %(dates)s."),
                _(
                    "The session page has the report. The page of %(cohort)s shows the ideas that the cohort"
                    " has worked on since then."
                ),
            ),
        ),
        "session_changed": EmailTemplate(
            about=_("what changed, with a calendar entry"),
            subject=_("%(session)s: the date or the venue changed"),
            paragraphs=(
                _("Before:\n%(was)s"),
                _("From now on:\n%(when)s"),
                _("If you cannot come on that date, say so on the session page."),
                _("The attachments to this e-mail update your calendar."),
            ),
            calendar="CONFIRMED",
        ),
        "session_postponed": EmailTemplate(
            about=_("postponed, removed from calendars"),
            subject=_("%(session)s is postponed"),
            paragraphs=(
                _("%(session)s, planned for %(dates)s, will not take place then."),
                _("The reason: %(reason)s"),
                _("You will receive the new dates as soon as they are known."),
            ),
            calendar="CANCELLED",
        ),
        "session_cancelled": EmailTemplate(
            about=_("cancelled, removed from calendars"),
            subject=_("%(session)s is cancelled"),
            paragraphs=(
                _("%(session)s, planned for %(dates)s, will not take place."),
                _("The reason: %(reason)s"),
            ),
            calendar="CANCELLED",
        ),
    }
)

WHY_LISTED: Final = _("You are receiving this e-mail because you are expected at %(session)s (%(cohort)s).")
WHY_IN_CHARGE: Final = _("You are receiving this e-mail because you are in charge of the sessions of %(cohort)s.")

# The audience as the reminder schedule names it, and the sentence in the e-mail that says why a person gets it.
AUDIENCE_TEXTS: Final[Mapping[str, tuple[StrOrPromise, StrOrPromise]]] = MappingProxyType(
    {
        "elected_and_direction": (_("Elected officials and direction"), WHY_LISTED),
        "not_yet_invited": (_("People not invited yet"), WHY_LISTED),
        NOT_YET_INFORMED: (_("People not yet informed"), WHY_LISTED),
        "unanswered": (
            _("People who have not answered"),
            _("You are receiving this e-mail because you are expected at %(session)s and have not answered."),
        ),
        "expected": (_("People expected"), WHY_LISTED),
        "attendees": (
            _("People who came"),
            _("You are receiving this e-mail because you took part in %(session)s (%(cohort)s)."),
        ),
        "facilitator": (_("People in charge of the session"), WHY_IN_CHARGE),
        "facilitator_without_report": (_("People in charge of the session"), WHY_IN_CHARGE),
        INFORMED: (
            _("Everyone on the list"),
            _("You are receiving this e-mail because you are on the list of %(session)s (%(cohort)s)."),
        ),
    }
)
PLACEHOLDERS: Final = {
    "session": Placeholder(
        pgettext_lazy("placeholder", "session"), _("the name of the session"), _("Session 9"), required=True
    ),
    "dates": Placeholder(
        pgettext_lazy("placeholder", "dates"), _("the days of the session"), _("Tue 8 – Wed 9 December 2026")
    ),
    "when": Placeholder(
        pgettext_lazy("placeholder", "times and venue"),
        _("one line per day, with its hours and venue"),
        _("Tue 8 December 2026, 9:00–17:00, Town hall\nWed 9 December 2026, 9:00–17:00, Town hall"),
        required=True,
        several_lines=True,
    ),
    "cohort": Placeholder(pgettext_lazy("placeholder", "cohort"), _("the name of the cohort"), _("Sample authority")),
    **texts.LINK_PLACEHOLDER,
}
TEXTS: Final = texts.EmailTemplates(EMAILS, AUDIENCE_TEXTS, PLACEHOLDERS)
