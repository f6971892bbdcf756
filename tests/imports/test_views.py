"""Pages of imports: upload, preview with corrections, progress, result and undo, for their person only."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cohorts.models import Invitation
from cohorts.people.enums import MembershipRole
from files.locks import Deadline, exclusive_lock
from files.uploads.handler import Upload
from imports import views
from imports.models import ImportBatch
from imports.refusals import READING_ANOTHER
from imports.worker import run_due_imports
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import StakeholderFactory
from tests.factories.imports import ImportBatchFactory, ImportRowFactory, checked, workbook
from tests.pages import rows
from web.errors import DomainError

pytestmark = pytest.mark.django_db
NEW = "/imports/new/members/rivage/"
PEOPLE = "Nom;Courriel;Rôle;Remarques\nAda Essai;ada@people.example;relais;x\nEve Essai;eve;relais;\n"


@pytest.fixture
def pilot(cast) -> Client:
    return browser(cast["P"])


def pasted(client: Client, text: str = PEOPLE) -> ImportBatch:
    answer = client.post(NEW, {"pasted": text})
    batch = ImportBatch.objects.latest("pk")
    assert answer.headers["Location"] == batch.get_absolute_url()
    return batch


def confirm(client: Client, batch: ImportBatch) -> Any:
    """Send the form of the preview that imports, and return the page that follows."""
    page = client.get(batch.get_absolute_url())
    [token] = re.findall(r'name="plan_token" value="([^"]*)"', page.content.decode())
    return client.post(f"{batch.get_absolute_url()}confirm/", {"plan_token": token}, follow=True)


def test_people_are_invited_in_three_clicks_and_undone_in_two(cast, pilot):
    batch = pasted(pilot, "Nom;Courriel\nAda Essai;ada@people.example\nBob Essai;bob@people.example\n")
    address = batch.get_absolute_url()
    assert "Import 2 rows" in page_text(pilot.get(address))
    confirm(pilot, batch)
    assert "The import begins in a moment" in page_text(pilot.get(address))
    run_due_imports(lambda: NOW)
    page = pilot.get(address)
    assert ("created 2" in page_text(page), f"{address}undo/" in page_links(page)) == (True, True)
    assert "Everything this import created is removed or ended." in page_text(pilot.get(f"{address}undo/"))
    pilot.post(f"{address}undo/")
    run_due_imports(lambda: NOW)
    assert ("undone" in page_text(pilot.get(address)), Invitation.objects.revoked().count()) == (True, 2)


def test_a_preview_that_is_out_of_date_is_shown_again_with_what_changed(pilot):
    batch, other = pasted(pilot), pasted(pilot)
    address, token = batch.get_absolute_url(), batch.plan_token
    confirm(pilot, other)
    run_due_imports(lambda: NOW)
    page = pilot.post(f"{address}confirm/", {"plan_token": token}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert page_messages(page) == [
        "What this import would do has changed since you looked at it: to create: 0 instead of 1, no change: 1"
        " instead of 0."
        " Check the rows, then import."
    ]
    page = pilot.post(f"{pasted(pilot, PEOPLE.replace('ada@', 'zoe@')).get_absolute_url()}confirm/", follow=True)
    assert page_messages(page) == ["Values have changed since you looked at the rows. Check them again, then import."]


def test_preview_shows_old_values_in_the_language_of_the_reader_and_names_that_of_reasons(cast):
    StakeholderFactory(cohort=cast.cohort, name="Ligue", category="association", influence=1)
    batch = checked("stakeholders", "rivage", "Nom;Catégorie;Pouvoir\nLigue;expert;fort\n;expert;\n", cast["P"])
    page = browser(cast["P"]).get(batch.get_absolute_url(), headers={"accept-language": "fr"}).content.decode()
    assert re.findall(r"<del>(.*?)</del>", page) == ["association", "niveau faible"]
    assert re.findall(r"<ins>(.*?)</ins>", page) == ["expert ou experte", "niveau élevé"]
    assert re.findall(r'<p class="small" >(.*?)</p>', page) == ["Cette cellule est vide."]


def test_preview_shows_what_will_be_stored_in_the_language_of_the_reader(cast):
    text = "Numéro;Date;Heure de début;Type\n9;3 octobre 2026 et 5/10/26;9h30;atelier\n10;32/10/2026;9h;atelié\n"
    address = checked("sessions", "rivage", text, cast["P"]).get_absolute_url()
    expected = {
        "fr": [["32/10/2026", "9 h", "atelié"], ["03/10/2026, 05/10/2026", "9 h 30", "session de groupe"]],
        "en": [["32/10/2026", "9:00", "atelié"], ["3 Oct 2026, 5 Oct 2026", "9:30", "group session"]],
    }
    for language, cells in expected.items():
        lines = rows(browser(cast["P"]).get(address, headers={"accept-language": language}))
        assert [line[3:] for line in lines] == cells


def test_preview_shows_the_default_of_an_empty_cell(cast, pilot):
    batch = pasted(pilot, "Nom;Courriel;Rôle\nAda Essai;ada@people.example;\n")
    assert batch.defaults["role"]
    label = str(MembershipRole(batch.defaults["role"]).label)
    [line] = rows(pilot.get(batch.get_absolute_url()))
    assert line[-1] == label


def test_preview_leaves_out_the_cell_of_a_refusal_about_a_column_that_is_no_longer_imported(cast, pilot):
    batch = checked("attendance", "rivage", "Personne;Statut\nNemo;présente\n", cast["P"])
    batch.rows.update(column="renamed")
    page = pilot.get(batch.get_absolute_url())
    assert (page.status_code, 'name="cell_' in page.content.decode()) == (200, False)


def test_reason_that_the_plan_of_a_row_gives_names_its_language(cast):
    batch = checked("attendance", "rivage", "Personne;Statut\nNemo;présente\n", cast["P"])
    page = browser(cast["P"]).get(batch.get_absolute_url(), headers={"accept-language": "fr"}).content.decode()
    assert '<p class="small" lang="en">Give the number of the session, or its date.</p>' in page


def test_a_large_file_is_answered_at_once_and_read_by_the_worker(pilot, settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(views, "READ_AT_ONCE", 10)
    answer = pilot.post(NEW, {"file": SimpleUploadedFile("gens.csv", PEOPLE.encode())}, follow=True)
    assert "The file is being read." in page_text(answer)
    second = pilot.post(NEW, {"file": SimpleUploadedFile("gens.csv", PEOPLE.encode())})
    assert errors(second) == {"file": [READING_ANOTHER]}
    run_due_imports(lambda: NOW)
    assert "2 rows read from gens.csv." in page_text(pilot.get(answer.redirect_chain[0][0]))
    answer = pilot.post(NEW, {"file": SimpleUploadedFile("gens.csv", b"%PDF-1.7 a picture")})
    run_due_imports(lambda: NOW)
    page = pilot.get(answer.headers["Location"])
    assert "This file was not read. Nothing was imported. This file cannot be read as a table." in page_text(page)
    assert NEW in page_links(page)


def test_a_person_reads_one_table_at_a_time_and_so_many_in_a_day(cast, pilot, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    with exclusive_lock(f"table-{cast['P'].pk}", deadline=Deadline(0)):
        assert errors(pilot.post(NEW, {"pasted": PEOPLE})) == {"pasted": [READING_ANOTHER]}
        assert browser(cast["C"]).post(NEW, {"pasted": PEOPLE}).status_code == 302
    settings.ACCOUNT_RATE_LIMITS = {"import_table": "2/d/user"}
    assert [pilot.post(NEW, {"pasted": PEOPLE}).status_code for _ in range(2)] == [302, 302]
    page = pilot.post(NEW, {"pasted": PEOPLE})
    too_many = "You have imported as many tables as one person can in a day. Try again tomorrow."
    assert errors(page) == {"pasted": [too_many]}
    assert PEOPLE.splitlines()[1] in page.content.decode()


def test_the_progress_tells_the_step_and_how_much_is_done(pilot, cast):
    for state, step, text in [
        ("reading", "Check the rows", "The file is being read."),
        ("checking", "Check the rows", "The rows are being checked."),
        ("running", "Import", "0 of 4 rows done"),
        ("undoing", "Import", "The import is being undone."),
    ]:
        batch = ImportBatchFactory(person=cast["P"], state=state, target_slug="rivage", target_key=f"cohort:{state}")
        page = pilot.get(batch.get_absolute_url())
        content = page.content.decode()
        assert re.findall(r'aria-current="step">\s*([^<]*?)\s*<', content) == [step]
        assert (text in page_text(page), "rows done" in page_text(page)) == (True, state == "running")


def test_a_person_who_left_the_cohort_reads_why_the_import_cannot_be_undone(cast, pilot):
    batch = ImportBatchFactory(person=cast["X"], state="done", ended_at=timezone.now())
    page = browser(cast["X"]).get(f"{batch.get_absolute_url()}undo/")
    assert "You can no longer see what this table was to be imported into." in page_text(page)


def test_a_file_for_which_the_disk_is_full_is_not_called_too_large(pilot, monkeypatch):
    monkeypatch.setattr(Upload, "no_room", True)
    upload = Upload(name="x.csv")
    with pytest.raises(DomainError, match="The server has no space for this file"):
        views._content(upload)


def test_the_preview_lists_refused_rows_first_and_says_what_is_not_imported(pilot):
    batch = pasted(pilot)
    page = pilot.get(batch.get_absolute_url())
    lines = rows(page)
    assert [line[0] for line in lines] == ["3", "2"]
    assert lines[0][1].startswith("refused This is not a valid e-mail address.")
    assert lines[1][1:] == ["to create", "Ada Essai", "ada@people.example", "relay"]
    text = page_text(page)
    assert "2 rows read from the pasted rows." in text
    assert "These columns of the table are not imported: Remarques." in text
    assert [len(rows(pilot.get(batch.get_absolute_url(), {"outcome": name}))) for name in ("create", "update")] == [
        1,
        0,
    ]


def test_a_wrong_cell_is_mended_on_the_page_by_typing_or_by_the_suggestion(pilot):
    batch = pasted(pilot, PEOPLE + "Zoe Essai;zoe@people.example;relai;\n")
    address = batch.get_absolute_url()
    email, role = batch.rows.refused().order_by("line")
    page = pilot.get(address)
    assert f'name="cell_{email.pk}_email" value="eve"' in page.content.decode()
    assert re.search(f'name="cell_{role.pk}_role"\\s+value="relais"', page.content.decode())
    assert "Use “relais”" in page_text(page)
    typed = {f"cell_{email.pk}_email": "eve@people.example", "cell_x": "1", "cell_999999_email": "2"}
    typed |= {f"cell_{email.pk}_full_name": "Ignored", f"cell_{email.pk}": "ignored"}
    pilot.post(f"{address}rows/", typed | {f"cell_{role.pk}_role": ["relai", "relais"]})
    batch.refresh_from_db()
    assert (batch.refused_count, batch.created_count) == (0, 3)
    assert batch.rows.get(pk=email.pk).corrections == {"email": "eve@people.example"}


def test_all_wrong_cells_of_a_row_have_a_field_at_once(cast, pilot):
    text = "Nom;Catégorie;Pouvoir\nLigue;associassion;énorme\n"
    batch = checked("stakeholders", "rivage", text, cast["P"])
    address, row = batch.get_absolute_url(), batch.rows.get()
    page = pilot.get(address).content.decode()
    assert re.findall(r'<input [^>]*name="(cell_[^"]*)" value="([^"]*)"', page) == [
        (f"cell_{row.pk}_category", "associassion"),
        (f"cell_{row.pk}_influence", "énorme"),
    ]
    pilot.post(f"{address}rows/", {f"cell_{row.pk}_category": "association", f"cell_{row.pk}_influence": "modérée"})
    batch.refresh_from_db()
    assert (batch.refused_count, batch.created_count) == (0, 1)


def test_columns_are_corrected_and_two_of_the_same_are_refused(pilot):
    batch = pasted(pilot)
    address = f"{batch.get_absolute_url()}columns/"
    chosen = {"column_0": "full_name", "column_1": "email", "column_2": "", "column_3": "unit", "default_role": "relay"}
    pilot.post(address, chosen)
    batch.refresh_from_db()
    assert (batch.mapping, batch.defaults) == (["full_name", "email", "", "unit"], {"role": "relay"})
    page = pilot.post(address, chosen | {"column_2": "email"})
    assert errors(page) == {"column_2": ["Another column is already imported as this. Choose a different one."]}
    assert errors(pilot.post(address, chosen | {"column_2": "nothing"}))["column_2"]


def test_ambiguous_dates_and_notes_are_shown(pilot, cast):
    columns = {"kind": "ideas", "header": ["Titre", "Résumé", "Date"], "mapping": ["title", "summary", "captured_on"]}
    batch = ImportBatchFactory(person=cast["P"], **columns)
    ImportRowFactory(batch=batch, cells=["Une borne", "04/10/2026", "03/10/2026"])
    text = page_text(pilot.get(batch.get_absolute_url()))
    assert "Check the dates. Dates are read day first: 03/10/2026." in text
    assert "The file contains macros. They are not run." in text


def test_refused_rows_are_downloaded_with_their_reasons_and_can_be_imported_again(pilot):
    batch = pasted(pilot)
    answer = pilot.get(f"{batch.get_absolute_url()}refused/csv/")
    text = answer.content.decode()
    assert '"Eve Essai";"eve";"relais";"";3;"E-mail address";"This is not a valid e-mail address.' in text
    again = pilot.post(NEW, {"file": SimpleUploadedFile("refused.csv", answer.content)})
    batch = ImportBatch.objects.latest("pk")
    assert (again.headers["Location"], batch.rows_total) == (batch.get_absolute_url(), 1)
    assert batch.rows.get().cells[:2] == ["Eve Essai", "eve"]
    assert pilot.get(f"{batch.get_absolute_url()}refused/exe/").status_code == 404


def test_a_file_is_read_and_one_that_cannot_be_says_why(pilot, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    pilot.post(
        NEW, {"file": SimpleUploadedFile("gens.xlsx", workbook(["Nom", "Courriel"], ["Ada", "a@people.example"]))}
    )
    assert ImportBatch.objects.values_list("file_name", "sheet", "created_count").get() == ("gens.xlsx", "Feuille 1", 1)
    for form, field, reason in [
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04x")}, "file", "This file is damaged or incomplete."),
        ({"file": SimpleUploadedFile("x.csv", b"Nom;Courriel\n")}, "file", "This table has headings, but no rows"),
        ({}, "file", "Choose a file, or paste the rows below."),
        ({"pasted": "x", "file": SimpleUploadedFile("x.csv", b"x")}, "file", "Choose a file or paste rows, not both."),
    ]:
        found = errors(pilot.post(NEW, form))
        assert found[field][0].startswith(reason), found
    assert ImportBatch.objects.count() == 1


def test_each_sheet_of_a_workbook_can_be_chosen(cast, pilot, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    wide, header = [["x"] * 201], ["Nom", "Courriel"]
    sheets = {"2025": [header, ["Ada", "a@people.example"]], "Large": wide, "Vide": [header]}
    content = workbook(["Lisez-moi"], ["Une liste"], **sheets | {"2026": [header, *[["B", "b@people.example"]] * 3]})
    upload = {"file": SimpleUploadedFile("gens.xlsx", content), "idempotency_key": str(uuid4())}
    answer = pilot.post(NEW, upload)
    batches = {batch.sheet: batch for batch in ImportBatch.objects.order_by("pk")}
    assert {name: batch.rows_total for name, batch in batches.items()} == {"Feuille 1": 2, "2025": 1, "2026": 3}
    assert answer.headers["Location"] == batches["2025"].get_absolute_url()
    of_other = ImportBatchFactory(person=cast["C"], created_at=batches["2025"].created_at)  # at the same moment
    page = pilot.get(batches["2025"].get_absolute_url())
    assert {batch.get_absolute_url() for batch in batches.values()} <= set(page_links(page))
    assert of_other.get_absolute_url() not in page_links(page)
    assert "These sheets are not read: Large, Vide." in page_text(page)
    confirm(pilot, batches["2026"])
    upload["file"] = SimpleUploadedFile("gens.xlsx", content)
    assert pilot.post(NEW, upload).headers["Location"] == answer.headers["Location"]
    states = ImportBatch.objects.filter(person=cast["P"]).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["checked", "checked", "waiting"]


def test_imports_of_others_and_unknown_kinds_and_targets_are_not_found(cast, pilot):
    other, nobody_s = ImportBatchFactory(person=cast["C"]), ImportBatchFactory(person=None)
    own = pasted(pilot)
    for address in (other.get_absolute_url(), "/imports/new/nothing/rivage/", "/imports/new/members/montagne/"):
        assert pilot.get(address).status_code == 404
    assert browser(cast["S"]).get(own.get_absolute_url()).status_code == 404
    assert [browser(cast[role]).get(nobody_s.get_absolute_url()).status_code for role in "SP"] == [200, 404]


def test_refusals_are_messages_on_the_page(cast, pilot):
    batch = pasted(pilot, "Nom;Courriel\nAda;ada\n")
    address = batch.get_absolute_url()
    page = pilot.post(f"{address}confirm/", {"plan_token": batch.plan_token}, follow=True)
    assert page_messages(page) == ["No row can be imported: correct the refused rows, or choose other columns."]
    assert page_messages(pilot.post(f"{address}discard/", follow=True)) == [
        "Nothing was imported, and the rows are deleted."
    ]
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_pages_need_as_many_statements_for_three_rows_as_for_one(
    cast: Cast, pilot: Client, number: int, django_assert_num_queries
):
    batch = ImportBatchFactory(person=cast["P"], rows_total=number, created_count=number)
    for line in range(number):
        ImportRowFactory(batch=batch, line=line)
    for _ in range(number - 1):
        ImportBatchFactory(person=cast["P"])
    with django_assert_num_queries(7):
        pilot.get(batch.get_absolute_url())
    with django_assert_num_queries(4):
        pilot.get("/imports/")
