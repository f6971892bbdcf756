"""Reasons of calendar and rotation as people read them: slugs and figures in, sentences out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from exchanges.calendar import Reason
from web.text.formats import full_stop

Names = Mapping[str, str]

FOR: Final[dict[str, StrOrPromise]] = {
    "no_school_holiday": gettext_lazy("no school holiday in any zone"),
    "no_session": gettext_lazy("no cohort in session"),
    "midweek": gettext_lazy("midweek"),
    "near_target": gettext_lazy("close to the target"),
}


def _zones(reason: Reason, _names: Names) -> str:
    return _("school holidays in zone %(zones)s") % {"zones": ", ".join(reason.zones)} + _people(reason)


def _sessions(reason: Reason, names: Names) -> str:
    cohorts = [names.get(key, key) for key in reason.participants]
    return ngettext("%(cohorts)s has a session", "%(cohorts)s have sessions", len(cohorts)) % {
        "cohorts": _listed(cohorts)
    }


def _holidays(reason: Reason, names: Names) -> str:
    where = _listed(names.get(key, key) for key in reason.participants)
    return _("public holiday for %(cohorts)s") % {"cohorts": where}


def _unknown(reason: Reason, names: Names) -> str:
    where = _listed(names.get(key, key) for key in reason.participants)
    if not where:
        return _("school holidays at the host are not known")
    return _("school holidays of %(cohorts)s are not known") % {"cohorts": where}


def _plain(text: StrOrPromise) -> Callable[[Reason, Names], str]:
    return lambda _reason, _names: str(text)


def _with_people(text: StrOrPromise) -> Callable[[Reason, Names], str]:
    return lambda reason, _names: str(text) + _people(reason)


def _people(reason: Reason) -> str:
    if not reason.members:
        return ""
    return ngettext(" (%(n)d person)", " (%(n)d people)", reason.members) % {"n": reason.members}


AGAINST: Final[dict[str, Callable[[Reason, Names], str]]] = {
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


def in_favour(reasons: Iterable[Reason]) -> str:
    """“no school holiday in any zone, no cohort in session, midweek”."""
    return ", ".join(str(FOR[reason.slug]) for reason in reasons if reason.slug in FOR)


def against(reasons: Iterable[Reason], names: Names) -> str:
    """“Metz has a session, school holidays in zone B (33 people)”; empty when nothing is."""
    return ", ".join(AGAINST[reason.slug](reason, names) for reason in reasons if reason.slug in AGAINST)


def distance(days: int | None) -> str:
    """How far a first day lies from its target."""
    if days is None:
        return ""
    if days == 0:
        return _("on the target date")
    if days < 0:
        return ngettext("%(n)d day before the target", "%(n)d days before the target", -days) % {"n": -days}
    return ngettext("%(n)d day after the target", "%(n)d days after the target", days) % {"n": days}


def why_host(kept: Mapping[str, Any], names: Names, swap_reason: str = "", *, hosted: int = 0, to_host: int = 0) -> str:
    """Why this host, to follow “Metz is proposed:”; `kept` is the `host` part of `Exchange.why`. Empty if unknown.

    The reason is that of the day it was proposed; `hosted` and `to_host` are the host's turns today, this one
    included, as the table beside it counts them.
    """
    reason = str(kept.get("reason", ""))
    table = HOST if kept.get("turns") else {**HOST, **FIRST_TURN}
    if reason not in table:
        return ""
    following = names.get(str(kept.get("runner_up")), "")
    after = _("Next in line: %(name)s.") % {"name": following} if following else ""
    why = str(table[reason]) % {"before": kept.get("before") or _("another cohort")}
    return " ".join(filter(None, [why, full_stop(swap_reason), _in_all(hosted, to_host), after]))


def _in_all(hosted: int, to_host: int) -> str:
    """The host's turns, where this one is not the only one."""
    if hosted + to_host < 2:
        return ""
    turns = {"hosted": _times(hosted), "to_host": _times(to_host)}
    if not to_host:
        return _("In all it has hosted %(hosted)s.") % turns
    if not hosted:
        return _("In all it is to host %(to_host)s.") % turns
    return _("In all it has hosted %(hosted)s and is to host %(to_host)s.") % turns


PASSED_ON: Final[dict[str, StrOrPromise]] = {
    "swapped": gettext_lazy("the lab swapped the turn."),
    "by_hand": gettext_lazy("the lab proposed it."),
    "not_confirmed": gettext_lazy("%(before)s did not confirm, and it is next in line."),
    "given_back": gettext_lazy("%(before)s gave its turn back, and it is next in line."),
    "dropped_out": gettext_lazy("%(before)s dropped out, and it is next in line."),
    "proposed_anew": gettext_lazy("the lab swapped another turn, and this one was proposed anew."),
    "moved_up": gettext_lazy("its turn moved, because %(before)s could not host."),
}
HOST: Final[dict[str, StrOrPromise]] = {
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
    **PASSED_ON,
}
FIRST_TURN: Final[dict[str, StrOrPromise]] = {
    "fewest_turns": gettext_lazy("it is its first turn."),
    "longest_ago": gettext_lazy("it is its first turn."),
    "least_travel": gettext_lazy(
        "it is its first turn, as for other cohorts, but the journeys of all participants to this one are the shortest."
    ),
    "name": gettext_lazy("it is its first turn, as for other cohorts: alphabetical order decides."),
}


def _times(turns: int) -> str:
    """“once”, “twice”, “3 times”."""
    said = {1: _("once"), 2: _("twice")}.get(turns)
    return said or ngettext("%(n)d time", "%(n)d times", turns) % {"n": turns}


def _listed(names: Iterable[str]) -> str:
    """“Metz, Nantes and Toulouse”."""
    *first, last = names
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
