"""When an idea is unconfirmed: the rates count it, and nobody gave a sign of it for six months. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from dateutil.relativedelta import relativedelta

from prototypes.enums import IDEA_REPLACED

if TYPE_CHECKING:
    from prototypes.models import Idea

SILENT_MONTHS: Final = 6


def silence(today: date) -> date:
    """The last day of a sign that is six months old."""
    return today - relativedelta(months=SILENT_MONTHS)


def is_unconfirmed(idea: Idea, today: date) -> bool:
    """`queries.IdeaQuerySet.unconfirmed`, asked of one idea."""
    counts = not idea.retrospective and idea.accepted_on is not None and idea.state not in IDEA_REPLACED
    return counts and idea.last_sign_on is not None and idea.last_sign_on <= silence(today)
