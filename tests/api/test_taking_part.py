"""Endpoints of people who take part: answers, attendance, invitations, field notes; and whose token it is."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from cohorts.models import Attendance, Invitation, Membership, Session
from fieldwork.models import Note
from tests.factories.accounts import UserFactory
from tests.factories.api import Program, problems, program_of
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.fieldwork import NoteFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import TrialFactory

pytestmark = pytest.mark.django_db
ADA = {"email": "ada@people.example", "full_name": "Ada Essai", "language": "fr", "role": "ambassador"}


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_program_learns_whose_token_it_has(cast: Cast):
    MembershipFactory(user=cast["M"], cohort=cast.other_cohort, ends_on=date(2026, 11, 23))
    answer = program_of(cast["M"], "figures:read").get("me/").json()
    assert answer["token"] == {"name": "Dashboard", "scopes": ["figures:read"], "expires_at": "2027-11-24T09:00:00Z"}
    assert answer["person"] == {"id": cast["M"].pk, "name": cast["M"].full_name}
    assert answer["cohorts"] == [{"id": cast.cohort.pk, "slug": "rivage", "name": "Rivage", "role": "ambassador"}]
    assert answer["authorities"] == []
    assert [program_of(cast[role]).get("me/").json()["is_lab_staff"] for role in "MS"] == [False, True]
    admin = program_of(cast["A"]).get("me/").json()
    assert ([each["name"] for each in admin["authorities"]], admin["cohorts"]) == (["Ville de Rivage"], [])
    assert list(problems(program_of(cast["M"]).get("me/", of="P"))) == ["of"]


def test_a_cohort_is_named_by_its_id_or_its_slug(cast: Cast):
    program, pk = program_of(cast["P"]), cast.cohort.pk
    for name in ("rivage", pk):
        assert program.get(f"cohorts/{name}/").json()["id"] == pk
        assert program.get(f"cohorts/{name}/members/").status_code == 200
        assert program.post("ideas/", target=f"cohort-{name}", title=f"{name}").json()["cohort"]["slug"] == "rivage"
        assert len(program.get("ideas/", cohort=name, edition=cast.edition.slug).json()["items"]) > 0
        assert program.get("figures/implementation/", cohort=name, edition=cast.edition.pk).status_code == 200
    for target in ("cohort-\0", "cohort-\ud800"):
        assert program.post("ideas/", target=target, title="Counter").status_code == 422
    assert program.get("ideas/", cohort=cast.other_cohort.slug).status_code == 422
    assert program.get(f"cohorts/{cast.other_cohort.pk}/").status_code == 404
    far = EditionFactory(slug="lointaine")
    for query, slug in (({"cohort": cast.other_cohort.pk}, cast.other_cohort.slug), ({"edition": far.pk}, far.slug)):
        refused = program.get("figures/implementation/", **query)
        assert (refused.status_code, slug in refused.content.decode()) == (422, False)


def session(cast: Cast, day: date = TODAY) -> int:
    return SessionFactory(cohort=cast.cohort, date=day).pk


def test_a_person_answers_whether_they_come_to_a_session(cast: Cast):
    program, address = program_of(cast["M"]), f"sessions/{session(cast, date(2026, 12, 1))}/answer/"
    answer = program.post(address, coming=False)
    assert (answer.status_code, answer.json()) == (200, {"days": [{"date": "2026-12-01", "status": "excused"}]})
    read = {"if-match": answer.headers["ETag"]}
    assert read["if-match"] == program.get(address).headers["ETag"]
    assert [program.post(address, read, coming=True).status_code for _ in range(2)] == [200, 412]
    assert program.get(address).json()["days"][0]["status"] == "expected"
    assert program_of(cast["P"]).get(address).json() == {"days": []}
    assert list(problems(program.post(address))) == ["coming"]
    past = f"sessions/{session(cast, date(2026, 11, 3))}/answer/"
    assert problems(program.post(past, coming=True)) == {
        "": "You are not on the list of this session, or its days are over."
    }


def test_a_person_answers_whether_they_come_to_an_intertransfo(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, state="registration_open", capacity=1)
    address = f"exchanges/{exchange.pk}/answer/"
    assert program_of(cast["P"]).post(address, coming=True).json() == {"state": "registered", "number": None}
    program = program_of(cast["M"])
    uninvited = program.get(address)
    assert uninvited.json() == {"state": "", "number": None}
    read = {"if-match": uninvited.headers["ETag"]}
    assert program.post(address, read, coming=True).json() == {"state": "waitlisted", "number": 1}
    assert program.post(address, read, coming=False).status_code == 412
    assert program.post(address, coming=False).json()["state"] == "declined"
    assert program.get(f"exchanges/{exchange.pk}/").json()["capacity"] == 1


def test_attendance_is_recorded_by_the_rows_of_the_sheet(cast: Cast):
    pk = session(cast)
    program, address = program_of(cast["P"]), f"sessions/{pk}/attendance/"
    sheet = program.get(address)
    rows = {row["name"]: row for row in sheet.json()["rows"]}
    row = rows[cast["M"].full_name]
    assert (row["date"], row["status"]) == ("2026-11-24", "")
    answer = program.post(address, {"if-match": sheet.headers["ETag"]}, rows={row["row"]: "present"})
    assert {**row, "status": "present"} in answer.json()["rows"]
    assert Attendance.objects.get(day__session=pk, status="present").member.user == cast["M"]
    assert program.post(address, {"if-match": sheet.headers["ETag"]}, rows={row["row"]: "absent"}).status_code == 412
    assert list(problems(program.post(address, rows={row["row"]: "late"}))) == [row["row"]]
    assert problems(program.post(address, rows={"nobody": "present"})) == {"nobody": "There is no such field here."}
    assert "not on the list" in str(problems(program.post(address, rows={"day1-member999999": "present"})))
    assert list(problems(program.post(address))) == ["rows"]
    assert program_of(cast["M"]).get(address).status_code == 403


def test_people_are_invited_and_the_lab_adds_those_with_an_account(cast: Cast):
    program = program_of(cast["P"])
    answer = program.post("cohorts/rivage/members/", **ADA)
    assert (answer.status_code, answer.json()["state"], answer.json()["email"]) == (202, "pending", ADA["email"])
    pk = Invitation.objects.get().pk
    assert answer.headers["Content-Location"] == f"/api/v1/invitations/{pk}/"
    assert program.get(f"invitations/{pk}/").json() == answer.json()
    assert [each["id"] for each in program.get("cohorts/rivage/invitations/", state="pending").json()["items"]] == [pk]
    assert list(problems(program.post("cohorts/rivage/members/", **{**ADA, "role": "coordinator"}))) == ["role"]
    assert list(problems(program.post("cohorts/rivage/members/", role="relay"))) == ["email", "full_name"]
    user = UserFactory()
    added = program_of(cast["S"]).post("cohorts/rivage/members/", **{**ADA, "email": user.email})
    member = Membership.objects.get(user=user)
    assert (added.status_code, added.json()["id"], added.json()["email"]) == (201, member.pk, user.email)
    assert added.json() == program.get(f"members/{member.pk}/").json()
    assert program_of(cast["R"]).get(f"members/{member.pk}/").json()["email"] is None


def note(program: Program, **body: Any) -> Any:
    return program.post("cohorts/rivage/notes/", **{"kind": "verbatim", "text": "Where is the counter?", **body})


def test_field_notes_are_written_and_read_as_on_pages(cast: Cast):
    program = program_of(cast["M"])
    answer = note(program, consent="cohort", place="Town hall")
    assert (answer.status_code, answer.json()["consent"], answer.json()["place"]) == (201, "cohort", "Town hall")
    row = Note.objects.get()
    assert (row.author, answer.json()["withdrawal_code"]) == (cast["M"], row.printed_code)
    assert answer.json() == program.get(f"notes/{row.pk}/").json()
    assert answer.headers["Location"].endswith(f"/api/v1/notes/{row.pk}/")
    pending = note(program).json()
    assert (pending["consent"], pending["withdrawal_code"]) == ("pending", "")
    other = program_of(cast["P"])
    assert [(each["id"], each["withdrawal_code"]) for each in other.get("cohorts/rivage/notes/").json()["items"]] == [
        (row.pk, "")
    ]
    assert other.get(f"notes/{pending['id']}/").status_code == 404
    assert list(problems(note(program, text=""))) == ["text"]
    assert list(problems(note(program, kind="picture"))) == ["kind"]
    assert list(problems(program.post("cohorts/rivage/notes/", text="Words"))) == ["kind"]
    assert NoteFactory(cohort=cast.other_cohort).pk not in Note.objects.visible_to(cast["M"]).values_list("pk")


def test_a_program_ends_a_membership_and_moves_a_session(cast: Cast):
    program, member = program_of(cast["P"]), MembershipFactory(cohort=cast.cohort, role="ambassador")
    read = program.get(f"members/{member.pk}/")
    address, etag = f"members/{member.pk}/end/", {"if-match": read.headers["ETag"]}
    assert program_of(cast["M"]).post(address).status_code == 403
    ended = program.post(address, etag, ends_on="2026-11-30", reason="Another post")
    assert (ended.status_code, ended.json()["ends_on"]) == (200, "2026-11-30")
    assert ended.headers["Content-Location"] == f"/api/v1/members/{member.pk}/"
    assert program.post(address, etag, ends_on="2026-12-01").status_code == 412
    planned = SessionFactory(cohort=cast.cohort, date=date(2026, 12, 1), state="draft")
    address = f"sessions/{planned.pk}/move/"
    day = {"date": "2026-12-08", "starts_at": "14:00", "ends_at": "09:00"}
    assert list(problems(program.post(address, days=[]))) == ["days"]
    assert problems(program.post(address, days=[day])) == {
        "days.0.ends_at": "The day ends before it starts: check both times."
    }
    key = {"idempotency-key": str(uuid4())}
    for _ in range(2):
        moved = program.post(address, key, days=[day | {"ends_at": "17:00", "venue": "Mairie"}])
        assert moved.json()["days"] == [day | {"ends_at": "17:00", "venue": "Mairie"}]
    assert Session.objects.get(pk=planned.pk).version == planned.version + 1
    holiday = program.post(address, days=[{"date": "2026-12-25"}])
    assert (holiday.status_code, Session.objects.get(pk=planned.pk).version) == (409, planned.version + 1)


def test_a_program_records_and_closes_commitments(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", first_day=date(2026, 11, 20))
    program, promise = program_of(cast["M"]), {"what": "Send the plan.", "due_on": "2027-01-15"}
    added = program.post(f"exchanges/{exchange.pk}/commitments/", **promise)
    assert (added.status_code, added.json()["owner"]["id"]) == (201, cast["M"].pk)
    address = added.headers["Location"].partition("/api/v1/")[2]
    assert program.get(address).json() == added.json()
    others = program.post(f"exchanges/{exchange.pk}/commitments/", owner=cast["P"].pk, **promise)
    assert list(problems(others)) == ["owner"]
    assert program_of(cast["R"]).post(f"{address}close/", outcome="kept").status_code == 403
    assert program.post(f"{address}close/", outcome="dropped").status_code == 422
    closed = program.post(f"{address}close/", {"if-match": added.headers["ETag"]}, outcome="kept")
    assert closed.status_code == 200, closed.content
    assert (closed.json()["state"], closed.json()["closed_on"]) == ("kept", "2026-11-24")
    assert program.post(f"{address}close/", outcome="dropped", reason="Late").status_code == 422


def test_a_program_adds_a_second_note_to_a_test(cast: Cast):
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, state="locked", unit="%", comparator=">=", threshold=80)
    program, address = program_of(cast["P"]), f"tests/{trial.pk}/second-note/"
    assert program.post(address, choice="add", participants=10, successes=9, result="met").status_code == 409
    first = program.post(f"tests/{trial.pk}/result/", participants=10, successes=9, result="met")
    assert first.status_code == 200
    note = {"held_on": "2026-11-24", "result": "met"}
    assert list(problems(program.post(address, participants=5, successes=5, **note))) == ["choice"]
    added = program.post(address, choice="add", participants=5, successes=3, **note)
    assert added.status_code == 200, added.content
    assert (added.status_code, added.json()["participants"], added.json()["successes"]) == (200, 15, 12)
    replaced = program.post(address, choice="replace", participants=4, successes=4, **note)
    assert list(problems(replaced)) == ["replace_reason"]
