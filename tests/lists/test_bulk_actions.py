"""Actions on several rows at once, on the list of ideas: preview, refusals, rights, progress, undo."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from accounts.models import User
from lists.actions import request_run, request_run_undo
from lists.models import BulkRun
from lists.worker import process_due_runs, process_run
from prototypes import actions
from prototypes.actions import resume_idea
from prototypes.models import Idea
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.lists import BulkRunFactory
from tests.factories.prototypes import IdeaAuthorFactory, IdeaFactory
from tests.lists.bulk import confirm, hidden_values, preview
from tests.pages import elements, messages, texts
from tests.prototypes.pages import send, signed_in, statements
from web.errors import DomainError

pytestmark = pytest.mark.django_db
PARK = "/lists/ideas/actions/park/"
OWNER = "/lists/ideas/actions/owner/"


def address(path: str, *ideas: Idea) -> str:
    return f"{path}?{'&'.join(f'row={idea.pk}' for idea in ideas)}"


def states() -> list[str]:
    return list(Idea.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def ideas(cast: Cast) -> list[Idea]:
    """Create two ideas of the cohort that can be parked, an abandoned one, and a shared one of the other cohort."""
    rows = [IdeaFactory(cohort=cast.cohort, state=state) for state in ("accepted", "testing", "abandoned")]
    return [*rows, IdeaFactory(cohort=cast.other_cohort, state="accepted", shared_with_edition=True)]


def test_preview_names_who_is_affected_and_who_is_refused_and_why(cast: Cast, ideas: list[Idea]):
    hidden = IdeaFactory(cohort=cast.other_cohort, title="Hidden")
    answer = preview(cast["P"], address(PARK, *ideas, hidden))
    assert texts(answer, "h1") == ["Park: 2 of 4"]
    listed = [text for text in texts(answer, "li") if text.startswith(("RIV-", "MON-"))]
    assert listed == [str(ideas[2]), str(ideas[3]), str(ideas[0]), str(ideas[1])]
    reasons = [text for text in texts(answer, "strong") if text.endswith(".")]
    assert reasons == [
        "“Park” is not possible now: the present state is “abandoned”.",
        "Only the lab, the cohort’s coordinator and its pilot can do this.",
    ]
    assert "Hidden" not in answer.content.decode()
    undo = "You can undo this once, within one day. Rows changed before you undo stay as they are."
    assert (undo in texts(answer, "p"), "This cannot be undone." in texts(answer, "p")) == (True, False)


def test_action_runs_on_the_affected_rows_and_is_undone_once(cast: Cast, ideas: list[Idea]):
    where = address(PARK, *ideas)
    answer = confirm(cast["P"], where, reason="Autumn break")
    assert (answer.url, states()) == ("/ideas/", ["parked", "parked", "abandoned", "accepted"])
    run = BulkRun.objects.get()
    page = signed_in(cast["P"]).get(f"/bulk/{run.pk}/")
    assert "done 2 rows" in " ".join(texts(page, "p"))
    assert ideas[0].events.get(state="parked").reason == "Autumn break"
    assert send(cast["P"], f"/bulk/{run.pk}/undo/").url == "/ideas/"
    assert states() == ["accepted", "testing", "abandoned", "accepted"]
    again = signed_in(cast["P"]).post(f"/bulk/{run.pk}/undo/", follow=True)
    assert messages(again) == ["This bulk action has already been undone."]
    assert states() == ["accepted", "testing", "abandoned", "accepted"]


def test_message_offers_the_undo_and_counts_agree(cast: Cast, ideas: list[Idea]):
    client = signed_in(cast["P"])
    where = address(PARK, ideas[0])
    values = hidden_values(client.get(where))
    answer = client.post(where, values, follow=True)
    run = BulkRun.objects.get()
    assert messages(answer) == ["“Park” is done for 1 row. Undo"]
    assert [form["attrs"]["action"] for form in elements(answer, "form") if "undo" in form["attrs"].get("id", "")] == [
        f"/bulk/{run.pk}/undo/"
    ]
    assert messages(client.post(f"/bulk/{run.pk}/undo/", follow=True)) == ["“Park” is undone for 1 row."]


def test_rows_changed_since_stay_as_they_are_when_it_is_undone(cast: Cast, ideas: list[Idea]):
    confirm(cast["P"], address(PARK, *ideas), reason="")
    resume_idea(idea=Idea.objects.get(pk=ideas[0].pk), by=cast["C"], at=NOW)
    run = BulkRun.objects.get()
    send(cast["P"], f"/bulk/{run.pk}/undo/")
    assert states()[:2] == ["accepted", "testing"]
    assert list(run.rows.order_by("pk").values_list("state", "reason")) == [
        ("unchanged", "Something was recorded about this idea since then. Correct it on the page of the idea."),
        ("undone", ""),
    ]


def test_all_that_match_are_those_of_the_filter(cast: Cast, ideas: list[Idea]):
    answer = preview(cast["S"], f"{PARK}?all=1&state=accepted")
    assert texts(answer, "h1") == ["Park: 2 of 2"]
    confirm(cast["S"], f"{PARK}?all=1&state=accepted")
    assert states() == ["parked", "testing", "abandoned", "parked"]


def test_preview_is_shown_again_when_the_rows_have_changed(cast: Cast, ideas: list[Idea]):
    where = f"{PARK}?all=1&state=accepted"
    values = hidden_values(preview(cast["S"], where))
    IdeaFactory(cohort=cast.cohort, state="accepted", title="New since")
    answer = send(cast["S"], where, **values)
    assert (answer.status_code, states().count("parked")) == (200, 0)
    assert "The selected rows have changed since you opened this page." in " ".join(texts(answer, "b"))


def test_preview_is_shown_again_when_someone_has_changed_what_the_action_changes(cast: Cast, ideas: list[Idea]):
    where = address(OWNER, ideas[0])
    values = hidden_values(preview(cast["P"], where))
    Idea.objects.filter(pk=ideas[0].pk).update(owner=cast["C"])
    answer = send(cast["P"], where, owner=cast["M"].pk, **values)
    assert (answer.status_code, Idea.objects.get(pk=ideas[0].pk).owner) == (200, cast["C"])


def test_form_sent_twice_acts_once(cast: Cast, ideas: list[Idea]):
    where = address(PARK, ideas[0], ideas[1])
    values = hidden_values(preview(cast["P"], where))
    answers = [send(cast["P"], where, **values).url for _ in range(2)]
    assert answers == ["/ideas/", f"/bulk/{BulkRun.objects.get().pk}/"]
    run = request_run(
        keys=[1], by=cast["P"], at=NOW, list_slug="ideas", action_slug="park", idempotency_key=values["idempotency_key"]
    )  # a second request at the same moment
    assert (BulkRun.objects.get(), run.rows.count(), states().count("parked")) == (run, 2, 2)
    with pytest.raises(DomainError, match="You have already sent this form"):  # the key of someone else’s form
        request_run(
            keys=[1],
            by=cast["S"],
            at=NOW,
            list_slug="ideas",
            action_slug="park",
            idempotency_key=values["idempotency_key"],
        )
    answer = send(cast["S"], where, **hidden_values(preview(cast["S"], address(PARK, ideas[3]))) | values)
    assert answer.status_code == 200


def test_empty_and_too_large_selections_are_explained(cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lists.views.bulk_actions.MAX_SELECTED", 3)
    for where, sentence in (
        (PARK, "Nothing is selected. Select rows first, then choose the action."),
        (f"{PARK}?row=x&row=0", "Nothing is selected. Select rows first, then choose the action."),
        (f"{PARK}?all=1", "One action takes at most 3 rows. Narrow the list with filters first."),
    ):
        assert sentence in " ".join(texts(preview(cast["S"], where), "b"))
        assert send(cast["S"], where, affected="x").status_code == 200
    assert BulkRun.objects.count() == 0
    assert signed_in(cast["S"]).get("/lists/ideas/actions/nothing/").status_code == 404


def test_many_rows_are_left_to_the_worker_with_the_rights_of_that_moment(
    cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lists.views.bulk_actions.MAX_DIRECT", 1)
    answer = confirm(cast["P"], address(PARK, *ideas))
    run = BulkRun.objects.get()
    assert (answer.url, states().count("parked")) == (f"/bulk/{run.pk}/", 0)
    assert "0 of 2 rows" in " ".join(texts(signed_in(cast["P"]).get(answer.url), "p"))
    assert send(cast["P"], f"/bulk/{run.pk}/undo/").url == answer.url  # still under way
    assert (process_due_runs(now), process_due_runs(now), states()[:2]) == (2, 0, ["parked", "parked"])
    cast.cohort.memberships.filter(user=cast["P"]).update(role="relay")
    send(cast["P"], f"/bulk/{run.pk}/undo/")
    assert (process_due_runs(now), states()[:2]) == (2, ["parked", "parked"])
    assert {row.reason for row in run.rows.all()} == {
        "Only the lab, the cohort’s coordinator and its pilot can do this."
    }


def test_worker_changes_nothing_that_the_person_may_no_longer_change(
    cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lists.views.bulk_actions.MAX_DIRECT", 1)
    confirm(cast["P"], address(OWNER, ideas[0], ideas[1]), owner=cast["M"].pk)
    cast.cohort.memberships.filter(user=cast["P"]).update(role="relay")
    assert process_due_runs(now) == 2
    assert not Idea.objects.filter(owner=cast["M"]).exists()
    assert {row.reason for row in BulkRun.objects.get().rows.all()} == {
        "Only the lab, the cohort’s design team, its pilot, the idea’s owner and co-authors can do this."
    }


def test_worker_leaves_a_row_that_was_changed_after_the_preview(
    cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lists.views.bulk_actions.MAX_DIRECT", 1)
    confirm(cast["P"], address(OWNER, ideas[0], ideas[1]), owner=cast["M"].pk)

    def clock() -> datetime:
        """Change the owner of the second idea while the first one is done: both have been read before."""
        Idea.objects.filter(pk=ideas[1].pk).update(owner=cast["C"])
        return NOW

    assert process_due_runs(clock) == 2
    owners = Idea.objects.filter(pk__in=[ideas[0].pk, ideas[1].pk]).order_by("pk").values_list("owner", flat=True)
    assert list(owners) == [cast["M"].pk, cast["C"].pk]
    reasons = sorted(row.reason for row in BulkRun.objects.get().rows.all())
    assert reasons == ["", "Someone else has changed this row since you saw it."]


def test_each_row_is_worked_on_once_by_two_workers(cast: Cast, ideas: list[Idea]):
    run = BulkRunFactory(person=cast["P"])
    run.rows.create(key=ideas[0].pk)
    run.rows.create(key=2**40)
    assert (process_run(run, now), process_run(run, now)) == (2, 0)
    assert list(run.rows.order_by("pk").values_list("state", "reason")) == [
        ("done", ""),
        ("refused", "You can no longer see this row."),
    ]
    page = signed_in(cast["P"]).get(f"/bulk/{run.pk}/")
    assert "a row you can no longer see You can no longer see this row." in texts(page, "li")


def test_broken_row_is_logged_and_keeps_no_other_waiting(
    cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    park = actions.park_idea

    def break_at_the_first(*, idea: Idea, **more: Any) -> Any:
        return park(idea=idea, **more) if idea.pk == ideas[1].pk else 1 / 0

    monkeypatch.setattr(actions, "park_idea", break_at_the_first)
    confirm(cast["P"], address(PARK, *ideas))
    run = BulkRun.objects.get()
    assert list(run.rows.order_by("pk").values_list("state", "reason")) == [
        ("refused", "The server could not do this. Try it on the page of this row."),
        ("done", ""),
    ]
    assert f"Bulk action {run.pk} broke at row {ideas[0].pk}" in caplog.text


def test_rows_are_worked_on_one_by_one_after_a_deadlock(cast: Cast, ideas: list[Idea], monkeypatch: pytest.MonkeyPatch):
    park, calls = actions.park_idea, list[int]()

    def deadlock_at_the_second(*, idea: Idea, **more: Any) -> Any:
        calls.append(idea.pk)
        event = park(idea=idea, **more)
        if len(calls) == 2:
            raise OperationalError("deadlock detected")
        return event

    monkeypatch.setattr(actions, "park_idea", deadlock_at_the_second)
    confirm(cast["P"], address(PARK, *ideas))
    first, second = ideas[0].pk, ideas[1].pk
    assert (calls, states()[:2]) == ([first, second, first, second], ["parked", "parked"])
    assert list(BulkRun.objects.get().rows.values_list("state", flat=True)) == ["done", "done"]


def test_action_that_breaks_before_its_rows_keeps_no_other_waiting(
    cast: Cast, ideas: list[Idea], caplog: pytest.LogCaptureFixture
):
    runs = [BulkRunFactory(person=cast["P"], action_slug=slug) for slug in ("gone", "park")]
    for run in runs:
        run.rows.create(key=ideas[0].pk)
    assert (process_due_runs(now), process_due_runs(now), states()[0]) == (2, 0, "parked")
    assert runs[0].rows.get().reason == "The server could not do this. Try it on the page of this row."
    assert f"Bulk action {runs[0].pk} broke" in caplog.text


def test_nothing_is_done_for_a_closed_account(cast: Cast, ideas: list[Idea]):
    run = BulkRunFactory(person=cast["P"])
    run.rows.create(key=ideas[0].pk)
    User.objects.filter(pk=cast["P"].pk).update(is_active=False)
    assert (process_run(run, now), states()[0]) == (1, "accepted")


def test_undo_is_possible_for_a_day(cast: Cast, ideas: list[Idea]):
    confirm(cast["P"], address(PARK, ideas[0]))
    run = BulkRun.objects.get()
    undo = f"/bulk/{run.pk}/undo/"
    for late, offered in ((timedelta(days=1), 1), (timedelta(days=1, seconds=1), 0)):
        with time_machine.travel(NOW + late, tick=False):
            page = signed_in(cast["P"]).get(f"/bulk/{run.pk}/")
            assert [form["attrs"].get("action") for form in elements(page, "form")].count(undo) == offered
    with time_machine.travel(NOW + late, tick=False):
        answer = signed_in(cast["P"]).post(undo, follow=True)
    assert messages(answer) == ["This can be undone for one day only. Change the rows one by one."]


def test_owner_is_changed_and_given_back(cast: Cast, ideas: list[Idea]):
    IdeaAuthorFactory(idea=ideas[0], user=cast["M"])
    Idea.objects.filter(pk=ideas[1].pk).update(owner=cast["C"])
    where = address(OWNER, ideas[0], ideas[1])
    offered = preview(cast["P"], where).context["form"].fields["owner"].queryset
    assert [person.full_name.split()[0] for person in offered] == [
        "Ambassador",
        "Coordinator",
        "Pilot",
        "Relay",
        "Resident",
    ]
    assert send(cast["P"], where, owner=cast["N"].pk, **hidden_values(preview(cast["P"], where))).status_code == 200
    confirm(cast["P"], where, owner=cast["M"].pk)
    found = Idea.objects.filter(pk__in=[ideas[0].pk, ideas[1].pk]).order_by("pk")
    assert [(idea.owner, idea.co_author_ids) for idea in found] == [(cast["M"], frozenset())] * 2
    send(cast["P"], f"/bulk/{BulkRun.objects.get().pk}/undo/")
    assert [(idea.owner, idea.co_author_ids) for idea in found.all()] == [
        (ideas[0].owner, frozenset({cast["M"].pk})),
        (cast["C"], frozenset()),
    ]


def test_undo_of_a_new_owner_leaves_co_authors_changed_since(cast: Cast, ideas: list[Idea]):
    confirm(cast["P"], address(OWNER, ideas[0]), owner=cast["M"].pk)
    IdeaAuthorFactory(idea=ideas[0], user=cast["C"])
    run = BulkRun.objects.get()
    send(cast["P"], f"/bulk/{run.pk}/undo/")
    idea = Idea.objects.get(pk=ideas[0].pk)
    assert (idea.owner, idea.co_author_ids) == (cast["M"], frozenset({cast["C"].pk}))
    assert run.rows.get().reason == "Someone has changed the owner or the co-authors of this idea since then."


def test_people_who_left_the_cohort_get_no_idea_back_and_no_new_one(cast: Cast, ideas: list[Idea]):
    yesterday = localdate() - timedelta(days=1)
    Idea.objects.filter(pk=ideas[0].pk).update(owner=cast["C"])
    confirm(cast["P"], address(OWNER, ideas[0], ideas[1]), owner=cast["M"].pk)
    run = BulkRun.objects.get()
    cast.cohort.memberships.filter(user=cast["C"]).update(ends_on=yesterday)
    send(cast["P"], f"/bulk/{run.pk}/undo/")
    owners = [Idea.objects.get(pk=idea.pk).owner for idea in ideas[:2]]
    assert (owners, list(run.rows.order_by("key").values_list("reason", flat=True))) == (
        [cast["M"], ideas[1].owner],
        ["The owner from before has left the cohort. Choose another owner on the page of the idea.", ""],
    )
    late = BulkRunFactory(person=cast["P"], action_slug="owner", values=f"owner={cast['C'].pk}")
    late.rows.create(key=ideas[1].pk)
    process_run(late, now)
    assert late.rows.get().reason == "Your choices are no longer valid. Select the rows again."


def test_owner_of_several_cohorts_is_a_member_of_all(cast: Cast, ideas: list[Idea]):
    MembershipFactory(cohort=cast.other_cohort, user=cast["C"], role="coordinator")
    form = preview(cast["S"], address(OWNER, ideas[0], ideas[3])).context["form"]
    assert ([person.pk for person in form.fields["owner"].queryset], bool(form.fields["owner"].help_text)) == (
        [cast["C"].pk],
        True,
    )


def test_bulk_actions_of_others_are_not_found(cast: Cast, ideas: list[Idea]):
    confirm(cast["P"], address(PARK, ideas[0]))
    run = BulkRun.objects.get()
    answers = [signed_in(cast["S"]).get(f"/bulk/{run.pk}/"), send(cast["S"], f"/bulk/{run.pk}/undo/")]
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_costs_the_same_with_one_row_and_with_three(cast: Cast, rows: int):
    chosen = [IdeaFactory(cohort=cast.cohort, state="accepted") for _ in range(rows)]
    assert [statements(cast["P"], address(path, *chosen)) for path in (PARK, OWNER)] == [4, 6]


@pytest.mark.parametrize(("rows", "run_cost", "undo_cost"), [(1, 17, 20), (3, 29, 38)])
def test_statements_of_a_run_and_its_undo_grow_by_few_for_each_row(
    cast: Cast, rows: int, run_cost: int, undo_cost: int
):
    run = BulkRunFactory(person=cast["P"])
    for _ in range(rows):
        run.rows.create(key=IdeaFactory(cohort=cast.cohort, state="accepted").pk)
    costs = []
    for state in ("parked", "accepted"):
        if state == "accepted":
            request_run_undo(run=run, by=cast["P"], at=NOW)
        with CaptureQueriesContext(connection) as context:
            process_run(run, now)
        costs.append(len(context))
        assert states() == [state] * rows
    assert costs == [run_cost, undo_cost]
