"""What the search finds of exchanges: they themselves, and what was said at them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from exchanges.exchange.enums import ExchangeKind, ExchangeState
from exchanges.exchange.models import EXCHANGE_TEXT
from exchanges.models import Commitment, Contribution, Exchange, Minutes, Question
from exchanges.visibility import said_at
from web.database.nested_rows import revived
from web.search_sources import Beside, Source
from web.text.excerpts import beside


def named(row: Mapping[str, Any]) -> str:
    """“Intertransfo 4”, as the exchange calls itself."""
    return str(revived(Exchange, row))


EXCHANGES: Final = Source(
    label=_("Intertransfos"),
    one=_("Intertransfo"),
    model=Exchange,
    text=EXCHANGE_TEXT,
    title="theme",
    said=beside("theme", "venue", "outcome"),
    address="exchanges:exchange",
    where="edition__name",
    kind="kind",
    kinds=ExchangeKind,
    state="state",
    states=ExchangeState,
    beside=(
        Beside(Contribution, "text", "exchange", said_at),
        Beside(Minutes, "text", "exchange", said_at),
        Beside(Question, "text", "exchange", said_at),
        Beside(Commitment, "what", "exchange", said_at),
    ),
    named_by=("kind", "kind_label", "number", "theme"),
    name=named,
)
