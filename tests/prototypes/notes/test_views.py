"""The two versions of a test on its page: comparison, choice, and joined texts."""

import re
from typing import Any

import pytest

from accounts.models import User
from prototypes.models import Trial, TrialCorrection, TrialNote
from tests.factories.cast import Cast, create_cast
from tests.factories.prototypes import IdeaAuthorFactory, IdeaFactory, PrototypeFactory, TrialFactory, TrialNoteFactory
from tests.factories.snapshots import built_once
from tests.pages import rows
from tests.prototypes.pages import errors, page, send, signed_in, statements

pytestmark = pytest.mark.django_db
WORDS = {"observation": "O", "learning": "L", "decision": "adapt", "strength": "said"}


@built_once
def work() -> Cast:
    cast = create_cast()
    idea = IdeaFactory(cohort=cast.cohort, state="testing")
    TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
    return cast


@pytest.fixture
def cast(db: None, today: None) -> Cast:
    """The cast with one test in Rivage."""
    return work()


@pytest.fixture
def trial(cast: Cast) -> Trial:
    """A test that somebody concluded before a note arrived."""
    return Trial.objects.get()


@pytest.fixture
def note(cast: Cast, trial: Trial) -> TrialNote:
    return TrialNoteFactory(trial=trial, by=cast["M"])


def address(note: TrialNote) -> str:
    return f"/trials/{note.trial_id}/versions/{note.pk}/"


def send_settlement(user: User, note: TrialNote, **form: str) -> Any:
    """Send the form of the page with these values."""
    response = signed_in(user).get(address(note))
    version_token = response.context["form"]["version_token"].value() if response.status_code == 200 else ""
    return send(user, address(note), **{"version_token": version_token, **WORDS, **form})


def note_on_held_test(note: TrialNote) -> TrialNote:
    """Create a second version of a test that is held and not concluded yet."""
    trial = TrialFactory(prototype=note.trial.prototype, state="held")
    return TrialNoteFactory(trial=trial, by=note.by)


def test_test_page_compares_both_versions_line_by_line(cast: Cast, note: TrialNote):
    answer = signed_in(cast["P"]).get(f"/trials/{note.trial_id}/")
    text = page(cast["P"], f"/trials/{note.trial_id}/")
    assert "Two versions of this test" in text
    assert [line for line in rows(answer) if line[-1] == "Les pictogrammes aident."] == [
        ["Les sigles perdent tout le monde.", "Les pictogrammes aident."]
    ]


def test_observed_value_is_compared_with_its_unit_unless_it_follows_from_counts(cast: Cast, note: TrialNote):
    trial = TrialFactory(
        prototype=note.trial.prototype, state="concluded", unit="min", successes=None, observed_value="7.50"
    )
    answers = {"participants": 5, "observed_value": "70.25", "result": "not_met", "held_on": "2026-05-11"}
    TrialNoteFactory(trial=trial, by=cast["M"], answers=answers)
    compared = rows(signed_in(cast["P"]).get(f"/trials/{trial.pk}/", headers={"accept-language": "fr"}))
    assert ["7,5 min", "70,25 min"] in compared
    assert (
        "Observed"
        not in page(cast["P"], f"/trials/{note.trial_id}/").split("Two versions of this test")[1].split("</table>")[0]
    )


def test_editors_are_offered_the_choice_and_others_see_who_can_choose(cast: Cast, note: TrialNote):
    assert [address(note) in page(cast[role], f"/trials/{note.trial_id}/") for role in "SCDPMRA"] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_page_with_three_versions_costs_the_same_as_with_one(cast: Cast, note: TrialNote):
    one = statements(cast["P"], f"/trials/{note.trial_id}/")
    TrialNoteFactory.create_batch(2, trial=note.trial, by=cast["C"])
    assert (one, statements(cast["P"], f"/trials/{note.trial_id}/")) == (10, 10)


def test_form_starts_with_the_texts_of_both_versions(cast: Cast, note: TrialNote):
    form = signed_in(cast["P"]).get(address(note)).context["form"]
    assert form["learning"].value() == "Les sigles perdent tout le monde.\n\nLes pictogrammes aident."
    assert form["decision"].value() == "adapt"
    assert [key for key, _words in form.fields["settlement"].choices] == [
        "recorded",
        "noted",
        "added",
    ]


