"""An idempotency key of another person creates nothing and reveals nothing of their row."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from canvases import actions as canvas_actions
from comments import actions as comment_actions
from prototypes import actions
from prototypes.models import Challenge, Idea
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import NOW, Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from web.database.refusals import SENT_ALREADY
from web.errors import DomainError

SECRET = "Canari du voisin"
PLAN = {"hypothesis": "Half finish alone", "comparator": ">=", "threshold": Decimal(50), "unit": "%"}


def challenge(cast: Cast, idempotency_key: UUID) -> Challenge:
    return actions.add_challenge(cohort=cast.cohort, title="Accueil", idempotency_key=idempotency_key, by=cast["M"])


def prototype(cast: Cast, idempotency_key: UUID) -> Any:
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    return actions.add_prototype(idea=idea, title="Affiche", idempotency_key=idempotency_key, by=cast["M"], at=NOW)


def trial(cast: Cast, idempotency_key: UUID) -> Any:
    row = PrototypeFactory(idea__cohort=cast.cohort)
    return actions.plan_trial(prototype=row, by=cast["M"], idempotency_key=idempotency_key, **PLAN)


def canvas(cast: Cast, idempotency_key: UUID) -> Any:
    return canvas_actions.add_canvas(
        cohort=cast.cohort, kind="persona", title="Marc", by=cast["M"], idempotency_key=idempotency_key
    )


def comment(cast: Cast, idempotency_key: UUID) -> Any:
    idea = IdeaFactory(cohort=cast.cohort)
    return comment_actions.write_comment(about=idea, text="Oui", by=cast["M"], at=NOW, idempotency_key=idempotency_key)


def idea_of_other_cohort(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.other_cohort, title=SECRET)


FOREIGN: list[tuple[Callable[[Cast, UUID], Any], Callable[[Cast, UUID], Any]]] = [
    (
        challenge,
        lambda cast, idempotency_key: ChallengeFactory(
            cohort=cast.other_cohort, title=SECRET, idempotency_key=idempotency_key
        ),
    ),
    (
        prototype,
        lambda cast, idempotency_key: PrototypeFactory(
            idea=idea_of_other_cohort(cast), title=SECRET, idempotency_key=idempotency_key
        ),
    ),
    (
        trial,
        lambda cast, idempotency_key: TrialFactory(
            prototype__idea=idea_of_other_cohort(cast), hypothesis=SECRET, idempotency_key=idempotency_key
        ),
    ),
    (
        canvas,
        lambda cast, idempotency_key: CanvasFactory(
            cohort=cast.other_cohort, title=SECRET, idempotency_key=idempotency_key
        ),
    ),
    (
        comment,
        lambda cast, idempotency_key: CommentFactory(
            idea=idea_of_other_cohort(cast), text=SECRET, idempotency_key=idempotency_key
        ),
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("add", "foreign"), FOREIGN, ids=[add.__name__ for add, _foreign in FOREIGN])
def test_idempotency_key_of_another_person_reveals_nothing(
    cast: Cast, add: Callable[[Cast, UUID], Any], foreign: Callable[[Cast, UUID], Any]
):
    row = foreign(cast, uuid4())
    with pytest.raises(DomainError) as refused:
        add(cast, row.idempotency_key)
    assert (refused.value.message, type(row).objects.count()) == (SENT_ALREADY, 1)
