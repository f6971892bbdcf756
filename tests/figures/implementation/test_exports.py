"""Files of ideas that wait to be fetched: as long as their person may read every row of them, and no longer."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import User
from figures.implementation.exports import IDEAS_KIND, asked_by
from files.models import Export
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.files import written_export
from tests.factories.programmes import AuthorityAdminFactory
from tests.pages import links


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path


def asked(user: User, address: str = "") -> str:
    found = asked_by(user, QueryDict(address), today=TODAY)
    assert found.form.is_valid()
    return found.fixed().urlencode()


def written(user: User, address: str = "") -> Export:
    return written_export(person=user, asked=asked(user, address))


def fetched(row: Export) -> int:
    client = Client()
    client.force_login(User.objects.get(pk=row.person_id), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("files:export_file", args=[row.pk]))
    answer.getvalue()  # a file that is served is open until it is read
    return answer.status_code


@pytest.mark.parametrize("address", ["", "edition=transfo-2026", "cohort=rivage"])
def test_who_answers_for_the_authority_no_more_fetches_nothing(address: str, cast: Cast):
    row = written(cast["A"], address)
    assert fetched(row) == 200
    AuthorityAdmin.objects.filter(user=cast["A"]).delete()
    assert fetched(row) == 403


def test_of_two_authorities_one_that_is_lost_takes_the_file_along(cast: Cast):
    """Without a choice the address still means something: the other one. The file has both."""
    other = AuthorityAdminFactory(authority=cast.other.authority, user=cast["A"])
    row = written(cast["A"])
    other.delete()
    assert fetched(row) == 403
    assert fetched(written(cast["A"])) == 200


@pytest.mark.parametrize("address", ["", "edition=transfo-2026"])
def test_who_leaves_the_lab_leaves_its_files(address: str, cast: Cast):
    AuthorityAdminFactory(authority=cast.cohort.authority, user=cast["S"])
    row = written(cast["S"], address)
    UserFactory(is_lab_staff=True)  # the lab is never left without anybody
    User.objects.filter(pk=cast["S"].pk).update(is_lab_staff=False)
    assert fetched(row) == 403


def test_who_reads_more_by_now_fetches_what_they_asked_for(cast: Cast):
    row = written(cast["A"])
    AuthorityAdminFactory(authority=cast.other.authority, user=cast["A"])
    assert fetched(row) == 200
    User.objects.filter(pk=cast["A"].pk).update(is_lab_staff=True)
    assert fetched(row) == 200


def test_whose_ideas_are_written_down_is_of_no_use_on_an_address(cast: Cast):
    """Whoever adds it to the page gets what is theirs; the way back to the page has no trace of it."""
    told = {asked(cast["A"], f"whose={forged}") for forged in ("", "all", str(cast.other.authority_id), "x")}
    assert told == {f"as_of=2026-11-24&whose={cast.cohort.authority_id}"}
    assert asked(cast["S"]) == "as_of=2026-11-24&whose=all"
    assert asked(cast["X"]) == "as_of=2026-11-24&whose="
    assert IDEAS_KIND.href(QueryDict(asked(cast["A"], "cohort=rivage"))) == "/rates/?cohort=rivage&as_of=2026-11-24"


def test_the_page_of_a_file_leads_back_without_it(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["A"], backend="django.contrib.auth.backends.ModelBackend")
    assert not [href for href in links(client.get(written(cast["A"]).get_absolute_url())).values() if "whose" in href]
