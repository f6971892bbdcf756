"""Tests of the pages of access requests, and of the note on the home page of the lab."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.invitations.permissions import roles_given_by
from cohorts.models import AccessRequest, Invitation
from tests.cohorts.pages import browser, errors, page_links, page_text
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory, answered_request
from tests.pages import links, texts
from tests.providers import SIRET


def url(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def test_the_list_shows_the_person_and_which_statements_prove_nothing(cast: Cast):
    details = {"full_name": "Anne Martin", "email": "anne@rivage.example", "siret": SIRET}
    row = AccessRequestFactory(authority=cast.cohort.authority, vouched=False, **details)
    answer = browser(cast["S"]).get(url("access_requests"))
    assert "Anne Martin anne@rivage.example address not verified Ville de Rivage SIRET 73282932000074" in page_text(
        answer
    )
    assert page_links(answer) >= {url("grant_access", row.pk), url("refuse_access", row.pk)}


def test_pending_requests_come_first_and_answered_ones_have_no_buttons(cast: Cast):
    first, later, over = AccessRequestFactory(), AccessRequestFactory(), answered_request("refused")
    answer = browser(cast["S"]).get(url("access_requests"))
    assert list(answer.context["page"]) == [first, later, over]
    assert url("grant_access", over.pk) not in page_links(answer)
    assert "No place left" in page_text(answer)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=open", ["Anne Martin"]),
        ("state=answered", ["Bruno Petit"]),
        ("search=MARTIN", ["Anne Martin"]),
        ("search=rivage", ["Bruno Petit"]),
        ("state=lost", ["Anne Martin", "Bruno Petit"]),
        ("search=zzz", []),
    ],
)
def test_the_list_is_filtered_by_text_and_by_state(query: str, names: list[str], cast: Cast):
    AccessRequestFactory(full_name="Anne Martin")
    answered_request("refused", full_name="Bruno Petit", authority=cast.cohort.authority)
    answer = browser(cast["S"]).get(f"{url('access_requests')}?{query}")
    assert [str(row) for row in answer.context["page"]] == names
    assert ("No request matches." in page_text(answer)) is (names == [])
    form_errors = {"state": ["This choice is not offered here. Choose one from the list."]} if "lost" in query else {}
    assert answer.context["filter"].form.errors == form_errors


def test_htmx_gets_only_the_results_and_page_links_keep_the_filter(cast: Cast):
    for _ in range(51):
        AccessRequestFactory()
    answer = browser(cast["S"]).get(f"{url('access_requests')}?state=open", headers={"hx-request": "true"})
    assert (b"<html" in answer.content, b'id="results"' in answer.content) == (False, True)
    assert links(answer)["Next"] == "?state=open&page=2"


def test_each_request_shows_when_it_is_erased(cast: Cast):
    AccessRequestFactory(requested_at=NOW)
    assert "24 Nov 2026 will be erased on 22 Feb 2027" in page_text(browser(cast["S"]).get(url("access_requests")))


@pytest.mark.parametrize("page", ["/cohorts/", "/cohorts/rivage/members/", "/cohorts/rivage/invitations/"])
def test_pages_about_people_link_to_the_list_with_the_number_of_pending_requests(page: str, cast: Cast):
    def link_text() -> str:
        return next(
            text for text, href in links(browser(cast["S"]).get(page)).items() if href == url("access_requests")
        )

    assert link_text() == "Access requests"
    AccessRequestFactory.create_batch(2)
    assert link_text() == "2 access requests"
    assert url("access_requests") not in links(browser(cast["P"]).get(page)).values()


@pytest.mark.parametrize("query", ["", "?search=zzz"])
def test_an_empty_list_explains_itself_and_shows_no_count(query: str, cast: Cast):
    answer = browser(cast["S"]).get(url("access_requests") + query)
    assert texts(answer, "p", "empty-title") == ["No request matches." if query else "No access request"]
    assert "pagination-line" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_as_many_statements_for_three_requests_as_for_one(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    for _ in range(count):
        AccessRequestFactory(authority=cast.cohort.authority)
    client = browser(cast["S"])
    with django_assert_num_queries(4):
        assert len(client.get(url("access_requests")).context["page"]) == count


def test_the_cohort_of_the_proposed_authority_is_preselected_and_can_be_changed(cast: Cast):
    row = AccessRequestFactory(authority=cast.cohort.authority)
    CohortFactory(state="completed", authority=cast.cohort.authority)
    client = browser(cast["S"])
    page = client.get(url("grant_access", row.pk))
    form = page.context["form"]
    assert (form["cohort"].value(), list(form.fields["cohort"].queryset)) == (
        cast.cohort.pk,
        [cast.other_cohort, cast.cohort],
    )
    answer = client.post(url("grant_access", row.pk), {"cohort": cast.other_cohort.pk, "role": "ambassador"})
    row.refresh_from_db()
    assert (answer.status_code, row.state, row.authority) == (302, "granted", cast.other_cohort.authority)
    assert cast.other_cohort.memberships.filter(user__email=row.email).count() == 1


def test_granting_access_needs_few_statements(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    row, client = AccessRequestFactory(authority=cast.cohort.authority), browser(cast["S"])
    with django_assert_num_queries(5):
        client.get(url("grant_access", row.pk))


def test_the_form_asks_for_name_and_address_only_if_the_provider_sent_none(cast: Cast):
    rows = AccessRequestFactory(), AccessRequestFactory(email="", vouched=False, full_name="")
    client = browser(cast["S"])
    fields = [list(client.get(url("grant_access", row.pk)).context["form"].fields) for row in rows]
    assert fields == [["cohort", "role", "discipline"], ["email", "full_name", "cohort", "role", "discipline"]]


def test_an_error_of_the_action_is_shown_in_the_form(cast: Cast):
    row = AccessRequestFactory(authority=cast.cohort.authority)
    answer = browser(cast["S"]).post(url("grant_access", row.pk), {"cohort": cast.cohort.pk, "role": "resident"})
    assert errors(answer) == {"discipline": ["Say which discipline the resident brings, such as design."]}


@pytest.mark.parametrize(
    ("vouched", "message"),
    [(True, "now has access."), (False, "is invited. The link in the e-mail confirms the address.")],
)
def test_the_message_says_whether_the_person_has_access_or_is_invited(vouched: bool, message: str, cast: Cast):
    row, client = AccessRequestFactory(full_name="Anne Martin", vouched=vouched), browser(cast["S"])
    answer = client.post(url("grant_access", row.pk), {"cohort": cast.cohort.pk, "role": "ambassador"})
    assert f"Anne Martin {message}" in client.get(answer.headers["Location"]).content.decode()
    assert (cast.cohort.memberships.filter(user__email=row.email).exists(), Invitation.objects.exists()) == (
        vouched,
        not vouched,
    )


def test_the_form_offers_the_roles_that_the_lab_can_invite_to(cast: Cast):
    page = browser(cast["S"]).get(url("grant_access", AccessRequestFactory().pk))
    roles = roles_given_by(cast["S"], cast.cohort, NOW.date())
    assert [value for value, _ in page.context["form"].fields["role"].choices] == [role.value for role in roles]


def test_refusing_needs_a_reason(cast: Cast):
    row, client = AccessRequestFactory(), browser(cast["S"])
    assert set(errors(client.post(url("refuse_access", row.pk), {"reason": " "}))) == {"reason"}
    client.post(url("refuse_access", row.pk), {"reason": "No place left"})
    assert list(AccessRequest.objects.values_list("state", "reason")) == [("refused", "No place left")]


def test_the_page_of_an_answered_request_offers_no_form(cast: Cast):
    row = answered_request("granted")
    pages = [page_text(browser(cast["S"]).get(url(name, row.pk))) for name in ("grant_access", "refuse_access")]
    assert [page for page in pages if "This request has already been answered." not in page] == []


@pytest.mark.parametrize(("count", "text"), [(1, "1 person asks for access."), (3, "3 people ask for access.")])
def test_the_home_page_of_the_lab_counts_pending_requests_with_one_button(count: int, text: str, cast: Cast):
    for _ in range(count):
        AccessRequestFactory()
    homes = {role: browser(cast[role]).get("/") for role in "SP"}
    assert {role: text in page_text(home) for role, home in homes.items()} == {"S": True, "P": False}
    assert url("access_requests") in page_links(homes["S"])


def test_without_pending_requests_the_home_page_has_no_note(cast: Cast):
    answered_request("granted")
    assert "for access" not in page_text(browser(cast["S"]).get("/"))
