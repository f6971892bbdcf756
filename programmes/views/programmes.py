"""The list of programmes, and a programme with its formats, editions and published figures."""

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
from programmes.permissions import may_keep_programmes
from web.decisions import enforce
from web.forms.pages import FormPage, done, form_page
from web.pages import htmx
from web.pages.pagination import paginate


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme with the editions the person may see."""
    user = person(request)
    editions = Prefetch("editions", Edition.objects.visible_to(user).latest_first(), to_attr="shown")
    found = ProgrammeFilter(request.GET, queryset=Programme.objects.visible_to(user).prefetch_related(editions))
    context = {
        "filter": found,
        "page": paginate(found.qs, request.GET.get("page")),
        "may_keep": may_keep_programmes(user),
    }
    return htmx.render(request, "programmes/programmes.html", "results", context)


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, its formats by version, its editions, and what was published about it."""
    user = person(request)
    found = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    context = {
        "programme": found,
        "formats": found.formats.visible_to(user).latest_first(),
        "editions": found.editions.visible_to(user).select_related("format").latest_first(),
        "claims": found.claims.all(),
        "may_keep": may_keep_programmes(user),
    }
    return render(request, "programmes/programme.html", context)


@form_page
def create_programme(request: HttpRequest) -> HttpResponse:
    user = person(request)
    enforce(may_keep_programmes(user))
    form = ProgrammeForm(request.POST or None)
    if made := done(form, actions.create_programme, by=user):
        messages.success(request, _("The programme is created. Give it a format, then open an edition."))
        return redirect(made)
    page = FormPage(_("Create programme"), _("Create programme"), reverse("programmes:programmes"))
    return page.show(request, form)
