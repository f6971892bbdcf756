"""Faults of what is written offline on two phones, results of tests and field notes: it arrives in and out of order,
twice, with half of the answers lost.

In between a sign-in ends and someone else signs in on the phone. The phones send real HTTP in the format of
`static/js/field/requests.js`, to the platform in this process; the page itself is tested in a browser in
`tests/journeys/test_field_order.py`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from random import Random
from typing import Any
from uuid import UUID

from tests.concurrency import run_at_once
from tools.faults.platform import RunPlatform
from tools.faults.tally import FaultTally

ROUNDS = 60  # far more than the phones need
ADD = {"choice": "add", "participants": "10", "successes": "10", "result": "met"}
REPLACE = {"choice": "replace", "replace_reason": "The first sheet was of a rehearsal", "participants": "20"}
# What each phone writes, by test: both write on the first, one alone on each of the others.
WRITTEN: dict[str, list[tuple[int, dict[str, str]]]] = {
    "one": [(0, {}), (1, {}), (0, ADD), (1, ADD), (1, REPLACE | {"successes": "18", "result": "met"})],
    "other": [(0, {"participants": "30", "successes": "3"}), (2, {}), (2, ADD)],
}
# The figures of tests with notes from one phone only, once everything has arrived: as if it had arrived in order.
EXPECTED = {1: (20, 18, "met"), 2: (22, 19, "met")}
FIELD_NOTES = 4  # on each phone, besides the notes on tests
FIRST = {"participants": "12", "successes": "9", "result": "not_met", "held_on": "2026-05-11"}


class SignedOut(Exception):
    """A response that a browser would not accept as the platform's: a redirect to the sign-in page."""


@dataclass
class Note:
    """One draft as a phone stores it, until the platform has answered."""

    path: str
    values: dict[str, str]
    trial: int = 0
    outcome: str = ""

    @property
    def key(self) -> str:
        return self.values.get("key") or self.values["idempotency_key"]


@dataclass
class Phone:
    """The phone of one person; half of the answers to what it sends are lost at random."""

    user: Any
    port: int
    dice: Random
    notes: list[Note] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    answers: list[str] = field(default_factory=list)

    def sign_in(self, user: Any) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user)
        self.cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        self.csrf = json.loads(self.ask("GET", "/field/tests.json"))["csrf"]

    def ask(self, method: str, path: str, values: dict[str, str] | None = None) -> str:
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        body = encode_multipart(BOUNDARY, values) if values is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": MULTIPART_CONTENT} if body else {}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
        finally:
            connection.close()
        if answer.status in (301, 302):
            raise SignedOut(answer.headers["Location"])
        return page

    def write(self, trials: list[Any], written: list[tuple[int, dict[str, str]]]) -> None:
        """Write every note without network: each refers to the one before it on its test."""
        from prototypes.trials.log_values import log_version

        for number, (place, answers) in enumerate(written):
            trial = trials[place]
            before = [note for note in self.notes if note.trial == trial.pk]
            values = FIRST | answers | {
                "key": self.new_key(),
                "account": str(self.user.pk),
                "version_token": log_version(trial),
                "follows": before[-1].values["key"] if before else "",
                "written_at": str(1_795_514_400_000 + number * 60_000),
                "learning": f"{self.user} {number}",
            }  # fmt: skip
            self.notes.append(Note(f"/field/tests/{trial.pk}/", values, trial.pk))

    def write_field_notes(self, cohort: Any) -> None:
        """Write some observations in the notebook of the cohort without network."""
        for number in range(FIELD_NOTES):
            text = {"text": f"{self.user} sees {number}", "consent": "nobody"}
            values = text | {"idempotency_key": self.new_key(), "account": str(self.user.pk)}
            self.notes.append(Note(f"/field/cohorts/{cohort.slug}/notes/observation/", values))

    def new_key(self) -> str:
        return str(UUID(int=self.dice.getrandbits(128)))

    def send(self, note: Note) -> None:
        """Send one note; its answer is lost half of the time, and then the phone does not know the outcome."""
        form = note.values | {"csrfmiddlewaretoken": self.csrf}
        outcome = json.loads(self.ask("POST", note.path, form))["outcome"]
        self.answers.append(outcome)
        if outcome in ("taken", "beside") and self.dice.random() < 0.5:
            note.outcome = outcome

    def send_all(self) -> None:
        """Send unanswered notes in random order, repeatedly, then every note once more."""
        for _round in range(ROUNDS):
            left = [note for note in self.notes if not note.outcome]
            if not left:
                break
            for note in self.dice.sample(left, len(left)):
                self.send(note)
        for note in self.notes:
            self.send(note)


