"""The ledger: what will go, went, is held or failed; the switch; one reminder before it goes. For lab staff."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications import actions, letters
from notifications.filters import LetterFilter
from notifications.forms import HoldForm
from notifications.models import Delivery, MailSwitch, Reminder
from notifications.permissions import may_keep_letters
from notifications.registries import event_kinds
from web.decisions import enforce
from web.errors import DomainError
from web.htmx import render as render_partial
from web.pagination import paginate

MOST_NAMED = 50


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware lets nobody else in
    return request.user


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every letter, the latest first."""
    enforce(may_keep_letters(_person(request)))
    rows = Delivery.objects.latest_first().select_related("user").prefetch_related("items__reminder")
    found = LetterFilter(request.GET, queryset=rows)
    context = {
        "form": found.form,
        "page": paginate(found.qs, request.GET.get("page")),
        "switch": MailSwitch.objects.filter(held_since__isnull=False).select_related("held_by").first(),
    }
    return render_partial(request, "notifications/ledger.html", "results", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Stop every letter, after saying what that means."""
    user = _person(request)
    enforce(may_keep_letters(user))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.hold_mail(reason=form.cleaned_data["reason"], at=timezone.now(), by=user)
        messages.success(request, _("Letters are held. Nothing leaves until you release them."))
        return redirect("notifications:ledger")
    return render(request, "notifications/hold.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """Let letters leave again, after saying how many are waiting."""
    user = _person(request)
    enforce(may_keep_letters(user))
    if request.method == "POST":
        actions.release_mail(by=user)
        messages.success(request, _("Letters leave again."))
        return redirect("notifications:ledger")
    due = Delivery.objects.claimable(timezone.now())[:MOST_NAMED].count()
    return render(request, "notifications/release.html", {"due": due, "more": due == MOST_NAMED})


@require_safe
def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a ladder: whom it concerns at this moment, and how it reads for the first of them."""
    enforce(may_keep_letters(_person(request)))
    row = get_object_or_404(Reminder, pk=pk)
    went = row.items.select_related("user", "delivery", "reminder")[:MOST_NAMED]
    people = [] if went else _concerned(row)
    first = people[0] if people else next((item.user for item in went), None)
    context = {
        "reminder": row,
        "items": went,
        "people": people[:MOST_NAMED],
        "count": len(people),
        "letter": letters.preview(first, [row]) if first else None,
        "reader": first,
    }
    return render(request, "notifications/reminder.html", context)


def _concerned(row: Reminder) -> list[User]:
    if row.kind not in event_kinds:
        return []
    return [found.user for found in event_kinds[row.kind].recipients(row, timezone.now())]


def _act(request: HttpRequest, pk: int, verb: Callable[..., Any], done: StrOrPromise, **kwargs: Any) -> HttpResponse:
    """Find a letter, try a verb on it, go back to it with what became of that."""
    user = _person(request)
    row = get_object_or_404(Delivery.objects.visible_to(user), pk=pk)
    enforce(may_keep_letters(user))
    try:
        verb(letter=row, by=user, **kwargs)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return redirect(row)


@require_POST
def retry_letter(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The letter is in the queue again.")
    return _act(request, pk, actions.retry_letter, done, at=timezone.now())


@require_POST
def hold_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.hold_letter, _("The letter is held back."))


@require_POST
def release_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.release_letter, _("The letter is in the queue again."), at=timezone.now())
