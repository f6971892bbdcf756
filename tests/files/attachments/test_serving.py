"""Served files: only for people who may see them on that day, with headers that let nothing run."""

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
from tests.factories.files import DOCUMENTS, AttachmentFactory, accepted_file, accepted_sizes
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

EVERYONE = "SCDPMRANX"
pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def status_of(user: Any, address: str, **headers: str) -> HttpResponse:
    answer = client_of(user).get(address, headers=headers)
    answer.body = answer.getvalue()  # type: ignore[attr-defined] # read, so that the file is closed
    return answer


def can_fetch(user: Any, row: Attachment) -> bool:
    """Return whether the view gives the file; the matrix tests sign-in and routes."""
    request = RequestFactory().get(row.get_absolute_url())
    request.user = user
    try:
        answer: Any = serving.file(request, pk=row.pk)
    except Http404:
        return False
    with answer.file_to_stream:
        return bool(answer.getvalue())


def roles_that_can_fetch(cast: Cast, row: Attachment) -> str:
    """Return the roles that get the file."""
    return "".join(role for role in EVERYONE if can_fetch(cast[role], row))


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
    def test_picture_is_served_inline_with_its_type(self, cast: Cast, picture: Attachment):
        answer = status_of(cast["M"], picture.get_absolute_url())
        assert headers(answer, "Content-Type", "Content-Disposition") == PICTURE | {
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'inline; filename="atelier.jpg"',
        }
        assert answer.body == accepted_sizes("atelier.jpg")[1]["full"]

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_smaller_sizes_of_a_picture_are_webp(self, cast: Cast, picture: Attachment, size: str):
        answer = status_of(cast["M"], f"/files/{picture.pk}/{size}/")
        assert headers(answer, "Content-Type") == PICTURE | {"Content-Type": "image/webp"}
        assert answer.body == accepted_sizes("atelier.jpg")[1][size]

    @pytest.mark.parametrize("ending", DOCUMENTS)
    def test_document_is_served_as_a_download(self, cast: Cast, ending: str):
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), file=f"Été à l’accueil.{ending}")
        answer = status_of(cast["M"], row.get_absolute_url())
        assert headers(answer, "Content-Type", "Content-Disposition") == SANDBOX | {
            "Content-Type": accepted_file(row.name).content_type,
            "Content-Disposition": f"attachment; filename*=utf-8''%C3%89t%C3%A9%20%C3%A0%20l%E2%80%99accueil.{ending}",
        }
        assert answer.body == DOCUMENTS[ending]

    def test_a_document_has_no_smaller_sizes(self, cast: Cast, notes: Attachment, caplog: pytest.LogCaptureFixture):
        assert status_of(cast["M"], f"/files/{notes.pk}/small/").status_code == 404
        assert "is missing" not in caplog.text

    def test_other_methods_are_refused(self, cast: Cast, picture: Attachment):
        assert client_of(cast["S"]).post(picture.get_absolute_url()).status_code == 405

    def test_head_request_has_the_same_headers(self, cast: Cast, picture: Attachment):
        answer = client_of(cast["M"]).head(picture.get_absolute_url())
        assert (answer.status_code, answer.getvalue(), headers(answer)) == (200, b"", PICTURE)


class TestBrowserCache:
    """The person's browser caches files and checks each time."""

    def test_cached_file_gets_304(self, cast: Cast, picture: Attachment):
        address = picture.get_absolute_url()
        mark = status_of(cast["M"], address).headers["ETag"]
        again = status_of(cast["M"], address, if_none_match=mark)
        assert (again.status_code, again.body, headers(again)) == (304, b"", PICTURE)

    def test_each_size_has_its_own_etag(self, cast: Cast, picture: Attachment):
        marks = {
            status_of(cast["M"], f"/files/{picture.pk}/{size}").headers["ETag"] for size in ("", "small/", "large/")
        }
        assert len(marks) == 3

    def test_withdrawn_file_is_gone_at_once(
        self, cast: Cast, picture: Attachment, django_capture_on_commit_callbacks: Any
    ):
        address = picture.get_absolute_url()
        mark = status_of(cast["M"], address).headers["ETag"]
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_file(attachment=picture, reason="Asked", by=cast["P"], at=NOW)
        assert {status_of(cast[role], address, if_none_match=mark).status_code for role in EVERYONE} == {404}

    @pytest.mark.parametrize(("until", "code"), [("2026-11-24", 304), ("2026-11-23", 404)])
    def test_file_is_gone_once_its_consent_has_ended(self, cast: Cast, until: str, code: int):
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), consent="cohort", consent_until=until)
        mark = f'"{row.sha256[:32]}-full"'
        assert status_of(cast["P"], row.get_absolute_url(), if_none_match=mark).status_code == code

    def test_missing_file_gives_404(self, cast: Cast, picture: Attachment):
        storage.remove(picture.stored)
        assert status_of(cast["M"], picture.get_absolute_url()).status_code == 404