def notes_written_offline(_platform: RunPlatform, guard: str) -> FaultTally:
    """Two phones and three tests; one sign-in ends, and someone else signs in on that phone first."""
    from django.contrib.sessions.models import Session

    pilot, relay, trials, phones, other_user = _cast()
    with _live_server() as port, _unguarded(guard):
        for phone in phones:
            phone.port = port
            phone.sign_in(phone.user)
        Session.objects.all().delete()
        signed_out = _is_turned_away(phones[0])
        phones[0].sign_in(other_user)
        for note in phones[0].notes:
            phones[0].send(note)
        others_answers = set(phones[0].answers)
        for phone in phones:
            phone.sign_in(phone.user)
        states = run_at_once(*[phone.send_all for phone in phones])
        tally = _count(trials, phones)
        homes = [_home_page(person, port) for person in (pilot, relay)]
    if not signed_out or others_answers != {"other"} or states != ["done", "done"]:
        tally.broken.append(f"signed out {signed_out}, someone else {others_answers}, phones {states}")
    tally.broken += _conflicts(*homes)
    return tally


def _cast() -> tuple[Any, Any, list[Any], list[Phone], Any]:
    from tests.factories.accounts import UserFactory
    from tests.factories.cohorts import CohortFactory, MembershipFactory
    from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

    cohort = CohortFactory()
    pilot, relay, one, other, other_user = (
        MembershipFactory(cohort=cohort, role=role, user=UserFactory(full_name=name)).user
        for role, name in zip(
            ("pilot", "relay", "ambassador", "ambassador", "ambassador"),
            ("Pilot", "Relay", "One", "Other", "Stranger"),
            strict=True,
        )
    )
    idea = IdeaFactory(cohort=cohort, state="testing")
    trials = [TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked") for _ in range(3)]
    phones = [Phone(user, 0, Random(seed)) for seed, user in enumerate((one, other))]
    for phone, written in zip(phones, WRITTEN.values(), strict=True):
        phone.write(trials, written)
        phone.write_field_notes(cohort)
    return pilot, relay, trials, phones, other_user


@contextmanager
def _live_server() -> Iterator[int]:
    """Run the platform on a port of its own, in a thread of this process, so that a guard can be removed."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield server.port
    finally:
        server.terminate()


@contextmanager
def _unguarded(guard: str) -> Iterator[None]:
    """Remove what makes a note wait for the one written before it, in the action and in the database."""
    from django.db import connection

    from prototypes.notes import actions

    ordinary = actions._earlier
    if guard:
        actions._earlier = lambda _trial, _origin: None
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_trial_note_in_order_%'")
            cursor.execute(f"DROP TRIGGER {cursor.fetchone()[0]} ON prototypes_trialnote")
    try:
        yield
    finally:
        actions._earlier = ordinary


def _is_turned_away(phone: Phone) -> bool:
    """Return whether every note is redirected to the sign-in page and stays on the phone."""
    turned_away = 0
    for note in phone.notes:
        try:
            phone.send(note)
        except SignedOut as answer:
            turned_away += "/login/" in str(answer)
    return turned_away == len(phone.notes) and not any(note.outcome for note in phone.notes)


def _count(trials: list[Any], phones: list[Phone]) -> FaultTally:
    from fieldwork.models import Note as NotebookNote
    from prototypes.models import Trial, TrialNote

    rows = [*TrialNote.objects.order_by("pk").values_list("key", "by")]
    rows += [*NotebookNote.objects.order_by("pk").values_list("idempotency_key", "author")]
    keys = [str(key) for key, _writer in rows]
    written = {note.key: phone for phone in phones for note in phone.notes}
    tally = FaultTally(open=len(written), emails=len(written), accepted=len(keys))
    tally.lost = len(set(written) - set(keys))
    tally.extra = len(keys) - len(set(written) & set(keys))
    tally.wrong = sum(written[str(key)].user.pk != writer for key, writer in rows if str(key) in written)
    for phone in phones:
        for trial in trials:
            expected = [note.key for note in phone.notes if note.trial == trial.pk]
            arrived = [key for key in keys if key in expected]
            if arrived != expected:
                tally.broken.append(f"order of {phone.user} on test {trials.index(trial)}")
    for place, expected in EXPECTED.items():
        row = Trial.objects.get(pk=trials[place].pk)
        if (figures := (row.participants, row.successes, row.result)) != expected:
            tally.broken.append(f"test {place} says {figures}, not {expected}")
    both = sorted(TrialNote.objects.filter(trial=trials[0]).values_list("outcome", flat=True))
    if both not in (["beside", "taken", "taken"], ["beside", "beside", "taken"]):
        tally.broken.append(f"two phones on one test: {both}")
    return tally


def _home_page(person: Any, port: int) -> str:
    phone = Phone(person, port, Random(0))
    phone.sign_in(person)
    return phone.ask("GET", "/")


def _conflicts(of_pilot: str, of_relay: str) -> list[str]:
    """Check that each test with a second version is on the home page of the pilot, who can choose, not on the relay's.

    The page names a test once, however many versions it has.
    """
    from prototypes.models import TrialNote

    waiting = {f'href="/trials/{row.trial_id}/versions/' for row in TrialNote.objects.second_versions()}
    unseen = sum(link not in of_pilot for link in waiting)
    leaked = sum(link in of_relay for link in waiting)
    return [f"{unseen} conflicts unseen, {leaked} shown to others"] if unseen or leaked or not waiting else []
