"""The Intertransfos of a new edition: in the review before it is opened, and on its page."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from exchanges.models import Exchange
from exchanges.planning.actions import plan_exchanges
from programmes.models import Edition, Format
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.programmes import AuthorityFactory, FormatFactory
from tests.pages import rows, texts

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def _format(**numbers: object) -> Format:
    return FormatFactory(months=15, phases=(("preparation", 0, 15),), **numbers)


def test_an_edition_is_opened_with_the_intertransfos_that_its_review_shows(django_assert_max_num_queries):
    staff = UserFactory(is_lab_staff=True)
    client, version = signed_in(staff), _format(exchange_interval_months=6, exchange_days=2)
    metz, loire = AuthorityFactory(name="Metz", slug="metz"), AuthorityFactory(name="Loire", slug="loire")
    choice = [("format", version.pk), ("name", "Next"), ("starts_on", "2027-01-04")]
    review = f"/open-edition/review/?{urlencode([*choice, ('authorities', metz.pk), ('authorities', loire.pk)])}"
    client.get(review)
    with django_assert_max_num_queries(10):
        page = client.get(review)
    assert "Proposed Intertransfos" in texts(page, "h2")
    previews = [line for line in rows(page) if line[-1].startswith("For: ")]
    assert [(line[0], line[2]) for line in previews] == [("1", "Loire"), ("2", "Metz")]
    client.post(review)
    edition = Edition.objects.get(name="Next")
    proposed = Exchange.objects.order_by("number").select_related("host")
    assert [[str(row.number), row.host.name if row.host else ""] for row in proposed] == [
        [line[0], line[2]] for line in previews
    ]
    client.get(edition.get_absolute_url())
    with django_assert_max_num_queries(11):
        page = client.get(edition.get_absolute_url())
    assert [text.partition(": ")[2] for text in texts(page, "li") if text.startswith("Intertransfo ")] == [
        line[-1] for line in previews
    ]
    assert "Next" in texts(client.get("/"), "a")
    assert "Loire has not agreed to take part yet." in texts(client.get(f"/exchanges/{proposed[0].pk}/"), "b")
    assert client.get(f"/exchanges/{proposed[0].pk}/confirm/").status_code == 403
    assert plan_exchanges(edition=edition, at=NOW) == []


def test_format_without_intertransfos_has_none_to_show():
    client, version = signed_in(UserFactory(is_lab_staff=True)), _format(exchange_interval_months=None)
    metz = AuthorityFactory(name="Metz", slug="metz")
    values = {"format": version.pk, "name": "Next", "starts_on": "2027-01-04", "authorities": metz.pk}
    review = f"/open-edition/review/?{urlencode(values)}"
    assert "Proposed Intertransfos" not in texts(client.get(review), "h2")
