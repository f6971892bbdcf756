"""The pictures that a version may show."""

from datetime import date

from django.db.models import Q, QuerySet

from files.enums import CONSENTS_BY_AUDIENCE, FileAudience
from files.models import Attachment
from prototypes.file_owners import KINDS
from prototypes.models import Idea, Prototype, Trial
from publications.models import Publication


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
