"""`make rehearse`: two of each process behind the proxy, from the commands of docker-compose.yml.

Signs in through TLS, opens pages, uploads and downloads a picture, kills one of each process in the middle of sending,
and reads the logs. Web, worker and beat reach PostgreSQL through PgBouncer in transaction mode, with a replica beside
it that is behind, gone and promoted. Exits with 1 when a check fails. IMAGE names a folder with `app/` and `venv/` made
by the steps of the Dockerfile; without it, this folder and this Python replace the image. Where nginx or PgBouncer is
not installed, the rest is rehearsed, and what was left out is printed. With `--object-storage` files are in one, which
is killed too. Last comes an upgrade from the code of the last release.
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

import requests

from tools.drill.__main__ import Drill as Findings
from tools.faults.cast import meeting, now, settle, unsent, wait_accepted
from tools.faults.emails import SAVE_THE_DATE, tuesday_before
from tools.faults.platform import ROOT, PlatformHost, RunPlatform, connect, free_port, platform_host, wait_for
from tools.object_storage import ObjectStorage
from tools.rehearsal.database_checks import DatabaseChecks
from tools.rehearsal.databases import Databases
from tools.rehearsal.services import GIVEN, NAME, Platform
from tools.rehearsal.upgrade import Upgrade, unpack
from tools.rehearsal.visitor import BROWSER, PASSWORD, Visitor, status_counts
from tools.releases import code_before_upgrade

PEOPLE = 60
PROCESSES = 2  # of each service
PAGES = ("/", "/cohorts/", "/ideas/", "/exchanges/", "/network/", "/account/")
BEARER = {"Authorization": f"Bearer {GIVEN['METRICS_TOKEN']}"}
SANDBOX = "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"  # of a picture


def create_people(run_platform: RunPlatform) -> dict[str, Any]:
    """Create an announced exchange with e-mails due to sixty members, and a pilot with a session."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from cohorts.models import Membership
    from exchanges.reminders import plan_emails
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
        "plan_emails": plan_emails,
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("--smallest", action="store_true", help="one of each process, none killed, PostgreSQL alone")
    parser.add_argument("--object-storage", action="store_true", help="store files in an object storage")
    parser.add_argument("--upgrade", action="store_true", help="only the upgrade from the last release, or from OLD")
    options = parser.parse_args(words)
    with platform_host() as host:
        findings = Findings()
        if not options.upgrade:
            run(findings, host, processes=1 if options.smallest else PROCESSES, in_bucket=options.object_storage)
        run_upgrade(findings, host)
        return int(findings.wrong > 0)


def image() -> tuple[Path, Path]:
    """Return the folders of the application and of its programs."""
    if folder := os.environ.get("IMAGE"):
        return Path(folder) / "app", Path(folder) / "venv" / "bin"
    return ROOT, Path(sys.executable).parent


def run(findings: Findings, host: PlatformHost, *, processes: int, in_bucket: bool) -> None:
    with host.start_platform() as run_platform:
        object_storage = ObjectStorage(run_platform.folder / "seaweedfs") if in_bucket else None
        platform = Platform(run_platform, *image(), object_storage)
        databases = Databases(run_platform)
        try:
            if object_storage:
                object_storage.start()
            rehearse(findings, platform, processes, databases)
        finally:
            platform.close()
            databases.close()
            if object_storage:
                object_storage.kill()
            save_logs(run_platform, "rehearsal")


def run_upgrade(findings: Findings, host: PlatformHost) -> None:
    """Upgrade from the last release, or from OLD, with both codes on one database."""
    if not (commit := code_before_upgrade()) or not shutil.which("nginx"):
        print("LEFT OUT the upgrade: it needs nginx and a clone with its history", flush=True)
        return
    print(f"      the upgrade begins with the code of {commit}", flush=True)
    with host.start_platform("template1") as run_platform:
        platform = Platform(run_platform, *image())
        try:
            old = unpack(commit, run_platform.folder / "old", modules=platform.app / "node_modules")
            Upgrade(findings, platform, old).run()
        finally:
            platform.close()
            save_logs(run_platform, "upgrade")


