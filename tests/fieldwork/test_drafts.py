"""Drafts from a phone are recorded once, or as a second version; a phone gets the tests of its user only."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fieldwork.offline_tests import offline_test, offline_tests
from files.models import Attachment
from prototypes.models import Trial, TrialNote
from prototypes.trials.log_values import log_version
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.files import picture
from tests.factories.prototypes import IdeaFactory, ParticipantGroupFactory, PrototypeFactory, TrialFactory
from tests.fieldwork.drafts import draft, post, post_picture
from tests.prototypes.pages import send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(cast: Cast) -> Trial:
    """A locked test of an idea that is being tested."""
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["outcome"]


def notes() -> list[tuple[str, str]]:
    return list(TrialNote.objects.values_list("outcome", "answers__learning"))


class TestReceiving:
    def test_a_draft_becomes_the_tests_log(self, cast: Cast, trial: Trial):
        answer = post(cast["M"], trial, draft(cast["M"], trial))
        trial.refresh_from_db()
        assert answer.json() == {"outcome": "taken", "href": f"/trials/{trial.pk}/", "test": offline_test(trial)}
        assert (trial.state, trial.result, trial.participants, str(trial.observed_value)) == (
            "concluded",
            "not_met",
            12,
            "75.00",
        )
        assert [str(group) for group in trial.groups.all()] == ["habitants (8)"]

    def test_the_same_draft_sent_twice_gets_the_same_answer(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        first, again = post(cast["M"], trial, form), post(cast["M"], trial, form)
        assert (again.json(), notes()) == (first.json(), [("taken", "Les pictogrammes aident.")])

    def test_the_answer_is_the_same_after_the_membership_has_ended(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["M"], trial, form)
        cast["M"].memberships.update(ends_on=date(2026, 11, 1))
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")

    def test_a_draft_changed_after_its_arrival_needs_a_new_key(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["M"], trial, form)
        assert outcome(post(cast["M"], trial, form | {"learning": "Autre"})) == (200, "anew")
        assert notes() == [("taken", "Les pictogrammes aident.")]

    def test_the_key_of_someone_elses_draft_is_refused(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, draft(cast["M"], trial))
        assert outcome(post(cast["P"], trial, draft(cast["P"], trial))) == (200, "anew")

    def test_a_note_concluded_later_keeps_its_learning(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial, later="on", result="", decision="adapt")
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")
        trial.refresh_from_db()
        assert (trial.state, trial.learning, trial.decision) == ("held", "Les pictogrammes aident.", "adapt")

    def test_the_next_draft_concludes_a_held_test(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, draft(cast["M"], trial, later="on", result=""))
        form = draft(cast["M"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0002")
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")
        trial.refresh_from_db()
        assert trial.state == "concluded"


class TestSecondVersions:
    def test_a_draft_for_a_test_concluded_since_becomes_a_second_version(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["P"], trial, draft(cast["P"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", learning="Déjà"))
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")
        trial.refresh_from_db()
        assert (trial.learning, notes()) == (
            "Déjà",
            [("taken", "Déjà"), ("beside", "Les pictogrammes aident.")],
        )

    def test_a_draft_with_other_figures_becomes_a_second_version(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        other = {"key": "3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", "later": "on", "participants": "20", "result": ""}
        post(cast["P"], trial, draft(cast["P"], trial, **other))
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")
        trial.refresh_from_db()
        assert (trial.state, trial.participants) == ("held", 20)

    def test_a_draft_for_a_cancelled_test_becomes_a_second_version(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        send(cast["P"], f"/trials/{trial.pk}/cancel/", reason="Closed")
        assert outcome(post(cast["M"], trial, form)) == (200, "beside")

    def test_equal_answers_make_no_second_version(self, cast: Cast, trial: Trial):
        form = draft(cast["M"], trial)
        post(cast["P"], trial, draft(cast["P"], trial, key="3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009"))
        assert outcome(post(cast["M"], trial, form)) == (200, "taken")

    def test_equal_figures_with_more_digits_make_no_second_version(self, cast: Cast, trial: Trial):
        timed = TrialFactory(prototype=trial.prototype, state="locked", unit="min", comparator="<=", threshold=5)
        form = draft(cast["M"], timed, successes="", observed_value="7.50", groups="")
        other = {"key": "3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0009", "observed_value": "7.5"}
        post(cast["P"], timed, form | other | {"account": str(cast["P"].pk)})
        assert outcome(post(cast["M"], timed, form)) == (200, "taken")


class TestRefusals:
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
            ({"version_token": "x" * 65}, "version_token"),
        ],
    )
    def test_errors_are_returned_by_field_and_nothing_is_saved(
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

    def test_a_draft_of_another_account_is_not_taken(self, cast: Cast, trial: Trial):
        assert outcome(post(cast["P"], trial, draft(cast["M"], trial))) == (200, "other")
        assert notes() == []

    def test_people_who_may_not_log_get_the_reason(self, cast: Cast, trial: Trial):
        answer = post(cast["R"], trial, draft(cast["R"], trial))
        reason = "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."
        assert (answer.status_code, answer.json()["reasons"]) == (403, {"__all__": [reason]})

    def test_a_hidden_test_gives_404(self, cast: Cast, trial: Trial):
        assert post(cast["N"], trial, draft(cast["N"], trial)).status_code == 404


class TestPictures:
    @pytest.fixture(autouse=True)
    def _noted(self, cast: Cast, trial: Trial) -> None:
        post(cast["M"], trial, draft(cast["M"], trial))

    def test_a_picture_is_attached_once(self, cast: Cast, trial: Trial):
        first, again = post_picture(cast["M"], trial), post_picture(cast["M"], trial)
        assert [first.json()["outcome"], again.json()["outcome"]] == ["taken", "taken"]
        attachment = Attachment.objects.get()
        assert (
            attachment.about,
            attachment.object_id,
            attachment.alt_text,
            attachment.consent,
            attachment.uploaded_by,
        ) == (
            "trial",
            trial.pk,
            "La borne",
            "nobody",
            cast["M"],
        )

    def test_pictures_of_recognisable_people_are_for_the_cohort_for_a_year(self, cast: Cast, trial: Trial):
        post_picture(cast["M"], trial, faces="yes")
        attachment = Attachment.objects.get()
        assert (attachment.consent, attachment.consent_until) == ("cohort", date(2027, 11, 24))

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
    def test_picture_errors_are_returned_by_field(self, cast: Cast, trial: Trial, wrong: dict[str, str], field: str):
        answer = post_picture(cast["M"], trial, **wrong)
        assert (answer.status_code, list(answer.json()["reasons"])) == (200, [field])
        assert Attachment.objects.count() == 0

    def test_a_file_that_is_no_picture_is_refused(self, cast: Cast, trial: Trial, tmp_path: Any):
        (tmp_path / "p.jpg").write_bytes(b"<script>alert(1)</script>")
        with (tmp_path / "p.jpg").open("rb") as file:
            answer = post_picture(cast["M"], trial, file=file)
        assert answer.json() == {
            "outcome": "refused",
            "reasons": {"file": ["This file is not a picture, despite its name. Choose a picture."]},
        }

    def test_a_picture_for_someone_elses_draft_gives_404(self, cast: Cast, trial: Trial):
        assert post_picture(cast["P"], trial).status_code == 404

    def test_the_key_of_another_picture_is_refused(self, cast: Cast, trial: Trial, tmp_path: Any):
        post_picture(cast["M"], trial)
        (tmp_path / "q.jpg").write_bytes(picture(colour=(0, 0, 200)))
        with (tmp_path / "q.jpg").open("rb") as file:
            answer = post_picture(cast["M"], trial, file=file)
        assert (answer.json()["outcome"], Attachment.objects.count()) == ("refused", 1)

    def test_a_picture_of_another_account_is_not_taken(self, cast: Cast, trial: Trial):
        assert outcome(post_picture(cast["M"], trial, account=str(cast["P"].pk))) == (200, "other")


class TestOfflineTests:
    def test_a_test_has_all_data_for_its_form(self, cast: Cast, trial: Trial):
        [offline_test] = offline_tests(cast["M"], TODAY)
        assert offline_test == {
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
            "version_token": log_version(trial),
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

    def test_a_held_test_has_its_recorded_values(self, cast: Cast, trial: Trial):
        held = TrialFactory(prototype=trial.prototype, state="held")
        ParticipantGroupFactory(trial=held)
        noted = {offline_test["id"]: offline_test["noted"] for offline_test in offline_tests(cast["M"], TODAY)}[held.pk]
        assert (noted["participants"], noted["successes"], noted["groups"]) == (12, 9, "habitants 8")

    def test_only_locked_and_held_tests_of_own_cohorts_are_listed(self, cast: Cast, trial: Trial):
        for state in ("planned", "concluded", "cancelled"):
            TrialFactory(prototype=trial.prototype, state=state)
        TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.other_cohort, state="testing")), state="locked"
        )
        found = {role: [offline_test["id"] for offline_test in offline_tests(cast[role], TODAY)] for role in "SCDPMRAX"}
        assert {role: len(ids) for role, ids in found.items()} == {
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
        data = answer.json()
        assert (data["account"], data["name"], data["language"]) == (cast["M"].pk, "Ambassador Rivage", "en")
        assert (len(data["csrf"]), [offline_test["id"] for offline_test in data["tests"]]) == (64, [trial.pk])
        assert answer.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_statements_does_not_grow(self, cast: Cast, trial: Trial, rows: int):
        for _ in range(rows - 1):
            TrialFactory(prototype=trial.prototype, state="held")
        client = signed_in(cast["M"])
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/field/tests.json").json()["tests"]) == rows
        assert len(queries) == 4

    def test_the_version_changes_with_each_note(self, cast: Cast, trial: Trial):
        before = log_version(trial)
        post(cast["M"], trial, draft(cast["M"], trial, later="on", result=""))
        trial.refresh_from_db()
        held = log_version(trial)
        trial.groups.all().delete()
        assert len({before, held, log_version(trial)}) == 3


def test_a_member_of_two_cohorts_gets_the_tests_of_both(cast: Cast, trial: Trial):
    other = TrialFactory(
        prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.other_cohort, state="testing")), state="locked"
    )
    MembershipFactory(cohort=cast.other_cohort, user=cast["M"])
    assert {offline_test["id"] for offline_test in offline_tests(cast["M"], TODAY)} == {trial.pk, other.pk}