def test_figures_that_are_not_counts_cannot_be_added(cast: Cast, trial: Trial):
    timed = TrialFactory(prototype=trial.prototype, state="concluded", unit="min", successes=None, threshold=80)
    answers = {"participants": 5, "observed_value": "70", "result": "not_met", "held_on": "2026-05-11"}
    note = TrialNoteFactory(trial=timed, by=cast["M"], answers=answers)
    form = signed_in(cast["P"]).get(address(note)).context["form"]
    assert [key for key, _words in form.fields["settlement"].choices] == ["recorded", "noted"]
    answer = send_settlement(cast["P"], note, settlement="added", reason="Two rooms")
    assert list(errors(answer)) == ["settlement"]


def test_second_version_of_a_concluded_test_counts_with_a_reason(cast: Cast, note: TrialNote):
    assert errors(send_settlement(cast["P"], note, settlement="noted")) == {
        "reason": ["The conclusion of this test is recorded. Say why its figures change."]
    }
    assert (
        send_settlement(cast["P"], note, settlement="noted", reason="The first sheet was of a rehearsal").status_code
        == 302
    )
    note.refresh_from_db()
    trial, correction = Trial.objects.get(pk=note.trial_id), TrialCorrection.objects.get()
    assert (trial.participants, trial.successes, trial.result, trial.learning) == (10, 9, "met", "L")
    assert (correction.by, correction.reason, correction.before["participants"], correction.after["participants"]) == (
        cast["P"],
        "The first sheet was of a rehearsal",
        12,
        10,
    )
    assert (note.settlement, note.settled_by) == ("noted", cast["P"])


def test_two_versions_of_different_people_are_added_up_and_the_criterion_decides(cast: Cast, note: TrialNote):
    assert send_settlement(cast["P"], note, settlement="added", reason="Two rooms, other people").status_code == 302
    trial = Trial.objects.get(pk=note.trial_id)
    assert (trial.participants, trial.successes, str(trial.observed_value), trial.result) == (
        22,
        18,
        "81.82",
        "met",
    )


def test_joined_texts_are_saved_and_figures_stay(cast: Cast, note: TrialNote):
    assert send_settlement(cast["P"], note).status_code == 302
    note.refresh_from_db()
    trial = Trial.objects.get(pk=note.trial_id)
    assert (trial.learning, trial.participants, note.settlement, note.settled_by) == ("L", 12, "recorded", cast["P"])
    assert "Show both versions" in page(cast["M"], f"/trials/{trial.pk}/")


def test_second_version_of_a_held_test_can_count(cast: Cast, note: TrialNote):
    second = note_on_held_test(note)
    assert send_settlement(cast["P"], second, settlement="noted").status_code == 302
    trial = Trial.objects.get(pk=second.trial_id)
    assert (trial.state, trial.participants, trial.result, trial.learning) == ("concluded", 10, "met", "L")


def test_texts_saved_by_someone_else_are_shown_and_nothing_is_lost(cast: Cast, note: TrialNote):
    version_token = signed_in(cast["P"]).get(address(note)).context["form"]["version_token"].value()
    Trial.objects.filter(pk=note.trial_id).update(learning="Encore autre chose")
    answer = send(cast["P"], address(note), version_token=version_token, **WORDS)
    assert list(errors(answer)) == ["__all__"]
    assert ("L", "Encore autre chose" in answer.content.decode()) == (answer.context["form"]["learning"].value(), True)
    note.refresh_from_db()
    assert note.settled_at is None


def test_settled_version_cannot_be_settled_again(cast: Cast, note: TrialNote):
    send_settlement(cast["P"], note)
    answer = send_settlement(cast["C"], note, learning="Other")
    assert (answer.status_code, Trial.objects.get(pk=note.trial_id).learning) == (302, "L")


def test_texts_sent_after_the_settlement_are_shown_on_the_refusal_page(cast: Cast, note: TrialNote):
    send_settlement(cast["P"], note)
    late = send(cast["C"], address(note), **(WORDS | {"learning": "Ce que j’ai joint"}))
    assert (late.status_code, late.context["unsaved"]) == (409, ["Ce que j’ai joint"])


def test_note_used_in_the_test_is_no_second_version(cast: Cast, trial: Trial):
    taken = TrialNoteFactory(trial=trial, by=cast["M"], outcome="taken")
    assert signed_in(cast["P"]).get(address(taken)).status_code == 404
    assert "Two versions of this test" not in page(cast["P"], f"/trials/{trial.pk}/")


