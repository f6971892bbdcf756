"""The board of a cohort: its notes to sort, and its insights with their notes and their support."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.models import Cohort
from fieldwork.insights.support import InsightSupport, support_of
from fieldwork.models import Insight, Note
from fieldwork.notes.enums import NoteKind
from fieldwork.notes.file_owners import files_of_notes
from fieldwork.visibility import usable_notes
from files.models import Attachment
from web.database.prepared import prepared
from web.forms.edit_conflicts import fingerprint

MAX_NOTES: Final = 300  # on the board: those to sort first, then the latest
MAX_TO_SORT: Final = 30  # until all are asked for


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A note on the board with its file; the version token of its position shows whether someone has moved it since."""

    note: Note
    file: Attachment | None
    version_token: str


@dataclass(frozen=True, slots=True)
class InsightGroup:
    """An insight on the board; `unusable_count`: its notes that were withdrawn, deleted, or whose consent ended."""

    insight: Insight
    cards: list[NoteCard]
    support: InsightSupport
    unusable_count: int

    @property
    def counts(self) -> list[tuple[str, str]]:
        """Return the icon and the count in words of each kind of supporting note."""
        return [(NoteKind(kind).icon, counted(kind, n)) for kind, n in self.support.by_kind.items()]


@dataclass(frozen=True, slots=True)
class Board:
    """The notes to sort, of which the page shows some, and the insights in the order in which they were made.

    `has_more` is whether all the cards to sort would be more; `is_cut` whether the cohort has more notes than the
    board. Counts are of all notes.
    """

    to_sort: list[NoteCard]
    to_sort_count: int
    has_more: bool
    groups: list[InsightGroup]
    is_cut: bool


def board_of(cohort: Cohort, user: User, *, all_to_sort: bool = False) -> Board:
    """Return the board of a cohort as the user sees it, in four statements."""
    found: list[Any] = list(_notes_of(cohort.pk, user))
    rows = found[:MAX_NOTES]
    files = files_of_notes(rows)
    cards = defaultdict[int | None, list[NoteCard]](list)
    for note in rows:
        token = fingerprint(*note.board_values().values())
        cards[note.insight_id].append(NoteCard(note, files.get(note.pk), token))
    groups = [_group(row, cards[row.pk]) for row in _insights_of(cohort.pk, user)]
    to_sort = cards[None] if all_to_sort else cards[None][:MAX_TO_SORT]
    return Board(
        to_sort=to_sort,
        to_sort_count=(rows[0].unsorted or 0) if rows else 0,
        has_more=len(to_sort) < len(cards[None]),
        groups=groups,
        is_cut=len(found) > len(rows),
    )


@prepared
def _notes_of(cohort: int, user: User) -> QuerySet[Any]:
    """Return the notes of a cohort that the user sees on the board, and one more if there are more.

    Those to sort come first, then the latest. `unsorted` is the number of all that are to sort, None without any.
    """
    notes = Note.objects.visible_to(user).usable().filter(cohort=cohort)
    unsorted = notes.filter(insight=None).values("cohort").annotate(n=Count("pk")).values("n")
    ordered = notes.annotate(unsorted=Subquery(unsorted), is_grouped=Q(insight__isnull=False))
    ordered = ordered.select_related("cohort__authority").order_by("is_grouped", "-happened_at", "-pk")
    return ordered[: MAX_NOTES + 1]


@prepared
def _insights_of(cohort: int, user: User) -> QuerySet[Any]:
    """Return the insights of a cohort that the user sees, in the order in which they were made.

    `counts` has their notes by kind and by whether these contradict them; `unusable_count` counts those that are gone.
    """
    notes = Note.objects.visible_to(user).usable().filter(insight=OuterRef("pk")).order_by()
    counts = notes.values("kind", "contradicts").annotate(n=Count("pk"))
    return (
        Insight.objects.visible_to(user)
        .filter(cohort=cohort)
        .annotate(
            unusable_count=Count("notes", filter=~usable_notes("notes__")),
            counts=ArraySubquery(counts.values(count=JSONObject(kind="kind", contradicts="contradicts", n="n"))),
        )
        .select_related("challenge")
        .order_by("pk")
    )


def _group(insight: Any, cards: list[NoteCard]) -> InsightGroup:
    """Return an insight of `_insights_of` with the cards of its notes, the earliest first."""
    counts = ((count["kind"], count["contradicts"], count["n"]) for count in insight.counts)
    return InsightGroup(insight, cards[::-1], support_of(counts, NoteKind), insight.unusable_count)


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
