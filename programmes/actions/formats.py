"""Actions on programmes and their format versions: create, change, publish, and copy into a new version."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.reminders.schedule import Offset, OffsetError, parse_offset
from programmes.enums import PhaseKind, ReminderScheduleKind
from programmes.formats.reminder_schedules import (
    DEFAULT_REMINDER_SCHEDULES,
    approximate_days,
    audiences_of,
    email_label,
    email_types_of,
    missing_reason,
    placement_errors,
)
from programmes.models import Format, FormatPhase, Programme, ReminderStep
from programmes.slugs import slug_of
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


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
    """Create a programme and return it; its slug is made from its French name.

    `family` is "residency", "transfo" or "other". Raises DomainError for a French name that is taken or has no letter
    or digit.
    """
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
    """The numbers and texts of a format version that actions take, named as in the model `Format`."""

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
    criteria_fr: list[str]
    criteria_en: list[str]
    source: str


class PhaseSpan(NamedTuple):
    """A phase of a format, from the start of month `start` (0 is the first month) to the start of month `end`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReminderStepInput:
    """A step of a reminder schedule as typed in a form; an empty `slug` means a new step.

    `offset` and `until` have the syntax "-16w", "+1wd"; `until` is when the e-mail stops being useful, if set.
    """

    offset: str
    audience: str
    email_type: str
    alone: bool = False
    until: str = ""
    slug: str = ""


@action(_("Format draft created"))
def draft_format(
    *, programme: Programme, by: User | None, version: int | None = None, **numbers: Unpack[FormatNumbers]
) -> Format:
    """Create a draft format version of a programme, with the default reminder schedules and no phases.

    `version` is its number, by default the next one: a form passes the number it showed, so that submitting it twice
    creates one version. The second time raises DomainError.
    """
    draft = Format.objects.create(programme=programme, version=version or programme.formats.next_version(), **numbers)
    for kind, schedule in DEFAULT_REMINDER_SCHEDULES.items():
        steps = [
            ReminderStepInput(
                str(step.offset), step.audience, step.email_type, step.alone, str(step.until or ""), step.slug
            )
            for step in schedule
        ]
        _write_reminder_schedule(draft, kind, steps)
    return draft


@action(_("New version of the format begun"))
def revise_format(
    *,
    format: Format,  # noqa: A002 - the domain's word
    by: User | None,
    version: int | None = None,
    **numbers: Unpack[FormatNumbers],
) -> Format:
    """Create a new draft version as a copy of `format`, with its phases, its reminder schedules and all `numbers` not
    given.

    `version` is the number of the new version, by default the next one: a form passes the number it showed, so that
    submitting it twice creates one version. The second time raises DomainError.
    """
    new_version = Format.objects.get(pk=format.pk)
    phases, steps = list(new_version.phases.all()), list(new_version.reminder_steps.all())
    new_version.pk, new_version.published_at, new_version.retrospective = None, None, False
    new_version.version = version or new_version.programme.formats.next_version()
    for name, value in numbers.items():
        setattr(new_version, name, value)
    new_version.save(force_insert=True)
    for phase in phases:
        phase.pk, phase.format = None, new_version
    for step in steps:
        step.pk, step.format = None, new_version
    FormatPhase.objects.bulk_create(phases)
    ReminderStep.objects.bulk_create(steps)
    return new_version


@action(_("Format changed"))
def change_format(*, format: Format, by: User | None, **numbers: Unpack[FormatNumbers]) -> Format:  # noqa: A002
    """Save new numbers (by field) of a draft format version and return it; the given instance is not modified.

    Raises DomainError for a published version and for numbers out of range.
    """
    changed = copy(format)
    for name, value in numbers.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(numbers))
    return changed


@action(_("Phases set"))
def set_phases(*, format: Format, phases: Iterable[PhaseSpan], by: User | None) -> Format:  # noqa: A002
    """Replace all phases of a draft format version by these, and return the version.

    Raises DomainError for a phase that ends after the last month of the format, for two phases of one kind, and for a
    published version.
    """
    locked = _lock_format(format)
    rows = [FormatPhase(format=locked, kind=kind, start_month=start, end_month=end) for kind, start, end in phases]
    for row in rows:
        if row.end_month > locked.months:
            text = _(
                "“%(phase)s” ends after the last month of the format (%(months)d). Shorten the phase or"
                " lengthen the format."
            )
            raise DomainError(text % {"phase": PhaseKind(row.kind).label, "months": locked.months})
    locked.phases.all().delete()
    FormatPhase.objects.bulk_create(rows)
    return locked


@action(_("Reminder schedule set"))
def set_reminder_schedule(
    *,
    format: Format,  # noqa: A002
    kind: str,
    steps: Sequence[ReminderStepInput],
    version_token: str | None = None,
    by: User | None,
) -> Format:
    """Replace the reminder steps of one kind of event in a draft format version; without steps, nothing is sent.

    `kind` is a `ReminderScheduleKind`, such as "exchange". The steps are sorted by time. A step that
    sends the same type of e-mail as before keeps the lab's own wording. `version_token` is the hash (`fingerprint`) of
    the steps the form started from: raises EditConflict when someone else has saved since. Raises DomainError for a
    step that is not valid and for a published version.
    """
    locked = _lock_format(format)
    check_version(
        version_token, current={"steps": locked.reminder_form_values(kind)}, submitted={"steps": _form_values(steps)}
    )
    earlier = {(row.slug, row.email_type): row for row in locked.reminder_steps.filter(kind=kind)}
    locked.reminder_steps.filter(kind=kind).delete()
    _write_reminder_schedule(locked, kind, steps, earlier)
    return locked


