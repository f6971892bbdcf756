"""The cost of the pages of pretalx, a well-kept Django platform, measured as `pages` measures ours.

pretalx is installed from its registry into an environment of its own under `var/`, never into the platform's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

from tools.bench import pages
from tools.faults.platform import ROOT, PlatformHost, RunPlatform, execute

PACKAGES: Final = ("pretalx[redis]==2025.2.2", "psycopg[binary]==3.3.9")
DATABASE: Final = "pretalx"


def install(folder: Path) -> Path:
    """Return the Python of an environment with pretalx, made at the first call."""
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "installed").touch()
    return python


def measure(host: PlatformHost, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    """Measure the pages of pretalx with each of these numbers of submissions."""
    python = install(ROOT / "var" / "pretalx")
    execute(host.cluster, f"CREATE DATABASE {DATABASE}")
    with host.start_platform() as platform:  # whose Redis pretalx uses
        written = platform.folder / "pretalx.json"
        words = [str(written), str(rounds), str(pages.REQUESTS), *map(str, sorted(sizes))]
        subprocess.run(
            [python, "-m", "tools.bench.peer_pages", *words],
            env=settings_of_pretalx(host, platform),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        rows = [json.loads(line) for line in written.read_text().splitlines()]
    measured = {(page, size): rest for page, size, *rest in rows}
    names = dict.fromkeys(page for page, _size in measured)
    return lambda figure: [line for page in names for line in lines(figure, page, sizes, measured)]


def settings_of_pretalx(host: PlatformHost, platform: RunPlatform) -> dict[str, str]:
    address = conninfo_to_dict(host.cluster.url)
    settings = {
        "DB_TYPE": "postgresql",
        "DB_NAME": DATABASE,
        "DB_USER": str(address["user"]),
        "DB_HOST": str(address["host"]),
        "REDIS": platform.redis.url,
        "REDIS_SESSIONS": "True",
        "DATA_DIR": str(platform.folder),
        "FILESYSTEM_STATIC": str(platform.folder / "static"),
        "SITE_URL": "https://testserver",
    }
    of_python = {"DJANGO_SETTINGS_MODULE": "pretalx.settings", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    return of_python | {f"PRETALX_{name}": value for name, value in settings.items()}


def lines(figure: Any, page: str, sizes: Sequence[int], measured: dict[tuple[str, int], Any]) -> list[Any]:
    """Return the printed figures of a page of pretalx: with most submissions, and the growth from fewest to most."""
    few, many = min(sizes), max(sizes)
    (statements, kib, costs), (_, _, before) = measured[page, many], measured[page, few]
    growth = [now / then for (_, now, _), (_, then, _) in zip(costs, before, strict=True)]
    return [
        figure(f"pretalx, {page}: statements", [statements]),
        figure(f"pretalx, {page}: HTML", [kib], unit="KiB"),
        figure(f"pretalx, {page}: processor time, with PostgreSQL’s", [both for _, both, _ in costs], unit="ms"),
        figure(f"pretalx, {page}: ÷ its floor page", [web / floor for web, _, floor in costs]),
        figure(f"pretalx, {page}: growth from {few:,} to {many:,}", growth),
    ]
