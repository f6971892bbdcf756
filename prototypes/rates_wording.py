"""The sentences of a rates page: plain words for shares and horizons, and whose ideas are meant."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from prototypes.rates_queries import Reach, Scope
from prototypes.words import Outlook

# As the one estimate: "about half would be in place".
ABOUT: dict[str, StrOrPromise] = {
    "hardly_any": pgettext_lazy("estimate", "hardly any"),
    "one_in_ten": pgettext_lazy("estimate", "about one in ten"),
    "one_in_five": pgettext_lazy("estimate", "about one in five"),
    "a_quarter": pgettext_lazy("estimate", "about a quarter"),
    "a_third": pgettext_lazy("estimate", "about a third"),
    "two_in_five": pgettext_lazy("estimate", "about two in five"),
    "half": pgettext_lazy("estimate", "about half"),
    "three_in_five": pgettext_lazy("estimate", "about three in five"),
    "two_thirds": pgettext_lazy("estimate", "about two thirds"),
    "three_quarters": pgettext_lazy("estimate", "about three quarters"),
    "four_in_five": pgettext_lazy("estimate", "about four in five"),
    "nine_in_ten": pgettext_lazy("estimate", "about nine in ten"),
    "almost_all": pgettext_lazy("estimate", "almost all"),
}
# As an end of what would not surprise: "anything between a quarter and two thirds".
END: dict[str, StrOrPromise] = {
    "hardly_any": pgettext_lazy("end of a range", "hardly any"),
    "one_in_ten": pgettext_lazy("end of a range", "one in ten"),
    "one_in_five": pgettext_lazy("end of a range", "one in five"),
    "a_quarter": pgettext_lazy("end of a range", "a quarter"),
    "a_third": pgettext_lazy("end of a range", "a third"),
    "two_in_five": pgettext_lazy("end of a range", "two in five"),
    "half": pgettext_lazy("end of a range", "half"),
    "three_in_five": pgettext_lazy("end of a range", "three in five"),
    "two_thirds": pgettext_lazy("end of a range", "two thirds"),
    "three_quarters": pgettext_lazy("end of a range", "three quarters"),
    "four_in_five": pgettext_lazy("end of a range", "four in five"),
    "nine_in_ten": pgettext_lazy("end of a range", "nine in ten"),
    "almost_all": pgettext_lazy("end of a range", "almost all"),
}
AFTER: dict[int, StrOrPromise] = {
    6: _("six months after acceptance"),
    12: _("a year after acceptance"),
    18: _("a year and a half after acceptance"),
    24: _("two years after acceptance"),
}
ALL_EDITIONS = _("all editions")
TOO_EARLY = _("It is too early to say how the next ones will fare: fewer than five were followed for six months.")
NONE = _("None of them was in place %(after)s; that says little yet about the next ones.")
ALL = _("Those followed that long were all in place %(after)s.")
SHARE = _("If the next ideas fare like these, %(share)s would be in place %(after)s.")
RANGE = _(
    "If the next ideas fare like these, %(share)s would be in place %(after)s;"
    " anything between %(low)s and %(high)s would not surprise."
)
FEW = _(
    "If the next ideas fare like these, %(share)s would be in place %(after)s;"
    " with so few ideas, anything between %(low)s and %(high)s would not surprise."
)


def outlook_sentence(outlook: Outlook) -> str:
    """What may be said of the next ideas, as one whole sentence in the reader's language."""
    if outlook.kind == "too_early":
        return str(TOO_EARLY)
    words = {"after": AFTER[outlook.months]}
    if outlook.kind != "share":
        return str({"none": NONE, "all": ALL}[outlook.kind] % words)
    words["share"] = ABOUT[outlook.share]
    if not outlook.ranges:
        return str(SHARE % words)
    words |= {"low": END[outlook.low], "high": END[outlook.high]}
    return str((FEW if outlook.few else RANGE) % words)


def whose(reach: Reach, scope: Scope) -> list[StrOrPromise]:
    """Whose ideas are counted, from the widest to the narrowest, for the line above the heading."""
    where = scope.authority or (scope.cohort and scope.cohort.authority)
    parts = [where.name if where else _everybody(reach, scope), scope.edition.name if scope.edition else ALL_EDITIONS]
    return [*parts, scope.cohort.name] if scope.cohort else parts


def _everybody(reach: Reach, scope: Scope) -> StrOrPromise:
    if scope.edition:
        return _("All authorities of the edition")
    if reach.own is None:
        return _("All authorities")
    own = reach.authorities()
    return own[0].name if len(own) == 1 else _("Your authorities")