def save_logs(run_platform: RunPlatform, name: str) -> None:
    """Copy what the processes wrote to the folder LOGS, if it is set."""
    if folder := os.environ.get("LOGS"):
        left_out = shutil.ignore_patterns("*.sock", ".s.*", "kept", "replica", "seaweedfs", "old", "collected*")
        shutil.copytree(run_platform.folder, Path(folder) / name, dirs_exist_ok=True, ignore=left_out)


def rehearse(findings: Findings, platform: Platform, processes: int, databases: Databases) -> None:
    run_platform = platform.run_platform
    if platform.has_proxy:
        platform.certify()
    else:
        print("LEFT OUT the proxy, TLS, files sent by the proxy and its log: nginx is not installed", flush=True)
    if not platform.static.exists():
        platform.collect(compressed=processes > 1)
    findings.check("migrations end with", platform.create_process("migrate").run(), 0)
    if processes > 1:
        platform.databases |= databases.start()
    findings.check("the role of web, worker and beat cannot alter the history", check_database_role(platform), 0)
    connect(run_platform)
    cast = create_people(run_platform)
    ports = [free_port() for _ in range(processes)]
    web = [platform.create_process("web", n, BIND=f"127.0.0.1:{port}") for n, port in enumerate(ports, 1)]
    others = [platform.create_process(service, n) for service in ("worker", "beat") for n in range(1, processes + 1)]
    started = [*web, *others, *([platform.proxy(ports)] if platform.has_proxy else [])]
    begun = time.monotonic()
    for process in started:
        process.start()
    platform.wait(*started)
    names = ", ".join(process.name for process in started)
    print(f"      {names} were healthy after {time.monotonic() - begun:.0f} s")
    visitor = visitor_of(platform, ports)
    check_pages(findings, visitor, cast)
    check_picture(findings, platform, visitor, cast)
    if platform.object_storage:
        check_object_storage(findings, platform, visitor, cast)
    check_public_picture(findings, platform, visitor, cast)
    check_metrics(findings, platform, ports)
    send(platform, cast)
    check_kills(findings, platform, visitor, [web[0], *others[::processes]] if processes > 1 else [])
    if processes > 1:
        DatabaseChecks(findings, databases, visitor, cast, lambda: read_metrics(ports[-1], **BEARER).text).run()
    check_logs(findings, platform, cast, visitor)


def visitor_of(platform: Platform, ports: list[int]) -> Visitor:
    """Return a visitor with a browser: behind the proxy, or at the last web server where there is none."""
    if platform.has_proxy:
        return Visitor(f"https://{NAME}:{platform.https}", platform.certificates / "fullchain.pem")
    return Visitor(f"http://{NAME}:{ports[-1]}", None)


def check_database_role(platform: Platform) -> int:
    """Check the rights of the role with which a web server signs in."""
    role_check = platform.create_process("web", 0)
    role_check.service = {"command": ["python", "manage.py", "database_roles", "--check"]}
    return role_check.run()


def check_pages(findings: Findings, visitor: Visitor, cast: dict[str, Any]) -> None:
    findings.check(
        "without signing in a page leads to", visitor.get("/cohorts/").url.partition("?")[0][-16:], "/accounts/login/"
    )
    findings.check("signing in answers", visitor.sign_in(cast["pilot"].email).status_code, 302)
    cookie = visitor.session.cookies.get_dict()
    flags = {name: flag.secure for flag in visitor.session.cookies for name in [flag.name]}
    findings.check("cookies without Secure", [name for name in cookie if not flags[name]], [])
    findings.check("pages answer", {path: visitor.get(path).status_code for path in PAGES}, dict.fromkeys(PAGES, 200))
    answer = visitor.get("/")
    headers = ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options")
    findings.check("headers a page lacks", [name for name in headers if name not in answer.headers], [])


