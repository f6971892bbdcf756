"""Personal data belongs to one person: a stranger's copy holds nothing of others, and erasing one removes nothing."""

from collections.abc import Iterator
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from accounts.acting.actions import end_support, open_support
from accounts.addresses.actions import claim_address
from accounts.hooks import personal_data
from accounts.models import AddressRelease, FactorReset, User
from accounts.privacy.actions import erase_person
from accounts.sign_in.actions.links import request_sign_in_link
from accounts.sign_in.actions.sessions import end_sign_in, end_sign_ins
from cohorts.models import Agreement, ApplicationPerson, BudgetLine, Invitation, Statement
from cohorts.permissions import takes_part_in
from figures.scope.visibility import visible_cohorts
from files.models import Attachment, Export, FileDraft
from labplatform.monitoring.fingerprint import SEQUENCES, differences, take_fingerprint
from lists.models import SavedView
from tests.factories.accounts import UserFactory
from tests.factories.budget import StatementFactory
from tests.factories.calls import ApplicationFactory
from tests.factories.cast import NOW, TODAY
from tests.factories.cohorts import AccessRequestFactory
from tests.factories.group_roles import granted
from tests.factories.invitations import InvitationFactory
from tests.factories.opendata import ReleaseFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import PATH, FollowUpFactory, IdeaFactory, add_event
from tests.factories.publications import ApprovalRuleFactory
from tests.matrix.stage import Stage, rolled_back

pytestmark = pytest.mark.django_db
OWN = {"account": 1, "addresses": 1}
# What is written about an erased person: their row, its history, and the address that goes.
ERASED = ["account_emailaddress", "accounts_user", "accounts_userevent", "pghistory_context"]


@pytest.fixture
def stranger(stage: Stage) -> Iterator[User]:
    """Return a user without any rows, on the stage where others have one of every model."""
    with rolled_back():
        pilot = stage.home["P"]
        Authenticator.objects.create(user=pilot, type="totp", data={})
        SocialAccount.objects.create(user=pilot, provider="ministry", uid="1", extra_data={})
        UserSession.objects.create(user=pilot, session_key="somewhere", ip="192.0.2.1", user_agent="", data={})
        request_sign_in_link(user=pilot, email=pilot.email, at=NOW, by=pilot)
        end_support(visit=open_support(person=pilot, reason="Asked", at=NOW, by=stage.home["S"]), at=NOW, by=None)
        FactorReset.objects.create(person=pilot, staff=stage.home["S"], because="Seen", made_at=NOW)
        AddressRelease.objects.create(person=pilot, staff=stage.home["S"], because="Not theirs", made_at=NOW)
        claim_address(user=pilot, email="further@people.example", at=NOW, by=pilot)
        FollowUpFactory(by=pilot, idea__cohort=stage.home.cohort)
        add_event(IdeaFactory(cohort=stage.home.cohort), PATH[1], by=pilot)
        AccessRequestFactory(user=pilot)
        granted(pilot)
        InvitationFactory()
        StatementFactory(number=1000, issued_by=pilot)
        application = ApplicationFactory(user=pilot, state="draft")
        ApplicationPerson.objects.create(application=application, full_name="P", email=pilot.email, role="pilot")
        ApprovalRuleFactory(end_requested_by=stage.home["S"])
        ReleaseFactory(made_by=stage.home["S"])
        yield UserFactory(full_name="Someone Strange")


def test_copy_of_a_stranger_contains_nothing_of_others(stranger: User):
    rows = {slug: len(list(part.rows(stranger))) for slug, part in personal_data().items()}
    files = [slug for slug, part in personal_data().items() if part.files and list(part.files(stranger))]
    assert ({slug: count for slug, count in rows.items() if count}, files) == (OWN, [])


def test_each_part_of_the_copy_has_data_of_someone(stranger: User):
    """Otherwise the test above could not fail."""
    people = list(User.objects.all())
    empty = [slug for slug, part in personal_data().items() if not any(list(part.rows(user)) for user in people)]
    assert empty == []


def test_erasing_a_stranger_deletes_nothing_of_others(stranger: User, stage: Stage):
    before = take_fingerprint(with_files=False)
    erase_person(user=stranger, at=NOW, by=stage.home["S"])
    assert [table for table in differences(before, take_fingerprint(with_files=False)) if table != SEQUENCES] == ERASED


def test_ending_sign_ins_ends_only_one_s_own(stranger: User):
    theirs = UserSession.objects.get(session_key="somewhere")
    assert end_sign_in(user=stranger, pk=theirs.pk, by=stranger) == 0
    end_sign_ins(user=stranger, by=stranger)
    assert UserSession.objects.filter(pk=theirs.pk).exists()


def test_signed_out_user_sees_no_row_of_any_model(stranger: User):
    """Files belong to an object; exports and drafts of files belong to a person, so signed-out users see none."""
    closed = [model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]
    nobody = AnonymousUser()
    counts, models_with_rows = {}, set()
    for model in set(closed) - {Attachment, Export, FileDraft}:
        more = [TODAY] if model in (Agreement, BudgetLine, Invitation, SavedView, Statement) else []
        counts[model.__name__] = model._default_manager.visible_to(nobody, *more).count()
        models_with_rows |= {model.__name__} if model._meta.proxy or model._default_manager.exists() else set()
    assert {name: count for name, count in counts.items() if count} == {}
    assert set(counts) - models_with_rows == set()


def test_former_admin_counts_no_ideas_and_notes_no_lessons(stranger: User, stage: Stage):
    cohort = stage.home.cohort
    AuthorityAdminFactory(authority=cohort.authority, user=stranger, until=date(2026, 10, 31))
    assert (visible_cohorts(stranger).own, takes_part_in(stranger, cohort.edition, TODAY)) == (frozenset(), False)
