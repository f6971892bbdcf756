"""The rows of a table of published figures."""

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import capfirst
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programmes.models import Claim
from web.templatetags.web import number, or_unknown, precise_to, state_tag
from web.text.escaping import as_html

register = template.Library()


@register.filter
def claim_rows(claims: Iterable[Claim]) -> SafeString:
    """Return the rows of published figures: name, value, day, definition and source.

    They are composed here because a loop in the template takes several times as long.
    """
    return mark_safe("".join(map(_claim_row, claims)))  # noqa: S308 - numbers, and texts that are escaped


def _claim_row(claim: Claim) -> str:
    """Return the row of one published figure."""
    scope = f' <small class="small">{as_html(claim.scope)}</small>' if claim.scope else ""
    about = f"{as_html(pgettext('before a number', 'about'))} " if claim.approximate else ""
    day = or_unknown(precise_to(claim.as_of, claim.as_of_precision))
    definition = claim.definition or state_tag(_("published, definition unknown"), "waiting")
    not_found = "" if claim.verified else f" <b>{as_html(_('(not found in a public page)'))}</b>"
    return (
        f"<tr><td>{as_html(capfirst(claim.label))}{scope}</td>"
        f'<td class="n nowrap" data-label="{as_html(_("Value"))}">{about}{number(float(claim.value), 2)}</td>'
        f'<td class="nowrap" data-label="{as_html(_("As of"))}">{as_html(day)}</td>'
        f'<td>{as_html(definition)}</td><td class="small">{as_html(claim.source)}{not_found}</td></tr>'
    )
