"""Pages about the programme of an exchange, day by day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.content import actions
from exchanges.content.context import date_of, days_of, participating_cohorts
from exchanges.content.enums import PROGRAMME_STATES
from exchanges.content.forms import ProgrammeItemForm
from exchanges.content.part_forms import content_href, missing_part_response, part_of
from exchanges.exchange.pages import exchange_form_page, get_exchange_or_404, roles_for
from exchanges.models import Exchange
from exchanges.permissions import can_prepare_exchange
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import form_page, form_response, submitted_data
from web.text import formats
from web.text.language import active_language


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the programme of every day of the exchange; lab staff get links to edit it while that is allowed."""
    exchange = get_exchange_or_404(request, pk)
    days = days_of(exchange)
    context = {
        "exchange": exchange,
        "days": days,
        "is_set": any(day.items for day in days),
        "can_set": _is_editable(exchange) and can_prepare_exchange(roles_for(request, exchange)),
    }
    return render(request, "exchanges/content/programme.html", context)


def _is_editable(exchange: Exchange) -> bool:
    """Return whether the programme can be edited now: from the confirmation of date and host until the exchange is
    closed.

    False for an exchange that was imported as published facts.
    """
    return exchange.state in PROGRAMME_STATES and not exchange.retrospective


@form_page
def add_to_programme(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to add a part to the programme of the exchange; add it on POST.

    `?day=` preselects the day by its number; the first day is 1.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    form = ProgrammeItemForm(
        submitted_data(request),
        days=_day_choices(exchange),
        cohorts=list(participating_cohorts(exchange)),
        initial={"day": request.GET.get("day", "1")},
    )
    page = exchange_form_page(exchange, _("Add part to the programme"), _("Add"), content_href("programme", exchange))
    done = _("The part is added to the programme.")
    return form_response(
        request, form, page, actions.add_to_programme, done=done, exchange=exchange, by=person(request)
    )


@form_page
def change_programme(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Show lab staff the form for a part of the programme of the exchange; save it on POST.

    `pk` is the key of the exchange, `key` that of the part. When someone has deleted it, a POST gets a message, other
    requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    back, item = content_href("programme", exchange), part_of(request, exchange.programme.all(), key)
    if item is None:
        return missing_part_response(request, back)
    form = ProgrammeItemForm(
        submitted_data(request), days=_day_choices(exchange), cohorts=list(participating_cohorts(exchange)), item=item
    )
    page, done = exchange_form_page(exchange, _("Edit this part"), _("Save"), back), _("The programme is changed.")
    return form_response(request, form, page, actions.change_programme, done=done, item=item, by=person(request))


@form_page
def remove_from_programme(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Ask lab staff to confirm that a part is removed from the programme; delete it on POST.

    `pk` is the key of the exchange, `key` that of the part. When someone has deleted it, a POST gets a message, other
    requests Http404.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_prepare_exchange(roles_for(request, exchange)))
    back, item = content_href("programme", exchange), part_of(request, exchange.programme.all(), key)
    if item is None:
        return missing_part_response(request, back)
    page = exchange_form_page(
        exchange, _("Remove this part"), _("Remove this part"), back, [item.title], is_destructive=True
    )
    done, form = _("The part is removed."), ConfirmationForm(submitted_data(request))
    return form_response(request, form, page, actions.remove_from_programme, done=done, item=item, by=person(request))


def _day_choices(exchange: Exchange) -> list[tuple[int, str]]:
    """Return the days of the exchange as pairs of number (from 1) and label, for a choice field; one day if the length
    is unknown.
    """
    return [(number, _day_label(exchange, number)) for number in range(1, (exchange.days or 1) + 1)]


def _day_label(exchange: Exchange, number: int) -> str:
    """Return the weekday and date of a day of the exchange in the active language, or the number alone while the date
    is not known.

    `number` 1 is the first day.
    """
    day = date_of(exchange, number)
    return formats.weekday(day, active_language()) if day else str(number)
