"""The contents of an exchange in a browser: accessible and fit for phones. The journey itself is in `test_planning`."""

from datetime import date

import pytest

from tests.factories.cast import Cast, new_cast
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    FeedbackFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.prototypes import IdeaFactory
from tests.journeys.stage import LONG, Addresses
from tests.journeys.test_pages import walked_as

READ = (
    "/exchanges/{coming}/",
    "/exchanges/{coming}/contributions/",
    "/exchanges/{coming}/programme/",
    "/exchanges/{held}/minutes/",
    "/exchanges/{published}/",
    "/exchanges/archive/?q=accompagnement",
    "/exchanges/{coming}/contributions/add/",
    "/exchanges/{held}/commitments/add/",
    "/exchanges/{held}/feedback/",
    "/exchanges/commitments/{promise}/close/",
)
LAB = (
    *READ[:4],
    "/exchanges/{coming}/questions/add/",
    "/exchanges/{coming}/matches/add/",
    "/exchanges/{coming}/programme/add/",
    "/exchanges/{coming}/contributions/{contribution}/withdraw/",
    "/exchanges/{held}/minutes/write/",
    "/exchanges/{held}/close/",
)
PAGES = {"S": LAB, "M": READ}


def set_stage() -> tuple[Cast, Addresses]:
    """Create a held exchange, the next one and a published one, with one of every kind of content."""
    cast = new_cast()
    held = ExchangeFactory(
        edition=cast.edition, host=cast.other_cohort, state="held", first_day=date(2026, 11, 17), number=1
    )
    coming = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", number=2)
    published = ExchangeFactory(
        retrospective=True, state="held", number=None, first_day=date(2012, 6, 26), days=1, outcome=LONG, source=LONG
    )
    ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, when="Le matin", title=LONG)
    question = QuestionFactory(exchange=coming, text=LONG)
    idea = IdeaFactory(cohort=cast.cohort, title=LONG)
    row = ContributionFactory(exchange=coming, kind="answer", question=question, text=LONG, idea=idea)
    MatchFactory(
        offer=ContributionFactory(exchange=coming, kind="offer", text=LONG),
        request=ContributionFactory(exchange=coming, kind="request", cohort=cast.other_cohort, text=LONG),
    )
    ProgrammeItemFactory(exchange=coming, title=LONG, speaker=cast.other_cohort, parallel=True)
    MinutesFactory(exchange=held, text=f"{LONG}\n\n{LONG}")
    promise = CommitmentFactory(exchange=held, owner=cast["M"], what=LONG)
    CommitmentFactory(exchange=held, owner=cast["N"], state="dropped")
    RegistrationFactory(exchange=held, user=cast["M"], state="attended")
    for _ in range(5):
        FeedbackFactory(registration=RegistrationFactory(exchange=held, state="attended"), keep=LONG)
    addresses = {"held": held.pk, "coming": coming.pk, "published": published.pk}
    return cast, addresses | {"contribution": row.pk, "promise": promise.pk}


@pytest.mark.usefixtures("clock")
def test_pages_are_accessible_and_fit_every_screen(visit):
    cast, addresses = set_stage()
    assert walked_as(PAGES, visit, cast, addresses) == {}
