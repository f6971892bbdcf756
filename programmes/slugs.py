"""Names made fit for addresses."""

import re

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from web.errors import DomainError

LONGEST = 80
SEPARATES = re.compile(r"[^\w\s-]+")  # “2026–2028” and “d'Évry” are two words each
RESERVED = frozenset({"new", "compare"})  # pages that live where a row's own page would


def slug_of(name: str, *, field: str = "name") -> str:
    """The part of an address made from a name; raises DomainError, beside `field`, when nothing of it is left."""
    slug = slugify(SEPARATES.sub(" ", name))[:LONGEST].strip("-")
    if not slug:
        raise DomainError(_("The name must contain at least one letter or digit."), field=field)
    return f"{slug}-1" if slug in RESERVED else slug
