"""The ladders a new format version starts from, one table per kind of event.

They are copied into the version's own rows, where a shorter programme shortens them.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.reminders.schedule import Offset, Step, Unit
from programmes.enums import Audience
from programmes.registries import LadderRules, LetterRule, ladder_rules

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

# Counted from the day the idea went live; the steps of the first six months also from the hand-over, until it is live.
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


def rules_of(
    kind: str, *, alone: Collection[str], also: Mapping[str, Collection[str]] | None = None
) -> dict[str, LetterRule]:
    """Each letter of a kind where its default ladder has it, to those it goes to there, or `also` to others.

    `alone` are the letters that carry an entry for calendars.
    """
    steps = DEFAULT_LADDERS[kind]
    return {
        letter: LetterRule(
            before=next(step.offset.before for step in steps if step.letter == letter),
            audiences={*(step.audience for step in steps if step.letter == letter), *(also or {}).get(letter, ())},
            alone=letter in alone,
        )
        for letter in letters_of(kind)
    }


BEFORE: Final = gettext_lazy("This e-mail is sent before the event: choose a time before it.")
AFTER: Final = gettext_lazy("This e-mail is about what took place: choose a time after the event.")
ALONE: Final = gettext_lazy("This e-mail contains a calendar entry: it must always be a separate e-mail.")


def misplaced(kind: str, *, offset: Offset, audience: str, letter: str, alone: bool) -> Iterator[tuple[str, str]]:
    """Fields of a step that make no sense for its letter, with the sentence."""
    rule = _rules(kind).letters.get(letter)
    if rule is None:
        return
    if rule.before != offset.before:
        yield "offset", str(BEFORE if rule.before else AFTER)
    if audience not in rule.audiences:
        yield "audience", _to_whom(rule.audiences)
    if rule.alone and not alone:
        yield "alone", str(ALONE)


def _to_whom(audiences: Collection[str]) -> str:
    named = ", ".join(str(Audience(slug).label) for slug in sorted(audiences))
    return _("This e-mail is for other recipients: %(audiences)s. Choose one of these.") % {"audiences": named}


def missing(kind: str, format: object) -> StrOrPromise:  # noqa: A002 - the domain's word
    """What the ladder of this kind lacks in the format; empty when nothing."""
    return _rules(kind).missing(format)


def _rules(kind: str) -> LadderRules:
    return ladder_rules[kind] if kind in ladder_rules else LadderRules({})


def nearness(offset: Offset) -> float:
    """Days from the event, roughly: enough to put the rungs of a ladder in order of time."""
    return offset.amount * DAYS_OF_UNIT[offset.unit]
