"""Whether an idea is unconfirmed: it counts in the rates and had no update for six months."""

from datetime import date

from prototypes.enums import IDEA_REPLACED
from prototypes.ideas.stale import stale_cutoff
from prototypes.models import Idea


def is_unconfirmed(idea: Idea, today: date) -> bool:
    """Return whether an idea counts in the rates and had no update in the six months before `today`, its local date.

    It counts when it was accepted, is neither merged nor split, and is no published fact.
    """
    counts = not idea.retrospective and idea.accepted_on is not None and idea.state not in IDEA_REPLACED
    return counts and idea.last_update_on is not None and idea.last_update_on <= stale_cutoff(today)
