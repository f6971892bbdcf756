"""Pages that are one form: what was sent, the action called on a valid form, and the page that asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from web.errors import DomainError

R = TypeVar("R")
form_page = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: None while it is only being read."""
    return request.POST if request.method == "POST" else None


def done(form: BaseForm, action: Callable[..., R], **given: Any) -> R | None:
    """What the action makes of the form; None while the form is not sent, not valid or refused.

    A refusal of the domain goes back into the form, which keeps what was typed.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    with refusals_into(form):
        return action(**given, **form.cleaned_data)
    return None


@contextmanager
def refusals_into(form: BaseForm) -> Iterator[None]:
    """What the domain refuses inside is said in the form, which keeps what was typed."""
    try:
        yield
    except DomainError as error:
        error.add_to(form)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form: its heading, the button, and `cancel`, the way back without doing anything.

    `crumb` is what the page is about; it leads to `crumb_href`, or where cancelling leads; `within` is what it is
    part of. `consequences` say what will happen, and a `grave` page asks for a second thought. `impossible` stands in
    the form's place and says why there is none.
    """

    title: StrOrPromise
    action: StrOrPromise
    cancel: str
    crumb: object = ""
    crumb_href: str = ""
    within: object = ""
    intro: StrOrPromise = ""
    consequences: tuple[StrOrPromise, ...] = ()
    grave: bool = False
    impossible: StrOrPromise = ""

    @property
    def up(self) -> str:
        """Where the crumb leads."""
        return self.crumb_href or self.cancel

    def show(self, request: HttpRequest, form: BaseForm) -> HttpResponse:
        return render(request, "form_page.html", {"page": self, "form": form})
