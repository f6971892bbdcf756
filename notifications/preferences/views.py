"""Which kinds of e-mails one wants, and how to stop them from the e-mail itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from accounts.requests import person
from notifications import actions
from notifications.emails import links
from notifications.models import Preference
from notifications.preferences.forms import PreferencesForm
from notifications.registries import event_kinds
from web.forms.pages import form_page, sent
from web.security.acting import forbidden_while_acting


@forbidden_while_acting
@form_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Which kinds of letters the person wants."""
    user = person(request)
    refused = set(Preference.objects.filter(user=user).values_list("kind", flat=True))
    wanted = [slug for slug in event_kinds.slugs() if slug not in refused]
    form = PreferencesForm(sent(request), initial={"wanted": wanted})
    if request.method == "POST" and form.is_valid():
        actions.choose_letters(user=user, wanted=form.cleaned_data["wanted"], by=user)
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


@forbidden_while_acting
@login_not_required
@csrf_exempt
@form_page
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters by the signed address in each (RFC 8058): GET shows, POST acts, mail programs send it by themselves.

    It needs no sign-in and no CSRF token: who has the letter may stop it, and nothing else can be done here.
    """
    asked = links.read_stop(token)
    user = User.objects.filter(pk=asked.user_id).first() if asked else None
    if asked is None or user is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(user=user, kinds=asked.kinds, by=user)
    names = ", ".join(str(event_kinds[slug].label) for slug in asked.kinds if slug in event_kinds)
    context = {"done": request.method == "POST", "names": names, "address": _masked(user.email)}
    return render(request, "notifications/stop.html", context)


def _masked(address: str) -> str:
    """c…@people.example: enough to know whose letters these are, for a letter that was passed on."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"
