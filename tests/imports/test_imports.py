"""An import from the file to the undo: rows checked, imported as one batch, and undone as one."""

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override

from cohorts.invitations.actions.invitations import seats_left
from cohorts.models import Cohort, Invitation
from cohorts.people.actions import end_membership
from imports import actions, checking, worker
from imports.cells import normalised
from imports.enums import BatchState, ImportRowState
from imports.kinds import ImportedThing, ImportTarget, import_kinds
from imports.models import STALE_AFTER, ColumnChoice, FilePart, ImportBatch, ImportRow
from imports.personal_data import PRIVACY, erase, erase_rows_with, purge
from imports.reading.notes import note_texts
from imports.reading.tables import pasted_file
from imports.tasks import run_imports
from imports.worker import WorkStopped, claim_import, import_next_rows, run_due_imports, run_import
from notifications.models import Reminder
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast, new_cast
from tests.factories.cohorts import StakeholderFactory
from tests.factories.imports import ImportBatchFactory, ImportRowFactory, checked
from tests.sql import delete, refused_by, update
from web.errors import DomainError, Refused

pytestmark = pytest.mark.django_db
PEOPLE = "Nom;Courriel;Rôle\nAda Essai;ada@people.example;relais\nBob Essai;bob@people.example;relais\n"
MINUTES = timedelta(minutes=10)


def target_of(cohort: Cohort) -> ImportTarget:
    target = import_kinds["members"].find_target(cohort.slug, None)
    assert target is not None
    return target


def added(cast: Cast, text: str = PEOPLE, by: str = "P", **more: Any) -> ImportBatch:
    """Return the import of a pasted text into the cast's cohort."""
    source = pasted_file(text, import_kinds["members"].columns)
    given = {"kind": "members", "target": target_of(cast.cohort), "file_name": "", "language": "en", "at": NOW}
    return actions.add_import(source=source, by=cast[by], **given | more)


def many(number: int) -> str:
    return "Nom;Courriel;Rôle\n" + "".join(f"Ada{n} Essai;ada{n}@people.example;relais\n" for n in range(number))


