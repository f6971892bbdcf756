"""Pages for lab staff on all addresses: who owns them, which are to be confirmed, and releasing one."""

from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.addresses.actions import STILL_INVITED, release_address
from accounts.addresses.forms import AddressSearchForm, ReleaseForm
from accounts.addresses.queries import (
    further_addresses,
    invited_people,
    owners_by_address,
    pending_by_address,
    pending_claims,
    releasable_addresses,
)
from accounts.emails import notify_of_release
from accounts.models import AddressRelease, User
from accounts.permissions import can_release_addresses
from accounts.requests import person
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate

PER_PAGE: Final = 25
MAX_RELEASES: Final = 10


@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Show lab staff the addresses that they can release, 25 on a page, with a search for a part of an address.

    Each address has its owner and the invitations that wait for it; below are the latest ten releases. Raises Refused
    for anyone else.
    """
    enforce(can_release_addresses(person(request)))
    form = AddressSearchForm(request.GET)
    text = form.cleaned_data["search"] if form.is_valid() else ""
    page: Any = paginate(releasable_addresses(timezone.now(), text), request.GET.get("page"), per_page=PER_PAGE)
    emails = [row["address"] for row in page]
    people, pending = owners_by_address(emails), pending_by_address(emails, timezone.now())
    rows = [{**row, "owner": people.get(row["address"]), "pending": pending.get(row["address"], ())} for row in page]
    latest_releases = AddressRelease.objects.select_related("person", "staff").order_by("-pk")[:MAX_RELEASES]
    context = {"form": form, "page": page, "rows": rows, "latest_releases": latest_releases}
    return htmx.render(request, "accounts/addresses/addresses.html", "results", context)


@form_page
def release(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show lab staff the form to release an address; release it on POST, after they gave their password again.

    `kind` ("claim", "further" or "invited") and `pk`, the key in the table of that kind, name the address; raises
    Http404 when there is none. The person who loses the address reads the reason.
    """
    enforce(can_release_addresses(person(request)))
    someone, email = _person_and_address(kind, pk)
    form = ReleaseForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        answer: HttpResponse = _release_after_password(request, kind, someone, email, form)
        return answer
    return _release_page(kind, someone, email).show(request, form)


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _release_after_password(
    request: HttpRequest, kind: str, someone: User, email: str, form: ReleaseForm
) -> HttpResponse:
    """Release the address with the reason in the form and redirect to the list; show the form again if it is refused.

    Lab staff give their password again first. `someone`, who loses the address, gets an e-mail if they have an account.
    `kind` is "claim", "further" or "invited".
    """
    arguments = {"person": someone, "email": email, "at": timezone.now(), "by": person(request)}
    if row := apply_form(form, release_address, **arguments):
        if someone.joined:
            notify_of_release(row)
        messages.success(request, _("The address %(email)s is released.") % {"email": email})
        return redirect("addresses")
    return _release_page(kind, someone, email).show(request, form)


def _person_and_address(kind: str, pk: int) -> tuple[User, str]:
    """Return the person and the address of a row in the list of addresses; raises Http404 when there is none.

    `kind` is "claim", "further" or "invited", and `pk` the key in the table of that kind.
    """
    if kind == "invited":
        someone = get_object_or_404(invited_people(), pk=pk)
        return someone, someone.email
    rows: dict[str, QuerySet[Any]] = {"claim": pending_claims(timezone.now()), "further": further_addresses()}
    if kind not in rows:
        raise Http404
    row: Any = get_object_or_404(rows[kind].select_related("user"), pk=pk)
    return row.user, row.email


def _consequences(kind: str, someone: User) -> tuple[str, ...]:
    """Return the sentences that tell lab staff what releasing the address does to `someone`, who has it.

    `kind` is "claim" (to be confirmed), "further" (of an account) or "invited" (of someone who never joined).
    """
    person, free = (
        {"person": someone},
        _("The address is free: it can be used for an invitation, or added to another account."),
    )
    if kind == "invited":
        return _("The name and address of %(person)s, who never joined, are erased.") % person, free
    reason = _("%(person)s gets an e-mail with the reason.") % person
    if kind == "claim":
        return _("%(person)s can no longer confirm it: the link sent to the address no longer works.") % person, reason
    return _("%(person)s can no longer sign in with it.") % person, reason, free


def _release_page(kind: str, someone: User, email: str) -> FormPage:
    """Return the page with the form that releases the address of `someone`, with its consequences.

    While an invitation waits for the address, the page says so and has no form. `kind` is "claim", "further" or
    "invited".
    """
    return FormPage(
        title=_("Release %(email)s") % {"email": email},
        action=_("Release the address"),
        cancel=reverse("addresses"),
        crumb=_("E-mail addresses"),
        is_destructive=True,
        consequences=_consequences(kind, someone),
        unavailable_reason=STILL_INVITED if not someone.joined and pending_by_address([email], timezone.now()) else "",
    )
