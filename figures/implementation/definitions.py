"""What the words of the rates mean: said once, for the page, for paper and for the files."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from figures.definitions import Definition

# What each figure means, in a few words: beside it on the page, all together on paper.
MEANINGS: Final[dict[str, StrOrPromise]] = {
    "within": gettext_lazy(
        "The chance that an idea is in place so long after it was accepted, from all ideas for as long as each was"
        " followed. Ideas abandoned stay in it as ideas that will not be implemented. Computed so again and again, such"
        " a range holds the true share nineteen times in twenty."
    ),
    "count": gettext_lazy(
        "So many implemented of so many accepted, old and young ideas alike. Implemented: live in its own authority, in"
        " full or adapted, with evidence. Computed so again and again, such a range holds the true share nineteen times"
        " in twenty."
    ),
    "time": gettext_lazy(
        "The month after acceptance by which that share of all ideas was in place; not reached where the curve stops"
        " before."
    ),
    "decided": gettext_lazy(
        "The month after acceptance by which half of all ideas were implemented or abandoned, whichever it was; each is"
        " followed for as long as it is known (Kaplan–Meier)."
    ),
    "confirmed": gettext_lazy(
        "Ideas accepted of which there was a sign in the six months before that day: a step, a test, somebody’s word"
        " that it is still so. What became of the others may have changed unseen."
    ),
    "live": gettext_lazy(
        "Of the ideas implemented, those still in use on that day. One that stopped later was implemented all the same."
    ),
    "abandoned": gettext_lazy("Given up, and not taken up again by that day."),
    "open": gettext_lazy("Accepted, and neither implemented nor abandoned so far: parked ideas too."),
    "elsewhere": gettext_lazy(
        "Ideas of which another authority has its own version live. That counts in no rate: only the idea’s own"
        " authority does."
    ),
}
# What is the same whatever the day whose knowledge is asked for.
NOT_ROLLED_BACK: Final = gettext_lazy(
    "Cohort, kind of challenge and last sign of an idea are those of today, whatever the day chosen under “As known"
    " on”; what was recorded after that day is left aside."
)


def definitions() -> list[Definition]:
    return [*_who_counts(), *_how_it_is_computed(), *_what_is_kept_apart()]


def _who_counts() -> list[Definition]:
    return [
        Definition(
            _("Who is counted"),
            (
                _(
                    "An idea counts from the day it is accepted; reopening it later does not start the count"
                    " again. It counts as implemented on the day its own authority first has it live, in full"
                    " or adapted, with evidence. An idea that is live only in part still counts as open, and"
                    " so does a parked idea. An idea counts as abandoned if that is its state on the date of"
                    " the figures. Months are calendar months, plus the elapsed share of the current month:"
                    " twelve months end on the anniversary."
                ),
                _(
                    "Every idea accepted is implemented, abandoned or still open, never two of them. An implementation"
                    " that stops later was still one: how many are live today is a figure of its own."
                ),
            ),
        ),
    ]


def _how_it_is_computed() -> list[Definition]:
    return [
        Definition(
            _("The plain count"),
            (
                _(
                    "So many implemented of so many accepted, whatever their age. The range beside it is Wilson’s"
                    " 95 %% interval: computed so again and again, such a range holds the true share nineteen times in"
                    " twenty."
                )
                % {},
            ),
        ),
        Definition(
            _("Implemented within so many months"),
            (
                _(
                    "Young ideas have had little time, so the plain count is unfair to them. The curve follows each"
                    " idea for as long as it is known and then adds up, month by month, the chance of being"
                    " implemented: the cumulative incidence of Aalen and Johansen, with a 95%% interval on the log-log"
                    " scale. Abandoned ideas stay in it as what they are, ideas that will not be implemented."
                )
                % {},
                _(
                    "Why not 1 − Kaplan–Meier? It would treat an abandoned idea as one merely lost from sight, which"
                    " might still be implemented, and so claim more than is true: 62%% instead of 49%% in our worked"
                    " example."
                )
                % {},
                _(
                    "“At risk” is the number of ideas still open and followed that long. Where fewer than five are"
                    " left, the curve stops and figures are not shown."
                ),
            ),
        ),
    ]


def _what_is_kept_apart() -> list[Definition]:
    return [
        Definition(
            _("Days known to the month or the year only"),
            (
                _(
                    "Each may be any day of its month or year. What is counted is the day written down; beside it stand"
                    " the least and the most that the figures may be: every idea accepted as late and implemented as"
                    " early as its days allow, then accepted as early and implemented as late."
                ),
            ),
        ),
        Definition(
            _("What is left out, and why"),
            (
                _(
                    "Ideas only noted have no clock yet. An idea merged into another is counted there, once. Ideas"
                    " known from publications have no known day of acceptance: they are counted apart."
                ),
                _(
                    "A split idea counts once, from the day it was accepted, and its parts do not count"
                    " separately. It is open as long as one of its parts is open. On the day the last part"
                    " ends, it counts as implemented if at least one part is implemented (in part, if others"
                    " were abandoned), otherwise as abandoned. A part merged into another idea counts as that"
                    " idea; if all parts are merged, the split idea is merged too."
                ),
            ),
            anchor="left-out",
        ),
        Definition(_("What was known on a day"), (str(NOT_ROLLED_BACK),)),
        Definition(
            _("Who sees what"),
            (
                _(
                    "The ideas of an authority are shown one by one to its people, to its admins and to the lab. Others"
                    " of the edition see the edition as a whole, and nothing where fewer than five ideas are not their"
                    " own. Authorities are never ranked."
                ),
            ),
        ),
    ]
