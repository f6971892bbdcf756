"""How a form page answers: the verb is called on a valid form, and a refusal goes back into the form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from web.errors import DomainError

R = TypeVar("R")
form_page = require_http_methods(["GET", "HEAD", "POST"])


def done(form: forms.BaseForm, verb: Callable[..., R], **given: Any) -> R | None:
    """What the verb makes of the form; None while the form is not sent, not valid or refused."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return verb(**given, **form.cleaned_data)
    except DomainError as error:
        error.add_to(form)
        return None


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form: its heading, the button, and the way back without doing anything."""

    title: StrOrPromise
    action: StrOrPromise
    cancel: str
    crumb: object = ""
    intro: StrOrPromise = ""
    consequences: tuple[StrOrPromise, ...] = ()
    template: str = "programmes/form.html"

    def show(self, request: HttpRequest, form: forms.BaseForm) -> HttpResponse:
        return render(request, self.template, {"page": self, "form": form})


CONFIRM = "programmes/confirm.html"
