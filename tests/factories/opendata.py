"""Releases of open data, without files, and their parts."""

from datetime import UTC, date, datetime

import factory

from opendata.models import Release, ReleasePart
from tests.factories.figures import FiguresConsentFactory

MADE_AT = datetime(2026, 10, 1, 8, tzinfo=UTC)


class ReleaseFactory(factory.django.DjangoModelFactory):
    """The release of all editions as of 30 September 2026."""

    class Meta:
        model = Release

    edition = None
    as_of = date(2026, 9, 30)
    stored = factory.Sequence(lambda n: f"{n:032x}")
    sha256 = "0" * 64
    size = 1000
    made_at = MADE_AT


class ReleasePartFactory(factory.django.DjangoModelFactory):
    """The figures of a cohort in a release."""

    class Meta:
        model = ReleasePart

    release = factory.SubFactory(ReleaseFactory)
    consent = factory.SubFactory(FiguresConsentFactory, audience="public")
