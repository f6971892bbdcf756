"""Actions that apply a proposal of new days to the drafts of a cohort, and undo it once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.calendars.replanning import (
    DaySnapshots,
    DraftMove,
    changed_since,
    propose_new_days,
    sessions_in_calendar,
    snapshot_of,
)
from cohorts.clock import local_day
from cohorts.hooks import cohort_hooks
from cohorts.models import Cohort, Replanning, Session, SessionDay
from cohorts.sessions.conflicts import DatesInConflict, conflicts_of
from cohorts.sessions.enums import SessionState
from web.actions import action
from web.errors import DomainError


class ProposalChanged(DomainError):
    """Raised when the proposal of new days differs from the one that the person saw and confirmed."""

    def __init__(self) -> None:
        super().__init__(
            _("The calendar has changed since this proposal was made. Check the new proposal, then confirm.")
        )


@action(gettext_lazy("Draft sessions moved to new dates"))
def replan_sessions(*, cohort: Cohort, version_token: str | None = None, at: datetime, by: User | None) -> Replanning:
    """Move the draft sessions of a cohort to the days that the platform proposes; scheduled sessions keep theirs.

    `version_token` is the fingerprint of the proposal that the person saw; None skips the comparison. Proposed days are
    not before the local day of `at`; `by` is who acts. Returns the record for an undo. Raises ProposalChanged when the
    proposal now differs, DomainError when there is no draft.
    """
    locked = lock_calendar(cohort)
    proposal = propose_new_days(locked, local_day(locked, at))
    if not proposal.moves:
        raise DomainError(_("No draft sessions are left. Move the sessions one by one."))
    if version_token is not None and version_token != proposal.fingerprint:
        raise ProposalChanged
    for move in proposal.changes:
        _replace_days(move.session, move.days, move.remarks)
    return Replanning.objects.create(
        cohort=locked, applied_at=at, before=proposal.before, after=_current_snapshot(locked)
    )


@action(gettext_lazy("Draft sessions moved to chosen days"))
def move_drafts(*, cohort: Cohort, days: Mapping[int, Sequence[date]], at: datetime, by: User | None) -> Replanning:
    """Give draft sessions of a cohort, by their id, the days that a person chose; return the record for an undo.

    Hours and venues stay, and the remarks name what the days could not avoid. Raises ProposalChanged when one of them
    is no draft any more or has people on its list, DatesInConflict when a day is impossible. `at` is the moment, `by`
    who acts.
    """
    locked = lock_calendar(cohort)
    sessions = {session.pk: session for session in sessions_in_calendar(locked)}
    before = snapshot_of(locked, sessions.values())
    for key, dates in days.items():
        session = sessions.get(key)
        if session is None or session.state != SessionState.DRAFT or session.has_list:  # type: ignore[attr-defined] # annotated
            raise ProposalChanged
        _replace_days(session, DraftMove(session, (), tuple(dates), (), ()).days, ())
    for key, dates in days.items():
        _note_conflicts(sessions[key], dates)
    return Replanning.objects.create(cohort=locked, applied_at=at, before=before, after=_current_snapshot(locked))


def _note_conflicts(session: Session, days: Sequence[date]) -> None:
    """Save with the draft what its days could not avoid; raise DatesInConflict when one of them is impossible."""
    conflicts = conflicts_of(cohort=session.cohort, days=days, session=session)
    if (error := DatesInConflict(conflicts)).impossible:
        raise error
    session.remarks = list(dict.fromkeys(conflict.slug for conflict in conflicts))
    session.save(update_fields=["remarks"])


@action(gettext_lazy("Move of draft sessions undone"))
def undo_replanning(*, cohort: Cohort, at: datetime, by: User | None) -> Replanning:
    """Give the draft sessions of a cohort the days, hours, venues and remarks they had before the latest replanning.

    Returns the record of that replanning, marked as undone at the moment `at`. Raises DomainError, naming the sessions,
    when they or the planned dates have changed since then, or when there is nothing to undo. `by` is who acts.
    """
    locked = lock_calendar(cohort)
    latest = latest_replanning(locked)
    if reason := undo_refusal(locked, latest):
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
    """Return the latest replanning of the cohort's draft sessions, undone or not; None when there was none."""
    return Replanning.objects.filter(cohort=cohort).order_by("-pk").first()


