"""The benchmark of pages, on a few rows: it requests real pages, and a page costs more than the floor page."""

import pytest
from django.test import override_settings

from tests.factories.accounts import UserFactory
from tests.factories.prototypes import IdeaFactory
from tools.bench import pages
from tools.bench.__main__ import Figure
from tools.bench.costs import WsgiServer, cost_with_floor, measure_facts

IDEAS = pages.BenchPage("ideas", "/ideas/")


@pytest.mark.django_db(transaction=True)  # a server closes its connection when it likes
@override_settings(ROOT_URLCONF="tools.bench.baseline", LANGUAGE_CODE="fr")
def test_one_round_over_one_page_gives_seven_lines():
    UserFactory(email=pages.LAB, is_lab_staff=True)
    IdeaFactory()
    server = WsgiServer()
    server.sign_in(pages.LAB)
    facts = measure_facts(server, IDEAS.path, IDEAS.who)
    own, floor = cost_with_floor(server, IDEAS.path, IDEAS.who, pages.REQUESTS)
    assert own.both > own.web > floor.web > 0
    among = {(IDEAS, size): facts for size in (1, 10)}
    found = pages.lines(Figure, IDEAS, (1, 10), among, {key: [(own, floor)] for key in among})
    assert [(line.what, line.must) for line in found] == [
        ("ideas: statements", 10),
        ("ideas: statements more than among 1", 0),
        ("ideas: HTML", 60),
        ("ideas: HTML, compressed", 12),
        ("ideas: processor time, with PostgreSQL’s", None),
        ("ideas: ÷ its floor page", 6),
        ("ideas: growth from 1 to 10 ideas", 1.2),
    ]
    assert (found[1].median, found[6].median) == (0, 1)


def test_rounds_alternate_the_order():
    assert [pages.in_turn([1, 2, 3], number) for number in range(3)] == [[1, 2, 3], [3, 2, 1], [1, 2, 3]]
