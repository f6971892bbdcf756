"""History pages of exchanges, with their turns, registrations and content."""

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
    PeerProfile,
    PeerVisit,
    ProgrammeItem,
    Question,
    Registration,
)
from exchanges.planning.reason_texts import against_text, host_reason_text, in_favour_text
from exchanges.planning.stored_reasons import read_reason
from web.history_pages import HistoryKind, HistoryPart, ValueText
from web.text.formats import full_stop


def _planning_reasons_text(planning_reasons: Any, _row: Mapping[str, Any]) -> str:
    """Return the reasons for the dates and for the host of an exchange as sentences, for its history page; "" without
    reasons.

    `planning_reasons` is the stored JSON of `Exchange.why`. The second argument, the row of the history, is not used.
    """
    window = planning_reasons.get("window", {})
    in_favour, against = ([read_reason(reason) for reason in window.get(side, [])] for side in ("for", "against"))
    sentences = [
        in_favour and _("For these days: %(reasons)s") % {"reasons": in_favour_text(in_favour)},
        against and _("Against these days: %(reasons)s") % {"reasons": against_text(against, {})},
        (host := host_reason_text(planning_reasons.get("host", {}), {}))
        and _("This host: %(reason)s") % {"reason": host},
    ]
    return " ".join(full_stop(str(sentence)) for sentence in sentences if sentence)


HISTORIES: Final = {
    "exchange": HistoryKind(
        _("Intertransfo"),
        Exchange,
        title="theme",
        pages=("exchanges:exchange", "exchanges:contributions", "exchanges:programme", "exchanges:minutes"),
        parts=(
            HistoryPart(HostTurn, "exchange"),
            HistoryPart(Registration, "exchange"),
            HistoryPart(Guest, "exchange"),
            HistoryPart(Question, "exchange"),
            HistoryPart(Contribution, "exchange"),
            HistoryPart(Match, "offer__exchange"),
            HistoryPart(ProgrammeItem, "exchange"),
            HistoryPart(Minutes, "exchange"),
            HistoryPart(Commitment, "exchange"),
        ),
    )
}
NAME_PATHS: Final = {
    Commitment: ("what",),
    Contribution: ("text",),
    Guest: ("name",),
    HostTurn: ("cohort__name",),
    Match: ("offer__text",),
    ProgrammeItem: ("title",),
    Question: ("text",),
    Registration: ("user__full_name",),
}
VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {Exchange: {"why": _planning_reasons_text}}
MODELS_WITHOUT_PAGE: Final = {
    Needs: "Needs are for the hosts only and are erased afterwards.",
    PeerProfile: "An entry is its person's own; the history keeps no texts.",
    PeerVisit: "The page of a visit tells how far it is; the history keeps no texts.",
    Feedback: "Feedback is shown in summary only, never one by one.",
}
