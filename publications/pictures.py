"""The pictures and names that a version may show, and those that the texts of a version must not have."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from files.enums import CONSENTS_BY_AUDIENCE, FileAudience
from files.models import Attachment
from prototypes.file_owners import KINDS
from prototypes.models import Idea, Prototype, Trial
from publications.models import TEXTS, Publication


def offered_pictures(publication: Publication, today: date) -> QuerySet[Attachment]:
    """Return the pictures of an idea, its prototypes and its tests that the public may see on `today`; none of others.

    These show nobody who can be recognised, or people who agreed to be seen by anyone.
    """
    rows = Attachment.objects.pictures().with_consent(CONSENTS_BY_AUDIENCE[FileAudience.PUBLIC], today)
    if publication.idea_id is None:
        return rows.none()
    prototypes = Prototype.objects.filter(idea=publication.idea_id)
    owners = {
        KINDS[Idea][0]: [publication.idea_id],
        KINDS[Prototype][0]: prototypes.values("pk"),
        KINDS[Trial][0]: Trial.objects.filter(prototype__in=prototypes).values("pk"),
    }
    of_idea = Q()
    for about, keys in owners.items():
        of_idea |= Q(about=about, object_id__in=keys)
    return rows.filter(of_idea).by_age()


def people_named_without_consent(publication: Publication, today: date) -> list[str]:
    """Return the names of the cohort's people that the texts contain, and who have not agreed to it as of `today`.

    The descriptions of pictures are texts too. Case, accents, blanks and Markdown make no difference.
    """
    if publication.cohort_id is None:
        return []
    descriptions = publication.pictures.values_list("alt_fr", "alt_en")
    texts = [*(getattr(publication, column) for column in TEXTS), *(text for both in descriptions for text in both)]
    words = f" {_plain_words(' | '.join(texts))} "
    agreed = {_plain_words(name) for name in publication.names.with_consent(today).values_list("name", flat=True)}
    people = User.objects.filter(memberships__cohort=publication.cohort_id).distinct().order_by("full_name", "pk")
    names = [person.full_name for person in people if _plain_words(person.full_name) not in agreed]
    return [name for name in names if f" {_plain_words(name)} " in words]


def _plain_words(text: str) -> str:
    """Return the words of a text without accents, in small letters, with one blank between them."""
    unaccented = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", unaccented.casefold()))
