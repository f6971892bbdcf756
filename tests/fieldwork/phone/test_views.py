"""Notes, ideas and attendance from a phone: received once, by the rules of their pages; what a phone reads offline."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from cohorts.models import Attendance, Session
from fieldwork.models import Note
from fieldwork.notes.actions import delete_note, withdraw_before_arrival
from fieldwork.phone.forms import PhoneDraftForm
from files.models import Attachment, FileDraft
from prototypes.models import Idea
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.fieldwork import NoteFactory, capture_form, wav
from tests.factories.files import picture
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.prototypes.pages import send, signed_in, statements

pytestmark = pytest.mark.django_db
KEY = UUID("3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0002")
SNAPSHOT = "/field/snapshot.json"


def phone(user: User, **fields: Any) -> dict[str, Any]:
    """Return what a phone adds to the values of a form: it was written two hours ago."""
    written = round(datetime(2026, 11, 24, 7, tzinfo=UTC).timestamp() * 1000)
    return {"idempotency_key": str(KEY), "account": str(user.pk), "written_at": written, "seconds_ago": 7200, **fields}


def send_note(cast: Cast, role: str = "M", kind: str = "verbatim", **fields: Any) -> Any:
    form = {**capture_form(), **phone(cast[role]), **fields}
    return send(cast[role], f"/field/cohorts/{cast.cohort.slug}/notes/{kind}/", **form)


def send_idea(cast: Cast, role: str = "M", **fields: Any) -> Any:
    form = {"title": "Un accueil sans guichet", "target": f"cohort-{cast.cohort.pk}", "summary": ""}
    return send(cast[role], "/field/ideas/", **{**form, **phone(cast[role]), **fields})


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["outcome"]


class TestNotes:
    def test_a_note_is_recorded_when_it_was_written_with_the_code_that_the_phone_gave(self, cast: Cast):
        answer = send_note(cast, withdrawal_code="ABCDEFGH23")
        note = Note.objects.get()
        assert answer.json() == {"outcome": "taken", "href": f"/notes/{note.pk}/"}
        assert (note.text, note.place, note.author, note.happened_at.hour, note.withdrawal_code) == (
            "Ce n’était pas le bon guichet",
            "Mairie, hall",
            cast["M"],
            7,
            "ABCDEFGH23",
        )

    def test_a_note_that_was_withdrawn_before_it_arrived_is_refused_with_its_file(self, cast: Cast):
        withdraw_before_arrival(code="ABCDEFGH23", by=None, at=NOW)
        file = SimpleUploadedFile("picture.jpg", picture(), "image/jpeg")
        answer = send_note(cast, kind="picture", withdrawal_code="ABCDEFGH23", file_1=file)
        [reason] = answer.json()["reasons"]["__all__"]
        assert (outcome(answer), "delete this draft" in reason) == ((200, "refused"), True)
        assert [model.objects.count() for model in (Note, Attachment, FileDraft)] == [0, 0, 0]

    def test_a_code_counts_only_where_the_person_agreed(self, cast: Cast):
        send_note(cast, withdrawal_code="ABCDEFGH23", consent="")
        note = Note.objects.get()
        assert (note.consent, note.withdrawal_code) == ("pending", None)

    def test_a_note_sent_again_and_again_is_one_note(self, cast: Cast):
        answers = {json.dumps(send_note(cast).json()) for _ in range(20)}
        assert (len(answers), Note.objects.count()) == (1, 1)

    def test_the_answer_is_the_same_after_the_membership_has_ended_and_new_notes_are_refused(self, cast: Cast):
        send_note(cast)
        cast["M"].memberships.update(ends_on=date(2026, 11, 23))
        assert outcome(send_note(cast)) == (200, "taken")
        assert outcome(send_note(cast, idempotency_key=str(UUID(int=7)))) == (403, "refused")

    def test_a_draft_changed_after_its_arrival_needs_a_decision(self, cast: Cast):
        send_note(cast)
        assert outcome(send_note(cast, text="Autre chose")) == (200, "changed")
        assert outcome(send_note(cast, consent="")) == (200, "changed")
        assert Note.objects.get().text == "Ce n’était pas le bon guichet"

    def test_a_withdrawn_note_is_not_written_again(self, cast: Cast):
        send_note(cast)
        Note.objects.update(text="", place="", withdrawal_code=None, removed_at=NOW, removal="withdrawn")
        assert outcome(send_note(cast)) == (200, "taken")
        assert Note.objects.get().text == ""

    def test_someone_else_is_signed_in(self, cast: Cast):
        assert outcome(send_note(cast, account=str(cast["P"].pk))) == (200, "other")
        assert Note.objects.count() == 0

    def test_the_key_of_someone_elses_note_is_refused(self, cast: Cast):
        same = {"text": "Ce n’était pas le bon guichet", "place": "Mairie, hall", "idempotency_key": KEY}
        NoteFactory(cohort=cast.cohort, author=cast["P"], **same)
        assert outcome(send_note(cast)) == (200, "refused")

    def test_a_note_is_refused_with_the_sentences_of_its_form(self, cast: Cast):
        assert send_note(cast, kind="rumour").status_code == 404
        answer = send_note(cast, text="", idempotency_key="x")
        assert list(answer.json()["reasons"]) == ["idempotency_key"]
        answer = send_note(cast, "M", "picture", text="")
        assert answer.json()["reasons"] == {
            "text": ["This field is required."],
            "file_1": ["Choose the picture, document or recording of this note."],
        }

    def test_pictures_and_recordings_arrive_with_their_note_once(self, cast: Cast):
        for _ in range(2):
            photo = SimpleUploadedFile("picture.jpg", picture(), "image/jpeg")
            memo = SimpleUploadedFile("recording.wav", wav(), "audio/wav")
            send_note(cast, kind="picture", file_1=photo)
            send_note(cast, kind="voice", text="", file_1=memo, idempotency_key=str(UUID(int=8)))
        assert sorted(Attachment.objects.values_list("name", flat=True)) == ["picture.jpg", "voice.wav"]
        assert (Note.objects.count(), FileDraft.objects.count()) == (2, 0)

    def test_a_second_upload_of_a_note_that_just_arrived_takes_no_space(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(PhoneDraftForm, "earlier_among", lambda *_: None)  # both look before either has written
        for _ in range(2):
            memo = SimpleUploadedFile("recording.wav", wav(), "audio/wav")
            assert outcome(send_note(cast, kind="voice", file_1=memo)) == (200, "taken")
        assert (Note.objects.count(), Attachment.objects.count(), FileDraft.objects.count()) == (1, 1, 0)

    def test_a_note_deleted_after_its_answer_was_lost_is_not_written_again(self, cast: Cast):
        send_note(cast, consent="")
        delete_note(note=Note.objects.get(), by=cast["M"], at=NOW)
        answer = send_note(cast, consent="")
        assert (answer.json(), Note.objects.count()) == ({"outcome": "taken", "href": "/cohorts/rivage/notebook/"}, 0)
        of_other = NoteFactory(cohort=cast.cohort, author=cast["P"], consent="pending", idempotency_key=UUID(int=9))
        delete_note(note=of_other, by=cast["P"], at=NOW)
        assert outcome(send_note(cast, idempotency_key=str(UUID(int=9)))) == (200, "taken")
        assert Note.objects.get().author == cast["M"]

    def test_the_file_of_a_refused_note_takes_no_space(self, cast: Cast):
        memo = SimpleUploadedFile("recording.wav", wav(), "audio/wav")
        answer = send_note(cast, kind="voice", consent="nobody", file_1=memo)
        assert (list(answer.json()["reasons"]), FileDraft.objects.count()) == (["consent"], 0)


class TestIdeas:
    def test_an_idea_is_captured_on_the_day_on_which_it_was_written_once(self, cast: Cast):
        written = round(datetime(2026, 11, 22, 7, tzinfo=UTC).timestamp() * 1000)
        answers = [send_idea(cast, written_at=written) for _ in range(3)]
        idea = Idea.objects.get()
        assert {answer.json()["href"] for answer in answers} == {idea.get_absolute_url()}
        assert (idea.title, idea.cohort, idea.owner, idea.events.get().effective_on) == (
            "Un accueil sans guichet",
            cast.cohort,
            cast["M"],
            date(2026, 11, 22),
        )

    def test_a_changed_idea_needs_a_decision(self, cast: Cast):
        send_idea(cast)
        assert outcome(send_idea(cast, summary="Pour qui attend")) == (200, "changed")

    def test_an_idea_of_another_cohort_is_refused_in_its_field(self, cast: Cast):
        answer = send_idea(cast, target=f"cohort-{cast.other_cohort.pk}")
        assert (outcome(answer), list(answer.json()["reasons"])) == ((200, "refused"), ["target"])
        IdeaFactory(cohort=cast.other_cohort, idempotency_key=KEY)
        assert outcome(send_idea(cast)) == (200, "refused")


class TestAttendance:
    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        return SessionFactory(cohort=cast.cohort, date=TODAY, title="Immersion")

    @staticmethod
    def field(cast: Cast, session: Session) -> str:
        return f"day{session.days.get().pk}-member{cast.cohort.memberships.get(role='ambassador').pk}"

    def send(self, cast: Cast, session: Session, status: str, seen: str = "", role: str = "P") -> Any:
        name = self.field(cast, session)
        form = {name: status, f"initial-{name}": seen, **phone(cast[role])}
        return send(cast[role], f"/field/sessions/{session.pk}/attendance/", **form)

    def test_attendance_is_recorded_and_sent_again_changes_nothing(self, cast: Cast, session: Session):
        answers = [outcome(self.send(cast, session, "present")) for _ in range(3)]
        row = Attendance.objects.get()
        assert (answers, row.status, row.member.user) == ([(200, "taken")] * 3, "present", cast["M"])

    def test_what_someone_else_recorded_is_refused_next_to_the_person(self, cast: Cast, session: Session):
        self.send(cast, session, "present")
        answer = self.send(cast, session, "absent")
        assert (outcome(answer), list(answer.json()["reasons"])) == ((200, "refused"), [self.field(cast, session)])
        assert outcome(self.send(cast, session, "absent", seen="present")) == (200, "taken")
        assert Attendance.objects.get().status == "absent"

    def test_ambassadors_do_not_record_attendance(self, cast: Cast, session: Session):
        assert outcome(self.send(cast, session, "present", role="M")) == (403, "refused")


class TestSnapshot:
    def test_a_phone_reads_todays_sessions_people_places_ideas_and_tests(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, date=TODAY, title="Immersion", venue="Mairie")
        SessionFactory(cohort=cast.cohort, date=date(2026, 11, 26))
        SessionFactory(cohort=cast.other_cohort, date=TODAY)
        challenge = ChallengeFactory(cohort=cast.cohort, title="Le bon guichet")
        trial = TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing")))
        IdeaFactory(cohort=cast.other_cohort)
        data = signed_in(cast["P"]).get(SNAPSHOT).json()
        [day] = data["sessions"]
        assert (day["name"], day["venue"], day["time"], day["can_record"], day["day"]) == (
            "Immersion",
            "Mairie",
            "09:00–17:00",
            True,
            "2026-11-24",
        )
        assert [person["name"] for person in day["people"]] == [
            "Ambassador Rivage",
            "Pilot Rivage",
            "Resident Rivage",
            "Coordinator Rivage",
        ]
        [cohort] = data["cohorts"]
        assert (cohort["slug"], [pk for pk, _name in cohort["challenges"]]) == ("rivage", [challenge.pk])
        assert session.pk in [pk for pk, _name in cohort["sessions"]]
        assert [row["id"] for row in data["ideas"]] == [trial.prototype.idea_id]
        assert [row["id"] for row in data["tests"]] == [trial.pk]
        assert cast["M"].email not in json.dumps(data)

    def test_people_who_do_not_work_in_a_cohort_read_nothing_and_ambassadors_record_no_attendance(self, cast: Cast):
        SessionFactory(cohort=cast.cohort, date=TODAY)
        nothing = {"cohorts": [], "targets": [], "sessions": [], "ideas": [], "tests": []}
        assert [signed_in(cast[role]).get(SNAPSHOT).json() for role in "RX"] == [nothing, nothing]
        assert signed_in(cast["M"]).get(SNAPSHOT).json()["sessions"][0]["can_record"] is False

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_snapshot_takes_eleven_statements(self, count: int, cast: Cast):
        for number in range(count):
            cohort = cast.cohort if number == 0 else CohortFactory(edition=cast.edition)
            SessionFactory(cohort=cohort, date=TODAY)
            TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=cohort, state="testing")))
        assert statements(cast["S"], SNAPSHOT) == 11


def test_the_keys_of_drafts_belong_to_one_account_and_follow_the_keys_of_the_platform(cast: Cast, settings: Any):
    def keys(role: str) -> list[str]:
        return list(signed_in(cast[role]).get("/field/tests.json").json()["keys"])

    settings.ENCRYPTION_KEYS = ["older"]
    [older] = keys("M")
    settings.ENCRYPTION_KEYS = ["newer", "older"]
    assert (keys("M")[1], len({*keys("M"), *keys("P")})) == (older, 4)


def test_closing_an_account_warns_of_the_drafts_on_the_phone_and_forgets_what_it_reads(cast: Cast):
    page = signed_in(cast["M"]).get(reverse("leave")).content.decode()
    assert re.search(r'<form class="card confirm[^>]* data-leaving>', page)
