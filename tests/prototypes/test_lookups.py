"""What the views look up first: nothing of a cohort one is not of, nor of after one's last day there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from accounts.models import User
from canvases.views.lookups import canvas_at
from prototypes.models import Idea, Package
from prototypes.trials.cards import locked_trials
from prototypes.views import lookups
from tests.factories.accounts import asked_by
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
        return bool(find(asked_by(user), key))
    except Http404:
        return False


def made(cast: Cast, born_on: date) -> dict[Find, Any]:
    """One of each, since a day."""
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", born_on=born_on)
    prototype = PrototypeFactory(idea=idea, born_on=born_on)
    return {
        lookups.challenge_at: ChallengeFactory(cohort=cast.cohort, born_on=born_on).pk,
        lookups.idea_at: idea.pk,
        lookups.prototype_at: prototype.pk,
        lookups.trial_at: TrialFactory(prototype=prototype, born_on=born_on).pk,
        lookups.implementation_at: ImplementationFactory(idea=idea, born_on=born_on).pk,
        lookups.package_at: Package.objects.create(event=idea.events.latest("place"), content={}, born_on=born_on).pk,
        canvas_at: CanvasFactory(cohort=cast.cohort, born_on=born_on).pk,
    }


def test_each_is_found_by_whoever_is_of_the_cohort_and_by_nobody_beside(cast: Cast):
    found = {
        find.__name__: "".join(letter for letter in "SMANX" if finds(find, cast[letter], key))
        for find, key in (made(cast, LAST) | {lookups.cohort_at: "rivage"}).items()
    }
    assert found == dict.fromkeys(found, "SMA")


def test_past_members_find_what_was_there_on_their_last_day(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
    old, new = made(cast, LAST), made(cast, AFTER)
    there, since = ({find.__name__ for find, key in rows.items() if finds(find, gone, key)} for rows in (old, new))
    assert there == {find.__name__ for find in old}
    assert since == set()


def test_bars_are_compared_with_tests_one_may_read(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=LAST).user
    idea: Idea = IdeaFactory(cohort=cast.cohort, state="testing")
    for born_on in (LAST, AFTER):
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked", born_on=born_on)
    assert [len(locked_trials(user, idea.pk)) for user in (gone, cast["M"])] == [1, 2]


def test_what_a_canvas_was_copied_from_opens_for_whoever_may_read_it(cast: Cast):
    source = CanvasFactory(cohort=cast.cohort)
    copied = CanvasFactory(cohort=cast.other, copied_from=source)
    opens = [canvas_at(asked_by(cast[letter]), copied.pk).source_opens for letter in "SN"]
    assert opens == [True, False]
