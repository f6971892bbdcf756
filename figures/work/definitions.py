"""The definitions below the card “Results of the work”."""

from django.utils.translation import gettext as _

from figures.definitions import Definition


def work_definitions() -> Definition:
    """Return the one definition below the card “Results of the work”: first prototypes, tests and attendance."""
    return Definition(
        _("Results of the work"),
        (
            _(
                "First prototype in test: calendar months from the day a cohort started to the day one of"
                " its ideas was first tested, against the target of its format. “Half of the cohorts” is"
                " a median: cohorts without a prototype in test yet count for as long as they were"
                " followed."
            ),
            _(
                "Tests count once they are concluded. A threshold that is reached does not mean that the idea works."
                " When you choose a kind of challenge or a period, only the tests of the matching ideas are shown:"
                " first prototypes and attendance concern whole cohorts."
            ),
            _(
                "Attendance: half-days that members attended, in whole or in part, out of those that they"
                " attended or missed without an excuse. Half-days for which members were excused, or for which"
                " nobody recorded attendance, are not in this share: their own shares of all half-days are given"
                " next to it."
            ),
        ),
    )
