"""The cells of ideas in tables, as HTML: of the list of ideas, and of the tables on pages of challenges and cohorts."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from prototypes.models import Idea
from web.lists.columns import NUMBER
from web.site_addresses import cached_reverse
from web.templatetags.web import or_unknown, precise_to, state_tag
from web.text.escaping import as_html

# The columns of an idea, and of its owner, that the rows show.
ROW_COLUMNS: Final = (
    *("id", "reference", "title", "state", "state_label", "state_since", "state_precision"),
    *("last_update_on", "retrospective"),
)
OWNER_COLUMNS: Final = ("owner__full_name", "owner__email")


def render_idea_rows(ideas: Iterable[Idea], *, detailed: bool = False) -> SafeString:
    """Return the HTML of the table rows of these ideas: reference, title, state and last update.

    With `detailed`, rows have the owner too, and whether the state is unconfirmed and the reader may confirm it: the
    ideas then have the annotations of `with_confirmation_flags`. Rows are composed here because a loop in the template
    takes twice as long.
    """
    label = as_html(_("Last update"))
    content = "".join(
        f'<tr><td class="fig">{as_html(idea.reference)}</td>'
        f'<th scope="row">{title_cell(idea)}{_owner(idea) if detailed else ""}</th>'
        f"<td>{state_cell(idea) if detailed else state_tag(idea.state_text, idea.tone)}</td>"
        f'<td class="{NUMBER}" data-label="{label}">{as_html(last_update_cell(idea))}</td></tr>'
        for idea in ideas
    )
    return mark_safe(content)  # noqa: S308 - every part is escaped


def _owner(idea: Idea) -> str:
    """Return the HTML of the name of the idea’s owner after a space, "" without one."""
    return f" <small>{as_html(idea.owner)}</small>" if idea.owner else ""


def title_cell(idea: Idea) -> SafeString:
    """Return the title of the idea as a link to its page."""
    link = f'<a href="{as_html(idea.get_absolute_url())}">{as_html(idea.title)}</a>'
    return mark_safe(link)  # noqa: S308 - every part is escaped


def state_cell(idea: Idea) -> SafeString:
    """Return the state of the idea, whether it is unconfirmed, and the link to confirm it for those who may."""
    annotated: Any = idea  # as by `with_confirmation_flags`
    tags = [state_tag(idea.state_text, idea.tone)]
    if annotated.is_unconfirmed:
        tags.append(state_tag(_("unconfirmed"), "waiting"))
    if annotated.can_confirm:
        tags.append(_confirm_button(idea))
    return mark_safe(" ".join(tags))  # noqa: S308 - each is HTML


def _confirm_button(idea: Idea) -> SafeString:
    """Return the link to the page that confirms the state of the idea."""
    href, text = as_html(cached_reverse("prototypes:confirm_idea", idea.pk)), as_html(_("Confirm"))
    name = f"{text} {as_html(idea.reference)}"
    link = f'<a class="btn btn-sm btn-quiet no-print" href="{href}" aria-label="{name}">{text}</a>'
    return mark_safe(link)  # noqa: S308 - every part is escaped


def last_update(idea: Idea) -> date | None:
    """Return the day of the last update; of published facts, the day since which the state is known."""
    return idea.state_since if idea.retrospective else idea.last_update_on


def last_update_cell(idea: Idea) -> str:
    """Return the last update as precisely as it is known; HTML if it is not known."""
    if idea.retrospective:
        return str(or_unknown(precise_to(idea.state_since, idea.state_precision)))
    return precise_to(idea.last_update_on, "day")
