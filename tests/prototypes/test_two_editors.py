"""Two people with one form open: the second sees what the first saved, keeps what they typed, and nothing is lost."""

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
from tests.prototypes.pages import change, page, seen, send, signed_in

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
def test_the_second_sees_both_texts_and_joins_them(name: str, cast: Cast):
    where, field, asked = FORMS[name]
    address = where(cast)
    stood = seen(cast["S"], address)
    assert send(cast["P"], address, **asked, **{field: "What Pia wrote"}, seen=stood).status_code == 302
    mine = asked | {field: "What the lab wrote"}
    answer = send(cast["S"], address, **mine, seen=stood)
    form = answer.context["form"]
    assert (answer.status_code, form[field].value()) == (200, "What the lab wrote")
    assert "What Pia wrote" in texts(answer, "div", "prose")
    joined = mine | {field: "Both", "seen": form["seen"].value()}
    assert send(cast["S"], address, **joined).status_code == 302
    assert signed_in(cast["P"]).get(address).context["form"][field].value() == "Both"


def test_framing_a_challenge_looks_at_what_was_written_meanwhile(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, state="proposed")
    frame = f"/challenges/{challenge.pk}/frame/"
    stood = seen(cast["S"], frame)
    told = {"title": challenge.title, "kind": challenge.kind, "framing": "What Pia wrote"}
    change(cast["P"], f"/challenges/{challenge.pk}/edit/", **told)
    answer = send(cast["S"], frame, framing="What the lab wrote", seen=stood)
    assert (texts(answer, "div", "prose"), answer.context["form"]["framing"].value()) == (
        ["What Pia wrote"],
        "What the lab wrote",
    )


def test_of_several_choices_none_is_lost(cast: Cast):
    """Co-authors are several answers of one field; who was named meanwhile is named in words."""
    idea = IdeaFactory(cohort=cast.cohort, owner=None)
    address, told = f"/ideas/{idea.pk}/edit/", {"title": idea.title}
    stood = seen(cast["S"], address)
    send(cast["P"], address, **told, co_authors=[cast["M"].pk], seen=stood)
    answer = send(cast["S"], address, **told, co_authors=[cast["D"].pk, cast["P"].pk], seen=stood)
    form = answer.context["form"]
    assert form["co_authors"].value() == [str(cast["D"].pk), str(cast["P"].pk)]
    assert str(cast["M"]) in texts(answer, "div", "prose")


def test_links_chosen_meanwhile_stay(cast: Cast):
    challenge, sessions = ChallengeFactory(cohort=cast.cohort), [SessionFactory(cohort=cast.cohort) for _ in "ab"]
    address = f"/challenges/{challenge.pk}/links/"
    stood = seen(cast["S"], address)
    send(cast["P"], address, sessions=[sessions[0].pk], seen=stood)
    assert send(cast["S"], address, sessions=[sessions[1].pk], seen=stood).status_code == 200
    assert list(challenge.sessions.all()) == sessions[:1]


class TestLock:
    @pytest.fixture
    def trial(self, cast: Cast) -> Trial:
        return TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping")))

    def test_nobody_freezes_what_they_did_not_read(self, trial: Trial, cast: Cast):
        lock = f"/trials/{trial.pk}/lock/"
        read = seen(cast["S"], lock)
        change(cast["P"], f"/trials/{trial.pk}/edit/", **PLAN | {"threshold": "10"})
        answer = send(cast["S"], lock, seen=read)
        trial.refresh_from_db()
        said = {
            "__all__": ["Someone else has changed this test since you opened it. Read it again before you lock it."]
        }
        assert (answer.context["form"].errors, trial.state) == (said, "planned")
        assert "at least 10" in " ".join(texts(answer, "p"))
        send(cast["S"], lock, seen=answer.context["form"]["seen"].value())
        trial.refresh_from_db()
        assert trial.state == "locked"


class TestLog:
    @pytest.fixture
    def trial(self, cast: Cast) -> Trial:
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"))
        return TrialFactory(prototype=prototype, state="locked")

    def test_what_comes_after_the_end_is_kept_beside(self, trial: Trial, cast: Cast):
        """The form was open while someone else concluded the test: a second version, once however often it is sent."""
        address = f"/trials/{trial.pk}/log/"
        stood = seen(cast["S"], address)
        change(cast["P"], address, **NOTE, result="not_met", learning="What Pia learnt")
        late = NOTE | {"result": "not_met", "learning": "What the lab learnt", "seen": stood}
        answers = [signed_in(cast["S"]).post(address, late, follow=True) for _ in range(2)]
        said = ["This test is already concluded. Your note is saved as a second version; choose which one counts."]
        assert [texts(answer, "p", "message") for answer in answers] == [said, said]
        assert trial.notes.get().said["learning"] == "What the lab learnt"
        text = page(cast["S"], trial.get_absolute_url())
        assert ("What Pia learnt" in text, "What the lab learnt" in text) == (True, True)

    def test_a_count_of_nought_is_not_forgotten(self, trial: Trial, cast: Cast):
        address = f"/trials/{trial.pk}/log/"
        change(cast["P"], address, **NOTE | {"successes": "0", "later": "1"})
        assert signed_in(cast["P"]).get(address).context["form"]["successes"].value() == 0
