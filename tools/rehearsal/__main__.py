"""`make rehearse`: two of each process behind the proxy, from the commands of docker-compose.yml.

Signs in through TLS, opens pages, brings and fetches a picture, kills one of each in the middle of the sending, and
reads what the processes wrote. Exits with 1 when something does not hold. IMAGE names a folder with `app/` and `venv/`
made by the steps of the Dockerfile; without it, this folder and this Python stand for the image.
Where nginx is not installed, everything behind the proxy is rehearsed, and what was left out is printed.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tools.drill.__main__ import Drill as Findings
from tools.faults.cast import meeting, now, settle, unsent, wait_accepted
from tools.faults.letters import SAVE_THE_DATE, tuesday_before
from tools.faults.stage import ROOT, House, Stage, connect, free_port, house, wait_for
from tools.rehearsal.house import GIVEN, NAME, Platform
from tools.rehearsal.visitor import BROWSER, PASSWORD, Visitor, codes

PEOPLE = 60
REPLICAS = 2  # of each process
PAGES = ("/", "/cohorts/", "/ideas/", "/exchanges/", "/network/", "/account/")
SANDBOX = "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"  # of a picture


def people(stage: Stage) -> dict[str, Any]:
    """An announced exchange whose first letters are due to sixty members; one of them is a pilot with a session."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from cohorts.models import Membership
    from exchanges.reminders import plan
    from tests.factories.cohorts import MembershipFactory, SessionFactory

    today = now().date()
    exchange = meeting(PEOPLE, tuesday_before(today + timedelta(days=SAVE_THE_DATE)))
    cohort = Membership.objects.all()[0].cohort
    pilot = MembershipFactory(cohort=cohort, role="pilot", starts_on=today - timedelta(days=9)).user
    other = MembershipFactory(starts_on=today - timedelta(days=9)).user
    for user in (pilot, other):
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-rehearsal")
        user.save()
    return {
        "exchange": exchange,
        "pilot": pilot,
        "other": other,
        "session": SessionFactory(cohort=cohort),
        "plan": plan,
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("--smallest", action="store_true", help="one of each process, and none is killed")
    with house() as found:
        return 1 if run(found, replicas=1 if parser.parse_args(words).smallest else REPLICAS) else 0


def run(place: House, *, replicas: int) -> int:
    image = os.environ.get("IMAGE")
    app, binaries = (
        (Path(image) / "app", Path(image) / "venv" / "bin") if image else (ROOT, Path(sys.executable).parent)
    )
    findings = Findings()
    with place.stage() as stage:
        platform = Platform(stage, app, binaries)
        try:
            rehearse(findings, platform, replicas)
        finally:
            platform.close()
            if kept := os.environ.get("LOGS"):
                shutil.copytree(stage.folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock", "kept"))
    return findings.wrong


def rehearse(findings: Findings, platform: Platform, replicas: int) -> None:
    stage = platform.stage
    if platform.has_proxy:
        platform.certify()
    else:
        print("LEFT OUT the proxy, TLS, files sent by the proxy and its log: nginx is not installed", flush=True)
    if not platform.static.exists():
        collect(platform)
    findings.holds("migrations end with", platform.replica("migrate").run(), 0)
    findings.holds("the role of web, worker and beat cannot alter the history", checked(platform), 0)
    connect(stage)
    cast = people(stage)
    ports = [free_port() for _ in range(replicas)]
    web = [platform.replica("web", n, BIND=f"127.0.0.1:{port}") for n, port in enumerate(ports, 1)]
    others = [platform.replica(service, n) for service in ("worker", "beat") for n in range(1, replicas + 1)]
    started = [*web, *others, *([platform.proxy(ports)] if platform.has_proxy else [])]
    begun = time.monotonic()
    for replica in started:
        replica.start()
    platform.wait(*started)
    names = ", ".join(replica.name for replica in started)
    print(f"      {names} were healthy after {time.monotonic() - begun:.0f} s")
    visitor = visitor_of(platform, ports)
    pages(findings, visitor, cast)
    pictures(findings, platform, visitor, cast)
    figures(findings, platform, ports)
    send(platform, cast)
    killed(findings, platform, visitor, [web[0], *others[::replicas]] if replicas > 1 else [])
    written(findings, platform, cast, visitor)


def visitor_of(platform: Platform, ports: list[int]) -> Visitor:
    """Return someone at a browser: behind the proxy, or at the last web server where there is none."""
    if platform.has_proxy:
        return Visitor(f"https://{NAME}:{platform.https}", platform.certificates / "fullchain.pem")
    return Visitor(f"http://{NAME}:{ports[-1]}", None)


def collect(platform: Platform) -> None:
    """Static files as the Dockerfile collects them."""
    platform.static = platform.stage.folder / "collected"
    maker = platform.replica("migrate", 0, DJANGO_SETTINGS_MODULE="labplatform.settings.base")
    maker.service = {"command": ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]}
    if maker.run():
        raise SystemExit(f"Static files could not be collected: see {maker.log}.")


def checked(platform: Platform) -> int:
    """As a web server is told to sign in."""
    asks = platform.replica("web", 0)
    asks.service = {"command": ["python", "manage.py", "database_roles", "--check"]}
    return asks.run()


def pages(findings: Findings, visitor: Visitor, cast: dict[str, Any]) -> None:
    findings.holds(
        "without signing in a page leads to", visitor.get("/cohorts/").url.partition("?")[0][-16:], "/accounts/login/"
    )
    findings.holds("signing in answers", visitor.sign_in(cast["pilot"].email).status_code, 302)
    cookie = visitor.session.cookies.get_dict()
    flags = {name: flag.secure for flag in visitor.session.cookies for name in [flag.name]}
    findings.holds("cookies without Secure", [name for name in cookie if not flags[name]], [])
    findings.holds("pages answer", {path: visitor.get(path).status_code for path in PAGES}, dict.fromkeys(PAGES, 200))
    answer = visitor.get("/")
    kept = ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options")
    findings.holds("headers a page lacks", [name for name in kept if name not in answer.headers], [])


def pictures(findings: Findings, platform: Platform, visitor: Visitor, cast: dict[str, Any]) -> None:
    from files.models import Attachment
    from tests.factories.files import picture

    brought = visitor.bring(cast["session"].pk, "table.jpg", picture())
    findings.holds("bringing a picture answers", brought.status_code, 302)
    row = Attachment.objects.get()
    path = f"/files/{row.pk}/"
    stranger = visitor.other()
    stranger.sign_in(cast["other"].email)
    findings.holds("a stranger's answer", stranger.get(path).status_code, 404)
    if not platform.has_proxy:
        sent_by = visitor.get(path).headers.get("X-Accel-Redirect")
        findings.holds("the proxy is told to send", sent_by, f"/protected/{row.stored[:2]}/{row.stored}/full")
        return
    answer = visitor.get(path)
    findings.holds(
        "the picture",
        (answer.status_code, len(answer.content), answer.headers["Content-Type"]),
        (200, (platform.files / row.stored[:2] / row.stored / "full").stat().st_size, "image/jpeg"),
    )
    findings.holds("its sandbox", answer.headers.get("Content-Security-Policy"), SANDBOX)
    findings.holds(
        "its other headers",
        [answer.headers.get(name) for name in ("X-Content-Type-Options", "Cache-Control", "X-Accel-Redirect")],
        ["nosniff", "private, no-cache", None],
    )
    part = visitor.get(path, Range="bytes=10-19")
    findings.holds("ten bytes of it", (part.status_code, part.content), (206, answer.content[10:20]))
    again = visitor.get(path, **{"If-None-Match": answer.headers["ETag"]})
    findings.holds("asked for again", (again.status_code, len(again.content)), (304, 0))
    inside = f"/protected/{row.stored[:2]}/{row.stored}/full"
    findings.holds("the proxy's folder, asked for directly", visitor.get(inside).status_code, 404)


def figures(findings: Findings, platform: Platform, ports: list[int]) -> None:
    import requests

    bearer = {"Authorization": f"Bearer {GIVEN['METRICS_TOKEN']}"}
    if platform.has_proxy:
        visitor = visitor_of(platform, ports)
        findings.holds("/metrics through the proxy, token and all", visitor.get("/metrics", **bearer).status_code, 404)
    address = f"http://127.0.0.1:{ports[0]}/metrics"
    plain = requests.get(address, headers={"Host": NAME}, timeout=60)
    told = requests.get(address, headers={"Host": NAME, **bearer}, timeout=60)
    names = ("labplatform_letters_due", "labplatform_beat_seen_seconds", "django_http_requests_total_by_method_total")
    findings.holds("within the network without and with it", (plain.status_code, told.status_code), (404, 200))
    findings.holds("figures that lack", [name for name in names if f"\n{name}" not in told.text], [])


def send(platform: Platform, cast: dict[str, Any]) -> None:
    """Plan the e-mails of the exchange, and wait until some of them have left."""
    platform.stage.postbox(before=0.1)
    cast["plan"](cast["exchange"], at=now(), by=None)
    platform.stage.nudge()
    wait_accepted(platform.stage, 8, 90)


def killed(findings: Findings, platform: Platform, visitor: Visitor, victims: list[Any]) -> None:
    """One web server, one worker and one beat die while letters leave; people go on, and each letter comes once."""
    stage = platform.stage
    for victim in victims:
        platform.kill(victim)
    names = ", ".join(victim.name for victim in victims) or "none"
    left = unsent()
    findings.holds(f"pages after kill -9 of {names}", codes(lambda: visitor.get("/cohorts/"), 40), {200: 40})
    begun = time.monotonic()
    settle(420)
    print(f"      {left} letters had not left when they died; the last left {time.monotonic() - begun:.0f} s later")
    from notifications.models import Delivery

    copies = Counter(row["id"] for row in stage.accepted())
    findings.holds("letters lost", Delivery.objects.exclude(state="sent").count(), 0)
    findings.holds("people who were written to", len({row["to"] for row in stage.accepted()}) >= PEOPLE, True)
    print(f"      {sum(copies.values())} copies of {len(copies)} letters")
    findings.holds("more copies than one, but those in hand-over then", sum(copies.values()) - len(copies) > 2, False)
    for victim in victims:
        victim.start()
    platform.wait(*victims)
    findings.holds("pages after they are back", codes(lambda: visitor.get("/"), 20), {200: 20})


def written(findings: Findings, platform: Platform, cast: dict[str, Any], visitor: Visitor) -> None:
    """What the processes wrote: lines of JSON, nobody's name, address, password, cookie or browser."""
    visitor.get("/calendar/canary0calendar0token0Kd83.ics?next=canary-query")
    if platform.has_proxy:
        wait_for(lambda: "/calendar" in (platform.stage.folder / "proxy-1.log").read_text(), "the proxy's line")
    logs = {log.name: log.read_text() for log in platform.stage.folder.glob("*-[12].log")}
    canaries = [PASSWORD, BROWSER, "canary", cast["pilot"].email, cast["pilot"].full_name, *GIVEN.values()]
    canaries = [word for word in canaries if word not in {NAME, "lab@lab.example"}]
    canaries += [value for name, value in visitor.session.cookies.get_dict().items() if len(value) > 8]
    found = {name: [word for word in canaries if word in text] for name, text in logs.items()}
    findings.holds("canaries in the logs", {name: words for name, words in found.items() if words}, {})
    lines = [line for name, text in logs.items() if name.startswith(("web", "proxy")) for line in text.splitlines()]
    findings.holds("lines that are no JSON", [line for line in lines if not readable(line)][:5], [])
    requests_seen = [json.loads(line) for line in lines if '"request_finished"' in line]
    findings.holds(
        "requests with id, route, code and person",
        all(row.keys() >= {"request_id", "request", "code", "ms"} for row in requests_seen)
        and any(row.get("user_id") == cast["pilot"].pk for row in requests_seen),
        True,
    )
    print(f"      {len(lines)} lines, {len(requests_seen)} of requests; the last: {json.dumps(requests_seen[-1])}")


def readable(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
