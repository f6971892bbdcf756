"""Two people edit the same form: the second sees what the first saved and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from prototypes.models import Trial
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.pages import texts
from tests.prototypes.pages import change, page, send, signed_in, version_token

pytestmark = pytest.mark.django_db

PLAN = {"hypothesis": "8 sur 10", "measure": "Part", "comparator": ">=", "threshold": "80", "unit": "%"}
NOTE = {"participants": "12", "successes": "9", "held_on": "2026-11-24"}


def handed_over(cast: Cast) -> str:
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
    return f"/ideas/{idea.pk}/follow-ups/3/"


def edit(path: str, factory: Any, cohort: str, **fields: Any) -> Callable[[Cast], str]:
    return lambda cast: f"/{path}/{factory(**{cohort: cast.cohort}, **fields).pk}/edit/"


# Every form on something that is there already: its address, the field two people write, and what else it asks for.
FORMS: dict[str, tuple[Callable[[Cast], str], str, dict[str, Any]]] = {
    "challenge": (edit("challenges", ChallengeFactory, "cohort"), "framing", {"title": "Accueil", "kind": "priority"}),
    "idea": (edit("ideas", IdeaFactory, "cohort"), "summary", {"title": "Une borne"}),
    "prototype": (
        edit("prototypes", PrototypeFactory, "idea__cohort"),
        "question",
        {"title": "Borne", "fidelity": "2", "made_on": "2026-09-21"},
    ),
    "plan": (edit("trials", TrialFactory, "prototype__idea__cohort"), "method", PLAN),
    "learning": (edit("trials", TrialFactory, "prototype__idea__cohort", state="concluded"), "learning", {}),
    "follow-up": (handed_over, "words", {"answer": "no"}),
    "log": (
        lambda cast: f"/trials/{TrialFactory(prototype__idea__cohort=cast.cohort, state='locked').pk}/log/",
        "learning",
        NOTE | {"later": "1"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_second_editor_sees_both_texts_and_joins_them(name: str, cast: Cast):
    where, field, fields = FORMS[name]
    address = where(cast)
    version_token_before = version_token(cast["S"], address)
    assert (
        send(cast["P"], address, **fields, **{field: "What Pia wrote"}, version_token=version_token_before).status_code
        == 302
    )
    mine = fields | {field: "What the lab wrote"}
    answer = send(cast["S"], address, **mine, version_token=version_token_before)
    form = answer.context["form"]
    assert (answer.status_code, form[field].value()) == (200, "What the lab wrote")
    assert "What Pia wrote" in texts(answer, "div", "prose")
    joined = mine | {field: "Both", "version_token": form["version_token"].value()}
    assert send(cast["S"], address, **joined).status_code == 302
    assert signed_in(cast["P"]).get(address).context["form"][field].value() == "Both"


def test_framing_of_a_challenge_detects_concurrent_changes(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, state="proposed")
    frame = f"/challenges/{challenge.pk}/frame/"
    version_token_before = version_token(cast["S"], frame)
    values = {"title": challenge.title, "kind": challenge.kind, "framing": "What Pia wrote"}
    change(cast["P"], f"/challenges/{challenge.pk}/edit/", **values)
    answer = send(cast["S"], frame, framing="What the lab wrote", version_token=version_token_before)
    assert (texts(answer, "div", "prose"), answer.context["form"]["framing"].value()) == (
        ["What Pia wrote"],
        "What the lab wrote",
    )


def test_concurrent_multiple_choices_are_not_lost(cast: Cast):
    """Co-authors are one field with several values; those added by someone else are shown by name."""
    idea = IdeaFactory(cohort=cast.cohort, owner=None)
    address, values = f"/ideas/{idea.pk}/edit/", {"title": idea.title}
    version_token_before = version_token(cast["S"], address)
    send(cast["P"], address, **values, co_authors=[cast["M"].pk], version_token=version_token_before)
    answer = send(
        cast["S"], address, **values, co_authors=[cast["D"].pk, cast["P"].pk], version_token=version_token_before
    )
    form = answer.context["form"]
    assert form["co_authors"].value() == [str(cast["D"].pk), str(cast["P"].pk)]
    assert str(cast["M"]) in texts(answer, "div", "prose")


def test_concurrently_chosen_links_stay(cast: Cast):
    challenge, sessions = ChallengeFactory(cohort=cast.cohort), [SessionFactory(cohort=cast.cohort) for _ in "ab"]
    address = f"/challenges/{challenge.pk}/links/"
    version_token_before = version_token(cast["S"], address)
    send(cast["P"], address, sessions=[sessions[0].pk], version_token=version_token_before)
    assert send(cast["S"], address, sessions=[sessions[1].pk], version_token=version_token_before).status_code == 200
    assert list(challenge.sessions.all()) == sessions[:1]


class TestLock:
    @pytest.fixture
    def trial(self, cast: Cast) -> Trial:
        return TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping")))

    def test_lock_of_an_outdated_test_is_refused(self, trial: Trial, cast: Cast):
        lock = f"/trials/{trial.pk}/lock/"
        read = version_token(cast["S"], lock)
        change(cast["P"], f"/trials/{trial.pk}/edit/", **PLAN | {"threshold": "10"})
        answer = send(cast["S"], lock, version_token=read)
        trial.refresh_from_db()
        expected = {
            "__all__": ["Someone else has changed this test since you opened it. Read it again before you lock it."]
        }
        assert (answer.context["form"].errors, trial.state) == (expected, "planned")
        assert "at least 10" in " ".join(texts(answer, "p"))
        send(cast["S"], lock, version_token=answer.context["form"]["version_token"].value())
        trial.refresh_from_db()
        assert trial.state == "locked"


class TestLog:
    @pytest.fixture
    def trial(self, cast: Cast) -> Trial:
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"))
        return TrialFactory(prototype=prototype, state="locked")

    def test_late_log_is_saved_as_a_second_version(self, trial: Trial, cast: Cast):
        """The form was open while someone else concluded the test; sent again, it is saved once."""
        address = f"/trials/{trial.pk}/log/"
        version_token_before = version_token(cast["S"], address)
        change(cast["P"], address, **NOTE, result="not_met", learning="What Pia learnt")
        late = NOTE | {"result": "not_met", "learning": "What the lab learnt", "version_token": version_token_before}
        answers = [signed_in(cast["S"]).post(address, late, follow=True) for _ in range(2)]
        expected = ["This test is already concluded. Your note is saved as a second version; choose which one counts."]
        assert [texts(answer, "p", "message") for answer in answers] == [expected, expected]
        assert trial.notes.get().answers["learning"] == "What the lab learnt"
        text = page(cast["S"], trial.get_absolute_url())
        assert ("What Pia learnt" in text, "What the lab learnt" in text) == (True, True)

    def test_count_of_zero_is_part_of_the_version(self, trial: Trial, cast: Cast):
        address = f"/trials/{trial.pk}/log/"
        change(cast["P"], address, **NOTE | {"successes": "0", "later": "1"})
        assert signed_in(cast["P"]).get(address).context["form"]["successes"].value() == 0
