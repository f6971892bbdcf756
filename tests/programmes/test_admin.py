"""The Django admin shows everything to sysadmins and changes nothing."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from programmes.admin import ReadOnly
from programmes.models import ListedAuthority
from tests.factories.accounts import UserFactory
from tests.factories.programmes import (
    AuthorityAdminFactory,
    CalendarPeriodFactory,
    ClaimFactory,
    LessonFactory,
    MethodFactory,
    ReminderStepFactory,
)
from tests.programmes.conftest import signed_in

MODELS = [model for model in apps.get_app_config("programmes").get_models() if not model.__name__.endswith("Event")]
NAMES = [model._meta.model_name for model in MODELS]


@pytest.fixture
def sysadmin(db: None) -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True, is_lab_staff=True))


@pytest.fixture
def _one_of_each(db: None) -> None:
    for make in (
        AuthorityAdminFactory,
        CalendarPeriodFactory,
        ClaimFactory,
        ReminderStepFactory,
        LessonFactory,
        MethodFactory,
    ):
        make()
    ListedAuthority.objects.create(key="other-1", kind="other", name="Essai", time_zone="Europe/Paris")


def test_every_model_is_registered():
    read = [model._meta.model_name for model in MODELS if isinstance(admin.site._registry[model], ReadOnly)]
    assert read == NAMES


@pytest.mark.usefixtures("_one_of_each")
def test_lists_and_rows_open_and_nothing_is_added_changed_or_deleted(sysadmin: Client):
    found = {}
    for model in MODELS:
        name, [pk] = f"admin:programmes_{model._meta.model_name}", model.objects.values_list("pk", flat=True)[:1]
        answers = [
            sysadmin.get(reverse(f"{name}_changelist")),
            sysadmin.get(reverse(f"{name}_change", args=[pk])),
            sysadmin.get(reverse(f"{name}_add")),
            sysadmin.post(reverse(f"{name}_change", args=[pk]), {"name": "x"}),
            sysadmin.post(reverse(f"{name}_delete", args=[pk]), {"post": "yes"}),
        ]
        found[model._meta.model_name] = [answer.status_code for answer in answers]
    assert found == {name: [200, 200, 403, 403, 403] for name in NAMES}


@pytest.mark.usefixtures("_one_of_each")
def test_authorities_are_searched_without_accents(sysadmin: Client):
    found = sysadmin.get(reverse("admin:programmes_authority_changelist"), {"q": "ville d'essai"})
    assert found.context["cl"].result_count == 1


def test_lab_staff_without_admin_rights_have_no_access(lab: Client):
    assert lab.get(reverse("admin:programmes_authority_changelist")).status_code == 302
