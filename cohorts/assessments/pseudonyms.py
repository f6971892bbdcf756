"""The name under which somebody's answers are kept, so that two of them make a pair and no page or table says whose.

It is a keyed hash: whoever has the table alone cannot try the people of the cohort one after another. Whoever has the
key as well can, which is why these are pseudonyms and nothing more (docs/decisions/0015).
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "cohorts.assessments"


def pseudonym(*, cohort: int, user: int) -> str:
    """64 hexadecimal digits; another in every cohort, and another under another key."""
    key = settings.PSEUDONYM_KEY or settings.SECRET_KEY
    return salted_hmac(SALT, f"{cohort}:{user}", secret=key, algorithm="sha256").hexdigest()
