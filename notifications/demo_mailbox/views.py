"""The demonstration's letterbox: the letters that left, as they arrived. There is no such page anywhere else."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications.demo_mailbox import reader as box
from web.pages.pagination import PER_PAGE, Page, page_number

P = ParamSpec("P")


def only_in_the_demonstration(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """404 unless DEMO is on."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "letters"


@require_safe
@only_in_the_demonstration
def letterbox(request: HttpRequest) -> HttpResponse:
    """What arrived, the newest first."""
    names = box.names(_folder())
    number = min(page_number(request.GET.get("page")), max(-(-len(names) // PER_PAGE), 1))
    start = (number - 1) * PER_PAGE
    rows = [box.read(_folder(), name) for name in names[start : start + PER_PAGE]]
    found = [row for row in rows if row]
    page = Page(found, number, len(names), capped=False, has_next=len(names) > start + PER_PAGE)
    return render(request, "notifications/letterbox.html", {"page": page})


@require_safe
@only_in_the_demonstration
def kept_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as it arrived."""
    found = box.read(_folder(), name, with_body=True)
    if found is None:
        raise Http404
    return render(request, "notifications/kept_letter.html", {"kept": found})
