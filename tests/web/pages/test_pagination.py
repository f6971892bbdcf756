"""Lists page by page: two statements, a capped count, and invalid page numbers."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.pages import pagination
from web.pages.pagination import Page, page_number, page_of, paginate


@pytest.fixture
def people(db: None) -> list[str]:
    return [UserFactory(email=f"p{index}@lab.example").email for index in range(5)]


def listed(number: str | None, per_page: int = 2) -> Page[User]:
    return paginate(User.objects.order_by("email"), number, per_page=per_page)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (None, 1),
        ("", 1),
        ("1", 1),
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("two", 1),
        ("1.5", 1),
        ("²", 1),
        ("2000", 2000),
        ("2001", 2000),
        ("9" * 30, 1),
    ],
)
def test_invalid_input_gives_the_first_page(text: str | None, number: int):
    assert page_number(text) == number


def test_the_first_page_has_a_next_page(people: list[str]):
    page = listed(None)
    assert [person.email for person in page] == people[:2]
    assert (page.number, page.count, page.capped, page.previous, page.next) == (1, 5, False, None, 2)


def test_a_middle_page_has_both_neighbours(people: list[str]):
    page = listed("2")
    assert [person.email for person in page] == people[2:4]
    assert (page.previous, page.next) == (1, 3)


def test_the_last_page_has_no_next_page(people: list[str]):
    page = listed("3")
    assert [person.email for person in page] == people[4:]
    assert (len(page), page.previous, page.next) == (1, 2, None)


def test_a_number_past_the_end_gives_the_last_page(people: list[str]):
    page = listed("99")
    assert (page.number, [person.email for person in page]) == (3, people[4:])


def test_a_full_last_page_has_no_next_page(people: list[str]):
    assert listed("1", per_page=5).next is None


@pytest.mark.django_db
def test_an_empty_list_is_one_empty_page():
    page = listed("4")
    assert (list(page), page.number, page.count, page.previous, page.next) == ([], 1, 0, None, None)


def test_a_long_list_is_counted_only_to_the_cap(people: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pagination, "COUNT_CAP", 3)
    page = listed("3")
    assert (page.count, page.capped, page.number, [person.email for person in page]) == (3, True, 3, people[4:])


def test_a_list_as_long_as_the_cap_is_counted_exactly(people: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pagination, "COUNT_CAP", 5)
    assert (listed("1").count, listed("1").capped) == (5, False)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("number", ["1", "2", "99"])
def test_a_page_costs_two_statements(number: str, django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(2):
        listed(number)


@pytest.mark.parametrize("cap", [3, 1000])
def test_a_page_looked_up_by_key_is_the_same(people: list[str], cap: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pagination, "COUNT_CAP", cap)
    rows = User.objects.order_by("-email")
    for number in ("1", "2", "3", "99"):
        assert paginate(rows, number, per_page=2, by_key=True) == paginate(rows, number, per_page=2)


@pytest.mark.django_db
def test_an_unordered_list_is_refused():
    with pytest.raises(ValueError, match="Only an ordered queryset"):
        paginate(User.objects.order_by(), "1")


@pytest.mark.parametrize(
    ("number", "rows", "previous", "after"),
    [(None, [1, 2], None, 2), ("2", [3, 4], 1, 3), ("3", [5], 2, None), ("9", [5], 2, None)],
)
def test_rows_that_are_read_have_pages(number: str | None, rows: list[int], previous: int | None, after: int | None):
    page = page_of([1, 2, 3, 4, 5], number, per_page=2)
    assert (page.rows, page.count, page.previous, page.next) == (rows, 5, previous, after)
    assert page_of([], number).rows == []
