"""Template tags for icons, states, and dates and numbers in the reader's language."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from itertools import repeat
from typing import Protocol

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.assets import icons
from web.dates.clock import platform_day
from web.pages.timeline import TimelineLayout
from web.site_addresses import absolute_url
from web.text import formats, markdown
from web.text.escaping import as_html
from web.text.language import active_language

register = template.Library()

ACTION = re.compile(r"<(?:a|button)\s")  # the start of a link or a button

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
    """An object with a name."""

    @property
    def name(self) -> str: ...


def _local_day(value: date) -> date:
    """Return the date of a moment in the lab's time zone; a value that is a date already is
    returned.
    """
    if isinstance(value, datetime):
        return platform_day(value) if timezone.is_aware(value) else value.date()
    return value


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """Return the icon called `name` as inline SVG, `size` pixels wide; raise UnlistedIcon for a name that is not
    served.
    """
    return icons.draw(name, size=size)


@register.simple_tag
def button_link(
    url_name: str,
    *arguments: object,
    label: StrOrPromise,
    icon: str = "",
    quiet: bool = False,
    small: bool = False,
) -> SafeString:
    """Return a link that looks like a button, to the page with this URL name and these arguments.

    `icon` is the name of the icon before its label. Without `quiet` it has the colour of a page's main action.
    """
    classes = f"btn {'btn-quiet' if quiet else 'btn-primary'}{' btn-sm' if small else ''}"
    drawing = icons.draw(icon, size=20) if icon else ""
    return format_html('<a class="{}" href="{}">{}{}</a>', classes, reverse(url_name, args=arguments), drawing, label)


@register.simple_tag
@cache
def styles() -> SafeString:
    """Return the links of the head to icons, fonts and styles.

    They are the same on every page, and rendered once: to find the addresses of so many files takes longer than all
    else in the head.
    """
    return render_to_string("components/styles.html")


@register.simple_tag
def state_tag(label: StrOrPromise, tone: str = "neutral") -> SafeString:
    """Return HTML for a state: `label` with the shape and colour of `tone`, such as “done”, “open” or “risk”.

    Raises KeyError for an unknown tone. Lists have one in each row; `format_html` takes twice as long.
    """
    return mark_safe(f'<span class="tag {TONES[tone]}">{as_html(label)}</span>')  # noqa: S308 - escaped


@register.simple_block_tag
def table(content: SafeString, *headings: StrOrPromise, actions: bool = False) -> SafeString:
    """Return a table with the rows in the content below these headings; on a phone each row is a card.

    With `actions`, it has one more column, whose heading only screen readers read out.
    """
    cells = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    if actions:
        cells += format_html('<th scope="col"><span class="visually-hidden">{}</span></th>', _("Actions"))
    return format_html(
        '<div class="table-wrap"><table class="table as-cards"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        cells,
        content,
    )


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """Return the content without white space around it; with `as` and a name, it is put into that variable instead."""
    return mark_safe(content.strip())  # noqa: S308 - rendered


@register.simple_block_tag
def page_menu(content: SafeString) -> SafeString:
    """Return a page's other actions, links and buttons, as HTML: several in a menu, a single one as it is."""
    if len(ACTION.findall(content)) < 2:
        return content
    return format_html(
        '<details class="menu" name="page-menu"><summary class="btn btn-quiet">{}{}</summary>'
        '<div class="menu-items">{}</div></details>',
        icons.draw("ellipsis", size=20),
        pgettext("actions of a page", "More"),
        content,
    )


register.filter("absolute_url", absolute_url)


@register.filter
def has_error(messages: Iterable[Message]) -> bool:
    """Return whether one of the page's messages is an error."""
    return any(message.level_tag == "error" for message in messages)


@register.filter
def day(value: date | None) -> str:
    """Return a date as 24/11/2026 in French, as 24 Nov 2026 in English; of a moment, the date in the lab's time zone;
    "" for None.
    """
    return formats.short_day(_local_day(value), active_language()) if value else ""


@register.filter
def long_day(value: date | None) -> str:
    """Return a date in the reader's language with its month written out: 24 novembre 2026; "" for None.

    Of a moment, the date in the lab's time zone.
    """
    return formats.long_day(_local_day(value), active_language()) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """Return a date in the reader's language with its weekday: mar. 24 novembre 2026; "" for None.

    Of a moment, the date in the lab's time zone.
    """
    return formats.weekday(_local_day(value), active_language()) if value else ""


@register.filter
def periods(days: Iterable[date]) -> str:
    """Return dates in words with weekdays, in the reader's language; consecutive ones as a period: mar. 8 – mer. 9 juin
    2027.

    Dates may come in any order; "" without any.
    """
    return formats.periods(days, active_language())


@register.filter
def weekday_number(value: date | None) -> str:
    """Return a date in the reader's language as weekday and day of the month: mar. 24; "" for None.

    Of a moment, the date in the lab's time zone.
    """
    return formats.weekday_number(_local_day(value), active_language()) if value else ""


@register.filter
def day_month(value: date | None) -> str:
    """Return a date in the reader's language without its year: 24 nov.; "" for None.

    Of a moment, the date in the lab's time zone.
    """
    return formats.day_month(_local_day(value), active_language()) if value else ""


@register.filter
def short_month(value: date | None) -> str:
    """Return the month and year of a date in the reader's language, the month abbreviated: nov. 2026; "" for None."""
    return formats.short_month(_local_day(value), active_language()) if value else ""


