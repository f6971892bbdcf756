"""The pages of files: the panel where they belong, the form that brings them, and what can be said of one later."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from cohorts.models import Session
from files import storage
from files.models import Attachment, FileDraft
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.files import DOCUMENTS, AttachmentFactory, on_disk, picture
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.files.test_storage import everything, files_no_larger_than
from tests.pages import elements, errors, links, said, texts
from tests.prototypes.pages import signed_in, statements

pytestmark = pytest.mark.django_db
NOBODY = {"consent": "nobody"}


@pytest.fixture
def session(cast: Cast) -> Session:
    return SessionFactory(cohort=cast.cohort)


def opened(user: Any, address: str) -> HttpResponse:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer


def text_of(answer: HttpResponse) -> str:
    [panel] = [one for one in elements(answer, "section") if one["attrs"].get("id") == "files"]
    return panel["text"]


def add(user: Any, of: Session, words: dict[str, str], **files: tuple[str, bytes]) -> HttpResponse:
    chosen = {f"file_{place[1:]}": SimpleUploadedFile(*file) for place, file in files.items()}
    return signed_in(user).post(f"/files/session/{of.pk}/add/", {"entry": str(uuid4()), **words, **chosen})


def named_drafts(answer: HttpResponse) -> dict[str, str]:
    """Return the hidden fields that name what the platform has of a form."""
    fields = (one["attrs"] for one in elements(answer, "input"))
    return {one["name"]: one["value"] for one in fields if one.get("name", "").startswith("draft_")}


JPEG = ("mur.jpg", picture())
NOTES = ("notes.txt", DOCUMENTS["txt"])


class TestPanel:
    def test_empty_it_says_what_goes_there_and_offers_the_first_step(self, cast: Cast, session: Session):
        page = opened(cast["M"], session.get_absolute_url())
        assert text_of(page) == (
            "Pictures and documents Nothing here yet"
            " Pictures of what was made and done, and the documents that go with it. Add files"
        )
        assert links(page)["Add files"] == f"/files/session/{session.pk}/add/"

    def test_who_may_not_add_is_not_offered_to(self, cast: Cast, session: Session):
        assert "Add files" not in links(opened(cast["R"], session.get_absolute_url()))

    def test_pictures_have_their_words_measures_and_two_sizes(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, alt_text="Un mur de gommettes")
        [image] = elements(opened(cast["R"], session.get_absolute_url()), "img")
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
        page = opened(cast["R"], session.get_absolute_url())
        assert links(page)["notes.pdf"] == f"/files/{row.pk}/"
        assert f"notes.pdf {row.size} bytes · Notes de l’accueil" in text_of(page)

    @pytest.mark.parametrize(("letter", "own", "offered"), [("P", False, True), ("M", False, False), ("M", True, True)])
    def test_editing_is_offered_to_those_who_may(
        self, letter: str, own: bool, offered: bool, cast: Cast, session: Session
    ):
        row = AttachmentFactory(of=session, uploaded_by=cast[letter if own else "C"])
        addresses = links(opened(cast[letter], session.get_absolute_url())).values()
        assert ({f"/files/{row.pk}/edit/", f"/files/{row.pk}/withdraw/"} <= set(addresses)) is offered

    def test_how_far_people_agreed_is_said_below_the_picture(self, cast: Cast, session: Session):
        AttachmentFactory(of=session, consent="edition", consent_until="2027-11-30")
        assert "Consent for the edition, until 30 Nov 2027" in text_of(opened(cast["R"], session.get_absolute_url()))

    @pytest.mark.parametrize(("letter", "told"), [("P", True), ("M", False)])
    def test_once_consent_ended_nobody_is_shown_it_and_those_who_keep_it_are_told(
        self, letter: str, told: bool, cast: Cast, session: Session
    ):
        AttachmentFactory(of=session, consent="cohort", consent_until="2026-11-23", consent_held="Classeur")
        page = opened(cast[letter], session.get_absolute_url())
        words = (
            "The consent for “atelier.jpg” ended on 23 Nov 2026. The file is no longer shown "
            "to anyone. The consent is kept here: Classeur. Ask for consent again, or "
            "withdraw the file."
        )
        assert (elements(page, "img"), words in text_of(page)) == ([], told)

    def test_one_that_was_withdrawn_says_so(self, cast: Cast, session: Session):
        AttachmentFactory(of=session, withdrawn=True, uploaded_by=cast["C"])
        page = opened(cast["P"], session.get_absolute_url())
        assert "1 file was withdrawn “atelier.jpg”, withdrawn on 3 Nov 2026 by Coordinator Rivage" in text_of(page)
        assert "Nothing here yet" in text_of(opened(cast["M"], session.get_absolute_url()))

    @pytest.mark.parametrize("about", ["idea", "prototype", "trial"])
    def test_ideas_prototypes_and_tests_have_theirs(self, about: str, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        prototype = PrototypeFactory(idea=idea)
        of = {"idea": idea, "prototype": prototype, "trial": TrialFactory(prototype=prototype)}[about]
        AttachmentFactory(about=about, of=of)
        page = opened(cast["M"], of.get_absolute_url())
        assert (len(elements(page, "img")), links(page)["Add files"]) == (1, f"/files/{about}/{of.pk}/add/")

    def test_on_published_facts_nothing_is_added(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented")
        assert "Add files" not in links(opened(cast["S"], idea.get_absolute_url()))
        assert signed_in(cast["S"]).get(f"/files/idea/{idea.pk}/add/").status_code == 403

    @pytest.mark.parametrize("rows", [1, 3])
    def test_it_costs_one_statement_whatever_there_is(self, rows: int, cast: Cast, session: Session):
        for _ in range(rows):
            AttachmentFactory(of=session, consent="cohort")
            AttachmentFactory(of=session, file="notes.txt")
        assert statements(cast["M"], session.get_absolute_url()) == 8


class TestAdding:
    def test_limits_are_said_before_anything_is_chosen(self, cast: Cast, session: Session):
        page = opened(cast["M"], f"/files/session/{session.pk}/add/")
        assert (
            "JPEG, PNG, WebP, PDF, ODT, ODS, ODP, DOCX, XLSX, PPTX, TXT, CSV. Pictures up to "
            "10.0 MB, documents up to 20.0 MB. Location and device details are removed from "
            "pictures."
        ) in texts(page, "p")
        [form] = [one for one in elements(page, "form") if one["attrs"].get("enctype")]
        assert form["attrs"]["enctype"] == "multipart/form-data"

    def test_a_picture_and_a_document_in_one_go(self, cast: Cast, session: Session):
        answer = add(cast["M"], session, NOBODY | {"alt_text_1": "Un mur"}, n1=JPEG, n2=NOTES)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/{session.pk}/#files")
        rows = Attachment.objects.by_age()
        assert [(row.name, row.uploaded_by, row.object_id) for row in rows] == [
            ("mur.jpg", cast["M"], session.pk),
            ("notes.txt", cast["M"], session.pk),
        ]
        assert said(opened(cast["M"], "/")) == []

    def test_it_says_how_many_were_added(self, cast: Cast, session: Session):
        client = signed_in(cast["M"])
        for files, words in (
            ({"file_1": NOTES}, "The file is added."),
            ({"file_1": NOTES, "file_2": NOTES}, "2 files are added."),
        ):
            chosen = {name: SimpleUploadedFile(*file) for name, file in files.items()}
            answer = client.post(f"/files/session/{session.pk}/add/", {**NOBODY, **chosen}, follow=True)
            assert said(answer) == [words]

    def test_the_file_and_what_was_typed_stay_when_something_is_missing(self, cast: Cast, session: Session):
        answer = add(cast["M"], session, {"alt_text_1": "Un mur"}, n1=JPEG)
        assert errors(answer) == ["This field is required."]
        row = FileDraft.objects.get()
        assert (row.person, row.name, named_drafts(answer)) == (cast["M"], "mur.jpg", {"draft_1": str(row.pk)})
        assert "Un mur" in texts(answer, "textarea")
        assert Attachment.objects.count() == 0

    def test_sent_again_without_the_file_it_is_attached_and_no_draft_any_more(self, cast: Cast, session: Session):
        typed = {"alt_text_1": "Un mur", "entry": str(uuid4())}
        drafts = named_drafts(add(cast["M"], session, typed, n1=JPEG))
        assert add(cast["M"], session, NOBODY | typed | drafts).status_code == 302
        row = Attachment.objects.get()
        assert (row.name, row.alt_text, on_disk(row)) == ("mur.jpg", "Un mur", ["full", "large", "small"])
        assert FileDraft.objects.count() == 0

    def test_sent_again_twice_it_is_attached_once(self, cast: Cast, session: Session):
        typed = {"alt_text_1": "Un mur", "entry": str(uuid4())}
        drafts = named_drafts(add(cast["M"], session, typed, n1=JPEG))
        answers = [add(cast["M"], session, NOBODY | typed | drafts).status_code for _ in range(2)]
        assert (answers, Attachment.objects.count()) == ([302, 302], 1)

    def test_removing_one_keeps_the_rest_and_says_nothing_of_what_is_missing(
        self, cast: Cast, session: Session, folder: Any, django_capture_on_commit_callbacks: Any
    ):
        typed = {"alt_text_1": "Un mur", "consent_held": "Ici"}
        drafts = named_drafts(add(cast["M"], session, typed, n1=JPEG, n2=NOTES))
        with django_capture_on_commit_callbacks(execute=True):
            answer = add(cast["M"], session, typed | drafts | {"remove": "1"})
        assert (answer.status_code, errors(answer), list(named_drafts(answer))) == (200, [], ["draft_2"])
        assert "Un mur" in texts(answer, "textarea")
        assert ([row.name for row in FileDraft.objects.all()], len(everything(folder))) == (["notes.txt"], 1)

    def test_a_file_chosen_beside_one_that_is_in_takes_its_place(
        self, cast: Cast, session: Session, django_capture_on_commit_callbacks: Any
    ):
        drafts = named_drafts(add(cast["M"], session, {}, n1=JPEG))
        with django_capture_on_commit_callbacks(execute=True):
            add(cast["M"], session, drafts, n1=NOTES)
        assert [row.name for row in FileDraft.objects.all()] == ["notes.txt"]

    def test_nobody_attaches_the_draft_of_another(self, cast: Cast, session: Session):
        drafts = named_drafts(add(cast["P"], session, {}, n1=NOTES))
        answer = add(cast["M"], session, NOBODY | drafts)
        assert errors(answer) == ["This file is no longer available: choose it again."]
        assert (Attachment.objects.count(), FileDraft.objects.get().person) == (0, cast["P"])

    @pytest.mark.parametrize("named", ["0", "-1", "x", "9" * 30, "1; DROP TABLE"])
    def test_a_draft_that_is_none_is_asked_for_again(self, named: str, cast: Cast, session: Session):
        answer = add(cast["M"], session, NOBODY | {"draft_1": named})
        assert errors(answer) == ["This file is no longer available: choose it again."]

    def test_a_file_beyond_the_quota_says_how_much_is_used_and_when_there_is_room(
        self, cast: Cast, session: Session, settings: Any
    ):
        settings.FILES_PER_PERSON = settings.FILES_PER_PERSON | {"day_files": 1}
        add(cast["M"], session, NOBODY, n1=NOTES)
        [reason] = errors(add(cast["M"], session, NOBODY, n1=NOTES))
        assert re.fullmatch(
            r"In the last 24 hours you added .+ of 190.7.MB, 1 of 1 files\."
            r" You can add this file from .+, .+\.",
            reason,
        )
        assert Attachment.objects.count() == 1

    @pytest.mark.parametrize(
        ("about", "letter", "code"), [("session", "N", 404), ("poster", "S", 404), ("session", "R", 403)]
    )
    def test_only_to_what_one_may_add_to(self, about: str, letter: str, code: int, cast: Cast, session: Session):
        answer = signed_in(cast[letter]).post(
            f"/files/{about}/{session.pk}/add/", NOBODY | {"file_1": SimpleUploadedFile(*NOTES)}
        )
        assert (answer.status_code, Attachment.objects.count()) == (code, 0)

    def test_a_disk_that_takes_no_more_says_so_and_leaves_nothing(self, cast: Cast, session: Session, folder: Any):
        kept = AttachmentFactory(of=session)
        with files_no_larger_than(200):
            answer = add(
                cast["M"], session, NOBODY | {"alt_text_1": "Un mur", "consent_held": "Ici"}, n1=JPEG, n2=NOTES
            )
        assert (answer.status_code, Attachment.objects.get()) == (200, kept)
        assert ([row.name for row in FileDraft.objects.all()], len(everything(folder))) == (["notes.txt"], 4)
        [summary] = elements(answer, "div", "error-summary")
        assert "The server has no room for files at the moment. Nothing was saved." in summary["text"]
        assert "Un mur" in texts(answer, "textarea")

    def test_form_and_two_files_cost_few_statements(self, cast: Cast, session: Session, django_assert_num_queries: Any):
        assert statements(cast["M"], f"/files/session/{session.pk}/add/") == 4


def edit(user: Any, row: Attachment, told: dict[str, str]) -> HttpResponse:
    """Open the form, change it and send it."""
    client, address = signed_in(user), f"/files/{row.pk}/edit/"
    return client.post(address, told | {"seen": client.get(address).context["form"]["seen"].value()})


class TestEditing:
    def test_what_it_shows_and_how_far_people_agreed(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        told = {"alt_text": "Une table", "consent": "cohort", "consent_until": "2027-01-31", "consent_held": "Ici"}
        answer = edit(cast["P"], row, told)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/{session.pk}/#files")
        row.refresh_from_db()
        assert (row.alt_text, row.consent, str(row.consent_until), row.consent_held) == tuple(told.values())

    def test_one_whose_consent_ended_gets_a_new_one(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, consent="cohort", consent_until="2026-11-23")
        told = {"alt_text": "Une table", "consent": "cohort", "consent_until": "2027-11-23"}
        assert edit(cast["P"], row, told).status_code == 302
        assert len(elements(opened(cast["R"], session.get_absolute_url()), "img")) == 1

    def test_the_second_of_two_writers_sees_both_texts(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        client, address = signed_in(cast["P"]), f"/files/{row.pk}/edit/"
        seen = client.get(address).context["form"]["seen"].value()
        client.post(address, NOBODY | {"alt_text": "Le premier", "seen": seen})
        answer = signed_in(cast["C"]).post(address, NOBODY | {"alt_text": "Le second", "seen": seen})
        words = answer.content.decode()
        assert (answer.status_code, "Le premier" in words, "Le second" in words) == (200, True, True)


class TestWithdrawing:
    def test_it_says_what_will_happen(self, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        page = opened(cast["P"], f"/files/{row.pk}/withdraw/")
        assert texts(page, "li")[-2:] == [
            "“atelier.jpg” is deleted immediately. Nobody can see or download it any more.",
            "The history keeps a record of the file and of why it is withdrawn.",
        ]
        assert on_disk(row) == ["full", "large", "small"]

    def test_with_a_reason_it_is_gone(self, cast: Cast, session: Session, django_capture_on_commit_callbacks: Any):
        row = AttachmentFactory(of=session)
        with django_capture_on_commit_callbacks(execute=True):
            answer = signed_in(cast["P"]).post(
                f"/files/{row.pk}/withdraw/", {"reason": "Asked by one of them"}, follow=True
            )
        assert said(answer) == ["The file is withdrawn: nobody sees it any more."]
        assert (elements(answer, "img"), on_disk(row)) == ([], [])
        assert "Asked by one of them" in text_of(answer)

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_a_second_time_it_is_told_so(self, act: str, cast: Cast, session: Session):
        row = AttachmentFactory(of=session, withdrawn=True)
        answer = signed_in(cast["P"]).post(f"/files/{row.pk}/{act}/", {"reason": "Again"}, follow=True)
        assert said(answer) == ["The file is withdrawn: nobody sees it any more."]

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_somebody_else_s_is_refused_to_an_ambassador(self, act: str, cast: Cast, session: Session):
        row = AttachmentFactory(of=session)
        assert signed_in(cast["M"]).post(f"/files/{row.pk}/{act}/", {"reason": "Mine"}).status_code == 403
        assert storage.path_of(row.stored, "full").exists()


@pytest.mark.parametrize("route", ["files:edit", "files:withdraw"])
def test_what_is_hidden_from_somebody_is_not_there_for_them_to_change(route: str, cast: Cast, session: Session):
    gone = AttachmentFactory(of=session, uploaded_by=cast["P"], withdrawn=True)
    here = AttachmentFactory(of=session, uploaded_by=cast["P"], consent="cohort")
    answers = [signed_in(cast["M"]).get(reverse(route, args=[row.pk])).status_code for row in (gone, here)]
    assert answers == [404, 403]
