"""A form's key that belongs to somebody else's row makes nothing and gives nothing of that row away."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from canvases import actions as canvas_actions
from comments import actions as comment_actions
from prototypes import actions
from prototypes.models import Challenge, Idea
from prototypes.refusals import SENT_ALREADY
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import NOW, Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from web.errors import DomainError

SECRET = "Canari du voisin"
PLAN = {"hypothesis": "Half finish alone", "comparator": ">=", "threshold": Decimal(50), "unit": "%"}


def challenge(cast: Cast, entry: UUID) -> Challenge:
    return actions.add_challenge(cohort=cast.cohort, title="Accueil", entry=entry, by=cast["M"])


def prototype(cast: Cast, entry: UUID) -> Any:
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    return actions.add_prototype(idea=idea, title="Affiche", entry=entry, by=cast["M"], at=NOW)


def trial(cast: Cast, entry: UUID) -> Any:
    row = PrototypeFactory(idea__cohort=cast.cohort)
    return actions.plan_trial(prototype=row, by=cast["M"], entry=entry, **PLAN)


def canvas(cast: Cast, entry: UUID) -> Any:
    return canvas_actions.add_canvas(cohort=cast.cohort, kind="persona", title="Marc", by=cast["M"], entry=entry)


def comment(cast: Cast, entry: UUID) -> Any:
    idea = IdeaFactory(cohort=cast.cohort)
    return comment_actions.write_comment(about=idea, text="Oui", by=cast["M"], at=NOW, entry=entry)


def theirs(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.other, title=SECRET)


FOREIGN: list[tuple[Callable[[Cast, UUID], Any], Callable[[Cast, UUID], Any]]] = [
    (challenge, lambda cast, entry: ChallengeFactory(cohort=cast.other, title=SECRET, entry=entry)),
    (prototype, lambda cast, entry: PrototypeFactory(idea=theirs(cast), title=SECRET, entry=entry)),
    (trial, lambda cast, entry: TrialFactory(prototype__idea=theirs(cast), hypothesis=SECRET, entry=entry)),
    (canvas, lambda cast, entry: CanvasFactory(cohort=cast.other, title=SECRET, entry=entry)),
    (comment, lambda cast, entry: CommentFactory(idea=theirs(cast), text=SECRET, entry=entry)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("add", "foreign"), FOREIGN, ids=[add.__name__ for add, _foreign in FOREIGN])
def test_anothers_form_key_gives_nothing_away(
    cast: Cast, add: Callable[[Cast, UUID], Any], foreign: Callable[[Cast, UUID], Any]
):
    row = foreign(cast, uuid4())
    with pytest.raises(DomainError) as refused:
        add(cast, row.entry)
    assert (refused.value.message, type(row).objects.count()) == (SENT_ALREADY, 1)
