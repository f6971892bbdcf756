"""Actions that give the drafts of a cohort new days, as a person saw them proposed, and undo that once."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.clock import local_day
from cohorts.models import Cohort, Replanning, Session, SessionDay
from cohorts.replanning import Days, calendar_of, changed_since, replan_of, sessions_holding_days
from web.errors import DomainError
from web.verbs import verb


class ProposalChanged(DomainError):
    """What would be proposed now is not what the person saw."""

    def __init__(self) -> None:
        super().__init__(
            _("The calendar has changed since this proposal was made. Check the new proposal, then confirm.")
        )


@verb
def replan_sessions(*, cohort: Cohort, seen: str | None = None, at: datetime, by: User | None) -> Replanning:
    """Give the cohort's drafts the days proposed to them; scheduled sessions keep theirs.

    Raises ProposalChanged when the proposal is not the one of the fingerprint `seen`, and DomainError without a draft.
    """
    locked = _locked(cohort)
    proposal = replan_of(locked, local_day(locked, at))
    if not proposal.moves:
        raise DomainError(_("No session is a draft any more: move them one by one."))
    if seen is not None and seen != proposal.fingerprint:
        raise ProposalChanged
    for move in proposal.changes:
        _give_days(move.session, move.days, move.remarks)
    return Replanning.objects.create(cohort=locked, applied_at=at, before=proposal.before, after=_calendar_now(locked))


@verb
def undo_replanning(*, cohort: Cohort, at: datetime, by: User | None) -> Replanning:
    """Give the drafts back the days, hours, venues and remarks they had before the latest proposal.

    Raises DomainError, with the sessions it is about, when something has changed since then.
    """
    locked = _locked(cohort)
    latest = latest_replanning(locked)
    if reason := why_not_undone(locked, latest):
        raise DomainError(reason)
    assert latest is not None  # noqa: S101 - a missing one has its reason
    sessions = {str(session.pk): session for session in sessions_holding_days(locked)}
    for key in moved_by(latest):
        entry = latest.before["sessions"][key]
        _give_days(sessions[key], entry["days"], entry["remarks"])
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
    now = _calendar_now(cohort)
    if now["planned"] != latest.after["planned"]:
        return _("The cohort’s planned dates have changed since the drafts were moved. Move the sessions one by one.")
    if changed := changed_since(latest.after, now, moved_by(latest)):
        numbers = ", ".join(changed)
        return _("Sessions changed since the drafts were moved: %(numbers)s. Move the sessions one by one.") % {
            "numbers": numbers
        }
    return ""


def moved_by(latest: Replanning) -> list[str]:
    """Return the ids of the sessions that the proposal moved."""
    before, after = latest.before["sessions"], latest.after["sessions"]
    return [key for key in before if before[key] != after[key]]


def _locked(cohort: Cohort) -> Cohort:
    """Return the cohort as it is now; it and its sessions stay so until the action ends."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("authority", "edition__format").get(pk=cohort.pk)
    list(Session.objects.select_for_update(no_key=True).filter(cohort=locked).order_by("pk").values_list("pk"))
    return locked


def _calendar_now(cohort: Cohort) -> dict[str, Any]:
    return calendar_of(cohort, sessions_holding_days(cohort))


def _give_days(session: Session, days: Days, remarks: Iterable[str]) -> None:
    """Replace the days of a draft nobody is expected at, under a new version."""
    session.days.all().delete()
    SessionDay.objects.bulk_create(_day(session, entry) for entry in days)
    session.remarks = list(remarks)
    session.version += 1
    session.save(update_fields=["remarks", "version"])


def _day(session: Session, entry: dict[str, Any]) -> SessionDay:
    starts_at, ends_at = (entry[name] and time.fromisoformat(entry[name]) for name in ("starts_at", "ends_at"))
    return SessionDay(
        session=session,
        date=date.fromisoformat(entry["date"]),
        starts_at=starts_at,
        ends_at=ends_at,
        place=entry["venue"],
    )
