"""What the lab offers, to whom."""

from programmes.models.authorities import Authority, AuthorityAdmin, CalendarPeriod
from programmes.models.editions import Claim, Edition
from programmes.models.formats import Format, FormatPhase, LadderStep, Programme
from programmes.models.lessons import Lesson

__all__ = [
    "Authority",
    "AuthorityAdmin",
    "CalendarPeriod",
    "Claim",
    "Edition",
    "Format",
    "FormatPhase",
    "LadderStep",
    "Lesson",
    "Programme",
]
