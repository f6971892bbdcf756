"""Pages of the mailbox in which e-mails stay on this machine: of the demonstration, and of `make serve`."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from notifications.demo_mailbox import reader
from web.pages.pagination import PER_PAGE, Page, page_number

P = ParamSpec("P")


def where_emails_stay(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a view so that it raises Http404 unless e-mails stay on this machine.

    In the demonstration everyone signed in reads them; else administrators of the lab, since e-mails hold secret links.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (settings.DEMO or (settings.LOCAL_MAILBOX and person(request).is_lab_administrator)):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def _folder() -> Path:
    """Return the folder in which the demonstration's mail server stores e-mails, below the setting VAR_DIR."""
    return Path(settings.VAR_DIR) / "e-mails"


@require_safe
@where_emails_stay
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """Show the list of the e-mails that stayed on this machine, the newest first; Http404 where they are sent."""
    names = reader.email_names(_folder())
    number = min(page_number(request.GET.get("page")), max(-(-len(names) // PER_PAGE), 1))
    start = (number - 1) * PER_PAGE
    rows = [reader.read_email(_folder(), name) for name in names[start : start + PER_PAGE]]
    emails = [row for row in rows if row]
    page = Page(emails, number, len(names), capped=False, has_next=len(names) > start + PER_PAGE)
    return render(request, "notifications/demo_mailbox/mailbox.html", {"page": page})


@require_safe
@where_emails_stay
def demo_email(request: HttpRequest, name: str) -> HttpResponse:
    """Show one e-mail that stayed on this machine as it arrived; `name` is that of its file, without ending.

    Raises Http404 for an unknown name, and where e-mails are sent.
    """
    email = reader.read_email(_folder(), name, with_body=True)
    if email is None:
        raise Http404
    return render(request, "notifications/demo_mailbox/email.html", {"email": email})
