"""Pages of the work as past members read them: nothing of what came after their last day; and what is the lab's."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from comments.views import talk_about
from prototypes.ideas.views.ideas import versions_of
from prototypes.models import Idea, Lineage, Package
from prototypes.notes.versions import beside
from prototypes.panels import latest
from prototypes.registries import columns_for
from prototypes.views.lookups import idea_rows, with_story
from tests.factories.accounts import asked_by
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FieldNoteFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.prototypes.pages import signed_in

pytestmark = pytest.mark.django_db
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def gone(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST).user


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, state="implementing", born_on=LAST)


def context(user: User, address: str) -> Any:
    return signed_in(user).get(address).context


def test_ideas_of_a_challenge_are_counted(cast: Cast, gone: User):
    challenge = ChallengeFactory(cohort=cast.cohort, born_on=LAST)
    for born_on in (LAST, AFTER):
        IdeaFactory(cohort=cast.cohort, challenge=challenge, born_on=born_on)
    pages = [context(user, "/cohorts/rivage/challenges/")["page"] for user in (gone, cast["M"])]
    assert [[row.ideas_count for row in page] for page in pages] == [[1], [2]]


def test_versions_and_their_tests(cast: Cast, gone: User, idea: Idea):
    for born_on in (LAST, AFTER):
        row = PrototypeFactory(idea=idea, born_on=born_on)
        TrialFactory(prototype=row, born_on=born_on)
    TrialFactory(prototype=idea.prototypes.earliest("version"), born_on=AFTER)
    told = [
        [len(row.trials.all()) for row in versions_of(idea_rows(user).get(pk=idea.pk), user, TODAY)]
        for user in (gone, cast["M"])
    ]
    assert told == [[1], [2, 1]]
    first = idea.prototypes.earliest("version")
    pages = [context(user, f"/prototypes/{first.pk}/") for user in (gone, cast["M"])]
    assert [(len(page["others"]), len(page["cards"])) for page in pages] == [(0, 1), (1, 2)]


def test_where_it_was_put_to_work(cast: Cast, gone: User, idea: Idea):
    for born_on in (LAST, AFTER):
        ImplementationFactory(idea=idea, unit=f"Accueil {born_on}", born_on=born_on)
    pages = [context(user, f"/ideas/{idea.pk}/") for user in (gone, cast["M"])]
    assert [len(page["implementations"]) for page in pages] == [1, 2]


def test_what_was_said_of_it(cast: Cast, gone: User, idea: Idea):
    for born_on in (LAST, AFTER):
        CommentFactory(idea=idea, born_on=born_on, text=f"Dit le {born_on}")
    for user, said in ((gone, ["Dit le 2026-09-30"]), (cast["M"], ["Dit le 2026-09-30", "Dit le 2026-10-01"])):
        talk = context(user, f"/ideas/{idea.pk}/")["talk"]
        assert [line.comment.text for line in talk.lines] == said
        talk = talk_about(asked_by(user), Idea.objects.get(pk=idea.pk), frozenset("M"))
        assert talk is not None
        assert [line.comment.text for line in talk.lines] == said


def test_second_versions_of_a_test(cast: Cast, gone: User, idea: Idea):
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea, born_on=LAST), state="concluded", born_on=LAST)
    for born_on in (LAST, AFTER):
        FieldNoteFactory(trial=trial, born_on=born_on)
    assert [len(beside(trial, user)) for user in (gone, cast["M"], cast["X"])] == [1, 2, 0]


def test_the_latest_ideas_of_the_home_page_are_ones_own_to_read(cast: Cast, idea: Idea):
    IdeaFactory(cohort=cast.other)
    shown = {letter: latest(asked_by(cast[letter])) for letter in "MX"}
    assert (shown["X"], [row.pk for row in shown["M"]["ideas"]]) == (None, [idea.pk])  # type: ignore[index]


def test_a_comment_of_somebody_else_is_taken_back_by_the_lab_only(cast: Cast, idea: Idea):
    CommentFactory(idea=idea, written_by=cast["P"])
    lines = {letter: context(cast[letter], f"/ideas/{idea.pk}/")["talk"].lines for letter in "SPM"}
    assert {letter: (line.own, line.for_lab) for letter, [line] in lines.items()} == {
        "S": (False, True),
        "P": (True, False),
        "M": (False, False),
    }


def test_what_an_idea_leads_to_opens_for_whoever_may_read_it(cast: Cast, gone: User):
    later = IdeaFactory(cohort=cast.cohort, born_on=AFTER)
    merged = IdeaFactory(cohort=cast.cohort, state="merged", merged_into=later, born_on=LAST)
    parent = IdeaFactory(cohort=cast.cohort, born_on=LAST, shared_with_edition=True)
    for shared in (False, True):
        child = IdeaFactory(cohort=cast.other, born_on=AFTER, shared_with_edition=shared)
        Lineage.objects.create(parent=parent, child=child, kind="reuse")
    opens = []
    for user in (gone, cast["M"]):
        rows: dict[int, Any] = {row.pk: row for row in with_story(idea_rows(user), user, TODAY)}
        opens.append((rows[merged.pk].target_opens, [line["opens"] for line in rows[parent.pk].leads_to]))
    assert opens == [(False, []), (True, [False, True])]


def test_canvases_and_packages_beside_an_idea(cast: Cast, gone: User):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", born_on=LAST)
    for born_on in (LAST, AFTER):
        CanvasFactory(cohort=cast.cohort, idea=idea, born_on=born_on)
    Package.objects.create(event=idea.events.latest("place"), content={}, born_on=AFTER)
    told = []
    for user in (gone, cast["M"]):
        rows = with_story(idea_rows(user), user, TODAY).annotate(**columns_for("idea", user))
        row: Any = rows.get(pk=idea.pk)
        told.append((len(row.canvas_rows), len(row.package_rows)))
    assert told == [(1, 0), (2, 1)]
