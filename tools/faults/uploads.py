"""The fault of one member: the worst files within the limits, all at once, while others work and memory is measured."""

import http.client
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from math import isqrt
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from PIL import Image

from tools.faults.platform import RunPlatform, free_port, wait_for
from tools.faults.tally import FaultTally

MEMORY: Final = 600.0  # MB that two web workers and one Celery worker may use together
SLOWEST: Final = 15.0  # seconds that someone else waits for a page at most
AT_ONCE: Final = 6
SIDE: Final = 7000  # pixels; a picture of one colour and this side is a file of some 200 kB
BOUNDARY: Final = "worst-files"


@dataclass(frozen=True)
class SignedInClient:
    """A signed-in user: requests carry the cookies and the CSRF token."""

    port: int
    cookie: str
    token: str

    def get(self, address: str) -> int:
        return self._answer("GET", address, None, {})

    def post(self, address: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> int:
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-CSRFToken": self.token}
        return self._answer("POST", address, multipart(fields, files), headers)

    def _answer(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> int:
        """Return the status; 0 when the server closes the connection without a response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, address, body, {"Cookie": self.cookie, **headers})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode() for name, text in fields.items()
    ]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, (filename, content) in files.items()
    ]
    edge = f"--{BOUNDARY}\r\n".encode()
    return b"".join(edge + part for part in parts) + f"--{BOUNDARY}--\r\n".encode()


# --- worst files -----------------------------------------------------------------------------------------------------


def make_picture(mode: str, side: int, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, (side, side), 77 if len(mode) < 3 else None).save(out, kind, **options)
    return out.getvalue()


def make_noise_png(side: int) -> bytes:
    """Return a PNG of black and white dots: small to read, as large as possible to write again."""
    out = BytesIO()
    Image.frombytes("1", (side, side), os.urandom((side + 7) // 8 * side)).save(out, "PNG")
    return out.getvalue()


def make_text(size: int) -> bytes:
    """Return text in which one four-byte character makes every other one take four bytes in memory."""
    return "😀".encode() + b"a" * (size - 4)


def max_side(kind: str) -> int:
    """Return the side of the largest accepted square picture of a format."""
    from django.conf import settings

    return isqrt(settings.FILES_MAX_PIXELS[kind])


def worst_files() -> dict[str, tuple[str, bytes]]:
    from tests.factories.packages import crowded

    return {
        "PNG of one colour": ("a.png", make_picture("RGB", SIDE, "PNG")),
        "PNG at the limit": ("b.png", make_picture("RGBA", max_side("PNG"), "PNG")),
        "PNG of 16 bits": ("c.png", make_picture("I;16", max_side("PNG"), "PNG")),
        "PNG of dots": ("d.png", make_noise_png(max_side("PNG"))),
        "progressive JPEG": ("e.jpg", make_picture("RGB", SIDE, "JPEG", progressive=True, subsampling=0)),
        "progressive JPEG at the limit": ("e.jpg", make_picture("RGB", 3464, "JPEG", progressive=True, subsampling=0)),
        "JPEG for print": ("f.jpg", make_picture("CMYK", SIDE, "JPEG")),
        "WebP of one colour": ("g.webp", make_picture("RGBA", SIDE, "WEBP", lossless=True)),
        "WebP at the limit": ("h.webp", make_picture("RGBA", max_side("WEBP"), "WEBP", lossless=True)),
        "document of 320,000 parts": ("i.docx", crowded(320_000)),
        "text": ("j.txt", make_text(20_000_000)),
    }


# --- measures --------------------------------------------------------------------------------------------------------


@dataclass
class MemoryMeter:
    """The largest proportional memory of all processes in these sessions, in MB."""

    sessions: set[int]
    idle: float = 0.0
    most: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        parts = dict(self._processes())
        if (total := sum(parts.values())) > self.most:
            self.most, self.parts = total, parts

    def _processes(self) -> Iterator[tuple[str, float]]:
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                try:
                    if os.getsid(int(process.name)) in self.sessions:
                        yield process.name, pss(process)
                except (OSError, ValueError):
                    continue  # it has ended


def pss(process: Path) -> float:
    """Return the proportional set size of a process in MB."""
    rows = (process / "smaps_rollup").read_text().splitlines()
    return int(next(row.split()[1] for row in rows if row.startswith("Pss:"))) / 1024


@contextmanager
def repeatedly(action: Callable[[], None], pause: float) -> Iterator[None]:
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            action()
            over.wait(pause)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- the fault -------------------------------------------------------------------------------------------------------


def worst_uploads(platform: RunPlatform, guard: str) -> FaultTally:
    """One member uploads every worst file from several windows at once, repeatedly; a colleague keeps reading."""
    from tests.factories.cast import create_cast
    from tests.factories.cohorts import SessionFactory

    cast = create_cast()
    session = SessionFactory(cohort=cast.cohort)
    port = free_port()
    words = ["-m", "gunicorn", "-c", "python:labplatform.gunicorn_conf", "tools.faults.web", "-w", "2"]
    web = platform.start(
        *words, "-b", f"127.0.0.1:{port}", log="web.log", GUARD=guard, VAR_DIR=str(platform.folder / "var")
    )
    worker = platform.start_worker("--concurrency", "2", app="labplatform")
    member, colleague = (sign_in_client(cast[role], port) for role in "MP")
    memory, waits, tally = MemoryMeter({web.pid, worker.pid}), [0.0], FaultTally()
    wait_for(lambda: colleague.get(session.get_absolute_url()) == 200, "the web server")
    time.sleep(3)
    memory.look()
    memory.idle = memory.most

    def read() -> None:
        begun = time.monotonic()
        status = colleague.get(session.get_absolute_url())
        waits.append(time.monotonic() - begun)
        if status != 200:
            tally.broken.append(f"a colleague was answered {status}")

    jobs = jobs_of(cast, session)
    with repeatedly(memory.look, 0.02), repeatedly(read, 0.5):
        answers = run_all([partial(member.post, *job) for job in jobs])
    print(
        f"  idle {memory.idle:.0f} MB, most {memory.most:.0f} MB {sorted(map(round, memory.parts.values()))};"
        f" slowest page for others {max(waits):.1f} s of {len(waits)}; answers {dict(Counter(answers))}",
        flush=True,
    )
    if memory.most > MEMORY:
        tally.broken.append(f"{memory.most:.0f} MB")
    if max(waits) > SLOWEST:
        tally.broken.append(f"a colleague waited {max(waits):.0f} s")
    if unexpected := [answer for answer in answers if answer not in (200, 302)]:
        tally.broken.append(f"answers {unexpected}")
    return tally


def jobs_of(cast: Any, session: Any) -> list[tuple[str, dict[str, str], dict[str, tuple[str, bytes]]]]:
    """Return each worst file alone twice, the pictures together, and JSON for a canvas."""
    from django.urls import reverse

    add, files = reverse("files:add", args=["session", session.pk]), worst_files()
    words = {"consent": "nobody", **{f"alt_text_{row}": "A wall" for row in ("camera", "1", "2", "3")}}
    jobs = [
        (add, words | {"idempotency_key": str(uuid4())}, {"file_1": file}) for file in files.values() for _ in range(2)
    ]
    rows = dict(zip(("file_camera", "file_1", "file_2", "file_3"), list(files.values())[1:5], strict=True))
    jobs += [(add, words | {"idempotency_key": str(uuid4())}, rows)] * 2
    canvas = reverse("canvases:import_canvas", args=[cast.cohort.slug])
    jobs += [(canvas, {"idempotency_key": str(uuid4())}, {"file": ("c.json", b"[" + b"[]," * 2_600_000 + b"[]]")})] * 2
    return jobs


def run_all(jobs: list[Callable[[], int]]) -> list[int]:
    """Run all jobs, AT_ONCE of them at a time, and return their statuses."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda job: job(), jobs))


def sign_in_client(user: Any, port: int) -> SignedInClient:
    from secrets import token_hex

    from django.conf import settings
    from django.test import Client

    client, token = Client(), token_hex(16)
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: key, settings.CSRF_COOKIE_NAME: token}
    return SignedInClient(port, "; ".join(f"{name}={value}" for name, value in cookies.items()), token)
