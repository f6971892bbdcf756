"""Every list that can be imported imports again unchanged, whatever texts, numbers and dates it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cohorts.models import BudgetLine, Cohort, Session, Stakeholder
from imports.actions import add_import
from imports.kinds import import_kinds
from imports.models import ImportBatch
from imports.reading.tables import open_file
from lists.access import open_list
from programmes.models import Authority, Method
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.budget import BudgetLineFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.programmes import MethodFactory
from tests.factories.prototypes import IdeaFactory
from web.exports.tables import write
from web.lists.declarations import lists
from web.lists.tables import list_table
from web.text.visible import clean_line, clean_text

pytestmark = pytest.mark.django_db
# Beginnings of formulas, quotes, separators of CSV files, letters with accents, a line break, a wide and a thin space.
STARTS = ("", "=", "+", "-", "@", "'", "''=", "’", '"', "\t=", "1,5", "03/10/2026", "Total")
ALPHABET = "aZé œßçÉ€'’\"«»;|,=+-@.1/\n\u00a0\u202fΩ日"


def texts(length: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Return texts as forms save them: cleaned, on one line unless `lines`."""
    clean = clean_text if lines else clean_line
    typed = st.builds(str.__add__, st.sampled_from(STARTS), st.text(ALPHABET, max_size=12))
    return typed.map(lambda text: clean(text).strip()[:length].strip()).filter(bool)


@dataclass
class Written:
    """What a cohort and its lists hold in one example."""

    names: list[str]
    lines: list[str]
    short: str
    amount: Decimal
    days: Decimal
    day: date


written = st.builds(
    Written,
    st.lists(texts(60), min_size=4, max_size=4, unique_by=str.casefold),
    st.lists(texts(200, lines=True), min_size=2, max_size=2),
    texts(8).filter(lambda number: number != "1"),
    st.decimals(0, 10**8, places=2),
    st.decimals(0, 9_999, places=1),
    st.dates(date(2026, 12, 1), date(2027, 3, 1)),
)
TOTAL = Written(["1@1.", "Total", "@home", "'=1+1"], ["=a\n+b", "'@"], "9,2", Decimal("1234.5"), Decimal(0), TODAY)
SWAPPED = replace(TOTAL, names=["Total", "1@1.", *TOTAL.names[2:]])  # each name was that of the other row before


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Add to the cast's cohort a member who left, and two of each other thing that can be imported."""
    past = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 10, 31)}
    left = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Lena Left"), **past).user
    sessions = [SessionFactory(cohort=cast.cohort, number=str(number), state="scheduled") for number in (1, 2)]
    sessions[0].days.create(date=TODAY - timedelta(days=30), starts_at=time(9), ends_at=time(12), venue="Hall")
    AttendanceFactory(day=sessions[0].days.first(), member=cast.cohort.memberships.get(user=cast["M"]))
    for _ in range(2):
        stakeholder = StakeholderFactory(cohort=cast.cohort)
        excused = {"stakeholder": stakeholder, "status": "excused", "half_days": 0}
        AttendanceFactory(day=sessions[0].days.first(), member=None, **excused)
    IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="accepted")
    IdeaFactory(cohort=cast.cohort, owner=left, state="testing")
    MethodFactory(phase="immersion")
    MethodFactory(minutes=None)
    return cast


def write_into(world: Cast, given: Written) -> None:
    """Store what an example holds, after the names that the example before it left."""
    for model in (Stakeholder, Method):  # their names are unique: an example may give a row the name of another one
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(name=f"Row {row.pk}")
    for row, name in zip(Stakeholder.objects.filter(cohort=world.cohort), given.names, strict=False):
        Stakeholder.objects.filter(pk=row.pk).update(name=name, organisation=given.names[2], notes=given.lines[0])
    for row, name in zip(Idea.objects.filter(cohort=world.cohort), given.names, strict=False):
        Idea.objects.filter(pk=row.pk).update(title=name, summary=given.lines[1])
    for row, name in zip(Method.objects.order_by("pk"), given.names, strict=False):
        Method.objects.filter(pk=row.pk).update(name=name, need=given.lines[0], steps=given.lines[1])
    authority = {"kind": "other", "kind_label": given.names[3], "seat": given.names[2]}
    Authority.objects.filter(pk=world.cohort.authority_id).update(name=given.names[0], **authority)
    member = {"discipline": given.names[2], "unit": given.names[3]}
    world.cohort.memberships.filter(user=world["M"]).update(**member)
    Cohort.objects.filter(pk=world.cohort.pk).update(name=given.names[0])
    BudgetLine.objects.all().delete()
    amounts = ({"euros": given.amount}, {"days": round(given.days * 2) / Decimal(2)})
    for note, amount in zip(given.names, amounts, strict=False):
        BudgetLineFactory(cohort=world.cohort, day=given.day, note=note, **{"euros": None, **amount})
    session = Session.objects.filter(cohort=world.cohort).order_by("pk")[1]
    lead = {"prepared_by": "civil_servants", "led_by": "both"}
    Session.objects.filter(pk=session.pk).update(number=given.short, title=given.names[1], **lead)
    session.days.update(date=given.day, venue=given.names[3])


@contextmanager
def exported(address: tuple[str, str, str], file_format: str, language: str, world: Cast) -> Iterator[Any]:
    """Yield the file of a list with all its columns, as lab staff download it; `address` is the slug of the list, the
    key of its subject, and its filters.
    """
    slug, subject_key, query = address
    columns = ".".join(lists[slug].columns)
    with TemporaryFile() as file, override(language):
        bound_list = open_list(world["S"], lists[slug], QueryDict(f"columns={columns}&{query}"), subject_key)
        write(file_format, list_table(bound_list, made_on=TODAY), file, language=language)
        yield file


def differences(kind: str, target_slug: str, file: Any, world: Cast) -> list[Any]:
    """Return the rows of a file that would change anything, or are refused, and whether there is no row."""
    importer = import_kinds[kind]
    target = importer.find_target(target_slug, world["S"])
    assert target is not None
    with open_file(file, importer.columns) as source:
        batch = add_import(kind=kind, target=target, source=source, file_name="", language="en", by=world["S"], at=NOW)
    rows = batch.rows.exclude(outcome="unchanged").values_list("outcome", "reason", "changes", "cells")
    return [*rows, *([] if batch.rows_total else ["no row"])]


@example("csv", "fr", TOTAL)
@example("xlsx", "en", SWAPPED)
@given(st.sampled_from(["csv", "csv", "xlsx"]), st.sampled_from(["fr", "en"]), written)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_import_again_unchanged(world: Cast, file_format: str, language: str, given: Written):
    write_into(world, given)
    session = Session.objects.filter(cohort=world.cohort).order_by("pk")[0]
    of_cohort = f"cohort={world.cohort.pk}"
    found = {}
    for kind, target, address in (
        ("authorities", "", ("authorities", "", "")),
        ("methods", "", ("methods", "", "")),
        ("members", "rivage", ("members", "rivage", "")),
        ("sessions", "rivage", ("sessions", "", f"{of_cohort}&period=all")),
        ("stakeholders", "rivage", ("stakeholders", "rivage", "")),
        ("ideas", "rivage", ("ideas", "", of_cohort)),
        ("attendance", "rivage", ("session-participants", str(session.pk), "day=all")),
        ("budgets", "rivage", ("budget-lines", "rivage", "")),
    ):
        with exported(address, file_format, language, world) as file:
            if different := differences(kind, target, file, world):
                found[kind] = different
    assert found == {}
    ImportBatch.objects.all().delete()
