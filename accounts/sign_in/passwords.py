"""Words anybody here would try first are no password, whatever figures stand around them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# As they are after `plain`: small letters without accents. `docs/security.md` lists them.
HOUSE_WORDS: Final = (
    "labplatform",
    "intertransfo",
    "transfo",
    "innovation",
    "laboratoire",
    "laboratory",
    "residence",
    "residency",
    "prefecture",
    "prefet",
    "region",
    "departement",
    "metropole",
    "commune",
    "mairie",
    "ministere",
    "ambassadeur",
    "ambassador",
    "coordinateur",
    "coordinator",
    "pilote",
    "pilot",
    "administrateur",
    "administrator",
    "admin",
    "motdepasse",
    "password",
    "public",
    "service",
    "lab",
)
FEWEST_LETTERS: Final = 6  # that are left once these words, figures and signs are taken out
_HOUSE: Final = re.compile("|".join(HOUSE_WORDS))


def plain(password: str) -> str:
    """Its letters only, small and without accents."""
    apart = unicodedata.normalize("NFKD", password.lower())
    return "".join(sign for sign in apart if sign.isalpha())


class NotOfTheHouse:
    """For AUTH_PASSWORD_VALIDATORS: refuses what is little more than such words. Passwords without any pass."""

    def validate(self, password: str, user: User | None = None) -> None:
        said = plain(password)
        left = _HOUSE.sub("", said)
        if left != said and len(left) < FEWEST_LETTERS:
            raise ValidationError(
                _("This password is made only of words that are easy to guess here. Choose another one."), "house_words"
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be made only of words of this platform, even with digits added.")
