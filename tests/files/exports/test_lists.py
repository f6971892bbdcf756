"""Files of lists: at once while they are small, in the background for lab staff when they are large."""

import pytest

from accounts.models import User
from files import storage
from files.enums import StoredSize
from files.exports.writing import write_due_exports
from files.models import Export
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import IdeaFactory
from tests.pages import links, texts
from tests.prototypes.pages import send, signed_in

pytestmark = pytest.mark.django_db
CSV = "/lists/ideas/file/csv/"


def test_large_files_are_written_in_the_background_for_lab_staff_only(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("files.exports.views.lists.MAX_DIRECT_ROWS", 2)
    for state in ("captured", "captured", "parked"):
        IdeaFactory(cohort=cast.cohort, state=state)
    assert signed_in(cast["M"]).get(CSV).status_code == 403
    small = signed_in(cast["M"]).get(f"{CSV}?state=captured&columns=owner")
    assert (small.status_code, small.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "The file has 3 rows." in texts(signed_in(cast["S"]).get(CSV), "p")
    answer = send(cast["S"], f"{CSV}?sort=title&columns=owner")
    row = Export.objects.get()
    assert (answer.url, row.rows_total, row.query) == (f"/exports/{row.pk}/", 3, "sort=title&columns=owner&list=ideas")
    monkeypatch.setattr("web.lists.tables.ROWS_PER_CHUNK", 2)  # then their keys are read first
    assert write_due_exports(lambda: NOW) == 1
    row.refresh_from_db()
    with storage.open_stored(row.stored, StoredSize.FULL) as file:
        lines = file.read().decode("utf-8-sig").splitlines()
    titles = sorted(Idea.objects.values_list("title", flat=True))
    assert [title for line in lines for title in titles if title in line] == titles
    page = signed_in(cast["S"]).get(answer.url)
    assert links(page)["Download the file"] == f"/exports/{row.pk}/file/"
    send(cast["S"], f"{CSV}?sort=owner")
    UserFactory(is_lab_staff=True)  # the last one stays
    User.objects.filter(pk=cast["S"].pk).update(is_lab_staff=False, lab_role="")
    assert signed_in(User.objects.get(pk=cast["S"].pk)).get(f"/exports/{row.pk}/file/").status_code == 403
    assert (write_due_exports(lambda: NOW), Export.objects.latest("pk").failure_reason) == (0, "not_yours")
