"""Every action of the tables: permissions, states, and what is recorded or refused in the form."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from programmes.models import Authority
from prototypes.action_pages.definitions import (
    CHALLENGE_ACTIONS,
    IDEA_ACTIONS,
    IMPLEMENTATION_ACTIONS,
    NEXT_STEPS,
    PROTOTYPE_ACTIONS,
    TRIAL_ACTIONS,
)
from prototypes.enums import IDEA_TRANSITIONS, IdeaState
from prototypes.models import Idea, IdeaEvent
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.pages import texts
from tests.prototypes.pages import change, errors, page, send, signed_in

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """An action, the state it starts from, the allowed roles, the values of its form, and the state it leads to."""

    action: str
    start: str
    roles: str
    form: dict[str, str]
    end: str


DAY = {"on": "2026-11-24", "precision": "day"}
INDICATOR = {
    "ready_made": "steps",
    "baseline": "9",
    "baseline_on": "2026-11-20",
    "baseline_source": "Ten people",
    "target": "4",
    "method": "Follow ten people",
}
CASES = [
    Case("accept", "captured", "SCP", DAY, "accepted"),
    Case("decide", "testing", "SCP", DAY | {"decision": "adopt", "reason": "Clear"}, "decided"),
    Case("hand-over", "decided", "SPA", DAY | {"receives": "The kiosk", "contact": "The pilot"}, "handed_over"),
    Case("start-implementing", "handed_over", "SPA", DAY, "implementing"),
    Case("implemented", "implementing", "SPA", DAY | {"scope": "full", "evidence": "Page"}, "implemented"),
    Case("resume", "parked", "SCP", DAY, "accepted"),
    Case("reopen", "abandoned", "SCP", DAY | {"reason": "New head"}, "accepted"),
    Case("share", "accepted", "SCP", {}, "accepted"),
    Case("stop-sharing", "accepted", "SCP", {}, "accepted"),
    Case("park", "testing", "SCP", DAY, "parked"),
    Case("abandon", "testing", "SCP", DAY | {"reason": "No budget", "abandoned_for": "too_costly"}, "abandoned"),
    Case("split", "testing", "SCP", {"on": "2026-11-24", "titles": "A sign\nA word"}, "split"),
    Case("add-indicator", "decided", "SCP", INDICATOR, "decided"),
    Case("ask-for-acceptance", "captured", "DM", {}, "captured"),
]


class TestIdeas:
    def test_each_action_is_offered_to_the_right_roles_and_described(self, cast: Cast):
        states = {case.start for case in CASES}
        ideas = {state: IdeaFactory(cohort=cast.cohort, state=state, shared_with_edition=True) for state in states}
        readers = {role: signed_in(cast[role]) for role in EVERYONE}
        for case in CASES:
            address = f"/ideas/{ideas[case.start].pk}/{case.action}/"
            answers = {role: reader.get(address) for role, reader in readers.items()}
            codes = {role: 200 if role in case.roles else 403 for role in EVERYONE} | {"X": 404}
            assert (case.action, {role: answer.status_code for role, answer in answers.items()}) == (case.action, codes)
            with override("en"):
                description = escape(str(IDEA_ACTIONS[case.action].description))
            assert description in " ".join(answers[case.roles[-1]].content.decode().split())

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.action)
    def test_each_action_leads_to_its_state(self, cast: Cast, case: Case):
        idea = IdeaFactory(cohort=cast.cohort, state=case.start)
        answer = send(cast[case.roles[-1]], f"/ideas/{idea.pk}/{case.action}/", **case.form)
        idea.refresh_from_db()
        assert (answer.status_code, answer.headers["Location"], idea.state) == (
            302,
            idea.get_absolute_url(),
            case.end,
        )


def test_all_idea_actions_are_covered():
    assert {case.action for case in CASES} | {"merge", "replicate"} == set(IDEA_ACTIONS)


class TestMerging:
    def test_idea_merges_into_an_idea_of_the_edition(self, cast: Cast):
        idea, target = IdeaFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
        send(cast["P"], f"/ideas/{idea.pk}/merge/", into=target.pk, **DAY)
        idea.refresh_from_db()
        assert (idea.state, idea.merged_into) == ("merged", target)

    def test_merge_into_hidden_or_ended_ideas_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        hidden = IdeaFactory(cohort=cast.other_cohort)
        elsewhere = IdeaFactory(shared_with_edition=True)
        ended = IdeaFactory(cohort=cast.cohort, state="abandoned")
        for target in (hidden, elsewhere, ended, idea):
            assert list(errors(send(cast["P"], f"/ideas/{idea.pk}/merge/", into=target.pk, **DAY))) == ["into"]
        assert idea.events.count() == 1


class TestReplicating:
    def test_idea_is_replicated_in_another_authority(self, cast: Cast):
        idea, authority = IdeaFactory(cohort=cast.cohort, state="implemented"), AuthorityFactory()
        send(cast["A"], f"/ideas/{idea.pk}/replicate/", authority=authority.pk, unit="DSI")
        assert idea.implementations.filter(authority=authority, kind="replication").count() == 1

    def test_replication_in_the_own_or_a_dissolved_authority_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented")
        dissolved = AuthorityFactory(dissolved_on=date(2016, 1, 1))
        for authority in (cast.cohort.authority, dissolved):
            answer = send(cast["A"], f"/ideas/{idea.pk}/replicate/", authority=authority.pk)
            assert list(errors(answer)) == ["authority"]


class TestForms:
    def test_future_date_is_refused_next_to_its_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        answer = send(cast["P"], f"/ideas/{idea.pk}/accept/", on="2026-11-25", precision="day")
        assert errors(answer) == {"on": ["This date is in the future. Record only what has already happened."]}

    def test_date_before_acceptance_is_refused_next_to_its_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        answer = send(cast["P"], f"/ideas/{idea.pk}/park/", on="2026-03-01", precision="day", reason="Waiting")
        assert list(errors(answer)) == ["on"]
        assert answer.context["form"].data["reason"] == "Waiting"

    def test_implemented_without_evidence_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        answer = send(cast["A"], f"/ideas/{idea.pk}/implemented/", scope="full", **DAY)
        idea.refresh_from_db()
        assert (list(errors(answer)), idea.state) == (["evidence"], "implementing")

    def test_partial_implementation_keeps_the_idea_being_implemented(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        send(cast["A"], f"/ideas/{idea.pk}/implemented/", scope="partial", evidence="One desk", **DAY)
        idea.refresh_from_db()
        assert (idea.state, idea.implementations.get().scope) == ("implementing", "partial")

    def test_decision_without_test_or_reason_is_refused_next_to_the_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        assert list(errors(send(cast["P"], f"/ideas/{idea.pk}/decide/", decision="adopt", **DAY))) == ["reason"]

    def test_action_sent_twice_is_recorded_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        answers = [send(cast["P"], f"/ideas/{idea.pk}/accept/", **DAY).status_code for _ in range(2)]
        assert (answers, IdeaEvent.objects.filter(state="accepted").count()) == ([302, 302], 1)

    def test_second_submission_shows_that_it_was_already_recorded(self, cast: Cast):
        idea, client = IdeaFactory(cohort=cast.cohort), signed_in(cast["P"])
        client.post(f"/ideas/{idea.pk}/accept/", DAY)
        text = client.post(f"/ideas/{idea.pk}/accept/", DAY, follow=True).content.decode()
        assert "This was recorded already." in text

    def test_action_in_the_wrong_state_shows_the_reason(self, cast: Cast):
        idea, client = IdeaFactory(cohort=cast.cohort), signed_in(cast["P"])
        text = client.get(f"/ideas/{idea.pk}/decide/", follow=True).content.decode()
        assert "“Decide” is not possible now: the present state is “captured”." in text

    def test_published_facts_have_no_actions(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="captured")
        assert send(cast["P"], f"/ideas/{idea.pk}/accept/", **DAY).status_code == 302
        assert Idea.objects.get().state == "captured"

    def test_unknown_action_is_not_found(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        assert signed_in(cast["P"]).get(f"/ideas/{idea.pk}/explode/").status_code == 404


CHALLENGE_TABLE = [
    ("frame", "proposed", {"framing": "Au guichet"}, "framed"),
    ("activate", "framed", {}, "active"),
    ("hand-over", "active", {}, "handed_over"),
    ("close", "handed_over", {}, "closed"),
    ("drop", "active", {"reason": "Elections"}, "dropped"),
]


@pytest.mark.parametrize(("action", "start", "form", "end"), CHALLENGE_TABLE, ids=[row[0] for row in CHALLENGE_TABLE])
def test_actions_on_challenges(cast: Cast, action: str, start: str, form: dict[str, str], end: str):
    challenge = ChallengeFactory(cohort=cast.cohort, state=start)
    address = f"/challenges/{challenge.pk}/{action}/"
    assert [signed_in(cast[role]).get(address).status_code for role in "DMN"] == [200, 403, 404]
    assert send(cast["P"], address, **form).status_code == 302
    challenge.refresh_from_db()
    assert challenge.state == end


@pytest.mark.parametrize(("action", "start", "end"), [("ready", "draft", "ready"), ("retire", "in_test", "retired")])
def test_actions_on_prototypes(cast: Cast, action: str, start: str, end: str):
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping", owner=cast["P"])
    own, others = (PrototypeFactory(idea=idea, state=start, made_by=cast[role]) for role in "MP")
    codes = {role: signed_in(cast[role]).get(f"/prototypes/{others.pk}/{action}/").status_code for role in "SCDPMRA"}
    assert codes == dict.fromkeys("SCDP", 200) | dict.fromkeys("MRA", 403)
    offered = [f"/prototypes/{row.pk}/{action}/" in page(cast["M"], row.get_absolute_url()) for row in (own, others)]
    assert offered == [True, False]
    assert send(cast["M"], f"/prototypes/{own.pk}/{action}/").status_code == 302
    own.refresh_from_db()
    assert own.state == end


def test_edit_pages_of_published_facts_are_refused(cast: Cast):
    old = CohortFactory(edition=cast.edition, retrospective=True, state="alumni")
    MembershipFactory(cohort=old, user=cast["C"], role="coordinator")
    idea = IdeaFactory(cohort=old, retrospective=True, state="implemented")
    prototype = PrototypeFactory(idea=idea, retrospective=True, state="retired")
    challenge = ChallengeFactory(cohort=old, retrospective=True)
    challenges = f"/cohorts/{old.slug}/challenges/"
    edits = {
        idea.get_absolute_url(): ["edit/"],
        prototype.get_absolute_url(): ["edit/"],
        challenge.get_absolute_url(): ["edit/", "links/"],
        challenges: ["new/"],
    }
    for address, ends in edits.items():
        text = page(cast["C"], address)
        assert [f"{address}{end}" in text for end in ends] == [False] * len(ends)
        assert {signed_in(cast["C"]).get(f"{address}{end}").status_code for end in ends} == {403}


def test_default_dates_are_those_of_an_overseas_authority(cast: Cast):
    Authority.objects.update(time_zone="America/Cayenne")
    idea = IdeaFactory(cohort=cast.cohort)
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
    event = idea.events.get()
    with time_machine.travel("2026-11-25T01:30:00+00:00", tick=False):
        fields = {
            f"/ideas/{idea.pk}/accept/": "on",
            "/ideas/new/": "on",
            f"/ideas/{idea.pk}/prototypes/new/": "made_on",
            f"/trials/{trial.pk}/log/": "held_on",
        }
        client = signed_in(cast["P"])
        offered = [client.get(address).context["form"][name].initial for address, name in fields.items()]
        assert offered == [date(2026, 11, 24)] * len(fields)
        correction = client.get(f"/ideas/{idea.pk}/events/{event.pk}/correct/").context["form"]
        assert correction.today == date(2026, 11, 24)
        assert send(cast["P"], f"/ideas/{idea.pk}/accept/", on="2026-11-24", precision="day").status_code == 302


def test_sharing_page_lists_all_that_the_edition_can_read(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    expected = (
        "The other cohorts of the edition can read the idea and everything on its page",
        "who recorded what",
        "prototypes and tests",
        "hand-over packages",
        "follow-ups",
        "all comments, including earlier ones",
    )
    text = page(cast["P"], f"/ideas/{idea.pk}/share/")
    assert [part for part in expected if part not in text] == []
    canvas = page(cast["P"], reverse("canvases:share_canvas", args=[CanvasFactory(cohort=cast.cohort).pk]))
    assert "changed or removed texts" in canvas


IMPLEMENTATION_TABLE = [
    ("live", "planned", DAY | {"scope": "full", "evidence": "Page"}, "live"),
    ("sustain", "live", {}, "sustained"),
    ("discontinue", "sustained", {"on": "2026-11-24", "reason": "Budget"}, "discontinued"),
    ("fail", "planned", {"on": "2026-11-24", "reason": "No partner"}, "failed"),
]


@pytest.mark.parametrize(
    ("action", "start", "form", "end"), IMPLEMENTATION_TABLE, ids=[row[0] for row in IMPLEMENTATION_TABLE]
)
def test_actions_on_implementations(cast: Cast, action: str, start: str, form: dict[str, str], end: str):
    idea = IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True)
    live = {} if start != "planned" else {"live_on": None, "evidence": ""}
    row = ImplementationFactory(idea=idea, state=start, **live)
    address = f"/implementations/{row.pk}/{action}/"
    assert [signed_in(cast[role]).get(address).status_code for role in "SPACMNX"] == [
        200,
        200,
        200,
        403,
        403,
        403,
        404,
    ]
    assert send(cast["A"], address, **form).status_code == 302
    row.refresh_from_db()
    assert row.state == end


def test_end_without_a_reason_is_refused(cast: Cast):
    row = ImplementationFactory(idea=IdeaFactory(cohort=cast.cohort, state="implementing"))
    answer = send(cast["A"], f"/implementations/{row.pk}/discontinue/", on="2026-11-24")
    assert list(errors(answer)) == ["reason"]


class TestLock:
    def test_lock_page_shows_what_is_locked(self, cast: Cast):
        trial = TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping")))
        text = page(cast["M"], f"/trials/{trial.pk}/lock/")
        expected = [part in text for part in (trial.hypothesis, trial.measure, "at least 80", "are frozen")]
        assert expected == [True] * 4

    def test_lock_moves_idea_and_prototype_into_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
        assert change(cast["M"], f"/trials/{trial.pk}/lock/").status_code == 302
        for row in (idea, trial, trial.prototype):
            row.refresh_from_db()
        assert (trial.state, trial.prototype.state, idea.state) == ("locked", "in_test", "testing")

    def test_lock_of_an_incomplete_test_names_missing_fields(self, cast: Cast):
        trial = TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping")), threshold=None
        )
        answer = change(cast["M"], f"/trials/{trial.pk}/lock/")
        assert errors(answer) == {
            "__all__": ["Before you lock the test, write its hypothesis, measure, criterion and threshold."]
        }

    def test_cancelling_needs_a_reason(self, cast: Cast):
        trial = TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping")))
        assert list(errors(send(cast["M"], f"/trials/{trial.pk}/cancel/"))) == ["reason"]
        send(cast["M"], f"/trials/{trial.pk}/cancel/", reason="Strike")
        trial.refresh_from_db()
        assert (trial.state, trial.reason) == ("cancelled", "Strike")


TABLES = [IDEA_ACTIONS, CHALLENGE_ACTIONS, PROTOTYPE_ACTIONS, TRIAL_ACTIONS, IMPLEMENTATION_ACTIONS]


@pytest.mark.parametrize(
    "action", [pytest.param(action, id=slug) for table in TABLES for slug, action in table.items()]
)
def test_every_action_has_a_description_in_a_sentence(action: object):
    assert (str(action.label)[0].isupper(), str(action.description)[-1], bool(action.from_states)) == (True, ".", True)


def test_actions_start_from_the_declared_transitions():
    assert set(IDEA_ACTIONS["park"].from_states) == {
        state for state, targets in IDEA_TRANSITIONS.items() if IdeaState.PARKED in targets
    }


def test_every_open_state_has_a_next_step():
    assert set(IdeaState) - set(NEXT_STEPS) == {IdeaState.IMPLEMENTED, IdeaState.MERGED, IdeaState.SPLIT}


def test_parts_with_the_same_name_are_refused(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    answer = send(cast["P"], f"/ideas/{idea.pk}/split/", on="2026-11-24", titles="Un banc\nun Banc")
    assert (errors(answer), Idea.objects.count()) == (
        {"titles": ["Two parts have the same name. Give each part a different name."]},
        1,
    )


class TestEditConflicts:
    """Sent from an outdated page: the same values are accepted quietly, other values are shown again."""

    PACKAGE = DAY | {"receives": "The kiosk", "contact": "The pilot"}
    SENT = (
        ("hand-over", "decided", PACKAGE, PACKAGE | {"watch": "Its\r\nbattery"}, ["Its", "battery"]),
        ("hand-over", "decided", PACKAGE, PACKAGE | {"on": "2026-11-23"}, ["23 Nov 2026"]),
        ("park", "testing", DAY | {"reason": "No room"}, DAY | {"reason": "No budget"}, ["No budget"]),
        ("abandon", "testing", CASES[10].form, CASES[10].form | {"abandoned_for": "other"}, ["No budget"]),
        ("split", "testing", CASES[11].form, CASES[11].form | {"titles": "A bell\r\nA word"}, ["A bell"]),
    )

    @pytest.mark.parametrize("case", SENT, ids=lambda case: case[0])
    def test_different_second_submission_is_a_conflict(self, cast: Cast, case: tuple[Any, ...]):
        action, start, first, second, expected = case
        idea = IdeaFactory(cohort=cast.cohort, state=start)
        answers = [send(cast["P"], f"/ideas/{idea.pk}/{action}/", **form) for form in (first, first, second)]
        assert [answer.status_code for answer in answers] == [302, 302, 409]
        text = answers[2].content.decode()
        assert [words in text for words in expected] == [True] * len(expected)

    def test_conflict_page_shows_what_was_recorded_and_by_whom(self, cast: Cast):
        decided, testing, merged, target = (
            IdeaFactory(cohort=cast.cohort, state=state) for state in ("decided", "testing", "testing", "accepted")
        )
        first: tuple[tuple[Idea, str, dict[str, Any]], ...] = (
            (decided, "hand-over", self.PACKAGE | {"watch": "Its battery", "evidence": "The minutes"}),
            (testing, "abandon", CASES[10].form),
            (merged, "merge", DAY | {"into": target.pk, "reason": "The same"}),
        )
        for idea, action, form in first:
            send(cast["S"], f"/ideas/{idea.pk}/{action}/", **form)
        second = (("hand-over", self.PACKAGE | {"watch": "Its lamp"}), ("park", DAY | {"reason": "No room"}))
        late = [(idea, *sent) for (idea, *_), sent in zip(first, (*second, second[1]), strict=True)]
        pages = [send(cast["P"], f"/ideas/{idea.pk}/{action}/", **form) for idea, action, form in late]
        recorded, typed_values = (["The kiosk", watch, "The pilot"] for watch in ("Its battery", "Its lamp"))
        assert [(texts(one, "ol", "idea-timeline"), texts(one, "div", "prose")) for one in pages] == [
            (
                ["24 Nov 2026 Handed over The minutes What the department received"],
                [*recorded, *typed_values, "24 Nov 2026", "day"],
            ),
            (["24 Nov 2026 Abandoned. It costs too much time or money. No budget"], ["No room", "24 Nov 2026", "day"]),
            ([f"24 Nov 2026 Merged. The same {target}"], ["No room", "24 Nov 2026", "day"]),
        ]
        by = f"Recorded by {cast['S']}, 24 Nov 2026"
        assert [texts(one, "p", "small").count(by) for one in pages] == [1, 1, 1]

    def test_conflict_of_two_merges_names_the_submitted_target(self, cast: Cast):
        idea, one, two = (IdeaFactory(cohort=cast.cohort) for _ in range(3))
        sent = [send(cast["P"], f"/ideas/{idea.pk}/merge/", into=into.pk, **DAY) for into in (one, one, two)]
        assert [answer.status_code for answer in sent] == [302, 302, 409]
        read = texts(sent[2], "div", "prose")
        assert (texts(sent[2], "h2"), read[0]) == (
            ["What was recorded since you opened this page", "What you typed (not saved)"],
            str(two),
        )
        assert (
            "This was already recorded, with other details than yours. Compare the two below."
            in sent[2].content.decode()
        )

    def test_text_for_an_outdated_state_is_shown_on_the_conflict_page(self, cast: Cast):
        trial = TrialFactory(prototype__idea=IdeaFactory(cohort=cast.cohort), state="cancelled")
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        addresses = (f"/trials/{trial.pk}/cancel/", f"/ideas/{idea.pk}/park/", f"/ideas/{idea.pk}/park/")
        sent = [{"reason": "Rain"}, DAY | {"reason": "Rain"}, DAY]
        codes = [send(cast["P"], page, **form).status_code for page, form in zip(addresses, sent, strict=True)]
        assert codes == [409, 409, 302]
