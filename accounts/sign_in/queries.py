"""Which sign-in links still open a door."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from web.link_tokens import hash_of

if TYPE_CHECKING:
    from accounts.models import SignInLink


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def of(self, token: str) -> SignInLinkQuerySet:
        return self.filter(token_hash=hash_of(token))

    def unended(self) -> SignInLinkQuerySet:
        return self.filter(ended_at=None)

    def made_before(self, moment: datetime) -> SignInLinkQuerySet:
        return self.filter(made_at__lt=moment)
