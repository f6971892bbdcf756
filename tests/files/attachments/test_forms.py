"""Forms of files: errors appear next to their field, and what was typed stays, files included."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from files.attachments.forms import ROWS, AddFilesForm, DescribeForm, ReceivedFiles, WithdrawForm
from files.attachments.models import CONSENT
from files.models import FileDraft
from tests.factories.files import AttachmentFactory

KEY = "3f0e7f9e-6a0c-4c36-9e3c-0a0c5b8f6a11"
RIGHT = {"consent": "nobody", "idempotency_key": KEY}


def filled_form(
    words: dict[str, str] | None = None, refused: dict[str, str] | None = None, **files: str
) -> AddFilesForm:
    """Return a form whose rows hold drafts of these names."""
    drafts = {row.removeprefix("n"): FileDraft(name=name, kind=KINDS[name]) for row, name in files.items()}
    return AddFilesForm({**RIGHT, **(words or {})}, received=ReceivedFiles(dict(drafts), refused or {}))


def errors_of(form: Any) -> dict[str, list[str]]:
    return {name: list(map(str, found)) for name, found in form.errors.items()}


JPEG, NOTES = "mur.jpg", "notes.txt"
KINDS = {JPEG: "image", NOTES: "document"}


class TestAdding:
    def test_empty_form_asks_for_the_camera_one_file_or_several_at_once(self):
        form = AddFilesForm()
        rows = form.rows()
        assert [(row.camera, row.file.name) for row in rows] == [(True, "file_camera"), (False, "file_1")]
        assert "multiple" in str(form.several())
        attrs = rows[0].file.field.widget.attrs
        assert (attrs["accept"], attrs["capture"]) == ("image/jpeg,image/png,image/webp", "environment")
        assert rows[1].file.field.widget.attrs["accept"].endswith(".pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.txt,.csv")

    def test_picture_with_a_description_and_a_document_are_valid(self):
        form = filled_form({"alt_text_1": "Un mur"}, n1=JPEG, n2=NOTES)
        assert form.is_valid(), form.errors
        assert [(file.accepted.name, file.alt_text, file.idempotency_key) for file in form.new_files()] == [
            ("mur.jpg", "Un mur", uuid5(UUID(KEY), "1")),
            ("notes.txt", "", uuid5(UUID(KEY), "2")),
        ]
        assert form.consent_arguments() == {
            "consent": "nobody",
            "consent_until": None,
            "consent_on": None,
            "consent_how": "",
            "consent_held": "",
        }

    @pytest.mark.parametrize("words", [{}, {"alt_text_1": "Un mur", "decorative_1": "on"}])
    def test_new_picture_needs_either_a_description_or_the_tick(self, words: dict[str, str]):
        form = filled_form(words, n1=JPEG)
        assert errors_of(form) == {
            "alt_text_1": [
                "A decorative picture has no description: untick the box or delete the description."
                if words
                else "Describe in a sentence what the picture shows, or tick “Decorative picture”."
            ]
        }

    def test_decorative_picture_needs_no_description(self):
        assert filled_form({"decorative_1": "on"}, n1=JPEG).is_valid()

    def test_form_without_a_file_is_refused(self):
        assert errors_of(filled_form()) == {"file_1": ["Choose a file."]}

    def test_description_without_a_file_is_refused(self):
        assert errors_of(filled_form({"alt_text_2": "Un mur"}, n1=NOTES)) == {
            "file_2": ["You described a file but did not choose it. Choose the file."]
        }

    def test_refused_file_has_only_its_own_error(self):
        form = filled_form({"alt_text_1": "Un mur"}, {"1": "This file is empty. Choose another file."}, n2=NOTES)
        assert errors_of(form) == {"file_1": ["This file is empty. Choose another file."]}

    def test_labels_say_when_a_field_is_needed(self):
        form = AddFilesForm()
        assert {name: str(form.fields[name].required_condition) for name in ("alt_text_1", "consent_until")} == {
            "alt_text_1": "required for pictures, unless decorative",
            "consent_until": "required if people can be recognised",
        }
        assert "(required for pictures, unless decorative)" in form["alt_text_1"].as_field_group()
        assert "(optional)" not in form["alt_text_1"].as_field_group()
        assert "(optional)" in form["consent_on"].as_field_group()

    def test_form_keeps_what_was_typed(self):
        form = filled_form({"alt_text_1": "Un mur", "consent": "", "consent_held": "Classeur"}, n1=JPEG)
        assert not form.is_valid()
        assert (form["alt_text_1"].value(), form["consent_held"].value()) == ("Un mur", "Classeur")

    @pytest.mark.parametrize("until", ["", "2026-02-31"])
    def test_end_of_consent_is_required_if_people_can_be_recognised(self, until: str):
        form = filled_form({"consent": "cohort", "consent_until": until}, n1=NOTES)
        assert list(errors_of(form)) == ["consent_until"]
        assert len(errors_of(form)["consent_until"]) == 1

    @pytest.mark.parametrize("consent", ["", "everybody"])
    def test_unknown_consent_is_refused(self, consent: str):
        assert "consent" in errors_of(filled_form({"consent": consent}, n1=NOTES))

    def test_new_key_makes_other_files(self):
        form = filled_form(n1=NOTES)
        assert form.is_valid()
        form.renew()
        assert form["idempotency_key"].value() != KEY

    def test_every_row_has_its_fields(self):
        names = [f"{part}_{store}" for store in ROWS for part in ("file", "alt_text", "decorative")]
        assert list(AddFilesForm().fields) == [*names, "files", *CONSENT, "idempotency_key"]


@pytest.mark.django_db
class TestDescribing:
    def test_form_starts_from_the_current_values(self):
        form = DescribeForm(attachment=AttachmentFactory(consent="cohort", consent_held="Ici"))
        assert {name: form[name].value() for name in ("alt_text", "consent", "consent_held", "decorative")} == {
            "alt_text": "Des gommettes sur un mur",
            "consent": "cohort",
            "consent_held": "Ici",
            "decorative": False,
        }

    def test_form_of_a_document_has_no_picture_fields(self):
        form = DescribeForm(RIGHT, attachment=AttachmentFactory(file="notes.txt"))
        assert ("decorative" in form.fields, form.is_valid()) == (False, True)

    @pytest.mark.parametrize("words", [{}, {"alt_text": "Un mur", "decorative": "on"}])
    def test_picture_needs_either_a_description_or_the_tick(self, words: dict[str, str]):
        assert list(errors_of(DescribeForm(RIGHT | words, attachment=AttachmentFactory()))) == ["alt_text"]


def test_withdrawal_form_requires_a_reason():
    assert list(errors_of(WithdrawForm({"reason": "  "}))) == ["reason"]
