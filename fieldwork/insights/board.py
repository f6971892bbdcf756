"""The board of a cohort: its notes to sort, and its insights with their notes and their support."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.models import Cohort
from fieldwork.insights.support import InsightSupport, support_of
from fieldwork.models import Insight, Note
from fieldwork.notes.enums import NoteKind
from fieldwork.notes.file_owners import files_of_notes
from fieldwork.visibility import has_consent
from files.models import Attachment
from web.forms.edit_conflicts import fingerprint

MAX_NOTES: Final = 300  # on the board, the latest ones
MAX_TO_SORT: Final = 30  # until all are asked for


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A note on the board with its file; the version token of its position shows whether someone has moved it since."""

    note: Note
    file: Attachment | None
    version_token: str


@dataclass(frozen=True, slots=True)
class InsightGroup:
    """An insight on the board; `unavailable` counts its notes that were withdrawn, deleted, or whose consent ended."""

    insight: Insight
    cards: list[NoteCard]
    support: InsightSupport
    unavailable: int

    @property
    def counts(self) -> list[tuple[str, str]]:
        """Return the icon and the count in words of each kind of supporting note."""
        return [(NoteKind(kind).icon, counted(kind, n)) for kind, n in self.support.by_kind.items()]


@dataclass(frozen=True, slots=True)
class Board:
    """The notes to sort, of which the page shows some, and the insights in the order in which they were made."""

    to_sort: list[NoteCard]
    to_sort_count: int
    groups: list[InsightGroup]


def board_of(cohort: Cohort, user: User, *, all_to_sort: bool = False) -> Board:
    """Return the board of a cohort as the user sees it, in four statements."""
    notes = Note.objects.visible_to(user).citable().filter(cohort=cohort).select_related("cohort__authority")
    rows = list(notes.latest_first()[:MAX_NOTES])
    files = files_of_notes(rows)
    cards = defaultdict[int | None, list[NoteCard]](list)
    for note in rows:
        token = fingerprint(*note.board_values().values())
        cards[note.insight_id].append(NoteCard(note, files.get(note.pk), token))
    is_available = has_consent(path="notes__") & Q(notes__removed_at=None)
    insights = Insight.objects.visible_to(user).filter(cohort=cohort)
    insights = insights.annotate(unavailable=Count("notes", filter=~is_available))
    groups = [_group(row, cards[row.pk]) for row in insights.select_related("challenge").order_by("pk")]
    to_sort = cards[None]
    return Board(to_sort if all_to_sort else to_sort[:MAX_TO_SORT], len(to_sort), groups)


def _group(insight: Any, cards: list[NoteCard]) -> InsightGroup:
    """Return an insight, annotated with `unavailable`, with the cards of its notes, the earliest first."""
    support = support_of(((card.note.kind, card.note.contradicts) for card in cards), NoteKind)
    return InsightGroup(insight, cards[::-1], support, insight.unavailable)


def counted(kind: str, n: int) -> str:
    """Return a number of notes of one kind in words, such as “3 quotes”."""
    texts = {
        NoteKind.OBSERVATION: ngettext("%(n)s observation", "%(n)s observations", n),
        NoteKind.VERBATIM: ngettext("%(n)s quote", "%(n)s quotes", n),
        NoteKind.INTERVIEW: ngettext("%(n)s interview", "%(n)s interviews", n),
        NoteKind.PICTURE: ngettext("%(n)s picture", "%(n)s pictures", n),
        NoteKind.VOICE: ngettext("%(n)s voice memo", "%(n)s voice memos", n),
        NoteKind.DOCUMENT: ngettext("%(n)s document", "%(n)s documents", n),
    }
    return texts[NoteKind(kind)] % {"n": n}
