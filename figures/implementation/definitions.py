"""The definitions of the terms of the rates, for the page, for paper and for the files."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from figures.definitions import Definition
from figures.implementation.headline import COVERAGE

# The meaning of each figure in a few words: next to it on the page, all together on paper.
MEANINGS: Final[dict[str, StrOrPromise]] = {
    "within": gettext_lazy(
        "The estimated share of accepted ideas that went live for the first time within that time, even if they"
        " stopped later. It is computed from all ideas, each for as long as it was observed. Abandoned ideas stay in"
        " the calculation as ideas that will not be implemented."
    ),
    "count": gettext_lazy(
        "Ideas implemented, out of ideas accepted, whether old or recent. Implemented: live in its own authority, in"
        " full or adapted, with evidence. It is a count, not an estimate of the share implemented in the end."
    ),
    "time": gettext_lazy("Months after acceptance, read from the curve: an estimate."),
    "decided": gettext_lazy(
        "Months after acceptance: an estimate that follows each idea for as long as it was observed."
    ),
    "confirmed": gettext_lazy(
        "Accepted ideas that had an update in the six months before that day: a step, a test, or a"
        " confirmation that nothing has changed. The others may have changed without a record."
    ),
    "live": gettext_lazy(
        "Out of the implemented ideas, those of which no end is recorded by that day. Without an update, whether an"
        " idea is still in use is not known."
    ),
    "abandoned": gettext_lazy("Ideas abandoned, and not reopened by that day."),
    "open": gettext_lazy("Accepted ideas that are neither implemented nor abandoned so far, including parked ideas."),
    "elsewhere": gettext_lazy(
        "Ideas of which another authority has its own version live. These versions count in no rate: only"
        " the idea’s own authority counts."
    ),
}
# What every share of the curve rests on.
LIKE_OLDER_IDEAS: Final = gettext_lazy(
    "The curve assumes that recent ideas will fare as older ones did at the same age; the figures cannot check this."
)
# Columns that are not rolled back when a past state of knowledge is chosen.
NOT_ROLLED_BACK: Final = gettext_lazy(
    "The last update of an idea is that of today, whatever the day chosen under “As known on”."
    " Anything recorded on the platform after the end of that day, lab time, is not counted, wherever the authority"
    " is and whenever it happened."
)


def definitions() -> list[Definition]:
    """Return the definitions of the terms of the rates as headings with paragraphs, in the order of the page."""
    return [*_who_counts(), *_how_it_is_computed(), *_how_sure(), *_counted_separately()]


def _who_counts() -> list[Definition]:
    """Return the one definition “Who is counted”: which ideas count, and when they are implemented or abandoned."""
    return [
        Definition(
            _("Who is counted"),
            (
                _(
                    "An idea counts from the day it is accepted. Reopening it later does not start the"
                    " count again. It counts as implemented from the day it first goes live in its own"
                    " authority, in full or adapted, with evidence. An idea that is live only in part"
                    " still counts as open, and so does a parked idea. An idea counts as abandoned if that"
                    " is its state on the date of the figures. Months are calendar months, plus the"
                    " elapsed share of the current month: twelve months end on the anniversary."
                ),
                _(
                    "Every accepted idea is implemented, abandoned or still open, never two of these at"
                    " once. An implementation that stops later still counts as one. A separate figure says"
                    " how many ideas are live today."
                ),
            ),
        ),
    ]


def _how_it_is_computed() -> list[Definition]:
    """Return two definitions: of the ideas implemented so far, and of the share within a number of months."""
    return [
        Definition(
            _("Implemented so far"),
            (
                str(MEANINGS["count"]),
                _(
                    "Recent ideas have had little time: this figure is lower than the share within a year where many"
                    " ideas are recent, and higher where many were implemented later. It has no interval: with ideas of"
                    " different ages it estimates nothing that could be repeated."
                ),
            ),
        ),
        Definition(
            _("Implemented within a given number of months"),
            (
                str(MEANINGS["within"]),
                str(LIKE_OLDER_IDEAS),
                _(
                    "This is the cumulative incidence of Aalen and Johansen. Why not 1 − Kaplan–Meier? That method"
                    " would treat an abandoned idea as one that was only lost from sight and might still be"
                    " implemented. It would give a rate that is too high: 62%% instead of 49%% in our worked example."
                )
                % {},
                _(
                    "Followed up to that age (number at risk): ideas accepted at least that long ago and not closed"
                    " before that age; those closed on the very day are included. Where fewer than five are left and"
                    " others are younger, the curve stops and shares are not shown. Where no open idea is younger, the"
                    " outcome of every idea at that age is known, and the share is shown however few are still open."
                ),
            ),
        ),
    ]


def _how_sure() -> list[Definition]:
    """Return two definitions: of the intervals, and of the panel “If we are wrong”."""
    return [
        Definition(
            _("The 95%% intervals") % {},
            (
                _(
                    "Ideas of one cohort share a sponsor, a team and a time: they may be more alike than ideas of"
                    " different cohorts. Where the ideas of several cohorts are counted, the intervals of the shares"
                    " within 12 and 24 months are therefore by cohort. They follow from how much the shares of the"
                    " cohorts differ (Student’s t with one less than the number of cohorts, in log-odds), and are"
                    " never narrower than for ideas with nothing in common. A cohort that was observed for less time"
                    " counts as part of a cohort. Where only one cohort was observed that long, no interval is given."
                ),
                _(
                    "For a single cohort, the intervals are on the log-log scale. Where nothing or everything is"
                    " implemented, all are Wilson’s; with several cohorts, each cohort then counts as one idea."
                ),
                str(COVERAGE),
                _(
                    "Of a single cohort, the curve and its table show an interval for each month, on the log-log"
                    " scale. Of several cohorts together they show it at 12 and 24 months only, by cohort. An"
                    " interval holds point by point, not for the curve as a whole."
                ),
            ),
            anchor="intervals",
        ),
        Definition(
            _("If we are wrong"),
            (
                _(
                    "Each line of this table changes one thing and counts again. Open ideas not confirmed for six"
                    " months count as abandoned on the date of the figures. Ideas merged after their acceptance count"
                    " as ideas of their own, abandoned on the day of the merge. A split idea of which only some parts"
                    " were implemented counts as abandoned as a whole, on the day its last part ended. Ideas"
                    " implemented within a month of acceptance may have been decided before: they are left out. The"
                    " lines have no intervals: they show what depends on the assumption, not on chance."
                ),
                _(
                    "The share of captured ideas that were accepted is not given where a period of acceptance is"
                    " chosen: ideas that were not accepted belong to no period."
                ),
            ),
        ),
    ]


def _counted_separately() -> list[Definition]:
    """Return the definitions of imprecise dates, what is not counted, what was known, and who sees what."""
    return [
        Definition(
            _("Dates known to the month or the year only"),
            (
                _(
                    "The exact date may be any day of that month or year. The figures use the recorded"
                    " day. Next to them are the highest and the lowest values that the figures can take:"
                    " the highest with every idea accepted as late and implemented as early as its dates allow,"
                    " the lowest with every idea accepted as early and implemented as late."
                ),
            ),
        ),
        Definition(
            _("What is not counted, and why"),
            (
                _(
                    "Captured ideas that are not accepted yet have no months to count. An idea merged into"
                    " another one is counted once, as that other idea. Ideas known from publications have"
                    " no known date of acceptance: they are counted separately."
                ),
                _(
                    "A split idea counts once, from the day it was accepted, and its parts do not count"
                    " separately. It is open as long as one of its parts is open. On the day the last part"
                    " ends, it counts as implemented if at least one part is implemented (in part, if others"
                    " were abandoned), otherwise as abandoned. A part merged into another idea of the cohort"
                    " counts as that idea; merged into an idea of another cohort, it is counted there. If all"
                    " parts are merged, the split idea is merged too."
                ),
            ),
            anchor="left-out",
        ),
        Definition(_("What was known on a given day"), (str(NOT_ROLLED_BACK),)),
        Definition(
            _("Who sees what"),
            (
                _(
                    "The ideas of an authority are shown one by one to the people of its cohorts, to its"
                    " admins and to the lab. Totals of an edition also count the cohorts that share their"
                    " figures with it. Each cohort decides, and can stop at any time. The page names the"
                    " authorities that are counted and those that are not. The lab reads all figures."
                    " Authorities are never ranked."
                ),
            ),
        ),
    ]
