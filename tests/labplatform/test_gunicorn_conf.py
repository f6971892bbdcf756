"""Web processes that replace others continue their counters."""

import http.client
import os
import sys
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from labplatform.devstack import demo, processes

ANSWERS = 12
APPLICATION = """
import os
import django
django.setup()
from prometheus_client import CollectorRegistry, Counter, generate_latest, multiprocess
answers = Counter("answers", "How many requests all web processes have answered")
def application(_environ, start_response):
    answers.inc()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    start_response("200 OK", [("X-Process", str(os.getpid()))])
    return [generate_latest(registry)]
"""


@pytest.mark.skipif(not find_spec("prometheus_client"), reason="requirements/prod.txt is not installed")
def test_a_process_that_replaces_another_one_continues_its_counters(tmp_path: Path):
    (tmp_path / "counting.py").write_text(APPLICATION)
    counters, port, seen, text = tmp_path / "counters", demo.free_port(), set(), ""
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(counters), "PYTHONPATH": f"{Path.cwd()}:{tmp_path}"}
    command = [sys.executable, "-m", "gunicorn", "counting", "-b", f"127.0.0.1:{port}"]
    command += [
        "-c",
        "python:labplatform.gunicorn_conf",
        "-w",
        "2",
        "--max-requests",
        "1",
        "--max-requests-jitter",
        "0",
    ]
    child = processes.start(command, env=env, log=tmp_path / "log")
    try:
        for _ in range(ANSWERS):
            process, text = answer(port)
            seen.add(process)
    finally:
        processes.stop(child)
    assert len(seen) > 2
    assert f"answers_total {ANSWERS}.0" in text.splitlines()
    assert {path.name for path in counters.iterdir()} == {"counter_0.db", "counter_1.db", "counter_2.db"}


def answer(port: int) -> tuple[str, str]:
    """Return the process that answers a request and its text, once there is one within a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", "/")
                response = connection.getresponse()
                return response.headers["X-Process"], response.read().decode()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
