"""Previews of reworded e-mails: with sample values, or about a real event as someone in a certain role reads it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import ROLE_LABELS, Role
from notifications.emails.rendering import RenderedEmail, Section, render_email, render_sections
from notifications.models import Reminder
from notifications.registries import CommandScope, Topic, event_kinds
from programmes.formats.wordings import LANGUAGES, stored_wording, texts_of, usual_template
from programmes.models import Edition, ReminderStep
from web.dates.clock import platform_day

UNPROVEN: Final = "unproven"  # in place of a role: a person who has not confirmed the address yet
WITHHELD: Final = gettext_lazy("Read by someone who has not confirmed their address yet: the text is withheld.")
MAX_EVENTS: Final = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WordingPreview:
    """A reworded e-mail in one language as a person reads it; `email` is None where it cannot be rendered."""

    language: str
    email: RenderedEmail | None


@dataclass(frozen=True, slots=True)
class PreviewReader:
    """The person as whom a preview is read; `note` says in a sentence who that is, and why."""

    user: User
    note: str


def previewable_events(step: ReminderStep, user: User) -> list[tuple[int, str]]:
    """Return the ids and names of up to 20 events, the newest first, about which the step's e-mail can be previewed.

    They are those of the programme's latest edition that the user may see. At most three statements.
    """
    editions = Edition.objects.visible_to(user).filter(programme__formats=step.format_id)
    slug = editions.latest_first().values_list("slug", flat=True).first()
    kind = event_kinds[step.kind]
    if slug is None or kind.names is None:
        return []
    names = kind.names(sorted(kind.in_scope(CommandScope(edition=slug)))[-MAX_EVENTS:])
    return sorted(names.items(), reverse=True)


def preview_wording(
    step: ReminderStep, texts: Mapping[str, str], *, event: int | None, role: str, viewer: User, at: datetime
) -> tuple[list[WordingPreview], str]:
    """Return the step's e-mail in both languages with these texts, as people write them, and a note on who reads it.

    `event` is the id of a real event, None for sample values, 0 for sample values without those that may be empty.
    `role` is a value of `Role`, `UNPROVEN`, or "" for anyone. Without a reader in that role the `viewer` is shown as
    reader, and the note says so.
    """
    if usual_template(step) is None:
        return [], ""
    if not event:
        reader, note = _sample_reader(role)
        emails = {language: _sample(step, texts, language, reader, complete=event is None) for language in LANGUAGES}
        return [WordingPreview(language, email) for language, email in emails.items()], note
    reminder = _reminder(step, event, at)
    found = _real_reader(reminder, role, viewer, at)
    topic = Topic(reminder, event_kinds[step.kind].find(reminder))
    return list(_real_previews(step, texts, topic, found.user)), found.note


def _reminder(step: ReminderStep, event: int, at: datetime) -> Reminder:
    """Return the unsaved reminder of a step about an event, as it would be due at the moment `at`."""
    return Reminder(
        kind=step.kind,
        object_id=event,
        step=step.slug,
        email_type=step.email_type,
        audience=step.audience,
        alone=step.alone,
        due_at=at,
        due_on=platform_day(at),
        event_day=platform_day(at),
        expires_at=at,
    )


def _sample_reader(role: str) -> tuple[User, str]:
    """Return an unsaved person for previews with sample values, and the note on who that is."""
    reader = User(pk=0, full_name=_("Camille Sample"), email="camille@authority.example", is_active=True)
    vars(reader)["has_proven_address"] = role != UNPROVEN
    if role == UNPROVEN:
        return reader, str(WITHHELD)
    return reader, _("Shown with sample values.")


def _sample(
    step: ReminderStep, texts: Mapping[str, str], language: str, reader: User, *, complete: bool
) -> RenderedEmail:
    """Return the step's e-mail in a language with sample values; unless `complete`, what may be empty is empty."""
    with translation.override(language):
        templates = texts_of(step.kind)
        samples = {slug: row for slug, row in templates.placeholders.items() if complete or not row.optional}
        values = {slug: str(row.sample) for slug, row in samples.items()}
        reminder = Reminder(kind=step.kind, object_id=0, email_type=step.email_type, audience=step.audience)
        part = templates.part(reminder, _Samples(values), wording=stored_wording(step, language, texts))
        if not reader.has_proven_address:
            part = part.without_user_content(event_kinds[step.kind].label)
        return render_sections(reader, language, [Section(reminder, part)], masked=True)


class _Samples(dict[str, Any]):
    """Sample values; a name without a sample is empty."""

    def __missing__(self, _name: str) -> str:
        return ""


def _real_reader(reminder: Reminder, role: str, viewer: User, at: datetime) -> PreviewReader:
    """Return the first person in this role who would get the reminder now; the viewer where there is none."""
    kind = event_kinds[reminder.kind]
    people = [recipient.user for recipient in kind.recipients(reminder, at)]
    if not people:
        return PreviewReader(viewer, _("As of today nobody would receive it. This is how you would read it."))
    if role == UNPROVEN:
        vars(people[0])["has_proven_address"] = False
        return PreviewReader(people[0], str(WITHHELD))
    if not role or kind.roles is None:
        return PreviewReader(people[0], _("Shown as %(name)s reads it.") % {"name": people[0]})
    roles = kind.roles(reminder.object_id, [user.pk for user in people], at)
    reader = next((user for user in people if roles.get(user.pk) == role), None)
    label = ROLE_LABELS[Role(role)]
    if reader is None:
        note = _("As of today nobody in this role would receive it: %(role)s. This is how you would read it.")
        return PreviewReader(viewer, note % {"role": label})
    return PreviewReader(reader, _("Shown as %(name)s reads it (%(role)s).") % {"name": reader, "role": label})


def _real_previews(
    step: ReminderStep, texts: Mapping[str, str], topic: Topic, reader: User
) -> Iterator[WordingPreview]:
    """Yield the step's e-mail about a real event in both languages; one that cannot be rendered is None, and logged."""
    for language in LANGUAGES:
        worded = topic._replace(wording=stored_wording(step, language, texts))
        try:
            yield WordingPreview(language, render_email(reader, language, [worded], masked=True))
        except Exception:
            logger.exception("No preview of %s", step)
            yield WordingPreview(language, None)
