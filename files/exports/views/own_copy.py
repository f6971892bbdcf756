"""Ask for one's own copy of what is kept; the password is asked for again first."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from files.exports.own_copy import ask_for_own
from web.forms.pages import FormPage, form_page


@form_page
def own_copy(request: HttpRequest) -> HttpResponse:
    """What the copy holds, and the button that asks for it."""
    if request.method == "POST":
        asked: HttpResponse = _asked(request)
        return asked
    page = FormPage(
        _("Download your data"),
        _("Prepare the copy"),
        reverse("account"),
        crumb=_("Your account"),
        intro=_("A file with everything the platform keeps about you, and the files you added."),
        consequences=(
            _("The file is created in the background. You can find it under “Your downloads” for seven days."),
            _("Only you can download the file. It does not contain what others wrote about you in their own texts."),
        ),
    )
    return page.show(request, forms.Form())


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _asked(request: HttpRequest) -> HttpResponse:
    return redirect(ask_for_own(user=person(request), language=request.LANGUAGE_CODE[:2], at=now()))
