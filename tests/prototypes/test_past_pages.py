"""Pages as past members read them: nothing created after their last day."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from comments.views import conversation_about
from prototypes.hooks import idea_panels
from prototypes.ideas.views.ideas import prototypes_of
from prototypes.models import Idea, Lineage, Package, Trial
from prototypes.notes.comparison import second_versions, trial_corrections_with_lines
from prototypes.panels import latest_ideas_card
from prototypes.trials.log_values import figures, json_values
from prototypes.views.lookups import idea_rows, with_timeline
from tests.factories.accounts import request_by
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    TrialNoteFactory,
)
from tests.prototypes.pages import signed_in
from web.pages.panels import columns_of

pytestmark = pytest.mark.django_db
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def past_member(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST).user


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, state="implementing", created_on=LAST)


def context(user: User, address: str) -> Any:
    return signed_in(user).get(address).context


def test_past_members_see_the_idea_count_of_their_last_day(cast: Cast, past_member: User):
    challenge = ChallengeFactory(cohort=cast.cohort, created_on=LAST)
    for created_on in (LAST, AFTER):
        IdeaFactory(cohort=cast.cohort, challenge=challenge, created_on=created_on)
    pages = [context(user, "/cohorts/rivage/challenges/")["page"] for user in (past_member, cast["M"])]
    assert [[row.ideas_count for row in page] for page in pages] == [[1], [2]]


def test_past_members_see_the_cohorts_ideas_of_their_last_day(cast: Cast, past_member: User):
    ideas = [IdeaFactory(cohort=cast.cohort, created_on=created_on) for created_on in (LAST, AFTER)]
    panels = [context(user, "/cohorts/rivage/")["ideas"] for user in (past_member, cast["M"])]
    assert [{idea.pk for idea in panel} for panel in panels] == [{ideas[0].pk}, {idea.pk for idea in ideas}]


def test_past_members_see_versions_and_tests_of_their_last_day(cast: Cast, past_member: User, idea: Idea):
    for created_on in (LAST, AFTER):
        row = PrototypeFactory(idea=idea, created_on=created_on)
        TrialFactory(prototype=row, created_on=created_on, state="concluded")
    TrialFactory(prototype=idea.prototypes.earliest("version"), created_on=AFTER)
    lists = [context(user, "/ideas/?columns=tests")["page"] for user in (past_member, cast["M"])]
    assert [[row.concluded_tests for row in page] for page in lists] == [[1], [2]]
    counts = [
        [len(row.trials.all()) for row in prototypes_of(idea_rows(user).get(pk=idea.pk), user, TODAY)]
        for user in (past_member, cast["M"])
    ]
    assert counts == [[1], [2, 1]]
    first = idea.prototypes.earliest("version")
    pages = [context(user, f"/prototypes/{first.pk}/") for user in (past_member, cast["M"])]
    assert [(len(page["others"]), len(page["cards"])) for page in pages] == [(0, 1), (1, 2)]


def test_past_members_see_the_corrections_of_a_test_of_their_last_day(cast: Cast, past_member: User, idea: Idea):
    version = PrototypeFactory(idea=idea, created_on=LAST)
    trial = TrialFactory(prototype=version, state="concluded", created_on=LAST)
    first = TrialCorrectionFactory(trial=trial, created_on=LAST)
    again = figures(Trial.objects.get(pk=trial.pk)) | {"successes": 7}
    later = TrialCorrectionFactory(trial=trial, created_on=AFTER, after=json_values(again))
    listed = [trial_corrections_with_lines(trial, user) for user in (past_member, cast["M"])]
    assert [[line.row for line in lines] for lines in listed] == [[first], [later, first]]


def test_past_members_see_implementations_of_their_last_day(cast: Cast, past_member: User, idea: Idea):
    for created_on in (LAST, AFTER):
        ImplementationFactory(idea=idea, unit=f"Accueil {created_on}", created_on=created_on)
    pages = [context(user, f"/ideas/{idea.pk}/") for user in (past_member, cast["M"])]
    assert [len(page["implementations"]) for page in pages] == [1, 2]


def test_past_members_see_comments_of_their_last_day(cast: Cast, past_member: User, idea: Idea):
    for created_on in (LAST, AFTER):
        CommentFactory(idea=idea, created_on=created_on, text=f"Dit le {created_on}")
    for user, expected in (
        (past_member, ["Dit le 2026-09-30"]),
        (cast["M"], ["Dit le 2026-09-30", "Dit le 2026-10-01"]),
    ):
        conversation = context(user, f"/ideas/{idea.pk}/")["conversation"]
        assert [line.comment.text for line in conversation.lines] == expected
        conversation = conversation_about(request_by(user), Idea.objects.get(pk=idea.pk), frozenset("M"))
        assert conversation is not None
        assert [line.comment.text for line in conversation.lines] == expected


def test_past_members_see_second_versions_of_their_last_day(cast: Cast, past_member: User, idea: Idea):
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea, created_on=LAST), state="concluded", created_on=LAST)
    for created_on in (LAST, AFTER):
        TrialNoteFactory(trial=trial, created_on=created_on)
    assert [len(second_versions(trial, user)) for user in (past_member, cast["M"], cast["X"])] == [1, 2, 0]


def test_home_card_shows_only_readable_ideas(cast: Cast, idea: Idea):
    IdeaFactory(cohort=cast.other_cohort)
    contexts = {role: latest_ideas_card(request_by(cast[role])) for role in "MX"}
    assert (contexts["X"], [row.pk for row in contexts["M"]["ideas"]]) == (None, [idea.pk])  # type: ignore[index]


def test_comment_of_another_person_is_withdrawn_by_the_lab_only(cast: Cast, idea: Idea):
    CommentFactory(idea=idea, written_by=cast["P"])
    lines = {role: context(cast[role], f"/ideas/{idea.pk}/")["conversation"].lines for role in "SPM"}
    assert {role: (line.is_own, line.can_lab_withdraw) for role, [line] in lines.items()} == {
        "S": (False, True),
        "P": (True, False),
        "M": (False, False),
    }


def test_reuses_of_an_idea_link_only_for_their_readers(cast: Cast, past_member: User):
    later = IdeaFactory(cohort=cast.cohort, created_on=AFTER)
    merged = IdeaFactory(cohort=cast.cohort, state="merged", merged_into=later, created_on=LAST)
    parent = IdeaFactory(cohort=cast.cohort, created_on=LAST, shared_with_edition=True)
    for shared in (False, True):
        child = IdeaFactory(cohort=cast.other_cohort, created_on=AFTER, shared_with_edition=shared)
        Lineage.objects.create(parent=parent, child=child, kind="reuse")
    opens = []
    for user in (past_member, cast["M"]):
        rows: dict[int, Any] = {row.pk: row for row in with_timeline(idea_rows(user), user, TODAY)}
        opens.append((rows[merged.pk].target_opens, [line["opens"] for line in rows[parent.pk].leads_to]))
    assert opens == [(False, []), (True, [False, True])]


def test_past_members_see_canvases_and_packages_of_their_last_day(cast: Cast, past_member: User):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", created_on=LAST)
    for created_on in (LAST, AFTER):
        CanvasFactory(cohort=cast.cohort, idea=idea, created_on=created_on)
    Package.objects.create(event=idea.events.latest("position"), content={}, created_on=AFTER)
    counts = []
    for user in (past_member, cast["M"]):
        rows = with_timeline(idea_rows(user), user, TODAY).annotate(**columns_of(idea_panels(), user))
        row: Any = rows.get(pk=idea.pk)
        counts.append((len(row.canvas_rows), len(row.package_rows)))
    assert counts == [(1, 0), (2, 1)]
