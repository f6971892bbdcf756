"""System administrators read everything about ideas in Django's admin and change nothing."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from canvases.models import Persona
from programmes.admin import ReadOnly
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    ChallengeSessionFactory,
    ChallengeStakeholderFactory,
    ConfirmationFactory,
    FollowUpFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
    TrialNoteFactory,
    package,
    support,
)
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db

Make = Callable[[], Model]


def an_event() -> Model:
    return IdeaFactory().events.get()


def a_persona() -> Model:
    """Return the persona as the model that the admin lists."""
    return Persona.objects.get(pk=CanvasFactory(kind="persona").pk)


ROWS: list[Make] = [
    ChallengeFactory,
    IdeaFactory,
    an_event,
    PrototypeFactory,
    TrialFactory,
    ParticipantGroupFactory,
    ImplementationFactory,
    a_persona,
    CanvasStepFactory,
    CanvasCellFactory,
    IdeaAuthorFactory,
    LineageFactory,
    support,
    package,
    FollowUpFactory,
    ConfirmationFactory,
    ChallengeStakeholderFactory,
    ChallengeSessionFactory,
    TrialNoteFactory,
]
IDS = [
    *("challenge", "idea", "event", "prototype", "test", "group", "implementation", "persona", "step", "text"),
    *("author", "origin", "support", "package", "follow-up", "confirmation", "stakeholder", "session", "note"),
]


@pytest.fixture
def sysadmin() -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True, is_lab_staff=True))


@pytest.mark.parametrize("make", ROWS, ids=IDS)
def test_list_and_row_are_read_only(sysadmin: Client, make: Make):
    row = make()
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    assert isinstance(admin.site._registry[type(row)], ReadOnly)
    assert sysadmin.get(reverse(f"{name}_changelist"), {"q": "é"}).status_code == 200
    assert sysadmin.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    answers = [
        sysadmin.post(reverse(f"{name}_add")).status_code,
        sysadmin.post(reverse(f"{name}_change", args=[row.pk]), {"title": "x"}).status_code,
        sysadmin.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code,
    ]
    assert (answers, type(row).objects.filter(pk=row.pk).exists()) == ([403, 403, 403], True)


def test_lab_staff_without_admin_rights_are_refused():
    client = signed_in(UserFactory(is_lab_staff=True))
    assert client.get(reverse("admin:prototypes_idea_changelist")).status_code == 302
