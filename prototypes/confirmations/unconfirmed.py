"""Whether an idea is unconfirmed: the rates count it, and nobody gave a sign of it for six months."""

from datetime import date

from prototypes.enums import IDEA_REPLACED
from prototypes.ideas.stale import silence
from prototypes.models import Idea


def is_unconfirmed(idea: Idea, today: date) -> bool:
    """`IdeaQuerySet.unconfirmed`, asked of one idea."""
    counts = not idea.retrospective and idea.accepted_on is not None and idea.state not in IDEA_REPLACED
    return counts and idea.last_sign_on is not None and idea.last_sign_on <= silence(today)
