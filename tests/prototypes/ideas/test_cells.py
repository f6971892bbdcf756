"""The cells of ideas in tables on pages of challenges and cohorts."""

from datetime import date
from typing import Any

import pytest

from prototypes.challenges.views import MAX_IDEAS
from prototypes.ideas.cells import render_idea_rows
from prototypes.models import Idea
from tests.factories.cast import Cast
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.pages import elements, rows
from tests.prototypes.pages import page, signed_in

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def table_of(ideas: Any, *, detailed: bool = False) -> str:
    return str(render_idea_rows(ideas, detailed=detailed))


def test_row_has_reference_title_state_and_last_update(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", title="Une borne", owner=cast["M"])
    assert table_of([idea]) == (
        f'<tr><td class="fig">RIV-001</td><th scope="row"><a href="/ideas/{idea.pk}/">Une borne</a></th>'
        '<td><span class="tag tag-open shape-ring">accepted</span></td>'
        '<td class="n fig nowrap" data-label="Last update">2 Mar 2026</td></tr>'
    )


def test_texts_are_escaped(cast: Cast):
    cast["M"].full_name = "<i>Owner</i>"
    idea = IdeaFactory(cohort=cast.cohort, title="<b>Une borne</b>", owner=cast["M"])
    idea.state_label = "<u>abandoned</u>"
    idea.is_unconfirmed = idea.can_confirm = False
    text = table_of([idea], detailed=True)
    assert not [tag for tag in ("<b>", "<i>", "<u>") if tag in text]
    assert "&lt;u&gt;abandoned&lt;/u&gt;" in text


def test_published_fact_has_the_day_of_its_state_as_precisely_as_it_is_known(cast: Cast):
    idea = Idea(pk=1, retrospective=True, state_since=DAY, state_precision="month")
    assert ">March 2026</td>" in table_of([idea])
    idea.state_since = None
    assert "not known</span></td></tr>" in table_of([idea])


def test_page_of_a_challenge_shows_owner_and_unconfirmed_states_to_those_who_confirm(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort, challenge=challenge, owner=cast["M"], state="accepted", title="Une borne")
    answers = {role: signed_in(cast[role]).get(challenge.get_absolute_url()) for role in "PR"}
    assert {role: rows(answer)[0][1] for role, answer in answers.items()} == {
        "P": "accepted unconfirmed Confirm",
        "R": "accepted unconfirmed",
    }
    assert [element["text"] for element in elements(answers["R"], "th")][4:] == ["Une borne Ambassador Rivage"]


def test_page_of_a_challenge_shows_the_fifty_ideas_updated_last(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort)
    IdeaFactory.create_batch(MAX_IDEAS + 1, cohort=cast.cohort, challenge=challenge)
    assert page(cast["M"], challenge.get_absolute_url()).count('<th scope="row">') == MAX_IDEAS
