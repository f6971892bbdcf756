"""Pages of challenges, prototypes and tests, and the form that notes a test in the field."""

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
from tests.prototypes.pages import change, errors, page, seen, send, signed_in, statements

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
        assert statements(cast["M"], self.list_of(cast)) == 6

    def test_the_list_counts_ideas(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
        for _ in range(2):
            IdeaFactory(cohort=cast.cohort, challenge=challenge)
        assert re.findall(r'data-label="Ideas">(\d+)<', page(cast["M"], self.list_of(cast))) == ["2"]

    def test_an_empty_list_offers_the_first_step_to_those_who_may(self, cast: Cast):
        new = f"{self.list_of(cast)}new/"
        assert [new in page(cast[letter], self.list_of(cast)) for letter in "MR"] == [True, False]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_with_one_idea_and_with_three(self, cast: Cast, rows: int):
        challenge = ChallengeFactory(cohort=cast.cohort)
        for _ in range(rows):
            IdeaFactory(cohort=cast.cohort, challenge=challenge, owner=cast["P"])
        assert statements(cast["M"], challenge.get_absolute_url()) == 10

    def test_the_page_offers_an_idea_for_this_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        text = page(cast["M"], challenge.get_absolute_url())
        assert f'href="/ideas/new/?place=challenge-{challenge.pk}"' in text

    def test_an_unknown_kind_and_state_keep_their_own_words(self, cast: Cast):
        challenge = ChallengeFactory(
            cohort=cast.cohort, kind="other", kind_label="thème", state="", retrospective=True, source="A page"
        )
        text = page(cast["M"], challenge.get_absolute_url())
        assert [word in text for word in ("thème", "not known", "A page")] == [True] * 3

    def test_a_member_proposes_one(self, cast: Cast):
        form = {"title": "Accueil", "kind": "test_case", "entry": str(uuid4())}
        answers = [send(cast["M"], f"{self.list_of(cast)}new/", **form).status_code for _ in range(2)]
        assert (answers, Challenge.objects.get().state) == ([302, 302], "proposed")

    def test_changed_and_sent_again_it_comes_back(self, cast: Cast):
        form = {"title": "Accueil", "kind": "test_case", "entry": str(uuid4())}
        send(cast["M"], f"{self.list_of(cast)}new/", **form)
        answer = send(cast["M"], f"{self.list_of(cast)}new/", **form | {"kind": "priority"})
        said = "You have already sent this form: it created “Accueil”. To add another challenge, send it again."
        assert (errors(answer), Challenge.objects.count()) == ({"__all__": [said]}, 1)

    @pytest.mark.parametrize(("field", "value"), [("title", ""), ("kind", "secret"), ("entry", "nonsense")])
    def test_nonsense_comes_back_beside_its_field(self, cast: Cast, field: str, value: str):
        form = {"title": "Accueil", "kind": "priority"} | {field: value}
        assert list(errors(send(cast["M"], f"{self.list_of(cast)}new/", **form))) == [field]

    def test_the_design_team_edits_it(self, cast: Cast):
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

    def test_a_member_adds_one(self, cast: Cast):
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

    def test_the_latest_is_the_one_it_replaces(self, cast: Cast, prototype: Prototype):
        text = page(cast["M"], f"/ideas/{prototype.idea.pk}/prototypes/new/")
        assert f'<option value="{prototype.pk}" selected>' in text

    def test_foreign_ids_are_refused(self, cast: Cast, prototype: Prototype):
        foreign = PrototypeFactory(idea=IdeaFactory(cohort=cast.other, state="prototyping"))
        answer = send(cast["M"], f"/ideas/{prototype.idea.pk}/prototypes/new/", **self.form(supersedes=foreign.pk))
        assert (list(errors(answer)), Prototype.objects.count()) == (["supersedes"], 2)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", ""), ("fidelity", "6"), ("fidelity", "x"), ("made_on", "2026-11-25"), ("made_on", "0001-01-01")],
    )
    def test_nonsense_comes_back_beside_its_field(self, cast: Cast, field: str, value: str):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        answer = send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **self.form(**{field: value}))
        assert (list(errors(answer)), Prototype.objects.count()) == ([field], 0)

    def test_sent_twice_it_is_one(self, cast: Cast):
        idea, form = IdeaFactory(cohort=cast.cohort, state="accepted"), self.form(entry=str(uuid4()))
        for _ in range(2):
            send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **form)
        assert Prototype.objects.count() == 1

    def test_changed_and_sent_again_it_comes_back(self, cast: Cast):
        idea, form = IdeaFactory(cohort=cast.cohort, state="accepted"), self.form(entry=str(uuid4()))
        address = f"/ideas/{idea.pk}/prototypes/new/"
        send(cast["M"], address, **form)
        answer = send(cast["M"], address, **form | {"made_on": "2026-09-22"})
        said = "You have already sent this form: it created “Affiche”. To add another prototype, send it again."
        assert (errors(answer), Prototype.objects.count()) == ({"__all__": [said]}, 1)
        again = answer.context["form"].data
        assert (send(cast["M"], address, **again).status_code, Prototype.objects.count()) == (302, 2)

    @pytest.mark.parametrize(
        ("state", "said"),
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
    def test_what_an_idea_nobody_accepted_waits_for_is_said(self, cast: Cast, state: str, said: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        answer = signed_in(cast["M"]).post(f"/ideas/{idea.pk}/prototypes/new/", self.form(), follow=True)
        assert [str(message) for message in answer.context["messages"]] == [said]

    def test_an_abandoned_idea_says_why_not(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        answer = send(cast["M"], f"/ideas/{idea.pk}/prototypes/new/", **self.form())
        assert errors(answer) == {"__all__": ["The idea is abandoned. Take it up again first."]}

    def test_its_maker_edits_it(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"), made_by=cast["M"])
        change(cast["M"], f"/prototypes/{prototype.pk}/edit/", **self.form(title="Borne"))
        prototype.refresh_from_db()
        assert (prototype.title, prototype.made_on) == ("Borne", date(2026, 9, 21))

    def test_another_ambassador_may_not(self, cast: Cast):
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
            "entry": str(uuid4()),
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

    def test_sent_twice_it_is_one(self, cast: Cast, prototype: Prototype):
        form = self.form()
        for _ in range(2):
            send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **form)
        assert Trial.objects.count() == 1

    @pytest.mark.parametrize("changes", [{"threshold": "60"}, {"planned_on": "2026-12-01"}, {"method": "Au guichet"}])
    def test_changed_and_sent_again_it_comes_back(self, cast: Cast, prototype: Prototype, changes: dict[str, str]):
        address, form = f"/prototypes/{prototype.pk}/tests/new/", self.form()
        send(cast["M"], address, **form)
        answer = send(cast["M"], address, **form | changes)
        said = "You have already sent this form: it created “8 sur 10 trouvent”. To add another test, send it again."
        assert (errors(answer), Trial.objects.count()) == ({"__all__": [said]}, 1)

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
    def test_nonsense_comes_back_beside_its_field(self, cast: Cast, prototype: Prototype, field: str, value: str):
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(**{field: value}))
        assert (list(errors(answer)), Trial.objects.count()) == ([field], 0)

    def test_another_cohorts_session_is_refused(self, cast: Cast, prototype: Prototype):
        session = SessionFactory(cohort=cast.other)
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(session=session.pk))
        assert list(errors(answer)) == ["session"]

    def test_an_impossible_day_asks_for_its_year(self, cast: Cast, prototype: Prototype):
        answer = send(cast["M"], f"/prototypes/{prototype.pk}/tests/new/", **self.form(planned_on="2095-12-31"))
        said = "This date is more than a year before the cohort starts, or after it ends. Check the year."
        assert errors(answer) == {"planned_on": [said]}

    def test_a_planned_test_is_edited(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        change(cast["M"], f"/trials/{trial.pk}/edit/", **self.form(threshold="60"))
        trial.refresh_from_db()
        assert trial.threshold == Decimal(60)

    def test_a_concluded_one_only_says_more(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="concluded")
        change(cast["M"], f"/trials/{trial.pk}/edit/", learning="Mieux", threshold="10", result="met")
        trial.refresh_from_db()
        assert (trial.learning, trial.threshold, trial.result) == ("Mieux", Decimal(80), "not_met")


class TestTrialPage:
    def test_a_planned_test_offers_to_lock_it(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        text = page(cast["M"], trial.get_absolute_url())
        assert ("Not locked yet" in text, f"/trials/{trial.pk}/lock/" in text) == (True, True)

    def test_a_locked_one_offers_to_log_it(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        text = page(cast["M"], trial.get_absolute_url())
        assert ("Locked on 4 May 2026" in text, f"/trials/{trial.pk}/log/" in text) == (True, True)

    def test_a_concluded_one_shows_figures_and_words(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(
            prototype=prototype,
            state="concluded",
            result="met",
            contradiction_reason="The kiosk broke down",
            segments={"habitants": 8},
        )
        text = page(cast["M"], trial.get_absolute_url())
        shown = ["9 of 12", "habitants (8)", "The kiosk broke down", "seen in real use", "adapt", trial.learning]
        assert [part in text for part in shown] == [True] * 6

    @pytest.mark.parametrize(
        ("state", "edits"), [("planned", True), ("locked", False), ("held", False), ("concluded", True)]
    )
    def test_it_is_edited_while_planned_and_once_concluded(
        self, cast: Cast, prototype: Prototype, state: str, edits: bool
    ):
        trial = TrialFactory(prototype=prototype, state=state)
        address = f"/trials/{trial.pk}/edit/"
        assert (address in page(cast["M"], trial.get_absolute_url())) is edits
        assert signed_in(cast["M"]).get(address).status_code == (200 if edits else 403)

    def test_its_session_is_a_link_for_those_who_may_open_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)
        session = SessionFactory(cohort=cast.cohort)
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded", session=session)
        link = f'href="{session.get_absolute_url()}"'
        assert [link in page(cast[letter], trial.get_absolute_url()) for letter in "MN"] == [True, False]

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            (
                "captured",
                "Your entry is recorded. The idea moves to “in test” once your pilot or coordinator accepts it.",
            ),
            ("prototyping", "Your entry is recorded."),
        ],
    )
    def test_locking_says_what_an_idea_nobody_accepted_waits_for(self, cast: Cast, state: str, said: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
        address = f"/trials/{trial.pk}/lock/"
        answer = signed_in(cast["M"]).post(address, {"seen": seen(cast["M"], address)}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [said]

    def test_a_cancelled_one_says_why(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="cancelled")
        assert "Cancelled: The counter is closed" in page(cast["M"], trial.get_absolute_url())

    def test_a_published_one_does_not_claim_a_lock(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, retrospective=True, state="concluded", result="inconclusive")
        text = page(cast["M"], trial.get_absolute_url())
        assert ("It is not known whether this was fixed beforehand." in text, "Edit" in text) == (True, False)

    @pytest.mark.parametrize("state", ["planned", "concluded"])
    def test_costs_little(self, cast: Cast, prototype: Prototype, state: str):
        trial = TrialFactory(prototype=prototype, state=state)
        assert statements(cast["M"], trial.get_absolute_url()) == {"planned": 7, "concluded": 9}[state]


LOG = "/log/"


class TestChoice:
    def test_the_only_locked_test_is_opened_at_once(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        assert signed_in(cast["M"]).get(LOG).headers["Location"] == f"/trials/{trial.pk}/log/"

    def test_unless_all_are_asked_for(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="locked")
        assert f"/trials/{trial.pk}/log/" in page(cast["M"], f"{LOG}?all")

    def test_several_are_offered_the_latest_lock_first(self, cast: Cast, prototype: Prototype):
        old = TrialFactory(prototype=prototype, state="locked", locked_at="2026-05-01T09:00Z")
        new = TrialFactory(prototype=prototype, state="held", locked_at="2026-06-01T09:00Z")
        found = re.findall(r'href="/trials/(\d+)/log/"', page(cast["M"], LOG))
        assert found == [str(new.pk), str(old.pk)]

    def test_planned_ones_are_to_be_locked_first(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype)
        assert f"/trials/{trial.pk}/lock/" in page(cast["M"], LOG)

    def test_untested_prototypes_are_offered_a_test(self, cast: Cast, prototype: Prototype):
        assert f"/prototypes/{prototype.pk}/tests/new/" in page(cast["M"], LOG)

    def test_with_nothing_to_test_it_says_what_to_do(self, cast: Cast):
        assert "Nothing to test yet" in page(cast["M"], LOG)

    def test_only_tests_of_ones_own_cohorts(self, cast: Cast, prototype: Prototype):
        TrialFactory(prototype=prototype, state="locked")
        assert ["Nothing to test yet" in page(cast[letter], LOG) for letter in "NXA"] == [True, False, False]

    @pytest.mark.parametrize("letter", "XAR")
    def test_those_who_work_in_no_cohort_are_told_who_logs_tests(self, cast: Cast, letter: str):
        told = " ".join(page(cast[letter], LOG).split())
        assert "You have no test to log" in told
        assert "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this." in told

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

    def test_the_form_fits_the_sketch(self, cast: Cast, trial: Trial):
        text = page(cast["M"], self.address(trial))
        shown = ["People", "Succeeded", "Is the criterion met?", 'class="seg"', "What did we learn?"]
        assert [part in text for part in [*shown, "Locked on 4 May 2026"]] == [True] * 6

    def test_a_contradiction_comes_back_asking_why(self, cast: Cast, trial: Trial):
        answer = send(cast["M"], self.address(trial), **(self.NOTE | {"result": "met"}))
        text = answer.content.decode()
        trial.refresh_from_db()
        assert (list(errors(answer)), trial.state, 'name="contradiction_reason"' in text) == (
            ["contradiction_reason"],
            "locked",
            True,
        )
        assert "Sigles" in text

    def test_the_question_is_not_asked_before(self, cast: Cast, trial: Trial):
        assert 'name="contradiction_reason"' not in page(cast["M"], self.address(trial))

    def test_with_its_reason_it_is_recorded(self, cast: Cast, trial: Trial):
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
    def test_nonsense_comes_back_beside_its_field(self, cast: Cast, trial: Trial, field: str, value: str):
        answer = send(cast["M"], self.address(trial), **(self.NOTE | {field: value}))
        trial.refresh_from_db()
        assert (list(errors(answer)), trial.state) == ([field], "locked")

    def test_groups_are_counted(self, cast: Cast, trial: Trial):
        send(cast["M"], self.address(trial), **self.NOTE, groups="habitants 8\nagents : 3\n\nhabitants 1")
        assert list(trial.groups.values_list("segment", "count")) == [("habitants", 9), ("agents", 3)]

    def test_more_people_in_groups_than_in_all_come_back(self, cast: Cast, trial: Trial):
        answer = send(cast["M"], self.address(trial), **self.NOTE, groups="habitants 13")
        assert (list(errors(answer)), trial.groups.count()) == (["__all__"], 0)

    def test_conclude_later_keeps_what_was_learnt_so_far(self, cast: Cast, trial: Trial):
        learnt = {"learning": "Les sigles", "decision": "adapt"}
        send(cast["M"], self.address(trial), participants="12", held_on="2026-11-24", later="1", **learnt)
        trial.refresh_from_db()
        assert (trial.state, trial.learning, trial.decision, trial.result) == ("held", "Les sigles", "adapt", "")

    def test_a_held_test_is_taken_up_with_all_that_is_noted(self, cast: Cast, trial: Trial):
        noted = {"participants": "12", "groups": "habitants 8", "held_on": "2026-11-23"}
        send(cast["M"], self.address(trial), later="1", **noted)
        form = signed_in(cast["M"]).get(self.address(trial)).context["form"]
        assert {name: str(form[name].value()) for name in noted} == noted

    def test_conclude_later_only_holds_it(self, cast: Cast, trial: Trial):
        send(cast["M"], self.address(trial), participants="12", held_on="2026-11-24", later="1")
        trial.refresh_from_db()
        assert (trial.state, trial.participants, trial.result) == ("held", 12, "")

    @pytest.mark.parametrize("answer", ["0", "", "no"])
    def test_a_button_the_page_does_not_have_is_refused(self, cast: Cast, trial: Trial, answer: str):
        refused = send(cast["M"], self.address(trial), **self.NOTE, later=answer)
        trial.refresh_from_db()
        assert (refused.status_code, trial.state) == (400, "locked")

    def test_and_it_is_concluded_afterwards(self, cast: Cast, prototype: Prototype):
        trial = TrialFactory(prototype=prototype, state="held")
        assert 'value="12"' in page(cast["M"], self.address(trial))
        change(cast["M"], self.address(trial), **(self.NOTE | {"participants": "12", "successes": "9"}))
        trial.refresh_from_db()
        assert (trial.state, trial.participants, trial.observed_value) == ("concluded", 12, Decimal(75))

    def test_other_units_ask_for_the_value(self, cast: Cast, prototype: Prototype):
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
        said = {"observed_value": ["A percentage lies between 0 and 100."]}
        assert errors(send(cast["M"], self.address(trial), **note)) == said

    @pytest.mark.parametrize("state", ["planned", "concluded", "cancelled"])
    def test_only_a_locked_test_is_logged(self, cast: Cast, prototype: Prototype, state: str):
        trial = TrialFactory(prototype=prototype, state=state)
        answer = send(cast["M"], self.address(trial), **self.NOTE)
        was = trial.state
        trial.refresh_from_db()
        assert (answer.status_code, trial.state) == (302, was)

    def test_sent_twice_it_is_recorded_once(self, cast: Cast, trial: Trial):
        answers = [send(cast["M"], self.address(trial), **self.NOTE).status_code for _ in range(2)]
        trial.refresh_from_db()
        assert (answers, trial.state, trial.participants) == ([302, 302], "concluded", 12)
