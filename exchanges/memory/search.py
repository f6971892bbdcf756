"""Exchange memory: what the editions learned at their exchanges, found by words.

Full-text search (see `web.database.text_search`) over six kinds of text, each with its index.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.search import SearchRank
from django.db import models
from django.db.models import CharField, F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.content.enums import ContributionKind
from exchanges.exchange.models import THEME_AND_PLACE
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from web.database.text_search import Words, asked


class Remembered(models.TextChoices):
    """What a memory comes from."""

    QUESTION = "question", _("question")
    CONTRIBUTION = "contribution", _("contribution")
    MINUTES = "minutes", _("minutes")
    COMMITMENT = "commitment", _("commitment")
    OUTCOME = "outcome", pgettext_lazy("of an exchange", "outcome")
    ABOUT = "about", pgettext_lazy("of an exchange", "theme and venue")


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


ALL_OF_IT: Final = Q()
_PAGES: Final[Mapping[str, str]] = {
    Remembered.QUESTION: "contributions",
    Remembered.CONTRIBUTION: "contributions",
    Remembered.MINUTES: "minutes",
    Remembered.COMMITMENT: "minutes",
}


# An exchange by its name, with or without its number: the heading of its texts, which none of them has in itself.
_NAME: Final = re.compile(r"\binter[- ]?transfos?\b(?:\s*(?:n\s*[°o]\s*)?(\d{1,4})\b)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,4}")


def named(words: str) -> tuple[str, int | None]:
    """What is left to look for once exchanges are named, and the number of the one that is."""
    found = _NAME.search(words)
    if found is None:
        return words, None
    rest = " ".join(f"{words[: found.start()]} {words[found.end() :]}".split())
    return rest, int(found[1]) if found[1] else None


def remembered(
    exchanges: QuerySet[Exchange], said: Q = ALL_OF_IT, *, words: str = "", kind: str = "", edition: str = ""
) -> QuerySet[Any]:
    """Texts of these exchanges, the best first where words are looked for, else the latest first.

    `said` narrows what was said at them to what a person may read (`queries.said_at`). An exchange is found by its name
    and number as well. Rows are dictionaries, to be made `Memory` by `told`.
    """
    within = exchanges.filter(edition__slug=edition) if edition else exchanges
    words, number = named(words)
    if number is not None:
        within = within.filter(number=number)
    kinds = [kind] if kind in Remembered else list(Remembered)
    first, *others = [_texts(each, within, said, words) for each in kinds]
    found = first.union(*others, all=True) if others else first
    return found.order_by("-rank", F("day").desc(nulls_last=True), "sort", "place")


def _texts(kind: str, exchanges: QuerySet[Exchange], said: Q, words: str) -> QuerySet[Any]:
    """One kind of text, in columns that all kinds share."""
    model, path, text, cohort, detail = _PLACES[kind]
    rows = model._default_manager.alias(words=text).exclude(words="")
    rows = rows.filter(said if path else ALL_OF_IT, **{f"{path}pk__in": exchanges.values("pk")})
    rank: Any = Value(0.0, FloatField())
    if words:
        query = asked(words)
        wanted = Q(vector=query)
        if _NUMBER.fullmatch(words):
            wanted |= Q(**{f"{path}number": int(words)})
        rows = rows.annotate(vector=vector_of(kind)).filter(wanted)
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


def vector_of(kind: str) -> Words:
    """What is searched of a kind of text, as its index has it."""
    return Words(THEME_AND_PLACE if kind == Remembered.ABOUT else _PLACES[kind][2])


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
