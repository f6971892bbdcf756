"""Pasted lists of invitations: checked as a whole before anything is sent, then sent slice by slice.

Each slice is one transaction that also records the progress, so that no line is sent twice or in part if a worker
stops.
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
    ALREADY_INVITED,
    ALREADY_MEMBER,
    NO_SEAT_LEFT,
    PILOT_EXISTS,
    PILOT_INVITED,
    invite_member,
    seats_left,
)
from cohorts.invitations.invitable_roles import ROLE_NOT_ALLOWED
from cohorts.invitations.links import COHORT_WITHDRAWN
from cohorts.invitations.list_parser import PastedLine, RejectedLine
from cohorts.models import Cohort, Invitation, InvitationList, Membership
from cohorts.people.actions import NO_DISCIPLINE
from cohorts.people.enums import MembershipRole
from web.actions import action
from web.errors import DomainError

SEND_LISTS: Final = "cohorts.tasks.send_invitation_lists"
InvitableRoles = Callable[[User, Cohort, date], Sequence[MembershipRole]]  # the roles a person can invite to, on a day
SLICE_LINES: Final = 20  # lines in one transaction; a list of this length is sent while the person waits


@dataclass(slots=True)
class ListCheck:
    """What makes lines of a pasted list impossible to send: the state of the cohort and of the people on the list.

    `closed` holds addresses of closed accounts, `taken` and `pending` pairs of address and role, `pilot` why no pilot
    is taken. `seats` are those left; every line that is counted reduces them.
    """

    withdrawn: bool
    roles: Sequence[str]
    closed: Collection[str]
    taken: Collection[tuple[str, str]]
    pending: Collection[tuple[str, str]]
    pilot: StrOrPromise
    seats: int | None

    def reason(self, line: PastedLine) -> tuple[str, str] | None:
        """Return a pair of sentences, why a line of the list cannot be sent and what to do about it; None when it can
        be sent.

        Only the first reason is given.
        """
        remove_hint = _("Remove this line.")
        return next(((str(why), what) for holds, why, what in self._line_checks(line, remove_hint) if holds), None)

    def count_line(self, line: PastedLine) -> None:
        """Count a line that will be sent: the lines after it find one seat less, or the place of pilot taken."""
        if line.role == MembershipRole.PILOT:
            self.pilot = PILOT_INVITED
        if line.role == MembershipRole.AMBASSADOR and self.seats is not None:
            self.seats -= 1

    def _line_checks(self, line: PastedLine, remove_hint: str) -> Iterator[tuple[bool, StrOrPromise, str]]:
        """Yield a tuple for each check of a line: whether it fails, the reason to give, and what to do about it.

        `remove_hint` is the usual advice, “Remove this line.”
        """
        key, ambassador = (line.email, line.role), line.role == MembershipRole.AMBASSADOR
        needs_discipline = line.role == MembershipRole.RESIDENT and not line.discipline
        example = f"{line.email}; {line.full_name}; {MembershipRole.RESIDENT.label}; {line.unit}; design"
        yield self.withdrawn, COHORT_WITHDRAWN.text, ""
        yield line.role not in self.roles, ROLE_NOT_ALLOWED, _("Give another role, or ask the lab.")
        yield needs_discipline, NO_DISCIPLINE, example
        yield line.email in self.closed, _("This person’s account is closed."), _("Give another address.")
        yield key in self.taken, ALREADY_MEMBER, remove_hint
        yield key in self.pending, ALREADY_INVITED, remove_hint
        yield (
            line.role == MembershipRole.PILOT and bool(self.pilot),
            self.pilot,
            _("Give another role, or remove this line."),
        )
        yield ambassador and self.seats == 0, NO_SEAT_LEFT, _("Give another role, or remove this line.")


def check_lines(
    lines: Sequence[PastedLine], cohort: Cohort, roles: Sequence[str], at: datetime
) -> tuple[list[PastedLine], list[RejectedLine]]:
    """Return two lists: the lines that can be sent at the moment `at`, and the others, each with the reason (five
    statements).

    `roles` are those under which the sender may invite people to the cohort. Nothing is saved or sent.
    """
    check = _list_check({line.email for line in lines}, cohort, roles, at)
    good: list[PastedLine] = []
    bad: list[RejectedLine] = []
    for line in lines:
        reason = check.reason(line)
        if reason:
            bad.append(RejectedLine(line.number, f"{line.full_name} <{line.email}>", *reason))
            continue
        good.append(line)
        check.count_line(line)
    return good, bad


def _list_check(emails: Collection[str], cohort: Cohort, roles: Sequence[str], at: datetime) -> ListCheck:
    """Return what lines are checked against: the cohort's state, seats and pilot, and what exists for these addresses
    (`emails`).

    `roles` are those under which the sender may invite; invitations count if pending at the moment `at`.
    """
    people_or_pilot = Q(user__email__in=emails) | Q(role=MembershipRole.PILOT)
    memberships = Membership.objects.filter(people_or_pilot, cohort=cohort).exclude(ends_on__lt=local_day(cohort, at))
    taken = set(memberships.values_list("user__email", "role"))
    closed = User.objects.filter(email__in=emails, joined=True, is_active=False)
    pending = set(Invitation.objects.pending(at).filter(cohort=cohort).values_list("email", "role"))
    return ListCheck(
        withdrawn=cohort.state == CohortState.WITHDRAWN,
        roles=roles,
        closed=set(closed.values_list("email", flat=True)),
        taken=taken,
        pending=pending,
        pilot=_pilot_refusal(taken, pending),
        seats=seats_left(cohort, at),
    )


def _pilot_refusal(taken: Collection[tuple[str, str]], pending: Collection[tuple[str, str]]) -> StrOrPromise:
    """Return the sentence why the cohort takes no pilot, because one exists or is invited; "" when it takes one.

    `taken` (members) and `pending` (invitations) are pairs of address and role.
    """
    if any(role == MembershipRole.PILOT for _email, role in taken):
        return PILOT_EXISTS
    return PILOT_INVITED if any(role == MembershipRole.PILOT for _email, role in pending) else ""


@action(gettext_lazy("Sending of a list of invitations requested"), forbidden_while_acting=True)
def send_list(
    *, cohort: Cohort, lines: Sequence[PastedLine], language: str, allowed_roles: InvitableRoles, at: datetime, by: User
) -> InvitationList:
    """Send the invitations of these checked lines: 20 or fewer at once, more of them by the worker, 20 at a time.

    `language` applies to lines that name none; `allowed_roles(user, cohort, day)` returns the roles that the sender
    `by` may give. Raises DomainError when no line can be sent. Returns the saved list, which records the progress. `at`
    is the moment.
    """
    if not lines:
        raise DomainError(_("There is no line to send."), field="people")
    # Locked, so that a form sent twice makes one list.
    Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    if not check_lines(lines, cohort, allowed_roles(by, cohort, local_day(cohort, at)), at)[0]:
        raise DomainError(_("Everybody on this list is invited already, or cannot be invited now."), field="people")
    row = InvitationList.objects.create(
        cohort=cohort,
        made_by=by,
        made_at=at,
        language=language,
        total=len(lines),
        lines=[asdict(line) for line in lines],
    )
    if len(lines) <= SLICE_LINES:
        return _send_slice(row, allowed_roles, at)
    transaction.on_commit(_wake_worker, robust=True)
    return row


def _wake_worker() -> None:
    """Ask the background worker to send the lists now; without a message broker, its periodic task does so in five
    minutes.
    """
    try:
        current_app.send_task(SEND_LISTS, expires=60, retry=False)
    except OperationalError:
        return


@action(gettext_lazy("Invitations of a list sent"))
def send_next_slice(*, allowed_roles: InvitableRoles, at: datetime, by: None) -> InvitationList | None:
    """Send the next 20 lines of the oldest unfinished list that no other worker is sending; return the list.

    None when no list waits. `allowed_roles(user, cohort, day)` returns the roles that the list's author may give.
    Reasons for refused lines are in the author's language. `by` is always None: the platform acts. `at` is the moment.
    """
    rows = InvitationList.objects.waiting().select_related("cohort__authority", "cohort__edition__format", "made_by")
    row = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    with override(row.made_by.language or row.language):
        return _send_slice(row, allowed_roles, at)


def _send_slice(row: InvitationList, allowed_roles: InvitableRoles, at: datetime) -> InvitationList:
    """Send the next 20 lines of the list `row`, and record its progress and the lines refused; return the list.

    `allowed_roles(user, cohort, day)` gives the roles of its author at the moment `at`: they may have lost some since
    pasting it, and a closed account may give none.
    """
    now, later = row.lines[:SLICE_LINES], row.lines[SLICE_LINES:]
    roles = allowed_roles(row.made_by, row.cohort, local_day(row.cohort, at)) if row.made_by.is_active else ()
    refused = [refusal for line in now if (refusal := _send(row, line, roles, at))]
    row.refused_lines = [*row.refused_lines, *refused]
    row.lines, row.done = later, row.done + len(now)
    row.finished_at = None if later else at
    row.save(update_fields=["refused_lines", "lines", "done", "finished_at"])
    return row


def _send(row: InvitationList, line: dict[str, Any], roles: Sequence[str], at: datetime) -> dict[str, Any] | None:
    """Invite the person of one line of the list `row` at the moment `at`; return None, or what is recorded of a refused
    line.

    That is a mapping of `number`, `value` (name and address) and `reason`. `line` maps the names of columns to values;
    `roles` are those the list's author may give.
    """
    number = line["number"]
    arguments = {name: value for name, value in line.items() if name != "number"}
    try:
        if line["role"] not in roles:
            raise DomainError(ROLE_NOT_ALLOWED)
        arguments["language"] = arguments.get("language") or row.language
        invite_member(cohort=row.cohort, at=at, by=row.made_by, **arguments)
    except DomainError as error:
        return {"number": number, "value": f"{line['full_name']} <{line['email']}>", "reason": str(error)}
    return None
