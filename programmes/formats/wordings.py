"""The lab's own wording of the e-mails of a format version: what people write, what is stored, what an e-mail uses.

People write the names of placeholders in the language of the text ({lieu}); stored are their slugs ({place}).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from notifications.emails.placeholders import Wording, problems, rename, slugs_by_name
from notifications.emails.texts import EmailTemplate, EmailTemplates
from notifications.models import Reminder
from programmes.formats.reminder_schedules import registered_rules
from programmes.models import ReminderStep
from web.database.nested_rows import nested
from web.text.visible import clean_line, clean_text

LANGUAGES: Final = ("fr", "en")


def texts_of(kind: str) -> EmailTemplates:
    """Return the usual texts of the e-mails about a kind of event, with the placeholders that the lab may use."""
    return registered_rules(kind).texts


def usual_template(step: ReminderStep) -> EmailTemplate | None:
    """Return the usual texts of a step's e-mail; None for a type of e-mail without texts, from an import."""
    return texts_of(step.kind).emails.get(step.email_type)


def usual_wording(step: ReminderStep, language: str) -> Wording:
    """Return the usual wording of a step's e-mail in a language, with slugs of placeholders as it would be stored."""
    with translation.override(language):
        template = usual_template(step)
        return template.wording if template else Wording("", "")


def editable_texts(step: ReminderStep) -> dict[str, str]:
    """Return subject and body in both languages as people write them, by column: the lab's own, else the usual ones."""
    return _as_written(step, lambda language: step.wording(language) or usual_wording(step, language))


def usual_texts(step: ReminderStep) -> dict[str, str]:
    """Return the usual subject and body in both languages as people write them, by column."""
    return _as_written(step, lambda language: usual_wording(step, language))


def _as_written(step: ReminderStep, wording: Callable[[str], Wording]) -> dict[str, str]:
    """Return the stored wordings of a step with the names of placeholders that people write, by column."""
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            names = {slug: str(row.name) for slug, row in texts_of(step.kind).placeholders.items()}
        stored = wording(language)
        texts[f"subject_{language}"] = rename(stored.subject, names)
        texts[f"body_{language}"] = rename(stored.body, names)
    return texts


def stored_wording(step: ReminderStep, language: str, texts: Mapping[str, str]) -> Wording:
    """Return what people wrote in a language (`texts` by column) with slugs of placeholders, as it is stored."""
    with translation.override(language):
        slugs = slugs_by_name(texts_of(step.kind).placeholders)
    subject, body = clean_line(texts[f"subject_{language}"]).strip(), clean_text(texts[f"body_{language}"]).strip()
    return Wording(rename(subject, slugs), rename(body, slugs))


def stored_texts(step: ReminderStep, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the columns to store for what people wrote; "" for a language that has the usual wording again."""
    columns: dict[str, str] = {}
    for language in LANGUAGES:
        wording = stored_wording(step, language, texts)
        own = wording if wording != usual_wording(step, language) else Wording("", "")
        columns |= {f"subject_{language}": own.subject, f"body_{language}": own.body}
    return columns


def wording_problems(step: ReminderStep, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the column and a message for each mistake in what people wrote: unknown, missing or misplaced placeholders.

    A language needs both a subject and a text, or neither. Messages are in the active language; placeholders have their
    names in the language of the text.
    """
    for language in LANGUAGES:
        empty = [name for name in (f"subject_{language}", f"body_{language}") if not texts[name].strip()]
        if empty:
            if len(empty) == 1:
                yield empty[0], _("Write both a subject and a text, or leave both empty to use the usual ones.")
            continue
        wording = Wording(texts[f"subject_{language}"], texts[f"body_{language}"])
        placeholders, usual = texts_of(step.kind).placeholders, usual_wording(step, language)
        for field, message in problems(wording, placeholders, usual, language):
            yield f"{field}_{language}", message


@dataclass(frozen=True, slots=True)
class PlaceholderRow:
    """A placeholder for the table next to the form: its name in each language, and what it stands for."""

    name_fr: str
    name_en: str
    about: StrOrPromise
    sample: StrOrPromise


def placeholder_rows(kind: str) -> list[PlaceholderRow]:
    """Return the placeholders of a kind of event for the table next to the form."""
    rows = texts_of(kind).placeholders.values()
    names: dict[str, list[str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            names[language] = [f"{{{row.name}}}" for row in rows]
    return [
        PlaceholderRow(french, english, row.about, row.sample)
        for row, french, english in zip(rows, names["fr"], names["en"], strict=True)
    ]


def own_wordings(format_path: str, email_types: Collection[str]) -> ArraySubquery:
    """Return the lab's own wordings of these types of e-mails as one column of a query of events, `own_wordings`.

    `format_path` is the lookup path from an event to its format. So the query that checks an event for an e-mail also
    reads its wording.
    """
    rows = ReminderStep.objects.filter(format=OuterRef(format_path), email_type__in=email_types)
    reworded = rows.exclude(subject_fr="", subject_en="").order_by("position")
    return nested(reworded, "kind", "slug", "email_type", *ReminderStep.TEXTS)


def wording_of(event: Model, reminder: Reminder, language: str) -> Wording | None:
    """Return the lab's own wording of a reminder about an event; None where the usual text is used.

    The event was read with `own_wordings`. The wording is that of the reminder's step. An announcement that replaces a
    late step has that of the first step with this type of e-mail.
    """
    step = reminder.step.partition("-")[0]  # the steps of an idea that is handed over again have a number
    for row in vars(event)["own_wordings"]:
        is_same_email = (row["kind"], row["email_type"]) == (reminder.kind, reminder.email_type)
        if is_same_email and row[f"subject_{language}"] and (reminder.is_announcement or row["slug"] == step):
            return Wording(row[f"subject_{language}"], row[f"body_{language}"])
    return None