def outcomes(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(batch.rows.order_by("line").values_list("line", "outcome", "reason"))


def imported(cast: Cast, text: str = PEOPLE) -> ImportBatch:
    """Return an import that is confirmed and run."""
    batch = actions.confirm_import(batch=added(cast, text), by=cast["P"], at=NOW)
    run_due_imports(lambda: NOW)
    batch.refresh_from_db()
    return batch


def refusal(action: Any, **arguments: Any) -> str:
    with pytest.raises(DomainError) as refused:
        action(**arguments)
    return str(refused.value)


class TestChecking:
    def test_nothing_but_the_import_itself_is_saved(self, cast):
        batch = added(cast)
        assert outcomes(batch) == [(2, "create", ""), (3, "create", "")]
        assert (batch.state, batch.created_count, batch.to_import, batch.rows_total) == ("checked", 2, 2, 2)
        assert (Invitation.objects.count(), Reminder.objects.count()) == (0, 0)

    def test_rows_about_the_same_and_unreadable_cells_are_refused_one_by_one(self, cast):
        text = PEOPLE + "Ada;ADA@people.example;relay\nEve;eve;relais\nZoe;zoe;chef\n"
        rows = outcomes(added(cast, text))
        reasons = [(line, reason.split(".")[0]) for line, _outcome, reason in rows if reason]
        assert reasons[0] == (4, "Row 2 names the same person or thing")
        assert [line for line, _reason in reasons] == [4, 5, 6]
        assert [line for line, _outcome, reason in rows if "Correct these columns too: Role." in reason] == [6]

    def test_a_correction_or_another_column_checks_all_rows_again(self, cast):
        batch = added(cast, PEOPLE + "Eve Essai;eve;relais\n")
        row = batch.rows.refused().get()
        actions.correct_rows(batch=batch, corrections={row.pk: {"email": "eve@people.example"}}, by=cast["P"], at=NOW)
        row.refresh_from_db()
        assert (row.outcome, row.corrections) == ("create", {"email": "eve@people.example"})
        mapping = ["full_name", "", "role"]
        batch = actions.choose_columns(
            batch=batch, mapping=mapping, month_first=False, defaults={}, by=cast["P"], at=NOW
        )
        assert (batch.refused_count, batch.created_count) == (2, 1)

    def test_chosen_columns_are_remembered_for_the_next_table_of_the_person(self, cast):
        text = "Qui;Où\nAda Essai;ada@people.example\n"
        batch = added(cast, text)
        given = {"month_first": False, "defaults": {"role": "relay"}, "by": cast["P"], "at": NOW}
        assert batch.mapping == ["", ""]
        actions.choose_columns(batch=batch, mapping=["full_name", "email"], **given)
        assert added(cast, text).mapping == ["full_name", "email"]
        assert added(cast, text, by="S").mapping == ["", ""]
        assert refusal(actions.choose_columns, batch=batch, mapping=["email", "email"], **given).startswith(
            "Another column"
        )

    def test_plan_is_the_same_in_both_languages(self, cast):
        StakeholderFactory(cohort=cast.cohort, name="Ligue", category="association", influence=1)
        batch = checked("stakeholders", cast.cohort.slug, "Nom;Catégorie;Pouvoir\nLigue;expert;fort\n;x;\n", cast["P"])
        token, reasons = batch.plan_token, {row.reason for row in batch.rows.refused()}
        with override("fr"):
            batch = actions.check_again(batch=batch, by=cast["P"], at=NOW)
        assert (batch.plan_token, batch.language) == (token, "fr")
        assert reasons.isdisjoint(row.reason for row in batch.rows.refused())
        assert batch.rows.get(outcome="update").changes == [
            ["category", "association", "expert"],
            ["influence", "1", "3"],
        ]
        actions.confirm_import(batch=batch, by=cast["P"], at=NOW)
        ImportBatch.objects.update(language="en")  # the worker plans the rows again, in this language
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.updated_count, batch.refused_count) == (1, 1)

    def test_a_correction_is_cleaned_and_limited_as_cells_are(self, cast):
        batch = added(cast, PEOPLE + "Eve Essai;eve;relais\n")
        row = batch.rows.refused().get()
        given = {"batch": batch, "by": cast["P"], "at": NOW}
        too_long = {row.pk: {"email": "x" * 20_001}}
        assert refusal(actions.correct_rows, corrections=too_long, **given).startswith("A cell of row 4")
        actions.correct_rows(corrections={row.pk: {"email": " eve\0@people.example ", "role": "pilot"}}, **given)
        row.refresh_from_db()
        assert row.corrections == {"email": "eve@people.example"}

    def test_a_person_who_may_no_longer_import_does_not_check_again(self, cast):
        batch = added(cast)
        update(cast.cohort.memberships.get(role="pilot"), role="relay")
        given: Any = {"batch": batch, "by": cast["P"], "at": NOW}
        with pytest.raises(Refused):
            actions.correct_rows(corrections={}, **given)
        with pytest.raises(Refused):
            actions.choose_columns(mapping=["full_name", "", ""], month_first=False, defaults={}, **given)

    def test_seats_are_counted_across_all_rows_of_a_check(self, cast, monkeypatch):
        monkeypatch.setattr(checking, "ROWS_PER_CHUNK", 1)
        text = "Nom;Courriel;Rôle\n" + "".join(f"A{n} Essai;a{n}@people.example;ambassadeur\n" for n in range(30))
        left = seats_left(cast.cohort, NOW)
        assert left is not None
        batch = added(cast, text)
        assert (batch.created_count, batch.refused_count) == (left, 30 - left)

    def test_a_large_file_is_read_by_the_worker_and_then_deleted(self, cast, monkeypatch):
        monkeypatch.setattr(actions, "BYTES_PER_PART", 10)
        given = {"kind": "members", "target": target_of(cast.cohort), "file_name": "a.csv", "language": "en", "at": NOW}
        batch = actions.add_unread_file(file=BytesIO(PEOPLE.encode()), by=cast["P"], **given)
        assert (batch.state, FilePart.objects.count() > 1, run_due_imports(lambda: NOW)) == ("reading", True, 1)
        batch.refresh_from_db()
        assert (batch.state, outcomes(batch)) == ("checked", [(2, "create", ""), (3, "create", "")])
        damaged = actions.add_unread_file(file=BytesIO(b"PK\x03\x04x"), by=cast["P"], **given)
        assert run_due_imports(lambda: NOW) == 0
        damaged.refresh_from_db()
        assert (damaged.state, damaged.stop_reason, FilePart.objects.count()) == ("failed", "not_read", 0)
        assert note_texts(damaged.notes) == [
            "This file is damaged or incomplete. Open it, save it again, then try again."
        ]
        assert purge(at=NOW + timedelta(days=30, seconds=1), dry_run=False) == 2
        damaged.refresh_from_db()
        assert (damaged.file_name, damaged.notes) == ("", [])

    def test_many_rows_are_checked_by_the_worker(self, cast, monkeypatch):
        monkeypatch.setattr(actions, "ROWS_CHECKED_AT_ONCE", 1)
        batch = added(cast)
        assert (batch.state, run_imports(), run_imports()) == ("checking", 1, 0)
        batch.refresh_from_db()
        assert (batch.state, batch.created_count) == ("checked", 2)

    @pytest.mark.parametrize("number", [1, 3, 600])
    def test_the_statements_do_not_grow_with_the_rows(self, cast, number, django_assert_num_queries):
        chunks = 1 + (number > 500)
        with django_assert_num_queries(23 + 8 * (chunks - 1)):
            added(cast, many(number))

    def test_only_people_who_may_import_into_the_target_do(self, cast):
        for role in "DMRANX":
            with pytest.raises(Refused):
                added(cast, by=role)

    def test_a_form_sent_twice_adds_one_import(self, cast):
        key = ImportBatchFactory(person=cast["P"]).idempotency_key
        assert added(cast, idempotency_key=key) == ImportBatch.objects.get()
        refused = refusal(added, cast=cast, by="C", idempotency_key=key)  # the key of someone else’s form
        assert refused.startswith("You have already sent this form.")


