"""The one form page of the app, and the steps every form shares: verb, refusal, message."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_stubs_ext import StrOrPromise

from web.errors import DomainError


def form_page(
    request: HttpRequest,
    form: forms.Form,
    verb: Callable[[], Any],
    *,
    title: StrOrPromise,
    action: StrOrPromise,
    done: StrOrPromise,
    back: str = "",
    crumb: Any = None,
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is sent and valid call the verb, then go to what it gives, or `back`.

    A refusal of the domain comes back in the form, which keeps what was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = verb()
        except DomainError as error:
            error.add_to(form)
        else:
            messages.success(request, str(done))
            return redirect(back or made)
    cancel = back or (crumb.get_absolute_url() if crumb else "")
    context |= {"form": form, "title": title, "action": action, "back": cancel, "crumb": crumb}
    return render(request, "prototypes/form.html", context)


def posted(request: HttpRequest) -> Any:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None
