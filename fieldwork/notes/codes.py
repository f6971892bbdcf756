"""Codes with which a person withdraws their consent to a field note, without an account."""

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that look alike: 0 O, 1 I L, U V
LENGTH: Final = 10  # of 30 possible characters each: too many to guess at twenty tries in ten minutes
MAX_TYPED: Final = 40


def new_code() -> str:
    """Return a new random code of ten characters."""
    return "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))


def normalised_code(text: str) -> str:
    """Return a code that someone typed as it is stored: capitals, without spaces and hyphens."""
    return "".join(character for character in text.upper() if character in ALPHABET)


def printed_code(code: str) -> str:
    """Return a code as people read it, in two halves: "ABCDE-FGHJK"."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
