"""The steps every form of the app shares: the action, its refusal, message, and where one goes next."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_stubs_ext import StrOrPromise

from prototypes.forms import EntryForm
from web.errors import DomainError
from web.forms.pages import FormPage


def ask(
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
    """Show the form; when it is sent and valid call the action, then go to what it gives, or `back`.

    A refusal of the domain comes back in the form, which keeps what was typed under a new key.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = perform()
        except DomainError as error:
            if isinstance(form, EntryForm):
                form.renew()
            error.add_to(form)
        else:
            messages.success(request, str(done))
            return redirect(back or made)
    cancel = back or (crumb.get_absolute_url() if crumb else "")
    return FormPage(title, action, cancel, crumb=crumb or "").show(request, form)
