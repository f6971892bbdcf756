"""Exports of ideas: available as long as their person may read every row, and no longer."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import User
from figures.implementation.exports import IDEAS_KIND, parse_rates_query
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


def export_status(user: User, address: str = "") -> str:
    found = parse_rates_query(user, QueryDict(address), today=TODAY)
    assert found.form.is_valid()
    return found.with_fixed_scope().urlencode()


def written(user: User, address: str = "") -> Export:
    return written_export(person=user, query=export_status(user, address))


def fetched(row: Export) -> int:
    client = Client()
    client.force_login(User.objects.get(pk=row.person_id))
    answer = client.get(reverse("files:export_file", args=[row.pk]))
    answer.getvalue()  # a file that is served is open until it is read
    return answer.status_code


@pytest.mark.parametrize("address", ["", "edition=transfo-2026", "cohort=rivage"])
def test_former_admin_cannot_download_the_file(address: str, cast: Cast):
    row = written(cast["A"], address)
    assert fetched(row) == 200
    AuthorityAdmin.objects.filter(user=cast["A"]).delete()
    assert fetched(row) == 403


def test_losing_one_of_two_authorities_blocks_the_file(cast: Cast):
    """Without a filter the address would be valid for the other authority, but the file has both."""
    other = AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["A"])
    row = written(cast["A"])
    other.delete()
    assert fetched(row) == 403
    assert fetched(written(cast["A"])) == 200


@pytest.mark.parametrize("address", ["", "edition=transfo-2026"])
def test_former_lab_staff_cannot_download_the_file(address: str, cast: Cast):
    AuthorityAdminFactory(authority=cast.cohort.authority, user=cast["S"])
    row = written(cast["S"], address)
    UserFactory(is_lab_staff=True)  # the lab is never left without anybody
    User.objects.filter(pk=cast["S"].pk).update(is_lab_staff=False, lab_role="")
    assert fetched(row) == 403


def test_reader_with_more_rights_gets_the_file_as_requested(cast: Cast):
    row = written(cast["A"])
    AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["A"])
    assert fetched(row) == 200
    User.objects.filter(pk=cast["A"].pk).update(is_lab_staff=True, lab_role="member")
    assert fetched(row) == 200


def test_stored_authorities_in_the_query_string_give_no_access(cast: Cast):
    """A user who adds it to the page sees only their own ideas; the link back to the page does not contain it."""
    statuses = {
        export_status(cast["A"], f"whose={forged}") for forged in ("", "all", str(cast.other_cohort.authority_id), "x")
    }
    assert statuses == {f"as_of=2026-11-24&whose={cast.cohort.authority_id}"}
    assert export_status(cast["S"]) == "as_of=2026-11-24&whose=all"
    assert export_status(cast["X"]) == "as_of=2026-11-24&whose="
    assert (
        IDEAS_KIND.href(QueryDict(export_status(cast["A"], "cohort=rivage")))
        == "/rates/?cohort=rivage&as_of=2026-11-24"
    )


def test_page_of_a_file_links_back_without_the_stored_authorities(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["A"])
    assert not [href for href in links(client.get(written(cast["A"]).get_absolute_url())).values() if "whose" in href]
