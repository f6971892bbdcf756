"""Migration 0019: ideas split before splits had a state, and partial implementations that were overwritten."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.db import connection

from prototypes import actions
from prototypes.models import Idea, IdeaEvent, Implementation
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory
from tests.sql import execute, force
from web.database_roles import CLOSED

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
IN_PART, IN_FULL, ENDED = date(2026, 8, 20), date(2026, 10, 1), date(2026, 11, 2)
MIGRATION = import_module("prototypes.migrations.0019_splits_and_partial_implementations_recovered").Migration


def migrate() -> None:
    with connection.schema_editor(atomic=False) as editor:
        for operation in MIGRATION.operations:
            operation.database_forwards("prototypes", editor, None, None)


def migrate_back() -> None:
    with connection.schema_editor(atomic=False) as editor:
        for operation in reversed(MIGRATION.operations):
            operation.database_backwards("prototypes", editor, None, None)


class TestSplits:
    def old_split(self, cast: Cast) -> tuple[Idea, list[Idea]]:
        """An idea split in two as it was written before: merged into its first part."""
        original = IdeaFactory(cohort=cast.cohort, state="accepted")
        parts = actions.split_idea(idea=original, titles=["Sign", "Word"], by=cast["P"], at=AT)
        force(original.events.get(state="split"), state="merged", merged_into_id=parts[0].pk)
        force(original, state="merged", merged_into_id=parts[0].pk)
        return original, parts

    def ends(self, idea: Idea) -> tuple[Any, ...]:
        """The end of an idea, on its row and in its last event."""
        idea.refresh_from_db()
        event = IdeaEvent.objects.filter(idea=idea).latest("pk")
        return idea.state, idea.merged_into_id, event.state, event.merged_into_id

    def test_old_split_becomes_a_split_and_a_merge_stays_a_merge(self, cast: Cast):
        original, _parts = self.old_split(cast)
        merged, target = IdeaFactory(cohort=cast.cohort, state="accepted"), IdeaFactory(cohort=cast.cohort)
        actions.merge_idea(idea=merged, into=target, by=cast["P"], at=AT)
        migrate()
        assert (self.ends(original), self.ends(merged)) == (
            ("split", None, "split", None),
            ("merged", target.pk, "merged", target.pk),
        )

    def test_split_becomes_a_merge_into_its_first_part_again_on_the_way_back(self, cast: Cast):
        original, parts = self.old_split(cast)
        before = self.ends(original)
        migrate()
        migrate_back()
        assert self.ends(original) == before == ("merged", parts[0].pk, "merged", parts[0].pk)

    def test_rules_of_ideas_are_in_force_again_afterwards(self, cast: Cast):
        self.old_split(cast)
        migrate()
        assert execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'") == []

    @pytest.mark.parametrize("back", [False, True])
    def test_it_runs_where_no_trigger_can_be_ignored(self, cast: Cast, back: bool):
        """On every platform that migrated before: see `web.database_roles`."""
        original, _parts = self.old_split(cast)
        with connection.cursor() as cursor:
            cursor.execute(CLOSED)
        migrate()
        if back:
            migrate_back()
        assert self.ends(original)[0] == ("merged" if back else "split")


class TestPartialImplementations:
    def overwritten(self, cast: Cast, **later: Any) -> Implementation:
        """A partial implementation over which a full one was written, as `mark_implemented` did before."""
        row = ImplementationFactory(
            idea=IdeaFactory(cohort=cast.cohort, state="implementing"),
            scope="partial",
            live_on=IN_PART,
            evidence="Trial opening",
        )
        with pgtrigger.ignore("prototypes.Implementation:implementation_live_frozen"):
            row.scope, row.live_on, row.evidence = "full", IN_FULL, "Budget vote"
            row.save()
        for name, value in later.items():
            setattr(row, name, value)
        row.save()
        return row

    def rows(self, idea: Idea) -> list[tuple[Any, ...]]:
        fields = ("scope", "state", "live_on", "evidence", "unit", "ended_on", "reason")
        return list(idea.implementations.order_by("live_on", "pk").values_list(*fields))

    def test_overwritten_one_is_a_row_again_with_its_day_and_evidence(self, cast: Cast):
        idea = self.overwritten(cast).idea
        migrate()
        assert self.rows(idea) == [
            ("partial", "live", IN_PART, "Trial opening", "Accueil central", None, ""),
            ("full", "live", IN_FULL, "Budget vote", "Accueil central", None, ""),
        ]

    def test_overwritten_one_ended_with_the_one_that_replaced_it(self, cast: Cast):
        idea = self.overwritten(cast, state="discontinued", ended_on=ENDED, reason="Budget").idea
        migrate()
        assert self.rows(idea) == [
            ("partial", "discontinued", IN_PART, "Trial opening", "Accueil central", ENDED, "Budget"),
            ("full", "discontinued", IN_FULL, "Budget vote", "Accueil central", ENDED, "Budget"),
        ]

    def test_recovered_one_is_on_the_platform_since_the_day_it_was_recorded(self, cast: Cast):
        idea = self.overwritten(cast).idea
        execute("SET LOCAL session_replication_role = replica")
        execute("UPDATE prototypes_implementationevent SET pgh_created_at = '2026-08-24 09:00+00'")
        execute("SET LOCAL session_replication_role = DEFAULT")
        migrate()
        assert idea.implementations.get(scope="partial").born_on == date(2026, 8, 24)

    @pytest.mark.parametrize("columns", [{"scope": "partial"}, {}, {"kind": "replication", "scope": "partial"}])
    def test_rows_that_were_never_overwritten_stay_alone(self, cast: Cast, columns: dict[str, str]):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        if "kind" in columns:
            ImplementationFactory(idea=idea, authority=AuthorityFactory(), **columns)
        else:
            ImplementationFactory(idea=idea, **columns)
        before = self.rows(idea)
        migrate()
        assert self.rows(idea) == before

    def test_running_it_again_recovers_nothing_twice(self, cast: Cast):
        idea = self.overwritten(cast).idea
        migrate()
        migrate_back()
        execute("DROP TABLE recovered")
        before = self.rows(idea)
        migrate()
        assert self.rows(idea) == before

    @pytest.mark.parametrize("recorded", [date(2026, 9, 30), date(2026, 10, 2)])
    def test_implementation_is_an_update_of_its_idea_from_its_day_or_its_record_on(self, cast: Cast, recorded: date):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=IN_FULL, born_on=recorded)
        force(idea, last_sign_on=IN_PART)
        migrate()
        idea.refresh_from_db()
        assert idea.last_sign_on == max(IN_FULL, recorded)

    def test_later_update_of_an_idea_stays(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=IN_FULL)
        force(idea, last_sign_on=ENDED)
        migrate()
        idea.refresh_from_db()
        assert idea.last_sign_on == ENDED
