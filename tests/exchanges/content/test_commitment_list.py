"""The list of commitments: who reads and closes which, its filters, and its statements."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from exchanges.models import Commitment
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import CommitmentFactory
from tests.factories.exchanges import ExchangeFactory
from tests.lists.bulk import confirm, preview
from tests.pages import row_heads, rows, texts
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db
LIST = "/exchanges/commitments/"


@pytest.fixture
def commitments(cast: Cast) -> Cast:
    """Create four commitments of the edition, in the order of the list, and one of another edition."""
    held = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", number=3)
    CommitmentFactory(exchange=held, owner=cast["M"], what="Ouvrir l’atelier", due_on=date(2027, 1, 8))
    neighbour = {"owner": cast["N"], "cohort": cast.other_cohort}
    CommitmentFactory(exchange=held, **neighbour, what="Envoyer le guide", due_on=date(2027, 1, 15))
    CommitmentFactory(exchange=held, owner=cast["S"], cohort=None, what="Publier", due_on=date(2027, 2, 1))
    CommitmentFactory(exchange=held, owner=cast["P"], what="Prêter une salle", state="dropped")
    CommitmentFactory(what="Elsewhere")
    return cast


def get(user: User, **query: Any) -> Any:
    answer = signed_in(user).get(LIST, query)
    assert answer.status_code == 200
    return answer


def test_people_of_the_edition_read_its_commitments_and_close_what_they_may(commitments: Cast):
    answer = get(commitments["M"])
    assert row_heads(answer) == ["Ouvrir l’atelier", "Envoyer le guide", "Publier", "Prêter une salle"]
    assert rows(answer)[0] == [
        *("Ambassador Rivage", "Rivage", "Intertransfo 3", "8 Jan 2027", "open"),
        "Update the commitment Ouvrir l’atelier",
    ]
    closable = {role: sum(bool(row[-1]) for row in rows(get(commitments[role]))) for role in "SCPMRAN"}
    assert closable == {"S": 4, "C": 1, "P": 1, "M": 1, "R": 0, "A": 0, "N": 1}
    assert [row_heads(get(commitments[role])).count("Elsewhere") for role in "SX"] == [1, 0]


def test_commitments_are_filtered_and_sorted(commitments: Cast):
    queries: dict[str, list[str]] = {
        "q=salle": ["Prêter une salle"],
        "q=neighbour": ["Envoyer le guide"],
        "state=dropped": ["Prêter une salle"],
        "state=late": [],
        "mine=on": ["Ouvrir l’atelier"],
        f"cohort={commitments.other_cohort.pk}": ["Envoyer le guide"],
        "sort=-due": ["Publier", "Prêter une salle", "Envoyer le guide", "Ouvrir l’atelier"],
    }
    found = {query: row_heads(signed_in(commitments["M"]).get(f"{LIST}?{query}")) for query in queries}
    assert found == queries


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_as_many_statements_for_three_commitments_as_for_one(cast: Cast, number: int):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
    for _ in range(number):
        CommitmentFactory(exchange=exchange, owner=MembershipFactory(cohort=cast.cohort).user)
    client = signed_in(cast["P"])
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        assert len(rows(client.get(LIST))) == number
    assert len(captured) == 8


def test_several_commitments_are_marked_as_done_by_those_who_may_close_them(commitments: Cast):
    where = "/lists/commitments/actions/done/?all=1"
    preview_of_pilot = preview(commitments["P"], where)
    assert texts(preview_of_pilot, "h1") == ["Mark as done: 1 of 4"]
    assert "This cannot be undone." in texts(preview_of_pilot, "p")
    reasons = [text for text in texts(preview_of_pilot, "strong") if text.endswith(".")]
    assert reasons[-1] == "This commitment is closed already."
    confirm(commitments["P"], where)
    closed = Commitment.objects.filter(state="kept").values_list("what", flat=True)
    assert list(closed) == ["Ouvrir l’atelier"]
    assert texts(preview(commitments["S"], where), "h1") == ["Mark as done: 3 of 5"]
