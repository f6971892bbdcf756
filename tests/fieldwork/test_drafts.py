"""What a phone brings back is taken once, or kept as a second version; and what it takes along is its person's own."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fieldwork.offline_tests import along, taken_along
from files.models import Attachment
from prototypes.models import FieldNote, Trial
from prototypes.trials.log_values import version
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.files import picture
from tests.factories.prototypes import IdeaFactory, ParticipantGroupFactory, PrototypeFactory, TrialFactory
from tests.fieldwork.drafts import draft, post, post_picture
from tests.prototypes.pages import send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(cast: Cast) -> Trial:
    """A locked test of an idea in test."""
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["outcome"]


def notes() -> list[tuple[str, str]]:
    return list(FieldNote.objects.values_list("outcome", "said__learning"))


class TestTaking:
    def test_a_draft_becomes_the_tests_log(self, cast: Cast, trial: Trial):
        answer = post(cast["M"], trial, draft(cast["M"], trial))
        trial.refresh_from_db()
        assert answer.json() == {"outcome": "taken", "href": f"/trials/{trial.pk}/", "test": along(trial)}
        assert (trial.state, trial.result, trial.participants, str(trial.observed_value)) == (
            "concluded",
            "not_met",
            12,
            "75.00",
        )
        assert [str(group) for group in trial.groups.all()] == ["habitants (8)"]

    def test_sent_again_it_gets_the_same_answer_and_nothing_more(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        first, again = post(cast["M"], trial, form), post(cast["M"], trial, form)
        assert (again.json(), notes()) == (first.json(), [("taken", "Les pictogrammes aident.")])

    def test_the_answer_is_the_same_after_the_membership_has_ended(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["M"], trial, form)
        cast["M"].memberships.update(ends_on=date(2026, 11, 1))
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")

    def test_changed_after_it_had_arrived_it_has_to_come_under_another_key(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["M"], trial, form)
        assert outcome(post(cast["M"], trial, form | {"learning": "Autre"})) == (200, "anew")
        assert notes() == [("taken", "Les pictogrammes aident.")]

    def test_nobody_elses_key_is_taken(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, draft(cast["M"], trial))
        assert outcome(post(cast["P"], trial, draft(cast["P"], trial))) == (200, "anew")

    def test_concluded_later_keeps_what_was_learnt(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial, later="on", result="", decision="adapt")
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")
        trial.refresh_from_db()
        assert (trial.state, trial.learning, trial.decision) == ("held", "Les pictogrammes aident.", "adapt")

    def test_what_was_held_and_seen_is_concluded_by_the_next_draft(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, draft(cast["M"], trial, later="on", result=""))
        form = draft(cast["M"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0002")
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")
        trial.refresh_from_db()
        assert trial.state == "concluded"


class TestSecondVersions:
    def test_what_somebody_concluded_meanwhile_stands_and_the_draft_is_kept_beside_it(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["P"], trial, draft(cast["P"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", learning="Déjà"))
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")
        trial.refresh_from_db()
        assert (trial.learning, notes()) == (
            "Déjà",
            [("taken", "Déjà"), ("beside", "Les pictogrammes aident.")],
        )

    def test_so_is_what_met_other_figures_of_a_held_test(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        other = {"key": "3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", "later": "on", "participants": "20", "result": ""}
        post(cast["P"], trial, draft(cast["P"], trial, **other))
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")
        trial.refresh_from_db()
        assert (trial.state, trial.participants) == ("held", 20)

    def test_and_what_comes_for_a_cancelled_test(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        send(cast["P"], f"/trials/{trial.pk}/cancel/", reason="Closed")
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")

    def test_two_who_say_the_same_make_no_second_version(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["P"], trial, draft(cast["P"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009"))
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")

    def test_nor_do_figures_written_with_more_digits(self, cast: Cast, trial: Trial):
        timed = TrialFactory(prototype=trial.prototype, state="locked", unit="min", comparator="<=", threshold=5)
        form = draft(cast["M"], timed, successes="", observed_value="7.50", groups="")
        other = {"key": "3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", "observed_value": "7.5"}
        post(cast["P"], timed, form | other | {"account": str(cast["P"].pk)})
        assert outcome(post(cast["M"], timed, form)) == (200, "taken")


class TestRefusing:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"participants": "0"}, "participants"),
            ({"participants": "many"}, "participants"),
            ({"successes": "13"}, "successes"),
            ({"result": "met"}, "contradiction_reason"),
            ({"result": ""}, "result"),
            ({"result": "nothing of the kind"}, "result"),
            ({"held_on": "2026-11-25"}, "held_on"),
            ({"held_on": "0001-01-01"}, "held_on"),
            ({"groups": "habitants"}, "groups"),
            ({"learning": "x" * 10_001}, "learning"),
            ({"learning": "a\0b"}, "learning"),
            ({"key": "no key"}, "key"),
            ({"account": ""}, "account"),
            ({"seen": "x" * 65}, "seen"),
        ],
    )
    def test_the_reasons_come_back_by_field_and_nothing_is_kept(
        self, cast: Cast, trial: Trial, wrong: dict[str, str], field: str
    ):
        answer = post(cast["M"], trial, draft(cast["M"], trial, **wrong))
        assert (answer.status_code, answer.json()["outcome"], list(answer.json()["reasons"])) == (
            200,
            "refused",
            [field],
        )
        trial.refresh_from_db()
        assert (trial.state, notes()) == ("locked", [])

    def test_somebody_elses_draft_is_not_taken_from_the_person_signed_in(self, cast: Cast, trial: Trial):
        assert outcome(post(cast["P"], trial, draft(cast["M"], trial))) == (200, "other")
        assert notes() == []

    def test_who_may_not_log_is_told_why(self, cast: Cast, trial: Trial):
        answer = post(cast["R"], trial, draft(cast["R"], trial))
        said = "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."
        assert (answer.status_code, answer.json()["reasons"]) == (403, {"__all__": [said]})

    def test_a_test_out_of_reach_is_not_there(self, cast: Cast, trial: Trial):
        assert post(cast["N"], trial, draft(cast["N"], trial)).status_code == 404


class TestPictures:
    @pytest.fixture(autouse=True)
    def _noted(self, cast: Cast, trial: Trial) -> None:
        post(cast["M"], trial, draft(cast["M"], trial))

    def test_a_picture_joins_its_test_once(self, cast: Cast, trial: Trial):
        first, again = post_picture(cast["M"], trial), post_picture(cast["M"], trial)
        assert [first.json()["outcome"], again.json()["outcome"]] == ["taken", "taken"]
        kept = Attachment.objects.get()
        assert (kept.about, kept.object_id, kept.alt_text, kept.consent, kept.uploaded_by) == (
            "trial",
            trial.pk,
            "La borne",
            "nobody",
            cast["M"],
        )

    def test_people_who_can_be_recognised_are_shown_to_their_cohort_for_a_year(self, cast: Cast, trial: Trial):
        post_picture(cast["M"], trial, faces="yes")
        kept = Attachment.objects.get()
        assert (kept.consent, kept.consent_until) == ("cohort", date(2027, 11, 24))

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"alt_text": ""}, "alt_text"),
            ({"alt_text": "x" * 501}, "alt_text"),
            ({"faces": ""}, "faces"),
            ({"faces": "perhaps"}, "faces"),
            ({"file": ""}, "file"),
            ({"key": "no key"}, "key"),
            ({"draft": ""}, "draft"),
        ],
    )
    def test_the_reason_comes_back_by_field(self, cast: Cast, trial: Trial, wrong: dict[str, str], field: str):
        answer = post_picture(cast["M"], trial, **wrong)
        assert (answer.status_code, list(answer.json()["reasons"])) == (200, [field])
        assert Attachment.objects.count() == 0

    def test_what_is_no_picture_is_refused(self, cast: Cast, trial: Trial, tmp_path: Any):
        (tmp_path / "p.jpg").write_bytes(b"<script>alert(1)</script>")
        with (tmp_path / "p.jpg").open("rb") as file:
            answer = post_picture(cast["M"], trial, file=file)
        assert answer.json() == {
            "outcome": "refused",
            "reasons": {"file": ["This file is not a picture, despite its name. Choose a picture."]},
        }

    def test_a_draft_of_somebody_else_takes_none(self, cast: Cast, trial: Trial):
        assert post_picture(cast["P"], trial).status_code == 404

    def test_the_key_of_another_picture_is_refused(self, cast: Cast, trial: Trial, tmp_path: Any):
        post_picture(cast["M"], trial)
        (tmp_path / "q.jpg").write_bytes(picture(colour=(0, 0, 200)))
        with (tmp_path / "q.jpg").open("rb") as file:
            answer = post_picture(cast["M"], trial, file=file)
        assert (answer.json()["outcome"], Attachment.objects.count()) == ("refused", 1)

    def test_an_account_that_is_not_signed_in_is_told(self, cast: Cast, trial: Trial):
        assert outcome(post_picture(cast["M"], trial, account=str(cast["P"].pk))) == (200, "other")


class TestTakenAlong:
    def test_a_test_comes_with_all_that_its_form_needs(self, cast: Cast, trial: Trial):
        [along] = taken_along(cast["M"], TODAY)
        assert along == {
            "id": trial.pk,
            "href": f"/trials/{trial.pk}/",
            "prototype": trial.prototype.title,
            "version": 1,
            "idea": trial.prototype.idea.title,
            "cohort": "Rivage",
            "hypothesis": "8 personnes sur 10 trouvent le bon guichet.",
            "locked_on": "2026-05-04",
            "comparator": ">=",
            "threshold": "80.00",
            "unit": "%",
            "counts_people": True,
            "state": "locked",
            "seen": version(trial),
            "noted": {
                "participants": None,
                "successes": None,
                "observed_value": None,
                "result": "",
                "contradiction_reason": "",
                "learning": "",
                "held_on": None,
                "observation": "",
                "decision": "",
                "strength": "",
                "groups": "",
            },
        }

    def test_what_was_noted_of_a_held_test_comes_too(self, cast: Cast, trial: Trial):
        held = TrialFactory(prototype=trial.prototype, state="held")
        ParticipantGroupFactory(trial=held)
        noted = {along["id"]: along["noted"] for along in taken_along(cast["M"], TODAY)}[held.pk]
        assert (noted["participants"], noted["successes"], noted["groups"]) == (12, 9, "habitants 8")

    def test_only_locked_and_held_tests_of_cohorts_one_works_in(self, cast: Cast, trial: Trial):
        for state in ("planned", "concluded", "cancelled"):
            TrialFactory(prototype=trial.prototype, state=state)
        TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.other, state="testing")), state="locked")
        found = {letter: [along["id"] for along in taken_along(cast[letter], TODAY)] for letter in "SCDPMRAX"}
        assert {letter: len(ids) for letter, ids in found.items()} == {
            "S": 2,
            "C": 1,
            "D": 1,
            "P": 1,
            "M": 1,
            "R": 0,
            "A": 0,
            "X": 0,
        }
        assert found["M"] == [trial.pk]

    def test_the_page_says_who_is_signed_in_and_gives_a_fresh_token(self, cast: Cast, trial: Trial):
        answer = signed_in(cast["M"]).get("/field/tests.json")
        told = answer.json()
        assert (told["account"], told["name"], told["language"]) == (cast["M"].pk, "Ambassador Rivage", "en")
        assert (len(told["csrf"]), [along["id"] for along in told["tests"]]) == (64, [trial.pk])
        assert answer.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    @pytest.mark.parametrize("rows", [1, 3])
    def test_it_costs_the_same_for_one_test_and_for_three(self, cast: Cast, trial: Trial, rows: int):
        for _ in range(rows - 1):
            TrialFactory(prototype=trial.prototype, state="held")
        client = signed_in(cast["M"])
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get("/field/tests.json").json()["tests"]) == rows
        assert len(seen) == 4

    def test_another_version_stands_once_anything_is_noted(self, cast: Cast, trial: Trial):
        before = version(trial)
        post(cast["M"], trial, draft(cast["M"], trial, later="on", result=""))
        trial.refresh_from_db()
        held = version(trial)
        trial.groups.all().delete()
        assert len({before, held, version(trial)}) == 3


def test_a_member_of_two_cohorts_takes_both_along(cast: Cast, trial: Trial):
    other = TrialFactory(
        prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.other, state="testing")), state="locked"
    )
    MembershipFactory(cohort=cast.other, user=cast["M"])
    assert {along["id"] for along in taken_along(cast["M"], TODAY)} == {trial.pk, other.pk}