@action(_("Format published"))
def publish_format(*, format: Format, at: datetime, by: User | None) -> Format:  # noqa: A002
    """Publish a format version at the moment `at`: editions can use it from then on, and it can no longer change.

    Raises DomainError without phases, with a phase that ends too late, or with an incomplete reminder schedule. A
    version published before keeps its first date.
    """
    locked = _lock_format(format)
    if locked.published:
        return locked
    if not locked.phases.exists():
        raise DomainError(_("Set the phases first: a published format cannot be changed."))
    _check_reminder_schedules(locked)
    locked.published_at = at
    locked.save(update_fields=["published_at"])
    return locked


def _check_reminder_schedules(draft: Format) -> None:
    """Raise DomainError when a reminder schedule of the draft lacks what its events need, or a step is not valid.

    For example a format with exchanges needs e-mails about them.
    """
    for kind in ReminderScheduleKind.values:
        if reason := missing_reason(kind, draft):
            raise DomainError(reason)
    for step in draft.reminder_steps.order_by("kind", "position"):
        try:
            _check_step(
                ReminderStepInput(step.offset, step.audience, step.email_type, step.alone, step.until), step.kind
            )
        except DomainError as error:
            values = {"schedule": step.get_kind_display(), "email": email_label(step.email_type), "reason": error}
            raise DomainError(_("%(schedule)s, “%(email)s”: %(reason)s") % values) from error


def _lock_format(format: Format) -> Format:  # noqa: A002
    """Return the format version read again and locked until the transaction ends."""
    return Format.objects.select_for_update().get(pk=format.pk)


def _form_values(steps: Sequence[ReminderStepInput]) -> list[tuple[object, ...]]:
    """Return the steps as sorted tuples (offset, audience, email_type, alone, until), to compare them with the saved
    ones.

    `Format.reminder_form_values` gives the saved ones in this shape.
    """
    return sorted((step.offset, step.audience, step.email_type, step.alone, step.until) for step in steps)


def _write_reminder_schedule(
    format: Format,  # noqa: A002
    kind: str,
    steps: Sequence[ReminderStepInput],
    earlier: Mapping[tuple[str, str], ReminderStep] | None = None,
) -> None:
    """Create the reminder steps of one kind of event in a format version, in order of time; existing ones are not
    touched.

    `kind` is a `ReminderScheduleKind`, such as "exchange". `earlier` are rows by slug and type of
    e-mail whose wording the new ones take over. Raises DomainError for a step that is not valid.
    """
    for step in steps:
        _check_step(step, kind)
    in_time_order = sorted(steps, key=lambda step: approximate_days(_parse_offset(step.offset)))
    used_slugs = {step.slug for step in steps}
    ReminderStep.objects.bulk_create(
        ReminderStep(
            format=format,
            kind=kind,
            position=position,
            slug=step.slug or _new_slug(step.email_type, used_slugs),
            offset=step.offset,
            audience=step.audience,
            email_type=step.email_type,
            alone=step.alone,
            until=step.until,
            **_texts_of((earlier or {}).get((step.slug, step.email_type))),
        )
        for position, step in enumerate(in_time_order, start=1)
    )


def _texts_of(step: ReminderStep | None) -> dict[str, str]:
    """Return the lab's own wording of a step by column; {} without a step."""
    return {name: getattr(step, name) for name in ReminderStep.TEXTS} if step else {}


def _check_step(step: ReminderStepInput, kind: str) -> None:
    """Raise DomainError, naming the form field, for a step that is not valid for this kind of event.

    Its type of e-mail and audience must exist for the kind and fit each other and the time; it must expire after it is
    sent.
    """
    if step.email_type not in email_types_of(kind):
        raise DomainError(_("Choose the e-mail from the list."), field="email_type")
    if step.audience not in audiences_of(kind):
        raise DomainError(_("Choose the recipients from the list."), field="audience")
    if step.until and approximate_days(_parse_offset(step.until)) <= approximate_days(_parse_offset(step.offset)):
        raise DomainError(
            _("An e-mail must stay useful for some time after it is sent. Choose a later time."), field="until"
        )
    offset = _parse_offset(step.offset)
    for field, reason in placement_errors(
        kind, offset=offset, audience=step.audience, email_type=step.email_type, alone=step.alone
    ):
        raise DomainError(reason, field=field)


def _parse_offset(text: str) -> Offset:
    """Return the time of a step, given as text like "-2wd" (two working days before); raises DomainError for any other
    text.

    The error names the form field `offset`.
    """
    try:
        return parse_offset(text)
    except OffsetError as error:
        message = _(
            "“%(text)s” is not a valid time. Write + or -, a number from 1 to 999, then w (weeks), wd (working"
            " days), d (days) or m (months): -2wd, +3m."
        )
        raise DomainError(message % {"text": text}, field="offset") from error


def _new_slug(email_type: str, used_slugs: set[str]) -> str:
    """Return a slug for a new step: its type of e-mail, with a number if that slug is used already; add it to
    `used_slugs`.
    """
    slug, number = email_type, 2
    while slug in used_slugs:
        slug, number = f"{email_type}_{number}", number + 1
    used_slugs.add(slug)
    return slug
