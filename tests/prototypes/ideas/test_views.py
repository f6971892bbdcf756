"""The list of ideas, the page of an idea, and the forms of ideas."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
)
from tests.prototypes.pages import change, errors, page, send, signed_in, statements
from web.forms import row_fields

pytestmark = pytest.mark.django_db

IDEAS = "/ideas/"
NEW = "/ideas/new/"
IN_SPRING = dict.fromkeys(["captured", "accepted", "prototyping", "testing", "decided"], date(2026, 3, 2)) | {
    "handed_over": date(2026, 4, 1),
    "implementing": date(2026, 4, 1),
    "implemented": date(2026, 5, 1),
}


def titles(text: str) -> list[str]:
    """Return the titles of a list of ideas, in order."""
    return re.findall(r'<th scope="row">\s*<a href="/ideas/\d+/">([^<]+)</a>', text)


class TestList:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_row_and_with_three(self, cast: Cast, rows: int):
        for _ in range(rows):
            IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        assert statements(cast["M"], IDEAS) == 9

    def test_list_shows_reference_state_and_last_update(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, state="accepted", title="Une borne", owner=cast["M"])
        text = page(cast["M"], IDEAS)
        assert [part in text for part in ("RIV-001", "Une borne", "accepted", "2 Mar 2026", "Ambassador Rivage")] == [
            True
        ] * 5

    def test_latest_update_comes_first(self, cast: Cast):
        for title, state in (("Old", "captured"), ("New", "testing"), ("Middle", "accepted")):
            IdeaFactory(cohort=cast.cohort, title=title, state=state)
        assert titles(page(cast["M"], IDEAS)) == ["New", "Middle", "Old"]

    def test_ideas_of_other_cohorts_appear_only_when_shared(self, cast: Cast):
        IdeaFactory(cohort=cast.other_cohort, title="Hidden")
        IdeaFactory(cohort=cast.other_cohort, title="Shared", shared_with_edition=True)
        IdeaFactory(title="Another edition", shared_with_edition=True)
        assert titles(page(cast["M"], IDEAS)) == ["Shared"]

    def test_published_ideas_are_visible_to_all_signed_in_people(self, cast: Cast):
        old = CohortFactory(edition=EditionFactory(retrospective=True, state="archived"), retrospective=True)
        IdeaFactory(cohort=old, title="Hub PME", retrospective=True, state="implemented")
        assert titles(page(cast["X"], IDEAS)) == ["Hub PME"]

    def test_empty_list_offers_to_add_an_idea_to_those_who_can_add(self, cast: Cast):
        assert NEW in page(cast["M"], IDEAS)
        assert NEW not in page(cast["X"], IDEAS)

    def test_empty_result_says_how_to_widen_the_filter(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        assert "Nothing fits these filters" in page(cast["M"], IDEAS, q="zzz")

    def test_list_has_fifty_ideas_per_page(self, cast: Cast):
        for _ in range(51):
            IdeaFactory(cohort=cast.cohort)
        assert [len(titles(page(cast["M"], IDEAS, page=number))) for number in (1, 2)] == [50, 1]

    def test_htmx_request_returns_only_the_results(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, title="Une borne")
        answer = signed_in(cast["M"]).get(IDEAS, headers={"hx-request": "true"})
        text = answer.content.decode()
        assert ("<html" in text, titles(" ".join(text.split()))) == (False, ["Une borne"])


class TestPage:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_event_and_prototype_and_with_three(self, cast: Cast, rows: int):
        idea = IdeaFactory(cohort=cast.cohort, state={1: "captured", 3: "prototyping"}[rows], owner=cast["M"])
        for _ in range(rows):
            TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
            ImplementationFactory(idea=idea, state="planned", unit=f"Service {rows} {_}")
        assert statements(cast["M"], idea.get_absolute_url()) == 8

    def test_timeline_is_in_order(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea, title="Affiche"), state="concluded")
        add_event(idea, "decided", date(2026, 6, 1))
        text = page(cast["M"], idea.get_absolute_url()).split('<ol class="idea-timeline">')[1]
        expected = [
            "Captured",
            "Accepted",
            "The months are counted from this day.",
            "Prototype 1",
            "Test of 11 May",
            "Decided: adopt",
            "next",
        ]
        positions = [text.index(part) for part in expected]
        assert positions == sorted(positions)

    def test_page_draws_the_threshold_and_the_observed_value(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        text = page(cast["M"], idea.get_absolute_url())
        assert 'width="75.0%"' in text
        assert 'x="80.0%"' in text
        assert "not met: 9 of 12" in text
        assert "Decision: adapt." in text

    def test_test_locked_afterwards_is_marked(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="held", held_on=date(2026, 5, 1))
        assert "locked afterwards" in page(cast["M"], idea.get_absolute_url())

    def test_imprecise_date_is_shown_with_its_precision(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="")
        add_event(idea, "captured", date(2026, 8, 1), precision="month")
        text = page(cast["M"], idea.get_absolute_url())
        assert ("Aug 2026" in text, "Exact day unknown." in text) == (True, True)

    def test_published_idea_shows_what_is_known_so_far(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented")
        text = page(cast["M"], idea.get_absolute_url())
        assert ("Known so far" in text, "date unknown" in text, "Actions" in text) == (True, True, False)

    def test_unknown_state_is_shown_as_unknown(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="")
        assert "The outcome of this idea is unknown." in page(cast["M"], idea.get_absolute_url())

    @pytest.mark.parametrize(
        ("state", "role", "address"),
        [
            ("captured", "P", "accept"),
            ("accepted", "M", "prototypes/new"),
            ("prototyping", "M", "prototypes/new"),
            ("testing", "P", "decide"),
            ("decided", "A", "hand-over"),
            ("handed_over", "A", "start-implementing"),
            ("implementing", "A", "implemented"),
            ("parked", "P", "resume"),
            ("abandoned", "P", "reopen"),
        ],
    )
    def test_next_step_has_one_button(self, cast: Cast, state: str, role: str, address: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        assert f'href="/ideas/{idea.pk}/{address}/"' in page(cast[role], idea.get_absolute_url())

    def test_refused_button_shows_the_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        text = page(cast["M"], idea.get_absolute_url())
        assert f"/ideas/{idea.pk}/accept/" not in text
        assert "Only the lab, the cohort’s coordinator and its pilot can do this." in text

    @pytest.mark.parametrize(
        ("state", "written"), [("", "prototyping"), ("planned", "prototyping"), ("held", "in test")]
    )
    def test_work_on_a_captured_idea_shows_that_it_waits_for_acceptance(self, cast: Cast, state: str, written: str):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        prototype = PrototypeFactory(idea=idea)
        if state:
            TrialFactory(prototype=prototype, state=state)
        text = page(cast["M"], idea.get_absolute_url())
        assert f"The idea moves to “{written}” once your pilot or coordinator accepts it." in text

    @pytest.mark.parametrize(("role", "is_visible"), [("P", True), ("R", True), ("N", False)])
    def test_acceptance_hint_is_shown_only_to_the_own_cohort(self, cast: Cast, role: str, is_visible: bool):
        idea = IdeaFactory(cohort=cast.cohort, state="captured", shared_with_edition=True)
        PrototypeFactory(idea=idea)
        assert ("once your pilot or coordinator" in page(cast[role], idea.get_absolute_url())) is is_visible

    @pytest.mark.parametrize("state", ["captured", "accepted", "prototyping"])
    def test_no_acceptance_hint_without_work_or_after_acceptance(self, cast: Cast, state: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        if state != "captured":
            PrototypeFactory(idea=idea)
        assert "once your pilot" not in page(cast["M"], idea.get_absolute_url())

    def test_idea_with_a_prototype_offers_to_plan_a_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        prototype = PrototypeFactory(idea=idea)
        assert f"/prototypes/{prototype.pk}/tests/new/" in page(cast["M"], idea.get_absolute_url())

    def test_idea_with_a_locked_test_offers_to_log_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        assert f'btn-primary" href="/trials/{trial.pk}/log/"' in page(cast["M"], idea.get_absolute_url())

    def test_merged_ideas_point_to_each_other(self, cast: Cast):
        target = IdeaFactory(cohort=cast.cohort, title="Survivor")
        idea = IdeaFactory(cohort=cast.cohort, title="Merged away", state="merged", merged_into=target)
        assert f'href="{target.get_absolute_url()}"' in page(cast["M"], idea.get_absolute_url())
        assert f'href="{idea.get_absolute_url()}"' in page(cast["M"], target.get_absolute_url())

    def test_implementations_show_evidence_and_actions_to_those_who_can_act(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented")
        [row] = idea.implementations.all()
        address = f"/implementations/{row.pk}/discontinue/"
        assert ("Délibération" in page(cast["M"], idea.get_absolute_url())) is True
        assert [address in page(cast[role], idea.get_absolute_url()) for role in "AM"] == [True, False]
        assert "<b>Mark as sustained, Mark as discontinued, Correct the implementation.</b> Only" in page(
            cast["M"], idea.get_absolute_url()
        )

    def test_implementation_that_ended_shows_both_days_and_needs_no_later_follow_up(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", days=IN_SPRING)
        [row] = idea.implementations.all()
        row.state, row.ended_on, row.reason = "discontinued", date(2026, 10, 1), "The desk closed"
        row.save()
        answer = signed_in(cast["A"]).get(idea.get_absolute_url())
        text = " ".join(answer.text.split())
        assert ("end: 1 Oct 2026 · in use since 1 May 2026" in text) is True
        assert ("no longer in use" in text, "Not in use since 1 Oct 2026" in text) == (True, True)
        assert [(question.due, bool(question.href)) for question in answer.context["follow_ups"]] == [
            (date(2026, 8, 1), True)
        ]

    def test_idea_in_use_shows_no_end(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", days=IN_SPRING)
        [row] = idea.implementations.all()
        row.state, row.ended_on, row.reason = "discontinued", date(2026, 10, 1), "The desk closed"
        row.save()
        ImplementationFactory(idea=idea, live_on=date(2026, 10, 2))
        answer = signed_in(cast["A"]).get(idea.get_absolute_url())
        assert ("no longer in use" in answer.text, len(answer.context["follow_ups"])) == (False, 4)

    @pytest.mark.parametrize(("state", "can_decide"), [("concluded", True), ("held", False)])
    def test_idea_with_a_concluded_test_can_be_decided(self, cast: Cast, state: str, can_decide: bool):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state=state)
        text = page(cast["M"], idea.get_absolute_url())
        assert ("A test is concluded: the lab, the coordinator" in text, "you need a concluded test" in text) == (
            can_decide,
            not can_decide,
        )

    @pytest.mark.parametrize(("shared", "status"), [(True, 200), (False, 404)])
    def test_other_cohorts_read_shared_ideas(self, cast: Cast, shared: bool, status: int):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping", shared_with_edition=shared)
        prototype = PrototypeFactory(idea=idea)
        trial = TrialFactory(prototype=prototype)
        client = signed_in(cast["N"])
        answers = [client.get(row.get_absolute_url()).status_code for row in (idea, prototype, trial)]
        assert answers == [status] * 3

    def test_other_cohorts_see_no_link_they_cannot_open(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
        idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, shared_with_edition=True)
        secret = IdeaFactory(cohort=cast.cohort, title="Secret", state="merged", merged_into=idea)
        merged = IdeaFactory(
            cohort=cast.cohort,
            shared_with_edition=True,
            state="merged",
            merged_into=IdeaFactory(cohort=cast.cohort, title="Target"),
        )
        text = page(cast["N"], idea.get_absolute_url()) + page(cast["N"], merged.get_absolute_url())
        for address in set(re.findall(r'href="(/(?:cohorts|challenges|ideas)/[^"]*)"', text)):
            assert signed_in(cast["N"]).get(address).status_code == 200, address
        assert [word in text for word in ("Rivage", "Accueil", "Target", secret.title)] == [True, True, True, False]

    def test_own_cohort_can_open_all_links(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        text = page(cast["M"], IdeaFactory(cohort=cast.cohort, challenge=challenge).get_absolute_url())
        links = [f'href="{row.get_absolute_url()}"' for row in (cast.cohort, challenge)]
        assert [text.count(link) for link in links] == [1, 2]

    def test_other_cohorts_have_no_actions(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True, state="implemented")
        subjects = [idea, PrototypeFactory(idea=idea)]
        pages = [[page(cast[role], each.get_absolute_url()) for each in subjects] for role in "MN"]
        assert [['id="actions"' in text for text in texts] for texts in pages] == [[True, True], [False, False]]
        answers = [
            signed_in(cast["N"]).post(f"/ideas/{idea.pk}/{act}/").status_code for act in ("accept", "park", "edit")
        ]
        assert answers == [403, 403, 403]


class TestAdd:
    def form_data(self, target: str, **changes: object) -> dict[str, object]:
        return {"target": target, "title": "Une borne", "on": "2026-11-24", "precision": "day"} | changes

    def test_a_member_adds_an_idea_to_a_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        answer = send(cast["M"], NEW, **self.form_data(f"challenge-{challenge.pk}", idempotency_key=str(uuid4())))
        idea = Idea.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (302, idea.get_absolute_url())
        assert (idea.challenge, idea.cohort, idea.owner, idea.state) == (
            challenge,
            cast.cohort,
            cast["M"],
            "captured",
        )

    def test_member_adds_an_idea_without_a_challenge(self, cast: Cast):
        send(cast["M"], NEW, **self.form_data(f"cohort-{cast.cohort.pk}"))
        assert (Idea.objects.get().cohort, Idea.objects.get().challenge) == (cast.cohort, None)

    def test_form_sent_twice_creates_one_idea(self, cast: Cast):
        form_data = self.form_data(f"cohort-{cast.cohort.pk}", idempotency_key=str(uuid4()))
        answers = [send(cast["M"], NEW, **form_data).headers["Location"] for _ in range(2)]
        assert (answers[0] == answers[1], Idea.objects.count(), IdeaEvent.objects.count()) == (True, 1, 1)

    @pytest.mark.parametrize(
        "changes",
        [{"title": "Une affiche"}, {"summary": "Plus grand"}, {"on": "2026-11-23"}, {"precision": "month"}],
        ids=str,
    )
    def test_changed_form_sent_again_is_refused_once_and_then_creates_another_idea(
        self, cast: Cast, changes: dict[str, str]
    ):
        form_data = self.form_data(f"cohort-{cast.cohort.pk}", idempotency_key=str(uuid4()))
        send(cast["M"], NEW, **form_data)
        answer = send(cast["M"], NEW, **form_data | changes)
        message = "You have already sent this form: it created “RIV-001 Une borne”. To add another idea, send it again."
        assert (errors(answer), Idea.objects.count()) == ({"__all__": [message]}, 1)
        again = answer.context["form"].data
        assert {name: again[name] for name in changes} == changes
        assert f'value="{again["idempotency_key"]}"' in answer.content.decode()
        assert (send(cast["M"], NEW, **again).status_code, Idea.objects.count()) == (302, 2)

    def test_form_with_another_challenge_counts_as_changed(self, cast: Cast):
        form_data = self.form_data(f"cohort-{cast.cohort.pk}", idempotency_key=str(uuid4()))
        send(cast["M"], NEW, **form_data)
        target = f"challenge-{ChallengeFactory(cohort=cast.cohort).pk}"
        assert list(errors(send(cast["M"], NEW, **form_data | {"target": target}))) == ["__all__"]

    def test_form_with_a_month_sent_twice_creates_one_idea(self, cast: Cast):
        form_data = self.form_data(f"cohort-{cast.cohort.pk}", idempotency_key=str(uuid4()), precision="month")
        assert [send(cast["M"], NEW, **form_data).status_code for _ in range(2)] == [302, 302]
        assert Idea.objects.count() == 1

    def test_challenge_of_the_link_is_preselected(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        text = page(cast["M"], NEW, target=f"challenge-{challenge.pk}")
        assert f'<option value="challenge-{challenge.pk}" selected>' in text

    def test_lab_staff_choose_the_cohort_first_where_there_are_many(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(row_fields, "MAX_CHOICES", 1)
        challenge, other = ChallengeFactory(cohort=cast.cohort), ChallengeFactory(cohort=cast.other_cohort)
        staff = signed_in(cast["S"])
        first = staff.get(NEW)
        assert (first.context["form"].fields.keys(), 'name="title"' in first.content.decode()) == ({"cohort"}, False)
        assert list(errors(staff.get(NEW, {"cohort": "Nowhere"}))) == ["cohort"]
        chosen = staff.get(NEW, {"cohort": cast.cohort.name})
        assert chosen.headers["Location"] == f"{NEW}?target=cohort-{cast.cohort.pk}"
        for target in (f"cohort-{cast.cohort.pk}", f"challenge-{challenge.pk}"):
            text = page(cast["S"], NEW, target=target)
            assert (f'<option value="{target}" selected>' in text, f"challenge-{other.pk}" in text) == (True, False)
        assert send(cast["S"], NEW, **self.form_data(f"challenge-{other.pk}")).status_code == 302
        assert list(errors(send(cast["S"], NEW, **self.form_data("cohort-0")))) == ["target"]
        assert [idea.challenge for idea in Idea.objects.all()] == [other]
        assert 'name="title"' in page(cast["M"], NEW)

    @pytest.mark.parametrize("kind", ["", "idea"])
    def test_only_cohorts_and_challenges_choose_the_cohort(
        self, kind: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(row_fields, "MAX_CHOICES", 1)
        response = signed_in(cast["S"]).get(NEW, {"target": f"{kind}-{cast.cohort.pk}"})
        assert response.context["form"].fields.keys() == {"cohort"}

    def test_choice_of_a_cohort_answers_no_post(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(row_fields, "MAX_CHOICES", 1)
        form_data = self.form_data("cohort-0")
        answer = signed_in(cast["S"]).post(f"{NEW}?cohort={cast.cohort.name}", form_data)
        assert list(errors(answer)) == ["target"]

    def test_dropped_challenges_are_not_offered(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, state="dropped")
        assert f"challenge-{challenge.pk}" not in page(cast["M"], NEW)

    def test_foreign_targets_are_refused(self, cast: Cast):
        foreign = ChallengeFactory(cohort=cast.other_cohort)
        for target in (f"challenge-{foreign.pk}", f"cohort-{cast.other_cohort.pk}", "cohort-", "x", "challenge-1-2"):
            assert list(errors(send(cast["M"], NEW, **self.form_data(target)))) == ["target"]
        assert Idea.objects.count() == 0

    @pytest.mark.parametrize("on", ["2026-11-25", "2026-01-04", "31/02/2026", ""])
    def test_invalid_dates_are_refused_next_to_the_date(self, cast: Cast, on: str):
        answer = send(cast["M"], NEW, **self.form_data(f"cohort-{cast.cohort.pk}", on=on))
        assert (list(errors(answer)), Idea.objects.count()) == (["on"], 0)
        assert answer.context["form"].data["title"] == "Une borne"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", ""), ("title", "x" * 161), ("precision", "century"), ("idempotency_key", "nonsense")],
    )
    def test_invalid_input_is_refused_next_to_its_field(self, cast: Cast, field: str, value: str):
        answer = send(cast["M"], NEW, **self.form_data(f"cohort-{cast.cohort.pk}", **{field: value}))
        assert (list(errors(answer)), Idea.objects.count()) == ([field], 0)

    def test_idempotency_key_of_another_person_is_refused(self, cast: Cast):
        foreign = IdeaFactory(cohort=cast.other_cohort)
        answer = send(
            cast["M"], NEW, **self.form_data(f"cohort-{cast.cohort.pk}", idempotency_key=str(foreign.idempotency_key))
        )
        assert (list(errors(answer)), Idea.objects.count()) == (["__all__"], 1)


class TestEdit:
    def test_the_owner_changes_title_and_challenge(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        challenge = ChallengeFactory(cohort=cast.cohort)
        answer = change(
            cast["M"],
            f"/ideas/{idea.pk}/edit/",
            title="Autre",
            summary="",
            challenge=challenge.pk,
            owner=cast["P"].pk,
        )
        idea.refresh_from_db()
        assert (answer.status_code, idea.title, idea.challenge, idea.owner) == (302, "Autre", challenge, cast["P"])

    def test_foreign_ids_are_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        foreign = ChallengeFactory(cohort=cast.other_cohort)
        answer = change(cast["M"], f"/ideas/{idea.pk}/edit/", title="Autre", challenge=foreign.pk, owner=cast["N"].pk)
        idea.refresh_from_db()
        assert (sorted(errors(answer)), idea.owner, idea.challenge) == (["challenge", "owner"], cast["M"], None)

    def test_another_ambassador_cannot_edit(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        answer = send(cast["M"], f"/ideas/{idea.pk}/edit/", title="Autre")
        assert (answer.status_code, Idea.objects.get().title == "Autre") == (403, False)


class TestRecord:
    def test_corrected_events_stay_readable(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        wrong = idea.events.get(state="accepted")
        add_event(idea, "accepted", date(2026, 3, 9), corrects=wrong, reason="Minutes of the steering committee")
        text = page(cast["M"], f"/ideas/{idea.pk}/events/")
        assert ("corrected since" in text, "Minutes of the steering committee" in text) == (True, True)

    @pytest.mark.parametrize(("role", "links"), [("P", 2), ("M", 0)])
    def test_uncorrected_events_link_to_their_correction_for_those_who_can_correct(
        self, cast: Cast, role: str, links: int
    ):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        assert page(cast[role], f"/ideas/{idea.pk}/events/").count("/correct/") == links

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_row_and_with_three(self, cast: Cast, rows: int):
        idea = IdeaFactory(cohort=cast.cohort, state={1: "captured", 3: "prototyping"}[rows])
        assert statements(cast["M"], f"/ideas/{idea.pk}/events/") == 6


class TestCorrect:
    def address(self, idea: Idea, state: str) -> str:
        return reverse("prototypes:correct_event", args=[idea.pk, idea.events.get(state=state).pk])

    def test_date_of_an_event_is_corrected(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        form_data = {"state": "accepted", "on": "2026-03-20", "precision": "day", "reason": "Minutes"}
        assert send(cast["P"], self.address(idea, "accepted"), **form_data).status_code == 302
        idea.refresh_from_db()
        assert idea.accepted_on == date(2026, 3, 20)

    def test_event_that_never_happened_is_corrected(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        form_data = {"state": "accepted", "on": "2026-10-05", "precision": "day", "reason": "Another one"}
        assert send(cast["P"], self.address(idea, "abandoned"), **form_data).status_code == 302
        idea.refresh_from_db()
        assert idea.state == "accepted"

    def test_correction_offers_only_the_two_states(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        form_data = {"state": "implemented", "on": "2026-10-05", "precision": "day", "reason": "Hm"}
        assert list(errors(send(cast["P"], self.address(idea, "abandoned"), **form_data))) == ["state"]

    def test_date_that_contradicts_the_timeline_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        form_data = {"state": "accepted", "on": "2026-06-01", "precision": "day", "reason": "Hm"}
        answer = send(cast["P"], self.address(idea, "accepted"), **form_data)
        assert (list(errors(answer)), idea.events.count()) == (["on"], 3)

    def test_delivery_events_are_corrected_by_those_who_deliver(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        address = self.address(idea, "handed_over")
        assert [signed_in(cast[role]).get(address).status_code for role in "SPAC"] == [200, 200, 200, 403]

    def test_event_that_was_already_corrected_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        wrong = idea.events.get(state="accepted")
        add_event(idea, "accepted", date(2026, 3, 9), corrects=wrong, reason="Minutes")
        client, address = signed_in(cast["P"]), reverse("prototypes:correct_event", args=[idea.pk, wrong.pk])
        answer = client.get(address, follow=True)
        assert answer.redirect_chain == [(f"/ideas/{idea.pk}/events/", 302)]
        assert [str(message) for message in answer.context["messages"]] == ["This event was already corrected."]
        late = client.post(address, {"on": "2026-03-10", "reason": "My minutes say so"})
        assert (late.status_code, late.context["unsaved"]) == (409, ["My minutes say so"])
        assert [
            text in late.content.decode() for text in ("This event was already corrected.", "My minutes say so")
        ] == [True] * 2

    def test_decision_field_is_offered_only_for_decisions(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        decided = {"state": "decided", "on": "2026-06-01", "precision": "day", "reason": "Adapted, says the board"}
        assert list(errors(send(cast["P"], self.address(idea, "decided"), **decided))) == ["decision"]
        assert send(cast["P"], self.address(idea, "decided"), **decided, decision="adapt").status_code == 302
        assert idea.events.latest("pk").decision == "adapt"
        assert 'name="decision"' not in page(cast["P"], self.address(idea, "captured"))

    def test_event_of_another_idea_is_not_found(self, cast: Cast):
        idea, other = IdeaFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
        address = reverse("prototypes:correct_event", args=[idea.pk, other.events.get().pk])
        assert signed_in(cast["P"]).get(address).status_code == 404


def test_staleness_is_counted_to_the_day(cast: Cast):
    for title, day in (("Silent", date(2026, 5, 24)), ("Heard", date(2026, 5, 25))):
        add_event(IdeaFactory(cohort=cast.cohort, title=title), "accepted", day)
    assert titles(page(cast["M"], IDEAS, unconfirmed="on")) == ["Silent"]


def test_an_idea_and_the_rates_can_be_printed(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    print_links = [page(cast["P"], address).count("data-print") for address in (idea.get_absolute_url(), "/rates/")]
    assert print_links == [1, 1]


class TestLead:
    """The line under the title: acceptance, owner, last update."""

    @pytest.mark.parametrize(
        ("accepted", "written"),
        [
            (date(2026, 11, 24), "accepted less than a month ago"),
            (date(2026, 10, 24), "accepted 1 month ago"),
            (date(2026, 8, 25), "accepted 2 months ago"),
        ],
    )
    def test_counts_completed_months(self, cast: Cast, accepted: date, written: str):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted", days={"accepted": accepted})
        assert written in page(cast["M"], idea.get_absolute_url())

    @pytest.mark.parametrize(
        ("accepted", "precision", "written"),
        [
            ("2026-11-24", "month", "accepted this month"),
            ("2026-09-24", "month", "accepted in September 2026"),
            ("2026-11-24", "year", "accepted in 2026"),
        ],
    )
    def test_acceptance_is_shown_no_more_precisely_than_known(
        self, cast: Cast, accepted: str, precision: str, written: str
    ):
        idea = IdeaFactory(cohort=cast.cohort)
        send(cast["P"], f"/ideas/{idea.pk}/accept/", on=accepted, precision=precision)
        assert f"{written} ·" in page(cast["P"], idea.get_absolute_url()).replace("&nbsp;", " ")

    def test_lead_says_that_the_idea_is_not_accepted(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        text = page(cast["M"], idea.get_absolute_url())
        assert ["not accepted yet" in text, "owned by Pilot Rivage" in text, "last update 2 Feb 2026" in text] == [
            True
        ] * 3

    def test_lead_names_the_prototype_in_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        for _ in range(2):
            PrototypeFactory(idea=idea)
        assert "in test, prototype 2" in page(cast["M"], idea.get_absolute_url())

    def test_page_names_the_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil en mairie")
        idea = IdeaFactory(cohort=cast.cohort, challenge=challenge)
        assert "test case “Accueil en mairie”" in page(cast["M"], idea.get_absolute_url())


class TestTargets:
    """The challenges and cohorts that a new idea can belong to."""

    def offered(self, cast: Cast, role: str) -> list[str]:
        return re.findall(r'<option value="((?:challenge|cohort)-\d+)"', page(cast[role], NEW))

    def test_only_cohort_comes_first_so_that_no_challenge_is_chosen(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        assert self.offered(cast, "M") == [f"cohort-{cast.cohort.pk}", f"challenge-{challenge.pk}"]

    def test_lab_staff_choose_among_running_cohorts(self, cast: Cast):
        CohortFactory(edition=cast.edition, state="completed")
        assert self.offered(cast, "S") == [f"cohort-{cast.other_cohort.pk}", f"cohort-{cast.cohort.pk}"]

    def test_members_of_other_cohorts_add_to_their_own_cohort(self, cast: Cast):
        assert self.offered(cast, "N") == [f"cohort-{cast.other_cohort.pk}"]

    @pytest.mark.parametrize("role", "RAX")
    def test_refusal_says_who_can_add_ideas(self, cast: Cast, role: str):
        answer = signed_in(cast[role]).get(NEW)
        assert (answer.status_code, "its ambassadors can do this." in answer.content.decode()) == (403, True)


@pytest.mark.parametrize(("has_recent_updates", "kib"), [(True, 52), (False, 60)], ids=["signs", "unconfirmed"])
def test_page_with_fifty_ideas_is_small(has_recent_updates: bool, kib: int, cast: Cast):
    """Each unconfirmed idea has an additional tag and button. The longer keys of a large database count too."""
    days = dict.fromkeys(["captured", "accepted"], localdate()) if has_recent_updates else {}
    for _ in range(50):
        fields = {"owner": cast["M"], "title": "Une borne qui parle à l’accueil"}
        IdeaFactory(cohort=cast.cohort, state="accepted", days=days, **fields)
    html = signed_in(cast["M"]).get(IDEAS).content
    assert (len(titles(" ".join(html.decode().split()))), len(html) <= kib * 1024) == (50, True)
