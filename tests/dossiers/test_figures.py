"""The figures of a dossier are those of the rates page, as it writes them."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.exports import access_of
from dossiers.layout.blocks import DataTable, Document, KeyFigures
from tests.factories.dossiers import DossierFactory
from tests.figures.implementation.test_downloads import ideas_of_every_fate
from tests.pages import texts
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db


def made(person: User, **subject: Any) -> Document:
    """Return the dossier with figures alone that the person makes for themselves."""
    dossier = DossierFactory(person=person, parts=["figures"], **{"cohort": None} | subject)
    return build(Collection(dossier, access_of(dossier), lambda _steps: None), "en")


def test_dossier_has_the_figures_of_the_rates_page(today: None):
    cast, cohorts = ideas_of_every_fate()
    for subject, query in (
        ({"cohort": cohorts[0]}, {"cohort": cohorts[0].slug}),
        ({"edition": cast.edition}, {"edition": cast.edition.slug}),
    ):
        page = signed_in(cast["S"]).get(reverse("figures:rates"), query)
        document = made(cast["S"], **subject)
        [table] = [block for block in document.blocks if isinstance(block, DataTable) and len(block.header) == 3]
        [key] = [block for block in document.blocks if isinstance(block, KeyFigures)]
        assert sorted(row[1] for row in table.rows) == sorted(texts(page, "b", "figure-value")), query
        assert {figure.value for figure in key.figures[1:]} <= {row[1] for row in table.rows}
        words = " ".join(page.content.decode().split())
        assert [row[2] for row in table.rows if row[2] and row[2] not in words] == []
