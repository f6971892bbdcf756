"""SIRET numbers: an establishment of a body; they begin with the body's SIREN (pure)."""

from typing import Final

from programmes.authorities.siren import is_siren

LA_POSTE: Final = "356000000"  # its post offices were numbered by the sum of their digits, a multiple of five


def is_siret(number: str) -> bool:
    """Return whether the text is a valid SIRET: fourteen digits that begin with a valid SIREN and whose Luhn sum ends
    in 0.

    For establishments of La Poste a sum of digits that is a multiple of five is enough, by INSEE's published exception.
    Spaces are invalid.
    """
    if len(number) != 14 or not (number.isascii() and number.isdigit() and is_siren(number[:9])):
        return False
    digits = [int(digit) for digit in number]
    if number.startswith(LA_POSTE) and sum(digits) % 5 == 0:
        return True
    doubled = [digit * (1 if position % 2 else 2) for position, digit in enumerate(digits)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def siren_of(siret: str) -> str:
    """Return the SIREN of the body an establishment belongs to; "" for an invalid SIRET."""
    return siret[:9] if is_siret(siret) else ""