class TestRunning:
    def test_rows_are_imported_once_and_the_same_file_changes_nothing(self, cast):
        batch = imported(cast)
        assert (batch.state, batch.rows_done, batch.percent, Invitation.objects.count()) == ("done", 2, 100, 2)
        assert run_due_imports(lambda: NOW) == 0
        again = added(cast)
        assert (again.unchanged_count, again.to_import) == (2, 0)
        assert refusal(actions.confirm_import, batch=again, by=cast["P"], at=NOW).startswith("No row can be imported")

    def test_emails_leave_ten_minutes_later(self, cast):
        imported(cast)
        due = set(Reminder.objects.filter(email_type="invitation").values_list("due_at", flat=True))
        assert due == {NOW + MINUTES}

    def test_progress_is_recorded_every_twenty_rows(self, cast):
        batch = actions.confirm_import(batch=added(cast, many(25)), by=cast["P"], at=NOW)
        claimed = claim_import(by=None, at=NOW)
        assert import_next_rows(batch=claimed, by=cast["P"], at=NOW) is False
        batch.refresh_from_db()
        assert (batch.state, batch.rows_done, Invitation.objects.count()) == ("running", 20, 20)

    def test_a_worker_that_dies_loses_the_import_to_the_next_one(self, cast):
        actions.confirm_import(batch=added(cast, many(25)), by=cast["P"], at=NOW)
        claimed = claim_import(by=None, at=NOW)
        import_next_rows(batch=claimed, by=cast["P"], at=NOW)
        assert claim_import(by=None, at=NOW + STALE_AFTER) is None
        assert run_due_imports(lambda: NOW + STALE_AFTER + timedelta(seconds=1)) == 1
        assert Invitation.objects.count() == 25
        with pytest.raises(WorkStopped):
            import_next_rows(batch=claimed, by=cast["P"], at=NOW)

    def test_an_import_that_was_begun_three_times_stops(self, cast):
        batch = actions.confirm_import(batch=added(cast), by=cast["P"], at=NOW)
        claim_import(by=None, at=NOW)
        ImportBatch.objects.filter(pk=batch.pk).update(attempt=3)
        assert run_due_imports(lambda: NOW + 2 * STALE_AFTER) == 0
        batch.refresh_from_db()
        assert (batch.state, batch.stop_reason) == ("failed", "broke")

    def test_the_command_waits_for_another_worker_and_fails_when_the_import_stops(self, cast, monkeypatch):
        batch = actions.confirm_import(batch=added(cast), by=cast["P"], at=NOW)
        claimed = claim_import(by=None, at=NOW)
        monkeypatch.setattr(worker, "sleep", lambda _seconds: import_next_rows(batch=claimed, by=cast["P"], at=NOW))
        assert (run_import(batch, lambda: NOW).state, Invitation.objects.count()) == ("done", 2)
        other = actions.confirm_import(batch=added(cast, many(1)), by=cast["P"], at=NOW)
        monkeypatch.setattr(type(import_kinds["members"]), "save", lambda *_arguments: 1 / 0)
        assert refusal(run_import, batch=other, clock=lambda: NOW).startswith("The server could not go on.")

    def test_a_check_that_breaks_imports_nothing(self, cast, monkeypatch):
        monkeypatch.setattr(actions, "ROWS_CHECKED_AT_ONCE", 1)
        batch = added(cast)
        monkeypatch.setattr(worker, "check_batch", lambda *_arguments: 1 / 0)
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.state, batch.stop_reason) == ("failed", "check_broke")

    def test_what_changed_since_the_check_is_refused_or_left_alone(self, cast):
        batch = actions.confirm_import(batch=added(cast), by=cast["P"], at=NOW)
        imported(cast, PEOPLE.splitlines()[0] + "\n" + PEOPLE.splitlines()[1])
        batch.refresh_from_db()
        assert (batch.state, batch.created_count, batch.unchanged_count) == ("done", 2, 0)
        later = ImportBatch.objects.latest("pk")
        assert (later.state, later.created_count, later.unchanged_count) == ("done", 0, 1)

    def test_for_a_person_who_may_no_longer_import_nothing_is_checked_or_imported(self, cast, monkeypatch):
        actions.confirm_import(batch=added(cast), by=cast["P"], at=NOW)
        monkeypatch.setattr(actions, "ROWS_CHECKED_AT_ONCE", 1)
        added(cast)
        member = cast.cohort.memberships.get(role="pilot")
        end_membership(membership=member, ends_on=TODAY - timedelta(days=1), reason="", at=NOW, by=cast["S"])
        run_due_imports(lambda: NOW)
        stopped = ImportBatch.objects.order_by("pk").values_list("state", "stop_reason", "created_count")
        assert list(stopped) == [("failed", "not_allowed", 2), ("failed", "not_allowed", 0)]
        assert Invitation.objects.count() == 0

    def test_rights_are_those_of_the_moment_of_each_part(self, cast):
        batch = actions.confirm_import(batch=added(cast, many(25), by="C"), by=cast["C"], at=NOW)
        claimed = claim_import(by=None, at=NOW)
        import_next_rows(batch=claimed, by=claimed.actor, at=NOW)
        update(cast["C"], is_active=False)
        with pytest.raises(Refused):
            import_next_rows(batch=claimed, by=claimed.actor, at=NOW)
        assert (Invitation.objects.count(), batch.rows.to_import().count()) == (20, 5)

    def test_an_import_of_the_command_is_confirmed_and_undone_in_the_name_of_lab_staff(self, cast):
        source = pasted_file(PEOPLE, import_kinds["members"].columns)
        given = {"kind": "members", "target": target_of(cast.cohort), "file_name": "", "language": "en", "at": NOW}
        batch = actions.add_import(source=source, by=None, **given)
        actions.confirm_import(batch=batch, by=cast["S"], at=NOW)
        run_due_imports(lambda: NOW)
        assert set(Invitation.objects.values_list("invited_by", flat=True)) == {cast["S"].pk}
        other = UserFactory(is_lab_staff=True)
        actions.request_import_undo(batch=batch, by=other, at=NOW)
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.person, batch.requested_by, batch.state) == (None, other, "undone")
        people = batch.events.filter(pgh_label="update").order_by("pgh_id").values_list("requested_by", flat=True)
        assert list(dict.fromkeys(people)) == [None, cast["S"].pk, other.pk]

    def test_only_the_plan_that_was_looked_at_is_confirmed(self, cast):
        batch = added(cast)
        given: Any = {"batch": batch, "by": cast["P"], "at": NOW, "plan_token": batch.plan_token}
        imported(cast, PEOPLE.rpartition("Bob")[0])
        actions.check_again(batch=batch, by=cast["P"], at=NOW)
        assert refusal(actions.confirm_import, **given) == (
            "What this import would do has changed since you looked at it: to create: 1 instead of 2,"
            " no change: 1 instead of 0."
            " Check the rows, then import."
        )
        batch.refresh_from_db()
        values_changed = "Values have changed since you looked at the rows. Check them again, then import."
        mapping = ["full_name", "email", "role"]
        actions.choose_columns(batch=batch, mapping=mapping, month_first=True, defaults={}, by=cast["P"], at=NOW)
        for token in (batch.plan_token, f"{'9' * 5000}-x", ""):
            assert refusal(actions.confirm_import, **given | {"plan_token": token}) == values_changed
        batch.refresh_from_db()
        assert actions.confirm_import(**given | {"plan_token": batch.plan_token}).state == "waiting"

    def test_a_second_import_into_the_same_target_waits(self, cast):
        first, second = added(cast), added(cast, many(3), by="C")
        for batch, role in ((first, "P"), (second, "C")):
            actions.confirm_import(batch=batch, by=cast[role], at=NOW)
        assert claim_import(by=None, at=NOW) == first
        assert claim_import(by=None, at=NOW) is None
        with refused_by("import_batch_one_per_target"):
            update(second, state="running")
        run_due_imports(lambda: NOW + 2 * STALE_AFTER)
        assert set(ImportBatch.objects.values_list("state", flat=True)) == {"done"}

    def test_a_confirmed_import_is_neither_changed_nor_discarded(self, cast):
        batch = added(cast)
        actions.confirm_import(batch=batch, by=cast["P"], at=NOW)
        assert actions.confirm_import(batch=batch, by=cast["P"], at=NOW).confirmed_at == NOW
        given = {"batch": batch, "by": cast["P"]}
        assert refusal(actions.discard_import, **given).startswith("This import is already confirmed.")
        assert refusal(actions.correct_rows, corrections={}, at=NOW, **given).startswith("This import is already")
        other = added(cast)
        actions.discard_import(batch=other, by=cast["P"])
        assert ImportBatch.objects.get() == batch


