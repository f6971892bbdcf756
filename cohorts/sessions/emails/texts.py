"""What each letter about a session says: subject, paragraphs, the one button, and its entries in calendars."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from notifications.emails import texts

# Texts may name `session`, `dates`, `when` (a line for each day), `was` (the days before, where they changed),
# `cohort` and `reason`.
Words = partial(texts.Words, button=_("See the session"), leads="cohorts:session")
WHEN: Final = "%(when)s"
IN_CALENDAR: Final = _("The calendar entry attached to this e-mail gives the day, time and venue.")

LETTERS: Final[Mapping[str, texts.Words]] = MappingProxyType(
    {
        "group_dates": Words(
            about=_("the dates, with a calendar entry"),
            subject=_("%(session)s: %(dates)s"),
            paragraphs=(
                _("%(cohort)s meets, and you are expected:"),
                WHEN,
                _("If you cannot come, say so now: one click is enough."),
                IN_CALENDAR,
            ),
            button=_("Answer"),
            calendar="CONFIRMED",
        ),
        "group_details": Words(
            about=_("venue and times"),
            subject=_("%(session)s: venue and times"),
            paragraphs=(
                WHEN,
                _("The session page shows who is coming. If you can no longer come, say so on that page."),
            ),
        ),
        "group_last_note": Words(
            about=_("last message"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of your cohort.")),
        ),
        "group_attendance": Words(
            about=_("attendance to record"),
            subject=_("%(session)s: who came?"),
            paragraphs=(
                _("Attendance at %(session)s, %(dates)s, is not complete yet."),
                _("Record it while you remember: it takes two minutes."),
            ),
            button=_("Record attendance"),
            leads="cohorts:record_attendance",
        ),
        "stakeholder_invitation": Words(
            about=_("invitation, with a calendar entry"),
            subject=_("Invitation: %(session)s, %(dates)s"),
            paragraphs=(
                _("%(cohort)s invites you:"),
                WHEN,
                _("Say whether you are coming, even if the answer is no."),
                IN_CALENDAR,
            ),
            button=_("Answer"),
            calendar="TENTATIVE",
        ),
        "stakeholder_answer_awaited": Words(
            about=_("answer still needed"),
            subject=_("%(session)s: your answer is still needed"),
            paragraphs=(WHEN, _("You have not yet said whether you are coming. One click is enough.")),
            button=_("Answer"),
        ),
        "stakeholder_details": Words(
            about=_("venue, times and subject"),
            subject=_("%(session)s: venue and times"),
            paragraphs=(
                WHEN,
                _("The session page shows who is coming. If you can no longer come, say so on that page."),
            ),
        ),
        "stakeholder_last_note": Words(
            about=_("last message"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of %(cohort)s.")),
        ),
        "stakeholder_summary": Words(
            about=_("the summary"),
            subject=_("%(session)s: what was said"),
            paragraphs=(
                _("The report of %(session)s, %(dates)s, is ready."),
                _("If something is missing or wrong, tell the pilot of %(cohort)s."),
            ),
            button=_("Read the report"),
        ),
        "stakeholder_report_missing": Words(
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
        "stakeholder_outcome": Words(
            about=_("what happened next"),
            subject=_("%(session)s: what happened next"),
            paragraphs=(
                _("You took part in %(session)s, %(dates)s."),
                _(
                    "The session page has the report. The page of %(cohort)s shows the ideas that the cohort"
                    " has worked on since then."
                ),
            ),
        ),
        "session_changed": Words(
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
        "session_postponed": Words(
            about=_("postponed, removed from calendars"),
            subject=_("%(session)s is postponed"),
            paragraphs=(
                _("%(session)s, planned for %(dates)s, will not take place then."),
                _("The reason: %(reason)s"),
                _("You will receive the new dates as soon as they are known."),
            ),
            calendar="CANCELLED",
        ),
        "session_cancelled": Words(
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

ON_THE_LIST: Final = _("You get this e-mail because you are expected at %(session)s (%(cohort)s).")
ANSWERS_FOR: Final = _("You get this e-mail because you are in charge of the sessions of %(cohort)s.")

# To whom, at the beginning of a ladder's line, and why a person gets the letter, at its end.
TO_WHOM: Final[Mapping[str, tuple[StrOrPromise, StrOrPromise]]] = MappingProxyType(
    {
        "elected_and_direction": (_("Elected officials and direction"), ON_THE_LIST),
        "not_yet_invited": (_("People not invited yet"), ON_THE_LIST),
        "untold": (_("People not yet informed"), ON_THE_LIST),
        "unanswered": (
            _("People who have not answered"),
            _("You get this e-mail because you are expected at %(session)s and have not answered."),
        ),
        "expected": (_("People expected"), ON_THE_LIST),
        "attendees": (
            _("People who came"),
            _("You get this e-mail because you took part in %(session)s (%(cohort)s)."),
        ),
        "facilitator": (_("People in charge of the session"), ANSWERS_FOR),
        "facilitator_without_report": (_("People in charge of the session"), ANSWERS_FOR),
        "told": (
            _("Everyone on the list"),
            _("You get this e-mail because you are on the list of %(session)s (%(cohort)s)."),
        ),
    }
)
TEXTS: Final = texts.Texts(LETTERS, TO_WHOM)
