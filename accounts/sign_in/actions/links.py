"""Actions on links that sign a person in once."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import LinkEnd, SignInLink, User
from web.actions import action
from web.errors import DomainError
from web.security.link_tokens import hash_token, new_token

LINK_LIFETIME = timedelta(minutes=15)
RETENTION = timedelta(days=30)  # so that the page of an old link can say why it does not work

UNKNOWN = _("This link is not valid. Copy the whole link from the e-mail, or ask for a new one.")
USED = _("This link has already been used: each link signs you in once. Ask for a new one.")
REPLACED = _("You have asked for a newer link since then. Use the link in the latest e-mail, or ask for a new one.")
EXPIRED = _("This link is too old: it was valid for fifteen minutes. Ask for a new one.")
ADDRESS_REMOVED = _(
    "This link was sent to an address that is no longer in your account. Ask for a new link at your current address."
)
CLOSED_SINCE = _("Your account was closed after this e-mail was sent, and is open again. Ask for a new link.")
CLOSED = _("This account is closed. If you should still have access, ask the lab.")


@action(_("Sign-in link requested"))
def request_sign_in_link(*, user: User, email: str, at: datetime, by: User | None = None) -> str:
    """Create a sign-in link for a person, to be sent to their address `email`, and return its token.

    The link is valid for fifteen minutes from `at`; only a hash of the token is stored. The person's earlier link ends;
    of two calls at the same time the second one's link is valid.
    """
    User.objects.select_for_update().get(pk=user.pk)
    SignInLink.objects.not_ended().filter(user=user).update(ended_at=at, ended_how=LinkEnd.REPLACED)
    token = new_token()
    SignInLink.objects.create(
        user=user, email=email, token_hash=hash_token(token), made_at=at, expires_at=at + LINK_LIFETIME
    )
    return token


@action(_("Signed in by a link"))
def use_sign_in_link(*, token: str, at: datetime, by: User | None = None) -> SignInLink:
    """End the sign-in link with this token, as used at the moment `at`, and return it; nobody is signed in yet.

    Raises DomainError with a sentence for the person when the link is unknown, used, replaced or too old, or when its
    account or address is gone. Of several calls at the same time, only one succeeds.
    """
    link = SignInLink.objects.select_for_update(of=("self",)).select_related("user").with_token(token).first()
    if link is None:
        raise DomainError(UNKNOWN)
    if reason := refusal_of_link(link, at):
        raise DomainError(reason)
    link.ended_at, link.ended_how = at, LinkEnd.USED
    link.save(update_fields=["ended_at", "ended_how"])
    return link


def close_sign_in_links(user: User, at: datetime) -> None:
    """End the open sign-in links of a person whose account is closed at the moment `at`.

    They stay invalid if the account is opened again.
    """
    SignInLink.objects.not_ended().filter(user=user).update(ended_at=at, ended_how=LinkEnd.CLOSED)


def refusal_of_token(token: str, at: datetime) -> StrOrPromise:
    """Return a sentence on why the sign-in link with this token cannot be used at the moment `at`; "" if it can.

    An unknown token has a sentence too. The link is not used up.
    """
    link = SignInLink.objects.select_related("user").with_token(token).first()
    return refusal_of_link(link, at) if link else UNKNOWN


def refusal_of_link(link: SignInLink, at: datetime) -> StrOrPromise:
    """Return a sentence on why a sign-in link cannot be used at the moment `at`; "" if it can.

    The reasons: the account was closed, the link was used, replaced or is too old, or its address left the account.
    """
    if link.ended_how == LinkEnd.CLOSED:
        return CLOSED_SINCE if link.user.is_active else CLOSED
    if link.ended_at is not None:
        return USED if link.ended_how == LinkEnd.USED else REPLACED
    if at >= link.expires_at:
        return EXPIRED
    if not link.user.is_active:
        return CLOSED
    return "" if User.objects.with_address(link.email).filter(pk=link.user_id).exists() else ADDRESS_REMOVED


def purge_sign_in_links(*, at: datetime, dry_run: bool = False) -> int:
    """Delete sign-in links created over thirty days before `at`, used or not; return how many.

    With `dry_run`, only count.
    """
    old = SignInLink.objects.made_before(at - RETENTION)
    return old.count() if dry_run else old.delete()[0]
