"""Forms of files: a reason beside the field, what was typed kept, and each file asked for again."""

from typing import Any
from uuid import UUID, uuid5

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.forms import ROWS, AddForm, DescribeForm, WithdrawForm
from files.models import CONSENT
from tests.factories.files import DOCUMENTS, AttachmentFactory, picture

KEY = "3f0e7f9e-6a0c-4c36-9e3c-0a0c5b8f6a11"
RIGHT = {"consent": "nobody", "entry": KEY}
AGAIN = "Choose “%s” again: a file is not kept while something else is corrected."


def filled(words: dict[str, str] | None = None, **files: tuple[str, bytes]) -> AddForm:
    chosen: Any = {f"file_{place}": SimpleUploadedFile(*file) for place, file in files.items()}
    return AddForm({**RIGHT, **(words or {})}, {name.replace("_n", "_"): file for name, file in chosen.items()})


def reasons(form: Any) -> dict[str, list[str]]:
    return {name: list(map(str, found)) for name, found in form.errors.items()}


JPEG = ("mur.jpg", picture())
NOTES = ("notes.txt", DOCUMENTS["txt"])


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
                "A picture that says nothing has no words: take the tick away, or the words."
                if words
                else "Say in a sentence what the picture shows, for people who do not see it."
            ],
            "file_1": [AGAIN % "mur.jpg"],
        }

    def test_a_decorative_picture_needs_no_words(self):
        assert filled({"decorative_1": "on"}, n1=JPEG).is_valid()

    def test_without_any_file_it_asks_for_one(self):
        assert reasons(filled()) == {"file_1": ["Choose a file."]}

    def test_words_without_a_file_ask_for_it(self):
        assert reasons(filled({"alt_text_2": "Un mur"}, n1=NOTES)) == {
            "file_2": ["Choose the file these words are about."],
            "file_1": [AGAIN % "notes.txt"],
        }

    def test_one_that_cannot_be_taken_says_why_and_the_others_are_asked_for_again(self):
        form = filled({"alt_text_3": "Un mur"}, n1=("x.exe", b"MZ"), n2=NOTES, n3=JPEG)
        assert {name: found[0][:40] for name, found in reasons(form).items()} == {
            "file_1": "Files of this kind are not taken: send J",
            "file_2": "Choose “notes.txt” again: a file is not ",
            "file_3": "Choose “mur.jpg” again: a file is not ke",
        }

    def test_what_was_typed_stays(self):
        form = filled({"alt_text_1": "Un mur", "consent": "", "consent_held": "Classeur"}, n1=JPEG)
        assert not form.is_valid()
        assert (form["alt_text_1"].value(), form["consent_held"].value()) == ("Un mur", "Classeur")

    @pytest.mark.parametrize("until", ["", "2026-02-31"])
    def test_where_people_are_recognised_it_asks_until_when(self, until: str):
        form = filled({"consent": "cohort", "consent_until": until}, n1=NOTES)
        assert list(reasons(form)) == ["consent_until", "file_1"]
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
