"""The field notebook: capture, list, page, and withdrawal without an account."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fieldwork.models import EarlyWithdrawal, Note
from tests.factories.cast import NOW, Cast
from tests.factories.fieldwork import InsightFactory, NoteFactory, capture_form, wav
from tests.factories.files import picture
from tests.pages import elements, links, messages, texts
from tests.prototypes.pages import change, errors, page, send, signed_in, statements

pytestmark = pytest.mark.django_db


def capture_address(cast: Cast, kind: str = "verbatim") -> str:
    return reverse("fieldwork:add_note", args=[cast.cohort.slug, kind])


def list_address(cast: Cast) -> str:
    return reverse("fieldwork:note_list", args=[cast.cohort.slug])


class TestCapture:
    def test_a_verbatim_is_captured_with_one_tap_for_consent(self, cast: Cast):
        answer = signed_in(cast["M"]).post(capture_address(cast), capture_form(), follow=True)
        note = Note.objects.get()
        assert (note.text, note.consent, note.consent_how, note.place) == (
            "Ce n’était pas le bon guichet",
            "cohort",
            "spoken",
            "Mairie, hall",
        )
        assert note.printed_code in messages(answer)[0]
        assert note.consent_until.year - note.created_on.year == 2

    def test_no_consent_is_chosen_before_the_person_was_asked(self, cast: Cast):
        form = signed_in(cast["M"]).get(capture_address(cast))
        radios = [element["attrs"] for element in elements(form, "input") if element["attrs"].get("name") == "consent"]
        assert (len(radios), [radio for radio in radios if "checked" in radio]) == (3, [])
        send(cast["M"], capture_address(cast), **capture_form(consent=""))
        assert Note.objects.get().consent == "pending"

    def test_the_place_of_the_last_note_is_filled_in(self, cast: Cast):
        send(cast["M"], capture_address(cast), **capture_form())
        form = signed_in(cast["M"]).get(capture_address(cast, "observation")).context["form"]
        assert form["place"].value() == "Mairie, hall"

    def test_a_picture_and_a_recording_arrive_with_their_note(self, cast: Cast):
        photo = SimpleUploadedFile("IMG_1.jpg", picture(), "image/jpeg")
        memo = SimpleUploadedFile("memo.wav", wav(), "audio/wav")
        send(cast["M"], capture_address(cast, "picture"), **capture_form(file_1=photo))
        send(cast["M"], capture_address(cast, "voice"), **capture_form(text="", file_1=memo))
        pages = {note.kind: signed_in(cast["M"]).get(note.get_absolute_url()) for note in Note.objects.all()}
        found = {kind: (len(elements(answer, "img")), len(elements(answer, "audio"))) for kind, answer in pages.items()}
        assert found == {"picture": (1, 0), "voice": (0, 1)}

    def test_a_refused_recording_has_its_reason_and_the_text_stays(self, cast: Cast):
        memo = SimpleUploadedFile("memo.webm", b"\x1a\x45\xdf\xa3 webm", "audio/webm")
        answer = send(cast["M"], capture_address(cast, "voice"), **capture_form(file_1=memo))
        assert "WAV only" in errors(answer)["file_1"][0]
        assert texts(answer, "textarea") == ["Ce n’était pas le bon guichet"]

    def test_only_the_form_of_a_voice_memo_asks_for_the_microphone(self, cast: Cast):
        headers = [
            signed_in(cast["M"]).get(capture_address(cast, kind)).headers["Permissions-Policy"]
            for kind in ("voice", "verbatim")
        ]
        assert ["microphone=(self)" in header for header in headers] == [True, False]
        assert signed_in(cast["M"]).get(capture_address(cast, "rumour")).status_code == 404

    def test_the_notebook_leads_to_the_only_cohort_of_a_person(self, cast: Cast):
        NoteFactory(cohort=cast.cohort, author=cast["P"], happened_at=NOW, text="De la pilote")
        found = {role: page(cast[role], reverse("fieldwork:choose_notebook")) for role in "MP"}
        assert {role: "De la pilote" in text for role, text in found.items()} == {"M": False, "P": True}
        assert "Write down a quote" in found["M"]
        assert "write field notes" in page(cast["R"], reverse("fieldwork:choose_notebook"))

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_notebook_takes_five_statements(self, count: int, cast: Cast):
        for _ in range(count):
            send(cast["M"], capture_address(cast), **capture_form())
        assert statements(cast["M"], reverse("fieldwork:notebook", args=[cast.cohort.slug])) == 5


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_eight_statements(self, count: int, cast: Cast):
        for _ in range(count):
            NoteFactory(cohort=cast.cohort, insight=InsightFactory(cohort=cast.cohort))
        assert statements(cast["M"], list_address(cast)) == 8

    def test_the_list_leaves_out_what_others_noted_without_consent(self, cast: Cast):
        NoteFactory(cohort=cast.cohort, text="Une dame du quartier", consent="pending", author=cast["P"])
        found = {role: "Une dame du quartier" in page(cast[role], list_address(cast)) for role in "PMS"}
        assert found == {"P": True, "M": False, "S": False}

    def test_relays_and_admins_have_no_notebook(self, cast: Cast):
        codes = {role: signed_in(cast[role]).get(list_address(cast)).status_code for role in "RANX"}
        assert codes == dict.fromkeys("RANX", 404)


class TestPage:
    def test_the_author_and_leads_see_the_code_and_others_only_the_consent(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, author=cast["P"])
        found = {role: note.printed_code in page(cast[role], note.get_absolute_url()) for role in "PCM"}
        assert found == {"P": True, "C": True, "M": False}

    def test_consent_is_recorded_on_the_page_of_the_note(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, author=cast["M"], consent="pending")
        address = reverse("fieldwork:note_consent", args=[note.pk])
        answer = send(cast["M"], address, consent="edition", version_token="")
        assert list(errors(answer)) == ["consent_until"]
        assert change(cast["M"], address, consent="edition", consent_until="2030-01-05").status_code == 302
        note.refresh_from_db()
        assert (note.consent, note.consent_until.year, bool(note.withdrawal_code)) == ("edition", 2030, True)

    def test_a_lead_neither_reads_nor_deletes_a_note_that_is_for_its_author_alone(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, author=cast["M"], consent="pending")
        answer = signed_in(cast["P"]).get(reverse("fieldwork:delete_note", args=[cast.cohort.slug, note.pk]))
        assert (answer.status_code, answer.url) == (302, list_address(cast))

    def test_a_refusal_deletes_the_note(self, cast: Cast):
        private = NoteFactory(cohort=cast.cohort, author=cast["M"], consent="pending")
        shared = NoteFactory(cohort=cast.cohort, author=cast["M"])
        for note in (private, shared):
            answer = change(cast["M"], reverse("fieldwork:note_consent", args=[note.pk]), consent="refused")
            assert answer.url == list_address(cast)
        assert list(Note.objects.values_list("pk", "text", "removal")) == [(shared.pk, "", "refused")]

    def test_a_voice_is_always_recognisable(self, cast: Cast):
        memo = SimpleUploadedFile("memo.wav", wav(), "audio/wav")
        answer = send(cast["M"], capture_address(cast, "voice"), **capture_form(consent="nobody", file_1=memo))
        assert list(errors(answer)) == ["consent"]
        note = NoteFactory(cohort=cast.cohort, kind="voice", author=cast["M"])
        answer = send(cast["M"], reverse("fieldwork:note_consent", args=[note.pk]), consent="nobody")
        assert list(errors(answer)) == ["consent"]

    def test_the_code_is_shown_after_the_consent_was_taken_back(self, cast: Cast):
        note = NoteFactory(cohort=cast.cohort, author=cast["M"])
        change(cast["M"], reverse("fieldwork:note_consent", args=[note.pk]), consent="pending")
        assert note.printed_code in page(cast["M"], note.get_absolute_url())


class TestWithdrawal:
    ADDRESS = "/withdraw/"

    def test_a_person_without_account_withdraws_by_code_in_two_steps(self, cast: Cast):
        note, client = NoteFactory(cohort=cast.cohort, text="Une phrase"), Client(headers={"accept-language": "en"})
        first = client.post(self.ADDRESS, {"code": note.printed_code.lower()})
        assert ("Une phrase" in first.content.decode(), "(quote)" in first.content.decode()) == (False, True)
        note.refresh_from_db()
        assert note.text == "Une phrase"
        client.post(self.ADDRESS, {"code": note.withdrawal_code, "confirm": "yes"})
        note.refresh_from_db()
        assert (note.text, note.removal) == ("", "withdrawn")

    def test_a_code_of_a_note_that_has_not_arrived_is_withdrawn_in_two_steps(self):
        client = Client(headers={"accept-language": "en"})
        assert "before it arrives" not in client.post(self.ADDRESS, {"code": "ABCDE-FGHJ"}).content.decode()
        first = client.post(self.ADDRESS, {"code": "abcde-fghjk"}).content.decode()
        assert ("No note has this code" in first, "Withdraw the note before it arrives" in first) == (True, True)
        assert EarlyWithdrawal.objects.count() == 0
        for _ in range(2):
            last = client.post(self.ADDRESS, {"code": "abcde-fghjk", "early": "yes"}).content.decode()
        assert "is refused when the phone sends it" in last
        assert [row.code for row in EarlyWithdrawal.objects.all()] == ["ABCDEFGHJK"]

    def test_wrong_codes_are_refused_after_twenty(self):
        client = Client(headers={"accept-language": "en"})
        codes = [client.post(self.ADDRESS, {"code": "ABCDE-FGHJK"}).status_code for _ in range(21)]
        assert (codes[:20], codes[20]) == ([200] * 20, 429)
        assert "Wait ten minutes" in client.get(self.ADDRESS).content.decode()


def test_the_page_of_a_cohort_leads_to_the_notebook_of_those_who_work_in_it(cast: Cast):
    NoteFactory(cohort=cast.cohort)
    found = {role: links(signed_in(cast[role]).get(cast.cohort.get_absolute_url())) for role in "MR"}
    assert {role: "Open the field notebook" in names for role, names in found.items()} == {"M": True, "R": False}


def test_the_page_of_a_cohort_shows_a_note_without_consent_to_its_author_alone(cast: Cast):
    NoteFactory(cohort=cast.cohort, author=cast["M"], consent="pending", text="Le bon guichet")
    found = {role: links(signed_in(cast[role]).get(cast.cohort.get_absolute_url())) for role in "MPS"}
    assert {role: "Le bon guichet" in names for role, names in found.items()} == {"M": True, "P": False, "S": False}
