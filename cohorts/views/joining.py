"""What the link in an invitation opens. Reading it changes nothing; only the button accepts.

The token stands in the address of one page. Its answers are not logged with their address, tell other pages no more of
it than our host, and leave nothing of it in the history; the session remembers the hash until the person has signed in.
"""

from dataclasses import dataclass
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
from django_stubs_ext import StrOrPromise

from accounts.actions import join as join_person
from accounts.entering import enter
from accounts.models import User
from accounts.registries import Arrival
from accounts.requests import person
from cohorts.actions import invitations as actions
from cohorts.actions.invitations import ONCE_ONLY, OTHER_ADDRESS, TAKEN_BACK, TOO_LATE, WITHDRAWN
from cohorts.enums import CohortState, InvitationState
from cohorts.forms.invitations import NewcomerForm
from cohorts.models import Invitation
from web.errors import DomainError
from web.form_pages import form_page, sent
from web.limits import count_try, tried_too_often
from web.link_tokens import hash_of
from web.security import note

REMEMBERED: Final = "invitation"  # in the session, by the hash of its token
GUESSES, GUESSED_WITHIN = 20, 600  # links that never were, from one address, in so many seconds

UNKNOWN = gettext_lazy(
    "This link opens no invitation. Mail programs sometimes cut long links: open it from the letter itself, or ask"
    " whoever invited you to send it again."
)
REPLACED = gettext_lazy("This invitation was sent again since: use the link in the latest letter.")
CLOSED = gettext_lazy("The account with this address is closed. Ask the lab.")
OFTEN = gettext_lazy("Too many links that open nothing were tried from here. Wait ten minutes, then try again.")
NONE = gettext_lazy("There is no invitation to accept here. Open the link in your letter.")
SIGN_IN_FIRST = gettext_lazy("You have an account already: sign in, then accept.")
NOT_PROVED = gettext_lazy(
    "It does not vouch for the address your invitation was sent to. Open the link in your letter again and choose a"
    " password, or ask whoever invited you to invite the address of this account."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens for whoever holds it: an invitation, or a reason why not (`event` says it to the log)."""

    row: Invitation | None
    why: StrOrPromise = ""
    event: str = ""
    status: int = 200


def _opened(token_hash: str, user: object, at: datetime) -> Opened:
    row = Invitation.objects.with_places().with_token(token_hash).first()
    if row is None:
        return Opened(None, UNKNOWN, "unknown", 404)
    found = {
        InvitationState.ACCEPTED: (ONCE_ONLY, "used"),
        InvitationState.REVOKED: (TAKEN_BACK, "revoked"),
        InvitationState.EXPIRED: (TOO_LATE, "expired"),
    }.get(row.state_at(at))
    if found is None and row.token_hash != token_hash:
        found = REPLACED, "replaced"
    if found is None and row.cohort and row.cohort.state == CohortState.WITHDRAWN:
        found = WITHDRAWN, "withdrawn"
    if found is None and row.person.joined and not row.person.is_active:
        found = CLOSED, "closed"
    if found:
        return Opened(None, *found, 410)
    if isinstance(user, User) and user.email.lower() != row.email:
        return Opened(None, OTHER_ADDRESS, "other_address", 403)
    return Opened(row)


@login_not_required
@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password")
@form_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: who invites into what, and what happens next. Sent, it accepts, or leads to sign in."""
    client = get_adapter(request).get_client_ip(request) or ""
    if tried_too_often("invitation", client, most=GUESSES):
        return _discreet(_refused(request, Opened(None, OFTEN, "too_often", 429)))
    now, token_hash = timezone.now(), hash_of(token)
    opened = _opened(token_hash, request.user, now)
    if opened.row is None:
        if opened.event == "unknown":
            count_try("invitation", client, seconds=GUESSED_WITHIN)
        return _discreet(_refused(request, opened))
    with pghistory.context(url=reverse("cohorts:take_up")):
        return _discreet(_answered(request, opened.row, token_hash, now))


def _answered(request: HttpRequest, row: Invitation, token_hash: str, now: datetime) -> HttpResponse:
    if request.method == "POST" and "sign_in" in request.POST:
        request.session[REMEMBERED] = token_hash
        return redirect(f"{reverse('account_login')}?next={reverse('cohorts:take_up')}")
    if request.user.is_authenticated:
        return _accepting(request, row, now)
    if row.person.joined:
        return _page(request, row, known=True)
    form = NewcomerForm(sent(request), person=row.person, initial={"full_name": row.full_name})
    if form.is_bound and form.is_valid():
        try:
            actions.join_and_accept(invitation=row, at=now, by=row.person, **form.cleaned_data)
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
    messages.success(request, _("Welcome. You are in: %(where)s.") % {"where": row.into})
    return answer


def _accepting(request: HttpRequest, row: Invitation, now: datetime) -> HttpResponse:
    """For somebody signed in with the address that was invited."""
    if request.method == "POST":
        try:
            actions.accept_invitation(invitation=row, user=person(request), at=now, by=person(request))
        except DomainError as error:
            return _refused(request, Opened(None, error.message, "not_now", 409))
        return _in(request, row, person(request))
    return _page(request, row)


@never_cache
@form_page
def take_up(request: HttpRequest) -> HttpResponse:
    """Signed in, with the invitation the session remembers: the same page, its button, and no token in its address."""
    held, now = request.session.get(REMEMBERED, ""), timezone.now()
    if not held and request.method == "POST":
        messages.info(request, str(NONE))
        return redirect("home")
    if not held:
        return _refused(request, Opened(None, NONE, "none", 200))
    opened = _opened(held, request.user, now)
    return _accepting(request, opened.row, now) if opened.row else _refused(request, opened)


def arrive(*, request: HttpRequest, arrival: Arrival, at: datetime) -> User | None:
    """The account of whoever came from an invitation's page, once a provider vouches for the very address invited.

    Nobody where the session remembers none that is open. Raises DomainError where it is for another address, and
    forgets it then: the link in the letter is still good, and whoever comes next in this browser is somebody else.
    """
    held = request.session.get(REMEMBERED, "")
    row = _opened(held, None, at).row if held else None
    if row is None:
        return None
    if row.person.joined or not arrival.vouched or arrival.email.lower() != row.email:
        note("invitation_refused", request=request, reason="not_by_this_provider")
        del request.session[REMEMBERED]
        raise DomainError(SIGN_IN_FIRST if row.person.joined else NOT_PROVED)
    return join_person(user=row.person, full_name=arrival.full_name, at=at, by=row.person)


def _page(
    request: HttpRequest, row: Invitation, *, form: NewcomerForm | None = None, known: bool = False
) -> HttpResponse:
    context = {"invitation": row, "form": form, "known": known, "providers": _providers(request)}
    return render(request, "cohorts/join.html", context)


def _providers(request: HttpRequest) -> bool:
    """Whether people can sign in with their organisation's own."""

    return bool(get_social_adapter(request).list_providers(request))


def _refused(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Why not, in words: the same for whoever holds the link, whatever accounts there are."""
    if opened.event != "none":
        note("invitation_refused", request=request, reason=opened.event)
    return render(request, "cohorts/join_refused.html", {"why": opened.why}, status=opened.status)


def _discreet(response: HttpResponse) -> HttpResponse:
    """Other pages learn our host at most, and Django's log of refused requests does not name the address.

    “no-referrer” would keep the host back too, and with it the Origin that tells our own forms from forged ones.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response._has_been_logged = True  # type: ignore[attr-defined] # what was refused and why is in the security log
    return response
