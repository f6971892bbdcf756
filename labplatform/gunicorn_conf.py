"""Gunicorn settings for production: `gunicorn -c python:labplatform.gunicorn_conf labplatform.wsgi`."""

import os
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2  # while one request waits for PostgreSQL, another one is answered (docs/decisions/0095)
preload_app = True  # its processes share what is loaded
timeout = 60
graceful_timeout = 25  # below the 30 seconds that `docker stop` is given here
max_requests, max_requests_jitter = 5000, 500
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a disk that hangs must not end processes
control_socket_disable = True
accesslog = None  # requests are lines of the application's log: by route, never by address
loglevel = "error"  # below, it quotes what it was sent

# Web processes share their Prometheus counters as files in this folder. Before the application is imported, those
# of earlier runs are removed. A file is named by the number of its process, not by the id: a process that replaces
# another one continues its files. So there are as many files as processes, however often these are replaced.
process_number = 0
if _counters := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    from prometheus_client import values  # there only where requirements/prod.txt is installed

    Path(_counters).mkdir(parents=True, exist_ok=True)
    for _left in Path(_counters).glob("*.db"):
        _left.unlink()
    values.ValueClass = values.MultiProcessValue(lambda: process_number)


def on_starting(_arbiter: Any) -> None:
    """Log what keeps files from being stored; gunicorn calls it once, when all is loaded."""
    from files.checks import log_storage_fault  # noqa: PLC0415 - Django must be set up

    log_storage_fault()


def pre_fork(arbiter: Any, worker: Any) -> None:
    """Give a new web process the lowest number, from 1, that no running one has; gunicorn calls it."""
    global process_number  # noqa: PLW0603 - the new process is a copy of this one
    taken = {other.number for other in arbiter.WORKERS.values()}
    process_number = next(number for number in count(1) if number not in taken)
    worker.number = process_number


def post_worker_init(_worker: Any) -> None:
    """Remove what killed uploads left on this disk, in a thread of the new web process: a disk that hangs keeps neither
    this process from answering nor gunicorn from replacing others. Celery's sweep may run on another machine.
    """
    from files.checks import sweep_disk  # noqa: PLC0415 - Django must be set up

    Thread(target=sweep_disk, daemon=True).start()
