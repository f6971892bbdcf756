"""The data of a public page: what the page shows, as CSV and JSON."""

import csv
import io
import json

import pytest
from django.test import Client

from tests.factories.publications import FACTS, PublicationFactory
from web.pages import hot_pages

pytestmark = pytest.mark.django_db


def test_test_without_a_day_is_neither_on_the_page_nor_in_its_data():
    without_day = {name: value for name, value in FACTS["tests"][0].items() if name not in {"on", "precision"}}
    facts = FACTS | {"tests": [FACTS["tests"][0], without_day | {"version": 2}]}
    row = PublicationFactory(state="published", facts=facts)
    page = Client().get(f"/public/en/ideas/{row.slug}/").content.decode()
    assert ("Test of prototype 1" in page, "Test of prototype 2" in page) == (True, False)
    data = Client().get(f"/public/data/ideas/{row.slug}.json")
    assert [test["prototype"] for test in json.loads(data.content)["tests"]] == [1]
    hot_pages.drop_all()
    lines = list(csv.DictReader(io.StringIO(Client().get(f"/public/data/ideas/{row.slug}.csv").content.decode())))
    assert [(line["row"], line["value"]) for line in lines if line["column"] == "prototype"] == [("1", "1")]
    package = csv.DictReader(io.StringIO(Client().get("/public/data/all/latest/tests.csv").content.decode()))
    assert [test["prototype"] for test in package] == ["1"]
