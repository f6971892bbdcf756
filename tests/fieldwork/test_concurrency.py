"""One draft sent many times at the same moment makes one note; a control shows that its key is the reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from cohorts.models import Membership
from files.models import Attachment
from prototypes import actions
from prototypes.models import Trial, TrialNote
from prototypes.notes.actions import Answers
from prototypes.trials.log_values import log_version
from tests.concurrency import run_at_once
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
    """Return calls that send the same draft under each of the keys."""
    version_token = log_version(trial)
    answers = Answers(run={"participants": 12, "successes": 9}, conclusion={"result": "not_met"})

    def sending(key: UUID) -> Callable[[], object]:
        row = Trial.objects.get(pk=trial.pk)
        return lambda: actions.receive_trial_note(
            key=key, trial=row, answers=answers, version_token=version_token, by=user, at=AT
        )

    return run_at_once(*[sending(key) for key in keys])


def test_ten_simultaneous_submits_of_one_draft_make_one_row(member: Membership, trial: Trial):
    assert submits(trial, member.user, [uuid4()] * 10) == ["done"] * 10
    assert list(TrialNote.objects.values_list("trial", "outcome")) == [(trial.pk, "taken")]


def test_control_ten_drafts_with_different_keys_make_ten_rows(member: Membership, trial: Trial):
    """Without this control, the test above could pass for another reason."""
    submits(trial, member.user, [uuid4() for _ in range(10)])
    assert TrialNote.objects.count() == 10


def test_ten_simultaneous_uploads_of_one_picture_make_one_file(member: Membership, trial: Trial):
    key = uuid4()
    submits(trial, member.user, [key])
    form = {"key": str(uuid4()), "draft": str(key)}
    answers = run_at_once(*[lambda: post_picture(member.user, trial, **form)] * 10)
    assert (answers, Attachment.objects.count()) == (["done"] * 10, 1)
