"""The benchmark of rates, on a few rows: the requested pages, the compared SELECT and the budgets."""

import pytest
from django.test import Client, override_settings

from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import IdeaFactory
from tools.bench import pages, rates
from tools.bench.__main__ import Figure
from tools.bench.costs import PageFacts
from tools.bench.pages import BenchPage
from tools.bench.rates import RatesRound

LAB, EDITION = rates.ALL, BenchPage("an edition", "/rates/?edition=x", who=rates.MEMBER)
OWN = BenchPage("own", "/rates/", who=rates.ADMIN)


@pytest.mark.django_db(transaction=True)  # a server closes its connection when it likes
@override_settings(LANGUAGE_CODE="fr")
def test_page_costs_more_than_its_select():
    UserFactory(email=pages.LAB, is_lab_staff=True)
    IdeaFactory(state="accepted")
    server = pages.WsgiServer()
    server.sign_in(pages.LAB)
    found = rates.cost_with_select(server, LAB)
    assert found.page > found.select > 0


def test_select_counts_the_same_as_the_page_for_each_reader(cast: Cast):
    for cohort, ideas in ((cast.cohort, 2), (cast.other_cohort, 5)):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")
    share_with_edition(cast.other_cohort)
    paths = {"S": "/rates/", "A": "/rates/", "M": "/rates/?edition=transfo-2026"}
    counts = {role: rates.make_select(BenchPage("", path, who=cast[role].email))() for role, path in paths.items()}
    assert counts == {"S": 3, "A": 2, "M": 3}  # a row of the open ones, and one a cohort


def test_pages_are_requested_by_lab_staff_an_admin_and_a_member(cast: Cast):
    cast["M"].email = rates.MEMBER
    cast["M"].save()
    found = rates.rate_pages()
    assert [(page.path, page.who) for page in found] == [
        ("/rates/", rates.LAB),
        ("/rates/?edition=transfo-2026", rates.LAB),
        ("/rates/", rates.ADMIN),
        ("/rates/?edition=transfo-2026", rates.MEMBER),
    ]
    client = Client()
    client.force_login(cast["M"])
    assert client.get(found[-1].path).context["form"].is_valid()


@pytest.mark.parametrize(("page", "goals"), [(LAB, (None, None)), (EDITION, (2.0, 1.5)), (OWN, (None, None))])
def test_growth_is_limited_where_the_counted_rows_are_constant(
    page: BenchPage, goals: tuple[float | None, float | None]
):
    sizes = (1000, 100_000)
    facts = {(page, size): PageFacts(7 + (size > 1000), 60.0, 12.0) for size in sizes}
    costs = {(page, size): [RatesRound(80.0 if size > 1000 else 20.0, 40.0 if size > 1000 else 2.0)] for size in sizes}
    found = rates.lines(Figure, page, sizes, facts, costs)
    assert [(line.what.removeprefix(page.what), line.median, line.must, line.aim) for line in found] == [
        (": statements", 8, 10, 8),
        (": statements more than among 1,000", 1, 0, 0),
        (": HTML", 60.0, None, None),
        (": the SELECT", 40.0, None, None),
        (": ÷ the SELECT", 2.0, *((3.0, 2.0) if page == LAB else (None, None))),
        (": growth from 1,000 to 100,000", 4.0, *goals),
    ]
    assert [line.is_within_budget for line in found[:2]] == [True, False]
