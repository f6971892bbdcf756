"""The rows that views start from: none of other cohorts, and none created after the last day of a past member."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from accounts.models import User
from canvases.views.lookups import get_canvas_or_404
from cohorts.cohort.pages import get_cohort_or_404
from prototypes.models import Idea, Package
from prototypes.trials.cards import locked_trials
from prototypes.views import lookups
from tests.factories.accounts import request_by
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)

pytestmark = pytest.mark.django_db
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)
Find = Callable[[Any, Any], Any]


def finds(find: Find, user: User, key: Any) -> bool:
    try:
        return bool(find(request_by(user), key))
    except Http404:
        return False


def made(cast: Cast, created_on: date) -> dict[Find, Any]:
    """Create one row of each kind, added on this day."""
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", created_on=created_on)
    prototype = PrototypeFactory(idea=idea, created_on=created_on)
    return {
        lookups.get_challenge_or_404: ChallengeFactory(cohort=cast.cohort, created_on=created_on).pk,
        lookups.get_idea_or_404: idea.pk,
        lookups.get_prototype_or_404: prototype.pk,
        lookups.get_trial_or_404: TrialFactory(prototype=prototype, created_on=created_on).pk,
        lookups.get_implementation_or_404: ImplementationFactory(idea=idea, created_on=created_on).pk,
        lookups.get_package_or_404: Package.objects.create(
            event=idea.events.latest("position"), content={}, created_on=created_on
        ).pk,
        get_canvas_or_404: CanvasFactory(cohort=cast.cohort, created_on=created_on).pk,
    }


def test_rows_are_found_only_by_people_of_the_cohort(cast: Cast):
    results = {
        find.__name__: "".join(role for role in "SMANX" if finds(find, cast[role], key))
        for find, key in (made(cast, LAST) | {get_cohort_or_404: "rivage"}).items()
    }
    assert results == dict.fromkeys(results, "SMA")


def test_past_members_find_rows_of_their_last_day(cast: Cast):
    past_member = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
    old, new = made(cast, LAST), made(cast, AFTER)
    there, since = (
        {find.__name__ for find, key in rows.items() if finds(find, past_member, key)} for rows in (old, new)
    )
    assert there == {find.__name__ for find in old}
    assert since == set()


def test_criteria_are_compared_only_with_visible_tests(cast: Cast):
    past_member = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
    idea: Idea = IdeaFactory(cohort=cast.cohort, state="testing")
    for created_on in (LAST, AFTER):
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked", created_on=created_on)
    assert [len(locked_trials(user, idea.pk)) for user in (past_member, cast["M"])] == [1, 2]


def test_source_of_a_copied_canvas_links_only_for_its_readers(cast: Cast):
    source = CanvasFactory(cohort=cast.cohort)
    copied = CanvasFactory(cohort=cast.other_cohort, copied_from=source)
    opens = [get_canvas_or_404(request_by(cast[role]), copied.pk).source_opens for role in "SN"]
    assert opens == [True, False]