class TestUndo:
    def undo(self, cast: Cast, batch: ImportBatch, at: datetime = NOW) -> ImportBatch:
        actions.request_import_undo(batch=batch, by=cast["P"], at=at)
        run_due_imports(lambda: at)
        batch.refresh_from_db()
        return batch

    def test_an_undo_ends_what_was_created_and_keeps_it(self, cast):
        batch = self.undo(cast, imported(cast))
        assert (batch.state, set(batch.rows.values_list("state", flat=True))) == ("undone", {ImportRowState.UNDONE})
        assert [row.why for row in Invitation.objects.all()] == ["The import that invited the person was undone."] * 2
        assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
        assert refusal(actions.request_import_undo, batch=batch, by=cast["P"], at=NOW) == (
            "This import can no longer be undone."
        )

    def test_an_import_is_undone_for_thirty_days(self, cast):
        batch = imported(cast)
        assert [batch.can_still_undo(NOW + timedelta(days=30) - timedelta(seconds=n)) for n in (1, 0)] == [True, False]

    def test_an_undo_says_what_depends_on_the_import(self, cast):
        batch = imported(cast)
        row = Invitation.objects.earliest("pk")
        update(row, accepted_at=NOW, accepted_by_id=row.person_id)
        assert refusal(actions.request_import_undo, batch=batch, by=cast["P"], at=NOW) == (
            "These people accepted the invitation: Ada Essai. End their memberships first."
        )

    def test_an_undo_that_became_impossible_changes_nothing(self, cast):
        batch = imported(cast)
        actions.request_import_undo(batch=batch, by=cast["P"], at=NOW)
        row = Invitation.objects.earliest("pk")
        update(row, accepted_at=NOW, accepted_by_id=row.person_id)
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.state, batch.stop_reason) == ("done", "changed_since")
        assert Invitation.objects.revoked().count() == 0

    def test_a_stopped_import_whose_undo_is_refused_stays_stopped(self, cast):
        batch = actions.confirm_import(batch=added(cast), by=cast["P"], at=NOW)
        claimed = claim_import(by=None, at=NOW)
        update(claimed, attempt=3)
        run_due_imports(lambda: NOW + 2 * STALE_AFTER)
        actions.request_import_undo(batch=batch, by=cast["P"], at=NOW)
        update(cast.cohort.memberships.get(role="pilot"), role="relay")
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.state, batch.stop_reason) == ("failed", "broke")

    def test_an_undo_is_refused_once_the_person_may_no_longer_import(self, cast):
        batch = imported(cast)
        actions.request_import_undo(batch=batch, by=cast["P"], at=NOW)
        update(cast.cohort.memberships.get(role="pilot"), role="relay")
        run_due_imports(lambda: NOW)
        batch.refresh_from_db()
        assert (batch.state, batch.stop_reason) == ("done", "not_allowed")
        assert Invitation.objects.revoked().count() == 0

    def test_an_undo_that_breaks_undoes_nothing(self, cast, monkeypatch):
        batch = imported(cast)
        monkeypatch.setattr(type(import_kinds["members"]), "undo", lambda *_arguments: 1 / 0)
        batch = self.undo(cast, batch)
        assert (batch.state, batch.stop_reason) == ("done", "undo_broke")


