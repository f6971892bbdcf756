"""Pages that consist of one form: the submitted data, running an action with it, and the page itself."""

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


def submitted_data(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST request, to bind a form to; None for any other method,
    so that the form is not bound.
    """
    return request.POST if request.method == "POST" else None


def apply_form(form: BaseForm, action: Callable[..., R], **arguments: Any) -> R | None:
    """Run the action with the form's cleaned values and `arguments`, and return its result.

    None when the form is not sent or not valid, or when the action raises a DomainError, which is added to the form.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    with adding_errors_to(form):
        return action(**arguments, **form.cleaned_data)
    return None


@contextmanager
def adding_errors_to(form: BaseForm) -> Iterator[None]:
    """Add a DomainError that is raised inside the block to the form, which keeps what was typed; it does not propagate.

    Code after the block then runs too, so return from inside the block on success.
    """
    try:
        yield
    except DomainError as error:
        error.add_to(form)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form: its title, the label of its button, and the URL to `cancel`.

    `crumb` names the object of the page and links to `crumb_href`, by default to `cancel`; `parent` names what the
    object is part of. `consequences` are sentences about what will happen; an `is_destructive` page is styled as a
    warning. With an `unavailable_reason`, this reason is shown in place of the form.
    """

    title: StrOrPromise
    action: StrOrPromise
    cancel: str
    crumb: object = ""
    crumb_href: str = ""
    parent: object = ""
    intro: StrOrPromise = ""
    consequences: tuple[StrOrPromise, ...] = ()
    is_destructive: bool = False
    unavailable_reason: StrOrPromise = ""

    @property
    def crumb_url(self) -> str:
        """The URL to which the breadcrumb of the page's object links: `crumb_href`, or `cancel` if that is empty."""
        return self.crumb_href or self.cancel

    def show(self, request: HttpRequest, form: BaseForm) -> HttpResponse:
        """Return the response that shows this page with the form, bound or not; its status is 200."""
        return render(request, "form_page.html", {"page": self, "form": form})
