"""Record tables: rows are created once, corrected where they differ, and left alone where they are shared."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labplatform.demo.facts.record_table import RecordTable
from programmes.models import Authority, Claim, Programme
from tests.factories.programmes import AuthorityFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def history(model: str) -> int:
    return apps.get_model("programmes", f"{model}Event").objects.count()


def put(table: RecordTable[Authority], **changes: object) -> Authority:
    return table.put(**{"slug": "ville", "name": "Ville", "kind": "municipality", **changes})


def test_missing_row_is_created():
    table = RecordTable(Authority, "slug")
    row = put(table)
    assert (Authority.objects.get(), dict(table.written)) == (row, {"made": 1})


def test_unchanged_row_is_neither_written_nor_counted():
    put(RecordTable(Authority, "slug"))
    again, before = RecordTable(Authority, "slug"), history("Authority")
    put(again)
    assert (dict(again.written), history("Authority")) == ({}, before)


def test_differing_row_is_updated_by_one_query_with_changed_fields():
    put(RecordTable(Authority, "slug"))
    table = RecordTable(Authority, "slug")
    with CaptureQueriesContext(
        connection,
    ) as statements:
        put(table, name="Ville nouvelle")
    updates = [query["sql"] for query in statements if query["sql"].startswith("UPDATE")]
    assert (Authority.objects.get().name, dict(table.written)) == ("Ville nouvelle", {"corrected": 1})
    assert len(updates) == 1
    assert '"kind"' not in updates[0]


def test_existing_lasting_row_is_not_changed():
    AuthorityFactory(slug="ville", name="Nom corrigé par le labo")
    table = RecordTable(Authority, "slug", lasting=True)
    row = put(table)
    assert (row.name, Authority.objects.get().name, dict(table.written)) == (
        "Nom corrigé par le labo",
        "Nom corrigé par le labo",
        {},
    )


def test_existing_rows_take_one_query_in_total(django_assert_num_queries):
    for number in range(3):
        AuthorityFactory(slug=f"ville-{number}", name=f"Ville {number}", kind="municipality")
    with django_assert_num_queries(1):
        table = RecordTable(Authority, "slug")
        for number in range(3):
            put(table, slug=f"ville-{number}", name=f"Ville {number}")


def test_key_may_hold_related_rows_and_null():
    programme = ProgrammeFactory()
    table = RecordTable(Claim, "programme", "edition", "metric", "as_of")
    first = table.put(programme=programme, edition=None, metric="ideas", as_of=None, value=50, source="Étude")
    again = RecordTable(Claim, "programme", "edition", "metric", "as_of")
    assert again.put(programme=programme, edition=None, metric="ideas", as_of=None, value=50, source="Étude") == first
    assert dict(again.written) == {}


def test_shared_values_are_written_to_each_row():
    table = RecordTable(Programme, "slug", family="transfo")
    assert table.put(slug="transfo", name_fr="La Transfo", name_en="The Transfo").family == "transfo"


def test_rows_without_the_shared_values_are_ignored():
    ProgrammeFactory(family="residency", slug="residences")
    assert RecordTable(Programme, "slug", family="transfo").rows == {}
