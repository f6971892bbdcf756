"""Turns the reasons of calendar and rotation, slugs and figures, into sentences."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from exchanges.calendar import Reason
from web.text.formats import full_stop

Names = Mapping[str, str]

FOR_TEXTS: Final[dict[str, StrOrPromise]] = {
    "no_school_holiday": gettext_lazy("no school holiday in any zone"),
    "no_session": gettext_lazy("no cohort in session"),
    "midweek": gettext_lazy("midweek"),
    "near_target": gettext_lazy("close to the target"),
}


def _zones(reason: Reason, _names: Names) -> str:
    """Return the text on school holidays, such as “school holidays in zone B, C (33 people)”.

    The names of cohorts, which every such function takes, are not used.
    """
    return _("school holidays in zone %(zones)s") % {"zones": ", ".join(reason.zones)} + _people_in_brackets(reason)


def _sessions(reason: Reason, names: Names) -> str:
    """Return the text on cohorts that have a session of their own, such as “Metz has a session”.

    `names` are the names of cohorts by slug.
    """
    cohorts = [names.get(key, key) for key in reason.participants]
    return ngettext("%(cohorts)s has a session", "%(cohorts)s have sessions", len(cohorts)) % {
        "cohorts": _listed(cohorts)
    }


def _holidays(reason: Reason, names: Names) -> str:
    """Return the text on a public holiday, such as “public holiday for Metz”, with the cohorts that the reason names.

    `names` are the names of cohorts by slug.
    """
    where = _listed(names.get(key, key) for key in reason.participants)
    return _("public holiday for %(cohorts)s") % {"cohorts": where}


def _unknown(reason: Reason, names: Names) -> str:
    """Return the text on cohorts whose school holidays are not known, or on the host when the reason names no cohort.

    `names` are the names of cohorts by slug.
    """
    where = _listed(names.get(key, key) for key in reason.participants)
    if not where:
        return _("school holidays at the host are not known")
    return _("school holidays of %(cohorts)s are not known") % {"cohorts": where}


def _plain(text: StrOrPromise) -> Callable[[Reason, Names], str]:
    """Return a function that gives this text for a reason against some dates, whatever the reason's figures.

    Like every entry of the table of texts, it takes the reason and the names of cohorts by slug.
    """
    return lambda _reason, _names: str(text)


def _with_people(text: StrOrPromise) -> Callable[[Reason, Names], str]:
    """Return a function that gives this text for a reason against some dates, followed by the number of people
    concerned.

    Like every entry of the table of texts, it takes the reason and the names of cohorts by slug.
    """
    return lambda reason, _names: str(text) + _people_in_brackets(reason)


def _people_in_brackets(reason: Reason) -> str:
    """Return the number of people whom the reason concerns, like “ (33 people)” with a leading space; "" for none."""
    if not reason.members:
        return ""
    return ngettext(" (%(n)d person)", " (%(n)d people)", reason.members) % {"n": reason.members}


AGAINST_TEXTS: Final[dict[str, Callable[[Reason, Names], str]]] = {
    "weekend": _plain(gettext_lazy("a weekend")),
    "host_public_holiday": _plain(gettext_lazy("a public holiday at the host")),
    "closed_season": _plain(gettext_lazy("summer or year-end closure")),
    "closed_period": _plain(gettext_lazy("closed in the lab’s calendar")),
    "other_exchange": _plain(gettext_lazy("another Intertransfo")),
    "public_holiday": _holidays,
    "own_session": _sessions,
    "school_holiday": _zones,
    "unknown_school_calendar": _unknown,
    "electoral": _with_people(gettext_lazy("electoral period")),
    "bridge": _with_people(gettext_lazy("a day between two days off")),
    "monday_or_friday": _plain(gettext_lazy("a Monday or a Friday")),
    "far_from_target": _plain(gettext_lazy("far from the target")),
}


def in_favour_text(reasons: Iterable[Reason]) -> str:
    """Return the reasons in favour of some dates: “no school holiday in any zone, no cohort in session, midweek”.

    It is empty without reasons; a reason with an unknown slug is left out.
    """
    return ", ".join(str(FOR_TEXTS[reason.slug]) for reason in reasons if reason.slug in FOR_TEXTS)


def against_text(reasons: Iterable[Reason], names: Names) -> str:
    """Return the reasons against some dates: “Metz has a session, school holidays in zone B (33 people)”; empty if
    none.

    `names` are the names of cohorts by slug. A reason with an unknown slug is left out.
    """
    return ", ".join(AGAINST_TEXTS[reason.slug](reason, names) for reason in reasons if reason.slug in AGAINST_TEXTS)


def distance_text(days: int | None) -> str:
    """Return how far the first day of an exchange is from its target, in words; empty for None.

    `days` is the number of days after the target, negative before it.
    """
    if days is None:
        return ""
    if days == 0:
        return _("on the target date")
    if days < 0:
        return ngettext("%(n)d day before the target", "%(n)d days before the target", -days) % {"n": -days}
    return ngettext("%(n)d day after the target", "%(n)d days after the target", days) % {"n": days}


def host_reason_text(
    stored: Mapping[str, Any], names: Names, swap_reason: str = "", *, hosted: int = 0, to_host: int = 0
) -> str:
    """Return why this cohort hosts, to follow “Metz is proposed:”, and who is next in line; empty if the reason is
    unknown.

    `stored` is the `host` part of `Exchange.why`, with the reason of the day of the proposal; `names` are the names of
    cohorts by slug; `swap_reason` is the text a person wrote. `hosted` and `to_host` are how often the host has hosted
    and is to host as of today, this exchange included.
    """
    reason = str(stored.get("reason", ""))
    table = HOST_REASONS if stored.get("turns") else {**HOST_REASONS, **FIRST_TURN_REASONS}
    if reason not in table:
        return ""
    runner_up = names.get(str(stored.get("runner_up")), "")
    next_in_line = _("Next in line: %(name)s.") % {"name": runner_up} if runner_up else ""
    reason_text = str(table[reason]) % {"before": stored.get("before") or _("another cohort")}
    return " ".join(filter(None, [reason_text, full_stop(swap_reason), _turns_text(hosted, to_host), next_in_line]))


def _turns_text(hosted: int, to_host: int) -> str:
    """Return a sentence on how often the host has hosted and is still to host; empty if this is its only turn."""
    if hosted + to_host < 2:
        return ""
    turns = {"hosted": _times(hosted), "to_host": _times(to_host)}
    if not to_host:
        return _("In all it has hosted %(hosted)s.") % turns
    if not hosted:
        return _("In all it is to host %(to_host)s.") % turns
    return _("In all it has hosted %(hosted)s and is to host %(to_host)s.") % turns


PASSED_ON_REASONS: Final[dict[str, StrOrPromise]] = {
    "swapped": gettext_lazy("the lab swapped the turn."),
    "by_hand": gettext_lazy("the lab proposed it."),
    "not_confirmed": gettext_lazy("%(before)s did not confirm, and it is next in line."),
    "given_back": gettext_lazy("%(before)s gave its turn back, and it is next in line."),
    "dropped_out": gettext_lazy("%(before)s dropped out, and it is next in line."),
    "proposed_anew": gettext_lazy("the lab swapped another turn, and this one was proposed anew."),
    "moved_up": gettext_lazy("its turn moved, because %(before)s could not host."),
    "planned_together": gettext_lazy("the lab planned the dates and hosts of all Intertransfos together."),
}
HOST_REASONS: Final[dict[str, StrOrPromise]] = {
    "fewest_turns": gettext_lazy("it had fewer turns than the others before this one."),
    "longest_ago": gettext_lazy("among the cohorts that have hosted least, it hosted least recently."),
    "least_travel": gettext_lazy(
        "other cohorts had hosted as rarely and as long ago, but the journeys of all participants to this"
        " one are the shortest."
    ),
    "name": gettext_lazy("the cohorts are equal on everything else: alphabetical order decides."),
    "only_one_left": gettext_lazy("it is the last one whose turn has not come yet."),
    "others_start_later": gettext_lazy("the other cohorts in line start only after that day."),
    "next_round": gettext_lazy("every cohort has its turn, and another round begins."),
    **PASSED_ON_REASONS,
}
FIRST_TURN_REASONS: Final[dict[str, StrOrPromise]] = {
    "fewest_turns": gettext_lazy("it is its first turn."),
    "longest_ago": gettext_lazy("it is its first turn."),
    "least_travel": gettext_lazy(
        "it is its first turn, as for other cohorts, but the journeys of all participants to this one are the shortest."
    ),
    "name": gettext_lazy("it is its first turn, as for other cohorts: alphabetical order decides."),
}


def _times(turns: int) -> str:
    """Return a number of turns in words: “once”, “twice” or “3 times”."""
    text = {1: _("once"), 2: _("twice")}.get(turns)
    return text or ngettext("%(n)d time", "%(n)d times", turns) % {"n": turns}


def _listed(names: Iterable[str]) -> str:
    """Return names joined as “Metz, Nantes and Toulouse”. Raises ValueError without a name."""
    *first, last = names
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
