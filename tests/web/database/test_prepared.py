"""A prepared statement is composed once for each shape, and runs with the keys of each reader."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, DecimalField, Exists, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import TruncDay
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import User
from accounts.visibility import Access
from cohorts.models import Cohort
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from web.database.arrays import among
from web.database.prepared import (
    IdsArgument,
    PreparedStatement,
    StatementChanged,
    TextArgument,
    one_or_404,
    prepared,
)

TODAY = date(2026, 11, 25)
pytestmark = pytest.mark.django_db


@pytest.fixture
def composed(settings) -> list[Any]:
    """The arguments of each time that a statement was composed."""
    settings.STATEMENTS_CHECKED = 0
    return []


def test_statement_is_composed_once_and_run_for_each_reader(composed: list[Any]):
    @prepared
    def own(user: User, others: tuple[int, ...], language: TextArgument) -> QuerySet[User]:
        composed.append(user.pk)
        return User.objects.filter(pk__in=[user.pk, *others], language=language).order_by("pk")

    one, two, three = (UserFactory(language=language) for language in ("fr", "fr", "en"))
    for user in (one, two):
        user.access = Access()  # cached, as of the person of a request
    with CaptureQueriesContext(connection) as queries:
        found = [
            own(one, (two.pk,), TextArgument("fr")),
            own(two, (three.pk,), TextArgument("fr")),
            own(two, (three.pk,), TextArgument("en")),
        ]
    assert found == [[one, two], [two], [three]]
    assert (len(composed), len(queries)) == (1, 3)
    assert composed[0] not in {one.pk, two.pk, three.pk}  # nobody's: a stand-in that is forgotten finds nothing


def test_each_day_number_of_keys_and_role_has_its_own_shape(composed: list[Any]):
    @prepared
    def seen(user: User, among: tuple[int, ...], day: date) -> QuerySet[User]:
        composed.append((user.is_lab_staff, len(among), day))
        rows = User.objects.filter(pk__in=among, date_joined__date__lte=day).order_by("pk")
        return rows if user.is_lab_staff else rows.filter(pk=user.pk)

    member, staff = UserFactory(), UserFactory(is_lab_staff=True)
    later = localdate() + timedelta(days=1)
    assert [seen(who, (member.pk, staff.pk), later) for who in (member, staff)] == [[member], [member, staff]]
    assert seen(staff, (member.pk,), later) == [member]
    assert seen(staff, (member.pk,), TODAY - timedelta(days=9999)) == []
    assert [(lab, many) for lab, many, _day in composed] == [(False, 2), (True, 2), (True, 1), (True, 1)]


def test_ids_are_put_in_as_one_list_whatever_their_number(composed: list[Any], settings):
    @prepared
    def chosen(user: User, ids: IdsArgument, other: int) -> QuerySet[User]:
        composed.append(len(ids))
        return User.objects.filter(among("pk", ids)).exclude(pk=other).exclude(pk=user.pk).order_by("pk")

    reader, one, two, three = UserFactory.create_batch(4)
    ids = IdsArgument(row.pk for row in (reader, one, two, three))
    assert chosen(reader, ids, two.pk) == [one, three]
    assert chosen(reader, IdsArgument((two.pk,)), one.pk) == [two]
    assert chosen(reader, IdsArgument(), one.pk) == []
    assert composed == [1, 0]  # the SQL of an empty list differs, that of others does not
    settings.STATEMENTS_CHECKED = 9
    assert chosen(reader, ids, two.pk) == [one, three]


def test_lists_of_a_person_are_put_in_whatever_their_length(composed: list[Any]):
    @prepared
    def visible(user: User) -> QuerySet[Cohort]:
        composed.append(user.access)
        return Cohort.objects.visible_to(user).order_by("pk")

    first, second, third = CohortFactory.create_batch(3)
    member, of_both, past, nobody = UserFactory.create_batch(4)
    for user, cohort, ends_on in ((member, first, None), (of_both, second, None), (of_both, third, None)):
        MembershipFactory(user=user, cohort=cohort, ends_on=ends_on)
    MembershipFactory(user=past, cohort=third, ends_on=localdate())
    assert [visible(user) for user in (member, of_both, past, nobody)] == [[first], [second, third], [third], []]
    # One statement for members, whatever the number of their cohorts.
    assert [(bool(access.cohorts), bool(access.ending_cohorts)) for access in composed] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert all(not {first.pk, second.pk, third.pk} & {*access.cohorts, *access.ending_cohorts} for access in composed)


def test_a_queryset_that_is_always_empty_runs_no_query(composed: list[Any], django_assert_num_queries):
    nobody = prepared(lambda: User.objects.filter(pk__in=[]))
    with django_assert_num_queries(0):
        assert nobody() == []


def test_keys_outside_the_range_run_no_query(django_assert_num_queries):
    who = prepared(lambda pk: User.objects.filter(pk=pk))
    with django_assert_num_queries(0):
        assert [who(2**63), who(-(2**63) - 1)] == [[], []]


def test_a_statement_that_depends_on_other_fields_is_detected(settings):
    settings.STATEMENTS_CHECKED = 1

    @prepared
    def named_alike(user: User) -> QuerySet[User]:
        return User.objects.filter(full_name=user.full_name)

    with pytest.raises(StatementChanged):
        named_alike(UserFactory(full_name="Nadia Benali"))


def selected_expressions(statement: PreparedStatement) -> set[str]:
    """Return the names of the classes of the expressions that a cached statement selects and converts."""
    query, converters = statement.queryset.query, statement.compiler.get_converters([])
    held = [*query.annotations.values(), *(row[0] for row in statement.compiler.select)]
    return {type(expression).__name__ for expression in [*held, *(row[1] for row in converters.values())]}


def test_a_cached_statement_selects_only_columns_and_types_and_reads_the_same():
    one, two = UserFactory(), UserFactory()
    others = User.objects.exclude(pk=OuterRef("pk")).filter(pk=two.pk).values("pk")
    rows = User.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk")
    computed = {
        "others": ArraySubquery(others),
        "has_others": Exists(others),
        "is_one": Q(pk=one.pk),
        "number": Count("memberships"),
        "exact": Value(Decimal("1.50"), DecimalField(max_digits=4, decimal_places=2)),
        "day": TruncDay("date_joined"),
        "facts": Value({"a": [1]}, JSONField()),
    }
    rows = rows.annotate(**computed)
    names = [*computed, "pk"]
    statements = [PreparedStatement(rows.all()), PreparedStatement(rows.values_list(*names))]
    for statement in statements:
        assert selected_expressions(statement) == {"Col", "NoneType", "Value"}
        assert (statement.queryset.query.where.children, statement.compiler.where) == ([], None)
    objects, tuples = (statement.rows([]) for statement in statements)
    assert tuples == list(rows.values_list(*names))
    assert [row[:5] for row in tuples] == [
        ([two.pk], True, True, 0, Decimal("1.50")),
        ([], False, False, 0, Decimal("1.50")),
    ]
    assert [tuple(getattr(user, name) for name in names) for user in objects] == tuples


def test_a_cached_union_holds_none_of_its_parts_and_reads_the_same():
    one, two = UserFactory(), UserFactory()
    parts = [User.objects.filter(pk=user.pk).values_list("pk", Value(user.pk % 7)) for user in (one, two)]
    union = parts[0].union(parts[1]).order_by("pk")
    statement = PreparedStatement(union.all())
    assert statement.queryset.query.combined_queries == ()
    assert statement.rows([]) == list(union) == [(one.pk, one.pk % 7), (two.pk, two.pk % 7)]


def test_a_value_from_within_json_reads_the_same():
    UserFactory()
    rows = User.objects.annotate(facts=Value({"a": [1.5], "b": "1"}, JSONField()))
    rows = rows.annotate(listed=KeyTransform("a", F("facts")), text=KeyTransform("b", F("facts")))
    assert PreparedStatement(rows.values_list("listed", "text")).rows([]) == [([1.5], "1")]


def test_prefetches_are_refused():
    with pytest.raises(AssertionError, match="prefetch"):
        PreparedStatement(User.objects.prefetch_related("memberships"))


def test_a_missing_row_raises_404():
    assert one_or_404(["row"]) == "row"
    with pytest.raises(Http404):
        one_or_404([])