class TestRetention:
    def test_unconfirmed_imports_go_after_a_day_and_rows_after_thirty(self, cast):
        old = ImportBatchFactory(queued_at=NOW - timedelta(days=1, seconds=1))
        ImportRowFactory(batch=old)
        new = ImportBatchFactory(queued_at=NOW - timedelta(days=1))
        batch = imported(cast)
        assert (purge(at=NOW, dry_run=True), purge(at=NOW, dry_run=False), purge(at=NOW, dry_run=False)) == (1, 1, 0)
        assert set(ImportBatch.objects.all()) == {new, batch}
        ImportBatch.objects.filter(pk=new.pk).update(queued_at=NOW + timedelta(days=31))
        assert purge(at=NOW + timedelta(days=30), dry_run=False) == 0
        assert purge(at=NOW + timedelta(days=30, seconds=1), dry_run=False) == 1
        batch.refresh_from_db()
        assert (ImportRow.objects.count(), batch.created_count) == (0, 2)
        assert (batch.header, batch.mapping, batch.file_name, batch.sheet) == ([], [], "", "")

    def test_an_erased_person_leaves_no_file_no_row_and_no_choice_of_columns(self, cast):
        given = {"kind": "members", "target": target_of(cast.cohort), "file_name": "a.csv", "language": "en", "at": NOW}
        unread = actions.add_unread_file(file=BytesIO(PEOPLE.encode()), by=cast["P"], **given)
        batch, choice = added(cast), {"month_first": False, "defaults": {}, "by": cast["P"], "at": NOW}
        actions.choose_columns(batch=batch, mapping=["full_name", "email", "role"], **choice)
        of_others = ImportRowFactory(batch__person=cast["C"], cells=[cast["M"].full_name, cast["M"].email])
        copied = [list(part.rows(cast["P"])) for part in PRIVACY.personal_data.values()]
        assert [row["file_name"] for row in copied[0]] == ["a.csv", ""]
        assert [row["columns"] for row in copied[1]] == [{"nom": "full_name", "courriel": "email", "role": "role"}]
        erase(user=cast["P"], at=NOW)
        assert (FilePart.objects.count(), ImportRow.objects.get(), ColumnChoice.objects.count()) == (0, of_others, 0)
        unread.refresh_from_db()
        assert unread.file_name == ""

    def test_headings_with_an_address_are_erased(self, cast):
        header = ["Ada <ada@people.example>", "Nada nada@people.example"]
        batch = ImportBatchFactory(header=header, state="done")
        choice = ColumnChoice.objects.create(
            person=cast["P"], kind="members", columns={normalised(heading): "email" for heading in header}
        )
        erase_rows_with(["ada@people.example"])
        batch.refresh_from_db()
        choice.refresh_from_db()
        assert (batch.header, list(choice.columns)) == (["", header[1]], [normalised(header[1])])


