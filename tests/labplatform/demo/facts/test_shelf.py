"""Rows by natural key: made once, corrected where they differ, kept where they are shared."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labplatform.demo.facts.shelf import Shelf
from programmes.models import Authority, Claim, Programme
from tests.factories.programmes import AuthorityFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def history(model: str) -> int:
    return apps.get_model("programmes", f"{model}Event").objects.count()


def put(shelf: Shelf[Authority], **changes: object) -> Authority:
    return shelf.put(**{"slug": "ville", "name": "Ville", "kind": "municipality", **changes})


def test_a_missing_row_is_made():
    shelf = Shelf(Authority, "slug")
    row = put(shelf)
    assert (Authority.objects.get(), dict(shelf.written)) == (row, {"made": 1})


def test_put_again_a_row_is_neither_written_nor_counted():
    put(Shelf(Authority, "slug"))
    again, before = Shelf(Authority, "slug"), history("Authority")
    put(again)
    assert (dict(again.written), history("Authority")) == ({}, before)


def test_a_row_that_differs_is_corrected_with_one_statement_that_names_what_changed():
    put(Shelf(Authority, "slug"))
    shelf = Shelf(Authority, "slug")
    with CaptureQueriesContext(
        connection,
    ) as statements:
        put(shelf, name="Ville nouvelle")
    updates = [query["sql"] for query in statements if query["sql"].startswith("UPDATE")]
    assert (Authority.objects.get().name, dict(shelf.written)) == ("Ville nouvelle", {"corrected": 1})
    assert len(updates) == 1
    assert '"kind"' not in updates[0]


def test_a_lasting_row_stays_as_people_left_it():
    AuthorityFactory(slug="ville", name="Nom corrigé par le labo")
    shelf = Shelf(Authority, "slug", lasting=True)
    row = put(shelf)
    assert (row.name, Authority.objects.get().name, dict(shelf.written)) == (
        "Nom corrigé par le labo",
        "Nom corrigé par le labo",
        {},
    )


def test_reading_the_rows_takes_one_statement_and_none_for_each_that_is_there(django_assert_num_queries):
    for number in range(3):
        AuthorityFactory(slug=f"ville-{number}", name=f"Ville {number}", kind="municipality")
    with django_assert_num_queries(1):
        shelf = Shelf(Authority, "slug")
        for number in range(3):
            put(shelf, slug=f"ville-{number}", name=f"Ville {number}")


def test_a_key_may_hold_other_rows_and_nothing_at_all():
    programme = ProgrammeFactory()
    shelf = Shelf(Claim, "programme", "edition", "metric", "as_of")
    first = shelf.put(programme=programme, edition=None, metric="ideas", as_of=None, value=50, source="Étude")
    again = Shelf(Claim, "programme", "edition", "metric", "as_of")
    assert again.put(programme=programme, edition=None, metric="ideas", as_of=None, value=50, source="Étude") == first
    assert dict(again.written) == {}


def test_what_all_rows_share_is_written_on_each():
    shelf = Shelf(Programme, "slug", family="transfo")
    assert shelf.put(slug="transfo", name_fr="La Transfo", name_en="The Transfo").family == "transfo"


def test_rows_that_lack_what_all_share_are_none_of_the_shelf():
    ProgrammeFactory(family="residency", slug="residences")
    assert Shelf(Programme, "slug", family="transfo").rows == {}
