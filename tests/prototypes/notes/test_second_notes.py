"""A second note on a test: used in the order of writing, added to the first or in its place."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from prototypes.models import Trial, TrialCorrection, TrialNote
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory, TrialNoteFactory
from tests.fieldwork.drafts import draft, post
from tests.prototypes.pages import change, errors, page, send, signed_in, version_token
from tests.sql import execute, insert_like, refused_by

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = (str(UUID(int=n)) for n in (1, 2, 3))
MORE = {
    "participants": "10",
    "successes": "9",
    "result": "met",
    "learning": "Le soir, tout le monde trouve.",
    "held_on": "2026-11-24",
    "groups": "habitants 4\nagents 2",
}


@pytest.fixture
def trial(cast: Cast) -> Trial:
    """A locked test of an idea in test: at least 80 % find the desk."""
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    return TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")


def first_note(cast: Cast, trial: Trial, **changed: str) -> dict[str, str]:
    """Return a note of 12 people, 9 succeeding, 8 of them inhabitants: not met."""
    return draft(cast["M"], trial, key=FIRST, written_at="1795514400000", **changed)


def second_note(cast: Cast, trial: Trial, **changed: str) -> dict[str, str]:
    """Return a note written offline on the same phone after the first one."""
    return draft(
        cast["M"], trial, **{**MORE, "key": SECOND, "follows": FIRST, "written_at": "1795514700000", **changed}
    )


def send_all(user: Any, trial: Trial, notes: list[dict[str, str]]) -> list[str]:
    """Send notes until the platform has answered each, as a phone does, and return the outcomes in order."""
    outcomes: dict[str, str] = {}
    for _round in notes:
        for note in notes:
            if outcomes.get(note["key"], "early") == "early":
                outcomes[note["key"]] = post(user, trial, note).json()["outcome"]
    return [outcomes[key] for key in sorted(outcomes)]


def recorded(trial: Trial) -> tuple[Any, ...]:
    row = Trial.objects.get(pk=trial.pk)
    groups = {group.segment: group.count for group in row.groups.all()}
    return row.state, row.participants, row.successes, str(row.observed_value), row.result, groups


BOTH = ("concluded", 22, 18, "81.82", "met", {"habitants": 12, "agents": 2})


class TestOrder:
    def test_two_notes_of_one_phone_give_the_same_result_in_either_order(self, cast: Cast, trial: Trial):
        notes = [first_note(cast, trial), second_note(cast, trial, choice="add")]
        answer = post(cast["M"], trial, notes[1])
        assert (answer.json(), TrialNote.objects.count()) == ({"outcome": "early"}, 0)
        assert (send_all(cast["M"], trial, notes[::-1]), recorded(trial)) == (["taken", "taken"], BOTH)

    def test_two_notes_arrive_in_the_order_of_writing(self, cast: Cast, trial: Trial):
        notes = [first_note(cast, trial), second_note(cast, trial, choice="add")]
        assert (send_all(cast["M"], trial, notes), recorded(trial)) == (["taken", "taken"], BOTH)

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_three_notes_in_any_order_give_the_same_result(self, cast: Cast, trial: Trial, order: tuple[int, ...]):
        notes = [
            first_note(cast, trial),
            second_note(cast, trial, choice="replace", replace_reason="The first sheet was of a rehearsal"),
            draft(cast["M"], trial, **{**MORE, "key": THIRD, "follows": SECOND, "choice": "add", "successes": "1",
                                       "result": "not_met", "groups": ""}),
        ]  # fmt: skip
        outcomes = send_all(cast["M"], trial, [notes[n] for n in order])
        assert (outcomes, recorded(trial)) == (
            ["taken"] * 3,
            ("concluded", 20, 10, "50.00", "not_met", {"habitants": 4, "agents": 2}),
        )

    def test_note_that_follows_one_on_another_test_waits(self, cast: Cast, trial: Trial):
        other = TrialFactory(prototype=trial.prototype, state="locked")
        post(cast["M"], other, draft(cast["M"], other, key=FIRST))
        assert post(cast["M"], trial, second_note(cast, trial)).json() == {"outcome": "early"}

    def test_the_database_stores_no_note_before_the_one_it_follows(self):
        note = TrialNoteFactory()
        with refused_by("trial_note_in_order"):
            insert_like(note, key=FIRST, follows=SECOND)
        other = TrialNoteFactory()
        with refused_by("trial_note_in_order"):
            insert_like(note, key=FIRST, follows=other.key)
        insert_like(note, key=FIRST, follows=note.key)
        assert TrialNote.objects.filter(follows=note.key).count() == 1

    def test_time_of_writing_is_stored(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        assert f"{TrialNote.objects.get().written_at:%Y-%m-%d %H:%M}" == "2026-11-24 10:00"

    @pytest.mark.parametrize("wrong", [{"written_at": "-1"}, {"written_at": "9" * 30}, {"follows": "no key"}])
    def test_invalid_input_is_refused_by_field(self, cast: Cast, trial: Trial, wrong: dict[str, str]):
        answer = post(cast["M"], trial, draft(cast["M"], trial, **wrong))
        assert (answer.json()["outcome"], list(answer.json()["reasons"])) == ("refused", list(wrong))


class TestAdding:
    def test_added_note_sums_counts_by_group_and_appends_texts(self, cast: Cast, trial: Trial):
        send_all(cast["M"], trial, [first_note(cast, trial), second_note(cast, trial, choice="add")])
        trial.refresh_from_db()
        assert recorded(trial) == BOTH
        assert trial.learning == (
            "Les pictogrammes aident.\n\nAmbassador Rivage, 24 Nov 2026: Le soir, tout le monde trouve."
        )
        correction = TrialCorrection.objects.get()
        assert (correction.by, correction.reason, correction.before["participants"]) == (
            cast["M"],
            "A second note was added to the first.",
            12,
        )

    def test_added_note_sent_again_is_added_once(self, cast: Cast, trial: Trial):
        more = second_note(cast, trial, choice="add")
        post(cast["M"], trial, first_note(cast, trial))
        answers = [post(cast["M"], trial, more).json()["outcome"] for _ in range(3)]
        assert (answers, recorded(trial), TrialNote.objects.count()) == (["taken"] * 3, BOTH, 2)

    def test_same_counts_are_added_when_the_writer_chooses_so(self, cast: Cast, trial: Trial):
        same = first_note(cast, trial) | {"key": SECOND, "follows": FIRST, "choice": "add"}
        send_all(cast["M"], trial, [first_note(cast, trial), same])
        assert recorded(trial) == ("concluded", 24, 18, "75.00", "not_met", {"habitants": 16})

    def test_added_note_concludes_a_held_test(self, cast: Cast, trial: Trial):
        send_all(
            cast["M"], trial, [first_note(cast, trial, later="on", result=""), second_note(cast, trial, choice="add")]
        )
        assert (recorded(trial), TrialCorrection.objects.count()) == (BOTH, 0)

    def test_adding_figures_that_are_not_counts_is_refused(self, cast: Cast, trial: Trial):
        timed = TrialFactory(prototype=trial.prototype, state="locked", unit="min", comparator="<=", threshold=5)
        minutes = {"successes": "", "observed_value": "4", "groups": "", "result": "met"}
        post(cast["M"], timed, draft(cast["M"], timed, **{**minutes, "key": FIRST}))
        answer = post(cast["M"], timed, draft(cast["M"], timed, **{**minutes, "key": SECOND, "choice": "add"}))
        assert list(answer.json()["reasons"]) == ["choice"]
        assert (str(Trial.objects.get(pk=timed.pk).observed_value), TrialNote.objects.count()) == ("4.00", 1)

    def test_result_that_contradicts_the_sum_is_refused_with_a_reason(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        answer = post(cast["M"], trial, second_note(cast, trial, choice="add", successes="2"))
        assert list(answer.json()["reasons"]) == ["contradiction_reason"]
        assert recorded(trial)[1] == 12

    def test_change_by_someone_else_between_two_notes_is_a_conflict(self, cast: Cast, trial: Trial):
        more = second_note(cast, trial, choice="add")
        post(cast["M"], trial, first_note(cast, trial))
        change(cast["P"], f"/trials/{trial.pk}/edit/", learning="Relu", decision="adapt", strength="said")
        assert post(cast["M"], trial, more).json()["outcome"] == "beside"
        assert (recorded(trial)[1], TrialNote.objects.get(key=SECOND).choice) == (12, "add")

    def test_added_note_without_a_first_note_becomes_the_first(self, cast: Cast, trial: Trial):
        assert post(cast["M"], trial, second_note(cast, trial, follows="", choice="add")).json()["outcome"] == "taken"
        assert recorded(trial)[1] == 10


class TestReplacing:
    def test_replacement_needs_a_reason(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        answer = post(cast["M"], trial, second_note(cast, trial, choice="replace"))
        assert answer.json()["reasons"] == {"replace_reason": ["Say why the first note is replaced."]}

    def test_the_database_requires_a_reason_for_a_replacement(self):
        with refused_by("trial_note_replace_reason"):
            TrialNoteFactory(choice="replace")
        with refused_by("trial_note_choice_known"):
            TrialNoteFactory(choice="other")

    def test_replacement_is_a_correction_with_its_reason(self, cast: Cast, trial: Trial):
        reason = {"choice": "replace", "replace_reason": "The first sheet was of a rehearsal"}
        send_all(cast["M"], trial, [first_note(cast, trial), second_note(cast, trial, **reason)])
        assert recorded(trial) == ("concluded", 10, 9, "90.00", "met", {"habitants": 4, "agents": 2})
        correction = TrialCorrection.objects.get()
        assert (correction.reason, correction.before["successes"], correction.after["successes"]) == (
            "The first sheet was of a rehearsal",
            9,
            9,
        )


class TestWithoutChoice:
    def test_second_note_on_a_held_test_needs_a_choice(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial, later="on", result=""))
        answer = post(cast["M"], trial, second_note(cast, trial))
        assert answer.json()["reasons"] == {
            "choice": [
                "This test already has a note. Add yours to the first note, or replace the first note and say why."
            ]
        }

    def test_second_note_on_a_concluded_test_is_a_second_version(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        assert post(cast["M"], trial, second_note(cast, trial)).json()["outcome"] == "beside"
        assert recorded(trial)[1] == 12

    def test_notes_of_two_phones_are_both_stored_in_any_order(self, cast: Cast, trial: Trial):
        mine = first_note(cast, trial)
        theirs = draft(cast["P"], trial, **MORE, key=SECOND)
        assert post(cast["P"], trial, theirs).json()["outcome"] == "taken"
        assert post(cast["M"], trial, mine).json()["outcome"] == "beside"
        assert sorted(TrialNote.objects.values_list("answers__participants", flat=True)) == [10, 12]


class TestPlatformForm:
    NOTE = {**MORE, "decision": "", "strength": "", "observation": ""}

    def log(self, cast: Cast, trial: Trial, **form: str) -> Any:
        return change(cast["M"], f"/trials/{trial.pk}/log/", **{**self.NOTE, **form})

    def test_form_shows_that_the_test_has_a_note(self, cast: Cast, trial: Trial):
        address = f"/trials/{trial.pk}/log/"
        assert "This test already has a note" not in page(cast["M"], address)
        send(cast["M"], address, **{**self.NOTE, "version_token": version_token(cast["M"], address)})
        text = page(cast["M"], address)
        assert "This test already has a note: 10 people, 9 of 10. Met." in text
        assert [words in text for words in ("Add to the first note", "Replace the first note", 'value="10"')] == [
            True,
            True,
            False,
        ]

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({}, "choice"),
            ({"choice": "other"}, "choice"),
            ({"choice": "replace"}, "replace_reason"),
            ({"choice": "replace", "replace_reason": "  "}, "replace_reason"),
        ],
    )
    def test_form_requires_a_choice(self, cast: Cast, trial: Trial, form: dict[str, str], field: str):
        post(cast["M"], trial, first_note(cast, trial))
        assert list(errors(self.log(cast, trial, **form))) == [field]
        assert recorded(trial)[1] == 12

    def test_form_adds_a_note(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        assert self.log(cast, trial, choice="add").status_code == 302
        assert (recorded(trial), TrialNote.objects.get(choice="add").outcome) == (BOTH, "taken")

    def test_the_same_form_sent_twice_adds_once(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        form = {**self.NOTE, "choice": "add", "version_token": version_token(cast["M"], f"/trials/{trial.pk}/log/")}
        answers = [send(cast["M"], f"/trials/{trial.pk}/log/", **form).status_code for _ in range(2)]
        assert (answers, recorded(trial)) == ([302, 302], BOTH)

    def test_form_replaces_a_note_with_a_reason(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        assert self.log(cast, trial, choice="replace", replace_reason="A rehearsal").status_code == 302
        assert (recorded(trial)[1], TrialCorrection.objects.get().reason) == (10, "A rehearsal")

    def test_form_shows_changes_since_it_was_opened_and_loses_nothing(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial))
        old = version_token(cast["M"], f"/trials/{trial.pk}/log/")
        change(cast["P"], f"/trials/{trial.pk}/edit/", learning="Relu", decision="adapt", strength="said")
        answer = send(cast["M"], f"/trials/{trial.pk}/log/", **{**self.NOTE, "choice": "add", "version_token": old})
        assert ("Relu" in answer.content.decode(), recorded(trial)[1]) == (True, 12)

    def test_unchanged_counts_are_not_added_to_a_held_test(self, cast: Cast, trial: Trial):
        post(cast["M"], trial, first_note(cast, trial, later="on", result=""))
        same = {"participants": "12", "successes": "9", "groups": "habitants 8", "result": "not_met"}
        assert list(errors(self.log(cast, trial, **same, choice="add"))) == ["choice"]
        assert self.log(cast, trial, **same).status_code == 302
        assert recorded(trial)[:3] == ("concluded", 12, 9)

    def test_only_replacing_is_offered_where_people_are_not_counted(self, cast: Cast, trial: Trial):
        timed = TrialFactory(prototype=trial.prototype, state="concluded", unit="min", successes=None)
        form = signed_in(cast["M"]).get(f"/trials/{timed.pk}/log/").context["form"]
        assert [key for key, _words in form.fields["choice"].choices] == ["replace"]


class TestOfflineTests:
    def test_phone_stores_tests_concluded_in_the_last_14_days(self, cast: Cast, trial: Trial):
        rows = [TrialFactory(prototype=trial.prototype, state="concluded", concluded_on=day)
                for day in ("2026-11-10", "2026-11-09")]  # fmt: skip
        tests = signed_in(cast["M"]).get("/field/tests.json").json()["tests"]
        assert [(test["id"], test["state"], test["noted"]["result"]) for test in tests] == [
            (trial.pk, "locked", ""),
            (rows[0].pk, "concluded", "not_met"),
        ]

    def test_phone_stores_no_published_tests(self, cast: Cast, trial: Trial):
        TrialFactory(
            prototype=trial.prototype, state="concluded", concluded_on="2026-11-20", result="met", retrospective=True
        )
        assert [test["id"] for test in signed_in(cast["M"]).get("/field/tests.json").json()["tests"]] == [trial.pk]


def test_note_of_another_person_is_refused(cast: Cast, trial: Trial):
    """A phone names the account under which a note was written; someone else may be signed in now."""
    other = UserFactory(is_lab_staff=True)
    assert post(other, trial, first_note(cast, trial)).json() == {"outcome": "other"}
    assert TrialNote.objects.count() == 0


def test_raw_sql_cannot_change_a_choice():
    note = TrialNoteFactory()
    with refused_by("trial_note_fixed"):
        execute("UPDATE prototypes_trialnote SET choice = 'add' WHERE id = %s", note.pk)
