"""The ladders a new format version starts from, one table per kind of event.

They are copied into the version's own rows, where a shorter programme shortens them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from notifications.ladder import Offset, Step, Unit

Ladder = tuple[Step, ...]
row = Step.read

DAYS_OF_UNIT: Final[Mapping[Unit, float]] = MappingProxyType({"w": 7, "wd": 1.4, "d": 1, "m": 30.4})

# Counted from the first day of the exchange.
EXCHANGE: Final[Ladder] = (
    row("choose_host", "-26w", "lab", "exchange_choose_host"),
    row("confirm_host", "-22w", "host_pilot", "exchange_confirm_host"),
    row("confirm_host_again", "-20w", "host_pilot", "exchange_confirm_host"),
    row("host_unconfirmed", "-18w", "lab", "exchange_host_unconfirmed"),
    row("save_the_date", "-16w", "active_members", "exchange_save_the_date", alone=True),
    row("registration_opens", "-12w", "invited", "exchange_registration", alone=True),
    row("answer_awaited", "-8w", "unanswered", "exchange_answer_awaited"),
    row("answer_awaited_again", "-6w", "unanswered", "exchange_answer_awaited"),
    row("final_numbers", "-5w", "host_and_lab", "exchange_final_numbers"),
    row("contribution", "-4w", "contribution_missing", "exchange_contribution"),
    row("confirm_or_cancel", "-3w", "registered", "exchange_confirm", alone=True),
    row("contribution_again", "-2w", "contribution_missing", "exchange_contribution"),
    row("programme", "-1w", "registered", "exchange_programme"),
    row("last_note", "-2wd", "registered", "exchange_last_note"),
    row("thanks", "+1wd", "attendees", "exchange_thanks"),
    row("report", "+10wd", "members", "exchange_report"),
    row("commitments", "+30d", "commitment_owners", "exchange_commitments"),
    row("next_host", "+8w", "lab", "exchange_next_host"),
    row("commitments_again", "+90d", "commitment_owners", "exchange_commitments"),
)

# Counted from the first day of the session, what follows it from its last day; like the next one.
STAKEHOLDER_SESSION: Final[Ladder] = (
    row("early_invitation", "-45d", "elected_and_direction", "stakeholder_invitation", alone=True),
    row("invitation", "-30d", "not_yet_invited", "stakeholder_invitation", alone=True),
    row("answer_awaited", "-15d", "unanswered", "stakeholder_answer_awaited"),
    row("details", "-7d", "expected", "stakeholder_details"),
    row("last_note", "-2wd", "expected", "stakeholder_last_note"),
    row("summary", "+2wd", "attendees", "stakeholder_summary"),
    row("report_missing", "+3wd", "facilitator_without_report", "stakeholder_report_missing"),
    row("outcome", "+30d", "attendees", "stakeholder_outcome"),
)

GROUP_SESSION: Final[Ladder] = (
    row("dates", "-21d", "expected", "group_dates", alone=True),
    row("details", "-7d", "expected", "group_details"),
    row("last_note", "-1wd", "expected", "group_last_note"),
    row("attendance", "+1wd", "facilitator", "group_attendance"),
)

# Counted from the day of handover; each question stands until the next one is asked.
IDEA: Final[Ladder] = (
    row("after_3_months", "+3m", "owner", "idea_follow_up", until="+6m"),
    row("after_6_months", "+6m", "owner", "idea_follow_up", until="+12m"),
    row("after_12_months", "+12m", "owner", "idea_follow_up", until="+24m"),
    row("after_24_months", "+24m", "owner", "idea_follow_up", until="+30m"),
)

DEFAULT_LADDERS: Final[Mapping[str, Ladder]] = MappingProxyType(
    {
        "exchange": EXCHANGE,
        "stakeholder_session": STAKEHOLDER_SESSION,
        "group_session": GROUP_SESSION,
        "idea": IDEA,
    }
)


def letters_of(kind: str) -> list[str]:
    """The letters an event of this kind knows, in the order of its default ladder."""
    return list(dict.fromkeys(step.letter for step in DEFAULT_LADDERS[kind]))


def audiences_of(kind: str) -> list[str]:
    """The audiences an event of this kind can name, in the order of its default ladder."""
    return list(dict.fromkeys(step.audience for step in DEFAULT_LADDERS[kind]))


def nearness(offset: Offset) -> float:
    """Days from the event, roughly: enough to put the rungs of a ladder in order of time."""
    return offset.amount * DAYS_OF_UNIT[offset.unit]
