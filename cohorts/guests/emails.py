"""E-mails to guests of a session: stakeholders whose consent and address the cohort recorded.

Nobody has verified the address, so the e-mails name the authority and the edition, which the lab records, and the kind
and days of the session. Its title and venue, which the team types, are cut, and left out if they look like a link.
The cohort is not named, and no person either unless the title or the venue does.
"""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.attendance.enums import EXPECTED_OR_PRESENT
from cohorts.guests.links import guest_token
from cohorts.guests.reminders import ANSWER_AWAITED, INVITATIONS, KIND, NOT_YET_INVITED, invited_guests
from cohorts.invitations.email_limits import WINDOW
from cohorts.models import Attendance, Session, SessionDay, StakeholderContact
from cohorts.sessions.email_types import CANCELLED, CHANGED, OUTCOME, POSTPONED, SUMMARY
from cohorts.sessions.emails import event_kinds
from cohorts.sessions.emails.audiences import REASONS, RESUME_CONDITIONS, SESSION_AUDIENCES
from cohorts.sessions.emails.calendar_entries import dropped_days, entry_of
from cohorts.sessions.emails.texts import IN_CALENDAR, WHEN
from notifications.enums import DeliveryState
from notifications.models import DeliveryItem, Reminder
from notifications.registries import HIDDEN, EmailPart, EventKind, Recipient, RecipientCheck
from notifications.reminders.reason_texts import join_with_colon
from web.calendars.ics import CalendarEntry, Status

MAX_TYPED: Final = 80  # characters of a title or a venue
LINK: Final = re.compile(r"://|@|\bwww\b|[^\W_][.。．｡][^\W\d_]{2,}", re.IGNORECASE)
UNWRITTEN: Final = "unwritten"  # reason, as stored
OWN_REASONS: Final = {
    "limit": _("this address received many invitations within 24 hours"),
    UNWRITTEN: _("nobody had written what became of the session"),
}
ABOUT: Final = "%(about)s"  # empty for a session without a title
CHANGE_NOTICES: Final = (CHANGED, POSTPONED, CANCELLED)
REASON_FOR_RECEIVING: Final = _(
    "You are receiving this e-mail because someone at %(authority)s recorded that you agreed to receive e-mails. The"
    " page that the button opens shows in what words. There you can correct or erase what is stored about you."
)


class GuestEmail(NamedTuple):
    """The texts of one type of e-mail to guests, and the status of its calendar entries."""

    topic: StrOrPromise
    subject: StrOrPromise
    paragraphs: tuple[StrOrPromise, ...]
    button: StrOrPromise = _("See the session")
    calendar: Status | None = None


