"""Which sign-in links still open a door."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import SignInLink


def hash_of(token: str) -> str:
    """What is kept of a token: nobody finds it from there."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def of(self, token: str) -> SignInLinkQuerySet:
        return self.filter(token_hash=hash_of(token))

    def unended(self) -> SignInLinkQuerySet:
        return self.filter(ended_at=None)

    def made_before(self, moment: datetime) -> SignInLinkQuerySet:
        return self.filter(made_at__lt=moment)