class TestWhoSees:
    def test_files_of_a_session_are_for_people_who_see_the_session(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort)
        for consent in ("nobody", "cohort", "edition", "signed_in"):
            row = AttachmentFactory(of=session, consent=consent)
            assert (consent, roles_that_can_fetch(cast, row)) == (consent, "SCDPMRA")

    @pytest.mark.parametrize(
        ("consent", "roles"),
        [("nobody", "SCDPMRAN"), ("cohort", "SCDPMRA"), ("edition", "SCDPMRAN"), ("signed_in", "SCDPMRAN")],
    )
    def test_files_of_a_shared_idea_follow_the_consent(self, cast: Cast, consent: str, roles: str):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping", shared_with_edition=True)
        prototype = PrototypeFactory(idea=idea)
        for about, of in {"idea": idea, "prototype": prototype, "trial": TrialFactory(prototype=prototype)}.items():
            row = AttachmentFactory(about=about, of=of, consent=consent)
            assert (about, roles_that_can_fetch(cast, row)) == (about, roles)

    def test_files_of_an_unshared_idea_stay_in_the_cohort(self, cast: Cast):
        row = AttachmentFactory(about="idea", of=IdeaFactory(cohort=cast.cohort), consent="signed_in")
        assert roles_that_can_fetch(cast, row) == "SCDPMRA"

    @pytest.mark.parametrize(("day", "code"), [(30, 200), (29, 404)])
    def test_former_member_sees_files_of_their_last_day(self, day: int, code: int, cast: Cast):
        left = MembershipFactory(cohort=cast.cohort, ends_on=f"2026-06-{day}").user
        added_at = datetime(2026, 6, 30, 9, tzinfo=UTC)
        row = AttachmentFactory(of=SessionFactory(cohort=cast.cohort), consent="cohort", uploaded_at=added_at)
        assert status_of(left, row.get_absolute_url()).status_code == code

    def test_file_of_an_unknown_kind_gives_404(self, cast: Cast):
        for about, of in (("poster", 1), ("session", 999_999)):
            row = AttachmentFactory(about=about, object_id=of)
            assert roles_that_can_fetch(cast, row) == ""

    def test_signed_out_people_are_redirected_to_sign_in(self, picture: Attachment):
        answer = Client().get(picture.get_absolute_url())
        assert (answer.status_code, answer.headers["Location"][:17]) == (302, "/accounts/login/?")

    def test_impossible_key_gives_404(self, cast: Cast):
        assert status_of(cast["S"], f"/files/{'9' * 30}/").status_code == 404


@pytest.mark.parametrize(("role", "count"), [("S", 5), ("M", 6), ("X", 4)])
def test_serving_takes_few_queries(
    role: str, count: int, cast: Cast, picture: Attachment, django_assert_num_queries: Any
):
    client = client_of(cast[role])
    cache.clear()
    with django_assert_num_queries(count):
        client.get(picture.get_absolute_url()).getvalue()


def test_answer_to_a_stranger_reveals_nothing(cast: Cast, picture: Attachment):
    there, missing = (status_of(UserFactory(), address) for address in (picture.get_absolute_url(), "/files/999999/"))
    assert (there.status_code, there.body.count(b"<h1")) == (missing.status_code, missing.body.count(b"<h1"))
    assert picture.name.encode() not in there.body


class TestBehindAProxy:
    """With FILES_ACCEL the application decides and sets the headers, and the proxy sends the bytes."""

    @pytest.fixture(autouse=True)
    def _accel(self, settings: Any) -> None:
        settings.FILES_ACCEL = "/protected/"

    def test_proxy_gets_the_path_and_an_empty_answer(self, cast: Cast, picture: Attachment):
        answer = status_of(cast["M"], picture.get_absolute_url())
        name = picture.stored
        assert headers(answer, "X-Accel-Redirect", "Content-Type", "Content-Disposition") == PICTURE | {
            "X-Accel-Redirect": f"/protected/{name[:2]}/{name}/full",
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'inline; filename="atelier.jpg"',
        }
        assert answer.body == b""

    def test_proxied_document_is_served_as_a_download(self, cast: Cast, notes: Attachment):
        answer = status_of(cast["M"], notes.get_absolute_url())
        assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.pdf"'

    def test_people_who_may_not_see_it_get_no_path(self, cast: Cast, picture: Attachment):
        refused = {role: status_of(cast[role], picture.get_absolute_url()) for role in "NX"}
        assert {(answer.status_code, "X-Accel-Redirect" in answer) for answer in refused.values()} == {(404, False)}

    def test_cached_proxied_file_gets_304(self, cast: Cast, picture: Attachment):
        again = status_of(cast["M"], picture.get_absolute_url(), if_none_match=f'"{picture.sha256[:32]}-full"')
        assert (again.status_code, "X-Accel-Redirect" in again) == (304, False)

    def test_missing_proxied_file_gives_404(self, cast: Cast, picture: Attachment):
        storage.remove(picture.stored)
        assert status_of(cast["M"], picture.get_absolute_url()).status_code == 404
