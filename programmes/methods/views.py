"""Pages of methods: the list, one card, and the forms with which lab staff write them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import Lab, User
from accounts.requests import person
from lists.pages import list_page
from programmes.hooks import method_links
from programmes.methods import actions
from programmes.methods.forms import MethodForm, StarterMethodsForm
from programmes.methods.method_list import METHODS
from programmes.methods.models import Method
from programmes.methods.uses import latest_uses, uses_in_words
from programmes.permissions import can_manage_programmes
from web.decisions import enforce
from web.errors import DomainError
from web.forms.edit_conflicts import column_values
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.text.language import active_language


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """List the methods for everyone signed in, filtered by words, phase and time."""
    can_manage = can_manage_programmes(person(request))
    context: dict[str, object] = {"can_manage": can_manage}
    if can_manage:
        context |= {
            "add_href": reverse("programmes:add_starter_methods"),
            "add_label": _("Add the starter methods"),
            "empty_text": _("Start with twelve cards that you can change, or write your own."),
        }
    return list_page(request, METHODS, "programmes/methods/list.html", context)


@require_safe
def method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a method’s card, and where it is used, as far as the person may see that."""
    user = person(request)
    row = _get_method(user, pk)
    context = {
        "method": row,
        "used_in": uses_in_words(user, [row.pk]).get(row.pk, ""),
        "uses": latest_uses(user, row),
        "links": method_links(user, row),
        "can_manage": can_manage_programmes(user),
    }
    return render(request, "programmes/methods/page.html", context)


@form_page
def add_method(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form of a new method; add it on POST and go to its card. Raises Refused for others."""
    user = person(request)
    enforce(can_manage_programmes(user))
    lab = Lab.objects.current()
    form = MethodForm(submitted_data(request), initial={"author": lab.name if lab else ""})
    page = FormPage(_("Add method"), _("Add method"), reverse("programmes:methods"), crumb=_("Methods"))
    return form_response(
        request, form, page, actions.add_method, done=_("The method is added."), to_result=True, by=user
    )


@form_page
def add_starter_methods(request: HttpRequest) -> HttpResponse:
    """Ask lab staff in which language to add the starter methods; add them on POST. Raises Refused for others."""
    user = person(request)
    enforce(can_manage_programmes(user))
    form = StarterMethodsForm(submitted_data(request), initial={"language": active_language()})
    added = apply_form(form, actions.add_starter_methods, by=user)
    if added is not None:
        count = len(added)
        messages.success(
            request, ngettext("%(count)s method is added.", "%(count)s methods are added.", count) % {"count": count}
        )
        return redirect("programmes:methods")
    page = FormPage(
        _("Add the starter methods"),
        _("Add the methods"),
        reverse("programmes:methods"),
        crumb=_("Methods"),
        intro=_("Twelve short cards, from field observation to feedback. You can change or remove each of them."),
    )
    return page.show(request, form)


@form_page
def edit_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form with a method’s card; save it on POST. Raises Refused for others."""
    user = person(request)
    row = _get_editable_method(user, pk)
    form = MethodForm(submitted_data(request), current=column_values(row, *MethodForm.Meta.fields))
    page = FormPage(_("Edit the method"), _("Save"), row.get_absolute_url(), crumb=row)
    return form_response(request, form, page, actions.edit_method, done=_("Saved."), method=row, by=user)


@form_page
def remove_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a method be removed; remove it on POST. Raises Refused for others.

    A method that is used is not removed; a message says so.
    """
    user = person(request)
    row = _get_editable_method(user, pk)
    if request.method == "POST":
        try:
            actions.remove_method(method=row, by=user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(row)
        messages.success(request, _("The method “%(name)s” is removed.") % {"name": row.name})
        return redirect("programmes:methods")
    page = FormPage(
        _("Remove the method"),
        _("Remove the method"),
        row.get_absolute_url(),
        crumb=row,
        consequences=(
            _("The card is deleted; its history stays."),
            _("A method that a session, a test or a lesson uses cannot be removed."),
        ),
        is_destructive=True,
    )
    return page.show(request, ConfirmationForm())


def _get_method(user: User, pk: int) -> Method:
    """Return the method with this key; raises Http404 when it does not exist."""
    return get_object_or_404(Method.objects.visible_to(user), pk=pk)


def _get_editable_method(user: User, pk: int) -> Method:
    """Return the method with this key; raises Http404 for an unknown one, and Refused for anyone but lab staff."""
    row = _get_method(user, pk)
    enforce(can_manage_programmes(user))
    return row
