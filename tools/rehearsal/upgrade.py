"""An upgrade without a gap: old and new code on one database behind one proxy, while someone works and e-mails leave.

The order is that of docs/operations/running.md: migrate, start the new processes beside the old ones, end the old ones.
The old code is the last release, or OLD; it makes the people and their first e-mails itself.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import requests

from tools.drill.__main__ import Drill as Findings
from tools.faults.cast import now, settle, wait_accepted
from tools.faults.platform import ROOT, connect, free_port
from tools.rehearsal.services import NAME, Platform, ServiceProcess
from tools.rehearsal.visitor import Visitor

PEOPLE: Final = 60
GRACE_SECONDS: Final = 100  # docker-compose.yml gives a worker 90
RETRY_SECONDS: Final = 6  # for five seconds the proxy passes over a web server that did not answer
PAGES: Final = ("/", "/cohorts/", "/ideas/", "/exchanges/", "/network/", "/calendar/", "/search/?q=idea", "/account/")
ERROR: Final = re.compile(r'"level": "(?:error|critical)"|^Traceback', re.MULTILINE)
FINGERPRINT: Final = re.compile(r"\.[0-9a-f]{12}\.css$")
SCENE: Final = """
import json, django
django.setup()
from datetime import timedelta
from cohorts.models import Membership
from tests.factories.prototypes import IdeaFactory
from tools.faults.cast import meeting, now
from tools.faults.emails import SAVE_THE_DATE, tuesday_before
from tools.rehearsal.__main__ import create_people
cast = create_people(None)
cohort = Membership.objects.get(user=cast["pilot"]).cohort
idea = IdeaFactory(cohort=cohort)
cast["plan_emails"](cast["exchange"], at=now(), by=None)
later = meeting(60, tuesday_before(now().date() + timedelta(days=SAVE_THE_DATE)))
keys = {"cohort": cohort.pk, "idea": idea.pk, "session": cast["session"].pk, "later": later.pk}
print(json.dumps({"email": cast["pilot"].email, **keys}))
"""


def unpack(commit: str, folder: Path, *, modules: Path) -> Path:
    """Write the files of a commit into a folder, with compiled translations; packages are those of this machine."""
    folder.mkdir()
    command = ["git", "archive", commit]
    archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    (folder / "node_modules").symlink_to(modules)
    words = [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", "locale", "-D", "django"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder


@dataclass
class Upgrade:
    """An upgrade from old code to new code, whose processes run beside each other: its steps, and its checks."""

    findings: Findings
    platform: Platform
    old: Path

    def run(self) -> None:
        from exchanges.models import Exchange
        from exchanges.reminders import plan_emails

        platform, run_platform, new = self.platform, self.platform.run_platform, self.platform.app
        ports = [free_port(), free_port()]
        platform.certify()
        self._use(self.old, 1)
        self.findings.check("migrations of the old code end with", platform.create_process("migrate", 1).run(), 0)
        scene = self._make_scene()
        run_platform.start_mail_server(before=1.0)
        old = self._start(1, ports[0], platform.proxy(ports))
        visitor = Visitor(f"https://{NAME}:{platform.https}", platform.certificates / "fullchain.pem")
        self.findings.check("signing in answers", visitor.sign_in(scene["email"]).status_code, 302)
        with Work(visitor, scene) as work:
            run_platform.wake_worker()
            wait_accepted(run_platform, 4, 90)
            self._use(new, 2)
            self.findings.check("migrations of the new code end with", platform.create_process("migrate", 2).run(), 0)
            before_both = len(self._proxy_lines())
            work.wait_for_rounds(1)
            self._start(2, ports[1])
            connect(run_platform)
            plan_emails(Exchange.objects.get(pk=scene["later"]), at=now(), by=None)
            run_platform.set_orders(before=0.1)
            run_platform.wake_worker()
            time.sleep(RETRY_SECONDS)
            work.wait_for_rounds(3)
            lines_of_both = self._proxy_lines()[before_both:]
            self._end(old)
            work.wait_for_rounds(1)
        by_server = Counter(line["upstream"].rpartition(" ")[2] for line in lines_of_both)
        answered = {name: by_server[f"127.0.0.1:{port}"] > 0 for name, port in zip(("old", "new"), ports, strict=True)}
        self.findings.check("answers by", answered, {"old": True, "new": True})
        print(f"      {dict(by_server)} requests after the migration, before the old code ended")
        old_style_sheet = FINGERPRINT.sub(".000000000000.css", work.style_sheet)
        self.findings.check("a style sheet of an ended release answers", visitor.get(old_style_sheet).status_code, 200)
        self.check_work(work)
        self.check_emails()

    # --- old and new code --------------------------------------------------------------------------------------------

    def _use(self, app: Path, number: int) -> None:
        """Run this code, with the static files of its own image, in the processes that start from now on."""
        self.platform.app = app
        self.platform.collect(compressed=False, number=number + 2)

    def _make_scene(self) -> dict[str, Any]:
        """Let the old code create people, and plan e-mails to them."""
        env = {**os.environ, **self.platform.run_platform.env, "PYTHONPATH": ""}
        words = [sys.executable, "-c", SCENE]
        done = subprocess.run(words, cwd=self.platform.app, env=env, check=True, capture_output=True, text=True)
        scene: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return scene

    def _start(self, number: int, port: int, *more: ServiceProcess) -> list[ServiceProcess]:
        """Start one web server, worker and beat, and wait until they are healthy."""
        web = self.platform.create_process("web", number, BIND=f"127.0.0.1:{port}")
        started = [web, *(self.platform.create_process(service, number) for service in ("worker", "beat"))]
        for process in (*started, *more):
            process.start()
        self.platform.wait(*started, *more)
        return started

    def _end(self, processes: list[ServiceProcess]) -> None:
        """End processes as `docker stop` does."""
        children = [process.child for process in processes if process.child]
        for child in children:
            child.terminate()
        for child in children:
            child.wait(GRACE_SECONDS)

    def _proxy_lines(self) -> list[dict[str, Any]]:
        text = (self.platform.run_platform.folder / "proxy-1.log").read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    # --- the checks --------------------------------------------------------------------------------------------------

    def check_work(self, work: Work) -> None:
        from prototypes.models import Idea

        answers = sum(work.answers.values())
        wrong = {what: count for what, count in work.answers.items() if not what.endswith((" 200", " 302"))}
        self.findings.check(f"of {answers} answers in {work.rounds} rounds were errors", wrong, {})
        self.findings.check(
            "ideas added", Idea.objects.filter(title=Work.TITLE).count(), work.answers["/ideas/new/ 302"]
        )
        logs = {log.name: log.read_text() for log in self.platform.run_platform.folder.glob("*-[12].log")}
        errors = {name: len(ERROR.findall(text)) for name, text in logs.items()}
        self.findings.check("errors in the logs", {name: count for name, count in errors.items() if count}, {})

    def check_emails(self) -> None:
        from notifications.models import Delivery

        settle(300)
        copies = Counter(row["id"] for row in self.platform.run_platform.accepted())
        self.findings.check("e-mails lost", Delivery.objects.exclude(state="sent").count(), 0)
        self.findings.check("e-mails sent more than once", [id_ for id_, count in copies.items() if count > 1], [])
        self.findings.check(f"at least {2 * PEOPLE} of them", len(copies) >= 2 * PEOPLE, True)


@dataclass
class Work:
    """Someone who opens pages with their style sheet and adds ideas, comments and pictures, in a thread."""

    TITLE = "An idea of the upgrade"

    visitor: Visitor
    scene: dict[str, Any]
    answers: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    style_sheet: str = ""

    def __post_init__(self) -> None:
        self.ended, self.thread = threading.Event(), threading.Thread(target=self._work)

    def __enter__(self) -> Work:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        self.thread.join()

    def wait_for_rounds(self, count: int) -> None:
        """Wait until so many rounds have begun and ended."""
        enough = self.rounds + count + 1
        while self.rounds < enough and self.thread.is_alive():
            time.sleep(0.05)

    def _work(self) -> None:
        while not self.ended.is_set():
            for path in PAGES:
                page = self._note(path, self.visitor.get, path)
                if page is not None and (style := re.search(r'/static/[^"]+\.css', page.text)):
                    self.style_sheet = style[0]
                    self._note("style sheet", self.visitor.get, self.style_sheet)
            self._write()
            self.rounds += 1

    def _write(self) -> None:
        from tests.factories.files import picture

        form = {"idempotency_key": str(uuid4()), "target": f"cohort-{self.scene['cohort']}", "title": self.TITLE}
        form |= {"on": now().date().isoformat(), "precision": "day"}
        self._note("/ideas/new/", self.visitor.post, "/ideas/new/", form)
        comment = {"idempotency_key": str(uuid4()), "text": "Saturday would help."}
        self._note("comment", self.visitor.post, f"/ideas/{self.scene['idea']}/comments/new/", comment)
        self._note("picture", self.visitor.upload_picture, f"session/{self.scene['session']}", "table.jpg", picture())

    def _note(self, what: str, ask: Any, *arguments: Any) -> requests.Response | None:
        """Request something, and count the status of the answer, or the broken connection."""
        try:
            answer: requests.Response = ask(*arguments)
        except requests.RequestException as error:
            self.answers[f"{what} {type(error).__name__}"] += 1
            return None
        self.answers[f"{what} {answer.status_code}"] += 1
        return answer
