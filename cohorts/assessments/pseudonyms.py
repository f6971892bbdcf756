"""Pseudonyms under which answers are stored: they link two answers of one person without a name.

A pseudonym is a keyed hash. Someone with only the table cannot test the members of the cohort one by one. Someone with
the key as well can, so these are pseudonyms, not anonymous codes (docs/decisions/0015).
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "cohorts.assessments"


def pseudonym(*, cohort: int, user: int) -> str:
    """Return the pseudonym under which a user (by id) answers in a cohort (by id): 64 hexadecimal digits.

    It is always the same for the two, differs in each cohort, and depends on a secret key of the platform.
    """
    key = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return salted_hmac(SALT, f"{cohort}:{user}", secret=key, algorithm="sha256").hexdigest()
