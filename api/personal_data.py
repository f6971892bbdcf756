"""What tokens keep about people, for how long, and how it is erased."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from api.actions import RETAINED, purge_idempotency_keys, purge_tokens
from api.models import KEY_VALID_FOR, ApiToken


def erase(*, user: User, at: datetime) -> None:
    """Delete the person's tokens; `at` is not used."""
    ApiToken.objects.filter(user=user).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "api_tokens": PersonalData(
            _("API tokens you created"),
            row_reader(
                lambda user: ApiToken.objects.filter(user=user),
                *("name", "is_service", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"),
            ),
            covers=("api.ApiToken.user",),
        )
    },
    retentions={
        "api-tokens": Retention(
            _("API tokens that have expired or were revoked"),
            _("To find out afterwards who could have done what with a token."),
            RETAINED.days,
            purge_tokens,
        ),
        "idempotency-keys": Retention(
            _("Keys with which programs sent changes"),
            _("To make a change once when a program sends it again."),
            KEY_VALID_FOR.days,
            purge_idempotency_keys,
        ),
    },
    erase=erase,
)
