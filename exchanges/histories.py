"""The history of exchanges, and of what is prepared before and left after."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from exchanges.models import (
    Commitment,
    Contribution,
    Exchange,
    Feedback,
    Guest,
    HostTurn,
    Match,
    Minutes,
    Needs,
    ProgrammeItem,
    Question,
    Registration,
)
from exchanges.planning.reason_texts import against, in_favour, why_host
from exchanges.planning.stored_reasons import read_reason
from web.history_pages import Kept, Part, Wording
from web.text.formats import full_stop


def _why(why: Any, _row: Mapping[str, Any]) -> str:
    """What speaks for the days and against them, and why this host."""
    window = why.get("window", {})
    for_, against_ = ([read_reason(kept) for kept in window.get(side, [])] for side in ("for", "against"))
    said = [
        for_ and _("For these days: %(reasons)s") % {"reasons": in_favour(for_)},
        against_ and _("Against these days: %(reasons)s") % {"reasons": against(against_, {})},
        (host := why_host(why.get("host", {}), {})) and _("This host: %(reason)s") % {"reason": host},
    ]
    return " ".join(full_stop(str(sentence)) for sentence in said if sentence)


HISTORIES: Final = {
    "exchange": Kept(
        _("Intertransfo"),
        Exchange,
        title="theme",
        pages=("exchanges:exchange", "exchanges:contributions", "exchanges:programme", "exchanges:minutes"),
        parts=(
            Part(HostTurn, "exchange"),
            Part(Registration, "exchange"),
            Part(Guest, "exchange"),
            Part(Question, "exchange"),
            Part(Contribution, "exchange"),
            Part(Match, "offer__exchange"),
            Part(ProgrammeItem, "exchange"),
            Part(Minutes, "exchange"),
            Part(Commitment, "exchange"),
        ),
    )
}
NAMED: Final = {
    Commitment: ("what",),
    Contribution: ("text",),
    Guest: ("name",),
    HostTurn: ("cohort__name",),
    Match: ("offer__text",),
    ProgrammeItem: ("title",),
    Question: ("text",),
    Registration: ("user__full_name",),
}
WORDED: Final[Mapping[Any, Mapping[str, Wording]]] = {Exchange: {"why": _why}}
LEFT_OUT: Final = {
    Needs: "What somebody needs is for those who host, and is erased afterwards.",
    Feedback: "What people thought of an exchange is told together, never one by one.",
}
