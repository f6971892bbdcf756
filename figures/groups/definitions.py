"""The definitions of the comparison of groups, for the page, for paper and for the files."""

from django.utils.translation import gettext as _

from figures.definitions import Definition


def definitions() -> list[Definition]:
    """Return the definitions: the shares, their intervals, the differences, and who is counted."""
    return [
        Definition(
            _("The shares"),
            (
                _(
                    "The share implemented within 12 or 24 months of acceptance takes each idea for as long as it was"
                    " observed: the cumulative incidence of Aalen and Johansen. Abandoned ideas stay in the calculation"
                    " as ideas that will not be implemented. Followed up to that age (number at risk): ideas accepted"
                    " at least that long ago and not closed before that age; those closed on the very day are included."
                    " With fewer than five, no share is shown while open ideas are younger. Ideas known from"
                    " publications are not counted."
                ),
            ),
        ),
        Definition(
            _("The intervals"),
            (
                _(
                    "Ideas of one cohort may be more alike than ideas of different cohorts. Where a group has ideas of"
                    " several cohorts, its 95%% interval therefore follows from the differences between cohorts"
                    " (Student’s t with one less than their number), and it takes two cohorts observed that long. The"
                    " log-log interval of a group of one cohort covers chance between its ideas only."
                )
                % {},
            ),
        ),
        Definition(
            _("The differences"),
            (
                _(
                    "A difference is a group’s share minus that of the group chosen for comparison, after the same"
                    " number of months. Its 95%% interval combines those of both groups (Newcombe, Zou and Donner)."
                    " Groups are compared only where each has at least two cohorts observed that long. They are shown"
                    " to differ where the interval does not include zero. Groups that are not shown to differ are not"
                    " necessarily alike."
                )
                % {},
                _(
                    "About 95 in 100 of these intervals contain the true difference. Of many differences, some"
                    " therefore exclude zero by chance alone. The figures do not say why groups differ: authorities,"
                    " subjects and years differ too. Groups are in the order of their names, editions in that of their"
                    " first days. Nothing is ranked."
                ),
            ),
        ),
        Definition(
            _("Who is counted"),
            (
                _(
                    "You read totals over the cohorts of your own authorities, and over the other cohorts of your"
                    " editions that share their figures. Each group names the authorities that are counted and those"
                    " that are not. The lab reads all figures."
                ),
            ),
        ),
    ]
