"""Pages for lab staff on lost second factors: who has one, and removing it."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.emails import notify_of_reset
from accounts.models import User
from accounts.permissions import can_reset_second_factor, can_reset_second_factors
from accounts.requests import person
from accounts.second_factors.actions import reset_second_factor as action
from accounts.second_factors.forms import ResetForm
from accounts.second_factors.queries import factors_of, with_factors
from web.decisions import enforce
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.pagination import paginate

PER_PAGE = 25


@require_safe
def second_factors(request: HttpRequest) -> HttpResponse:
    """Show lab staff the people who have a second factor, 25 on a page, each with the link to remove a lost one.

    Raises Refused for anyone else.
    """
    enforce(can_reset_second_factors(person(request)))
    page: Any = paginate(with_factors(), request.GET.get("page"), per_page=PER_PAGE)
    return render(request, "accounts/second_factors/second_factors.html", {"page": page})


@form_page
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to remove the lost second factor of the person `pk`; remove it on POST.

    They enter how they checked the person's identity, and give their own password again. Raises Refused for people
    outside the lab, for one's own account and for closed accounts, and Http404 for people who never joined.
    """
    staff = person(request)
    enforce(can_reset_second_factors(staff))
    someone = get_object_or_404(User, pk=pk, joined=True)
    enforce(can_reset_second_factor(staff, someone))
    form = ResetForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        answer: HttpResponse = _reset_after_password(request, someone, form)
        return answer
    return _reset_page(someone).show(request, form)


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _reset_after_password(request: HttpRequest, someone: User, form: BaseForm) -> HttpResponse:
    """Remove the second factor of `someone` with the reason in the form, e-mail them and redirect to the list.

    Lab staff give their password again first. Shows the form again when the removal is refused.
    """
    if reset := apply_form(form, action, person=someone, at=timezone.now(), by=person(request)):
        notify_of_reset(reset)
        messages.success(request, _("The second factor of %(person)s is removed.") % {"person": someone})
        return redirect("second_factors")
    return _reset_page(someone).show(request, form)


def _reset_page(someone: User) -> FormPage:
    """Return the page with the form that removes the person's second factor; it says so instead when they have none."""
    return FormPage(
        title=_("Remove the second factor of %(person)s") % {"person": someone},
        action=_("Remove the second factor"),
        cancel=reverse("second_factors"),
        crumb=_("Second factors"),
        is_destructive=True,
        consequences=(
            _("The app, passkeys and recovery codes can no longer be used to sign in. The password stays the same."),
            _("%(person)s is signed out everywhere, and gets an e-mail with what you write here.")
            % {"person": someone},
            _("At the next sign-in, the person sets up a new second factor if their role requires one."),
            _(
                "Until then, anyone who has the password or can read the person’s e-mails can open the"
                " account. Make sure that the request comes from the account holder."
            ),
        ),
        unavailable_reason=""
        if factors_of(someone)
        else _("This person has no second factor: there is nothing to remove."),
    )
