"""A cohort shares its figures, and stops sharing them."""

from datetime import UTC, date, datetime

import pytest

from figures.sharing.actions import NOT_SHARED, share_figures, stop_sharing_figures
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.sharing.refusals import PUBLISHED_ALREADY
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from web.actions import ACTIONS
from web.errors import DomainError

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # already the 25th in Paris


@pytest.mark.parametrize("audience", Audience)
def test_sharing_records_the_day_and_who_decided(audience: Audience, cast: Cast):
    consent = share_figures(cohort=cast.cohort, audience=audience, at=NOW, by=cast["P"])
    assert (consent.audience, consent.granted_on, consent.granted_by) == (audience, TODAY, cast["P"])
    assert (consent.withdrawn_on, consent.withdrawn_by) == (None, None)


def test_the_day_is_that_of_the_authority(cast: Cast):
    assert share_figures(cohort=cast.cohort, audience=Audience.EDITION, at=LATE, by=cast["P"]).granted_on == date(
        2026, 11, 25
    )


def test_what_is_shared_is_not_shared_twice(cast: Cast):
    share_figures(cohort=cast.cohort, audience=Audience.EDITION, at=NOW, by=cast["P"])
    with pytest.raises(DomainError, match="shared already"):
        share_figures(cohort=cast.cohort, audience=Audience.EDITION, at=NOW, by=cast["A"])


def test_published_facts_need_no_consent(cast: Cast):
    published = CohortFactory(retrospective=True, state="alumni")
    with pytest.raises(DomainError, match=str(PUBLISHED_ALREADY)):
        share_figures(cohort=published, audience=Audience.EDITION, at=NOW, by=cast["P"])


def test_sharing_ends_and_may_begin_again(cast: Cast):
    share_figures(cohort=cast.cohort, audience=Audience.EDITION, at=NOW, by=cast["P"])
    ended = stop_sharing_figures(cohort=cast.cohort, audience=Audience.EDITION, at=LATE, by=cast["S"])
    assert (ended.withdrawn_on, ended.withdrawn_by) == (date(2026, 11, 25), cast["S"])
    assert FiguresConsent.objects.open().count() == 0
    share_figures(cohort=cast.cohort, audience=Audience.EDITION, at=LATE, by=cast["A"])
    assert (FiguresConsent.objects.count(), FiguresConsent.objects.open().count()) == (2, 1)


def test_only_what_is_shared_with_them_ends(cast: Cast):
    share_figures(cohort=cast.cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"])
    with pytest.raises(DomainError, match=str(NOT_SHARED)):
        stop_sharing_figures(cohort=cast.cohort, audience=Audience.EDITION, at=NOW, by=cast["P"])
    with pytest.raises(DomainError, match=str(NOT_SHARED)):
        stop_sharing_figures(cohort=cast.other_cohort, audience=Audience.PUBLIC, at=NOW, by=cast["P"])
    assert FiguresConsent.objects.open().count() == 1


@pytest.mark.parametrize("name", ["share_figures", "stop_sharing_figures"])
def test_both_are_security_events_and_refused_while_acting_for_someone(name: str):
    assert (ACTIONS[name].security_event, ACTIONS[name].forbidden_while_acting) == (True, True)
