"""Actions on insights: group notes, name a group, delete it, make a challenge of it."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from fieldwork.models import Insight, Note
from prototypes.actions import add_challenge
from prototypes.models import Challenge
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.idempotency import find_earlier_submission
from web.forms.row_changes import change, lock_row

INSIGHT_ALREADY_SENT = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another insight, send it again."
)
MADE_BY_SOMEONE_ELSE = gettext_lazy(
    "Someone else has already turned this insight into the challenge “%(challenge)s”. Nothing was saved: open it from"
    " the board."
)
HAS_CHALLENGE = gettext_lazy("This insight became a challenge. Its notes stay with it.")


@action(gettext_lazy("Insight added"))
def add_insight(*, cohort: Cohort, by: User, title: str = "", idempotency_key: UUID | None = None) -> Insight:
    """Add an insight without notes to the cohort's board and return it; without a title it is a group to be named.

    The same form sent twice (same `idempotency_key`) returns the first insight.
    """
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    rows = Insight.objects.filter(cohort=cohort)
    if earlier := find_earlier_submission(rows, idempotency_key, message=INSIGHT_ALREADY_SENT, title=title):
        return earlier
    return Insight.objects.create(cohort=cohort, title=title, idempotency_key=idempotency_key or uuid4())


@action(gettext_lazy("Insight named"))
def name_insight(*, insight: Insight, title: str, by: User, version_token: str | None = None) -> Insight:
    """Save the name of an insight and return it; raises EditConflict when someone else has named it since."""
    return change(insight, {"title": title}, form_values=Insight.form_values, version_token=version_token)


@action(gettext_lazy("Field note moved on the board"))
def move_note(
    *,
    note: Note,
    by: User,
    insight: Insight | None = None,
    to_new_group: bool = False,
    contradicts: bool = False,
    version_token: str | None = None,
) -> Note:
    """Put a note into an insight, into a new group, or back among those to sort (neither); return the note.

    `contradicts`: the note is evidence against the insight. `version_token` is the hash of the note's position as
    the mover saw it: raises EditConflict when someone else moved the note since, so that neither move is lost. Raises
    DomainError for a note without consent today.
    """
    if insight:  # locked before its notes, as by `delete_insight`
        insight = Insight.objects.select_for_update(no_key=True).filter(pk=insight.pk).first()
        if insight is None:
            raise DomainError(_("This insight is no longer on the board. Choose another one."))
    row = lock_row(note)
    current = row.board_values()
    if (insight or to_new_group) and not Note.objects.usable().filter(pk=row.pk).exists():
        raise DomainError(_("There is no valid consent for this note. Ask for consent, then group it."))
    target = Insight(cohort=row.cohort) if to_new_group else insight
    submitted = {"insight": target.pk if target else None, "contradicts": bool(contradicts and target)}
    check_version(version_token, current=current, submitted=submitted, message=moved_by_someone_else(row))
    if to_new_group:
        target = add_insight(cohort=row.cohort, by=by)
    row.insight, row.contradicts = target, bool(contradicts and target)
    row.save(update_fields=["insight", "contradicts"])
    return row


def moved_by_someone_else(note: Note) -> str:
    """Return the sentence that someone else moved a note, with its present position."""
    if note.insight:
        where = _("Someone else moved this note to “%(insight)s” since you opened the board. Move it again if needed.")
        return where % {"insight": note.insight}
    return _("Someone else moved this note back to “To sort” since you opened the board. Move it again if needed.")


@action(gettext_lazy("Insight deleted"))
def delete_insight(*, insight: Insight, by: User, version_token: str | None = None) -> None:
    """Delete an insight; its notes go back among those to sort.

    Raises EditConflict when its name or notes have changed since `version_token`, DomainError once it is a challenge.
    """
    row = lock_row(insight)
    if row.challenge_id:
        raise DomainError(HAS_CHALLENGE)
    message = _("Someone else changed this insight since you opened the page. Look at the board, then delete it again.")
    check_version(version_token, current=row.group_values(), submitted={}, message=message)
    for note in row.notes.select_for_update(of=["self"]).order_by("pk"):
        note.insight, note.contradicts = None, False
        note.save(update_fields=["insight", "contradicts"])
    try:
        row.delete()
    except ProtectedError as error:
        raise DomainError(_("A canvas cites this insight. Choose other evidence there, then delete it.")) from error


@action(gettext_lazy("Challenge made from an insight"))
def make_challenge(*, insight: Insight, by: User, existing: Challenge | None = None, **fields: Any) -> Challenge:
    """Propose a challenge to the cohort for an insight, or link it to an existing one, and return the challenge.

    `fields` are the title and kind of the new challenge. Sent twice, the first challenge is returned. Raises
    DomainError for an insight without a name, for one that became another challenge, and for an `existing` one that is
    closed.
    """
    row = lock_row(insight)
    if row.challenge:
        sent = {"existing": existing} if existing else fields
        if sent in ({"existing": row.challenge}, {name: getattr(row.challenge, name) for name in fields}):
            return row.challenge
        raise DomainError(MADE_BY_SOMEONE_ELSE % {"challenge": row.challenge})
    if not row.title:
        raise DomainError(_("Name the insight first: say in a sentence what the notes show together."))
    if existing and not row.cohort.challenges.alive().filter(pk=existing.pk).exists():
        raise DomainError(_("This challenge is closed. Choose another one."), field="existing")
    row.challenge = existing or add_challenge(cohort=row.cohort, by=by, **fields)
    row.save(update_fields=["challenge"])
    return row.challenge
