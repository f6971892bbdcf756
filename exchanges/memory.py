"""Exchange memory: what the editions learned at their exchanges, found by words.

PostgreSQL's French full-text search over six kinds of text, accents and capitals set aside on both sides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import models
from django.db.models import CharField, F, FloatField, Func, QuerySet, TextField, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.enums.contents import ContributionKind
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question

FRENCH: Final = "french"
SHORTEST_BEGINNING: Final = 5  # letters of a word that others may begin with


class Remembered(models.TextChoices):
    """What a memory comes from."""

    QUESTION = "question", _("question")
    CONTRIBUTION = "contribution", _("contribution")
    MINUTES = "minutes", _("minutes")
    COMMITMENT = "commitment", _("commitment")
    OUTCOME = "outcome", pgettext_lazy("of an exchange", "what came of it")
    ABOUT = "about", pgettext_lazy("of an exchange", "theme and place")


_ABOUT: Final = Func(
    *(Value(" · "), NullIf("theme", Value("")), NullIf("venue", Value(""))),
    function="CONCAT_WS",
    output_field=TextField(),
)
# Where each kind is kept: its rows, the path to the exchange, the text, who said it, and of which kind it is.
_PLACES: Final[Mapping[str, tuple[type[models.Model], str, Any, Any, Any]]] = {
    Remembered.QUESTION: (Question, "exchange__", F("text"), None, None),
    Remembered.CONTRIBUTION: (Contribution, "exchange__", F("text"), F("cohort__name"), F("kind")),
    Remembered.MINUTES: (Minutes, "exchange__", F("text"), None, None),
    Remembered.COMMITMENT: (Commitment, "exchange__", F("what"), F("cohort__name"), None),
    Remembered.OUTCOME: (Exchange, "", F("outcome"), None, None),
    Remembered.ABOUT: (Exchange, "", _ABOUT, None, None),
}


_PAGES: Final[Mapping[str, str]] = {
    Remembered.QUESTION: "contributions",
    Remembered.CONTRIBUTION: "contributions",
    Remembered.MINUTES: "minutes",
    Remembered.COMMITMENT: "minutes",
}


def remembered(exchanges: QuerySet[Exchange], *, words: str = "", kind: str = "", edition: str = "") -> QuerySet[Any]:
    """Texts of these exchanges, the best first where words are looked for, else the latest first.

    Rows are dictionaries, to be made `Memory` by `told`.
    """
    within = exchanges.filter(edition__slug=edition) if edition else exchanges
    kinds = [kind] if kind in Remembered else list(Remembered)
    first, *others = [_texts(each, within, words) for each in kinds]
    found = first.union(*others, all=True) if others else first
    return found.order_by("-rank", F("day").desc(nulls_last=True), "sort", "place")


def _texts(kind: str, exchanges: QuerySet[Exchange], words: str) -> QuerySet[Any]:
    """One kind of text, in columns that all kinds share."""
    model, path, text, cohort, detail = _PLACES[kind]
    rows = model._default_manager.alias(words=text).exclude(words="")
    rows = rows.filter(**{f"{path}pk__in": exchanges.values("pk")})
    rank: Any = Value(0.0, FloatField())
    if words:
        vector = SearchVector(Unaccent(text), config=FRENCH)
        query = _query(words)
        rows = rows.annotate(vector=vector).filter(vector=query)
        rank = SearchRank(F("vector"), query)
    return rows.order_by().values(
        rank=rank,
        day=F(f"{path}first_day"),
        place=F("pk"),
        of=F(f"{path}pk"),
        sort=Value(str(kind), CharField()),
        said=text,
        who=cohort or Value("", CharField()),
        detail=detail or Value("", CharField()),
    )


def _query(words: str) -> Any:
    """The words as people write them, or other forms of the last one.

    French rules take “designer” for a verb and “designers” for something else: the singular is looked for as the
    beginning of a word, too.
    """
    asked = SearchQuery(Unaccent(Value(words)), config=FRENCH, search_type="websearch")
    *before, last = words.split() or [""]
    singular = last.rstrip("sxSX")
    if '"' in words or not singular.isalnum() or len(singular) < SHORTEST_BEGINNING:
        return asked
    begun = SearchQuery(Unaccent(Value(f"{singular}:*")), config=FRENCH, search_type="raw")
    if not before:
        return asked | begun
    return asked | (SearchQuery(Unaccent(Value(" ".join(before))), config=FRENCH, search_type="websearch") & begun)


@dataclass(frozen=True, slots=True)
class Memory:
    """A text with the exchange it was said at."""

    exchange: Exchange
    kind: Remembered
    said: str
    cohort: str
    detail: str

    @property
    def label(self) -> str:
        """What it is: “difficulty”, “minutes”."""
        return str(ContributionKind(self.detail).label) if self.detail else str(self.kind.label)

    @property
    def tone(self) -> str:
        return ContributionKind(self.detail).tone if self.detail else "neutral"

    @property
    def route(self) -> str:
        """The page that has it."""
        return f"exchanges:{_PAGES.get(self.kind, 'exchange')}"


def told(rows: Iterable[Mapping[str, Any]]) -> list[Memory]:
    """The rows of one page with their exchanges (one statement)."""
    found = list(rows)
    exchanges = Exchange.objects.select_related("edition").in_bulk({row["of"] for row in found})
    return [
        Memory(exchanges[row["of"]], Remembered(row["sort"]), row["said"], row["who"], row["detail"]) for row in found
    ]
