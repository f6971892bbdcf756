"""Pages for choosing which e-mails one gets, and for stopping them from a link in an e-mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from accounts.requests import person
from notifications import actions
from notifications.emails import links
from notifications.models import EmailFrequency, Preference
from notifications.preferences.forms import PreferencesForm
from notifications.preferences.models import Frequency
from notifications.registries import event_kinds
from web.forms.pages import form_page, submitted_data
from web.mailboxes import masked_address
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers


@open_to_lab_readers
@forbidden_while_acting
@form_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the form with how often and about which kinds of events the signed-in person gets e-mails; save it on POST.

    All kinds are wanted until the person stops one. Lab staff who act for the person may not open it.
    """
    user = person(request)
    unwanted = set(Preference.objects.filter(user=user).values_list("kind", flat=True))
    wanted = [slug for slug in event_kinds.slugs() if slug not in unwanted]
    frequency = EmailFrequency.objects.filter(user=user).first()
    initial = {"wanted": wanted, "every": frequency.every if frequency else Frequency.DAILY}
    form = PreferencesForm(submitted_data(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.choose_email_kinds(user=user, by=user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences/preferences.html", {"form": form})


@open_to_lab_readers
@forbidden_while_acting
@login_not_required
@csrf_exempt
@form_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the holder of an e-mail's signed link a form that stops e-mails of its kinds; stop them on POST (RFC 8058).

    Mail programs send the POST themselves. Needs no sign-in and no CSRF token: the holder of the e-mail may stop it,
    and nothing else can be done with the link. Raises Http404 for a wrong signature or an unknown person.
    """
    unsubscription = links.read_unsubscribe_token(token)
    user = User.objects.filter(pk=unsubscription.user_id).first() if unsubscription else None
    if unsubscription is None or user is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(user=user, kinds=unsubscription.kinds, by=user)
    names = ", ".join(str(event_kinds[slug].label) for slug in unsubscription.kinds if slug in event_kinds)
    context = {"is_done": request.method == "POST", "names": names, "address": masked_address(user.email)}
    context["has_account"] = user.joined
    return render(request, "notifications/preferences/unsubscribe.html", context)
