"""`seed_load`: copies of the demonstration's editions for load measurements."""

import json
from collections.abc import Iterable
from io import StringIO
from itertools import chain
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Func, Model, UniqueConstraint
from django.test import override_settings

from cohorts.models import Cohort, Invitation
from figures.models import FiguresConsent
from labplatform.demo import copies
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.figures import share_with_edition
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration() -> Idea:
    """Create one idea with a test in a demonstration, and another idea that is somebody's real work."""
    cohort = CohortFactory(edition=EditionFactory(demonstration=True))
    owner = UserFactory(email="camille@demo.example")
    MembershipFactory(cohort=cohort, user=owner)
    InvitationFactory(cohort=cohort, person=owner, earlier_hashes=["0" * 64])
    idea = IdeaFactory(cohort=cohort, owner=owner, state="testing")
    TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
    share_with_edition(cohort)
    IdeaFactory(state="accepted")
    return idea


def seed(*words: str) -> int:
    out = StringIO()
    with override_settings(DEMO=True):
        call_command("seed_load", "--json", *words, stdout=out)
    return json.loads(out.getvalue())["made"]["ideas"]


def unique_columns(table: type[Model]) -> list[tuple[str, ...]]:
    """Return the columns of each unique field and constraint of a table, those in expressions included."""
    fields = [(field.name,) for field in table._meta.local_concrete_fields if field.unique]
    unique = [row for row in table._meta.constraints if isinstance(row, UniqueConstraint)]
    return [*fields, *table._meta.unique_together, *(row.fields or names_in(row.expressions) for row in unique)]


def names_in(expressions: Iterable[Any]) -> tuple[str, ...]:
    parts = [Func(expression).flatten() for expression in expressions]
    return tuple(part.name for part in chain.from_iterable(parts) if isinstance(part, F))


def test_copies_change_a_column_of_every_unique_constraint():
    """A unique column needs an entry in `UNIQUE_COLUMNS`, or its copies would collide with the original."""
    plan = copies.copy_plan()
    same = []
    for table in plan.tables:
        for columns in unique_columns(table):
            fields = [table._meta.get_field(name) for name in columns]
            copied = {copies.copied_value(field, table, plan) for field in fields}
            same += [(table.__name__, columns)] if copied <= {f'"{field.column}"' for field in fields} else []
    assert same == []


def orphans() -> list[str]:
    """Return references of copied rows that lead nowhere, because no trigger has checked them."""
    lost = []
    with connection.cursor() as cursor:
        for table in copies.copy_plan().tables:
            for field in table._meta.local_fields:
                if field.is_relation:
                    name, to = table._meta.db_table, field.related_model._meta.db_table
                    query = f"SELECT count(*) FROM {name} WHERE {field.column} IS NOT NULL"
                    query += f" AND {field.column} NOT IN (SELECT id FROM {to})"
                    cursor.execute(query)
                    lost += [f"{name}.{field.column}"] if cursor.fetchone() != (0,) else []
    return lost


def test_ideas_are_copied_four_times_into_new_cohorts_with_all_related_rows(demonstration: Idea):
    assert seed("--ideas", "9") == 8
    copied = Idea.objects.filter(cohort__edition__demonstration=True).exclude(pk=demonstration.pk)
    values = copied.values_list("state", "title", "owner__email", "prototypes__trials__result").distinct()
    assert [(state, title, email.partition(".")[2], result) for state, title, email, result in values] == [
        ("testing", demonstration.title, "camille@demo.example", "not_met")
    ] * 2
    assert [cohort.ideas.count() for cohort in Cohort.objects.filter(ideas__in=copied).distinct()] == [4, 4]
    assert orphans() == []


def test_copied_invitations_have_unique_addresses_and_token_hashes(demonstration: Idea):
    seed("--ideas", "9")
    first, *copied = Invitation.objects.order_by("pk").values_list("email", "person__email", "earlier_hashes")
    assert first == ("camille@demo.example", "camille@demo.example", ["0" * 64])
    assert [(email == of_person, email.partition(".")[2], links) for email, of_person, links in copied] == [
        (True, "camille@demo.example", [])
    ] * 2
    assert Invitation.objects.values("token_hash").distinct().count() == 3


def test_second_run_copies_nothing_and_later_rows_get_new_keys(demonstration: Idea):
    assert (seed("--ideas", "3"), seed("--ideas", "3"), seed("--ideas", "7")) == (4, 0, 4)
    assert IdeaFactory().pk > Idea.objects.order_by("-pk")[1].pk


def test_copies_are_spread_over_authorities_together_with_implementations(demonstration: Idea):
    """Two copies and two authorities: the demonstration's, and one copied from it."""
    ImplementationFactory(idea=demonstration)
    seed("--ideas", "9", "--authorities", "2")
    copied = Idea.objects.filter(cohort__edition__demonstration=True).exclude(pk=demonstration.pk)
    where = copied.values_list("cohort__authority", "implementations__authority").distinct()
    assert len(where) == 2
    assert all(of_cohort == of_implementation for of_cohort, of_implementation in where)
    assert orphans() == []


def test_dry_run_reports_the_number_and_writes_nothing(demonstration: Idea):
    assert (seed("--ideas", "3", "--dry-run"), Idea.objects.count()) == (4, 2)


def test_command_needs_a_demonstration():
    with pytest.raises(CommandError, match="run load_demo first"):
        seed()


@override_settings(DEMO=False, DEBUG=False)
def test_command_is_refused_unless_demo_or_debug_is_on(demonstration: Idea):
    with pytest.raises(CommandError, match="refused unless DEMO or DEBUG is on"):
        call_command("seed_load")


def test_copied_cohorts_share_their_figures_like_the_original(demonstration: Idea):
    seed("--ideas", "10")
    shares = FiguresConsent.objects.open().values_list("cohort", flat=True)
    assert set(shares) == set(Cohort.objects.filter(edition__demonstration=True).values_list("pk", flat=True))
    assert len(shares) > 1
