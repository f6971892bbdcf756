"""The ideas behind each number of the rates, by the slug that the address keeps. Pure."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from prototypes.enums import AbandonedFor

REASON = "reason_"
UNSAID = "unsaid"
REASONS: dict[str, StrOrPromise] = {**dict(AbandonedFor.choices), UNSAID: _("no reason was chosen")}
COUNTED: dict[str, StrOrPromise] = {
    "implemented": _("implemented"),
    "abandoned": _("abandoned"),
    "open": _("open"),
    "discontinued": _("implemented but no longer live"),
    "unconfirmed": _("not confirmed for six months"),
    "imprecise": _("dates known to the month or year only"),
}
LEFT_OUT: dict[str, StrOrPromise] = {"captured": _("captured only"), "merged": _("merged into another idea")}
OUTCOMES: dict[str, StrOrPromise] = {
    **COUNTED,
    **{f"{REASON}{slug}": format_lazy("{}: {}", _("abandoned"), label) for slug, label in REASONS.items()},
    **LEFT_OUT,
}


def of_reason(slug: str) -> str:
    """The outcome of ideas abandoned for a reason; the empty one is that nobody chose any."""
    return f"{REASON}{slug or UNSAID}"
