"""The page on which a person requests a copy of their data, after they give their password again."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.requests import person
from files.exports.own_copy import request_own_copy
from web.forms.pages import FormPage, form_page
from web.security.lab_readers import open_to_lab_readers


@open_to_lab_readers
@form_page
def own_copy(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person what the copy of their data contains.

    On POST request the copy, and redirect to its progress. They give their password again first.
    """
    if request.method == "POST":
        response: HttpResponse = _request_copy(request)
        return response
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
def _request_copy(request: HttpRequest) -> HttpResponse:
    """Request the copy of the person's data and redirect to its progress.

    They give their password again first.
    """
    return redirect(request_own_copy(user=person(request), language=request.LANGUAGE_CODE[:2], at=now()))