def test_the_database_refuses_what_no_action_does():
    batch = ImportBatchFactory()
    row = ImportRowFactory(batch=batch)
    for rule, model, values in [
        ("import_batch_state", batch, {"state": "running", "confirmed_at": NOW}),
        ("import_batch_confirmed", batch, {"confirmed_at": NOW}),
        ("import_batch_rows_done", batch, {"rows_done": 5}),
        ("import_batch_counts", batch, {"created_count": 3, "refused_count": 2}),
        ("import_batch_fixed", batch, {"target_key": "cohort:other"}),
        ("import_batch_fixed", batch, {"rows_total": 9}),
        ("import_row_refused_reason", row, {"outcome": "refused"}),
        ("import_row_refused_reason", row, {"reason": "Why"}),
        ("import_row_imported_what", row, {"state": "imported"}),
        ("import_row_state", row, {"state": "undone", "object_id": 1}),
        ("import_row_fixed", row, {"line": 9}),
    ]:
        with refused_by(rule):
            update(model, **values)
    update(row, state="imported", object_id=1)
    with refused_by("import_row_fixed"):
        update(row, object_id=2)
    with refused_by("import_row_once"):
        ImportRowFactory(batch=batch)
    confirmed = ImportBatchFactory(state="waiting")
    with refused_by("import_batch_fixed"):
        update(confirmed, month_first=True)
    for rule, values in [
        ("import_batch_ended", {"state": "done"}),
        ("import_batch_stop_reason", {"state": "failed", "ended_at": NOW}),
    ]:
        with refused_by(rule):
            update(ImportBatchFactory(state="running", target_slug=rule), **values)
    delete(row)


def test_choices_of_columns_are_one_per_person_and_kind():
    choice = {"person": UserFactory(), "kind": "members"}
    ColumnChoice.objects.create(**choice)
    with refused_by("column_choice_once"):
        ColumnChoice.objects.create(**choice)


def test_every_state_is_reached_and_has_a_colour():
    assert all(state.tone for state in BatchState)
    assert ImportedThing(1).is_new


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_import_a_row_twice(transactional_db):
    cast = new_cast()
    actions.confirm_import(batch=added(cast, many(30)), by=cast["P"], at=NOW)
    work = partial(run_due_imports, lambda: NOW)
    assert run_at_once(work, work) == ["done", "done"]
    assert Invitation.objects.count() == 30
