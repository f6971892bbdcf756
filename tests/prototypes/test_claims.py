"""Published shares that stand beside what is measured: those of the cohorts' editions and programmes."""

from cohorts.models import Cohort
from programmes.models import Claim
from prototypes.claims import claims_beside
from tests.factories.cast import Cast
from tests.factories.programmes import EditionFactory


def test_claims_beside_are_the_shares_published_of_these_editions_and_programmes(cast: Cast):
    programme, source = cast.edition.programme, "Étude de cas"
    metric = "ideas_implemented_percent"
    ours = Claim.objects.create(programme=programme, metric=metric, value=50, source=source)
    theirs = Claim.objects.create(edition=cast.edition, programme=programme, metric=metric, value=40, source=source)
    Claim.objects.create(programme=programme, metric="network_later", value=70, source=source)
    Claim.objects.create(edition=EditionFactory(), metric=metric, value=60, source=source)
    assert set(claims_beside(Cohort.objects.filter(pk__in=[cast.cohort.pk, cast.other.pk]))) == {ours, theirs}
    assert list(claims_beside(Cohort.objects.none())) == []
