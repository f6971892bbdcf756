"""Actions on the content of an exchange."""

from exchanges.content.actions.outcomes import commit, drop, follow_up, give_feedback, keep, write_minutes
from exchanges.content.actions.preparation import (
    add_to_programme,
    ask_question,
    change_contribution,
    change_programme,
    change_question,
    contribute,
    match,
    remove_from_programme,
    remove_question,
    unmatch,
    withdraw_contribution,
)

__all__ = [
    "add_to_programme",
    "ask_question",
    "change_contribution",
    "change_programme",
    "change_question",
    "commit",
    "contribute",
    "drop",
    "follow_up",
    "give_feedback",
    "keep",
    "match",
    "remove_from_programme",
    "remove_question",
    "unmatch",
    "withdraw_contribution",
    "write_minutes",
]
