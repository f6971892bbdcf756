"""Slugs made from names."""

import re

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from web.errors import DomainError

MAX_LENGTH = 80
SEPARATORS = re.compile(r"[^\w\s-]+")  # “2026–2028” and “d'Évry” are two words each
RESERVED = frozenset({"new", "compare", "known-formats", "methods", "official-list", "all"})  # in paths of other pages


def slug_of(name: str, *, field: str = "name") -> str:
    """Return the slug of a name, for URLs, at most 80 characters: “Pays de la Loire” becomes "pays-de-la-loire".

    A name that equals another page's path (`RESERVED`) gets the suffix "-1". Raises DomainError, shown next to the form
    field `field`, when the name has no letter or digit.
    """
    slug = slugify(SEPARATORS.sub(" ", name))[:MAX_LENGTH].strip("-")
    if not slug:
        raise DomainError(_("The name must contain at least one letter or digit."), field=field)
    return f"{slug}-1" if slug in RESERVED else slug
