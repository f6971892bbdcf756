"""The processes of docker-compose.yml on this machine: its commands and checks, with ports and folders of their own."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from labplatform.devstack import processes
from tools.faults.platform import RunPlatform, free_port, wait_for
from tools.object_storage import ObjectStorage
from tools.rehearsal import compose

NAME: Final = "localhost"
SCRATCH: Final = "/tmp"  # noqa: S108 - of the container; each process here has a folder of its own in its place
START_SECONDS: Final = 240.0  # on a machine that others use too
GIVEN: Final = {
    "SERVER_NAME": NAME,
    "SECRET_KEY": "Jq3v-" + "8sKd0Lr7_" * 6,
    "PSEUDONYM_KEY": "Zm4x-" + "2wPb9Ty6_" * 6,
    "ENCRYPTION_KEYS": "Wk7c-" + "4nQx1Ra5_" * 6,
    "METRICS_TOKEN": "Hc5n-" + "1eVf3Gu8_" * 6,
    "DATABASE_PASSWORD": "c7b1e2d8f03a5694",
    "DATABASE_OWNER_PASSWORD": "e4a9f7c3d1b80625",
    "REDIS_PASSWORD": "d8f3a1b6e52c7904",
    "DEFAULT_FROM_EMAIL": "lab@lab.example",
}


@dataclass
class ServiceProcess:
    """One process of a service, with a folder in place of the container's /tmp."""

    service: dict[str, Any]
    name: str
    folder: Path
    env: dict[str, str]
    cwd: Path
    given: dict[str, str]
    child: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder.parent / f"{self.name}.log"

    def adapt(self, words: list[str]) -> list[str]:
        """Return the command with this folder in place of /tmp; nginx started by root would read files as nobody."""
        user = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
        words = [word.replace("daemon off;", user) for word in words]
        return [word.replace(SCRATCH, str(self.folder)) for word in words]

    def start(self) -> None:
        words = ["env", "-C", str(self.cwd), *self.adapt(compose.command(self.service, self.given))]
        self.child = processes.start(words, env=self.env, log=self.log)

    def run(self) -> int:
        """Run the process to its end, for migrations."""
        self.start()
        assert self.child
        return self.child.wait()

    def is_healthy(self) -> bool:
        words = self.adapt(compose.check(self.service, self.given))
        env = {**os.environ, **self.env}
        return subprocess.run(words, cwd=self.cwd, env=env, capture_output=True, check=False).returncode == 0


@dataclass
class Platform:
    """Everything between the port of the proxy and PostgreSQL, Redis and the mail server."""

    run_platform: RunPlatform
    app: Path
    binaries: Path
    object_storage: ObjectStorage | None = None
    processes: list[ServiceProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.databases = {"DATABASE_URL": self.run_platform.roles["DATABASE_URL"]}  # of web, worker and beat
        self.has_proxy = shutil.which("nginx") is not None
        self.services = compose.read()["services"]
        self.http, self.https = free_port(), free_port()
        self.static = self.app / "collected"
        self.files = self.run_platform.folder / "kept"
        self.files.mkdir(mode=0o700)
        self.certificates = self.run_platform.folder / "certificates"
        self.given = {**GIVEN, "EMAIL_URL": f"smtp://127.0.0.1:{self.run_platform.port}"}
        if self.object_storage:
            self.given |= self.object_storage.env

    def create_process(self, service: str, number: int = 1, **more: str) -> ServiceProcess:
        folder = self.run_platform.folder / f"{service}-{number}"
        folder.mkdir()
        env = compose.environment(self.services[service], self.given)
        env = {name: value.replace(SCRATCH, str(folder)) for name, value in env.items()}
        env |= {
            "PATH": f"{self.binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": "",
            "DJANGO_SETTINGS_MODULE": "labplatform.settings.production",
            "DEMO": "false",
            **self.databases,
            "REDIS_URL": self.run_platform.redis.url,
            "METRICS_TOKEN": self.given["METRICS_TOKEN"],
            "VAR_DIR": str(folder / "labplatform"),
            "STATIC_ROOT": str(self.static),
            "FILES_DIR": str(self.files),
            "ERASURE_JOURNAL": str(self.run_platform.folder),
            "HOME": str(folder),
            **(self.object_storage.env if self.object_storage else {}),
            **(self.run_platform.roles if env.get("MIGRATION_DATABASE_URL") else {}),
            **more,
        }
        process = ServiceProcess(self.services[service], f"{service}-{number}", folder, env, self.app, self.given)
        self.processes.append(process)
        return process

    def proxy(self, ports: list[int]) -> ServiceProcess:
        """Return the proxy in front of web servers at these ports, which Compose would find by service name."""
        servers = " ".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;" for port in ports)
        return self.create_process(
            "proxy",
            TEMPLATE=str(compose.ROOT / "deploy" / "nginx.conf.template"),
            WEB_ADDRESS="web",
            UPSTREAMS=f"upstream web {{ {servers} }}",
            HTTP_PORT=f"127.0.0.1:{self.http}",
            HTTPS_PORT=f"127.0.0.1:{self.https}",
            CERTIFICATES=str(self.certificates),
            FILES_DIR=str(self.files),
        )

    def collect(self, *, compressed: bool, number: int = 0) -> None:
        """Collect static files as the Dockerfile does; compressing takes eight of twelve seconds."""
        self.static = self.run_platform.folder / f"collected-{number}"
        settings = f"labplatform.settings.{'base' if compressed else 'demo'}"
        maker = self.create_process("migrate", number, DJANGO_SETTINGS_MODULE=settings)
        maker.service = {"command": ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]}
        if maker.run():
            raise SystemExit(f"Static files could not be collected: see {maker.log}.")

    def certify(self) -> None:
        """Create a self-signed certificate for the name of the platform."""
        self.certificates.mkdir()
        key, certificate = (str(self.certificates / name) for name in ("privkey.pem", "fullchain.pem"))
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
        words += ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", key, "-out", certificate]
        subprocess.run(words, check=True, capture_output=True)

    def kill(self, process: ServiceProcess) -> None:
        assert process.child
        self.run_platform.kill(process.child)

    def wait(self, *processes: ServiceProcess) -> None:
        for process in processes:
            what = f"{process.name} to be healthy; see {process.log}"
            wait_for(process.is_healthy, what, START_SECONDS, pause=0.5)

    def close(self) -> None:
        for process in self.processes:
            if process.child and process.child.poll() is None:
                self.run_platform.kill(process.child)
