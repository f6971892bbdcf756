"""Why a date and a host were proposed, as the rows of `Exchange.why`: slugs and figures, kept as they were then."""

from datetime import date
from typing import Any

from exchanges.calendar import Reason, Window
from exchanges.rotation import Choice

Kept = dict[str, Any]


def kept_reason(reason: Reason) -> Kept:
    return {
        "slug": reason.slug,
        "days": [day.isoformat() for day in reason.days],
        "members": reason.members,
        "zones": list(reason.zones),
        "participants": list(reason.participants),
    }


def kept_window(window: Window) -> Kept:
    return {
        "for": [kept_reason(reason) for reason in window.for_],
        "against": [kept_reason(reason) for reason in window.against],
        "distance": window.distance,
        "estimated": window.estimated,
    }


def kept_choice(choice: Choice) -> Kept:
    return {
        "reason": choice.reason,
        "turns": choice.turns,
        "last_hosted": choice.last_hosted.isoformat() if choice.last_hosted else None,
        "level": choice.level,
        "runner_up": choice.runner_up,
        "travel": choice.travel,
    }


def read_reason(kept: Kept) -> Reason:
    """The reason as it was; raises KeyError for a row that is none."""
    return Reason(
        slug=kept["slug"],
        days=tuple(date.fromisoformat(day) for day in kept["days"]),
        members=kept["members"],
        zones=tuple(kept["zones"]),
        participants=tuple(kept["participants"]),
    )
