"""The rules of the database for publications, tried by raw SQL."""

import json
from typing import Any

import pytest

from publications.models import Publication
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import IdeaFactory, IndicatorFactory, measured_idea
from tests.factories.publications import (
    ENDED_AT,
    FACTS,
    MEASURE,
    PUBLISHED_AT,
    ApprovalRuleFactory,
    PublicationFactory,
)
from tests.sql import delete, force, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db


def forced(state: str, **columns: Any) -> None:
    """Change columns of a version in this state without triggers, so that only the constraints decide."""
    force(PublicationFactory(state=state), **columns)


@pytest.mark.parametrize(
    ("rule", "state", "columns"),
    [
        ("publication_about_one", "draft", {"idea_id": None}),
        ("publication_about_one", "draft", {"kind": "cohorts"}),
        ("publication_about_one", "draft", {"cohort_id": None}),
        ("publication_about_one", "draft", {"kind": "other"}),
        ("publication_licence_known", "draft", {"licence": "other"}),
        ("publication_data_licence_known", "draft", {"data_licence": "cc-by-4.0"}),
        ("publication_complete", "submitted", {"text_en": " "}),
        ("publication_text_fr_length", "draft", {"text_fr": "x" * 20_001}),
        ("publication_text_en_length", "draft", {"text_en": "x" * 20_001}),
        ("publication_submitted", "draft", {"submitted_at": PUBLISHED_AT}),
        ("publication_submitted", "draft", {"approval": "nobody"}),
        ("publication_submitted", "submitted", {"approval": "nobody"}),
        ("publication_submitted", "submitted", {"submitted_by_id": None}),
        ("publication_published", "submitted", {"published_at": PUBLISHED_AT}),
        ("publication_published", "published", {"published_by_id": None}),
        ("publication_approved", "published", {"approval": "admin"}),
        ("publication_approved", "published", {"approval": "both"}),
        ("publication_ended", "published", {"ended_at": ENDED_AT}),
        ("publication_ended", "withdrawn", {"ended_at": "2026-11-12 08:59+00"}),
        ("publication_withdrawn_why", "withdrawn", {"end_reason": " "}),
    ],
)
def test_row_that_contradicts_itself_is_refused(rule: str, state: str, columns: dict[str, Any]):
    with refused_by(rule):
        forced(state, **columns)


def test_second_person_is_someone_else():
    row = PublicationFactory(state="published")
    with refused_by("publication_approved"):
        force(row, published_by_id=row.submitted_by_id)
    force(row, approval="anyone", published_by_id=row.submitted_by_id)
    force(row, approval="admin", approved_as_admin=True)
    with refused_by("publication_approved"):
        force(row, approval="both")
    force(row, approval="both", published_by_id=UserFactory().pk)


@pytest.mark.parametrize(
    ("before", "after"), [("both", "second"), ("both", "admin"), ("second", ""), ("admin", "anyone")]
)
def test_approval_that_was_asked_for_stays(before: str, after: str):
    row = PublicationFactory(state="submitted", approval=before)
    with refused_by("publication_approval_stays"):
        update(row, state="draft", approval=after, submitted_at=None, submitted_by_id=None)
    update(row, state="draft", submitted_at=None, submitted_by_id=None)


@pytest.mark.parametrize(
    ("state", "following"), [("draft", "published"), ("submitted", "withdrawn"), ("published", "draft")]
)
def test_states_follow_one_another(state: str, following: str):
    with refused_by("publication_state"):
        update(PublicationFactory(state=state), state=following)


@pytest.mark.parametrize("state", ["submitted", "published"])
@pytest.mark.parametrize("column", ["title_fr", "text_en", "licence"])
def test_what_was_submitted_or_is_public_never_changes(state: str, column: str):
    with refused_by("publication_fixed_once_submitted"):
        update(PublicationFactory(state=state), **{column: "odbl"})