@register.filter
def month_name(value: date | None) -> str:
    """Return the abbreviated month of a date in the reader's language, without its year: nov.; "" for None."""
    return formats.month_name(_local_day(value), active_language()) if value else ""


@register.filter
def precise_to(value: date | None, precision: str) -> str:
    """Return a date in the reader's language as precisely as it is known: 24/11/2026, novembre 2026 or 2026; "" for
    None.

    `precision` is “day”, “month” or “year”.
    """
    return formats.precise_to(_local_day(value), precision, active_language()) if value else ""


@register.simple_tag
def period(first: date, last: date, *, weekday: bool = False) -> str:
    """Return the period from the first to the last date, in the reader's language, without repetitions: 8–9 juin 2027.

    With `weekday`, each date has its weekday. One date alone if both are equal.
    """
    return formats.period(_local_day(first), _local_day(last), active_language(), with_weekday=weekday)


@register.simple_tag
def timeline_rows(layout: TimelineLayout) -> SafeString:
    """Return the rows of the table below a timeline: the name of the cohort, if the timeline has names, dates and text.

    They are composed here because a loop in the template takes several times as long.
    """
    rows = [(name, period(first, last), text) for name, first, last, text in layout.table_rows()]
    if not layout.has_names:
        return format_html_join("\n", "<tr><td>{}</td><td>{}</td></tr>", ((days, text) for _name, days, text in rows))
    all_cohorts = pgettext("all cohorts", "All")
    named = ((all_cohorts if name is None else name, days, text) for name, days, text in rows)
    return format_html_join("\n", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", named)


@register.filter
def or_unknown(value: object) -> object:
    """Return the value; for None and "", a dash that screen readers read as “not known”. Zero is a value."""
    return value if value is not None and value != "" else _dash(get_language())


@cache
def _dash(_language: str | None) -> SafeString:
    """Return the dash for what is not known, in the active language: a list has it in many cells."""
    return format_html('<span aria-hidden="true">—</span><span class="visually-hidden">{}</span>', _("not known"))


@register.simple_tag
def span(first: date | None, last: date | None, first_precision: str = "day", last_precision: str = "day") -> object:
    """Return the period between two dates, each as precisely as it is known: 2016 – novembre 2018.

    The precisions are “day”, “month” or “year”. Without one date “from …” or “until …”, without both a dash for “not
    known”.
    """
    begins, ends = precise_to(first, first_precision), precise_to(last, last_precision)
    if begins and ends:
        return formats.span(begins, ends)
    if begins:
        return pgettext("dates", "from %(day)s") % {"day": begins}
    return pgettext("dates", "until %(day)s") % {"day": ends} if ends else or_unknown("")


@register.filter
def full_stop(text: object) -> str:
    """Return the text with a full stop at its end, unless it is empty or ends with . ! ? … or a colon."""
    return formats.full_stop(str(text))


@register.filter
def clock(value: datetime | time | None) -> str:
    """Return a time as 14 h 30, or 14:30 in English; of a moment, the time in the lab's time zone; "" for None."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).time() if timezone.is_aware(value) else value.time()
    return formats.clock(value, active_language()) if value is not None else ""


@register.filter
def number(value: float | None, decimals: int = 1) -> str:
    """Return a number in the reader's language, with separated thousands and at most `decimals` decimals;
    "" for None.
    """
    return formats.number(value, active_language(), decimals=decimals) if value is not None else ""


@register.filter
def number_cells(values: Iterable[float | None], labels: Iterable[StrOrPromise] = ()) -> SafeString:
    """Return a table cell for each number, written as `number` writes it; on phones, each with the label of its column.

    They are composed here because a loop in the template takes several times as long.
    """
    starts = [f'<td class="n" data-label="{as_html(label)}">' for label in labels] or repeat('<td class="n">')
    language = active_language()
    numbers = ("" if value is None else as_html(formats.number(value, language)) for value in values)
    cells = (f"{start}{text}</td>" for start, text in zip(starts, numbers, strict=False))
    return mark_safe("".join(cells))  # noqa: S308 - escaped


@register.filter
def euros(value: Decimal | None) -> str:
    """Return an amount in euros with two decimals, in the reader's language; "" for None."""
    return "" if value is None else formats.euros(value, active_language())


@register.filter
def signed(value: int) -> str:
    """Return a difference with its sign, in the reader's language: “+3”, “−1”, “0”."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{formats.number(abs(value), active_language())}"


@register.filter
def percent(share: float | None, decimals: int = 1) -> str:
    """Return a share (0–1) as a percentage with at most `decimals` decimals: 12,5 %, or 12.5% in English;
    "" for None.
    """
    return formats.percent(share, active_language(), decimals=decimals) if share is not None else ""


@register.filter
def with_initials(people: Iterable[Named]) -> list[tuple[str, str]]:
    """Return pairs of name and initials, in the order of `people`; no two people in the list have the same initials."""
    names = [person.name for person in people]
    return list(zip(names, formats.distinct_initials(names), strict=True))


@register.filter(name="markdown")
def as_markdown(text: str, names: Iterable[str] = ()) -> SafeString:
    """Return Markdown as safe HTML; an `@` before one of `names`, the people whom the text may mention,
    is highlighted.
    """
    return markdown.to_html(text, names)


@register.filter
def checkboxes(form: BaseForm) -> list[BoundField]:
    """Return the visible checkbox fields of a form, in its order; pages show them together."""
    return [field for field in form.visible_fields() if field.widget_type == "checkbox"]
