"""Pages of authorities: the list, one authority with its facts and people, and its admins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.emails import notify_of_new_role
from accounts.models import Lab, User
from accounts.requests import person
from lists.pages import list_page
from programmes import actions
from programmes.authorities.authority_list import AUTHORITIES
from programmes.clock import authority_today
from programmes.forms import AdminForm, AuthorityForm
from programmes.hooks import authority_panels
from programmes.models import Authority, AuthorityAdmin
from programmes.permissions import can_manage_programmes, can_see_admins
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages.panels import render_panels
from web.security.acting import forbidden_while_acting

NEW_ADMIN_NOTICE = gettext_lazy("You are responsible for the figures of {authority} from today on.")


def _get_authority(user: User, slug: str) -> Authority:
    """Return the authority with this slug and its successor; raises Http404 when it does not exist."""
    return get_object_or_404(Authority.objects.visible_to(user).select_related("successor"), slug=slug)


def _get_editable_authority(user: User, slug: str) -> Authority:
    """Return the authority with this slug; raises Http404 for an unknown one, and Refused, with the reason, for anyone
    but lab staff.
    """
    authority = _get_authority(user, slug)
    enforce(can_manage_programmes(user))
    return authority


@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """List all authorities, filtered by name or town, kind and, for lab staff, by a missing admin."""
    can_manage = can_manage_programmes(person(request))
    context: dict[str, object] = {"can_manage": can_manage}
    if can_manage:
        context |= {
            "add_href": reverse("programmes:official_list"),
            "add_label": _("Add the first authority"),
            "empty_text": _("Add the public bodies that take part; cohorts are opened for them."),
        }
    return list_page(request, AUTHORITIES, "programmes/authorities/list.html", context)


@require_safe
def authority(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an authority, its predecessors and the panels of other apps to anyone signed in.

    Its admins are shown to lab staff and to these admins only.
    """
    user = person(request)
    authority = _get_authority(user, slug)
    today = authority_today(authority)
    can_see = can_see_admins(user, authority, today)
    context = {
        "authority": authority,
        "predecessors": authority.predecessors.by_name(),
        "can_see_admins": can_see,
        "admins": authority.admins.active(today).select_related("user").order_by("user__full_name") if can_see else (),
        "panels": render_panels(authority_panels(), request, authority),
        "can_manage": can_manage_programmes(user),
    }
    return render(request, "programmes/authorities/page.html", context)


@form_page
def create_authority(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form to add an authority; on POST create it and go to its page. Raises Refused for others."""
    user = person(request)
    enforce(can_manage_programmes(user))
    lab = Lab.objects.current()
    initial = {"language": lab.language, "time_zone": lab.time_zone} if lab else {}
    form = AuthorityForm(request.POST or None, initial=initial)
    page = FormPage(_("Add authority"), _("Add authority"), reverse("programmes:authorities"))
    return form_response(
        request, form, page, actions.create_authority, done=_("The authority is added."), to_result=True, by=user
    )


@form_page
def change_authority(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form with an authority's facts; save them on POST. Raises Refused for others.

    For an authority without a known school zone the page asks for its INSEE code or zone.
    """
    user = person(request)
    authority = _get_editable_authority(user, slug)
    form = AuthorityForm(request.POST or None, instance=authority)
    if apply_form(form, actions.change_authority, authority=authority, by=user):
        messages.success(request, _("Saved."))
        return redirect(authority)
    unknown_zone_note = _(
        "The school zone of this authority is unknown. Enter its INSEE code, or choose the zone, so that dates"
        " avoid school holidays."
    )
    page = FormPage(
        _("Facts about the authority"),
        _("Save"),
        authority.get_absolute_url(),
        crumb=authority,
        intro=unknown_zone_note if authority.school_zone_unknown else "",
    )
    return page.show(request, form)


@forbidden_while_acting
@form_page
def name_admin(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form to name an admin of an authority by e-mail address; on POST name or invite the person.

    A person with an account becomes an admin at once and is notified by e-mail; others are invited. Raises Refused for
    people outside the lab.
    """
    user = person(request)
    authority = _get_editable_authority(user, slug)
    form = AdminForm(submitted_data(request), initial={"language": authority.language})
    if admin_or_invitation := apply_form(form, actions.appoint_admin, authority=authority, at=now(), by=user):
        if isinstance(admin_or_invitation, AuthorityAdmin):
            notify_of_new_role(admin_or_invitation.user, format_lazy(NEW_ADMIN_NOTICE, authority=authority.name), user)
            message = _("%(person)s is an admin of this authority from today on.") % {
                "person": admin_or_invitation.user
            }
        else:
            message = _("%(person)s is invited. The invitation e-mail will be sent shortly.") % {
                "person": form.cleaned_data["full_name"]
            }
        messages.success(request, message)
        return redirect(authority)
    page = FormPage(
        _("Name an admin"),
        _("Name as admin"),
        authority.get_absolute_url(),
        crumb=authority,
        intro=_(
            "Admins can see everything about the cohorts of their authority, and record which ideas are implemented."
        ),
    )
    return page.show(request, form)


@forbidden_while_acting
@form_page
def end_admin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask lab staff to confirm the end of an admin's mandate; on POST end it, with today as its last day.

    `slug` is that of the authority, `pk` the key of the mandate; raises Http404 when they do not belong together.
    """
    user = person(request)
    authority = _get_editable_authority(user, slug)
    admin = get_object_or_404(authority.admins.select_related("user"), pk=pk)
    form = ConfirmationForm(submitted_data(request))
    if apply_form(form, actions.end_admin, admin=admin, at=now(), by=user):
        messages.success(request, _("Today is the last day of %(person)s as admin.") % {"person": admin.user})
        return redirect(authority)
    no_admin_left = _(
        "From tomorrow, %(authority)s has no admin. The lab’s home page shows this until someone is named."
    )
    is_last = AuthorityAdmin.objects.sole_admins(authority_today(authority)).filter(pk=admin.pk).exists()
    page = FormPage(
        _("End the admin role of %(person)s") % {"person": admin.user},
        _("End today"),
        authority.get_absolute_url(),
        crumb=authority,
        consequences=(
            *((no_admin_left % {"authority": authority},) if is_last else ()),
            _("Today is the last day on which this person acts for the authority."),
            _("The account stays, and everything that the person recorded."),
            _("The same person can be named again at any time."),
        ),
    )
    return page.show(request, form)