def test_record_of_what_was_public_never_changes():
    row = PublicationFactory(state="withdrawn")
    with refused_by("publication_record_fixed"):
        update(row, published_at=ENDED_AT)
    with refused_by("publication_never_deleted"):
        delete(row)
    with refused_by("publication_subject_fixed"):
        update(row, slug="another")
    with refused_by("publication_lab_subject_fixed"):
        update(row, method_id=1)
    with refused_by("publication_no_truncate"):
        truncate(Publication)
    delete(PublicationFactory())


def test_idea_belongs_to_the_cohort_that_publishes_it():
    other = IdeaFactory()
    with refused_by("publication_cohort_of_idea"):
        insert_like(PublicationFactory(), idea_id=other.pk, slug="other")


def test_measure_is_of_the_idea_and_complete_with_its_words():
    row = PublicationFactory(idea=measured_idea(), with_measure=True)
    with refused_by("publication_indicator_of_idea"):
        update(row, indicator_id=IndicatorFactory().pk)
    correction = IndicatorFactory(idea=row.idea, corrects=row.indicator, correction_reason="Recomptées")
    with refused_by("publication_indicator_of_idea"):
        update(row, indicator_id=correction.pk)
    for columns in ({"facts": json.dumps(FACTS)}, {"indicator_id": None}):
        with refused_by("publication_measure_complete"):
            update(row, **columns)
    with refused_by("publication_measure_complete"):
        update(PublicationFactory(), unit_en="papers")
    update(row, method_en=" ")  # in a draft
    row.method_en = " "
    with refused_by("publication_measure_complete"):
        PublicationFactory.submit(row)
    row.method_en = MEASURE["method_en"]
    PublicationFactory.submit(row)
    for column in ("measure_fr", "unit_en", "method_fr", "indicator_id"):
        with refused_by("publication_fixed_once_submitted"):
            update(row, **{column: None if column == "indicator_id" else "Other"})


def test_one_version_is_public_and_one_is_prepared():
    row = PublicationFactory(state="published")
    draft = PublicationFactory(idea=row.idea, number=2)
    with refused_by("publication_number_once"):
        insert_like(draft, number=1)
    with refused_by("publication_prepared_once"):
        insert_like(draft, number=3)
    with refused_by("publication_published_once"):
        PublicationFactory(idea=row.idea, number=2, state="published") if delete(draft) is None else None


def test_rule_of_approval_exists_once_and_two_people_end_that_of_the_lab():
    row = ApprovalRuleFactory()
    with refused_by("approval_rule_once"):
        ApprovalRuleFactory()
    one, other = UserFactory().pk, UserFactory().pk
    for columns in (
        {"ended_by_id": one},
        {"ended_at": ENDED_AT},
        {"ended_at": "2026-11-12 08:59+00", "ended_by_id": one},
    ):
        with refused_by("approval_rule_ended"):
            update(row, end_requested_by_id=other, **columns)
    for requested_by in (None, one):
        with refused_by("approval_rule_ended_by_two"):
            update(row, end_requested_by_id=requested_by, ended_at=ENDED_AT, ended_by_id=one)
    for change in (lambda: delete(row), lambda: update(row, since=ENDED_AT)):
        with refused_by("approval_rule_stays"):
            change()
    update(row, end_requested_by_id=other, ended_at=ENDED_AT, ended_by_id=one)
    with refused_by("approval_rule_stays"):
        update(row, ended_at=None, ended_by_id=None)
    ApprovalRuleFactory()
    update(ApprovalRuleFactory(authority=AuthorityFactory()), ended_at=ENDED_AT, ended_by_id=one)


def test_erased_names_can_be_removed_from_what_is_no_longer_public():
    row = PublicationFactory(state="withdrawn", written_by=UserFactory())
    update(row, text_fr="…")
    pictured = PublicationFactory(state="withdrawn", with_picture=True).pictures.get()
    update(pictured, alt_fr="…")
    with refused_by("public_picture_of_draft"):
        update(pictured, publication_id=row.pk)
