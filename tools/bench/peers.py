"""The cost of the pages of pretalx, a well-kept Django platform, measured as `pages` measures ours, for comparison.

pretalx is installed by pip into an environment of its own, `var/pretalx`, never into that of the platform.
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
    """Return the Python of the environment with pretalx in this folder; make it if it is not there yet."""
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "installed").touch()
    return python


def measure(host: PlatformHost, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    """Measure the pages of pretalx with each of these numbers of submissions; return a function for their figures."""
    python = install(ROOT / "var" / "pretalx")
    execute(host.cluster, f"CREATE DATABASE {DATABASE}")
    with host.start_platform() as platform:  # whose Redis pretalx uses
        results = platform.folder / "pretalx.jsonl"
        arguments = [str(results), str(rounds), str(pages.REQUESTS), *map(str, sorted(sizes))]
        subprocess.run(
            [python, "-m", "tools.bench.peer_pages", *arguments],
            env=settings_of_pretalx(host, platform),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        rows = [json.loads(line) for line in results.read_text().splitlines()]
    measured = {(page, size): facts_and_costs for page, size, *facts_and_costs in rows}
    names = dict.fromkeys(page for page, _size in measured)
    return lambda figure: [line for page in names for line in lines(figure, page, sizes, measured)]


def settings_of_pretalx(host: PlatformHost, platform: RunPlatform) -> dict[str, str]:
    """Return the environment in which pretalx uses the PostgreSQL of the benchmark and the Redis of a platform."""
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
    (statements, kib, costs), (_, _, costs_of_few) = measured[page, many], measured[page, few]
    growth = [of_many / of_few for (_, of_many, _), (_, of_few, _) in zip(costs, costs_of_few, strict=True)]
    return [
        figure(f"pretalx, {page}: statements", [statements]),
        figure(f"pretalx, {page}: HTML", [kib], unit="KiB"),
        figure(f"pretalx, {page}: processor time, with PostgreSQL’s", [both for _, both, _ in costs], unit="ms"),
        figure(f"pretalx, {page}: ÷ its floor page", [web / floor for web, _, floor in costs]),
        figure(f"pretalx, {page}: growth from {few:,} to {many:,}", growth),
    ]
