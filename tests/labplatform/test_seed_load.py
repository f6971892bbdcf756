"""`seed_load`: the demonstration's editions copied until there are thousands of ideas, for measuring."""

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
from labplatform.demo import copies
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration() -> Idea:
    """One idea with a test, in the only cohort of a demonstration; beside them an idea that is somebody's work."""
    cohort = CohortFactory(edition=EditionFactory(demonstration=True))
    owner = UserFactory(email="camille@demo.example")
    MembershipFactory(cohort=cohort, user=owner)
    InvitationFactory(cohort=cohort, person=owner, replaced=["0" * 64])
    idea = IdeaFactory(cohort=cohort, owner=owner, state="testing")
    TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
    IdeaFactory(state="accepted")
    return idea


def seed(*words: str) -> int:
    out = StringIO()
    with override_settings(DEMO=True):
        call_command("seed_load", "--json", *words, stdout=out)
    return json.loads(out.getvalue())["made"]["ideas"]


def unique_columns(table: type[Model]) -> list[tuple[str, ...]]:
    """The columns of each unique field and constraint of a table; those of an expression in their place."""
    fields = [(field.name,) for field in table._meta.local_concrete_fields if field.unique]
    unique = [row for row in table._meta.constraints if isinstance(row, UniqueConstraint)]
    return [*fields, *table._meta.unique_together, *(row.fields or names_in(row.expressions) for row in unique)]


def names_in(expressions: Iterable[Any]) -> tuple[str, ...]:
    parts = [Func(expression).flatten() for expression in expressions]
    return tuple(part.name for part in chain.from_iterable(parts) if isinstance(part, F))


def test_copies_change_a_column_of_every_unique_constraint():
    """A column that is unique needs a line in `OWN`, or its copies would collide with the row they come from."""
    plan = copies.planned()
    same = []
    for table in plan.tables:
        for columns in unique_columns(table):
            fields = [table._meta.get_field(name) for name in columns]
            copied = {copies.copied_value(field, table, plan) for field in fields}
            same += [(table.__name__, columns)] if copied <= {f'"{field.column}"' for field in fields} else []
    assert same == []


def orphans() -> list[str]:
    """References of what was copied that lead nowhere: no trigger has looked at them."""
    lost = []
    with connection.cursor() as cursor:
        for table in copies.planned().tables:
            for field in table._meta.local_fields:
                if field.is_relation:
                    name, to = table._meta.db_table, field.related_model._meta.db_table
                    found = f"SELECT count(*) FROM {name} WHERE {field.column} IS NOT NULL"
                    found += f" AND {field.column} NOT IN (SELECT id FROM {to})"
                    cursor.execute(found)
                    lost += [f"{name}.{field.column}"] if cursor.fetchone() != (0,) else []
    return lost


def test_copies_stand_in_cohorts_of_their_own_four_times_each_with_all_that_hangs_on_the_idea(demonstration: Idea):
    assert seed("--ideas", "9") == 8
    copied = Idea.objects.filter(cohort__edition__demonstration=True).exclude(pk=demonstration.pk)
    told = copied.values_list("state", "title", "owner__email", "prototypes__trials__result").distinct()
    assert [(state, title, email.partition(".")[2], result) for state, title, email, result in told] == [
        ("testing", demonstration.title, "camille@demo.example", "not_met")
    ] * 2
    assert [cohort.ideas.count() for cohort in Cohort.objects.filter(ideas__in=copied).distinct()] == [4, 4]
    assert orphans() == []


def test_each_copy_of_an_invitation_has_an_address_and_a_token_hash_of_its_own(demonstration: Idea):
    seed("--ideas", "9")
    first, *copied = Invitation.objects.order_by("pk").values_list("email", "person__email", "replaced")
    assert first == ("camille@demo.example", "camille@demo.example", ["0" * 64])
    assert [(email == of_person, email.partition(".")[2], links) for email, of_person, links in copied] == [
        (True, "camille@demo.example", [])
    ] * 2
    assert Invitation.objects.values("token_hash").distinct().count() == 3


def test_asked_again_nothing_is_copied_and_rows_made_later_get_numbers_of_their_own(demonstration: Idea):
    assert (seed("--ideas", "3"), seed("--ideas", "3"), seed("--ideas", "7")) == (4, 0, 4)
    assert IdeaFactory().pk > Idea.objects.order_by("-pk")[1].pk


def test_copies_are_spread_over_authorities_and_what_is_live_stays_with_its_own(demonstration: Idea):
    """Two copies among two authorities: the demonstration's, and one copied from it."""
    ImplementationFactory(idea=demonstration)
    seed("--ideas", "9", "--authorities", "2")
    copied = Idea.objects.filter(cohort__edition__demonstration=True).exclude(pk=demonstration.pk)
    where = copied.values_list("cohort__authority", "implementations__authority").distinct()
    assert len(where) == 2
    assert all(of_cohort == of_implementation for of_cohort, of_implementation in where)
    assert orphans() == []


def test_a_dry_run_says_how_many_and_leaves_nothing(demonstration: Idea):
    assert (seed("--ideas", "3", "--dry-run"), Idea.objects.count()) == (4, 2)


def test_without_a_demonstration_there_is_nothing_to_copy():
    with pytest.raises(CommandError, match="run load_demo first"):
        seed()


@override_settings(DEMO=False, DEBUG=False)
def test_it_is_refused_where_people_work(demonstration: Idea):
    with pytest.raises(CommandError, match="refused unless DEMO or DEBUG is on"):
        call_command("seed_load")
