"""Remarks on planned dates: one sentence for each conflict slug of `programmes.workdays`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

SENTENCES: dict[str, StrOrPromise] = {
    "no_room": _("No free working day is left for this session."),
    "closed_season": _("In the summer or year-end closure."),
    "closed_period": _("In a period the calendar marks as closed."),
    "public_holiday": _("A public holiday shortens the week."),
    "school_holiday": _("During local school holidays."),
    "bridge": _("On a day between two days off."),
    "weekend": _("On a weekend."),
    "outside_cohort": _("Outside the cohort’s dates."),
    "other_session": _("On a day of another session."),
    "edition_meets": _("On a day on which the edition meets."),
    "edition_may_meet": _("On a day proposed for a meeting of the edition."),
    "interrupted": _("A weekend or a public holiday splits the session in two."),
    "monday_or_friday": _("On a Monday or a Friday."),
    "other_cohort": _("On a day when another cohort of the edition meets."),
    "shared_people": _("On a day planned for another cohort that shares people with this one."),
    "estimated_calendar": _("The school calendar of that year is an estimate."),
    "unknown_school_calendar": _("Local school holidays are not known."),
}
MINOR = frozenset({"monday_or_friday", "estimated_calendar", "unknown_school_calendar"})


@dataclass(frozen=True, slots=True)
class Remark:
    """What the days of a session could not avoid, as a sentence.

    `is_conflict` tells whether it is worse than an unusual weekday.
    """

    text: StrOrPromise
    is_conflict: bool


def remarks_of(slugs: Iterable[str]) -> list[Remark]:
    """Return the remarks, as sentences, for slugs of what proposed days could not avoid, in order.

    An unknown slug is its own sentence.
    """
    return [Remark(SENTENCES.get(slug, slug), is_conflict([slug])) for slug in slugs]


def sentences_of(remarks: Iterable[str]) -> list[StrOrPromise]:
    """Return the sentences for slugs of what planned days could not avoid, in order; an unknown slug is returned
    unchanged.
    """
    return [SENTENCES.get(slug, slug) for slug in remarks]


def is_conflict(remarks: Iterable[str]) -> bool:
    """Return whether one of these slugs stands for something worse than a Monday or Friday, or an uncertain school
    calendar.
    """
    return bool(set(remarks) - MINOR)
