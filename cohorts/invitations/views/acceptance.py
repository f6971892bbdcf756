"""What the link in an invitation opens. Reading it changes nothing; only the button accepts.

The token stands in the address of one page. Its answers are not logged with their address, tell other pages no more of
it than our host, and leave nothing of it in the history; the session remembers the hash until the person has signed in.
"""

from datetime import datetime
from typing import Final

import pghistory
from allauth.account.adapter import get_adapter
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.models import User
from accounts.requests import person
from accounts.sign_in.proved_address import enter
from cohorts.invitations.actions import invitations as actions
from cohorts.invitations.forms import NewcomerForm
from cohorts.invitations.links import OTHER_ADDRESS, UNKNOWN, Why, opened
from cohorts.invitations.provider_sign_in import REMEMBERED
from cohorts.models import Invitation
from web.errors import DomainError
from web.forms.pages import form_page, sent
from web.security.acting import forbidden_while_acting
from web.security.link_tokens import hash_of
from web.security.log import note
from web.security.rate_limits import count_try, tried_too_often

NOT_NOW: Final = "not_now"
GUESSES, GUESSED_WITHIN = 20, 600  # links that never were, from one address, in so many seconds

OFTEN = Why(
    "too_often",
    gettext_lazy(
        "Too many links that are not valid were tried from this connection. Wait ten minutes, then try again."
    ),
)
NONE = Why(
    "none", gettext_lazy("There is no invitation to accept on this page. Open the link in your invitation e-mail.")
)
STATUS: Final = {UNKNOWN.slug: 404, OTHER_ADDRESS.slug: 403, OFTEN.slug: 429, NONE.slug: 200, NOT_NOW: 409}
OVER: Final = 410  # of a link that was good once


@forbidden_while_acting
@login_not_required
@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password")
@form_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: who invites into what, and what happens next. Sent, it accepts, or leads to sign in."""
    client = get_adapter(request).get_client_ip(request) or ""
    if tried_too_often("invitation", client, most=GUESSES):
        return _discreet(_refused(request, OFTEN))
    now, token_hash = timezone.now(), hash_of(token)
    found = opened(token_hash, now, _signed_in(request))
    if isinstance(found, Why):
        if found == UNKNOWN:
            count_try("invitation", client, seconds=GUESSED_WITHIN)
        return _discreet(_refused(request, found))
    with pghistory.context(url=reverse("cohorts:take_up")):
        return _discreet(_answered(request, found, token_hash, now))


def _signed_in(request: HttpRequest) -> User | None:
    return person(request) if request.user.is_authenticated else None


def _answered(request: HttpRequest, row: Invitation, token_hash: str, now: datetime) -> HttpResponse:
    if request.method == "POST" and "sign_in" in request.POST:
        request.session[REMEMBERED] = token_hash
        return redirect(f"{reverse('account_login')}?next={reverse('cohorts:take_up')}")
    if request.user.is_authenticated:
        return _accepting(request, row, token_hash, now)
    if row.person.joined:
        return _page(request, row, known=True)
    form = NewcomerForm(sent(request), person=row.person, initial={"full_name": row.full_name})
    if form.is_bound and form.is_valid():
        try:
            actions.join_and_accept(invitation=row, token_hash=token_hash, at=now, by=row.person, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _in(request, row, User.objects.get(pk=row.person_id))
    return _page(request, row, form=form)


def _in(request: HttpRequest, row: Invitation, user: User) -> HttpResponse:
    """Signed in, and in the cohort."""
    there = row.into.get_absolute_url()
    entered = request.user.is_authenticated
    answer = redirect(there) if entered else enter(request, user, by="invitation", email=row.email, wanted=there)
    note("invitation_accepted", request=request, invitation=row.pk)
    request.session.pop(REMEMBERED, None)
    messages.success(request, _("Welcome. You have joined: %(where)s.") % {"where": row.into})
    return answer


def _accepting(request: HttpRequest, row: Invitation, token_hash: str, now: datetime) -> HttpResponse:
    """For somebody signed in with the address that was invited."""
    if request.method == "POST":
        user = person(request)
        try:
            actions.accept_invitation(invitation=row, token_hash=token_hash, user=user, at=now, by=user)
        except DomainError as error:
            return _refused(request, Why(NOT_NOW, error.message))
        return _in(request, row, user)
    return _page(request, row)


@forbidden_while_acting
@never_cache
@form_page
def take_up(request: HttpRequest) -> HttpResponse:
    """Signed in, with the invitation the session remembers: the same page, its button, and no token in its address."""
    held, now = request.session.get(REMEMBERED, ""), timezone.now()
    if not held and request.method == "POST":
        messages.info(request, str(NONE.said))
        return redirect("home")
    if not held:
        return _refused(request, NONE)
    found = opened(held, now, person(request))
    return _refused(request, found) if isinstance(found, Why) else _accepting(request, found, held, now)


def _page(
    request: HttpRequest, row: Invitation, *, form: NewcomerForm | None = None, known: bool = False
) -> HttpResponse:
    context = {"invitation": row, "form": form, "known": known, "providers": _providers(request)}
    return render(request, "cohorts/invitations/join.html", context)


def _providers(request: HttpRequest) -> bool:
    """Whether people can sign in with their organisation's own."""

    return bool(get_social_adapter(request).list_providers(request))


def _refused(request: HttpRequest, why: Why) -> HttpResponse:
    """Why not, in words: the same for whoever holds the link, whatever accounts there are."""
    if why != NONE:
        note("invitation_refused", request=request, reason=why.slug)
    return render(
        request, "cohorts/invitations/join_refused.html", {"why": why.said}, status=STATUS.get(why.slug, OVER)
    )


def _discreet(response: HttpResponse) -> HttpResponse:
    """Other pages learn our host at most, and Django's log of refused requests does not name the address.

    “no-referrer” would keep the host back too, and with it the Origin that tells our own forms from forged ones.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response._has_been_logged = True  # type: ignore[attr-defined] # what was refused and why is in the security log
    return response
