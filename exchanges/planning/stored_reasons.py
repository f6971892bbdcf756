"""Converts reasons to and from the JSON of `Exchange.why`: slugs and figures as of the proposal."""

from datetime import date
from typing import Any

from exchanges.calendar import Reason, Window
from exchanges.rotation import HostChoice

StoredReason = dict[str, Any]


def reason_as_json(reason: Reason) -> StoredReason:
    """Return a reason for or against some dates as it is stored in `Exchange.why`: its fields by name, days as text."""
    return {
        "slug": reason.slug,
        "days": [day.isoformat() for day in reason.days],
        "members": reason.members,
        "zones": list(reason.zones),
        "participants": list(reason.participants),
    }


def window_as_json(window: Window) -> StoredReason:
    """Return a window as the part "window" of `Exchange.why`: its reasons "for" and "against", "distance" and
    "estimated".

    Cost and days are left out.
    """
    return {
        "for": [reason_as_json(reason) for reason in window.in_favour],
        "against": [reason_as_json(reason) for reason in window.against],
        "distance": window.distance,
        "estimated": window.estimated,
    }


def choice_as_json(choice: HostChoice) -> StoredReason:
    """Return a proposed host as the part "host" of `Exchange.why`: the reason, its turns, the next in line and the
    distance.
    """
    return {
        "reason": choice.reason,
        "turns": choice.turns,
        "last_hosted": choice.last_hosted.isoformat() if choice.last_hosted else None,
        "level": choice.level,
        "runner_up": choice.runner_up,
        "travel": choice.travel,
    }


def read_reason(stored: StoredReason) -> Reason:
    """Return a reason from its JSON in `Exchange.why`, as `reason_as_json` wrote it. Raises KeyError if a key is
    missing.
    """
    return Reason(
        slug=stored["slug"],
        days=tuple(date.fromisoformat(day) for day in stored["days"]),
        members=stored["members"],
        zones=tuple(stored["zones"]),
        participants=tuple(stored["participants"]),
    )
