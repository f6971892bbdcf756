"""The links by which applicants write and resume: computed for each e-mail, only their hash is stored."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cohorts.calls.models import Application
from cohorts.invitations.tokens import token_for_hash, token_of
from web.security.link_tokens import hash_token

CONFIRMATION_LIFETIME: Final = timedelta(days=2)  # of the first link, which proves the address
LINK_LIFETIME: Final = timedelta(days=30)  # of a link, from the last e-mail or the last change


def link_columns(seed: UUID, version: int, email: str, expires_at: datetime) -> dict[str, object]:
    """Return the columns of a link that works until `expires_at`; another version makes the earlier link useless."""
    hashed = hash_token(token_of(seed, version, email))
    return {"seed": seed, "link_version": version, "token_hash": hashed, "link_expires_at": expires_at}


def token_of_application(row: Application) -> str:
    """Return the secret of the application's link; "" when no key of the platform makes it (the address changed)."""
    return token_for_hash(row.seed, row.link_version, row.user.email, row.token_hash)


def application_for_link(token: str, at: datetime) -> Application | None:
    """Return the application that a link opens at the moment `at`, None for an unknown, replaced or expired one."""
    rows = Application.objects.with_link(hash_token(token), at).select_related("call", "user", "cohort")
    return rows.first()
