"""What pages about an exchange share: the exchange of the URL, the roles of the reader, and pages with one form."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.enums import UPCOMING_STATES
from exchanges.models import Exchange
from exchanges.permissions import EditionRoles
from web.forms.pages import FormPage, submitted_data
from web.text import formats
from web.text.language import active_language


def get_exchange_or_404(request: HttpRequest, pk: int) -> Exchange:
    """Return the exchange with this key, with its edition and host, or raise Http404 when the signed-in person may not
    read it.

    People read the exchanges of editions where they are a member or an authority admin, and imported published facts;
    lab staff all.
    """
    return get_object_or_404(Exchange.objects.visible_to(person(request)).with_host_and_edition(), pk=pk)


def roles_for(request: HttpRequest, exchange: Exchange) -> EditionRoles:
    """Return the roles of the signed-in person in each cohort of the exchange's edition, today by the host's date."""
    return EditionRoles(person(request), exchange.edition, exchange_today(exchange))


def current_time() -> datetime:
    """Return the present moment, for the `at` argument of actions."""
    return timezone.now()


def exchange_form_page(
    exchange: Exchange,
    title: StrOrPromise,
    action: StrOrPromise,
    cancel_href: str = "",
    consequences: Iterable[StrOrPromise] = (),
    **more: Any,
) -> FormPage:
    """Return a form page about an exchange, with a title, the label of its button (`action`), and sentences on the
    consequences.

    Cancel leads to `cancel_href`, or to the page of the exchange. `more` are further attributes of `FormPage`, such as
    `intro`.
    """
    exchange_href = exchange.get_absolute_url()
    return FormPage(
        title,
        action,
        cancel_href or exchange_href,
        crumb=exchange,
        crumb_href=exchange_href,
        parent=exchange.edition,
        consequences=tuple(consequences),
        **more,
    )


def dates_of(exchange: Exchange) -> str:
    """Return the dates of the exchange in words, in the active language, like “mar. 8 – mer. 9 juin 2027”.

    Empty while they are not known.
    """
    first, last = exchange.first_day, exchange.last_day
    return formats.period(first, last, active_language(), with_weekday=True) if first and last else ""


def refusal_unless_upcoming(request: HttpRequest, exchange: Exchange, reason: str) -> str:
    """Return `reason`, a text to show instead of a form, when the exchange is held, closed, cancelled or a published
    fact; else "".

    It is empty for a form that was sent: the action itself then refuses.
    """
    upcoming = exchange.state in UPCOMING_STATES and not exchange.retrospective
    return "" if upcoming or submitted_data(request) else reason
