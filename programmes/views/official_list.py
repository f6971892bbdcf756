"""Pages that add authorities from the official list."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from programmes import actions
from programmes.forms import OfficialListForm
from programmes.models import Authority, ListedAuthority
from programmes.permissions import can_manage_programmes
from web.decisions import enforce
from web.errors import DomainError
from web.pages import htmx
from web.security.own_paths import next_path

MAX_ADDED = 12


@require_safe
def official_list(request: HttpRequest) -> HttpResponse:
    """Show lab staff a search in the official list, with a button to add each authority; 403 for others.

    `?search=` is a part of the name or of the SIREN, `?next=` the page to go on with, home by default.
    """
    enforce(can_manage_programmes(person(request)))
    form = OfficialListForm(request.GET)
    text = form.cleaned_data["search"] if form.is_valid() else ""
    found = list(ListedAuthority.objects.found_by(text))
    added = _already_added(found)
    context = {
        "form": form,
        "text": text,
        "rows": [{"listed": row, "authority": _match(row, added)} for row in found],
        "is_loaded": bool(found) or not text or ListedAuthority.objects.exists(),
        "latest": Authority.objects.order_by("-pk")[:MAX_ADDED],
        "next": next_path(request),
    }
    return htmx.render(request, "programmes/authorities/official_list.html", "results", context)


@require_POST
def add_listed_authority(request: HttpRequest, key: str) -> HttpResponse:
    """Add the authority with this key in the official list, and go back to the search; 403 for others than lab staff.

    A refusal, such as a SIREN that another authority has, is shown as a message.
    """
    user = person(request)
    enforce(can_manage_programmes(user))
    listed = get_object_or_404(ListedAuthority, key=key)
    try:
        authority = actions.add_listed_authority(listed=listed, by=user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        text = _("%(authority)s is added.") if authority.siren else _("%(authority)s is added, without a SIREN number.")
        messages.success(request, text % {"authority": authority})
    kept = {"search": request.POST.get("search", ""), "next": next_path(request)}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"{reverse('programmes:official_list')}?{query}")


def _already_added(found: Iterable[ListedAuthority]) -> list[Authority]:
    """Return the authorities that have the SIREN, or kind and INSEE code, of one of these rows (one statement)."""
    matching = Q(pk=None)
    for row in found:
        matching |= Q(siren=row.siren) if row.siren else Q(kind=row.kind, insee_code=row.insee_code)
    return list(Authority.objects.filter(matching))


def _match(row: ListedAuthority, added: Iterable[Authority]) -> Authority | None:
    """Return the authority that was added from this row; None where none was."""
    for authority in added:
        if row.siren and authority.siren == row.siren:
            return authority
        if not row.siren and (authority.kind, authority.insee_code) == (row.kind, row.insee_code):
            return authority
    return None
