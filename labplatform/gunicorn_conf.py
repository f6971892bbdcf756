"""Gunicorn settings for production: `gunicorn -c python:labplatform.gunicorn_conf labplatform.wsgi`."""

import os
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

# Before the application is imported: remove the counters of earlier runs.
if _counters := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_counters).mkdir(parents=True, exist_ok=True)
    for _left in Path(_counters).glob("*.db"):
        _left.unlink()


def on_starting(_arbiter: Any) -> None:
    """Log what keeps files from being stored; gunicorn calls it once, when all is loaded."""
    from files.checks import log_storage_fault  # noqa: PLC0415 - Django must be set up

    log_storage_fault()


def post_worker_init(_worker: Any) -> None:
    """Remove what killed uploads left on this disk, in a thread of the new web process: a disk that hangs keeps neither
    this process from answering nor gunicorn from replacing others. Celery's sweep may run on another machine.
    """
    from files.checks import sweep_disk  # noqa: PLC0415 - Django must be set up

    Thread(target=sweep_disk, daemon=True).start()


def child_exit(_arbiter: Any, worker: Any) -> None:
    """Keep the Prometheus counters of a web process that has ended; gunicorn calls it.

    They are kept only where the processes share a folder of them.
    """
    if _counters:
        from prometheus_client import multiprocess  # noqa: PLC0415 - there only where requirements/prod.txt is installed

        multiprocess.mark_process_dead(worker.pid)
