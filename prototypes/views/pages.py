"""The page that all forms of this app share: run the action, show its refusal, or go on with a message."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_stubs_ext import StrOrPromise

from prototypes.forms import IdempotentForm
from web.errors import DomainError
from web.forms.pages import FormPage


def form_response(
    request: HttpRequest,
    form: forms.Form,
    perform: Callable[[], Any],
    *,
    title: StrOrPromise,
    action: StrOrPromise,
    done: StrOrPromise,
    back: str = "",
    crumb: Any = None,
) -> HttpResponse:
    """Show the form; on POST, if it is valid, call `perform` and redirect to `back`, or to the row that `perform`
    returns.

    A DomainError is shown in the form, which keeps its values under a new idempotency key. `action` is the text of the
    button, `done` the message of success, `crumb` the object that the page belongs to.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = perform()
        except DomainError as error:
            if isinstance(form, IdempotentForm):
                form.renew()
            error.add_to(form)
        else:
            messages.success(request, str(done))
            return redirect(back or result)
    cancel = back or (crumb.get_absolute_url() if crumb else "")
    return FormPage(title, action, cancel, crumb=crumb or "").show(request, form)
