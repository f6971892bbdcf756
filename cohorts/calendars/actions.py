"""Actions that apply a proposal of new days to the drafts of a cohort, and undo it once."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.replanning import (
    DaySnapshots,
    changed_since,
    propose_new_days,
    sessions_in_calendar,
    snapshot_of,
)
from cohorts.clock import local_day
from cohorts.models import Cohort, Replanning, Session, SessionDay
from web.actions import action
from web.errors import DomainError


class ProposalChanged(DomainError):
    """The current proposal differs from the one that the person saw."""

    def __init__(self) -> None:
        super().__init__(
            _("The calendar has changed since this proposal was made. Check the new proposal, then confirm.")
        )


@action(gettext_lazy("Draft sessions moved to new dates"))
def replan_sessions(*, cohort: Cohort, seen: str | None = None, at: datetime, by: User | None) -> Replanning:
    """Give the cohort's drafts the days proposed to them; scheduled sessions keep theirs.

    `seen` is the fingerprint of the proposal that the person saw. Raises ProposalChanged when the current one differs,
    and DomainError when there is no draft.
    """
    locked = _locked(cohort)
    proposal = propose_new_days(locked, local_day(locked, at))
    if not proposal.moves:
        raise DomainError(_("No draft sessions are left. Move the sessions one by one."))
    if seen is not None and seen != proposal.fingerprint:
        raise ProposalChanged
    for move in proposal.changes:
        _replace_days(move.session, move.days, move.remarks)
    return Replanning.objects.create(
        cohort=locked, applied_at=at, before=proposal.before, after=_current_snapshot(locked)
    )


@action(gettext_lazy("Move of draft sessions undone"))
def undo_replanning(*, cohort: Cohort, at: datetime, by: User | None) -> Replanning:
    """Give the drafts back the days, hours, venues and remarks they had before the latest proposal.

    Raises DomainError, with the sessions it is about, when something has changed since then.
    """
    locked = _locked(cohort)
    latest = latest_replanning(locked)
    if reason := why_not_undone(locked, latest):
        raise DomainError(reason)
    assert latest is not None  # noqa: S101 - a missing one has its reason
    sessions = {str(session.pk): session for session in sessions_in_calendar(locked)}
    for key in moved_session_ids(latest):
        snapshot = latest.before["sessions"][key]
        _replace_days(sessions[key], snapshot["days"], snapshot["remarks"])
    latest.undone_at = at
    latest.save(update_fields=["undone_at"])
    return latest


def latest_replanning(cohort: Cohort) -> Replanning | None:
    return Replanning.objects.filter(cohort=cohort).order_by("-pk").first()


def can_be_undone(cohort: Cohort) -> bool:
    """Return whether a proposal is left to undo, whatever has changed since (one statement)."""
    latest = latest_replanning(cohort)
    return latest is not None and latest.undone_at is None


def why_not_undone(cohort: Cohort, latest: Replanning | None) -> str:
    """Return why the latest proposal cannot be undone; empty when it can."""
    if latest is None or latest.undone_at:
        return _("There is no proposal of new days to undo.")
    now = _current_snapshot(cohort)
    if now["planned"] != latest.after["planned"]:
        return _("The cohort’s planned dates have changed since the drafts were moved. Move the sessions one by one.")
    if changed := changed_since(latest.after, now, moved_session_ids(latest)):
        numbers = ", ".join(changed)
        return _("Sessions changed since the drafts were moved: %(numbers)s. Move the sessions one by one.") % {
            "numbers": numbers
        }
    return ""


def moved_session_ids(latest: Replanning) -> list[str]:
    """Return the ids of the sessions that the proposal moved."""
    before, after = latest.before["sessions"], latest.after["sessions"]
    return [key for key in before if before[key] != after[key]]


def _locked(cohort: Cohort) -> Cohort:
    """Lock the cohort and its sessions until the transaction ends; return the cohort."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("authority", "edition__format").get(pk=cohort.pk)
    list(Session.objects.select_for_update(no_key=True).filter(cohort=locked).order_by("pk").values_list("pk"))
    return locked


def _current_snapshot(cohort: Cohort) -> dict[str, Any]:
    return snapshot_of(cohort, sessions_in_calendar(cohort))


def _replace_days(session: Session, days: DaySnapshots, remarks: Iterable[str]) -> None:
    """Replace the days of a draft nobody is expected at, under a new version."""
    session.days.all().delete()
    SessionDay.objects.bulk_create(_session_day(session, snapshot) for snapshot in days)
    session.remarks = list(remarks)
    session.version += 1
    session.save(update_fields=["remarks", "version"])


def _session_day(session: Session, snapshot: dict[str, Any]) -> SessionDay:
    starts_at, ends_at = (snapshot[name] and time.fromisoformat(snapshot[name]) for name in ("starts_at", "ends_at"))
    return SessionDay(
        session=session,
        date=date.fromisoformat(snapshot["date"]),
        starts_at=starts_at,
        ends_at=ends_at,
        place=snapshot["venue"],
    )
