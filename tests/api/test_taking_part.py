"""Endpoints of people who take part: answers, attendance, invitations, field notes; and whose token it is."""

from datetime import date
from typing import Any

import pytest
import time_machine

from cohorts.models import Attendance, Invitation, Membership
from fieldwork.models import Note
from tests.factories.accounts import UserFactory
from tests.factories.api import Program, problems, program_of
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.fieldwork import NoteFactory

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
