"""Forms of files: a reason beside the field, and what was typed stays, files included."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from files.attachments.forms import ROWS, AddForm, DescribeForm, ReceivedFiles, WithdrawForm
from files.attachments.models import CONSENT
from files.models import FileDraft
from tests.factories.files import AttachmentFactory

KEY = "3f0e7f9e-6a0c-4c36-9e3c-0a0c5b8f6a11"
RIGHT = {"consent": "nobody", "entry": KEY}


def filled(words: dict[str, str] | None = None, refused: dict[str, str] | None = None, **files: str) -> AddForm:
    """Return a form whose rows hold drafts of these names."""
    drafts = {row.removeprefix("n"): FileDraft(name=name, kind=KINDS[name]) for row, name in files.items()}
    return AddForm({**RIGHT, **(words or {})}, received=ReceivedFiles(dict(drafts), refused or {}))


def reasons(form: Any) -> dict[str, list[str]]:
    return {name: list(map(str, found)) for name, found in form.errors.items()}


JPEG, NOTES = "mur.jpg", "notes.txt"
KINDS = {JPEG: "image", NOTES: "document"}


class TestAdding:
    def test_four_files_the_first_from_the_camera(self):
        form = AddForm()
        rows = form.rows()
        assert [(row.camera, row.file.name) for row in rows] == [
            (True, "file_camera"),
            (False, "file_1"),
            (False, "file_2"),
            (False, "file_3"),
        ]
        attrs = rows[0].file.field.widget.attrs
        assert (attrs["accept"], attrs["capture"]) == ("image/jpeg,image/png,image/webp", "environment")
        assert rows[1].file.field.widget.attrs["accept"].endswith(".pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.txt,.csv")

    def test_a_picture_with_its_words_and_a_document(self):
        form = filled({"alt_text_1": "Un mur"}, n1=JPEG, n2=NOTES)
        assert form.is_valid(), form.errors
        assert [(file.taken.name, file.alt_text, file.entry) for file in form.brought()] == [
            ("mur.jpg", "Un mur", uuid5(UUID(KEY), "1")),
            ("notes.txt", "", uuid5(UUID(KEY), "2")),
        ]
        assert form.agreed() == {
            "consent": "nobody",
            "consent_until": None,
            "consent_on": None,
            "consent_how": "",
            "consent_held": "",
        }

    @pytest.mark.parametrize("words", [{}, {"alt_text_1": "Un mur", "decorative_1": "on"}])
    def test_a_picture_has_words_or_says_nothing(self, words: dict[str, str]):
        form = filled(words, n1=JPEG)
        assert reasons(form) == {
            "alt_text_1": [
                "A decorative picture has no description: untick the box or delete the description."
                if words
                else "Describe in a sentence what the picture shows, or tick “Decorative picture”."
            ]
        }

    def test_a_decorative_picture_needs_no_words(self):
        assert filled({"decorative_1": "on"}, n1=JPEG).is_valid()

    def test_without_any_file_it_asks_for_one(self):
        assert reasons(filled()) == {"file_1": ["Choose a file."]}

    def test_words_without_a_file_ask_for_it(self):
        assert reasons(filled({"alt_text_2": "Un mur"}, n1=NOTES)) == {
            "file_2": ["You described a file but did not choose it. Choose the file."]
        }

    def test_one_that_is_not_accepted_says_why_and_its_words_ask_for_no_other(self):
        form = filled({"alt_text_1": "Un mur"}, {"1": "This file is empty. Choose another file."}, n2=NOTES)
        assert reasons(form) == {"file_1": ["This file is empty. Choose another file."]}

    def test_labels_say_when_a_field_is_needed(self):
        form = AddForm()
        assert {name: str(form.fields[name].needed_if) for name in ("alt_text_1", "consent_until")} == {
            "alt_text_1": "required for pictures, unless decorative",
            "consent_until": "required if people can be recognised",
        }
        assert "(required for pictures, unless decorative)" in form["alt_text_1"].as_field_group()
        assert "(optional)" not in form["alt_text_1"].as_field_group()
        assert "(optional)" in form["consent_on"].as_field_group()

    def test_what_was_typed_stays(self):
        form = filled({"alt_text_1": "Un mur", "consent": "", "consent_held": "Classeur"}, n1=JPEG)
        assert not form.is_valid()
        assert (form["alt_text_1"].value(), form["consent_held"].value()) == ("Un mur", "Classeur")

    @pytest.mark.parametrize("until", ["", "2026-02-31"])
    def test_where_people_are_recognised_it_asks_until_when(self, until: str):
        form = filled({"consent": "cohort", "consent_until": until}, n1=NOTES)
        assert list(reasons(form)) == ["consent_until"]
        assert len(reasons(form)["consent_until"]) == 1

    @pytest.mark.parametrize("consent", ["", "public", "everybody"])
    def test_showing_it_in_public_is_not_offered(self, consent: str):
        assert "consent" in reasons(filled({"consent": consent}, n1=NOTES))

    def test_under_a_new_key_it_is_another_sending(self):
        form = filled(n1=NOTES)
        assert form.is_valid()
        form.renew()
        assert form["entry"].value() != KEY

    def test_every_row_has_its_fields(self):
        names = [f"{part}_{place}" for place in ROWS for part in ("file", "alt_text", "decorative")]
        assert list(AddForm().fields) == [*names, *CONSENT, "entry"]


@pytest.mark.django_db
class TestDescribing:
    def test_it_starts_from_what_stands(self):
        form = DescribeForm(attachment=AttachmentFactory(consent="cohort", consent_held="Ici"))
        assert {name: form[name].value() for name in ("alt_text", "consent", "consent_held", "decorative")} == {
            "alt_text": "Des gommettes sur un mur",
            "consent": "cohort",
            "consent_held": "Ici",
            "decorative": False,
        }

    def test_of_a_document_nothing_is_asked_that_only_pictures_have(self):
        form = DescribeForm(RIGHT, attachment=AttachmentFactory(file="notes.txt"))
        assert ("decorative" in form.fields, form.is_valid()) == (False, True)

    @pytest.mark.parametrize("words", [{}, {"alt_text": "Un mur", "decorative": "on"}])
    def test_a_picture_has_words_or_says_nothing(self, words: dict[str, str]):
        assert list(reasons(DescribeForm(RIGHT | words, attachment=AttachmentFactory()))) == ["alt_text"]


def test_withdrawing_needs_a_reason():
    assert list(reasons(WithdrawForm({"reason": "  "}))) == ["reason"]
