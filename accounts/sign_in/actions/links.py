"""Verbs on links that sign a person in once."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import LinkEnd, SignInLink, User
from web.actions import action
from web.errors import DomainError
from web.security.link_tokens import hash_of, new_token

LASTS = timedelta(minutes=15)
KEPT = timedelta(days=30)  # so that whoever comes late is told why

UNKNOWN = _("This link is not valid. Copy the whole link from the e-mail, or ask for a new one.")
USED = _("This link has already been used: each link signs you in once. Ask for a new one.")
REPLACED = _("You have asked for a newer link since then. Use the link in the latest e-mail, or ask for a new one.")
EXPIRED = _("This link is too old: it was valid for fifteen minutes. Ask for a new one.")
NOT_THEIRS = _(
    "This link was sent to an address that is no longer in your account. Ask for a new link at your current address."
)
CLOSED_SINCE = _("Your account was closed after this e-mail was sent, and is open again. Ask for a new link.")
CLOSED = _("This account is closed. If you should still have access, ask the lab.")


@action(_("Sign-in link requested"))
def ask_sign_in_link(*, user: User, email: str, at: datetime, by: User | None = None) -> str:
    """The token of a new link, which is nowhere else; the one before ends. Of two at once, the second stays."""
    User.objects.select_for_update().get(pk=user.pk)
    SignInLink.objects.unended().filter(user=user).update(ended_at=at, ended_how=LinkEnd.REPLACED)
    token = new_token()
    SignInLink.objects.create(user=user, email=email, token_hash=hash_of(token), made_at=at, expires_at=at + LASTS)
    return token


@action(_("Signed in by a link"))
def use_sign_in_link(*, token: str, at: datetime, by: User | None = None) -> SignInLink:
    """End the link, and give it; of several at once, one gets it.

    Raises DomainError with the reason when it opens nothing.
    """
    link = SignInLink.objects.select_for_update(of=("self",)).select_related("user").of(token).first()
    if link is None:
        raise DomainError(UNKNOWN)
    if reason := why_not(link, at):
        raise DomainError(reason)
    link.ended_at, link.ended_how = at, LinkEnd.USED
    link.save(update_fields=["ended_at", "ended_how"])
    return link


def close_sign_in_links(user: User, at: datetime) -> None:
    """What was sent before an account was closed opens nothing once it is open again."""
    SignInLink.objects.unended().filter(user=user).update(ended_at=at, ended_how=LinkEnd.CLOSED)


def opens_nothing(token: str, at: datetime) -> StrOrPromise:
    """Why the link of a letter opens nothing, for whoever looks before the button; "" where it does."""
    link = SignInLink.objects.select_related("user").of(token).first()
    return why_not(link, at) if link else UNKNOWN


def why_not(link: SignInLink, at: datetime) -> StrOrPromise:
    """Why a link of ours opens nothing; "" where it does."""
    if link.ended_how == LinkEnd.CLOSED:
        return CLOSED_SINCE if link.user.is_active else CLOSED
    if link.ended_at is not None:
        return USED if link.ended_how == LinkEnd.USED else REPLACED
    if at >= link.expires_at:
        return EXPIRED
    if not link.user.is_active:
        return CLOSED
    return "" if User.objects.with_address(link.email).filter(pk=link.user_id).exists() else NOT_THEIRS


def purge_sign_in_links(*, at: datetime, dry_run: bool = False) -> int:
    """Forget links that were made thirty days ago; how many go, or went."""
    old = SignInLink.objects.made_before(at - KEPT)
    return old.count() if dry_run else old.delete()[0]
