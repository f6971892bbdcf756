"""What the pages of an exchange's content have in common: its parts, one by one, and forms that lead back to them."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from exchanges.exchange.action_pages import acted
from exchanges.models import Exchange
from web.forms.pages import FormPage

M = TypeVar("M", bound=Model)


def address(route: str, exchange: Exchange) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk])


def part_of(request: HttpRequest, rows: QuerySet[M], key: int) -> M | None:
    """One part of an exchange; 404 where there is none, None where its form was sent a second time."""
    found = rows.filter(pk=key).first()
    if found is None and request.method != "POST":
        raise Http404
    return found


def gone(request: HttpRequest, back: str) -> HttpResponse:
    """The answer to a form about a part that somebody has taken away."""
    messages.info(request, _("This item no longer exists. Someone may have removed it."))
    return redirect(back)


def filled(
    request: HttpRequest,
    form: forms.Form,
    page: FormPage,
    action: Callable[..., object],
    *,
    done: StrOrPromise,
    **known: object,
) -> HttpResponse:
    """Call the action once the form is sent and right, then go back; else show the page."""
    if acted(request, form, action, done=str(done), **known):
        return redirect(page.cancel)
    return page.show(request, form)
