"""Codes with which a person withdraws their consent to a field note, without an account."""

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without signs that look alike: 0 O, 1 I L, U V
LENGTH: Final = 10  # of 30 signs each: too many to guess at twenty tries in ten minutes
MAX_TYPED: Final = 40


def new_code() -> str:
    """Return a new random code of ten signs."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))


def code_in(text: str) -> str:
    """Return the code in what someone typed: capitals, without spaces and hyphens."""
    return "".join(sign for sign in text.upper() if sign in ALPHABET)


def printed_code(code: str) -> str:
    """Return a code as people read it, in two halves: "ABCDE-FGHJK"."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
