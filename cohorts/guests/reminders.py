"""Plan the e-mails to guests of a session by the reminder schedule of its kind; move them and stop them with it.

Called by the actions on sessions, attendance and contacts, in their transaction. Guests have a kind of event of their
own, so that they can stop these e-mails, and so that nobody without a contact causes any.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from accounts.models import User
from cohorts.models import Session, StakeholderContact
from notifications.actions import announce_change, cancel_reminders, ensure_reminders
from notifications.enums import ItemState, ReminderState
from notifications.events import EventRef
from notifications.models import DeliveryItem, Reminder
from notifications.reminders.schedule import ScheduleStep

KIND: Final = "guest_session"
GUESTS: Final = "guests"  # audience, as stored: guests on the list of the session
NOT_YET_INVITED: Final = "guests_not_yet_invited"  # audience, as stored
INVITATIONS: Final = ("stakeholder_invitation", "group_dates")
ANSWER_AWAITED: Final = "stakeholder_answer_awaited"
STEPS: Final = (
    *INVITATIONS,
    *(ANSWER_AWAITED, "stakeholder_details", "stakeholder_last_note", "group_details", "group_last_note"),
    "stakeholder_summary",
)


def guest_event(session: Session) -> EventRef:
    """Return the reference by which the notifications app knows the session as an event of its guests."""
    return EventRef(KIND, session.pk, session.version)


def plan_guest_emails(
    session: Session,
    *,
    steps: Sequence[ScheduleStep],
    zone: str,
    is_open: Callable[[date], bool],
    until: datetime,
    at: datetime,
    by: User | None,
) -> None:
    """Plan the e-mails of a dated session to its guests; invite those at once who missed the invitation of the others.

    `steps` are the schedule of its kind; of each type of e-mail guests get the last step. `until` is when an invitation
    stops being useful. `at` is the moment, `by` who acts.
    """
    day = session.first_day
    if day is None:
        return
    by_type = {step.email_type: replace(step, audience=GUESTS, alone=True) for step in steps}
    own_steps = [step for step in by_type.values() if step.email_type in STEPS]
    event = guest_event(session)
    ensure_reminders(
        event=event,
        steps=own_steps,
        day=day,
        last_day=session.last_day,
        zone=zone,
        is_open=is_open,
        at=at,
        by=by,
    )
    rows = Reminder.objects.of_event(event).filter(email_type__in=INVITATIONS)
    sent = [state for state, planned in rows.values_list("state", "event_day") if state != ReminderState.PLANNED]
    invitation = next((slug for slug in INVITATIONS if slug in by_type), "")
    if invitation and len(sent) == rows.count() and until > at and _uninvited(session.pk):
        step = f"{invitation}_{len(sent)}"
        announce_change(
            event=event, email_type=invitation, step=step, audience=NOT_YET_INVITED, at=at, until=until, by=by
        )


def announce_to_guests(
    session: Session,
    email_type: str,
    *,
    until: datetime,
    at: datetime,
    by: User | None,
    previous_details: dict[str, Any] | None = None,
) -> None:
    """Tell invited guests at once that the session moved, is postponed or cancelled (`email_type`), if there are any.

    The e-mail is useful until `until`; `previous_details` are the earlier days. `at` is the moment, `by` who acts.
    """
    event = guest_event(session)
    if Reminder.objects.of_event(event).exists():
        announce_change(
            event=event,
            email_type=email_type,
            audience=GUESTS,
            at=at,
            until=until,
            by=by,
            previous_details=previous_details,
        )


def cancel_guest_emails(session: Session, *, reason: str, by: User | None) -> None:
    """Cancel the session's unsent e-mails to guests; `reason` is the slug that pages show in words, `by` who acts."""
    cancel_reminders(event=guest_event(session), reason=reason, by=by)


def invited_guests(session_id: int, *, also_queued: bool = False) -> Any:
    """Return the ids of the users who were sent an invitation to the session, as a subquery.

    With `also_queued`, those too whose invitation waits to be sent.
    """
    states = [ItemState.SENT, ItemState.QUEUED] if also_queued else [ItemState.SENT]
    about = {"reminder__kind": KIND, "reminder__object_id": session_id, "reminder__email_type__in": INVITATIONS}
    return DeliveryItem.objects.filter(**about, state__in=states).values("user")


def _uninvited(session_id: int) -> bool:
    """Return whether a guest on the list of the session has no invitation, and none that waits."""
    listed = StakeholderContact.objects.on_list_of(session_id)
    return listed.exclude(user__in=invited_guests(session_id, also_queued=True)).exists()
