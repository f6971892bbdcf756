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
IN_CALENDAR: Final = _("The calendar entry that comes with this letter has day, time and place.")

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
            about=_("place and times"),
            subject=_("%(session)s: place and times"),
            paragraphs=(WHEN, _("The page says who comes. If you cannot come after all, say so there.")),
        ),
        "group_last_note": Words(
            about=_("last note"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of your cohort.")),
        ),
        "group_attendance": Words(
            about=_("attendance to fill in"),
            subject=_("%(session)s: who came?"),
            paragraphs=(
                _("Attendance at %(session)s, %(dates)s, is not complete yet."),
                _("Fill it in while you remember: it takes two minutes."),
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
                _("Say whether you come, even if the answer is no."),
                IN_CALENDAR,
            ),
            button=_("Answer"),
            calendar="TENTATIVE",
        ),
        "stakeholder_answer_awaited": Words(
            about=_("the answer is awaited"),
            subject=_("%(session)s: your answer is awaited"),
            paragraphs=(WHEN, _("You have not said yet whether you come. One click is enough.")),
            button=_("Answer"),
        ),
        "stakeholder_details": Words(
            about=_("place, times and subject"),
            subject=_("%(session)s: place and times"),
            paragraphs=(WHEN, _("The page says who comes. If you cannot come after all, say so there.")),
        ),
        "stakeholder_last_note": Words(
            about=_("last note"),
            subject=_("%(session)s: see you soon"),
            paragraphs=(WHEN, _("If something holds you up, tell the pilot of %(cohort)s.")),
        ),
        "stakeholder_summary": Words(
            about=_("the summary"),
            subject=_("%(session)s: what was said"),
            paragraphs=(
                _("The report of %(session)s, %(dates)s, is written."),
                _("If something is missing or wrong, tell the pilot of %(cohort)s."),
            ),
            button=_("Read the report"),
        ),
        "stakeholder_report_missing": Words(
            about=_("the report is missing"),
            subject=_("%(session)s: the report is missing"),
            paragraphs=(
                _("Those who took part in %(session)s, %(dates)s, wait for its report."),
                _("A few lines are enough: what was said, and what follows. They hear of it once it is written."),
            ),
        ),
        "stakeholder_outcome": Words(
            about=_("what became of it"),
            subject=_("%(session)s: what became of it"),
            paragraphs=(
                _("You took part in %(session)s, %(dates)s."),
                _("Its page has the report, and the page of %(cohort)s the ideas it works on since."),
            ),
        ),
        "session_changed": Words(
            about=_("what changed, with a calendar entry"),
            subject=_("%(session)s: the date or the place changed"),
            paragraphs=(
                _("Before:\n%(was)s"),
                _("From now on:\n%(when)s"),
                _("If you cannot come then, say so on the page."),
                _("What comes with this letter puts your calendar right."),
            ),
            calendar="CONFIRMED",
        ),
        "session_postponed": Words(
            about=_("postponed, off the calendars"),
            subject=_("%(session)s is postponed"),
            paragraphs=(
                _("%(session)s, foreseen for %(dates)s, does not take place then."),
                _("The reason: %(reason)s"),
                _("You will hear of its new dates once they are known."),
            ),
            calendar="CANCELLED",
        ),
        "session_cancelled": Words(
            about=_("cancelled, off the calendars"),
            subject=_("%(session)s is cancelled"),
            paragraphs=(
                _("%(session)s, foreseen for %(dates)s, does not take place."),
                _("The reason: %(reason)s"),
            ),
            calendar="CANCELLED",
        ),
    }
)

ON_THE_LIST: Final = _("You get this letter because you are expected at %(session)s, of %(cohort)s.")
ANSWERS_FOR: Final = _("You get this letter because you answer for the sessions of %(cohort)s.")

# To whom, at the beginning of a ladder's line, and why a person gets the letter, at its end.
TO_WHOM: Final[Mapping[str, tuple[StrOrPromise, StrOrPromise]]] = MappingProxyType(
    {
        "elected_and_direction": (_("Elected officials and direction"), ON_THE_LIST),
        "not_yet_invited": (_("Those not invited yet"), ON_THE_LIST),
        "untold": (_("Those who know nothing of it yet"), ON_THE_LIST),
        "unanswered": (
            _("Those who have not answered"),
            _("You get this letter because you are expected at %(session)s and have not answered."),
        ),
        "expected": (_("Those expected"), ON_THE_LIST),
        "attendees": (
            _("Those who came"),
            _("You get this letter because you took part in %(session)s, of %(cohort)s."),
        ),
        "facilitator": (_("Those who answer for it"), ANSWERS_FOR),
        "facilitator_without_report": (_("Those who answer for it"), ANSWERS_FOR),
        "told": (
            _("Everyone on the list"),
            _("You get this letter because you are on the list of %(session)s, of %(cohort)s."),
        ),
    }
)
TEXTS: Final = texts.Texts(LETTERS, TO_WHOM)
