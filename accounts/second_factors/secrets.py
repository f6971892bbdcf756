"""Secrets of second factors in the database: which fields hold one, and their encryption."""

from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from web.security.encryption import decrypt, encrypt

SECRET_FIELDS: Final = ("secret", "seed")  # of an authenticator app; of recovery codes
SECRET_LISTS: Final = ("migrated_codes",)  # recovery codes of an earlier allauth


def map_secrets(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return the stored data of a second factor with `change` applied to each secret in it; everything else stays.

    The secrets are those of an authenticator app and of recovery codes. `data` itself is not changed.
    """
    fields = {name: change(data[name]) for name in SECRET_FIELDS if name in data}
    lists = {name: [change(code) for code in data[name]] for name in SECRET_LISTS if name in data}
    return data | fields | lists


def reencrypt_second_factors(*, dry_run: bool = False) -> int:
    """Encrypt the secrets of all second factors again, with the first of ENCRYPTION_KEYS; return how many there are.

    With `dry_run`, only count them. Passkeys have no secret. Each row is locked while it is written, so that a recovery
    code that is used at the same time stays used.
    """
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    if not dry_run:
        for pk in factors.values_list("pk", flat=True):
            _reencrypt_one(pk)
    count: int = factors.count()
    return count


@transaction.atomic
def _reencrypt_one(pk: int) -> None:
    """Encrypt the secrets of the second factor with the key `pk` again, in its own transaction, if it still exists."""
    if factor := Authenticator.objects.select_for_update().filter(pk=pk).first():
        factor.data = map_secrets(factor.data, lambda secret: encrypt(decrypt(secret)))
        factor.save(update_fields=["data"])
