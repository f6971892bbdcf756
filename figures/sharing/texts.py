"""What others read once a cohort shares its figures, in words."""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.sharing.enums import Audience


class AudienceTexts(NamedTuple):
    """The words about one audience: its state, the two actions, and what is readable while the figures are shared."""

    is_shared: StrOrPromise
    is_not_shared: StrOrPromise
    share: StrOrPromise
    stop: StrOrPromise
    readable: StrOrPromise
    afterwards: StrOrPromise


AUDIENCES: Final[dict[Audience, AudienceTexts]] = {
    Audience.EDITION: AudienceTexts(
        is_shared=_("The edition reads this cohort’s figures in its totals."),
        is_not_shared=_("The figures of this cohort are not shared with the edition."),
        share=_("Share with the edition"),
        stop=_("Stop sharing with the edition"),
        readable=_(
            "The members of the other cohorts of the edition and the admins of their authorities read totals that"
            " include how many ideas of this cohort were accepted, implemented and abandoned, when and why, how many"
            " were measured before and after, its tests, its attendance and the number of its people, for any day,"
            " and by how much this cohort changed these totals between two days: where few cohorts share, they can"
            " work out this cohort’s figures. They never read its ideas one by one, nor names."
        ),
        afterwards=_(
            "From today on, totals that other cohorts of the edition read no longer include this cohort, for any day."
            " What they have read or downloaded cannot be taken back."
        ),
    ),
    Audience.PUBLIC: AudienceTexts(
        is_shared=_("Anyone may read this cohort’s figures, in totals and alone."),
        is_not_shared=_("The figures of this cohort are not published."),
        share=_("Publish the figures"),
        stop=_("Stop publishing"),
        readable=_(
            "The lab may publish, for anyone to read and for other sites to show, how many ideas of this cohort were"
            " accepted, implemented and abandoned, and when, with the name of its authority: in totals, and for this"
            " cohort alone. Ideas one by one and names of people are not published."
        ),
        afterwards=_(
            "From today on, public totals no longer include this cohort, and other sites no longer show its figures."
            " What people have read or copied cannot be taken back."
        ),
    ),
}
