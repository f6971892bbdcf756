"""How pages say when a letter leaves: “26 weeks before”, “1 working day after”."""

from django.utils.translation import ngettext_lazy

from notifications.ladder import Offset, Unit

_SAID = {
    ("w", True): ngettext_lazy("%(count)d week before", "%(count)d weeks before", "count"),
    ("wd", True): ngettext_lazy("%(count)d working day before", "%(count)d working days before", "count"),
    ("d", True): ngettext_lazy("%(count)d day before", "%(count)d days before", "count"),
    ("m", True): ngettext_lazy("%(count)d month before", "%(count)d months before", "count"),
    ("w", False): ngettext_lazy("%(count)d week after", "%(count)d weeks after", "count"),
    ("wd", False): ngettext_lazy("%(count)d working day after", "%(count)d working days after", "count"),
    ("d", False): ngettext_lazy("%(count)d day after", "%(count)d days after", "count"),
    ("m", False): ngettext_lazy("%(count)d month after", "%(count)d months after", "count"),
}


def offset_in_words(offset: Offset) -> str:
    """An offset in the reader's language, counted from the event's day."""
    key: tuple[Unit, bool] = (offset.unit, offset.before)
    return str(_SAID[key] % {"count": abs(offset.amount)})
