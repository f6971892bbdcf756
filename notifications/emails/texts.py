"""Letters as data: what each says, to whom it goes and why, written with the values of one event."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django_stubs_ext import StrOrPromise

from notifications.calendars.ics import Entry, Status
from notifications.models import Reminder
from notifications.registries import LetterPart
from notifications.reminders.reason_texts import labelled

NAME: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Words:
    """A letter. Its texts name values of its event; a paragraph that names something empty is left out.

    `about` is its line in the ladder; `leads` names the page its button opens. `calendar` is the status its entries
    in calendars take, none without.
    """

    about: StrOrPromise
    subject: StrOrPromise
    paragraphs: tuple[StrOrPromise, ...]
    button: StrOrPromise
    leads: str
    calendar: Status | None = None

    @property
    def names(self) -> set[str]:
        """What its paragraphs name, in the language that is active."""
        return {name for paragraph in self.paragraphs for name in named(paragraph)}


@dataclass(frozen=True, slots=True)
class Texts:
    """Every letter of a kind of event, and of every audience how a ladder names it and why a person gets the letter.

    Whoever is of an audience without words is told what `told` are. An audience of one person has their number after
    a dash.
    """

    letters: Mapping[str, Words]
    to_whom: Mapping[str, tuple[StrOrPromise, StrOrPromise]]

    def describe(self, reminder: Reminder) -> str:
        """To whom and what, for ladders and the ledger."""
        words, who = self.letters.get(reminder.letter), self.to_whom.get(_plain(reminder.audience))
        return labelled(who[0] if who else reminder.audience, words.about if words else reminder.letter)

    def part(
        self,
        reminder: Reminder,
        values: Mapping[str, object],
        calendar: Entry | Sequence[Entry] | None = None,
        *,
        why: StrOrPromise = "",
    ) -> LetterPart:
        """The letter in the language that is active; `why` replaces the audience's own. LookupError without words."""
        words = self.letters[reminder.letter]
        said = [paragraph for paragraph in words.paragraphs if all(values[name] for name in named(paragraph))]
        return LetterPart(
            subject=words.subject % values,
            text="\n\n".join(str(paragraph % values) for paragraph in said),
            why=str((why or self._why(reminder.audience)) % values),
            button=(str(words.button), reverse(words.leads, args=[reminder.object_id])),
            calendar=calendar or None,
        )

    def _why(self, audience: str) -> StrOrPromise:
        return (self.to_whom.get(_plain(audience)) or self.to_whom["told"])[1]


def named(text: StrOrPromise) -> list[str]:
    """The values a text names."""
    return NAME.findall(str(text))


def _plain(audience: str) -> str:
    return audience.partition("-")[0]