INVITATION: Final = GuestEmail(
    topic=_("invitation, with a calendar entry"),
    subject=_("Invitation: %(kind)s, %(dates)s"),
    paragraphs=(
        _("%(where)s invites you to a session (%(kind)s):"),
        ABOUT,
        WHEN,
        _("Say whether you are coming, even if the answer is no. You need no account."),
        IN_CALENDAR,
    ),
    button=_("Answer"),
    calendar="TENTATIVE",
)
DETAILS: Final = GuestEmail(
    topic=_("venue and times"),
    subject=_("%(kind)s, %(dates)s: venue and times"),
    paragraphs=(WHEN, _("If you can no longer come, say so on the page that the button opens.")),
)
FINAL_REMINDER: Final = GuestEmail(
    topic=_("last message"),
    subject=_("%(kind)s, %(dates)s: see you soon"),
    paragraphs=(WHEN, _("If you can no longer come, say so on the page that the button opens.")),
)
EMAILS: Final[Mapping[str, GuestEmail]] = MappingProxyType(
    {
        "stakeholder_invitation": INVITATION,
        "group_dates": INVITATION,
        ANSWER_AWAITED: GuestEmail(
            topic=_("answer still needed"),
            subject=_("%(kind)s, %(dates)s: your answer is still needed"),
            paragraphs=(ABOUT, WHEN, _("You have not yet said whether you are coming.")),
            button=_("Answer"),
        ),
        "stakeholder_details": DETAILS,
        "group_details": DETAILS,
        "stakeholder_last_note": FINAL_REMINDER,
        "group_last_note": FINAL_REMINDER,
        SUMMARY: GuestEmail(
            topic=_("the summary"),
            subject=_("%(kind)s, %(dates)s: what was said"),
            paragraphs=(
                _("The report of the session is ready. You read it on the page that the button opens."),
                _("If something is missing or wrong, tell the person who invited you."),
            ),
            button=_("Read the report"),
        ),
        OUTCOME: GuestEmail(
            topic=_("what became of it"),
            subject=_("%(kind)s, %(dates)s: what became of it"),
            paragraphs=(
                _("You took part in a session of %(where)s. The page that the button opens says what became of it."),
            ),
            button=_("Read what became of it"),
        ),
        CHANGED: GuestEmail(
            topic=_("what changed, with a calendar entry"),
            subject=_("%(kind)s: the date or the venue changed"),
            paragraphs=(
                _("From now on:\n%(when)s"),
                _("If you cannot come on that date, say so on the page that the button opens."),
                _("The attachments to this e-mail update your calendar."),
            ),
            calendar="CONFIRMED",
        ),
        POSTPONED: GuestEmail(
            topic=_("postponed, removed from calendars"),
            subject=_("%(kind)s, %(dates)s: postponed"),
            paragraphs=(
                _("The session (%(dates)s) will not take place as planned."),
                _("You will receive the new dates as soon as they are known."),
            ),
            calendar="CANCELLED",
        ),
        CANCELLED: GuestEmail(
            topic=_("cancelled, removed from calendars"),
            subject=_("%(kind)s, %(dates)s: cancelled"),
            paragraphs=(_("The session (%(dates)s) will not take place."),),
            calendar="CANCELLED",
        ),
    }
)


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return the guests to whom an e-mail about a session goes at the moment `at`; empty while its state stops it."""
    if stop_reason(reminder, at):
        return []
    people = User.objects.filter(_audience(reminder, also_queued=True)).order_by("pk")
    return [Recipient(user) for user in people]


def check(reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
    """Return the slug of the reason not to send the user this e-mail after all ("" to send it), and the session.

    It is "left" for a guest who is no longer on the list, declined, or has withdrawn the address, and "limit" for one
    who got as many invitations as an address may get within 24 hours.
    """
    session = SESSION_AUDIENCES.find(reminder)
    reason = _stop_reason(session, reminder, at)
    if not reason and not User.objects.filter(_audience(reminder, also_queued=False), pk=user.pk).exists():
        reason = "left"
    if not reason and reminder.email_type in INVITATIONS and _has_many_invitations(reminder, user, at):
        reason = "limit"
    return RecipientCheck(reason, session)


def stop_reason(reminder: Reminder, at: datetime) -> str:
    """Return the slug of the reason why guests get no such e-mail about the session at the moment `at`; "" if they do.

    Besides the reasons for members: nobody has written what became of the session yet.
    """
    return _stop_reason(SESSION_AUDIENCES.find(reminder), reminder, at)


def _stop_reason(session: Session | None, reminder: Reminder, at: datetime) -> str:
    """Return this reason for the session of the reminder, None for one that is gone."""
    if session is None:
        return "removed"
    reason = SESSION_AUDIENCES.event_stop_reason(session, reminder.email_type, at)
    return reason or (UNWRITTEN if reminder.email_type == OUTCOME and not session.outcome else "")


def _has_many_invitations(reminder: Reminder, user: User, at: datetime) -> bool:
    """Return whether the user got as many other invitations to sessions as an address may get within 24 hours.

    Those that another process hands over at this moment count, so that two do not pass the limit together.
    """
    leaving = Q(delivery__sent_at__gt=at - WINDOW) | Q(delivery__state=DeliveryState.HANDING_OVER)
    others = DeliveryItem.objects.filter(leaving, user=user, reminder__kind=KIND, reminder__email_type__in=INVITATIONS)
    limit: int = settings.FIRST_EMAILS_PER_ADDRESS
    return others.exclude(reminder=reminder).count() >= limit


def _audience(reminder: Reminder, *, also_queued: bool) -> Q:
    """Return a filter for the users who get an e-mail: guests expected at the session, by what they know of it.

    The invitation of latecomers goes to those without one, all others to those who were sent one. News also go to
    guests who declined. With `also_queued`, invitations that wait to be sent count as sent.
    """
    rows = Attendance.objects.filter(day__session=reminder.object_id, stakeholder__contact__isnull=False)
    if reminder.email_type not in CHANGE_NOTICES:
        rows = rows.filter(status__in=EXPECTED_OR_PRESENT)
    if reminder.email_type == ANSWER_AWAITED:
        rows = rows.filter(answered_on=None)
    listed = Q(pk__in=rows.values("stakeholder__contact__user"))
    if EMAILS[reminder.email_type] is INVITATION and reminder.audience != NOT_YET_INVITED:
        return listed
    invited = Q(pk__in=invited_guests(reminder.object_id, also_queued=also_queued))
    return listed & (~invited if reminder.audience == NOT_YET_INVITED else invited)


def render(reminder: Reminder, session: Session, user: User, language: str) -> EmailPart:
    """Return the text of an e-mail about a session to a guest, in the active language, with its calendar entries.

    The link is computed each time. For readers who are no guest of the session it is hidden.
    """
    contact = StakeholderContact.objects.on_list_of(session.pk).filter(user=user).first()
    token = guest_token(contact, session.pk) if contact else HIDDEN
    template, cohort = EMAILS[reminder.email_type], session.cohort
    days = for_guests(session.days.all())
    texts = event_kinds.text_values(session, language)
    where = f"{cohort.authority.name}, {cohort.edition.name}"
    kind = capfirst(str(session.get_kind_display()))
    days_texts = {"dates": texts["dates"], "when": event_kinds.days_text(days, language)}
    values = {"where": where, "authority": cohort.authority.name, "kind": kind, **days_texts}
    title = without_links(session.title)
    values["about"] = _("About: %(title)s") % {"title": title} if title else ""
    paragraphs = (str(paragraph % values) for paragraph in template.paragraphs)
    return EmailPart(
        subject=str(template.subject % values),
        text="\n\n".join(filter(None, paragraphs)),
        why=str(REASON_FOR_RECEIVING % values),
        button=(str(template.button), reverse("cohorts:guest_session", args=[token])),
        calendar=_entries(reminder, session, days, template.calendar, f"{kind} · {where}") or None,
        secret=token if contact else "",
    )


def for_guests(days: Iterable[SessionDay], *, venues: bool = True) -> list[SessionDay]:
    """Return unsaved copies of session days as guests may read them in e-mails: nobody has verified their address.

    A venue that looks like a link or an address is left out, and a long one is cut; without `venues`, all are left out.
    """
    copies = [copy(day) for day in days]
    for day in copies:
        day.venue = without_links(day.venue) if venues else ""
    return copies


def without_links(text: str) -> str:
    """Return the first 80 characters of a text that the team typed; "" if it looks like a link or an address."""
    return "" if LINK.search(text) else text[:MAX_TYPED]


def _entries(
    reminder: Reminder, session: Session, days: Iterable[SessionDay], status: Status | None, summary: str
) -> list[CalendarEntry]:
    """Return the calendar entries of these days of the session with this status and title; none without a status.

    A change notice also removes the days that were dropped, without their venues.
    """
    if status is None:
        return []
    entries = [entry_of(day, session, status, summary) for day in days]
    if reminder.email_type == CHANGED:
        entries += [
            entry_of(day, session, "CANCELLED", summary) for day in for_guests(dropped_days(session), venues=False)
        ]
    return entries


def describe(reminder: Reminder) -> str:
    """Return one line with recipients and topic of an e-mail, such as “Guests: last message”; no statement."""
    template = EMAILS.get(reminder.email_type)
    return join_with_colon(_("Guests"), template.topic if template else reminder.email_type)


GUEST_SESSION: Final = EventKind(
    label=_("Sessions that you attend as a guest"),
    recipients=recipients,
    check=check,
    find=SESSION_AUDIENCES.find,
    render=render,
    describe=describe,
    href=event_kinds.href,
    in_scope=event_kinds.in_scope,
    names=event_kinds.names,
    can_see=lambda user, pk: Session.objects.visible_to(user).filter(pk=pk).exists(),
    stop_reason=stop_reason,
    reasons=REASONS | OWN_REASONS,
    early_reasons=RESUME_CONDITIONS | {UNWRITTEN: _("once someone has written what became of the session")},
    sends_to_invited_people=True,
)
