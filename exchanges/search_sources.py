"""The search source of exchanges and their content."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from exchanges.exchange.enums import ExchangeKind, ExchangeState
from exchanges.exchange.models import EXCHANGE_TEXT
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from exchanges.visibility import content_visible_to
from web.database.nested_rows import row_from_nested
from web.search_sources import RelatedText, SearchSource
from web.text.excerpts import joined_texts


def exchange_name(row: Mapping[str, Any]) -> str:
    """Return the name of an exchange, like “Intertransfo 4”, for the results of the search.

    `row` is a dictionary with the fields of the exchange that its name needs.
    """
    return str(row_from_nested(Exchange, row))


EXCHANGES: Final = SearchSource(
    label=_("Intertransfos"),
    singular=_("Intertransfo"),
    model=Exchange,
    text=EXCHANGE_TEXT,
    title="theme",
    excerpt_text=joined_texts("theme", "venue", "outcome"),
    url_name="exchanges:exchange",
    belongs_to="edition__name",
    kind="kind",
    kinds=ExchangeKind,
    state="state",
    states=ExchangeState,
    related_texts=(
        RelatedText(Contribution, "text", "exchange", content_visible_to),
        RelatedText(Minutes, "text", "exchange", content_visible_to),
        RelatedText(Question, "text", "exchange", content_visible_to),
        RelatedText(Commitment, "what", "exchange", content_visible_to),
    ),
    title_columns=("kind", "kind_label", "number", "theme"),
    title_of=exchange_name,
)
