"""The cells of a canvas and the buttons of its steps as HTML, in Python: a page has fifty cells, and a template for
each took half of its time.
"""

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from canvases.views.layout import CellSlot, StepHeading
from web.assets import icons
from web.templatetags.web import state_tag
from web.text.escaping import as_html

register = template.Library()

ICON_SIZE = 16


@register.simple_block_tag
def cell(content: SafeString, slot: CellSlot, *, can_edit: bool = False, focus: bool = False) -> SafeString:
    """Return the HTML of what is written in a cell, with its evidence, and a link to write in it for those who may.

    The content of the tag is shown below the text. With `focus`, the link is focused once the cell is swapped in.
    """
    state = f" cell-content-{as_html(slot.state)}" if slot.state else ""
    link = _write_link(slot, focus=focus) if can_edit else ""
    html = (
        f'<div class="cell-content{state}">{_text(slot)}{content.strip()}'
        f'<div class="cell-foot">{_evidence(slot)}{link}</div></div>'
    )
    return mark_safe(html)  # noqa: S308 - every part is escaped


def _text(slot: CellSlot) -> str:
    """Return the HTML of the level and the text of a cell; of an empty one, what can be written there."""
    level = (
        f'<p class="level level-{as_html(slot.cell.level)}"><b>{as_html(slot.level_label)}</b></p>'
        if slot.cell and slot.level_label
        else ""
    )
    if slot.cell and slot.cell.text:
        return f'{level}<div class="cell-text">{linebreaks(slot.cell.text, autoescape=True)}</div>'
    return level if slot.state else f'{level}<p class="cell-help">{as_html(slot.lane.help_text)}</p>'


def _evidence(slot: CellSlot) -> str:
    """Return the HTML of the state of a text and of what it cites; "" for an empty cell."""
    if slot.state is None:
        return ""
    tag = state_tag(slot.state.label, slot.state.tone)
    if slot.evidence:
        return f'{tag} <a class="small" href="{as_html(slot.evidence.href)}">{as_html(slot.evidence.text)}</a> '
    if slot.is_withdrawn:
        return f'{tag} <span class="small">{as_html(_("The note was withdrawn, or its consent has ended."))}</span> '
    return f"{tag} "


def _write_link(slot: CellSlot, *, focus: bool) -> str:
    """Return the HTML of the link to the form of a cell, named for its lane and step."""
    step = f" · {as_html(slot.step)}" if slot.step else ""
    href, data_focus = as_html(slot.href), " data-focus" if focus else ""
    return (
        f'<a class="cell-edit small no-print" href="{href}" hx-get="{href}"{data_focus}>'
        f"{as_html(_('Edit') if slot.state else _('Write'))} "
        f'<span class="visually-hidden">{as_html(slot.lane.label)}{step}</span></a>'
    )


@register.simple_tag
def step_actions(heading: StepHeading) -> SafeString:
    """Return the HTML of the links and buttons that change a step."""
    step = {"step": heading.step}
    rename = _step_link(heading.rename_href, "pencil", _("Edit the name “%(step)s”") % step)
    earlier = _move_button(heading.earlier_href, "arrow-left", _("Move “%(step)s” earlier") % step)
    later = _move_button(heading.later_href, "arrow-right", _("Move “%(step)s” later") % step)
    remove = _step_link(heading.remove_href, "trash-2", _("Remove “%(step)s”") % step)
    html = f'<span class="step-actions no-print">{rename}{earlier}{later}{remove}</span>'
    return mark_safe(html)  # noqa: S308 - every part is escaped


def _step_link(href: str, icon: str, name: str) -> str:
    """Return the HTML of a link that shows an icon and has a name for screen readers."""
    return f'<a class="icon-button" href="{as_html(href)}">{_named_icon(icon, name)}</a>'


def _move_button(href: str, icon: str, name: str) -> str:
    """Return the HTML of a button that moves a step; "" without an address, where the step cannot move."""
    if not href:
        return ""
    start = f'<button type="submit" class="icon-button" form="move-step" formaction="{as_html(href)}">'
    return f"{start}{_named_icon(icon, name)}</button>"


def _named_icon(icon: str, name: str) -> str:
    """Return the HTML of an icon with a name that only screen readers read."""
    return f'{icons.draw(icon, size=ICON_SIZE)}<span class="visually-hidden">{as_html(name)}</span>'
