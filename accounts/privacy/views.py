"""What is kept, why and how long; leaving; and, for lab staff, who leaves and may still come back."""

from email.utils import parseaddr
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import may_keep_accounts
from accounts.privacy.actions import COOLING_OFF, ask_to_leave, reopen_account
from accounts.privacy.forms import LeaveForm
from accounts.privacy.leaving import closed_accounts, what_is_left
from accounts.registries import personal_data, retentions
from accounts.requests import person
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import FormPage, form_page, refusals_into, sent
from web.pages.pagination import paginate

PER_PAGE = 25


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """For everyone, invited people before they accept: what is kept, why, for how long, and whom to ask.

    Signed in one reads what is kept of oneself too, and what one may do.
    """
    here = request.user.is_authenticated
    context = {
        "retentions": list(retentions),
        "parts": list(personal_data) if here else (),
        "contact": settings.DPO_CONTACT,
        "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "may_keep": here and may_keep_accounts(person(request)),
    }
    return render(request, "privacy/privacy.html", context)


@form_page
def leave(request: HttpRequest) -> HttpResponse:
    """Close one's own account, once the page has said what that does and the person has proved who they are."""
    user, at = person(request), timezone.now()
    form = LeaveForm(sent(request), user=user)
    if form.is_bound and form.is_valid():
        with refusals_into(form):
            answer: HttpResponse = _left(request)
            return answer
    page = FormPage(
        _("Close your account"),
        _("Close my account"),
        reverse("privacy"),
        crumb=_("Your data"),
        grave=True,
        consequences=(*_consequences(), *what_is_left(user, at)),
    )
    return page.show(request, form)


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _left(request: HttpRequest) -> HttpResponse:
    """After the password was asked for again; the sign-in page says what comes next."""
    user = ask_to_leave(user=person(request), at=timezone.now(), by=person(request))
    logout(request)
    said = _("Your account is closed. It will be erased in %(days)d days; until then the lab can open it again.")
    messages.success(request, said % {"days": COOLING_OFF.days if user.erase_on else 0})
    return redirect("account_login")


def _consequences() -> tuple[str, ...]:
    return (
        _("You are signed out, and nobody can sign in with your account any more. No more e-mails are sent to you."),
        _("Your seats at upcoming Intertransfos go to other people."),
        _("For %(days)d days the lab can open the account again, if you ask.") % {"days": COOLING_OFF.days},
        _(
            "Then your name, your addresses, your ways of signing in, your needs, your settings and the"
            " subjects of your e-mails are erased. This cannot be undone."
        ),
        _(
            "What you did is kept under “Former member”: memberships, attendance, ideas and what happened"
            " to them, comments, files. No past figure changes."
        ),
        _("Your name may appear in texts that others wrote. Ask the lab to change them."),
    )


@require_safe
def leaving(request: HttpRequest) -> HttpResponse:
    """Lab staff: closed accounts, when each was closed, and when it is erased."""
    enforce(may_keep_accounts(person(request)))
    page: Any = paginate(closed_accounts(), request.GET.get("page"), per_page=PER_PAGE)
    return render(request, "privacy/leaving.html", {"page": page})


@form_page
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Lab staff: open a closed account again; what is left without anybody stands above the button."""
    enforce(may_keep_accounts(person(request)))
    user = get_object_or_404(User, pk=pk, erased_at=None, joined=True)
    if user.is_active:
        messages.info(request, _("This account is already open."))
        return redirect("leaving")
    if request.method == "POST":
        try:
            reopen_account(user=user, by=person(request))
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("leaving")
        messages.success(request, _("The account is open again."))
        return redirect("leaving")
    context = {"leaver": user, "left": what_is_left(user, timezone.now())}
    return render(request, "privacy/reopen.html", context)
