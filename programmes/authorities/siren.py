"""SIREN numbers of French public bodies (pure)."""


def is_siren(number: str) -> bool:
    """Return whether the text is a valid SIREN: nine digits whose Luhn sum ends in 0 (INSEE's own check). Spaces are
    invalid.
    """
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    doubled = [int(digit) * (2 if position % 2 else 1) for position, digit in enumerate(number)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
