"""Pages on a person's own addresses: the list, the link that confirms a claimed one, and withdrawing a claim."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import ConfirmEmailView, EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.addresses import actions
from accounts.emails import notify_of_added_address
from accounts.models import AddressClaim
from accounts.requests import person
from accounts.sign_in.views import rate_limit_response
from web.errors import DomainError
from web.forms.pages import form_page
from web.security.lab_readers import open_to_lab_readers
from web.security.log import log_security_event


class ConfirmAddressView(ConfirmEmailView):
    """The page that confirms a main address. Another user who is signed in is signed out by its button only."""

    http_method_names = ("get", "head", "post")

    def logout_other_user(self, confirmation: Any) -> None:
        """Sign out the user who is signed in, if they are not the one whose address is confirmed: on POST only.

        Opening the page changes nothing. `confirmation` is allauth's confirmation of the address.
        """
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


class OwnAddressesView(EmailView):
    """The list of a person's own addresses, by allauth, with the addresses that are still to be confirmed."""

    http_method_names = ("get", "head", "post")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return allauth's template context with `claims`: the addresses that the person added and can still confirm,
        by address.
        """
        claims = AddressClaim.objects.pending(timezone.now()).filter(user=person(self.request)).order_by("email")
        context: dict[str, Any] = super().get_context_data(claims=claims, **kwargs)
        return context


@open_to_lab_readers
@login_not_required
@never_cache
@form_page
def confirm_claim(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of the link that confirms a claimed address.

    On POST, add the address to the account that claimed it. Only the person who claimed it, signed in, can confirm it;
    everyone else reads why not. A link that is no longer valid gives status 410, too many requests 429.
    """
    if limit_response := rate_limit_response(request, "sign_in_link_used"):
        return limit_response
    claim, now = AddressClaim.objects.with_token(token).select_related("user").first(), timezone.now()
    user = person(request) if request.user.is_authenticated else None
    refusal = actions.claim_refusal(claim, now, user)
    if not refusal and user and request.method == "POST":
        try:
            row = actions.confirm_claim(token=token, user=user, at=now, by=user)
        except DomainError as error:
            refusal = error.message
        else:
            notify_of_added_address(request, user, row.email)
            messages.success(request, _("%(email)s is now an address of your account.") % {"email": row.email})
            return redirect("account_email")
    if refusal:
        log_security_event("address_not_confirmed", request=request)
    context = {"claim": claim, "refusal": refusal, "signed_in": user is not None}
    invalid = actions.claim_refusal(claim, now)
    return render(request, "accounts/addresses/confirm_claim.html", context, status=410 if invalid else 200)


@open_to_lab_readers
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def withdraw_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the address claim `pk` of the signed-in person, after they gave their password again.

    Redirects to their addresses. A claim that is gone, or someone else's, changes nothing.
    """
    user = person(request)
    claim = AddressClaim.objects.filter(user=user, pk=pk).first()
    if claim:
        email = claim.email
        actions.withdraw_claim(claim=claim, by=user)
        messages.success(request, _("%(email)s will not be added to your account.") % {"email": email})
    return redirect("account_email")
