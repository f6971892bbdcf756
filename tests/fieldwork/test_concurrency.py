"""One draft sent many times at the same moment is one note; the control shows that its key is what makes it so."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from cohorts.models import Membership
from files.models import Attachment
from prototypes import actions
from prototypes.models import FieldNote, Trial
from prototypes.notes.actions import Answers
from prototypes.trials.log_values import version
from tests.at_once import at_once
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.fieldwork.drafts import post_picture

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def member() -> Membership:
    return MembershipFactory(cohort=CohortFactory())


@pytest.fixture
def trial(member: Membership) -> Trial:
    idea = IdeaFactory(cohort=member.cohort, state="testing")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")


def submits(trial: Trial, user: User, keys: list[UUID]) -> list[str]:
    """The same draft sent at the same moment under each of the keys."""
    seen = version(trial)
    answers = Answers(held={"participants": 12, "successes": 9}, learnt={"result": "not_met"})

    def sending(key: UUID) -> Callable[[], object]:
        row = Trial.objects.get(pk=trial.pk)
        return lambda: actions.receive_note(key=key, trial=row, answers=answers, seen=seen, by=user, at=AT)

    return at_once(*[sending(key) for key in keys])


def test_ten_submits_of_one_draft_at_once_make_one_row(member: Membership, trial: Trial):
    assert submits(trial, member.user, [uuid4()] * 10) == ["done"] * 10
    assert list(FieldNote.objects.values_list("trial", "outcome")) == [(trial.pk, "taken")]


def test_the_control_without_one_key_the_ten_make_ten(member: Membership, trial: Trial):
    """Were the key not what tells them apart, the test above could not be red."""
    submits(trial, member.user, [uuid4() for _ in range(10)])
    assert FieldNote.objects.count() == 10


def test_ten_sendings_of_one_picture_at_once_make_one_file(member: Membership, trial: Trial):
    key = uuid4()
    submits(trial, member.user, [key])
    form = {"key": str(uuid4()), "draft": str(key)}
    answers = at_once(*[lambda: post_picture(member.user, trial, **form)] * 10)
    assert (answers, Attachment.objects.count()) == (["done"] * 10, 1)
