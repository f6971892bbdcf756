"""Pages of files: the panel of an object, the form that adds files, and the pages that change one."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from cohorts.models import Session
from files.backends.folder import path_of
from files.models import Attachment, FileDraft
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import DOCUMENTS, AttachmentFactory, picture, sizes_on_disk
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.files.test_storage import files_below, files_no_larger_than
from tests.pages import elements, errors, links, messages, texts
from tests.prototypes.pages import signed_in, statements

pytestmark = pytest.mark.django_db
NOBODY = {"consent": "nobody"}


@pytest.fixture
def session(cast: Cast) -> Session:
    return SessionFactory(cohort=cast.cohort)


def page_of(user: Any, address: str) -> HttpResponse:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer


def text_of(answer: HttpResponse) -> str:
    [panel] = [one for one in elements(answer, "section") if one["attrs"].get("id") == "files"]
    return panel["text"]


def add(user: Any, of: Session, words: dict[str, str], **files: tuple[str, bytes]) -> HttpResponse:
    chosen = {f"file_{store[1:]}": SimpleUploadedFile(*file) for store, file in files.items()}
    return signed_in(user).post(f"/files/session/{of.pk}/add/", {"idempotency_key": str(uuid4()), **words, **chosen})


def draft_fields(answer: HttpResponse) -> dict[str, str]:
    """Return the hidden fields that name the drafts of a form."""
    fields = (one["attrs"] for one in elements(answer, "input"))
    return {one["name"]: one["value"] for one in fields if one.get("name", "").startswith("draft_")}


JPEG = ("mur.jpg", picture())
NOTES = ("notes.txt", DOCUMENTS["txt"])


class TestPanel:
    def test_empty_panel_explains_itself_and_offers_to_add_files(self, cast: Cast, session: Session):
        page = page_of(cast["M"], session.get_absolute_url())
        assert text_of(page) == (
            "Pictures and documents Nothing here yet"
            " Pictures of what was made and done, and the documents that go with it. Add files"
        )
        assert links(page)["Add files"] == f"/files/session/{session.pk}/add/"

    def test_adding_is_offered_only_to_people_who_may_add(self, cast: Cast, session: Session):
        assert "Add files" not in links(page_of(cast["R"], session.get_absolute_url()))

    def test_pictures_have_descriptions_dimensions_and_two_sizes(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, alt_text="Un mur de gommettes")
        [image] = elements(page_of(cast["R"], session.get_absolute_url()), "img")
        assert {name: image["attrs"][name] for name in ("src", "srcset", "alt", "width", "height", "loading")} == {
            "src": f"/files/{row.pk}/small/",
            "srcset": f"/files/{row.pk}/small/ 400w, /files/{row.pk}/large/ 1280w",
            "alt": "Un mur de gommettes",
            "width": "60",
            "height": "40",
            "loading": "lazy",
        }

    def test_documents_are_links_with_their_size(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, file="notes.pdf", alt_text="Notes de l’accueil")
        page = page_of(cast["R"], session.get_absolute_url())
        assert links(page)["notes.pdf"] == f"/files/{row.pk}/"
        assert f"notes.pdf {row.size} bytes · Notes de l’accueil" in text_of(page)

    @pytest.mark.parametrize(("role", "own", "offered"), [("P", False, True), ("M", False, False), ("M", True, True)])
    def test_editing_is_offered_to_people_who_may_edit(
        self, role: str, own: bool, offered: bool, cast: Cast, session: Session
    ):
        row = AttachmentFactory(of=session, uploaded_by=cast[role if own else "C"])
        addresses = links(page_of(cast[role], session.get_absolute_url())).values()
        assert ({f"/files/{row.pk}/edit/", f"/files/{row.pk}/withdraw/"} <= set(addresses)) is offered

    def test_consent_is_shown_below_the_picture(self, cast: Cast, session: Session):
        AttachmentFactory(of=session, consent="edition", consent_until="2027-11-30")
        assert "Consent for the edition, until 30 Nov 2027" in text_of(page_of(cast["R"], session.get_absolute_url()))

    @pytest.mark.parametrize(("role", "is_reported"), [("P", True), ("M", False)])
    def test_file_with_ended_consent_is_hidden_and_reported_to_editors(
        self, role: str, is_reported: bool, cast: Cast, session: Session
    ):
        AttachmentFactory(of=session, consent="cohort", consent_until="2026-11-23", consent_held="Classeur")
        page = page_of(cast[role], session.get_absolute_url())
        words = (
            "The consent for “atelier.jpg” ended on 23 Nov 2026. The file is no longer shown "
            "to anyone. The consent is kept here: Classeur. Ask for consent again, or "
            "withdraw the file."
        )
        assert (elements(page, "img"), words in text_of(page)) == ([], is_reported)

    def test_withdrawn_file_is_listed_as_withdrawn(self, cast: Cast, session: Session):
        AttachmentFactory(of=session, withdrawn=True, uploaded_by=cast["C"])
        page = page_of(cast["P"], session.get_absolute_url())
        assert "1 file was withdrawn “atelier.jpg”, withdrawn on 3 Nov 2026 by Coordinator Rivage" in text_of(page)
        assert "Nothing here yet" in text_of(page_of(cast["M"], session.get_absolute_url()))

    @pytest.mark.parametrize("about", ["idea", "prototype", "trial"])
    def test_ideas_prototypes_and_tests_have_the_panel(self, about: str, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        prototype = PrototypeFactory(idea=idea)
        of = {"idea": idea, "prototype": prototype, "trial": TrialFactory(prototype=prototype)}[about]
        AttachmentFactory(about=about, of=of)
        page = page_of(cast["M"], of.get_absolute_url())
        assert (len(elements(page, "img")), links(page)["Add files"]) == (1, f"/files/{about}/{of.pk}/add/")

    def test_adding_is_not_offered_on_published_facts(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented")
        assert "Add files" not in links(page_of(cast["S"], idea.get_absolute_url()))
        assert signed_in(cast["S"]).get(f"/files/idea/{idea.pk}/add/").status_code == 403

    @pytest.mark.parametrize("rows", [1, 3])
    def test_panel_takes_one_query(self, rows: int, cast: Cast, session: Session):
        for _ in range(rows):
            AttachmentFactory(of=session, consent="cohort")
            AttachmentFactory(of=session, file="notes.txt")
        assert statements(cast["M"], session.get_absolute_url()) == 9


class TestAdding:
    def test_form_states_the_limits(self, cast: Cast, session: Session):
        page = page_of(cast["M"], f"/files/session/{session.pk}/add/")
        assert (
            "JPEG, PNG, WebP, PDF, ODT, ODS, ODP, DOCX, XLSX, PPTX, TXT, CSV. Pictures up to "
            "10.0 MB, documents up to 20.0 MB. Location and device details are removed from "
            "pictures."
        ) in texts(page, "p")
        [form] = [one for one in elements(page, "form") if one["attrs"].get("enctype")]
        assert form["attrs"]["enctype"] == "multipart/form-data"

    def test_picture_and_document_are_added_together(self, cast: Cast, session: Session):
        answer = add(cast["M"], session, NOBODY | {"alt_text_1": "Un mur"}, n1=JPEG, n2=NOTES)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/{session.pk}/#files")
        rows = Attachment.objects.by_age()
        assert [(row.name, row.uploaded_by, row.object_id) for row in rows] == [
            ("mur.jpg", cast["M"], session.pk),
            ("notes.txt", cast["M"], session.pk),
        ]
        assert messages(page_of(cast["M"], "/")) == []

    def test_message_says_how_many_files_were_added(self, cast: Cast, session: Session):
        client = signed_in(cast["M"])
        for files, words in (
            ({"file_1": NOTES}, "The file is added."),
            ({"file_1": NOTES, "file_2": NOTES}, "2 files are added."),
        ):
            chosen = {name: SimpleUploadedFile(*file) for name, file in files.items()}
            answer = client.post(f"/files/session/{session.pk}/add/", {**NOBODY, **chosen}, follow=True)
            assert messages(answer) == [words]

    def test_form_with_an_error_keeps_the_file_and_the_text(self, cast: Cast, session: Session):
        answer = add(cast["M"], session, {"alt_text_1": "Un mur"}, n1=JPEG)
        assert errors(answer) == ["This field is required."]
        row = FileDraft.objects.get()
        assert (row.person, row.name, draft_fields(answer)) == (cast["M"], "mur.jpg", {"draft_1": str(row.pk)})
        assert "Un mur" in texts(answer, "textarea")
        assert Attachment.objects.count() == 0

    def test_draft_is_attached_when_the_form_is_sent_again(self, cast: Cast, session: Session):
        typed = {"alt_text_1": "Un mur", "idempotency_key": str(uuid4())}
        drafts = draft_fields(add(cast["M"], session, typed, n1=JPEG))
        assert add(cast["M"], session, NOBODY | typed | drafts).status_code == 302
        row = Attachment.objects.get()
        assert (row.name, row.alt_text, sizes_on_disk(row)) == ("mur.jpg", "Un mur", ["full", "large", "small"])
        assert FileDraft.objects.count() == 0

    def test_draft_sent_twice_is_attached_once(self, cast: Cast, session: Session):
        typed = {"alt_text_1": "Un mur", "idempotency_key": str(uuid4())}
        drafts = draft_fields(add(cast["M"], session, typed, n1=JPEG))
        answers = [add(cast["M"], session, NOBODY | typed | drafts).status_code for _ in range(2)]
        assert (answers, Attachment.objects.count()) == ([302, 302], 1)

    def test_attached_file_of_another_person_has_to_be_chosen_again(self, cast: Cast, session: Session):
        typed = {"alt_text_1": "Un mur", "idempotency_key": str(uuid4())}
        drafts = draft_fields(add(cast["P"], session, typed, n1=JPEG))
        add(cast["P"], session, NOBODY | typed | drafts)
        answer = add(cast["M"], session, NOBODY | typed | drafts)
        assert errors(answer) == ["This file is no longer available: choose it again."]
        assert Attachment.objects.get().uploaded_by == cast["P"]

    def test_removing_a_draft_keeps_the_others_and_shows_no_errors(
        self, cast: Cast, session: Session, folder: Any, django_capture_on_commit_callbacks: Any
    ):
        typed = {"alt_text_1": "Un mur", "consent_held": "Ici"}
        drafts = draft_fields(add(cast["M"], session, typed, n1=JPEG, n2=NOTES))
        with django_capture_on_commit_callbacks(execute=True):
            answer = add(cast["M"], session, typed | drafts | {"remove": "1"})
        assert (answer.status_code, errors(answer), list(draft_fields(answer))) == (200, [], ["draft_2"])
        assert "Un mur" in texts(answer, "textarea")
        assert ([row.name for row in FileDraft.objects.all()], len(files_below(folder))) == (["notes.txt"], 1)

    def test_newly_chosen_file_replaces_the_draft(
        self, cast: Cast, session: Session, django_capture_on_commit_callbacks: Any
    ):
        drafts = draft_fields(add(cast["M"], session, {}, n1=JPEG))
        with django_capture_on_commit_callbacks(execute=True):
            add(cast["M"], session, drafts, n1=NOTES)
        assert [row.name for row in FileDraft.objects.all()] == ["notes.txt"]

    def test_people_cannot_attach_drafts_of_others(self, cast: Cast, session: Session):
        drafts = draft_fields(add(cast["P"], session, {}, n1=NOTES))
        answer = add(cast["M"], session, NOBODY | drafts)
        assert errors(answer) == ["This file is no longer available: choose it again."]
        assert (Attachment.objects.count(), FileDraft.objects.get().person) == (0, cast["P"])

    @pytest.mark.parametrize("named", ["0", "-1", "x", "9" * 30, "1; DROP TABLE"])
    def test_unknown_draft_has_to_be_chosen_again(self, named: str, cast: Cast, session: Session):
        answer = add(cast["M"], session, NOBODY | {"draft_1": named})
        assert errors(answer) == ["This file is no longer available: choose it again."]

    def test_file_beyond_the_quota_is_refused_with_the_usage(self, cast: Cast, session: Session, settings: Any):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"day_files": 1}
        add(cast["M"], session, NOBODY, n1=NOTES)
        [reason] = errors(add(cast["M"], session, NOBODY, n1=NOTES))
        assert re.fullmatch(
            r"“notes\.txt” is not added: In the last 24 hours you added .+ of 190.7.MB, 1 of 1 files\."
            r" You can add this file from .+, .+\.",
            reason,
        )
        assert Attachment.objects.count() == 1

    @pytest.mark.parametrize(
        ("about", "role", "code"), [("session", "N", 404), ("poster", "S", 404), ("session", "R", 403)]
    )
    def test_adding_requires_permission_on_the_owner(
        self, about: str, role: str, code: int, cast: Cast, session: Session
    ):
        answer = signed_in(cast[role]).post(
            f"/files/{about}/{session.pk}/add/", NOBODY | {"file_1": SimpleUploadedFile(*NOTES)}
        )
        assert (answer.status_code, Attachment.objects.count()) == (code, 0)

    def test_full_disk_is_reported_and_leaves_nothing(self, cast: Cast, session: Session, folder: Any):
        existing = AttachmentFactory(of=session)
        with files_no_larger_than(200):
            answer = add(
                cast["M"], session, NOBODY | {"alt_text_1": "Un mur", "consent_held": "Ici"}, n1=JPEG, n2=NOTES
            )
        assert (answer.status_code, Attachment.objects.get()) == (200, existing)
        assert ([row.name for row in FileDraft.objects.all()], len(files_below(folder))) == (["notes.txt"], 4)
        [summary] = elements(answer, "div", "error-summary")
        assert "The server cannot store files at the moment. Nothing was saved." in summary["text"]
        assert "Un mur" in texts(answer, "textarea")

    def test_form_with_two_files_takes_few_queries(self, cast: Cast, session: Session, django_assert_num_queries: Any):
        assert statements(cast["M"], f"/files/session/{session.pk}/add/") == 4


def edit(user: Any, row: Attachment, changes: dict[str, str]) -> HttpResponse:
    """Open the form, change it and send it."""
    client, address = signed_in(user), f"/files/{row.pk}/edit/"
    return client.post(
        address, changes | {"version_token": client.get(address).context["form"]["version_token"].value()}
    )


class TestEditing:
    def test_description_and_consent_are_saved(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        changes = {"alt_text": "Une table", "consent": "cohort", "consent_until": "2027-01-31", "consent_held": "Ici"}
        answer = edit(cast["P"], row, changes)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/{session.pk}/#files")
        row.refresh_from_db()
        assert (row.alt_text, row.consent, str(row.consent_until), row.consent_held) == tuple(changes.values())

    def test_ended_consent_can_be_renewed(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, consent="cohort", consent_until="2026-11-23")
        changes = {"alt_text": "Une table", "consent": "cohort", "consent_until": "2027-11-23"}
        assert edit(cast["P"], row, changes).status_code == 302
        assert len(elements(page_of(cast["R"], session.get_absolute_url()), "img")) == 1

    def test_second_writer_sees_both_texts(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        client, address = signed_in(cast["P"]), f"/files/{row.pk}/edit/"
        version_token = client.get(address).context["form"]["version_token"].value()
        client.post(address, NOBODY | {"alt_text": "Le premier", "version_token": version_token})
        answer = signed_in(cast["C"]).post(address, NOBODY | {"alt_text": "Le second", "version_token": version_token})
        words = answer.content.decode()
        assert (answer.status_code, "Le premier" in words, "Le second" in words) == (200, True, True)


class TestWithdrawing:
    def test_page_states_the_consequences_of_withdrawing(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        page = page_of(cast["P"], f"/files/{row.pk}/withdraw/")
        assert texts(page, "li")[-2:] == [
            "“atelier.jpg” is deleted immediately. Nobody can see or download it any more.",
            "The history keeps a record of the file and of why it is withdrawn.",
        ]
        assert sizes_on_disk(row) == ["full", "large", "small"]

    def test_file_is_withdrawn_with_a_reason(
        self, cast: Cast, session: Session, django_capture_on_commit_callbacks: Any
    ):
        row = AttachmentFactory(of=session)
        with django_capture_on_commit_callbacks(execute=True):
            answer = signed_in(cast["P"]).post(
                f"/files/{row.pk}/withdraw/", {"reason": "Asked by one of them"}, follow=True
            )
        assert messages(answer) == ["The file is withdrawn: nobody sees it any more."]
        assert (elements(answer, "img"), sizes_on_disk(row)) == ([], [])
        assert "Asked by one of them" in text_of(answer)

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_second_withdrawal_is_reported(self, act: str, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, withdrawn=True)
        answer = signed_in(cast["P"]).post(f"/files/{row.pk}/{act}/", {"reason": "Again"}, follow=True)
        assert messages(answer) == ["The file is withdrawn: nobody sees it any more."]

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_ambassador_cannot_change_files_of_others(self, act: str, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        assert signed_in(cast["M"]).post(f"/files/{row.pk}/{act}/", {"reason": "Mine"}).status_code == 403
        assert path_of(row.stored, "full").exists()


@pytest.mark.parametrize("route", ["files:edit", "files:withdraw"])
def test_hidden_files_cannot_be_changed(route: str, cast: Cast, session: Session):
    gone = AttachmentFactory(of=session, uploaded_by=cast["P"], withdrawn=True)
    here = AttachmentFactory(of=session, uploaded_by=cast["P"], consent="cohort")
    answers = [signed_in(cast["M"]).get(reverse(route, args=[row.pk])).status_code for row in (gone, here)]
    assert answers == [404, 403]


class TestSeveralFiles:
    def send(self, user: Any, of: Session, *files: tuple[str, bytes], **words: Any) -> HttpResponse:
        chosen = {"files": [SimpleUploadedFile(*file) for file in files]} if files else {}
        return signed_in(user).post(f"/files/session/{of.pk}/add/", {**NOBODY, **words, **chosen})

    def test_refused_file_is_named_and_the_others_stay(self, cast: Cast, session: Session):
        key = str(uuid4())
        answer = self.send(
            cast["M"], session, JPEG, ("faux.png", b"no picture"), ("vide.txt", b""), NOTES, JPEG, idempotency_key=key
        )
        assert (
            "“faux.png”: This file is not a picture, despite its name. Choose a picture."
            "“vide.txt”: This file is empty. Choose another file."
        ) in errors(answer)
        drafts = draft_fields(answer)
        assert sorted(drafts) == ["draft_1", "draft_2", "draft_3"]
        assert not Attachment.objects.exists()
        words = {"alt_text_1": "Un mur", "decorative_3": "on", "idempotency_key": key}
        answer = self.send(cast["M"], session, **words, **drafts)
        assert answer.status_code == 302, errors(answer)
        rows = Attachment.objects.order_by("pk")
        assert [(row.name, row.alt_text, row.decorative, row.consent) for row in rows] == [
            ("mur.jpg", "Un mur", False, "nobody"),
            ("notes.txt", "", False, "nobody"),
            ("mur.jpg", "", True, "nobody"),
        ]

    def test_thirteenth_file_is_for_the_next_form(self, cast: Cast, session: Session):
        answer = self.send(cast["M"], session, *[NOTES] * 13)
        assert errors(answer) == ["“notes.txt”: too many files for one form. Add these first, then choose it again."]
        assert len(draft_fields(answer)) == 12
