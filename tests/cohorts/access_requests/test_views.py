"""The lab's list of who asks to come in, its answers, and the note on its home page."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.invitations.permissions import roles_given_by
from cohorts.models import AccessRequest, Invitation
from tests.cohorts.pages import browser, doors, errors, main
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory, CohortFactory, answered
from tests.pages import links, texts
from tests.providers import SIRET


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def test_the_list_says_who_asks_and_what_proves_nothing(cast: Cast):
    given = {"full_name": "Anne Martin", "email": "anne@rivage.example", "siret": SIRET}
    row = AccessRequestFactory(authority=cast.cohort.authority, vouched=False, **given)
    answer = browser(cast["S"]).get(at("access_requests"))
    assert "Anne Martin anne@rivage.example address not vouched for Ville de Rivage SIRET 73282932000074" in main(
        answer
    )
    assert doors(answer) >= {at("grant_access", row.pk), at("refuse_access", row.pk)}


def test_those_who_wait_come_first_and_answered_ones_offer_nothing(cast: Cast):
    first, later, over = AccessRequestFactory(), AccessRequestFactory(), answered("refused")
    answer = browser(cast["S"]).get(at("access_requests"))
    assert list(answer.context["page"]) == [first, later, over]
    assert at("grant_access", over.pk) not in doors(answer)
    assert "No place left" in main(answer)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", ["Anne Martin"]),
        ("state=answered", ["Bruno Petit"]),
        ("search=MARTIN", ["Anne Martin"]),
        ("search=rivage", ["Bruno Petit"]),
        ("state=lost", ["Anne Martin", "Bruno Petit"]),
        ("search=zzz", []),
    ],
)
def test_it_is_narrowed_by_words_and_by_whether_somebody_answered(asked: str, found: list[str], cast: Cast):
    AccessRequestFactory(full_name="Anne Martin")
    answered("refused", full_name="Bruno Petit", authority=cast.cohort.authority)
    answer = browser(cast["S"]).get(f"{at('access_requests')}?{asked}")
    assert [str(row) for row in answer.context["page"]] == found
    assert ("No request matches." in main(answer)) is (found == [])
    said = {"state": ["This choice is not offered here. Choose one from the list."]} if "lost" in asked else {}
    assert answer.context["filter"].form.errors == said


def test_htmx_gets_the_results_alone_and_pages_keep_what_was_asked_for(cast: Cast):
    for _ in range(51):
        AccessRequestFactory()
    answer = browser(cast["S"]).get(f"{at('access_requests')}?state=open", headers={"hx-request": "true"})
    assert (b"<html" in answer.content, b'id="results"' in answer.content) == (False, True)
    assert links(answer)["Next"] == "?state=open&page=2"


def test_each_says_when_it_is_erased(cast: Cast):
    AccessRequestFactory(asked_at=NOW)
    assert "24 Nov 2026 will be erased on 22 Feb 2027" in main(browser(cast["S"]).get(at("access_requests")))


@pytest.mark.parametrize("page", ["/cohorts/", "/cohorts/rivage/members/", "/cohorts/rivage/invitations/"])
def test_pages_about_people_lead_there_with_how_many_wait(page: str, cast: Cast):
    def said() -> str:
        return next(text for text, href in links(browser(cast["S"]).get(page)).items() if href == at("access_requests"))

    assert said() == "Access requests"
    AccessRequestFactory.create_batch(2)
    assert said() == "2 access requests"
    assert at("access_requests") not in links(browser(cast["P"]).get(page)).values()


@pytest.mark.parametrize("asked", ["", "?search=zzz"])
def test_an_empty_list_says_what_goes_there_and_counts_nothing(asked: str, cast: Cast):
    answer = browser(cast["S"]).get(at("access_requests") + asked)
    assert texts(answer, "p", "empty-title") == ["No request matches." if asked else "No access request"]
    assert "pagination-line" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_three(count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    for _ in range(count):
        AccessRequestFactory(authority=cast.cohort.authority)
    client = browser(cast["S"])
    with django_assert_num_queries(4):
        assert len(client.get(at("access_requests")).context["page"]) == count


def test_the_cohort_of_the_proposed_authority_is_chosen_and_may_be_changed(cast: Cast):
    row = AccessRequestFactory(authority=cast.cohort.authority)
    CohortFactory(state="completed", authority=cast.cohort.authority)
    client = browser(cast["S"])
    page = client.get(at("grant_access", row.pk))
    form = page.context["form"]
    assert (form["cohort"].value(), list(form.fields["cohort"].queryset)) == (cast.cohort.pk, [cast.other, cast.cohort])
    answer = client.post(at("grant_access", row.pk), {"cohort": cast.other.pk, "role": "ambassador"})
    row.refresh_from_db()
    assert (answer.status_code, row.state, row.authority) == (302, "granted", cast.other.authority)
    assert cast.other.memberships.filter(user__email=row.email).count() == 1


def test_letting_in_costs_few_statements(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries):
    row, client = AccessRequestFactory(authority=cast.cohort.authority), browser(cast["S"])
    with django_assert_num_queries(5):
        client.get(at("grant_access", row.pk))


def test_name_and_address_are_asked_for_only_where_nothing_was_told(cast: Cast):
    rows = AccessRequestFactory(), AccessRequestFactory(email="", vouched=False, full_name="")
    client = browser(cast["S"])
    asked = [list(client.get(at("grant_access", row.pk)).context["form"].fields) for row in rows]
    assert asked == [["cohort", "role", "discipline"], ["email", "full_name", "cohort", "role", "discipline"]]


def test_a_refusal_of_the_domain_stands_in_the_form(cast: Cast):
    row = AccessRequestFactory(authority=cast.cohort.authority)
    answer = browser(cast["S"]).post(at("grant_access", row.pk), {"cohort": cast.cohort.pk, "role": "resident"})
    assert errors(answer) == {"discipline": ["Say which discipline the resident brings, such as design."]}


@pytest.mark.parametrize(
    ("vouched", "said"),
    [(True, "now has access."), (False, "is invited. The link in the e-mail confirms the address.")],
)
def test_the_answer_says_whether_they_are_in_or_invited(vouched: bool, said: str, cast: Cast):
    row, client = AccessRequestFactory(full_name="Anne Martin", vouched=vouched), browser(cast["S"])
    answer = client.post(at("grant_access", row.pk), {"cohort": cast.cohort.pk, "role": "ambassador"})
    assert f"Anne Martin {said}" in client.get(answer.headers["Location"]).content.decode()
    assert (cast.cohort.memberships.filter(user__email=row.email).exists(), Invitation.objects.exists()) == (
        vouched,
        not vouched,
    )


def test_the_roles_are_those_the_lab_gives_by_invitation(cast: Cast):
    page = browser(cast["S"]).get(at("grant_access", AccessRequestFactory().pk))
    given = roles_given_by(cast["S"], cast.cohort, NOW.date())
    assert [value for value, _ in page.context["form"].fields["role"].choices] == [role.value for role in given]


def test_refusing_takes_a_reason(cast: Cast):
    row, client = AccessRequestFactory(), browser(cast["S"])
    assert set(errors(client.post(at("refuse_access", row.pk), {"reason": " "}))) == {"reason"}
    client.post(at("refuse_access", row.pk), {"reason": "No place left"})
    assert list(AccessRequest.objects.values_list("state", "reason")) == [("refused", "No place left")]


def test_a_request_that_was_answered_says_so(cast: Cast):
    row = answered("granted")
    pages = [main(browser(cast["S"]).get(at(name, row.pk))) for name in ("grant_access", "refuse_access")]
    assert [page for page in pages if "This request has already been answered." not in page] == []


@pytest.mark.parametrize(("count", "said"), [(1, "1 person asks for access."), (3, "3 people ask for access.")])
def test_the_lab_s_home_says_who_waits_with_one_button(count: int, said: str, cast: Cast):
    for _ in range(count):
        AccessRequestFactory()
    homes = {letter: browser(cast[letter]).get("/") for letter in "SP"}
    assert {letter: said in main(home) for letter, home in homes.items()} == {"S": True, "P": False}
    assert at("access_requests") in doors(homes["S"])


def test_nobody_waiting_is_no_note(cast: Cast):
    answered("granted")
    assert "for access" not in main(browser(cast["S"]).get("/"))
