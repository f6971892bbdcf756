"""Full-text search of the Intertransfo archive over six kinds of text, each with its own index.

See `web.database.text_search`.
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
from exchanges.exchange.models import THEME_AND_VENUE
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from web.database.text_search import SearchWords, search_query


class ArchiveKind(models.TextChoices):
    """The kind of a text."""

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
# The source of each kind: model, lookup path to the exchange, text, name of the cohort, and kind of contribution.
_SOURCES: Final[Mapping[str, tuple[type[models.Model], str, Any, Any, Any]]] = {
    ArchiveKind.QUESTION: (Question, "exchange__", F("text"), None, None),
    ArchiveKind.CONTRIBUTION: (Contribution, "exchange__", F("text"), F("cohort__name"), F("kind")),
    ArchiveKind.MINUTES: (Minutes, "exchange__", F("text"), None, None),
    ArchiveKind.COMMITMENT: (Commitment, "exchange__", F("what"), F("cohort__name"), None),
    ArchiveKind.OUTCOME: (Exchange, "", F("outcome"), None, None),
    ArchiveKind.ABOUT: (Exchange, "", _ABOUT, None, None),
}


EVERYTHING: Final = Q()
_PAGES: Final[Mapping[str, str]] = {
    ArchiveKind.QUESTION: "contributions",
    ArchiveKind.CONTRIBUTION: "contributions",
    ArchiveKind.MINUTES: "minutes",
    ArchiveKind.COMMITMENT: "minutes",
}


# The name of an exchange, with or without its number. It is the heading of the texts and not part of them.
_NAME: Final = re.compile(r"\binter[- ]?transfos?\b(?:\s*(?:n\s*[°o]\s*)?(\d{1,4})\b)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,4}")


def without_exchange_name(words: str) -> tuple[str, int | None]:
    """Return the search words without the name of an exchange, and the number in that name; None without a number.

    “Intertransfo 4 bus” gives “bus” and 4; words without such a name are returned unchanged.
    """
    match = _NAME.search(words)
    if match is None:
        return words, None
    rest = " ".join(f"{words[: match.start()]} {words[match.end() :]}".split())
    return rest, int(match[1]) if match[1] else None


def search_archive(
    exchanges: QuerySet[Exchange], visible: Q = EVERYTHING, *, words: str = "", kind: str = "", edition: str = ""
) -> QuerySet[Any]:
    """Return the texts about these exchanges that match, the best match first when words are given, else the latest
    first.

    `visible` is a filter for the content the person may read (`visibility.content_visible_to`). `kind` ("question",
    "contribution", "minutes", "commitment", "outcome" or "about") and `edition` (a slug) limit the texts; empty for
    all. An exchange is also found by its name and number. Rows are dictionaries; `archive_texts` turns them into
    `ArchiveText`.
    """
    in_edition = exchanges.filter(edition__slug=edition) if edition else exchanges
    words, number = without_exchange_name(words)
    if number is not None:
        in_edition = in_edition.filter(number=number)
    kinds = [kind] if kind in ArchiveKind else list(ArchiveKind)
    first, *others = [_texts_of_kind(each, in_edition, visible, words) for each in kinds]
    rows = first.union(*others, all=True) if others else first
    return rows.order_by("-rank", F("day").desc(nulls_last=True), "archive_kind", "row_pk")


def _texts_of_kind(kind: str, exchanges: QuerySet[Exchange], visible: Q, words: str) -> QuerySet[Any]:
    """Return a query of the matching texts of one kind, as dictionaries with the same keys for every kind.

    `kind` is a value of `ArchiveKind` such as "minutes", and `visible` a filter for the content the person may read. A
    number as words also finds the exchange with that number. Without words all texts match.
    """
    model, path, text, cohort, detail = _SOURCES[kind]
    rows = model._default_manager.alias(words=text).exclude(words="")
    rows = rows.filter(visible if path else EVERYTHING, **{f"{path}pk__in": exchanges.values("pk")})
    rank: Any = Value(0.0, FloatField())
    if words:
        query = search_query(words)
        matching = Q(vector=query)
        if _NUMBER.fullmatch(words):
            matching |= Q(**{f"{path}number": int(words)})
        rows = rows.annotate(vector=search_vector(kind)).filter(matching)
        rank = SearchRank(F("vector"), query)
    # None of these names may be a field of one of the models.
    return rows.order_by().values(
        rank=rank,
        day=F(f"{path}first_day"),
        row_pk=F("pk"),
        exchange_pk=F(f"{path}pk"),
        archive_kind=Value(str(kind), CharField()),
        archive_text=text,
        cohort_name=cohort or Value("", CharField()),
        detail=detail or Value("", CharField()),
    )


def search_vector(kind: str) -> SearchWords:
    """Return the search expression of a kind of text (a value of `ArchiveKind`).

    It is equal to the expression of the kind's database index, so that PostgreSQL uses the index.
    """
    return SearchWords(THEME_AND_VENUE if kind == ArchiveKind.ABOUT else _SOURCES[kind][2])


@dataclass(frozen=True, slots=True)
class ArchiveText:
    """A text and the exchange it belongs to."""

    exchange: Exchange
    kind: ArchiveKind
    text: str
    cohort: str
    detail: str

    @property
    def label(self) -> str:
        """Return the kind of the text in words: the kind of a contribution (“difficulty”), else “minutes”, “question”
        and so on.
        """
        return str(ContributionKind(self.detail).label) if self.detail else str(self.kind.label)

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the kind of a contribution; "neutral" for other texts."""
        return ContributionKind(self.detail).tone if self.detail else "neutral"

    @property
    def route(self) -> str:
        """Return the route name of the page of the exchange that shows the text, like "exchanges:minutes"."""
        return f"exchanges:{_PAGES.get(self.kind, 'exchange')}"


def archive_texts(rows: Iterable[Mapping[str, Any]]) -> list[ArchiveText]:
    """Return the rows of `search_archive` as texts with their exchanges, in the same order (one statement)."""
    page = list(rows)
    exchanges = Exchange.objects.select_related("edition").in_bulk({row["exchange_pk"] for row in page})
    return [
        ArchiveText(
            exchanges[row["exchange_pk"]],
            ArchiveKind(row["archive_kind"]),
            row["archive_text"],
            row["cohort_name"],
            row["detail"],
        )
        for row in page
    ]
