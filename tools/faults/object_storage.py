"""The fault of an object storage that is frozen, killed and started again while files are sent, and of a killed web
server.

Every row must have its file, every accepted form its rows and, after the sweep, every file its row.
"""

import hashlib
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from subprocess import Popen
from typing import Any, Final
from uuid import uuid4

from tools.faults.platform import RunPlatform, free_port, wait_for
from tools.faults.tally import FaultTally
from tools.faults.uploads import SignedInClient, sign_in_client
from tools.object_storage import ObjectStorage

FORMS: Final = 3  # that each of three people sends while the fault strikes
DOCUMENT_BYTES: Final = 15_000_000  # more than the buffers between two processes hold
FROZEN_SECONDS: Final = 30.0
SLOWEST: Final = 40.0  # seconds that a form may take then


@dataclass
class Servers:
    """The object storage and the web server of a run, and how each is struck."""

    platform: RunPlatform
    guard: str
    page: str
    storage: ObjectStorage = field(init=False)
    port: int = field(default_factory=free_port)
    web: Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.storage = ObjectStorage(self.platform.folder / "seaweedfs")
        self.storage.start()

    def start_web(self, client: SignedInClient) -> None:
        words = ["-m", "gunicorn", "-c", "python:labplatform.gunicorn_conf", "tools.faults.web", "-w", "3"]
        env = {"GUARD": self.guard, "VAR_DIR": str(self.platform.folder / "var"), **self.storage.env}
        self.web = self.platform.start(*words, "-b", f"127.0.0.1:{self.port}", log="web.log", **env)
        wait_for(lambda: client.get(self.page) == 200, "the web server")

    def kill_storage(self, _client: SignedInClient) -> None:
        self._freeze(1)
        self.storage.kill()
        time.sleep(1)
        self.storage.start()

    def kill_web(self, client: SignedInClient) -> None:
        self._freeze(1)
        assert self.web
        self.platform.kill(self.web)
        self.storage.signal(signal.SIGCONT)
        self.start_web(client)

    def freeze_storage(self, _client: SignedInClient) -> None:
        self._freeze(FROZEN_SECONDS)
        self.storage.signal(signal.SIGCONT)

    def _freeze(self, seconds: float) -> None:
        self.storage.signal(signal.SIGSTOP)
        time.sleep(seconds)


def killed_while_sending(platform: RunPlatform, guard: str) -> FaultTally:
    """Kill the object storage twice while three people send files, then the web server, then freeze the storage."""
    from django.conf import settings
    from django.test import override_settings
    from django.urls import reverse

    from tests.factories.cast import create_cast
    from tests.factories.cohorts import SessionFactory

    cast, tally, answers = create_cast(), FaultTally(), list[int]()
    session = SessionFactory(cohort=cast.cohort)
    servers = Servers(platform, guard, session.get_absolute_url())
    senders = [sign_in_client(cast[role], servers.port) for role in "MPD"]
    add = reverse("files:add", args=["session", session.pk])
    try:
        servers.start_web(senders[0])
        for strike in (servers.kill_storage, servers.kill_storage, servers.kill_web, servers.freeze_storage):
            with ThreadPoolExecutor(len(senders)) as pool:
                sent = [pool.submit(send_forms, sender, add, tally) for sender in senders]
                time.sleep(0.3)
                strike(senders[0])
                answers += [status for each in sent for status in each.result()]
        bucket = {"FILES_BACKEND": "files.backends.bucket.Bucket"}
        with override_settings(**bucket, STORAGES=settings.STORAGES | servers.storage.storages):
            compare(tally, answers)
    finally:
        servers.storage.kill()
    return tally


def send_forms(sender: SignedInClient, address: str, tally: FaultTally) -> list[int]:
    """Send forms with a picture and a document each, one after the other, and return their statuses."""
    from tests.factories.files import picture

    statuses = []
    for _ in range(FORMS):
        words = {"consent": "nobody", "alt_text_1": "A wall", "idempotency_key": str(uuid4())}
        document = b"Notes\n" + os.urandom(DOCUMENT_BYTES // 2).hex().encode()
        begun = time.monotonic()
        files = {"file_1": ("wall.jpg", picture()), "file_2": ("notes.txt", document)}
        statuses.append(sender.post(address, words, files))
        if (seconds := time.monotonic() - begun) > SLOWEST:
            tally.broken.append(f"a form took {seconds:.0f} s")
    return statuses


def compare(tally: FaultTally, answers: list[int]) -> None:
    """Compare the rows with the bucket, before the sweep and after it."""
    from django.core.files.storage import storages

    from files import storage
    from files.cleanup import sweep
    from files.models import Attachment, FileDraft

    rows = [*Attachment.objects.all(), *FileDraft.objects.all()]
    lost = [row for row in rows if not is_complete(row)]
    swept, left = sweep(older_than=-1), set(storage.stored_names())
    objects: Any = storages["files"]
    parts = list(objects.bucket.multipart_uploads.all())
    print(
        f"  answers {dict(Counter(answers))}; {len(rows)} rows, {len(lost)} without their file;"
        f" {swept.removed} files without a row were swept, {len(left - {row.stored for row in rows})} were not;"
        f" {len(parts)} uploads left in parts",
        flush=True,
    )
    accepted = Counter(answers)[302]
    if lost:
        tally.broken.append(f"{len(lost)} rows without their file")
    if left - {row.stored for row in rows} or parts:
        tally.broken.append("files without a row after the sweep")
    if Attachment.objects.count() < 2 * accepted:
        tally.broken.append("accepted files without a row")
    if unexpected := set(answers) - {0, 200, 302}:
        tally.broken.append(f"answers {unexpected}")
    if not accepted or not Counter(answers)[200]:
        tally.broken.append("nothing was cut off")


def is_complete(row: Any) -> bool:
    """Return whether all sizes of a file are in the bucket, the full one with the content that was accepted."""
    from files import storage
    from files.enums import StoredSize

    try:
        with storage.open_stored(row.stored, StoredSize.FULL) as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
    except FileNotFoundError:
        return False
    sizes = StoredSize.values if row.is_image else [StoredSize.FULL]
    return same and sorted(storage.stored_sizes(row.stored)) == sorted(sizes)
