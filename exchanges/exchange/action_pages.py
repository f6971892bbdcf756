"""What the views have in common: the exchange a person may see, and a form about it that acts once it is right."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.enums import COMING
from exchanges.exchange.forms import SeenForm
from exchanges.models import Exchange
from exchanges.permissions import Standing
from web.errors import DomainError
from web.forms.pages import FormPage, sent
from web.text import formats


def find(request: HttpRequest, pk: int) -> Exchange:
    """The exchange, ready to be shown, or 404."""
    return get_object_or_404(Exchange.objects.visible_to(person(request)).with_place(), pk=pk)


def standing_of(request: HttpRequest, exchange: Exchange) -> Standing:
    return Standing(person(request), exchange.edition, exchange_today(exchange))


def now() -> datetime:
    return timezone.now()


def acted(request: HttpRequest, form: forms.Form, action: Callable[..., object], *, done: str, **known: object) -> bool:
    """Call the action with what was filled in and what is known, once the form was sent and is right.

    True when it went through (`done` is said); its refusals go to their fields.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        action(**form.cleaned_data, **known, by=person(request))
    except DomainError as error:
        error.add_to(form)
        if isinstance(form, SeenForm):
            form.look_again()
        return False
    messages.success(request, done)
    return True


def page_about(
    exchange: Exchange,
    title: StrOrPromise,
    action: StrOrPromise,
    back: str = "",
    says: Iterable[StrOrPromise] = (),
    **more: Any,
) -> FormPage:
    """A form about the exchange or a part of it; it `says` what will happen.

    Cancelling leads `back`, or to the exchange.
    """
    own = exchange.get_absolute_url()
    return FormPage(
        title,
        action,
        back or own,
        crumb=exchange,
        crumb_href=own,
        within=exchange.edition,
        consequences=tuple(says),
        **more,
    )


def dates_of(exchange: Exchange) -> str:
    """“mar. 8 – mer. 9 juin 2027”."""
    first, last = exchange.first_day, exchange.last_day
    return formats.period(first, last, get_language() or "fr", with_weekday=True) if first and last else ""


def unless_coming(request: HttpRequest, exchange: Exchange, why: str) -> str:
    """What stands in a form's place once there is nothing to change any more; a form that was sent has its answer."""
    coming = exchange.state in COMING and not exchange.retrospective
    return "" if coming or sent(request) else why
