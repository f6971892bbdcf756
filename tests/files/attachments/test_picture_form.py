"""A picture in the form that adds an idea or a prototype: kept through errors, described, with consent."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from files.models import Attachment, FileDraft
from prototypes.models import Idea, Prototype
from tests.factories.cast import Cast
from tests.factories.files import DOCUMENTS, picture
from tests.factories.prototypes import IdeaFactory
from tests.prototypes.pages import errors, page, signed_in

pytestmark = pytest.mark.django_db
DESCRIBED = {"alt_text_1": "A sign", "consent": "nobody"}


def post(cast: Cast, address: str, file: tuple[str, bytes] | None = None, **form: Any) -> HttpResponse:
    chosen = {"file_1": SimpleUploadedFile(*file)} if file else {}
    return signed_in(cast["M"]).post(address, {"idempotency_key": str(uuid4()), **form, **chosen})


def idea_form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "target": f"cohort-{cast.cohort.pk}",
        "title": "Une borne",
        "on": "2026-11-24",
        "precision": "day",
    } | changes


def test_idea_is_added_with_its_picture_and_the_same_form_twice_adds_both_once(cast: Cast):
    form = idea_form(cast, **DESCRIBED, idempotency_key=str(uuid4()))
    for _turn in range(2):
        answer = post(cast, "/ideas/new/", ("mur.jpg", picture()), **form)
        assert answer.status_code == 302
    idea, row = Idea.objects.get(), Attachment.objects.get()
    assert (row.about, row.object_id, row.alt_text, row.consent) == ("idea", idea.pk, "A sign", "nobody")
    assert f"/files/{row.pk}/small/" in page(cast["M"], idea.get_absolute_url())


def test_received_picture_and_typed_text_stay_after_an_error_in_another_field(cast: Cast):
    answer = post(cast, "/ideas/new/", ("mur.jpg", picture()), **idea_form(cast, title="", **DESCRIBED))
    text = answer.content.decode()
    assert (list(errors(answer)), Idea.objects.count()) == (["title"], 0)
    [draft] = FileDraft.objects.all()
    assert ("mur.jpg" in text, f'name="draft_1" value="{draft.pk}"' in text) == (True, True)
    fold = re.search(r"<details[^>]*>\s*<summary>Add a picture", text)
    assert fold
    assert " open" in fold[0]
    assert post(cast, "/ideas/new/", **idea_form(cast, **DESCRIBED, draft_1=draft.pk)).status_code == 302
    assert (Attachment.objects.get().name, FileDraft.objects.count()) == ("mur.jpg", 0)


def test_received_picture_of_another_person_is_not_added(cast: Cast):
    post(cast, "/ideas/new/", ("mur.jpg", picture()), **idea_form(cast, title="", **DESCRIBED))
    form = idea_form(cast, **DESCRIBED, idempotency_key=str(uuid4()), draft_1=FileDraft.objects.get().pk)
    signed_in(cast["P"]).post("/ideas/new/", form)
    assert (Attachment.objects.count(), FileDraft.objects.count()) == (0, 1)


def test_removed_picture_is_not_added(cast: Cast):
    post(cast, "/ideas/new/", ("mur.jpg", picture()), **idea_form(cast, title="", **DESCRIBED))
    form = idea_form(cast, draft_1=FileDraft.objects.get().pk, remove="1")
    assert post(cast, "/ideas/new/", **form).status_code == 302
    assert (Idea.objects.count(), Attachment.objects.count(), FileDraft.objects.count()) == (1, 0, 0)


def test_refused_picture_is_named_next_to_its_field_and_typed_text_stays(cast: Cast):
    answer = post(cast, "/ideas/new/", ("faux.jpg", b"not a picture"), **idea_form(cast, summary="Long", **DESCRIBED))
    [error] = errors(answer)["file_1"]
    assert error.startswith("“faux.jpg” is not added: ")
    text = answer.content.decode()
    assert ("Une borne" in text, "Long" in text, "A sign" in text) == (True, True, True)
    assert (Idea.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "file", "expected"),
    [
        ({"consent": "nobody"}, ("mur.jpg", picture()), ["alt_text_1"]),
        ({"alt_text_1": "A sign"}, ("mur.jpg", picture()), ["consent"]),
        ({"alt_text_1": "A sign", "consent": "cohort"}, ("mur.jpg", picture()), ["consent_until"]),
        (
            {"alt_text_1": "A sign", "consent": "cohort", "consent_until": "2026-11-01"},
            ("mur.jpg", picture()),
            ["consent_until"],
        ),
        (DESCRIBED, ("notes.txt", DOCUMENTS["txt"]), ["file_1"]),
        (DESCRIBED, None, ["file_1"]),
    ],
    ids=["description", "consent", "last day", "day past", "document", "no file"],
)
def test_incomplete_picture_adds_neither_picture_nor_prototype(
    cast: Cast, changes: dict[str, str], file: tuple[str, bytes] | None, expected: list[str]
):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    form = {"title": "Affiche", "fidelity": "2", "made_on": "2026-09-21"} | changes
    answer = post(cast, f"/ideas/{idea.pk}/prototypes/new/", file, **form)
    assert (list(errors(answer)), Prototype.objects.count(), Attachment.objects.count()) == (expected, 0, 0)


def test_new_idea_preselects_the_only_cohort_without_a_challenge(cast: Cast):
    text = page(cast["M"], "/ideas/new/")
    assert re.findall(r'<option value="([^"]*)" selected', text) == ["day"]
    assert re.findall(r'<option value="([^"]*)"', text)[0] == f"cohort-{cast.cohort.pk}"
    assert re.findall(r'<option value="([^"]*)"', page(cast["S"], "/ideas/new/"))[0] == ""
