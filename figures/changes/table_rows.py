"""The rows of the ideas that changed as HTML.

They are composed here because loops in the template take several times as long.
"""

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from figures.changes.lines import ChangedIdea, RecordText
from web.site_addresses import cached_reverse
from web.templatetags.web import day, precise_to, signed
from web.text.escaping import as_html


def changed_idea_rows(ideas: Iterable[ChangedIdea]) -> SafeString:
    """Return a row for each idea: why the figures changed, what was recorded, and by how much each figure changed."""
    labels = [as_html(label) for label in (_("Accepted"), _("Implemented"), _("Abandoned"))]
    return mark_safe("".join(_row(change, labels) for change in ideas))  # noqa: S308 - every part is escaped


def _row(change: ChangedIdea, labels: Sequence[str]) -> str:
    """Return the row of one idea; `labels` are those of the three figures, on phones."""
    effects = (
        f'<td class="n fig" data-label="{label}">{as_html(signed(moved))}</td>'
        for label, moved in zip(labels, change.effect, strict=True)
    )
    correction = f' <small class="small">{as_html(_("by a correction"))}</small>' if change.is_correction else ""
    records = "".join(f"<li>{_record(record)}</li>" for record in change.records)
    return (
        f"<tr><td>{_idea(change)}</td><td>{as_html(change.cause.label)}{correction}</td>"
        f'<td><ul class="small plain-links">{records}</ul></td>{"".join(effects)}</tr>'
    )


def _idea(change: ChangedIdea) -> str:
    """Return the reference and the title of an idea, a link for readers who may open it, and the parts of a split."""
    idea, title = change.idea, as_html(change.idea.title)
    if vars(idea)["readable"]:
        title = f'<a href="{as_html(cached_reverse("prototypes:idea", idea.pk))}">{title}</a>'
    if not change.parts:
        return f"{as_html(idea.reference)} {title}"
    split = as_html(_("Split. It counts once, with the outcome of its parts:"))
    return f'{as_html(idea.reference)} {title} <small class="small">{split} {as_html(", ".join(change.parts))}</small>'


def _record(text: RecordText) -> str:
    """Return one record: the day it was made, what was recorded, since when it holds, by whom and why."""
    record, colon = text.record, pgettext("between label and value", ":")
    parts = [
        f"{as_html(day(record.recorded_at))}{as_html(colon)}",
        as_html(text.reference),
        f"<b>{as_html(text.label)}</b>",
        f"({as_html(precise_to(record.effective_on, record.precision))})" if record.effective_on else "",
        f"· {as_html(text.by)}" if text.by else "",
        f"· {as_html(text.reason)}" if text.reason else "",
    ]
    return " ".join(filter(None, parts))
