"""Published shares of ideas implemented, for the editions and programmes of cohorts."""

from cohorts.models import Cohort
from programmes.models import Claim
from prototypes.ideas.claims import published_claims
from tests.factories.cast import Cast
from tests.factories.programmes import EditionFactory


def test_published_claims_are_the_shares_of_these_editions_and_programmes(cast: Cast):
    programme, source = cast.edition.programme, "Étude de cas"
    metric = "ideas_implemented_percent"
    ours = Claim.objects.create(programme=programme, metric=metric, value=50, source=source)
    theirs = Claim.objects.create(edition=cast.edition, programme=programme, metric=metric, value=40, source=source)
    Claim.objects.create(programme=programme, metric="network_later", value=70, source=source)
    Claim.objects.create(edition=EditionFactory(), metric=metric, value=60, source=source)
    assert set(published_claims(Cohort.objects.filter(pk__in=[cast.cohort.pk, cast.other_cohort.pk]))) == {ours, theirs}
    assert list(published_claims(Cohort.objects.none())) == []
