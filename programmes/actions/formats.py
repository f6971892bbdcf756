"""Verbs on programmes and their format versions: drafted, filled, published, and revised as a new version."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.reminders.schedule import Offset, OffsetError, parse_offset
from programmes.enums import LadderKind, Letter, PhaseKind
from programmes.formats.reminder_schedules import (
    DEFAULT_LADDERS,
    audiences_of,
    letters_of,
    misplaced,
    missing,
    nearness,
)
from programmes.models import Format, FormatPhase, LadderStep, Programme
from programmes.slugs import slug_of
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen


@action(_("Programme created"))
def create_programme(
    *,
    family: str,
    name_fr: str,
    name_en: str,
    by: User | None,
    summary_fr: str = "",
    summary_en: str = "",
    source: str = "",
) -> Programme:
    """Add a lasting line of action; its address is made from its French name."""
    return Programme.objects.create(
        family=family,
        name_fr=name_fr,
        name_en=name_en,
        slug=slug_of(name_fr, field="name_fr"),
        summary_fr=summary_fr,
        summary_en=summary_en,
        source=source,
    )


class FormatNumbers(TypedDict, total=False):
    """The numbers of a format version, as in the model."""

    label: str
    months: int
    onsite_weeks: int
    sessions: int
    days_per_session: int
    seats: int
    day_allowance: int | None
    first_prototype_months: int | None
    exchange_interval_months: int | None
    exchange_days: int
    required_disciplines: list[str]
    source: str


class PhaseMonths(NamedTuple):
    """A phase from the start of month `start` (0 is the first month) to the start of month `end`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder as people write it; an empty `slug` means a new step, named after its letter."""

    offset: str
    audience: str
    letter: str
    alone: bool = False
    until: str = ""
    slug: str = ""


@action(_("Format draft created"))
def draft_format(
    *, programme: Programme, by: User | None, version: int | None = None, **numbers: Unpack[FormatNumbers]
) -> Format:
    """Begin a version with the default ladders and no phase yet.

    `version` is the number the person saw, so that a form sent twice makes one; the next one when not given.
    """
    drafted = Format.objects.create(programme=programme, version=version or programme.formats.next_version(), **numbers)
    for kind, ladder in DEFAULT_LADDERS.items():
        rungs = [
            Rung(str(step.offset), step.audience, step.letter, step.alone, str(step.until or ""), step.slug)
            for step in ladder
        ]
        _write_ladder(drafted, kind, rungs)
    return drafted


@action(_("New version of the format begun"))
def revise_format(
    *,
    format: Format,  # noqa: A002 - the domain's word
    by: User | None,
    version: int | None = None,
    **numbers: Unpack[FormatNumbers],
) -> Format:
    """Begin a new version with the phases and ladders of an earlier one; numbers not given are its own too."""
    revised = Format.objects.get(pk=format.pk)
    phases, steps = list(revised.phases.all()), list(revised.ladder_steps.all())
    revised.pk, revised.published_at, revised.retrospective = None, None, False
    revised.version = version or revised.programme.formats.next_version()
    for name, value in numbers.items():
        setattr(revised, name, value)
    revised.save(force_insert=True)
    for phase in phases:
        phase.pk, phase.format = None, revised
    for step in steps:
        step.pk, step.format = None, revised
    FormatPhase.objects.bulk_create(phases)
    LadderStep.objects.bulk_create(steps)
    return revised


@action(_("Format changed"))
def change_format(*, format: Format, by: User | None, **numbers: Unpack[FormatNumbers]) -> Format:  # noqa: A002
    """Change the numbers of a draft."""
    changed = copy(format)
    for name, value in numbers.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(numbers))
    return changed


@action(_("Phases set"))
def set_phases(*, format: Format, phases: Iterable[PhaseMonths], by: User | None) -> Format:  # noqa: A002
    """Replace the phases of a draft; none may go beyond its months."""
    locked = _locked(format)
    rows = [FormatPhase(format=locked, kind=kind, start_month=start, end_month=end) for kind, start, end in phases]
    for row in rows:
        if row.end_month > locked.months:
            said = _(
                "“%(phase)s” ends after the last month of the format (%(months)d). Shorten the phase or"
                " lengthen the format."
            )
            raise DomainError(said % {"phase": PhaseKind(row.kind).label, "months": locked.months})
    locked.phases.all().delete()
    FormatPhase.objects.bulk_create(rows)
    return locked


@action(_("Reminder schedule set"))
def set_ladder(
    *,
    format: Format,  # noqa: A002
    kind: str,
    rungs: Sequence[Rung],
    seen: str | None = None,
    by: User | None,
) -> Format:
    """Replace one ladder of a draft, put in order of time; an empty one means that nothing is sent.

    `seen` is the `fingerprint` of what the writer started from: raises Changed when someone else saved meanwhile.
    """
    locked = _locked(format)
    check_seen(seen, stands={"rungs": locked.rungs(kind)}, sent={"rungs": _saved(rungs)})
    locked.ladder_steps.filter(kind=kind).delete()
    _write_ladder(locked, kind, rungs)
    return locked


@action(_("Format published"))
def publish_format(*, format: Format, at: datetime, by: User | None) -> Format:  # noqa: A002
    """Freeze the version for ever, so that editions can pin it; published twice, the first time stands."""
    locked = _locked(format)
    if locked.published:
        return locked
    if not locked.phases.exists():
        raise DomainError(_("Set the phases first: a published format cannot be changed."))
    _check_ladders(locked)
    locked.published_at = at
    locked.save(update_fields=["published_at"])
    return locked


def _check_ladders(draft: Format) -> None:
    """Raise DomainError where a ladder lacks what its events need, or has what makes no sense."""
    for kind in LadderKind.values:
        if said := missing(kind, draft):
            raise DomainError(said)
    for step in draft.ladder_steps.order_by("kind", "position"):
        try:
            _check_rung(Rung(step.offset, step.audience, step.letter, step.alone, step.until), step.kind)
        except DomainError as error:
            words = {"ladder": step.get_kind_display(), "letter": _named(step.letter), "why": error}
            raise DomainError(_("%(ladder)s, “%(letter)s”: %(why)s") % words) from error


def _named(letter: str) -> str:
    return str(Letter(letter).label) if letter in Letter else letter


def _locked(format: Format) -> Format:  # noqa: A002
    return Format.objects.select_for_update().get(pk=format.pk)


def _saved(rungs: Sequence[Rung]) -> list[tuple[object, ...]]:
    """The rungs as `Format.rungs` has them once they are saved."""
    return sorted((rung.offset, rung.audience, rung.letter, rung.alone, rung.until) for rung in rungs)


def _write_ladder(format: Format, kind: str, rungs: Sequence[Rung]) -> None:  # noqa: A002
    for rung in rungs:
        _check_rung(rung, kind)
    in_time = sorted(rungs, key=lambda rung: nearness(_read(rung.offset)))
    taken = {rung.slug for rung in rungs}
    LadderStep.objects.bulk_create(
        LadderStep(
            format=format,
            kind=kind,
            position=position,
            slug=rung.slug or _new_slug(rung.letter, taken),
            offset=rung.offset,
            audience=rung.audience,
            letter=rung.letter,
            alone=rung.alone,
            until=rung.until,
        )
        for position, rung in enumerate(in_time, start=1)
    )


def _check_rung(rung: Rung, kind: str) -> None:
    """An event sends the letters it knows, to the audiences it can name."""
    if rung.letter not in letters_of(kind):
        raise DomainError(_("Choose the e-mail from the list."), field="letter")
    if rung.audience not in audiences_of(kind):
        raise DomainError(_("Choose the recipients from the list."), field="audience")
    if rung.until and nearness(_read(rung.until)) <= nearness(_read(rung.offset)):
        raise DomainError(
            _("An e-mail must stay useful for some time after it is sent. Choose a later time."), field="until"
        )
    offset = _read(rung.offset)
    for field, said in misplaced(kind, offset=offset, audience=rung.audience, letter=rung.letter, alone=rung.alone):
        raise DomainError(said, field=field)


def _read(text: str) -> Offset:
    try:
        return parse_offset(text)
    except OffsetError as error:
        said = _(
            "“%(text)s” is not a valid time. Write + or -, a number from 1 to 999, then w (weeks), wd (working"
            " days), d (days) or m (months): -2wd, +3m."
        )
        raise DomainError(said % {"text": text}, field="offset") from error


def _new_slug(letter: str, taken: set[str]) -> str:
    """A free name for a new step: its letter's, then with a number."""
    slug, number = letter, 2
    while slug in taken:
        slug, number = f"{letter}_{number}", number + 1
    taken.add(slug)
    return slug
