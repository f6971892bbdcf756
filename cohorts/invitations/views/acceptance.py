"""Pages behind the link in an invitation. Reading them changes nothing; only the button accepts.

The URL of one page holds the token. Its responses are not logged with their address, show other sites only the host,
and leave nothing of the token in the history; the session remembers the hash until the person has signed in.
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
from accounts.sign_in.proved_address import sign_in_by_email
from cohorts.invitations.actions import invitations as actions
from cohorts.invitations.forms import NewcomerForm
from cohorts.invitations.links import OTHER_ADDRESS, UNKNOWN, LinkRefusal, invitation_for_link
from cohorts.invitations.provider_sign_in import INVITATION_KEY
from cohorts.models import Invitation
from web.errors import DomainError
from web.forms.pages import form_page, submitted_data
from web.security.acting import forbidden_while_acting
from web.security.lab_readers import open_to_lab_readers
from web.security.link_tokens import hash_token, hide_address
from web.security.log import log_security_event
from web.security.rate_limits import count_try, tried_too_often

NOT_NOW: Final = "not_now"
MAX_WRONG_LINKS, WRONG_LINKS_SECONDS = 20, 600  # unknown links tried from one IP address, and the period

TOO_OFTEN = LinkRefusal(
    "too_often",
    gettext_lazy(
        "Too many links that are not valid were tried from this connection. Wait ten minutes, then try again."
    ),
)
NO_INVITATION = LinkRefusal(
    "none", gettext_lazy("There is no invitation to accept on this page. Open the link in your invitation e-mail.")
)
STATUS: Final = {UNKNOWN.slug: 404, OTHER_ADDRESS.slug: 403, TOO_OFTEN.slug: 429, NO_INVITATION.slug: 200, NOT_NOW: 409}
STATUS_ENDED: Final = 410  # 410 Gone: the link worked once


@open_to_lab_readers
@forbidden_while_acting
@login_not_required
@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password")
@form_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation behind a link (with its secret `token`), or why the link opens none; accept it on POST.

    Nobody has to be signed in: a new person opens an account on the page, and a POST of “sign in” leads to the sign-in
    page. After 20 unknown links from one IP address within ten minutes, all are refused.
    """
    client = get_adapter(request).get_client_ip(request) or ""
    if tried_too_often("invitation", client, limit=MAX_WRONG_LINKS):
        return hide_address(_refusal_page(request, TOO_OFTEN))
    now, token_hash = timezone.now(), hash_token(token)
    user = person(request) if request.user.is_authenticated else None
    result = invitation_for_link(token_hash, now, user)
    if isinstance(result, LinkRefusal):
        if result == UNKNOWN:
            count_try("invitation", client, seconds=WRONG_LINKS_SECONDS)
        return hide_address(_refusal_page(request, result))
    with pghistory.context(url=reverse("cohorts:accept_remembered")):
        return hide_address(_answer_link(request, result, token_hash, now))


def _answer_link(request: HttpRequest, row: Invitation, token_hash: str, now: datetime) -> HttpResponse:
    """Show the invitation `row` that its link opens, or accept it on POST, depending on who comes.

    Signed-in people accept, people with an account are asked to sign in, a new person opens an account on the page.
    `token_hash` is the hash of the link's token, `now` the moment.
    """
    if request.method == "POST" and "sign_in" in request.POST:
        request.session[INVITATION_KEY] = token_hash
        return redirect(f"{reverse('account_login')}?next={reverse('cohorts:accept_remembered')}")
    if request.user.is_authenticated:
        return _accept_or_show(request, row, token_hash, now)
    if row.person.joined:
        return _invitation_page(request, row, has_account=True)
    form = NewcomerForm(submitted_data(request), person=row.person, initial={"full_name": row.full_name})
    if form.is_bound and form.is_valid():
        try:
            actions.join_and_accept(invitation=row, token_hash=token_hash, at=now, by=row.person, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _welcome(request, row, User.objects.get(pk=row.person_id))
    return _invitation_page(request, row, form=form)


def _welcome(request: HttpRequest, row: Invitation, user: User) -> HttpResponse:
    """Sign in the person who accepted the invitation `row`, if nobody is signed in, and redirect to its cohort or
    authority.

    The session forgets the invitation, and the acceptance is written to the security log.
    """
    target_href = row.target_href
    already_signed_in = request.user.is_authenticated
    response = (
        redirect(target_href)
        if already_signed_in
        else sign_in_by_email(request, user, by="invitation", email=row.email, next_url=target_href)
    )
    log_security_event("invitation_accepted", request=request, invitation=row.pk)
    request.session.pop(INVITATION_KEY, None)
    messages.success(request, _("Welcome. You have joined: %(where)s.") % {"where": row.target})
    return response


def _accept_or_show(request: HttpRequest, row: Invitation, token_hash: str, now: datetime) -> HttpResponse:
    """Show the invitation `row` to the signed-in person whom it invites; on POST, accept it and redirect to where it
    leads.

    When the action refuses, the page gives the reason. `token_hash` is the hash of the link's token, `now` the moment.
    """
    if request.method == "POST":
        user = person(request)
        try:
            actions.accept_invitation(invitation=row, token_hash=token_hash, user=user, at=now, by=user)
        except DomainError as error:
            return _refusal_page(request, LinkRefusal(NOT_NOW, error.message))
        return _welcome(request, row, user)
    return _invitation_page(request, row)


@open_to_lab_readers
@forbidden_while_acting
@never_cache
@form_page
def accept_remembered(request: HttpRequest) -> HttpResponse:
    """Show the invitation that the session remembers, after a sign-in; accept it on POST.

    The URL contains no token. Without a remembered invitation the page says so, and a POST leads to the home page.
    """
    token_hash, now = request.session.get(INVITATION_KEY, ""), timezone.now()
    if not token_hash and request.method == "POST":
        messages.info(request, str(NO_INVITATION.text))
        return redirect("home")
    if not token_hash:
        return _refusal_page(request, NO_INVITATION)
    result = invitation_for_link(token_hash, now, person(request))
    return (
        _refusal_page(request, result)
        if isinstance(result, LinkRefusal)
        else _accept_or_show(request, result, token_hash, now)
    )


def _invitation_page(
    request: HttpRequest, row: Invitation, *, form: NewcomerForm | None = None, has_account: bool = False
) -> HttpResponse:
    """Show the invitation `row`, with the `form` by which a new person opens an account, or the button to accept it.

    Someone who `has_account` and is not signed in gets the way to sign in.
    """
    providers = get_social_adapter(request).list_providers(request)  # to sign in with the account of an organisation
    context = {"invitation": row, "form": form, "has_account": has_account, "providers": providers}
    return render(request, "cohorts/invitations/join.html", context)


def _refusal_page(request: HttpRequest, refusal: LinkRefusal) -> HttpResponse:
    """Show why a link opens no invitation (`refusal`), in the same words whether or not an account exists.

    The status depends on the reason: 404 unknown, 403 another person's, 429 too many tries, 409 not possible now, 200
    no link used, else 410. It is written to the security log.
    """
    if refusal != NO_INVITATION:
        log_security_event("invitation_refused", request=request, reason=refusal.slug)
    return render(
        request,
        "cohorts/invitations/join_refused.html",
        {"reason": refusal.text},
        status=STATUS.get(refusal.slug, STATUS_ENDED),
    )
