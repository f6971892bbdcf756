"""No list, file, view or preview holds a text of others, whatever its columns; no import recognises their rows; and
every column of a list sorts.

Files and previews of actions are opened by every fourth role, and columns sort up or down, in turn; `make test-full`
tries all.
"""

from urllib.parse import urlencode

import pytest

from cohorts.models import Cohort
from imports.models import ImportBatch
from lists.models import SavedView
from tests.factories.cast import TODAY
from tests.full import FULL
from tests.matrix import FORMER
from tests.matrix.leak_markers import FAR, NEAR, leaks_in
from tests.matrix.stage import Stage, rolled_back
from tests.test_role_matrix import hidden_from
from web.lists.columns import Reader
from web.lists.declarations import List, lists, no_subject

pytestmark = pytest.mark.django_db
OPEN = {"authorities", "calls", "methods"}  # open to everyone: none of their texts has a marker


def subject_key(of_list: List, cohort: Cohort) -> str:
    """Return the key of the cohort, or of one of its sessions or Intertransfos, whose list it is; "" for others."""
    if of_list.slug == "participants":
        return str(cohort.hosted_exchanges.get(state="registration_open").pk)
    if of_list.slug == "session-participants":
        return str(cohort.sessions.get(state="scheduled").pk)
    return "" if of_list.subject is no_subject else cohort.slug


def addresses(of_list: List, stage: Stage) -> list[str]:
    """Return the addresses of the page, the files and the previews of a list, with all columns that can be chosen."""
    own = subject_key(of_list, stage.home.cohort)
    columns = [name for name, column in of_list.columns.items() if column.in_file]
    query = urlencode({"subject_key": own, "columns": ".".join(columns), "all": 1})
    rows = of_list.rows(Reader(stage.home["S"], TODAY, own, of_list.subject(stage.home["S"], own))).model
    selected = {"selected": 1, "row": [*rows._default_manager.values_list("pk", flat=True)]}  # also those of others
    chosen = urlencode({"subject_key": own, "columns": ".".join(columns), **selected}, doseq=True)
    files = [f"/lists/{of_list.slug}/file/csv/?{query}", f"/lists/{of_list.slug}/file/xlsx/?{chosen}"]
    previews = [f"/lists/{of_list.slug}/actions/{slug}/?{query}" for slug in of_list.bulk_actions]
    return [f"{of_list.href(own)}?{query}", *files, *previews]


@pytest.mark.parametrize("slug", lists.slugs())
def test_no_list_holds_texts_of_others(slug: str, stage: Stage):
    found = {}
    first, *others = addresses(lists[slug], stage)
    for turn, role in enumerate("CDPMRANX" + FORMER):
        for address in (first, *(others if FULL else others[turn % 4 :: 4])):
            answer = stage.clients[role].get(address)
            assert answer.status_code in {200, 403, 404}, (role, address)
            if leaks := leaks_in(answer.getvalue(), *hidden_from(role)):
                found[role, address] = leaks
    assert found == {}
    if lists[slug].subject is no_subject and slug not in OPEN:
        page, csv, *_others = [stage.clients["S"].get(address).getvalue() for address in addresses(lists[slug], stage)]
        assert [bool(leaks_in(each, FAR)) for each in (page, csv)] == [True, True]


@pytest.mark.parametrize("slug", lists.slugs())
def test_every_list_sorts_by_each_of_its_columns(slug: str, stage: Stage):
    page = addresses(lists[slug], stage)[0]
    sorted_by = [name for name, column in lists[slug].columns.items() if column.order]
    assert lists[slug].order.removeprefix("-") in sorted_by
    for turn, name in enumerate(sorted_by):
        for sort in (name, f"-{name}") if FULL else (("-" if turn % 2 else "") + name,):
            answer = stage.clients["S"].get(f"{page}&sort={sort}")
            assert (answer.status_code, answer.context["bound_list"].sort, answer.context["bound_list"].ignored) == (
                200,
                sort,
                [],
            )


def test_shared_views_of_others_are_not_offered(stage: Stage):
    assert SavedView.objects.count() == 3
    for role in "PMRAN":
        pages = [stage.clients[role].get(path).getvalue() for path in ("/ideas/", "/lists/ideas/views/counts/")]
        assert [leaks_in(page, *hidden_from(role)) for page in pages] == [[], []]


def previewed(stage: Stage, role: str, kind: str, target: Cohort, file: bytes) -> ImportBatch:
    """Return the import that a person previews after pasting the rows of a file."""
    answer = stage.clients[role].post(f"/imports/new/{kind}/{target.slug}/", {"pasted": file.decode("utf-8-sig")})
    batch = ImportBatch.objects.latest("pk")
    assert (answer.headers["Location"], batch.person) == (batch.get_absolute_url(), stage.home[role])
    return batch


def test_no_import_recognises_rows_of_others(stage: Stage):
    """As the lab downloads them, they are new to one's own cohort, or refused; in theirs they are recognised."""
    found = {}
    cohort = stage.near.cohort
    own, of_cohort = f"subject_key={cohort.slug}", f"cohort={cohort.pk}"
    with rolled_back():
        for kind, query in (
            ("members", own),
            ("stakeholders", own),
            ("sessions", f"{of_cohort}&period=all"),
            ("ideas", of_cohort),
        ):
            columns = ".".join(name for name, column in lists[kind].columns.items() if column.in_file)
            file = stage.clients["S"].get(f"/lists/{kind}/file/csv/?columns={columns}&{query}").getvalue()
            for role, target in (("P", stage.home.cohort), ("S", cohort)):
                rows = previewed(stage, role, kind, target, file).rows.all()
                read = [(row.suggestion, [old for _name, old, _new in row.changes]) for row in rows]
                is_recognised = any(row.outcome in {"update", "unchanged"} for row in rows)
                found[kind, role] = is_recognised, bool(leaks_in(repr(read).encode(), NEAR)) and role == "P"
    kinds = ("members", "stakeholders", "sessions", "ideas")
    assert found == {(kind, role): (role == "S", False) for kind in kinds for role in "PS"}