def check_picture(findings: Findings, platform: Platform, visitor: Visitor, cast: dict[str, Any]) -> None:
    from files.models import Attachment
    from tests.factories.files import picture

    answer = visitor.upload_picture(f"session/{cast['session'].pk}", "table.jpg", picture())
    findings.check("adding a picture answers", answer.status_code, 302)
    row = Attachment.objects.get()
    path = f"/files/{row.pk}/"
    stranger = visitor.other()
    stranger.sign_in(cast["other"].email)
    findings.check("a stranger's answer", stranger.get(path).status_code, 404)
    if not platform.has_proxy:
        sent_by = visitor.get(path).headers.get("X-Accel-Redirect")
        home = "bucket/" if platform.object_storage else ""
        place = f"/protected/{home}{row.stored[:2]}/{row.stored}/full"
        findings.check("the file that the proxy sends", str(sent_by).partition("?")[0], place)
        return
    answer = visitor.get(path)
    findings.check(
        "the picture",
        (answer.status_code, len(answer.content), answer.headers["Content-Type"]),
        (200, row.size, "image/jpeg"),
    )
    findings.check("its sandbox", answer.headers.get("Content-Security-Policy"), SANDBOX)
    findings.check(
        "its other headers",
        [answer.headers.get(name) for name in ("X-Content-Type-Options", "Cache-Control", "X-Accel-Redirect")],
        ["nosniff", "private, no-cache", None],
    )
    part = visitor.get(path, Range="bytes=10-19")
    findings.check("ten bytes of it", (part.status_code, part.content), (206, answer.content[10:20]))
    again = visitor.get(path, **{"If-None-Match": answer.headers["ETag"]})
    findings.check("fetched again", (again.status_code, len(again.content)), (304, 0))
    inside = f"/protected/{row.stored[:2]}/{row.stored}/full"
    findings.check("the proxy's folder, asked for directly", visitor.get(inside).status_code, 404)


def check_object_storage(findings: Findings, platform: Platform, visitor: Visitor, cast: dict[str, Any]) -> None:
    """Kill the object storage: pages work, a form with a file says so, and what was there is there when it is back."""
    from files.models import Attachment
    from tests.factories.files import picture

    assert platform.object_storage
    path = f"/files/{Attachment.objects.get().pk}/"
    if platform.has_proxy:
        answer = visitor.get(path)
        endpoint = platform.object_storage.endpoint
        signed = [text for text in answer.headers.values() if "Signature" in text or endpoint in text]
        findings.check("signed addresses in the answer", signed, [])
        inside = answer.request.path_url.replace("/files/", "/protected/bucket/")
        findings.check("the bucket, asked for through the proxy", visitor.get(inside).status_code, 404)
    platform.object_storage.kill()
    findings.check("pages without the object storage", status_counts(lambda: visitor.get("/cohorts/"), 10), {200: 10})
    answer = visitor.upload_picture(f"session/{cast['session'].pk}", "table.jpg", picture())
    findings.check("a form then", (answer.status_code, "Nothing was saved" in answer.text), (200, True))
    if platform.has_proxy:
        findings.check("the picture then", visitor.get(path).status_code, 502)
    platform.object_storage.start()
    if platform.has_proxy:  # it takes files before it has read all that it stores
        wait_for(lambda: visitor.get(path).status_code != 502, "the picture", 15, pause=1)
        findings.check("the picture when it is back", visitor.get(path).status_code, 200)
    answer = visitor.upload_picture(f"session/{cast['session'].pk}", "table.jpg", picture())
    findings.check("a form when it is back", (answer.status_code, Attachment.objects.count()), (302, 2))


def check_public_picture(findings: Findings, platform: Platform, visitor: Visitor, cast: dict[str, Any]) -> None:
    """Publish an idea with a picture; fetch the picture without signing in."""
    from files.models import Attachment
    from tests.factories.files import picture
    from tests.factories.prototypes import IdeaFactory
    from tests.factories.publications import PublicationFactory, PublicationPictureFactory

    publication = PublicationFactory(idea=IdeaFactory(cohort=cast["session"].cohort))
    answer = visitor.upload_picture(f"idea/{publication.idea.pk}", "counter.jpg", picture())
    findings.check("adding a picture of an idea answers", answer.status_code, 302)
    row = PublicationPictureFactory(
        publication=publication, attachment=Attachment.objects.get(about="idea", object_id=publication.idea.pk)
    )
    PublicationFactory.publish(publication)
    answer = visitor.other().get(f"/public/pictures/{row.pk}/")
    if not platform.has_proxy:
        sent_by = str(answer.headers.get("X-Accel-Redirect"))
        findings.check("the public picture is sent by the proxy", sent_by.startswith("/protected/"), True)
        return
    found = (answer.status_code, answer.headers.get("Content-Type"), answer.content[:4])
    findings.check("the public picture", found, (200, "image/webp", b"RIFF"))


