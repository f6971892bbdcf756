"""What templates write: icons, states, dates and numbers in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Protocol

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from web.assets import icons
from web.dates.clock import platform_day
from web.text import formats, markdown

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.forms import BaseForm, BoundField
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

register = template.Library()

TONES = {
    "done": "tag-done shape-square",
    "open": "tag-open shape-ring",
    "waiting": "tag-waiting shape-dashed",
    "stopped": "tag-stopped shape-triangle",
    "paused": "tag-paused shape-diamond",
    "risk": "tag-risk shape-triangle",
    "attention": "tag-attention shape-diamond",
    "neutral": "tag-neutral shape-dot",
    "transfo": "tag-transfo shape-dot",
    "residency": "tag-residency shape-dot",
}


class Named(Protocol):
    """Someone with a name."""

    @property
    def name(self) -> str: ...


def _locale() -> str:
    return (get_language() or "fr")[:2]


def _local_day(value: date) -> date:
    """The day of a moment is the day it has where the reader's page is set."""
    if isinstance(value, datetime):
        return platform_day(value) if timezone.is_aware(value) else value.date()
    return value


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An icon of `size` pixels; raises UnlistedIcon for a name that is not listed."""
    return icons.draw(name, size=size)


@register.simple_tag
def state_tag(label: StrOrPromise, tone: str = "neutral") -> SafeString:
    """A state as shape, word and colour; raises KeyError for an unknown tone."""
    return format_html('<span class="tag {}">{}</span>', TONES[tone], label)


@register.filter
def has_error(messages: Iterable[Message]) -> bool:
    """Whether one of the page's messages reports an error."""
    return any(message.level_tag == "error" for message in messages)


@register.filter
def day(value: date | None) -> str:
    return formats.short_day(_local_day(value), _locale()) if value else ""


@register.filter
def long_day(value: date | None) -> str:
    return formats.long_day(_local_day(value), _locale()) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    return formats.weekday(_local_day(value), _locale()) if value else ""


@register.filter
def periods(days: Iterable[date]) -> str:
    return formats.periods(days, _locale())


@register.filter
def weekday_number(value: date | None) -> str:
    return formats.weekday_number(_local_day(value), _locale()) if value else ""


@register.filter
def day_month(value: date | None) -> str:
    return formats.day_month(_local_day(value), _locale()) if value else ""


@register.filter
def short_month(value: date | None) -> str:
    return formats.short_month(_local_day(value), _locale()) if value else ""


@register.filter
def month_name(value: date | None) -> str:
    return formats.month_name(_local_day(value), _locale()) if value else ""


@register.filter
def precise_to(value: date | None, precision: str) -> str:
    return formats.precise_to(_local_day(value), precision, _locale()) if value else ""


@register.simple_tag
def period(first: date, last: date, *, weekday: bool = False) -> str:
    return formats.period(_local_day(first), _local_day(last), _locale(), with_weekday=weekday)


@register.filter
def or_unknown(written: object) -> object:
    """What is not known, spelled alike everywhere: a dash for eyes, words for ears. Zero is known."""
    if written is not None and written != "":
        return written
    return format_html('<span aria-hidden="true">—</span><span class="visually-hidden">{}</span>', _("not known"))


@register.simple_tag
def span(first: date | None, last: date | None, first_precision: str = "day", last_precision: str = "day") -> object:
    """From one date to another, each as precisely as it is known; either may be unknown."""
    begins, ends = precise_to(first, first_precision), precise_to(last, last_precision)
    if begins and ends:
        return formats.span(begins, ends)
    if begins:
        return pgettext("dates", "from %(day)s") % {"day": begins}
    return pgettext("dates", "until %(day)s") % {"day": ends} if ends else or_unknown("")


@register.filter
def full_stop(text: object) -> str:
    return formats.full_stop(str(text))


@register.filter
def clock(value: datetime | time | None) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value).time() if timezone.is_aware(value) else value.time()
    return formats.clock(value, _locale()) if value is not None else ""


@register.filter
def number(value: float | None, decimals: int = 1) -> str:
    return formats.number(value, _locale(), decimals=decimals) if value is not None else ""


@register.filter
def percent(share: float | None, decimals: int = 1) -> str:
    return formats.percent(share, _locale(), decimals=decimals) if share is not None else ""


@register.filter
def with_initials(people: Iterable[Named]) -> list[tuple[Named, str]]:
    """Each person with initials that tell them apart from the others in the list."""
    listed = list(people)
    return list(zip(listed, formats.distinct_initials([person.name for person in listed]), strict=True))


@register.filter(name="markdown")
def as_markdown(text: str, names: Iterable[str] = ()) -> SafeString:
    """A text with light marks as harmless HTML; `names` are those of the people it mentions."""
    return markdown.to_html(text, names)


@register.filter
def checkboxes(form: BaseForm) -> list[BoundField]:
    """The form's yes-or-no questions, which stand together."""
    return [field for field in form.visible_fields() if field.widget_type == "checkbox"]
