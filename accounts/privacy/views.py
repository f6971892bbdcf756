"""Pages on personal data: what is stored and why, closing one's account; for lab staff, closed accounts."""

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

from accounts.hooks import personal_data, retentions
from accounts.models import Lab, User
from accounts.permissions import can_change_account_of, can_manage_accounts, can_read_registers
from accounts.privacy.actions import COOLING_OFF, close_own_account, reopen_account
from accounts.privacy.forms import LeaveForm
from accounts.privacy.unassigned_work import closed_accounts, unassigned_after_leaving
from accounts.requests import person
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import FormPage, adding_errors_to, form_page, submitted_data
from web.pages.pagination import paginate
from web.security.lab_readers import open_to_lab_readers

PER_PAGE = 25


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show anyone, signed in or not, what data is stored, why, for how long, and whom to ask.

    People who are signed in also see the list of data stored about them, with the links to download it and to leave.
    """
    is_signed_in = request.user.is_authenticated
    context = {
        "retentions": list(retentions().values()),
        "parts": list(personal_data().values()) if is_signed_in else (),
        "contact": settings.DPO_CONTACT,
        "sender": "" if settings.DPO_CONTACT else parseaddr(Lab.objects.sender())[1],
        "can_read_registers": is_signed_in and can_read_registers(person(request)),
    }
    return render(request, "accounts/privacy/privacy.html", context)


@open_to_lab_readers
@form_page
def leave(request: HttpRequest) -> HttpResponse:
    """Show the form with which a person closes their own account, and the consequences; close it on POST.

    They type their address and give their password again.
    """
    user, at = person(request), timezone.now()
    form = LeaveForm(submitted_data(request), user=user)
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            answer: HttpResponse = _close_after_password(request)
            return answer
    page = FormPage(
        _("Close your account"),
        _("Close my account"),
        reverse("privacy"),
        crumb=_("Your data"),
        is_destructive=True,
        is_leaving=True,
        consequences=(*_leave_consequences(), *unassigned_after_leaving(user, at)),
    )
    return page.show(request, form)


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _close_after_password(request: HttpRequest) -> HttpResponse:
    """Close the signed-in person's account after they gave their password again, sign them out, and redirect to the
    sign-in page.

    That page then says when the account is erased.
    """
    user = close_own_account(user=person(request), at=timezone.now(), by=person(request))
    logout(request)
    text = _("Your account is closed. It will be erased in %(days)d days; until then the lab can open it again.")
    messages.success(request, text % {"days": COOLING_OFF.days if user.erase_on else 0})
    return redirect("account_login")


def _leave_consequences() -> tuple[str, ...]:
    """Return the sentences that tell a person what happens when they close their account.

    They are the same for everyone.
    """
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
    """Show lab staff the closed accounts that will be erased, 25 on a page: when each was closed, and when it is
    erased.

    Raises Refused for anyone else.
    """
    enforce(can_read_registers(person(request)))
    page: Any = paginate(closed_accounts(), request.GET.get("page"), per_page=PER_PAGE)
    return render(request, "accounts/privacy/leaving.html", {"page": page})


@form_page
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to open the closed account `pk` again, with what nobody is responsible for.

    Open it on POST. Redirects to the list when the account is open already. Raises Http404 for people who were erased
    or never joined.
    """
    enforce(can_manage_accounts(person(request)))
    user = get_object_or_404(User, pk=pk, erased_at=None, joined=True)
    enforce(can_change_account_of(person(request), user))
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
    context = {"leaver": user, "unassigned": unassigned_after_leaving(user, timezone.now())}
    return render(request, "accounts/privacy/reopen.html", context)