def read_metrics(port: int, **headers: str) -> requests.Response:
    """Return the metrics of the web server at a port, as read inside the network."""
    return requests.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": NAME, **headers}, timeout=60)


def check_metrics(findings: Findings, platform: Platform, ports: list[int]) -> None:
    if platform.has_proxy:
        visitor = visitor_of(platform, ports)
        findings.check("/metrics through the proxy, token and all", visitor.get("/metrics", **BEARER).status_code, 404)
    plain, answer = read_metrics(ports[0]), read_metrics(ports[0], **BEARER)
    names = ("labplatform_emails_due", "labplatform_beat_seen_seconds", "django_http_requests_total_by_method_total")
    findings.check("within the network without and with it", (plain.status_code, answer.status_code), (404, 200))
    findings.check("figures that lack", [name for name in names if f"\n{name}" not in answer.text], [])


def send(platform: Platform, cast: dict[str, Any]) -> None:
    """Plan the e-mails of the exchange, and wait until some of them have left."""
    platform.run_platform.start_mail_server(before=0.1)
    cast["plan_emails"](cast["exchange"], at=now(), by=None)
    platform.run_platform.wake_worker()
    wait_accepted(platform.run_platform, 8, 90)


def check_kills(findings: Findings, platform: Platform, visitor: Visitor, victims: list[Any]) -> None:
    """Kill one web server, one worker and one beat while e-mails are sent; pages still work, and each e-mail is sent
    once.
    """
    run_platform = platform.run_platform
    for victim in victims:
        platform.kill(victim)
    names = ", ".join(victim.name for victim in victims) or "none"
    left = unsent()
    findings.check(f"pages after kill -9 of {names}", status_counts(lambda: visitor.get("/cohorts/"), 40), {200: 40})
    begun = time.monotonic()
    settle(420)
    print(f"      {left} e-mails had not left when they died; the last left {time.monotonic() - begun:.0f} s later")
    from notifications.models import Delivery

    copies = Counter(row["id"] for row in run_platform.accepted())
    findings.check("e-mails lost", Delivery.objects.exclude(state="sent").count(), 0)
    findings.check("people who were written to", len({row["to"] for row in run_platform.accepted()}) >= PEOPLE, True)
    print(f"      {sum(copies.values())} copies of {len(copies)} e-mails")
    findings.check("more copies than one, but those in hand-over then", sum(copies.values()) - len(copies) > 2, False)
    for victim in victims:
        victim.start()
    platform.wait(*victims)
    findings.check("pages after they are back", status_counts(lambda: visitor.get("/"), 20), {200: 20})


def check_logs(findings: Findings, platform: Platform, cast: dict[str, Any], visitor: Visitor) -> None:
    """Check that the logs are lines of JSON without names, addresses, passwords, cookies or browsers."""
    visitor.get("/calendar/canary0calendar0token0Kd83.ics?next=canary-query")
    if platform.has_proxy:
        wait_for(lambda: "/calendar" in (platform.run_platform.folder / "proxy-1.log").read_text(), "the proxy's line")
    logs = {log.name: log.read_text() for log in platform.run_platform.folder.glob("*-[12].log")}
    markers = [PASSWORD, BROWSER, "canary", cast["pilot"].email, cast["pilot"].full_name, *GIVEN.values()]
    markers = [word for word in markers if word not in {NAME, "lab@lab.example"}]
    markers += [value for name, value in visitor.session.cookies.get_dict().items() if len(value) > 8]
    found = {name: [word for word in markers if word in text] for name, text in logs.items()}
    findings.check("leak markers in the logs", {name: words for name, words in found.items() if words}, {})
    lines = [line for name, text in logs.items() if name.startswith(("web", "proxy")) for line in text.splitlines()]
    findings.check("lines that are no JSON", [line for line in lines if not readable(line)][:5], [])
    requests_seen = [json.loads(line) for line in lines if '"request_finished"' in line]
    findings.check(
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
