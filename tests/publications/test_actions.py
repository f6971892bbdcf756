"""Actions on publications: refused in other states, and about other pages nothing changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from publications import actions
from publications.consents.pictures import offered_pictures
from publications.emails import KIND
from publications.enums import Approval
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.files import AttachmentFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.factories.publications import ApprovalRuleFactory, PublicationFactory, PublicNameFactory
from tests.sql import force
from web.errors import DomainError

pytestmark = pytest.mark.django_db


def test_each_action_is_refused_in_another_state_than_its_own(cast: Cast):
    draft, submitted = (PublicationFactory(cohort=cast.cohort, state=state) for state in ("draft", "submitted"))
    by = {"by": cast["S"], "at": NOW}
    refused: list[tuple[Callable[..., Any], Any, dict[str, Any], Any]] = [
        (actions.submit_publication, submitted, by, actions.NOT_A_DRAFT),
        (actions.discard_draft_publication, submitted, {"by": cast["S"]}, actions.NOT_A_DRAFT),
        (actions.return_publication, draft, {"by": cast["S"]}, actions.NOT_SUBMITTED),
        (actions.publish, draft, by, actions.NOT_SUBMITTED),
        (actions.withdraw_publication, draft, by | {"reason": "An error"}, actions.NOT_PUBLIC),
        (actions.choose_pictures, draft, by | {"pictures": {0: ("Un mur", "A wall")}}, actions.NOT_OFFERED),
    ]
    for action, row, arguments, sentence in refused:
        with pytest.raises(DomainError, match=str(sentence)):
            action(publication=row, **arguments)


def test_version_needs_the_approval_that_the_rules_of_its_authority_ask_for_today(cast: Cast):
    row = PublicationFactory(cohort=cast.cohort)
    ApprovalRuleFactory(authority=cast.other_cohort.authority)
    force(ApprovalRuleFactory(authority=cast.cohort.authority), ended_at=NOW, ended_by_id=cast["A"].pk)
    assert actions.required_approval(row) == Approval.ANYONE
    ApprovalRuleFactory(authority=cast.cohort.authority)
    assert actions.required_approval(row) == Approval.ADMIN


def test_other_pages_and_drafts_stay_as_they_are(cast: Cast):
    """Another page of the same kind, and a page of another kind under the same address."""
    row = PublicationFactory(cohort=cast.cohort, approval="anyone", state="submitted", written_by=cast["P"])
    others = [
        PublicationFactory(cohort=cast.cohort),
        PublicationFactory(kind="cohorts", cohort=cast.cohort, slug=row.slug),
    ]
    draft = PublicNameFactory(publication=PublicationFactory(cohort=cast.cohort), agreed_until=TODAY)
    names = [PublicNameFactory(publication=other) for other in others]
    for other in others:
        PublicationFactory.publish(other)
    actions.publish(publication=row, by=cast["S"], at=NOW)
    second = PublicationFactory(idea=row.idea, number=2)
    own = PublicNameFactory(publication=second)
    actions.publish(publication=PublicationFactory.submit(second), by=cast["S"], at=NOW)
    actions.withdraw_name(name=own, by=None, at=NOW)
    assert actions.withdraw_where_consent_ended(by=None, at=NOW + timedelta(days=2)) == 0
    for each in (row, *others, own, *names, draft):
        each.refresh_from_db()
    assert (row.state, own.ended_at) == ("replaced", NOW)
    assert [(other.state, name.ended_at) for other, name in zip(others, names, strict=True)] == [
        ("published", None)
    ] * 2
    assert draft.ended_at is None
    assert [KIND.can_see(cast[role], row.pk) for role in "PSN"] == [True, True, False]


def test_pictures_are_offered_of_the_idea_its_prototypes_and_tests_alone(cast: Cast):
    row = PublicationFactory(cohort=cast.cohort)
    own, other = (PrototypeFactory(idea=idea, state="in_test") for idea in (row.idea, IdeaFactory(cohort=cast.cohort)))
    pictures = [
        [
            AttachmentFactory(about=about, of=of)
            for about, of in (
                ("idea", prototype.idea),
                ("prototype", prototype),
                ("trial", TrialFactory(prototype=prototype)),
            )
        ]
        for prototype in (own, other)
    ]
    AttachmentFactory(about="idea", of=row.idea, consent="signed_in")
    assert set(offered_pictures(row, TODAY)) == {*pictures[0]}
