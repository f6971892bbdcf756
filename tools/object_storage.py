"""An object storage that speaks the S3 protocol, on this machine, with an empty bucket: SeaweedFS."""

import json
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from labplatform.devstack import processes

BUCKET: Final = "files"
KEYS: Final = {"accessKey": "key-of-a-try", "secretKey": "b7f1c2d9e4a85603"}
READER: Final = {"access_key": "key-of-a-reader", "secret_key": "c3a9e0d7b6f54218"}  # it may not write
SERVERS: Final = ("master", "volume", "filer", "s3")
START_SECONDS: Final = 60.0


def program() -> str | None:
    """Return the path of SeaweedFS, or None where it is not installed."""
    installed = Path(sys.executable).parent / "weed"
    return str(installed) if installed.exists() else shutil.which("weed")


class ObjectStorage:
    """One SeaweedFS in a folder, which can be killed and started again over what it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        with ExitStack() as open_until_chosen:
            probes = [open_until_chosen.enter_context(socket.socket()) for _ in range(2 * len(SERVERS))]
            for probe in probes:
                probe.bind(("127.0.0.1", 0))
            self.ports = [int(probe.getsockname()[1]) for probe in probes]
        self.endpoint = f"http://127.0.0.1:{self.ports[SERVERS.index('s3')]}"
        identity = {"name": "labplatform", "credentials": [KEYS], "actions": ["Admin", "Read", "List", "Write"]}
        keys = {"accessKey": READER["access_key"], "secretKey": READER["secret_key"]}
        reader = {"name": "reader", "credentials": [keys], "actions": ["Read", "List"]}
        self.keys = folder / "keys.json"
        self.keys.write_text(json.dumps({"identities": [identity, reader]}))
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """Return the environment that makes the platform store its files here."""
        return {
            "FILES_BUCKET": BUCKET,
            "FILES_ENDPOINT": self.endpoint,
            "FILES_ACCESS_KEY": KEYS["accessKey"],
            "FILES_SECRET_KEY": KEYS["secretKey"],
        }

    @property
    def storages(self) -> dict[str, Any]:
        """Return what the setting STORAGES gets from that environment."""
        options = {"bucket_name": BUCKET, "endpoint_url": self.endpoint, "region_name": "us-east-1"}
        options |= {"access_key": KEYS["accessKey"], "secret_key": KEYS["secretKey"]}
        return {"files": {"BACKEND": "files.backends.bucket.PrivateStorage", "OPTIONS": options}}

    def start(self) -> None:
        """Start it, and wait until its bucket takes files."""
        words = [str(program()), "-logtostderr=true", "mini", f"-dir={self.folder}", "-ip=127.0.0.1"]
        words += ["-ip.bind=127.0.0.1", f"-bucket={BUCKET}", f"-s3.config={self.keys}", "-master.telemetry=false"]
        words += ["-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        for number, name in enumerate(SERVERS):
            words += [f"-{name}.port={self.ports[number]}", f"-{name}.port.grpc={self.ports[number + len(SERVERS)]}"]
        self.child = processes.start(words, log=self.folder / "log")
        deadline = time.monotonic() + START_SECONDS
        while not self._takes_files():
            if time.monotonic() > deadline or self.child.poll() is not None:
                raise TimeoutError(f"The object storage does not answer: see {self.folder / 'log'}.")
            time.sleep(0.05)

    def _takes_files(self) -> bool:
        """Return whether an object can be put into the bucket now."""
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEYS["accessKey"],
            aws_secret_access_key=KEYS["secretKey"],
            config=Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}),
        )
        try:
            client.put_object(Bucket=BUCKET, Key="started", Body=b"")
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()
        return True

    def signal(self, number: int) -> None:
        """Send a signal to it, such as SIGSTOP."""
        assert self.child
        self.child.send_signal(number)

    def kill(self) -> None:
        """Kill it without any clean-up."""
        assert self.child
        self.child.kill()
        self.child.wait()
