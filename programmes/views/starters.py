"""Pages that start a programme from a known format."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes import actions
from programmes.formats.starters import STARTER_FORMATS, starter_format
from programmes.forms import StarterForm
from programmes.permissions import can_manage_programmes
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page


@require_safe
def known_formats(request: HttpRequest) -> HttpResponse:
    """Show lab staff the known formats to start a programme from, each with its phases. 403 for others."""
    enforce(can_manage_programmes(person(request)))
    return render(request, "programmes/formats/known_formats.html", {"starters": STARTER_FORMATS})


@form_page
def start_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form with the names and numbers of a known format (`slug`); create them on POST.

    The page of the draft follows, where phases and e-mails can be changed before it is published. 403 for others, 404
    for an unknown format.
    """
    user = person(request)
    enforce(can_manage_programmes(user))
    starter = starter_format(slug)
    if starter is None:
        raise Http404
    initial = {"name_fr": starter.name_fr, "name_en": starter.name_en, "label": starter.label, "source": starter.source}
    form = StarterForm(request.POST or None, initial=initial | starter.numbers)
    if draft := apply_form(form, actions.start_from_known_format, starter=starter, by=user):
        messages.success(request, _("The draft is created. Check its phases and e-mails, then publish it."))
        return redirect(draft)
    page = FormPage(
        starter.label,
        _("Create draft"),
        reverse("programmes:known_formats"),
        crumb=_("Known formats"),
        intro=_("Everything can be changed now and in the draft. The phases follow the number of months."),
    )
    return page.show(request, form)
