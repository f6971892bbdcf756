"""Pages that consist of one form: the submitted data, running an action with it, and the page itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
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


@runtime_checkable
class RenewableForm(Protocol):
    """A form with hidden values, such as an idempotency key, that must change before a refused form is sent again."""

    def renew(self) -> None:
        """Give the sent form new hidden values, and keep what was typed."""


@runtime_checkable
class FormWithArguments(Protocol):
    """A form whose values are not the arguments of its action as they are."""

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form as arguments of its action."""


def apply_form(form: BaseForm, action: Callable[..., R], **arguments: Any) -> R | None:
    """Run the action with the form's values and `arguments`, and return its result.

    The values are the form's `action_arguments()` where it has this method, else its cleaned data. None when the form
    is not sent or not valid, or when the action raises a DomainError, which is added to the form.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    with adding_errors_to(form):
        values = form.action_arguments() if isinstance(form, FormWithArguments) else form.cleaned_data
        return action(**arguments, **values)
    return None


@contextmanager
def adding_errors_to(form: BaseForm) -> Iterator[None]:
    """Add a DomainError that is raised inside the block to the form, which keeps what was typed; it does not propagate.

    A `RenewableForm` is renewed. Code after the block then runs too, so return from inside the block on success.
    """
    try:
        yield
    except DomainError as error:
        error.add_to(form)
        if isinstance(form, RenewableForm):
            form.renew()


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form: its title, the label of its button, and the URL to `cancel`.

    `crumb` names the object of the page and links to `crumb_href`, by default to `cancel`; `parent` names what the
    object is part of. `consequences` are sentences about what will happen; an `is_destructive` page is styled as a
    warning. One that signs the person out is `is_leaving`: it warns of drafts on the phone first. With an
    `unavailable_reason`, this reason is shown in place of the form.
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
    is_leaving: bool = False
    unavailable_reason: StrOrPromise = ""

    @property
    def crumb_url(self) -> str:
        """The URL to which the breadcrumb of the page's object links: `crumb_href`, or `cancel` if that is empty."""
        return self.crumb_href or self.cancel

    def show(self, request: HttpRequest, form: BaseForm) -> HttpResponse:
        """Return the response that shows this page with the form, bound or not; its status is 200."""
        return render(request, "form_page.html", {"page": self, "form": form})


def form_response(
    request: HttpRequest,
    form: BaseForm,
    page: FormPage,
    action: Callable[..., Any],
    *,
    done: StrOrPromise,
    to_result: bool = False,
    **arguments: Any,
) -> HttpResponse:
    """Run the action when a valid form was sent, and go on with the message `done`; otherwise show the page.

    The action gets `arguments` and the form's values (`apply_form`). The person goes on to where Cancel leads, or with
    `to_result` to the page of what the action returns.
    """
    result: Any = apply_form(form, action, **arguments)
    if not form.is_bound or form.errors:
        return page.show(request, form)
    messages.success(request, str(done))
    return redirect(result if to_result else page.cancel)
