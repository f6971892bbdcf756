"""Pages of programmes: the list, and one programme with its formats, editions and published figures."""

from typing import Final

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes import actions
from programmes.filters import ProgrammeFilter
from programmes.forms import ProgrammeForm
from programmes.models import Edition, Programme
from programmes.models.editions import EDITIONS_PER_PAGE
from programmes.permissions import can_manage_programmes
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page
from web.pages import htmx
from web.pages.pagination import paginate

LATEST_EDITIONS: Final = 5  # of each programme in the list


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes, each with the latest five editions the person may see, filtered by family.

    Drafts are for lab staff only.
    """
    user = person(request)
    latest = Edition.objects.visible_to(user).latest_first()[:LATEST_EDITIONS]
    editions = Prefetch("editions", latest, to_attr="visible_editions")
    filtered = ProgrammeFilter(request.GET, queryset=Programme.objects.visible_to(user).prefetch_related(editions))
    context = {
        "filter": filtered,
        "page": paginate(filtered.qs, request.GET.get("page")),
        "can_manage": can_manage_programmes(user),
    }
    return htmx.render(request, "programmes/list.html", "results", context)


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a programme, its published figures, and the formats and editions the person may see, the latest first, ten
    editions a page.

    Drafts of formats and editions are shown to lab staff only.
    """
    user = person(request)
    programme = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    editions = programme.editions.visible_to(user).latest_first()
    context = {
        "programme": programme,
        "formats": programme.formats.visible_to(user).latest_first(),
        "page": paginate(editions, request.GET.get("page"), per_page=EDITIONS_PER_PAGE),
        "claims": programme.claims.all(),
        "can_manage": can_manage_programmes(user),
    }
    return render(request, "programmes/page.html", context)


@form_page
def create_programme(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form for a new programme; create it on POST and go to its page. Raises Refused for others."""
    user = person(request)
    enforce(can_manage_programmes(user))
    form = ProgrammeForm(request.POST or None)
    if created := apply_form(form, actions.create_programme, by=user):
        messages.success(request, _("The programme is created. Give it a format, then open an edition."))
        return redirect(created)
    page = FormPage(_("Create programme"), _("Create programme"), reverse("programmes:programmes"))
    return page.show(request, form)
