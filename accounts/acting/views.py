"""Acting as someone who asked the lab for support: asking why, beginning, and stopping."""

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
from accounts.permissions import may_act_as, may_support
from accounts.requests import person
from web.decisions import enforce
from web.forms.pages import FormPage, done, form_page, sent


@form_page
def act_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Half an hour at most, with a reason the person reads."""
    staff = person(request)
    enforce(may_support(staff))
    someone = get_object_or_404(User, pk=pk, joined=True)
    enforce(may_act_as(staff, someone))
    form = SupportForm(sent(request))
    if visit := done(form, actions.open_support, person=someone, at=timezone.now(), by=staff):
        support_session.begin(request, visit)
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
    """Back to oneself; there is nothing to stop for anybody else."""
    if not support_session.acts(request):
        raise Http404
    support_session.stop(request, timezone.now(), "stopped")
    return redirect("home")
