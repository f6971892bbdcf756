"""E-mails to those invited: the invitation with its link, always alone, and two more while they do not answer.

They go to addresses that nobody has verified, so nothing in them was typed by who invites: they name the authority and
the edition, which the lab records, and neither a person nor the cohort, whose pilot may rename it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.invitations import AGAIN
from cohorts.invitations.ending_reasons import CAME_IN
from cohorts.invitations.enums import InvitationState
from cohorts.invitations.tokens import kept_token
from cohorts.models import Invitation
from notifications.models import Reminder
from notifications.registries import Asked, Checked, EventKind, LetterPart, Recipient, Scope, Size
from notifications.reminders.reason_texts import labelled
from web.text import formats

REASONS: Final = {
    CAME_IN: gettext_lazy("the person was given access in another way"),
    "revoked": gettext_lazy("the invitation was withdrawn"),
    "resent": gettext_lazy("the invitation was sent again with a new link"),
    "withdrawn": gettext_lazy("the cohort has withdrawn"),
}
OVER: Final = {
    InvitationState.ACCEPTED: "answered",
    InvitationState.REVOKED: "revoked",
    InvitationState.EXPIRED: "expired",
}
WHY: Final = gettext_lazy(
    "You get this e-mail because someone who can invite people to %(where)s gave us your"
    " address. If you do not answer, we erase the address after some months."
)


def find(reminder: Reminder) -> Invitation | None:
    """The invitation of a reminder; None when it is gone."""
    return Invitation.objects.with_places().filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """The one person it is for, while there is something to answer."""
    row = find(reminder)
    return [] if row is None or _over(row, reminder, at) else [Recipient(row.person)]


def check(reminder: Reminder, user: User, at: datetime) -> Checked:
    row = find(reminder)
    return Checked(_refusal(row, reminder, user, at) if row else "removed", row)


def _refusal(row: Invitation, reminder: Reminder, user: User, at: datetime) -> str:
    return _over(row, reminder, at) or ("" if row.person_id == user.pk else "left")


def _over(row: Invitation, reminder: Reminder, at: datetime) -> str:
    """Why nobody is asked any more, as a slug; "" while somebody is."""
    if row.version != reminder.version:
        return "resent"
    if row.cohort and row.cohort.state == CohortState.WITHDRAWN:
        return "withdrawn"
    return _ended(row, at)


def _ended(row: Invitation, at: datetime) -> str:
    return CAME_IN if row.reason == CAME_IN else OVER.get(row.state_at(at), "")


def stops(reminder: Reminder, at: datetime) -> str:
    row = find(reminder)
    return _over(row, reminder, at) if row else "removed"


def render(reminder: Reminder, row: Invitation, user: User, language: str) -> LetterPart:
    """The letter in the language that is active, with the link that is made anew each time and kept nowhere."""
    token = kept_token(row.seed, row.version, row.email, row.token_hash)
    if not token:
        raise LookupError("No key of ours makes this link: send the invitation again")
    values = {
        "where": f"{row.home.name}, {row.cohort.edition.name}" if row.cohort else row.home.name,
        "role": row.get_role_display(),
        "day": formats.long_day(row.last_day, language),
    }
    again = reminder.letter == AGAIN
    subject = _("%(where)s: your invitation is still open") if again else _("You are invited: %(where)s")
    return LetterPart(
        subject=subject % values,
        text="\n\n".join(paragraph % values for paragraph in _paragraphs(row, again=again)),
        why=str(WHY) % values,
        button=(_("See the invitation"), reverse("cohorts:join", args=[token])),
        secret=token,
    )


def _paragraphs(row: Invitation, *, again: bool) -> list[str]:
    begins = _("You have not answered yet.") if again else ""
    said = _("You are invited to be responsible for the figures of %(where)s on this platform.")
    into = _("You are invited to take part in %(where)s as %(role)s.") if row.cohort else said
    how = _("The button opens a page that explains the invitation. Nothing happens until you accept on that page.")
    until = _("The invitation is open until %(day)s, for your address only. Do not forward this e-mail.")
    return [paragraph for paragraph in (begins, into, how, until) if paragraph]


def describe(reminder: Reminder) -> str:
    """To whom and what, for the ledger."""
    what = _("invitation still open") if reminder.letter == AGAIN else _("invitation to join")
    return labelled(_("The person invited"), what)


def href(reminder: Reminder) -> str:
    return reverse("cohorts:invitation", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Who is invited, and into what (one statement)."""
    rows = Invitation.objects.with_places().filter(pk__in=pks)
    return {row.pk: f"{row.full_name or row.person} · {row.into}" for row in rows}


def sizes(asked: Collection[Asked], at: datetime) -> dict[Asked, Size]:
    """One person each, or nobody any more (one statement)."""
    rows = {row.pk: row for row in Invitation.objects.with_places().filter(pk__in={row.event for row in asked})}
    return {row: _size(rows.get(row.event), at) for row in asked}


def _size(row: Invitation | None, at: datetime) -> Size:
    return Size(1, _ended(row, at) if row else "removed")


def within(scope: Scope) -> set[int]:
    """Ids of the invitations into cohorts of an edition, a cohort or an authority."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Invitation.objects.open().filter(**limits).values_list("pk", flat=True))


INVITATION = EventKind(
    label=gettext_lazy("Invitations to join"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=describe,
    href=href,
    within=within,
    names=names,
    sizes=sizes,
    stops=stops,
    reasons=REASONS,
    to_awaited=True,
)
