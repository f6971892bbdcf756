"""Authorities: the list, one with its facts and people, and naming those who answer for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.emails import tell_of_part
from accounts.models import User
from accounts.requests import person
from programmes import actions
from programmes.clock import authority_today
from programmes.filters import AuthorityFilter
from programmes.forms import AdminForm, AuthorityForm
from programmes.models import Authority, AuthorityAdmin
from programmes.permissions import may_keep_programmes, may_see_admins
from programmes.registries import authority_panels
from web.decisions import enforce
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, sent
from web.pages import htmx
from web.pages.pagination import paginate
from web.pages.panels import rendered
from web.security.acting import forbidden_while_acting

IN_CHARGE = gettext_lazy("You are responsible for the figures of {authority} from today on.")


def _found(user: User, slug: str) -> Authority:
    return get_object_or_404(Authority.objects.visible_to(user).select_related("successor"), slug=slug)


def _to_keep(user: User, slug: str) -> Authority:
    """An authority the person may change; raises Refused with the reason."""
    found = _found(user, slug)
    enforce(may_keep_programmes(user))
    return found


@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    user = person(request)
    found = AuthorityFilter(request.GET, Authority.objects.visible_to(user).by_name(), request=request)
    context = {
        "filter": found,
        "page": paginate(found.qs, request.GET.get("page")),
        "may_keep": may_keep_programmes(user),
        "missing": found.form.cleaned_data.get("missing"),
    }
    return htmx.render(request, "programmes/authorities/list.html", "results", context)


@require_safe
def authority(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known of it, what it came from, who answers for it, and what the apps above show."""
    user = person(request)
    found = _found(user, slug)
    today = authority_today(found)
    may_see = may_see_admins(user, found, today)
    context = {
        "authority": found,
        "predecessors": found.predecessors.by_name(),
        "may_see_admins": may_see,
        "admins": found.admins.active(today).select_related("user").order_by("user__full_name") if may_see else (),
        "panels": rendered(authority_panels, request, found),
        "may_keep": may_keep_programmes(user),
    }
    return render(request, "programmes/authorities/page.html", context)


@form_page
def create_authority(request: HttpRequest) -> HttpResponse:
    user = person(request)
    enforce(may_keep_programmes(user))
    form = AuthorityForm(request.POST or None)
    if made := done(form, actions.create_authority, by=user):
        messages.success(request, _("The authority is added."))
        return redirect(made)
    page = FormPage(_("Add authority"), _("Add authority"), reverse("programmes:authorities"))
    return page.show(request, form)


@form_page
def change_authority(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    found = _to_keep(user, slug)
    form = AuthorityForm(request.POST or None, instance=found)
    if done(form, actions.change_authority, authority=found, by=user):
        messages.success(request, _("Saved."))
        return redirect(found)
    unknown = _(
        "The school zone of this authority is unknown. Enter its INSEE code, or choose the zone, so that dates"
        " avoid school holidays."
    )
    page = FormPage(
        _("Facts about the authority"),
        _("Save"),
        found.get_absolute_url(),
        crumb=found,
        intro=unknown if found.school_zone_unknown else "",
    )
    return page.show(request, form)


@forbidden_while_acting
@form_page
def name_admin(request: HttpRequest, slug: str) -> HttpResponse:
    """Put someone in charge of the authority's figures, with or without an account so far."""
    user = person(request)
    found = _to_keep(user, slug)
    form = AdminForm(sent(request), initial={"language": found.language})
    if made := done(form, actions.put_in_charge, authority=found, at=now(), by=user):
        if isinstance(made, AuthorityAdmin):
            tell_of_part(made.user, format_lazy(IN_CHARGE, authority=found.name), user)
            said = _("%(person)s is an admin of this authority from today on.") % {"person": made.user}
        else:
            said = _("%(person)s is invited. The invitation e-mail will be sent shortly.") % {
                "person": form.cleaned_data["full_name"]
            }
        messages.success(request, said)
        return redirect(found)
    page = FormPage(
        _("Name an admin"),
        _("Name as admin"),
        found.get_absolute_url(),
        crumb=found,
        intro=_(
            "Admins can see everything about the cohorts of their authority, and record which ideas are implemented."
        ),
    )
    return page.show(request, form)


@forbidden_while_acting
@form_page
def end_admin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    user = person(request)
    found = _to_keep(user, slug)
    admin = get_object_or_404(found.admins.select_related("user"), pk=pk)
    form = SureForm(sent(request))
    if done(form, actions.end_admin, admin=admin, at=now(), by=user):
        messages.success(request, _("Today is the last day of %(person)s as admin.") % {"person": admin.user})
        return redirect(found)
    alone = _("From tomorrow, %(authority)s has no admin. The lab’s home page shows this until someone is named.")
    nobody_else = AuthorityAdmin.objects.alone(authority_today(found)).filter(pk=admin.pk).exists()
    page = FormPage(
        _("End the admin role of %(person)s") % {"person": admin.user},
        _("End today"),
        found.get_absolute_url(),
        crumb=found,
        consequences=(
            *((alone % {"authority": found},) if nobody_else else ()),
            _("Today is the last day on which this person acts for the authority."),
            _("The account stays, and everything that the person recorded."),
            _("The same person can be named again at any time."),
        ),
        grave=True,
    )
    return page.show(request, form)
