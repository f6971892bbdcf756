"""Slugs and labels of the groups of ideas behind each number of the rates, as used in the query string. Pure."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from prototypes.enums import AbandonReason

REASON_PREFIX = "reason_"
NO_REASON = "unsaid"
REASON_LABELS: dict[str, StrOrPromise] = {**dict(AbandonReason.choices), NO_REASON: _("no reason was chosen")}
ABANDONED = _("abandoned ({reason})")
COUNTED_LABELS: dict[str, StrOrPromise] = {
    "implemented": _("implemented"),
    "abandoned": _("abandoned"),
    "open": _("open"),
    "discontinued": _("implemented but no longer in use"),
    "unconfirmed": _("not confirmed for six months"),
    "imprecise": _("dates known to the month or year only"),
}
LEFT_OUT_LABELS: dict[str, StrOrPromise] = {"captured": _("captured only"), "merged": _("merged into another idea")}
OUTCOMES: dict[str, StrOrPromise] = {
    **COUNTED_LABELS,
    **{f"{REASON_PREFIX}{slug}": format_lazy(ABANDONED, reason=label) for slug, label in REASON_LABELS.items()},
    **LEFT_OUT_LABELS,
}


def outcome_for_reason(slug: str) -> str:
    """Return the slug of the ideas abandoned for a reason ("" if none was chosen): “reason_too_costly”."""
    return f"{REASON_PREFIX}{slug or NO_REASON}"
