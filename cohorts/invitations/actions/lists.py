"""A pasted list of invitations: checked as a whole before anything is sent, then sent in slices that say how far it is.

Each slice is one transaction with the mark of how far it came, so that no line is sent twice or half, whoever dies.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_stubs_ext import StrOrPromise
from kombu.exceptions import OperationalError

from accounts.models import User
from cohorts.clock import local_day
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.invitations import (
    IN_ALREADY,
    INVITED_ALREADY,
    NO_SEAT_LEFT,
    PILOT_INVITED,
    PILOT_THERE,
    invite_member,
    seats_left,
)
from cohorts.invitations.invitable_roles import NOT_YOURS
from cohorts.invitations.links import WITHDRAWN
from cohorts.invitations.list_parser import Line, Refusal
from cohorts.models import Cohort, Invitation, InvitationList, Membership
from cohorts.people.actions import NO_DISCIPLINE
from cohorts.people.enums import Role
from web.actions import action
from web.errors import DomainError

SEND_LISTS: Final = "cohorts.tasks.send_invitation_lists"
RolesOf = Callable[[User, Cohort, date], Sequence[Role]]  # under which roles a person may bring people in, on a day
SLICE: Final = 20  # lines in one transaction; as many are sent at once, while the person waits


@dataclass(slots=True)
class Known:
    """What is known of a cohort and the people of a list, to say of each line whether it can be sent.

    `seats` go down with every ambassador among the lines.
    """

    withdrawn: bool
    roles: Sequence[str]
    closed: Collection[str]
    taken: Collection[tuple[str, str]]
    pending: Collection[tuple[str, str]]
    pilot: StrOrPromise
    seats: int | None

    def reason(self, line: Line) -> tuple[str, str] | None:
        """Why a line cannot be sent, and what to do about it."""
        leave = _("Remove this line.")
        return next(((str(why), what) for holds, why, what in self._reasons(line, leave) if holds), None)

    def take(self, line: Line) -> None:
        """This line will be sent: its place is gone for those that follow."""
        if line.role == Role.PILOT:
            self.pilot = PILOT_INVITED
        if line.role == Role.AMBASSADOR and self.seats is not None:
            self.seats -= 1

    def _reasons(self, line: Line, leave: str) -> Iterator[tuple[bool, StrOrPromise, str]]:
        key, ambassador = (line.email, line.role), line.role == Role.AMBASSADOR
        unsaid = line.role == Role.RESIDENT and not line.discipline
        example = f"{line.email}; {line.full_name}; {Role.RESIDENT.label}; {line.unit}; design"
        yield self.withdrawn, WITHDRAWN.said, ""
        yield line.role not in self.roles, NOT_YOURS, _("Give another role, or ask the lab.")
        yield unsaid, NO_DISCIPLINE, example
        yield line.email in self.closed, _("This person’s account is closed."), _("Give another address.")
        yield key in self.taken, IN_ALREADY, leave
        yield key in self.pending, INVITED_ALREADY, leave
        yield line.role == Role.PILOT and bool(self.pilot), self.pilot, _("Give another role, or remove this line.")
        yield ambassador and self.seats == 0, NO_SEAT_LEFT, _("Give another role, or remove this line.")


def looked_up(
    lines: Sequence[Line], cohort: Cohort, roles: Sequence[str], at: datetime
) -> tuple[list[Line], list[Refusal]]:
    """Which of these lines can be sent as things stand, and why the others cannot (five statements)."""
    known = _known({line.email for line in lines}, cohort, roles, at)
    good: list[Line] = []
    bad: list[Refusal] = []
    for line in lines:
        reason = known.reason(line)
        if reason:
            bad.append(Refusal(line.number, f"{line.full_name} <{line.email}>", *reason))
            continue
        good.append(line)
        known.take(line)
    return good, bad


def _known(emails: Collection[str], cohort: Cohort, roles: Sequence[str], at: datetime) -> Known:
    theirs = Q(user__email__in=emails) | Q(role=Role.PILOT)
    held = Membership.objects.filter(theirs, cohort=cohort).exclude(ends_on__lt=local_day(cohort, at))
    taken = set(held.values_list("user__email", "role"))
    closed = User.objects.filter(email__in=emails, joined=True, is_active=False)
    pending = set(Invitation.objects.pending(at).filter(cohort=cohort).values_list("email", "role"))
    return Known(
        withdrawn=cohort.state == CohortState.WITHDRAWN,
        roles=roles,
        closed=set(closed.values_list("email", flat=True)),
        taken=taken,
        pending=pending,
        pilot=_pilot(taken, pending),
        seats=seats_left(cohort, at),
    )


def _pilot(taken: Collection[tuple[str, str]], pending: Collection[tuple[str, str]]) -> StrOrPromise:
    """Why the cohort takes no pilot; "" where it does."""
    if any(role == Role.PILOT for _email, role in taken):
        return PILOT_THERE
    return PILOT_INVITED if any(role == Role.PILOT for _email, role in pending) else ""


@action(gettext_lazy("Sending of a list of invitations requested"), forbidden_while_acting=True)
def send_list(
    *, cohort: Cohort, lines: Sequence[Line], language: str, roles_of: RolesOf, at: datetime, by: User
) -> InvitationList:
    """Have these lines sent; a short list is sent at once, a longer one by the worker, slice by slice."""
    if not lines:
        raise DomainError(_("There is no line to send."), field="people")
    Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)  # sent twice at once, it is one list
    if not looked_up(lines, cohort, roles_of(by, cohort, local_day(cohort, at)), at)[0]:
        raise DomainError(_("Everybody on this list is invited already, or cannot be invited now."), field="people")
    row = InvitationList.objects.create(
        cohort=cohort,
        made_by=by,
        made_at=at,
        language=language,
        total=len(lines),
        lines=[asdict(line) for line in lines],
    )
    if len(lines) <= SLICE:
        return _send_slice(row, roles_of, at)
    transaction.on_commit(_nudge, robust=True)
    return row


def _nudge() -> None:
    """Beat asks every five minutes anyway: a broker that is away only means waiting that long."""
    try:
        current_app.send_task(SEND_LISTS, expires=60, retry=False)
    except OperationalError:
        return


@action(gettext_lazy("Invitations of a list sent"))
def send_next_slice(*, roles_of: RolesOf, at: datetime, by: None) -> InvitationList | None:
    """Send the next lines of the oldest list nobody else is sending; None when there is none.

    What cannot be sent is said in the language of whoever made the list.
    """
    rows = InvitationList.objects.waiting().select_related("cohort__authority", "cohort__edition__format", "made_by")
    row = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    with override(row.made_by.language or row.language):
        return _send_slice(row, roles_of, at)


def _send_slice(row: InvitationList, roles_of: RolesOf, at: datetime) -> InvitationList:
    """With the rights its maker has now: they may have left since they pasted it."""
    now, later = row.lines[:SLICE], row.lines[SLICE:]
    roles = roles_of(row.made_by, row.cohort, local_day(row.cohort, at)) if row.made_by.is_active else ()
    refused = [refusal for line in now if (refusal := _send(row, line, roles, at))]
    row.refused = [*row.refused, *refused]
    row.lines, row.done = later, row.done + len(now)
    row.finished_at = None if later else at
    row.save(update_fields=["refused", "lines", "done", "finished_at"])
    return row


def _send(row: InvitationList, line: dict[str, Any], roles: Sequence[str], at: datetime) -> dict[str, Any] | None:
    """Invite one person, with their letters or not at all; what the domain says against it."""
    number = line["number"]
    given = {name: value for name, value in line.items() if name != "number"}
    try:
        if line["role"] not in roles:
            raise DomainError(NOT_YOURS)
        given["language"] = given.get("language") or row.language
        invite_member(cohort=row.cohort, at=at, by=row.made_by, **given)
    except DomainError as error:
        return {"number": number, "value": f"{line['full_name']} <{line['email']}>", "reason": str(error)}
    return None
