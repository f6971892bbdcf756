"""A statement is composed once for each shape, and asked with the keys of whoever reads now."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.database.prepared import Kept, NotTheSame, Slug, one_or_404, prepared

TODAY = date(2026, 11, 25)
pytestmark = pytest.mark.django_db


@pytest.fixture
def composed(settings) -> list[object]:
    """Who or what a statement was composed for, each time one was."""
    settings.STATEMENTS_CHECKED = 0
    return []


def test_it_is_composed_once_and_asked_of_each_reader(composed: list[object]):
    @prepared
    def own(user: User, others: tuple[int, ...], language: Slug) -> QuerySet[User]:
        composed.append(user.pk)
        return User.objects.filter(pk__in=[user.pk, *others], language=language).order_by("pk")

    one, two, three = (UserFactory(language=language) for language in ("fr", "fr", "en"))
    with CaptureQueriesContext(connection) as asked:
        found = [own(one, (two.pk,), Slug("fr")), own(two, (three.pk,), Slug("fr")), own(two, (three.pk,), Slug("en"))]
    assert found == [[one, two], [two], [three]]
    assert (len(composed), len(asked)) == (1, 3)
    assert composed[0] not in {one.pk, two.pk, three.pk}  # nobody's: a stand-in that is forgotten finds nothing


def test_days_numbers_of_keys_and_roles_are_shapes_of_their_own(composed: list[object]):
    @prepared
    def seen(user: User, among: tuple[int, ...], day: date) -> QuerySet[User]:
        composed.append((user.is_lab_staff, len(among), day))
        rows = User.objects.filter(pk__in=among, date_joined__date__lte=day)
        return rows if user.is_lab_staff else rows.filter(pk=user.pk)

    member, staff = UserFactory(), UserFactory(is_lab_staff=True)
    later = localdate() + timedelta(days=1)
    assert [seen(who, (member.pk, staff.pk), later) for who in (member, staff)] == [[member], [member, staff]]
    assert seen(staff, (member.pk,), later) == [member]
    assert seen(staff, (member.pk,), TODAY - timedelta(days=9999)) == []
    assert [(lab, many) for lab, many, _day in composed] == [(False, 2), (True, 2), (True, 1), (True, 1)]


def test_what_finds_nothing_whatever_there_is_is_not_asked(composed: list[object], django_assert_num_queries):
    nobody = prepared(lambda: User.objects.filter(pk__in=[]))
    with django_assert_num_queries(0):
        assert nobody() == []


def test_keys_no_row_can_have_find_nothing_and_are_not_asked(django_assert_num_queries):
    who = prepared(lambda pk: User.objects.filter(pk=pk))
    with django_assert_num_queries(0):
        assert [who(2**63), who(-(2**63) - 1)] == [[], []]


def test_a_statement_that_depends_on_more_than_it_is_told_is_found_out(settings):
    settings.STATEMENTS_CHECKED = 1

    @prepared
    def named_alike(user: User) -> QuerySet[User]:
        return User.objects.filter(full_name=user.full_name)

    with pytest.raises(NotTheSame):
        named_alike(UserFactory(full_name="Nadia Benali"))


def test_a_prefetch_would_ask_with_stand_ins():
    with pytest.raises(AssertionError, match="prefetch"):
        Kept(User.objects.prefetch_related("memberships"))


def test_the_row_that_is_not_there_is_a_missing_page():
    assert one_or_404(["row"]) == "row"
    with pytest.raises(Http404):
        one_or_404([])
