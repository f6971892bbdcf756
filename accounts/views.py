"""The person's account page and the language switch."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.forms import ProfileForm
from accounts.hooks import account_panels
from accounts.models import User
from web.forms.pages import form_page
from web.pages.panels import render_panels
from web.security.lab_readers import open_to_lab_readers
from web.security.own_paths import next_path


@open_to_lab_readers
@form_page
def account(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's account page: the form for name and language, and the panels of all apps.

    A valid form is saved on POST and redirects to the page.
    """
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - LoginRequiredMiddleware lets nobody else in
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(user=user, by=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    panels = render_panels(account_panels(), request)
    return render(request, "accounts/account.html", {"form": form, "panels": panels})


@open_to_lab_readers
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Store the chosen language, "fr" or "en", in a cookie and in the signed-in person's account.

    Redirect to the form's page. Another value changes nothing.
    """
    choice = request.POST.get("language", "")
    response = redirect(next_path(request) or "home")
    if choice in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            choice,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        if isinstance(request.user, User):
            actions.choose_language(user=request.user, language=choice, by=request.user)
    return response