def test_invalid_figures_of_a_second_version_cannot_count(cast: Cast, note: TrialNote):
    second = note_on_held_test(note)
    broken = TrialNoteFactory(trial=second.trial, by=second.by, answers=second.answers | {"participants": 0})
    answer = send_settlement(cast["P"], broken, settlement="noted")
    assert list(errors(answer)) == ["settlement"]


HOME_NOTE = "has two different notes. Choose which figures count."


def notes_on_home(cast: Cast) -> str:
    return "".join(role for role in "SCDPMRANX" if HOME_NOTE in page(cast[role], "/"))


def test_home_page_notifies_only_those_who_can_choose(cast: Cast, note: TrialNote):
    choosers = [role for role in "SCDPMRANX" if signed_in(cast[role]).get(address(note)).status_code == 200]
    assert (notes_on_home(cast), choosers) == ("SCDP", ["S", "C", "D", "P"])
    send_settlement(cast["P"], note)
    assert notes_on_home(cast) == ""


@pytest.mark.parametrize("own", ["planned", "owner", "author", "shared"])
def test_home_page_notifies_ambassadors_about_their_own_work(cast: Cast, note: TrialNote, own: str):
    trial, idea = note.trial, note.trial.prototype.idea
    if own == "planned":
        Trial.objects.filter(pk=trial.pk).update(planned_by=cast["M"])
    elif own == "author":
        IdeaAuthorFactory(idea=idea, user=cast["M"])
    else:
        change = {"owner": {"owner": cast["M"]}, "shared": {"shared_with_edition": True}}[own]
        type(idea).objects.filter(pk=idea.pk).update(**change)
    assert notes_on_home(cast) == "SCDPM"
    assert signed_in(cast["M"]).get(address(note)).status_code == 200


def test_home_page_links_to_the_settlement_page(cast: Cast, note: TrialNote):
    assert f'href="{address(note)}"' in page(cast["P"], "/")


@pytest.mark.parametrize(("number", "more"), [(5, ""), (6, "6 tests have two different notes.")])
def test_home_page_counts_tests_beyond_five_and_links_to_their_ideas(
    cast: Cast, note: TrialNote, number: int, more: str
):
    for _n in range(number - 1):
        TrialNoteFactory(trial=TrialFactory(prototype=note.trial.prototype, state="concluded"), by=cast["M"])
    text = page(cast["P"], "/")
    link = "/ideas/?two_notes=on"
    assert (text.count(HOME_NOTE), more in text, link in text) == (5, True, bool(more))
    if more:
        french = signed_in(cast["P"]).get("/", headers={"accept-language": "fr"}).content.decode()
        assert "6 tests ont deux notes différentes.</b> Les premiers tests figurent ci-dessus." in french
        assert note.trial.prototype.idea.title in page(cast["P"], link)


def test_home_page_names_each_test_once_by_its_number(cast: Cast, note: TrialNote):
    prototype = note.trial.prototype
    TrialNoteFactory(trial=note.trial, by=cast["M"])
    TrialNoteFactory(trial=TrialFactory(prototype=prototype, state="concluded"), by=cast["M"])
    names = re.findall(r"<b>([^<]*, test \d)</b>", page(cast["P"], "/"))
    assert names == [f"{prototype}, test 1", f"{prototype}, test 2"]


def test_reason_for_changed_figures_is_labelled_as_required_under_its_condition(cast: Cast, note: TrialNote):
    assert optional_labels(cast["P"], address(note), "reason") == ["(required if the figures change)"]


def optional_labels(user: User, path: str, name: str) -> list[str]:
    """Return the remarks in brackets after the label of a field."""
    text = signed_in(user).get(path).content.decode()
    label = text.split(f'for="id_{name}"', 1)[1].split("</label>", 1)[0]
    return [" ".join(found.split()) for found in re.findall(r'class="optional">([^<]*)<', label)]


def test_reason_for_replacing_the_first_note_is_labelled_as_required_under_its_condition(cast: Cast, trial: Trial):
    path = f"/trials/{trial.pk}/log/"
    assert optional_labels(cast["P"], path, "replace_reason") == ["(required if you replace the first note)"]
