"""Second factors that are lost: who has one, and taking it away, for the lab's staff."""

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

from accounts.emails import tell_of_reset
from accounts.models import User
from accounts.permissions import may_reset_second_factor, may_reset_second_factors
from accounts.requests import person
from accounts.second_factors.actions import reset_second_factor as action
from accounts.second_factors.forms import ResetForm
from accounts.second_factors.queries import factors_of, with_factors
from web.decisions import enforce
from web.forms.pages import FormPage, done, form_page, sent
from web.pages.pagination import paginate

PER_PAGE = 25


@require_safe
def second_factors(request: HttpRequest) -> HttpResponse:
    """Lab staff: who has a second factor, and the way to take a lost one away."""
    enforce(may_reset_second_factors(person(request)))
    page: Any = paginate(with_factors(), request.GET.get("page"), per_page=PER_PAGE)
    return render(request, "accounts/second_factors.html", {"page": page})


@form_page
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away what somebody lost, with how one knows that it is them, after one's own password."""
    staff = person(request)
    enforce(may_reset_second_factors(staff))
    someone = get_object_or_404(User, pk=pk, joined=True)
    enforce(may_reset_second_factor(staff, someone))
    form = ResetForm(sent(request))
    if form.is_bound and form.is_valid():
        answer: HttpResponse = _reset(request, someone, form)
        return answer
    return _page(someone).show(request, form)


@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def _reset(request: HttpRequest, someone: User, form: BaseForm) -> HttpResponse:
    """After the password was asked for again."""
    if reset := done(form, action, person=someone, at=timezone.now(), by=person(request)):
        tell_of_reset(reset)
        messages.success(request, _("The second factor of %(person)s is removed.") % {"person": someone})
        return redirect("second_factors")
    return _page(someone).show(request, form)


def _page(someone: User) -> FormPage:
    return FormPage(
        title=_("Remove the second factor of %(person)s") % {"person": someone},
        action=_("Remove the second factor"),
        cancel=reverse("second_factors"),
        crumb=_("Second factors"),
        grave=True,
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
        impossible="" if factors_of(someone) else _("This person has no second factor: there is nothing to remove."),
    )