def can_be_undone(cohort: Cohort) -> bool:
    """Return whether the cohort's latest replanning exists, has not been undone yet, and is not undone elsewhere.

    Changes made since then, which also prevent the undo, are not checked here: see `undo_refusal`.
    """
    latest = latest_replanning(cohort)
    return latest is not None and latest.undone_at is None and not _refusal_of_apps(latest)


def undo_refusal(cohort: Cohort, latest: Replanning | None) -> str:
    """Return the sentence why the `latest` replanning of the cohort's drafts cannot be undone; "" when it can.

    There is none, it is undone already, an app above undoes it, or something has changed: see `change_refusal`.
    """
    if latest is None or latest.undone_at:
        return _("There is no proposal of new days to undo.")
    return _refusal_of_apps(latest) or change_refusal(cohort, latest)


def _refusal_of_apps(latest: Replanning) -> str:
    """Return why an app above undoes a replanning itself; "" for one that the cohort's page undoes."""
    return next(filter(None, (hooks.undo_refusal(latest) for hooks in cohort_hooks)), "")


def change_refusal(cohort: Cohort, latest: Replanning) -> str:
    """Return the sentence why changes since the `latest` replanning prevent its undo; "" when nothing does.

    The cohort's planned dates have changed, or sessions, or people were put on the list of one that moved.
    """
    sessions, moved = sessions_in_calendar(cohort), moved_session_ids(latest)
    now = snapshot_of(cohort, sessions)
    if now["planned"] != latest.after["planned"]:
        return _("The cohort’s planned dates have changed since the drafts were moved. Move the sessions one by one.")
    listed = [session.number for session in sessions if session.has_list and str(session.pk) in moved]  # type: ignore[attr-defined] # annotated
    if changed := list(dict.fromkeys([*changed_since(latest.after, now, moved), *listed])):
        numbers = ", ".join(changed)
        return _("Sessions changed since the drafts were moved: %(numbers)s. Move the sessions one by one.") % {
            "numbers": numbers
        }
    return ""


def moved_session_ids(latest: Replanning) -> list[str]:
    """Return the ids, as text, of the sessions whose days the replanning `latest` changed."""
    before, after = latest.before["sessions"], latest.after["sessions"]
    return [key for key in before if before[key] != after[key]]


def lock_calendar(cohort: Cohort) -> Cohort:
    """Return the cohort as the database has it now, locked with all its sessions until the transaction ends."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("authority", "edition__format", "edition__programme").get(pk=cohort.pk)
    list(Session.objects.select_for_update(no_key=True).filter(cohort=locked).order_by("pk").values_list("pk"))
    return locked


def _current_snapshot(cohort: Cohort) -> dict[str, Any]:
    """Return the cohort's planned dates and its sessions with their days, as they are now, in the form saved for an
    undo.
    """
    return snapshot_of(cohort, sessions_in_calendar(cohort))


def _replace_days(session: Session, days: DaySnapshots, remarks: Iterable[str]) -> None:
    """Replace the days and the remarks of a draft session, and raise its version by one.

    `days` are snapshots of days as JSON; `remarks` are slugs of what the days could not avoid. The session has no
    attendees.
    """
    session.days.all().delete()
    SessionDay.objects.bulk_create(_session_day(session, snapshot) for snapshot in days)
    session.remarks = list(remarks)
    session.version += 1
    session.save(update_fields=["remarks", "version"])


def _session_day(session: Session, snapshot: dict[str, Any]) -> SessionDay:
    """Return an unsaved day of the session from the snapshot of a day: date, hours (as ISO text or None) and venue."""
    starts_at, ends_at = (snapshot[name] and time.fromisoformat(snapshot[name]) for name in ("starts_at", "ends_at"))
    return SessionDay(
        session=session,
        date=date.fromisoformat(snapshot["date"]),
        starts_at=starts_at,
        ends_at=ends_at,
        venue=snapshot["venue"],
    )
