"""Pages on acting as a person who asked for support: give the reason and begin, then stop."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.acting import actions, support_session
from accounts.acting.forms import SupportForm
from accounts.models import User
from accounts.permissions import can_act_as, can_support
from accounts.requests import person
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data


@form_page
def act_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to act as the person `pk` for half an hour at most.

    Begin on POST, with a reason that the person can read. Raises Http404 for people who never joined, and Refused for
    signed-in people outside the lab and for people whom nobody can act for: lab staff, administrators, and people whose
    account is closed.
    """
    staff = person(request)
    enforce(can_support(staff))
    someone = get_object_or_404(User, pk=pk, joined=True)
    enforce(can_act_as(staff, someone))
    form = SupportForm(submitted_data(request))
    if visit := apply_form(form, actions.open_support, person=someone, at=timezone.now(), by=staff):
        support_session.start(request, visit)
        messages.success(request, _("You now see what %(person)s sees.") % {"person": someone})
        return redirect("home")
    page = FormPage(
        title=_("Act for %(person)s") % {"person": someone},
        action=_("Act for this person"),
        cancel=reverse("home"),
        crumb=someone,
        consequences=(
            _("For half an hour at most you see and do what this person can."),
            _("The history shows that you made each change, and why. The person can read this on their account page."),
            _("Password, address, second factor, sign-ins, own data and consent are reserved for the person."),
        ),
    )
    return page.show(request, form)


@require_POST
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Stop acting as another person: end the session's support visit, sign the staff member in again, and redirect
    home.

    Raises Http404 when nobody acts as another person in this session.
    """
    if not support_session.is_acting(request):
        raise Http404
    support_session.stop(request, timezone.now(), "stopped")
    return redirect("home")
