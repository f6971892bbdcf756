"""Files as browsers get them: to those who may see them on that day, under headers that let nothing run."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from files import storage
from files.attachments.actions import withdraw_file
from files.attachments.views import serving
from files.models import Attachment
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.files import DOCUMENTS, AttachmentFactory, accepted_sizes, taken
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

LETTERS = "SCDPMRANX"
pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def got(user: Any, address: str, **headers: str) -> HttpResponse:
    answer = client_of(user).get(address, headers=headers)
    answer.body = answer.getvalue()  # type: ignore[attr-defined] # read, so that the file is closed
    return answer


def is_given(user: Any, row: Attachment) -> bool:
    """Asked of the view: that sign-ins and addresses lead there is the matter of the matrix."""
    request = RequestFactory().get(row.get_absolute_url())
    request.user = user
    try:
        answer: Any = serving.file(request, pk=row.pk)
    except Http404:
        return False
    with answer.file_to_stream:
        return bool(answer.getvalue())


def seen_by(cast: Cast, row: Attachment) -> str:
    """Who is given the file, by letter."""
    return "".join(letter for letter in LETTERS if is_given(cast[letter], row))


@pytest.fixture
def picture(cast: Cast) -> Attachment:
    return AttachmentFactory(of=SessionFactory(cohort=cast.cohort))


@pytest.fixture
def notes(cast: Cast) -> Attachment:
    return AttachmentFactory(of=SessionFactory(cohort=cast.cohort), file="notes.pdf")


SANDBOX = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
}
PICTURE = SANDBOX | {"Content-Security-Policy": "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"}


def headers(answer: HttpResponse, *more: str) -> dict[str, str]:
    return {name: answer.headers[name] for name in (*SANDBOX, *more)}


class TestHeaders:
    def test_a_picture_is_shown_in_the_page_as_what_it_is(self, cast: Cast, picture: Attachment):
        answer = got(cast["M"], picture.get_absolute_url())
        assert headers(answer, "Content-Type", "Content-Disposition") == PICTURE | {
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'inline; filename="atelier.jpg"',
        }
        assert answer.body == accepted_sizes("atelier.jpg")[1]["full"]

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_its_smaller_sizes_are_webp(self, cast: Cast, picture: Attachment, size: str):
        answer = got(cast["M"], f"/files/{picture.pk}/{size}/")
        assert headers(answer, "Content-Type") == PICTURE | {"Content-Type": "image/webp"}
        assert answer.body == accepted_sizes("atelier.jpg")[1][size]

    @pytest.mark.parametrize("ending", DOCUMENTS)
    def test_a_document_is_saved_never_opened(self, cast: Cast, ending: str):
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), file=f"Été à l’accueil.{ending}")
        answer = got(cast["M"], row.get_absolute_url())
        assert headers(answer, "Content-Type", "Content-Disposition") == SANDBOX | {
            "Content-Type": taken(row.name).content_type,
            "Content-Disposition": f"attachment; filename*=utf-8''%C3%89t%C3%A9%20%C3%A0%20l%E2%80%99accueil.{ending}",
        }
        assert answer.body == DOCUMENTS[ending]

    def test_a_document_has_no_smaller_sizes(self, cast: Cast, notes: Attachment, caplog: pytest.LogCaptureFixture):
        assert got(cast["M"], f"/files/{notes.pk}/small/").status_code == 404
        assert "is missing" not in caplog.text

    def test_only_reading_is_possible(self, cast: Cast, picture: Attachment):
        assert client_of(cast["S"]).post(picture.get_absolute_url()).status_code == 405

    def test_a_head_says_the_same_without_the_content(self, cast: Cast, picture: Attachment):
        answer = client_of(cast["M"]).head(picture.get_absolute_url())
        assert (answer.status_code, answer.getvalue(), headers(answer)) == (200, b"", PICTURE)


class TestKept:
    """By the person's own browser, which asks each time."""

    def test_what_it_has_is_not_sent_again(self, cast: Cast, picture: Attachment):
        address = picture.get_absolute_url()
        mark = got(cast["M"], address).headers["ETag"]
        again = got(cast["M"], address, if_none_match=mark)
        assert (again.status_code, again.body, headers(again)) == (304, b"", PICTURE)

    def test_each_size_has_its_own_mark(self, cast: Cast, picture: Attachment):
        marks = {got(cast["M"], f"/files/{picture.pk}/{size}").headers["ETag"] for size in ("", "small/", "large/")}
        assert len(marks) == 3

    def test_once_withdrawn_it_is_gone_at_once(
        self, cast: Cast, picture: Attachment, django_capture_on_commit_callbacks: Any
    ):
        address = picture.get_absolute_url()
        mark = got(cast["M"], address).headers["ETag"]
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_file(attachment=picture, reason="Asked", by=cast["P"], at=NOW)
        assert {got(cast[letter], address, if_none_match=mark).status_code for letter in LETTERS} == {404}

    @pytest.mark.parametrize(("until", "code"), [("2026-11-24", 304), ("2026-11-23", 404)])
    def test_once_consent_has_ended_it_is_gone(self, cast: Cast, until: str, code: int):
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), consent="cohort", consent_until=until)
        mark = f'"{row.sha256[:32]}-full"'
        assert got(cast["P"], row.get_absolute_url(), if_none_match=mark).status_code == code

    def test_one_whose_file_is_not_there_is_missing(self, cast: Cast, picture: Attachment):
        storage.remove(picture.stored)
        assert got(cast["M"], picture.get_absolute_url()).status_code == 404


