"""Pages of challenges, prototypes and tests, and the form that logs a test."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from prototypes.models import Challenge, Prototype, Trial
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.prototypes.pages import change, errors, page, send, signed_in, statements, version_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def prototype(cast: Cast) -> Prototype:
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping", owner=cast["M"])
    return PrototypeFactory(idea=idea, title="Borne en carton")


class TestChallenges:
    def list_of(self, cast: Cast) -> str:
        return f"/cohorts/{cast.cohort.slug}/challenges/"

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_with_one_row_and_with_three(self, cast: Cast, rows: int):
        for _ in range(rows):
            IdeaFactory(cohort=cast.cohort, challenge=ChallengeFactory(cohort=cast.cohort))
        assert statements(cast["M"], self.list_of(cast)) == 8

    def test_the_list_counts_ideas(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
        for _ in range(2):
            IdeaFactory(cohort=cast.cohort, challenge=challenge)
        assert re.findall(r'data-label="Ideas">(\d+)<', page(cast["M"], self.list_of(cast))) == ["2"]

    def test_an_empty_list_offers_the_first_step_to_those_who_may(self, cast: Cast):
        new = f"{self.list_of(cast)}new/"
        assert [new in page(cast[role], self.list_of(cast)) for role in "MR"] == [True, False]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_with_one_idea_and_with_three(self, cast: Cast, rows: int):
        challenge = ChallengeFactory(cohort=cast.cohort)
        for _ in range(rows):
            IdeaFactory(cohort=cast.cohort, challenge=challenge, owner=cast["P"])
        assert statements(cast["M"], challenge.get_absolute_url()) == 10

    def test_the_page_offers_an_idea_for_this_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        text = page(cast["M"], challenge.get_absolute_url())
        assert f'href="/ideas/new/?target=challenge-{challenge.pk}"' in text

    def test_unknown_kind_and_state_keep_their_free_text(self, cast: Cast):
        challenge = ChallengeFactory(
            cohort=cast.cohort, kind="other", kind_label="thème", state="", retrospective=True, source="A page"
        )
        text = page(cast["M"], challenge.get_absolute_url())
        assert [word in text for word in ("thème", "not known", "A page")] == [True] * 3

    def test_member_proposes_a_challenge(self, cast: Cast):
        form = {"title": "Accueil", "kind": "test_case", "idempotency_key": str(uuid4())}
        answers = [send(cast["M"], f"{self.list_of(cast)}new/", **form).status_code for _ in range(2)]
        assert (answers, Challenge.objects.get().state) == ([302, 302], "proposed")

    def test_changed_form_sent_again_is_refused_once(self, cast: Cast):
        form = {"title": "Accueil", "kind": "test_case", "idempotency_key": str(uuid4())}
        send(cast["M"], f"{self.list_of(cast)}new/", **form)
        answer = send(cast["M"], f"{self.list_of(cast)}new/", **form | {"kind": "priority"})
        expected = "You have already sent this form: it created “Accueil”. To add another challenge, send it again."
        assert (errors(answer), Challenge.objects.count()) == ({"__all__": [expected]}, 1)

    @pytest.mark.parametrize(("field", "value"), [("title", ""), ("kind", "secret"), ("idempotency_key", "nonsense")])
    def test_invalid_input_is_refused_next_to_its_field(self, cast: Cast, field: str, value: str):
        form = {"title": "Accueil", "kind": "priority"} | {field: value}
        assert list(errors(send(cast["M"], f"{self.list_of(cast)}new/", **form))) == [field]

    def test_design_team_edits_a_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        change(cast["D"], f"/challenges/{challenge.pk}/edit/", title="Accueil de nuit", kind="priority", framing="Non")
        challenge.refresh_from_db()
        assert (challenge.title, challenge.kind, challenge.framing) == ("Accueil de nuit", "priority", "Non")


class TestPrototypes:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_with_one_test_and_with_three(self, cast: Cast, prototype: Prototype, rows: int):
        for _ in range(rows):
            TrialFactory(prototype=prototype, state="concluded")
        assert statements(cast["M"], prototype.get_absolute_url()) == 9

    def form(self, **changes: object) -> dict[str, object]:
        return {"title": "Affiche", "fidelity": "2", "made_on": "2026-09-21"} | changes

    def test_member_adds_a_prototype(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        answer = send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **self.form())
        made = Prototype.objects.get()
        idea.refresh_from_db()
        assert (answer.headers["Location"], made.version, made.fidelity, idea.state) == (
            made.get_absolute_url(),
            1,
            2,
            "prototyping",
        )

    def test_new_prototype_replaces_the_latest_one(self, cast: Cast, prototype: Prototype):
        send(cast["M"], f"/ideas/{prototype.idea.pk}/prototypes/new/", **self.form())
        assert Prototype.objects.get(version=2).supersedes == prototype

    def test_foreign_ids_are_refused(self, cast: Cast, prototype: Prototype):
        foreign = PrototypeFactory(idea=IdeaFactory(cohort=cast.other_cohort, state="prototyping"))
        answer = change(cast["P"], f"/prototypes/{prototype.pk}/edit/", **self.form(supersedes=foreign.pk))
        assert list(errors(answer)) == ["supersedes"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", ""), ("fidelity", "6"), ("fidelity", "x"), ("made_on", "2026-11-25"), ("made_on", "0001-01-01")],
    )
    def test_invalid_input_is_refused_next_to_its_field(self, cast: Cast, field: str, value: str):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        answer = send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **self.form(**{field: value}))
        assert (list(errors(answer)), Prototype.objects.count()) == ([field], 0)

    def test_form_sent_twice_creates_one_row(self, cast: Cast):
        idea, form = IdeaFactory(cohort=cast.cohort, state="accepted"), self.form(idempotency_key=str(uuid4()))
        for _ in range(2):
            send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **form)
        assert Prototype.objects.count() == 1

    def test_changed_form_sent_again_is_refused_once(self, cast: Cast):
        idea, form = IdeaFactory(cohort=cast.cohort, state="accepted"), self.form(idempotency_key=str(uuid4()))
        address = f"/ideas/{idea.pk}/prototypes/new/"
        send(cast["M"], address, **form)
        answer = send(cast["M"], address, **form | {"made_on": "2026-09-22"})
        expected = "You have already sent this form: it created “Affiche”. To add another prototype, send it again."
        assert (errors(answer), Prototype.objects.count()) == ({"__all__": [expected]}, 1)
        again = answer.context["form"].data
        assert (send(cast["M"], address, **again).status_code, Prototype.objects.count()) == (302, 2)

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (
                "captured",
                (
                    "The prototype is added: plan its test. The idea moves to “prototyping” once your"
                    " pilot or coordinator accepts it."
                ),
            ),
            ("accepted", "The prototype is added: plan its test."),
        ],
    )
    def test_prototype_of_a_captured_idea_shows_that_it_waits_for_acceptance(
        self, cast: Cast, state: str, expected: str
    ):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        answer = signed_in(cast["M"]).post(f"/ideas/{idea.pk}/prototypes/new/", self.form(), follow=True)
        assert [str(message) for message in answer.context["messages"]] == [expected]

    def test_prototype_of_an_abandoned_idea_is_refused_with_a_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        answer = send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **self.form())
        assert errors(answer) == {"__all__": ["The idea is abandoned. Resume or reopen it first."]}

    def test_author_edits_the_prototype(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"), made_by=cast["M"])
        change(cast["M"], f"/prototypes/{prototype.pk}/edit/", **self.form(title="Borne"))
        prototype.refresh_from_db()
        assert (prototype.title, prototype.made_on) == ("Borne", date(2026, 9, 21))

    def test_another_ambassador_cannot_edit(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"), made_by=cast["P"])
        assert signed_in(cast["M"]).get(f"/prototypes/{prototype.pk}/edit/").status_code == 403


class TestPlan:
    def form(self, **changes: object) -> dict[str, object]:
        return {
            "hypothesis": "8 sur 10 trouvent",
            "measure": "Part des personnes",
            "comparator": ">=",
            "threshold": "80",
            "unit": "%",
            "idempotency_key": str(uuid4()),
        } | changes

    def test_a_member_plans_a_test(self, cast: Cast, prototype: Prototype):
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(planned_on="2026-12-01"))
        trial = Trial.objects.get()
        assert (answer.headers["Location"], trial.state, trial.threshold, trial.planned_by) == (
            trial.get_absolute_url(),
            "planned",
            Decimal(80),
            cast["M"],
        )

    def test_form_sent_twice_creates_one_row(self, cast: Cast, prototype: Prototype):
        form = self.form()
        for _ in range(2):
            send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **form)
        assert Trial.objects.count() == 1

    @pytest.mark.parametrize("changes", [{"threshold": "60"}, {"planned_on": "2026-12-01"}])
    def test_changed_form_sent_again_is_refused_once(self, cast: Cast, prototype: Prototype, changes: dict[str, str]):
        address, form = f"/prototypes/{prototype.pk}/tests/new/", self.form()
        send(cast["M"], address, **form)
        answer = send(cast["M"], address, **form | changes)
        expected = (
            "You have already sent this form: it created “8 sur 10 trouvent”. To add another test, send it again."
        )
        assert (errors(answer), Trial.objects.count()) == ({"__all__": [expected]}, 1)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("hypothesis", ""),
            ("measure", ""),
            ("comparator", "~"),
            ("threshold", "many"),
            ("threshold", "1e99"),
            ("threshold", "-5"),
            ("threshold", "150"),
            ("planned_on", "tomorrow"),
            ("planned_on", "0001-01-01"),
            ("planned_on", "9999-12-31"),
        ],
    )
    def test_invalid_input_is_refused_next_to_its_field(self, cast: Cast, prototype: Prototype, field: str, value: str):
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(**{field: value}))
        assert (list(errors(answer)), Trial.objects.count()) == ([field], 0)

    def test_session_of_another_cohort_is_refused(self, cast: Cast, prototype: Prototype):
        session = SessionFactory(cohort=cast.other_cohort)
        trial = TrialFactory(prototype=prototype)
        answer = change(cast["P"], f"/trials/{trial.pk}/edit/", **self.form(session=session.pk))
        assert list(errors(answer)) == ["session"]

    def test_implausible_date_is_refused(self, cast: Cast, prototype: Prototype):
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(planned_on="2095-12-31"))
        expected = "This date is more than a year before the cohort starts, or after it ends. Check the year."
        assert errors(answer) == {"planned_on": [expected]}

    def test_a_planned_test_is_edited(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        change(cast["M"], f"/trials/{trial.pk}/edit/", **self.form(threshold="60"))
        trial.refresh_from_db()
        assert trial.threshold == Decimal(60)

    def test_concluded_test_only_changes_its_texts(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="concluded")
        change(cast["M"], f"/trials/{trial.pk}/edit/", learning="Mieux", threshold="10", result="met")
        trial.refresh_from_db()
        assert (trial.learning, trial.threshold, trial.result) == ("Mieux", Decimal(80), "not_met")


class TestTrialPage:
    def test_a_planned_test_offers_to_lock_it(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        text = page(cast["M"], trial.get_absolute_url())
        assert ("Not locked yet" in text, f"/trials/{trial.pk}/lock/" in text) == (True, True)

    def test_locked_test_offers_to_log_it(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        text = page(cast["M"], trial.get_absolute_url())
        assert ("Locked on 4 May 2026" in text, f"/trials/{trial.pk}/log/" in text) == (True, True)

    def test_concluded_test_shows_figures_and_texts(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(
            prototype=prototype,
            state="concluded",
            result="met",
            contradiction_reason="The kiosk broke down",
            segments={"habitants": 8},
        )
        text = page(cast["M"], trial.get_absolute_url())
        parts = ["9 of 12", "habitants (8)", "The kiosk broke down", "seen in real use", "adapt", trial.learning]
        assert [part in text for part in parts] == [True] * 6

    @pytest.mark.parametrize(
        ("state", "edits"), [("planned", True), ("locked", False), ("held", False), ("concluded", True)]
    )
    def test_test_is_edited_while_planned_and_once_concluded(
        self, cast: Cast, prototype: Prototype, state: str, edits: bool
    ):
        trial = TrialFactory(prototype=prototype, state=state)
        address = f"/trials/{trial.pk}/edit/"
        assert (address in page(cast["M"], trial.get_absolute_url())) is edits
        assert signed_in(cast["M"]).get(address).status_code == (200 if edits else 403)

    def test_session_is_a_link_only_for_those_who_can_open_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)
        session = SessionFactory(cohort=cast.cohort)
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded", session=session)
        link = f'href="{session.get_absolute_url()}"'
        assert [link in page(cast[role], trial.get_absolute_url()) for role in "MN"] == [True, False]

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (
                "captured",
                "Saved. The idea moves to “in test” once your pilot or coordinator accepts it.",
            ),
            ("prototyping", "Saved."),
        ],
    )
    def test_lock_shows_that_a_captured_idea_waits_for_acceptance(self, cast: Cast, state: str, expected: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
        address = f"/trials/{trial.pk}/lock/"
        answer = signed_in(cast["M"]).post(address, {"version_token": version_token(cast["M"], address)}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [expected]

    def test_cancelled_test_shows_the_reason(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="cancelled")
        assert "Cancelled: The counter is closed" in page(cast["M"], trial.get_absolute_url())

    def test_published_test_does_not_claim_a_lock(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, retrospective=True, state="concluded", result="inconclusive")
        text = page(cast["M"], trial.get_absolute_url())
        assert ("It is not known whether this was fixed beforehand." in text, "Edit" in text) == (True, False)

    @pytest.mark.parametrize("state", ["planned", "concluded"])
    def test_page_takes_few_statements(self, cast: Cast, prototype: Prototype, state: str):
        trial = TrialFactory(prototype=prototype, state=state)
        assert statements(cast["M"], trial.get_absolute_url()) == {"planned": 7, "concluded": 9}[state]


LOG = "/log/"


class TestChoice:
    def test_only_locked_test_is_opened_directly(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        assert signed_in(cast["M"]).get(LOG).headers["Location"] == f"/trials/{trial.pk}/log/"

    def test_all_tests_are_listed_on_request(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        assert f"/trials/{trial.pk}/log/" in page(cast["M"], f"{LOG}?all")

    def test_several_locked_tests_are_listed_latest_lock_first(self, cast: Cast, prototype: Prototype):
        old = TrialFactory(prototype=prototype, state="locked", locked_at="2026-05-01T09:00Z")
        new = TrialFactory(prototype=prototype, state="held", locked_at="2026-06-01T09:00Z")
        found = re.findall(r'href="/trials/(\d+)/log/"', page(cast["M"], LOG))
        assert found == [str(new.pk), str(old.pk)]

    def test_planned_tests_are_listed_to_be_locked_first(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        assert f"/trials/{trial.pk}/lock/" in page(cast["M"], LOG)

    def test_untested_prototypes_are_listed(self, cast: Cast, prototype: Prototype):
        assert f"/prototypes/{prototype.pk}/tests/new/" in page(cast["M"], LOG)

    def test_empty_choice_says_what_to_do(self, cast: Cast):
        assert "Nothing to test yet" in page(cast["M"], LOG)

    def test_only_tests_of_own_cohorts_are_listed(self, cast: Cast, prototype: Prototype):
        TrialFactory(prototype=prototype, state="locked")
        assert ["Nothing to test yet" in page(cast[role], LOG) for role in "NXA"] == [True, False, False]

    @pytest.mark.parametrize("role", "XAR")
    def test_people_without_a_cohort_see_who_logs_tests(self, cast: Cast, role: str):
        text = " ".join(page(cast[role], LOG).split())
        assert "You have no test to log" in text
        assert "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this." in text

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_row_and_with_three(self, cast: Cast, rows: int):
        for _ in range(rows):
            idea = IdeaFactory(cohort=cast.cohort, state="testing")
            TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
            TrialFactory(prototype=PrototypeFactory(idea=idea))
            PrototypeFactory(idea=idea)
        assert statements(cast["M"], f"{LOG}?all") == 5


class TestLog:
    NOTE = {"participants": "12", "successes": "9", "result": "not_met", "held_on": "2026-11-24", "learning": "Sigles"}

    @pytest.fixture
    def trial(self, prototype: Prototype) -> Trial:
        return TrialFactory(prototype=prototype, state="locked")

    def address(self, trial: Trial) -> str:
        return f"/trials/{trial.pk}/log/"

    def test_one_form_records_the_test(self, cast: Cast, trial: Trial):
        answer = send(cast["M"], self.address(trial), **self.NOTE)
        trial.refresh_from_db()
        assert (answer.headers["Location"], trial.state, trial.observed_value, trial.result, trial.learning) == (
            trial.get_absolute_url(),
            "concluded",
            Decimal("75.00"),
            "not_met",
            "Sigles",
        )

    def test_log_form_has_the_expected_fields(self, cast: Cast, trial: Trial):
        text = page(cast["M"], self.address(trial))
        parts = ["People", "Succeeded", "Is the criterion met?", 'class="seg"', "What did we learn?"]
        assert [part in text for part in [*parts, "Locked on 4 May 2026"]] == [True] * 6

    def test_contradicting_result_asks_for_a_reason(self, cast: Cast, trial: Trial):
        answer = send(cast["M"], self.address(trial), **(self.NOTE | {"result": "met"}))
        text = answer.content.decode()
        trial.refresh_from_db()
        assert (list(errors(answer)), trial.state, 'name="contradiction_reason"' in text) == (
            ["contradiction_reason"],
            "locked",
            True,
        )
        assert "Sigles" in text

    def test_reason_is_not_asked_without_a_contradiction(self, cast: Cast, trial: Trial):
        assert 'name="contradiction_reason"' not in page(cast["M"], self.address(trial))

    def test_contradicting_result_with_a_reason_is_recorded(self, cast: Cast, trial: Trial):
        note = self.NOTE | {"result": "met", "contradiction_reason": "The kiosk broke down"}
        assert send(cast["M"], self.address(trial), **note).status_code == 302
        trial.refresh_from_db()
        assert (trial.result, trial.contradiction_reason) == ("met", "The kiosk broke down")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("participants", "0"),
            ("participants", "many"),
            ("participants", "99999999999"),
            ("successes", "-1"),
            ("successes", "13"),
            ("result", "perfect"),
            ("held_on", "2026-11-25"),
            ("held_on", "2020-01-01"),
            ("groups", "habitants"),
            ("decision", "explode"),
            ("strength", "huge"),
        ],
    )
    def test_invalid_input_is_refused_next_to_its_field(self, cast: Cast, trial: Trial, field: str, value: str):
        answer = send(cast["M"], self.address(trial), **(self.NOTE | {field: value}))
        trial.refresh_from_db()
        assert (list(errors(answer)), trial.state) == ([field], "locked")

    def test_groups_are_counted(self, cast: Cast, trial: Trial):
        send(cast["M"], self.address(trial), **self.NOTE, groups="habitants 8\nagents : 3\n\nhabitants 1")
        assert list(trial.groups.values_list("segment", "count")) == [("habitants", 9), ("agents", 3)]

    def test_groups_larger_than_the_participants_are_refused(self, cast: Cast, trial: Trial):
        answer = send(cast["M"], self.address(trial), **self.NOTE, groups="habitants 13")
        assert (list(errors(answer)), trial.groups.count()) == (["__all__"], 0)

    def test_conclude_later_keeps_the_learnings(self, cast: Cast, trial: Trial):
        learnt = {"learning": "Les sigles", "decision": "adapt"}
        send(cast["M"], self.address(trial), participants="12", held_on="2026-11-24", later="1", **learnt)
        trial.refresh_from_db()
        assert (trial.state, trial.learning, trial.decision, trial.result) == ("held", "Les sigles", "adapt", "")

    def test_log_form_of_a_held_test_starts_with_its_values(self, cast: Cast, trial: Trial):
        noted = {"participants": "12", "groups": "habitants 8", "held_on": "2026-11-23"}
        send(cast["M"], self.address(trial), later="1", **noted)
        form = signed_in(cast["M"]).get(self.address(trial)).context["form"]
        assert {name: str(form[name].value()) for name in noted} == noted

    def test_conclude_later_only_holds_the_test(self, cast: Cast, trial: Trial):
        send(cast["M"], self.address(trial), participants="12", held_on="2026-11-24", later="1")
        trial.refresh_from_db()
        assert (trial.state, trial.participants, trial.result) == ("held", 12, "")

    @pytest.mark.parametrize("answer", ["0", "", "no"])
    def test_unknown_button_is_refused(self, cast: Cast, trial: Trial, answer: str):
        refused = send(cast["M"], self.address(trial), **self.NOTE, later=answer)
        trial.refresh_from_db()
        assert (refused.status_code, trial.state) == (400, "locked")

    def test_held_test_is_concluded_later(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="held")
        assert 'value="12"' in page(cast["M"], self.address(trial))
        change(cast["M"], self.address(trial), **(self.NOTE | {"participants": "12", "successes": "9"}))
        trial.refresh_from_db()
        assert (trial.state, trial.participants, trial.observed_value) == ("concluded", 12, Decimal(75))

    def test_log_form_asks_for_the_value_of_other_units(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked", unit="min", comparator="<=", threshold=Decimal(10))
        text = page(cast["M"], self.address(trial))
        assert ("Observed (min)" in text, 'name="successes"' in text) == (True, False)
        note = {"participants": "5", "observed_value": "7.5", "result": "met", "held_on": "2026-11-24"}
        send(cast["M"], self.address(trial), **note)
        trial.refresh_from_db()
        assert (trial.observed_value, trial.successes) == (Decimal("7.50"), None)

    def test_a_percentage_of_something_else_lies_between_0_and_100(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked", unit="% des soirs")
        note = {"participants": "5", "observed_value": "150", "result": "met", "held_on": "2026-11-24"}
        expected = {"observed_value": ["A percentage lies between 0 and 100."]}
        assert errors(send(cast["M"], self.address(trial), **note)) == expected

    @pytest.mark.parametrize("state", ["planned", "concluded", "cancelled"])
    def test_only_a_locked_test_is_logged(self, cast: Cast, prototype: Prototype, state: str):
        trial = TrialFactory(prototype=prototype, state=state)
        answer = send(cast["M"], self.address(trial), **self.NOTE)
        was = trial.state
        trial.refresh_from_db()
        assert (answer.status_code, trial.state) == (302, was)

    def test_log_sent_twice_is_recorded_once(self, cast: Cast, trial: Trial):
        answers = [send(cast["M"], self.address(trial), **self.NOTE).status_code for _ in range(2)]
        trial.refresh_from_db()
        assert (answers, trial.state, trial.participants) == ([302, 302], "concluded", 12)


class TestList:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_row_and_with_three(self, cast: Cast, prototype: Prototype, rows: int):
        for _ in range(rows):
            TrialFactory(prototype=prototype)
        assert statements(cast["M"], "/trials/") == 6

    def test_lists_the_tests_that_the_reader_may_read(self, cast: Cast, prototype: Prototype):
        TrialFactory(prototype=prototype, hypothesis="People find the desk", state="concluded")
        hidden = IdeaFactory(cohort=cast.other_cohort, state="prototyping")
        trial = TrialFactory(prototype=PrototypeFactory(idea=hidden, title="Hidden"), hypothesis="Hidden")
        text = page(cast["M"], "/trials/", q="DESK", result="not_met")
        assert ("People find the desk" in text, "Borne en carton" in text) == (True, True)
        assert "Hidden" not in page(cast["M"], "/trials/")
        text = page(cast["M"], "/trials/", idea=hidden.pk, prototype=trial.prototype_id)
        assert ("Hidden" in text, hidden.reference in text, text.count("is ignored")) == (False, False, 2)
