"""The programme of an exchange, day by day, on the screen and on paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchanges.content import actions
from exchanges.content.context import date_of, days_of, taking_part
from exchanges.content.enums import PROGRAMMING
from exchanges.content.forms import ProgrammeItemForm
from exchanges.content.part_forms import address, filled, gone, part_of
from exchanges.exchange.action_pages import find, page_about, standing_of
from exchanges.models import Exchange
from exchanges.permissions import may_prepare
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import form_page, sent
from web.text import formats


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens when, and who leads it."""
    exchange = find(request, pk)
    days = days_of(exchange)
    context = {
        "exchange": exchange,
        "days": days,
        "is_set": any(day.items for day in days),
        "can_set": _is_being_set(exchange) and may_prepare(standing_of(request, exchange)),
    }
    return render(request, "exchanges/programme.html", context)


def _is_being_set(exchange: Exchange) -> bool:
    return exchange.state in PROGRAMMING and not exchange.retrospective


@form_page
def add_to_programme(request: HttpRequest, pk: int) -> HttpResponse:
    """One more part; `?day=` is the day chosen on the page."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    form = ProgrammeItemForm(
        sent(request),
        days=_choices(exchange),
        cohorts=list(taking_part(exchange)),
        initial={"day": request.GET.get("day", "1")},
    )
    page = page_about(exchange, _("Add part to the programme"), _("Add"), address("programme", exchange))
    done = _("The part is added to the programme.")
    return filled(request, form, page, actions.add_to_programme, done=done, exchange=exchange)


@form_page
def change_programme(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Move a part, or say it otherwise."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    back, item = address("programme", exchange), part_of(request, exchange.programme.all(), key)
    if item is None:
        return gone(request, back)
    form = ProgrammeItemForm(sent(request), days=_choices(exchange), cohorts=list(taking_part(exchange)), item=item)
    page, done = page_about(exchange, _("Edit this part"), _("Save"), back), _("The programme is changed.")
    return filled(request, form, page, actions.change_programme, done=done, item=item)


@form_page
def remove_from_programme(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Leave a part out."""
    exchange = find(request, pk)
    enforce(may_prepare(standing_of(request, exchange)))
    back, item = address("programme", exchange), part_of(request, exchange.programme.all(), key)
    if item is None:
        return gone(request, back)
    page = page_about(exchange, _("Remove this part"), _("Remove this part"), back, [item.title], grave=True)
    done, form = _("The part is removed."), SureForm(sent(request))
    return filled(request, form, page, actions.remove_from_programme, done=done, item=item)


def _choices(exchange: Exchange) -> list[tuple[int, str]]:
    """The days, with their weekday."""
    return [(number, _named(exchange, number)) for number in range(1, (exchange.days or 1) + 1)]


def _named(exchange: Exchange, number: int) -> str:
    day = date_of(exchange, number)
    return formats.weekday(day, get_language() or "fr") if day else str(number)
