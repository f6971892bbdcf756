"""The history of exchanges, and of what is prepared before and left after."""

from typing import Final

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
from web.histories import Kept, Part

HISTORIES: Final = {
    "exchange": Kept(
        _("exchange"),
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
LEFT_OUT: Final = {
    Needs: "What somebody needs is for those who host, and is erased afterwards.",
    Feedback: "What people thought of an exchange is told together, never one by one.",
}
