"""Default reminder schedules of a new format version, by kind of event, and what a step of them must fulfil.

The defaults are copied into the version's own rows, where they can be changed.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from notifications.reminders.schedule import Offset, ScheduleStep, Unit
from programmes.enums import Audience, EmailType
from programmes.hooks import EmailRule, ReminderScheduleRules, programme_hooks

ReminderSchedule = tuple[ScheduleStep, ...]
schedule_step = ScheduleStep.read

DAYS_OF_UNIT: Final[Mapping[Unit, float]] = MappingProxyType({"w": 7, "wd": 1.4, "d": 1, "m": 30.4})

# Counted from the first day of the exchange.
EXCHANGE: Final[ReminderSchedule] = (
    schedule_step("choose_host", "-26w", "lab", "exchange_choose_host"),
    schedule_step("confirm_host", "-22w", "host_pilot", "exchange_confirm_host"),
    schedule_step("confirm_host_again", "-20w", "host_pilot", "exchange_confirm_host"),
    schedule_step("host_unconfirmed", "-18w", "lab", "exchange_host_unconfirmed"),
    schedule_step("save_the_date", "-16w", "active_members", "exchange_save_the_date", alone=True),
    schedule_step("registration_opens", "-12w", "invited", "exchange_registration", alone=True),
    schedule_step("answer_awaited", "-8w", "unanswered", "exchange_answer_awaited"),
    schedule_step("answer_awaited_again", "-6w", "unanswered", "exchange_answer_awaited"),
    schedule_step("final_numbers", "-5w", "host_and_lab", "exchange_final_numbers"),
    schedule_step("contribution", "-4w", "contribution_missing", "exchange_contribution"),
    schedule_step("confirm_or_cancel", "-3w", "registered", "exchange_confirm", alone=True),
    schedule_step("contribution_again", "-2w", "contribution_missing", "exchange_contribution"),
    schedule_step("programme", "-1w", "registered", "exchange_programme"),
    schedule_step("last_note", "-2wd", "registered", "exchange_last_note"),
    schedule_step("thanks", "+1wd", "attendees", "exchange_thanks"),
    schedule_step("report", "+10wd", "members", "exchange_report"),
    schedule_step("commitments", "+30d", "commitment_owners", "exchange_commitments"),
    schedule_step("next_host", "+8w", "lab", "exchange_next_host"),
    schedule_step("commitments_again", "+90d", "commitment_owners", "exchange_commitments"),
)

# Counted from the first day of the session, steps after it from its last day; the next schedule too.
STAKEHOLDER_SESSION: Final[ReminderSchedule] = (
    schedule_step("early_invitation", "-45d", "elected_and_direction", "stakeholder_invitation", alone=True),
    schedule_step("invitation", "-30d", "not_yet_invited", "stakeholder_invitation", alone=True),
    schedule_step("answer_awaited", "-15d", "unanswered", "stakeholder_answer_awaited"),
    schedule_step("details", "-7d", "expected", "stakeholder_details"),
    schedule_step("last_note", "-2wd", "expected", "stakeholder_last_note"),
    schedule_step("summary", "+2wd", "attendees", "stakeholder_summary"),
    schedule_step("report_missing", "+3wd", "facilitator_without_report", "stakeholder_report_missing"),
    schedule_step("outcome", "+30d", "attendees", "stakeholder_outcome"),
)

GROUP_SESSION: Final[ReminderSchedule] = (
    schedule_step("dates", "-21d", "expected", "group_dates", alone=True),
    schedule_step("details", "-7d", "expected", "group_details"),
    schedule_step("last_note", "-1wd", "expected", "group_last_note"),
    schedule_step("attendance", "+1wd", "facilitator", "group_attendance"),
)

# Counted from the day the idea went live; the steps of the first six months also from the hand-over, until it is live.
IDEA: Final[ReminderSchedule] = (
    schedule_step("after_3_months", "+3m", "owner", "idea_follow_up", until="+6m"),
    schedule_step("after_6_months", "+6m", "owner", "idea_follow_up", until="+12m"),
    schedule_step("after_12_months", "+12m", "owner", "idea_follow_up", until="+24m"),
    schedule_step("after_24_months", "+24m", "owner", "idea_follow_up", until="+30m"),
)

# Counted from the day the innovation team opened.
INNOVATION_TEAM: Final[ReminderSchedule] = (
    schedule_step("after_6_months", "+6m", "team_leads", "team_follow_up", until="+12m"),
    schedule_step("after_12_months", "+12m", "team_leads", "team_follow_up", until="+24m"),
    schedule_step("after_24_months", "+24m", "team_leads", "team_follow_up", until="+30m"),
)

DEFAULT_REMINDER_SCHEDULES: Final[Mapping[str, ReminderSchedule]] = MappingProxyType(
    {
        "exchange": EXCHANGE,
        "stakeholder_session": STAKEHOLDER_SESSION,
        "group_session": GROUP_SESSION,
        "idea": IDEA,
        "innovation_team": INNOVATION_TEAM,
    }
)


def email_types_of(kind: str) -> list[str]:
    """Return the types of e-mails (slugs) that exist for a kind of event, in the order of its default reminder
    schedule.

    `kind` is a `ReminderScheduleKind`, such as "exchange"; raises KeyError for any other.
    """
    return list(dict.fromkeys(step.email_type for step in DEFAULT_REMINDER_SCHEDULES[kind]))


def audiences_of(kind: str) -> list[str]:
    """Return the audiences (slugs, such as "lab") that exist for a kind of event, in the order of its default reminder
    schedule.

    `kind` is a `ReminderScheduleKind`, such as "exchange"; raises KeyError for any other.
    """
    return list(dict.fromkeys(step.audience for step in DEFAULT_REMINDER_SCHEDULES[kind]))


def rules_of(
    kind: str, *, alone: Collection[str], also: Mapping[str, Collection[str]] | None = None
) -> dict[str, EmailRule]:
    """Return the rule of each type of e-mail (a slug) of a kind of event, derived from its default reminder schedule.

    An e-mail must stay before or after the event and keep its audiences; `also` allows more audiences by type of
    e-mail. `alone` are the types that must be separate e-mails, because they contain a calendar entry.
    """
    steps = DEFAULT_REMINDER_SCHEDULES[kind]
    return {
        email_type: EmailRule(
            before=next(step.offset.before for step in steps if step.email_type == email_type),
            audiences={
                *(step.audience for step in steps if step.email_type == email_type),
                *(also or {}).get(email_type, ()),
            },
            alone=email_type in alone,
        )
        for email_type in email_types_of(kind)
    }


MUST_BE_BEFORE: Final = gettext_lazy("This e-mail is sent before the event: choose a time before it.")
MUST_BE_AFTER: Final = gettext_lazy("This e-mail is about what took place: choose a time after the event.")
MUST_BE_SEPARATE: Final = gettext_lazy("This e-mail contains a calendar entry: it must always be a separate e-mail.")


def placement_errors(
    kind: str, *, offset: Offset, audience: str, email_type: str, alone: bool
) -> Iterator[tuple[str, str]]:
    """Yield pairs of form field and message for each value of a reminder step that breaks the rule of its type of
    e-mail.

    The rule says whether it is sent before or after the event, to which audiences, and whether alone. A type of e-mail
    without a rule has no errors.
    """
    rule = registered_rules(kind).emails.get(email_type)
    if rule is None:
        return
    if rule.before != offset.before:
        yield "offset", str(MUST_BE_BEFORE if rule.before else MUST_BE_AFTER)
    if audience not in rule.audiences:
        yield "audience", _wrong_audience(rule.audiences)
    if rule.alone and not alone:
        yield "alone", str(MUST_BE_SEPARATE)


def _wrong_audience(audiences: Collection[str]) -> str:
    """Return the error message that names the audiences (given as slugs) to choose from."""
    labels = ", ".join(str(Audience(slug).label) for slug in sorted(audiences))
    return _("This e-mail is for other recipients: %(audiences)s. Choose one of these.") % {"audiences": labels}


def missing_reason(kind: str, format: object) -> StrOrPromise:  # noqa: A002 - the domain's word
    """Return what a format version lacks for the reminder schedule of a kind of event, in words; "" when nothing.

    The app of the kind of event decides; for example a format with exchanges needs e-mails about them.
    """
    return registered_rules(kind).missing_reason(format)


def registered_rules(kind: str) -> ReminderScheduleRules:
    """Return the rules for the reminder schedule of this kind of event that its app registered; none if none did."""
    rules = (hooks.reminder_rules[kind] for hooks in programme_hooks if kind in hooks.reminder_rules)
    return next(rules, ReminderScheduleRules({}))


def email_label(email_type: str) -> StrOrPromise:
    """Return the label of a type of e-mail, given by its slug; an unknown slug, from an import, stays unchanged."""
    return EmailType(email_type).label if email_type in EmailType else email_type


def approximate_days(offset: Offset) -> float:
    """Return an offset as a number of days, negative before the event, to sort reminder steps by time.

    A working day counts as 1.4 days, a month as 30.4.
    """
    return offset.amount * DAYS_OF_UNIT[offset.unit]
