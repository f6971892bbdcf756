"""What a data package holds: published versions, and totals over the cohorts that publish their figures.

Nothing else is read: rows of ideas, people and cohorts that are not public never come near a package.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from figures.models import FiguresConsent
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.sentences import coverage
from figures.scope.visibility import shared_cohorts
from figures.sharing.enums import Audience
from opendata.models import DIGEST, dataset_of, releasable
from programmes.models import Edition
from publications.models import Publication, PublicationQuerySet


@dataclass(frozen=True, slots=True)
class EditionTotals:
    """The totals of an edition, and the names of the authorities whose cohorts they count."""

    edition: Edition
    authorities: list[str]
    figures: Figures


@dataclass(frozen=True, slots=True)
class PublicContent:
    """What is public of an edition, or with `edition` None of all: totals as of a day, and published versions.

    The versions, and the cohorts that publish their figures, are those of the day `public_on`. `consents` are those by
    which the totals count their cohorts.
    """

    edition: Edition | None
    as_of: date
    public_on: date
    totals: tuple[EditionTotals, ...]
    versions: tuple[Publication, ...]
    consents: tuple[FiguresConsent, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is public."""
        return not (self.totals or self.versions)

    @property
    def dataset(self) -> str:
        """Return the part of addresses that names the data set: the slug of the edition, or “all”."""
        return dataset_of(self.edition)


def public_datasets(today: date) -> list[Edition | None]:
    """Return None, for all editions together, and each edition of which something is public, the latest first.

    That is figures, or a version of its work. Empty where nothing at all is public. Two statements at most.
    """
    consents = FiguresConsent.objects.open(Audience.PUBLIC).values("cohort__edition")
    published = releasable(today).published()
    editions = Edition.objects.filter(
        Q(pk__in=consents)
        | Q(pk__in=published.values("cohort__edition"))
        | Q(pk__in=published.values("lesson__edition"))
    )
    found = list(editions.order_by("-starts_on", "-pk"))
    return [None, *found] if found or published.exists() else []


def read_content(edition: Edition | None, *, as_of: date, today: date) -> PublicContent:
    """Return what is public of an edition, or of all without one, with the figures as of a day.

    Two statements for all, and two for each edition that has figures.
    """
    consents = FiguresConsent.objects.open(Audience.PUBLIC).select_related("cohort__edition").order_by("pk")
    return content_of(
        edition,
        versions=releasable(today).published(),
        consents=list(consents.filter(cohort__edition=edition) if edition else consents),
        as_of=as_of,
        public_on=today,
    )


def content_of(
    edition: Edition | None,
    *,
    versions: PublicationQuerySet,
    consents: list[FiguresConsent],
    as_of: date,
    public_on: date,
    known_at: datetime | None = None,
) -> PublicContent:
    """Return the content with these versions, as far as they belong to the edition, and totals over these cohorts.

    With `known_at`, the totals leave out what was recorded after that moment. Versions have `text_digest`: that of the
    texts which are read here.
    """
    of_edition = Q(cohort__edition=edition) | Q(lesson__edition=edition) if edition else Q()
    rows = versions.filter(of_edition).annotate(text_digest=DIGEST).order_by("kind", "slug")
    cohorts: dict[Edition, set[int]] = {}
    for consent in consents:
        cohorts.setdefault(consent.cohort.edition, set()).add(consent.cohort_id)
    by_age = sorted(cohorts, key=lambda each: (each.starts_on, each.pk))
    return PublicContent(
        edition,
        as_of,
        public_on,
        tuple(_totals(each, cohorts[each], as_of, known_at) for each in by_age),
        tuple(rows.select_related("cohort__edition", "lesson__edition")),
        tuple(consents),
    )


def _totals(edition: Edition, cohorts: set[int], as_of: date, known_at: datetime | None) -> EditionTotals:
    """Return the totals of an edition over those of the cohorts that publish their figures now."""
    visible = shared_cohorts(edition, Audience.PUBLIC)
    counted = replace(
        visible,
        cohorts=tuple(row for row in visible.cohorts if row.pk in cohorts),
        shared=visible.shared & cohorts,
    )
    scope = counted.scope(edition=edition)
    figures = implementation_rates(scope=scope, as_of=as_of, known_at=known_at, bounded=False)
    return EditionTotals(edition, coverage(counted, scope).counted, figures)
