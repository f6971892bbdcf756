"""Refuse passwords made of words that are easy to guess on this platform, even with digits added."""

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# As `letters_only` returns them: lower case, without accents. `docs/security.md` lists them.
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
MIN_REMAINING_CHARACTERS: Final = 6  # that must remain once these words, digits and signs are removed
_HOUSE_WORDS: Final = re.compile("|".join(HOUSE_WORDS))


def alphabet_only(password: str) -> str:
    """Return only the letters of a password, in their order, in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", password.lower())
    return "".join(character for character in decomposed if character.isalpha())


class HouseWordsValidator:
    """For AUTH_PASSWORD_VALIDATORS: refuses passwords that are little more than words of the platform."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError when fewer than six letters remain once the words of the platform are removed.

        Such words are “innovation” or “prefecture”; digits and signs do not count as letters. Passwords without such a
        word pass. `user` is not used.
        """
        text = alphabet_only(password)
        remaining = _HOUSE_WORDS.sub("", text)
        if remaining != text and len(remaining) < MIN_REMAINING_CHARACTERS:
            raise ValidationError(
                _("This password is made only of words that are easy to guess here. Choose another one."), "house_words"
            )

    def get_help_text(self) -> str:
        """Return the rule about words of the platform as a sentence for the password form."""
        return _("Your password can’t be made only of words of this platform, even with digits added.")