class TestWhoSees:
    @pytest.mark.parametrize("consent", ["nobody", "cohort", "edition", "signed_in"])
    def test_a_session_s_are_for_those_who_see_the_session(self, cast: Cast, consent: str):
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), consent=consent)
        assert seen_by(cast, row) == "SCDPMRA"

    @pytest.mark.parametrize(
        ("consent", "letters"),
        [("nobody", "SCDPMRAN"), ("cohort", "SCDPMRA"), ("edition", "SCDPMRAN"), ("signed_in", "SCDPMRAN")],
    )
    @pytest.mark.parametrize("about", ["idea", "prototype", "trial"])
    def test_those_of_an_idea_shared_with_the_edition_are_for_as_many_as_agreed(
        self, cast: Cast, about: str, consent: str, letters: str
    ):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping", shared_with_edition=True)
        prototype = PrototypeFactory(idea=idea)
        of = {"idea": idea, "prototype": prototype, "trial": TrialFactory(prototype=prototype)}[about]
        assert seen_by(cast, AttachmentFactory(about=about, of=of, consent=consent)) == letters

    def test_those_of_an_idea_that_is_not_shared_stay_in_the_cohort(self, cast: Cast):
        row = AttachmentFactory(about="idea", of=IdeaFactory(cohort=cast.cohort), consent="signed_in")
        assert seen_by(cast, row) == "SCDPMRA"

    @pytest.mark.parametrize(("day", "code"), [(30, 200), (29, 404)])
    def test_who_has_left_keeps_what_was_there_on_their_last_day(self, day: int, code: int, cast: Cast):
        left = MembershipFactory(cohort=cast.cohort, ends_on=f"2026-06-{day}").user
        brought = datetime(2026, 6, 30, 9, tzinfo=UTC)
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), consent="cohort", uploaded_at=brought)
        assert got(left, row.get_absolute_url()).status_code == code

    def test_of_something_nobody_knows_there_is_nothing(self, cast: Cast):
        for about, of in (("poster", 1), ("session", 999_999)):
            row = AttachmentFactory(about=about, object_id=of)
            assert seen_by(cast, row) == ""

    def test_people_who_are_not_signed_in_are_sent_to_sign_in(self, picture: Attachment):
        answer = Client().get(picture.get_absolute_url())
        assert (answer.status_code, answer.headers["Location"][:17]) == (302, "/accounts/login/?")

    def test_a_number_no_row_can_have_is_missing(self, cast: Cast):
        assert got(cast["S"], f"/files/{'9' * 30}/").status_code == 404


@pytest.mark.parametrize(("letter", "count"), [("S", 5), ("M", 6), ("X", 4)])
def test_what_it_costs(letter: str, count: int, cast: Cast, picture: Attachment, django_assert_num_queries: Any):
    client = client_of(cast[letter])
    cache.clear()
    with django_assert_num_queries(count):
        client.get(picture.get_absolute_url()).getvalue()


def test_a_stranger_learns_nothing_from_the_answer(cast: Cast, picture: Attachment):
    there, missing = (got(UserFactory(), address) for address in (picture.get_absolute_url(), "/files/999999/"))
    assert (there.status_code, there.body.count(b"<h1")) == (missing.status_code, missing.body.count(b"<h1"))
    assert picture.name.encode() not in there.body


class TestBehindAProxy:
    """FILES_ACCEL: the application decides and says what the browser is told, the proxy sends the bytes."""

    @pytest.fixture(autouse=True)
    def _accel(self, settings: Any) -> None:
        settings.FILES_ACCEL = "/protected/"

    def test_the_proxy_is_told_where_and_the_answer_is_empty(self, cast: Cast, picture: Attachment):
        answer = got(cast["M"], picture.get_absolute_url())
        name = picture.stored
        assert headers(answer, "X-Accel-Redirect", "Content-Type", "Content-Disposition") == PICTURE | {
            "X-Accel-Redirect": f"/protected/{name[:2]}/{name}/full",
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'inline; filename="atelier.jpg"',
        }
        assert answer.body == b""

    def test_a_document_is_saved_never_opened(self, cast: Cast, notes: Attachment):
        answer = got(cast["M"], notes.get_absolute_url())
        assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.pdf"'

    def test_whoever_may_not_see_it_is_told_nothing(self, cast: Cast, picture: Attachment):
        refused = {letter: got(cast[letter], picture.get_absolute_url()) for letter in "NX"}
        assert {(answer.status_code, "X-Accel-Redirect" in answer) for answer in refused.values()} == {(404, False)}

    def test_what_the_browser_has_is_not_sent_again(self, cast: Cast, picture: Attachment):
        again = got(cast["M"], picture.get_absolute_url(), if_none_match=f'"{picture.sha256[:32]}-full"')
        assert (again.status_code, "X-Accel-Redirect" in again) == (304, False)

    def test_one_whose_file_is_not_there_is_missing(self, cast: Cast, picture: Attachment):
        storage.remove(picture.stored)
        assert got(cast["M"], picture.get_absolute_url()).status_code == 404
