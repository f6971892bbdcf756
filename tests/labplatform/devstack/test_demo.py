"""The launcher of the demonstration: the environment of its processes, and how they end."""

import socket
import stat
import sys
import time
from pathlib import Path

import pytest

from labplatform.devstack import demo, processes


def test_secrets_survive_restarts_and_are_private(tmp_path: Path):
    first = demo.stored_secret(tmp_path / "var" / "word", 9)
    assert demo.stored_secret(tmp_path / "var" / "word", 9) == first
    assert (len(first), first.isalnum()) == (18, True)
    assert stat.S_IMODE((tmp_path / "var" / "word").stat().st_mode) == 0o600


def test_every_process_gets_the_same_environment(tmp_path: Path):
    environment = demo.environment(tmp_path, 8123)
    assert environment["DJANGO_SETTINGS_MODULE"] == "labplatform.settings.demo"
    assert environment["BASE_URL"] == "http://127.0.0.1:8123"
    assert environment["DEMO_PASSWORD"] == (tmp_path / "demo-password").read_text()


def test_web_worker_and_beat_are_separate_processes(tmp_path: Path):
    names = demo.commands(demo.environment(tmp_path, 8123))
    assert sorted(names) == ["beat", "mailbox", "web", "worker"]
    assert [word for word in names["worker"] if word in {"worker", "-B", "beat"}] == ["worker"]
    assert [names[name][4] for name in ("worker", "beat")] == ["labplatform", "labplatform.scheduler"]
    assert "127.0.0.1:8123" in names["web"]


def test_taken_port_is_refused_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            SystemExit, match=rf"Port {port} is taken: choose another, as in `make demo PORT={port + 1}`"
        ):
            demo.refuse_taken_port(port)
    demo.refuse_taken_port(port)


def test_the_address_sign_ins_and_password_are_printed(capsys: pytest.CaptureFixture[str]):
    demo.announce({"PORT": "8123", "DEMO_PASSWORD": "a-word"})
    output = capsys.readouterr().out
    assert "http://127.0.0.1:8123" in output
    assert [line.strip() for line in output.splitlines() if "@" in line] == list(demo.SIGN_INS)
    assert "\nPassword: a-word\n" in output


def test_a_process_that_ends_by_itself_is_named():
    ended = processes.start([sys.executable, "-c", ""])
    ended.wait(60)
    with pytest.raises(SystemExit, match=r"beat ended by itself; see var/logs/beat\.log\."):
        demo.watch({"beat": ended})
    with pytest.raises(SystemExit, match="beat ended by itself"):
        demo.wait_until_ready(1, {"beat": ended})


def test_waiting_for_the_server_times_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo, "READY_SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(SystemExit, match=r"did not answer in 0\.3 s"):
        demo.wait_until_ready(demo.free_port(), {})
    assert time.monotonic() - started < 10


def test_static_files_are_collected_again_only_when_sources_are_newer(tmp_path: Path):
    assert demo._static_is_stale(tmp_path)
    manifest = tmp_path / "static" / "staticfiles.json"
    manifest.parent.mkdir()
    manifest.write_text("{}")
    assert not demo._static_is_stale(tmp_path)


def test_all_processes_share_compiled_files_in_spite_of_the_shells_settings(tmp_path: Path):
    environment = demo.environment(tmp_path, 8123)
    assert environment["PYTHONPYCACHEPREFIX"] == str(tmp_path / "bytecode")
    assert environment["PYTHONDONTWRITEBYTECODE"] == ""


def test_database_process_starts_once_the_servers_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """With addresses in the environment, no server of ours starts."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    monkeypatch.setattr(demo, "PYTHON", program(tmp_path, "read -n 1 go; echo $1 $2 $go >> asked"))
    with demo.preparing({}, tmp_path) as database:
        demo.wait_for("database", database)
    assert (tmp_path / "asked").read_text() == "-m labplatform.devstack.database .\n"


def test_static_files_are_collected_before_the_web_server_reads_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(demo, "PYTHON", program(tmp_path, "sleep 0.3; echo $(basename -- $1) $2 >> asked"))
    demo.collect({"VAR_DIR": str(tmp_path)})
    assert (tmp_path / "asked").read_text() == "manage.py collectstatic\n"


def test_failed_preparation_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(demo, "PYTHON", "/bin/false")
    with pytest.raises(SystemExit, match="The static files could not be prepared; the reason is above"):
        demo.collect({"VAR_DIR": str(tmp_path)})


def test_data_of_an_older_version_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = tmp_path / "var"
    (data / "postgres").mkdir(parents=True)
    demo.set_older_data_aside(data)
    [aside] = tmp_path.iterdir()
    assert (aside.name.startswith("var.older-"), (aside / "postgres").is_dir()) == (True, True)
    assert f"it is now {aside.name}/" in capsys.readouterr().out


@pytest.mark.parametrize("made", ["", "postgres"])
def test_current_data_and_empty_folders_stay(made: str, tmp_path: Path):
    data = tmp_path / "var"
    (data / made).mkdir(parents=True)
    if made:
        (data / "layout").write_text(demo.LAYOUT_VERSION)
    demo.set_older_data_aside(data)
    assert list(tmp_path.iterdir()) == [data]


def program(folder: Path, what: str) -> str:
    """Write a program into the folder that runs this script, whatever its arguments."""
    path = folder / "program"
    path.write_text(f"#!/bin/bash\ncd {folder}; {what}\n")
    path.chmod(0o700)
    return str(path)


def test_children_are_started_with_logs_and_all_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    sleeper = [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"]
    monkeypatch.setattr(demo, "commands", lambda _env: {"web": sleeper, "worker": sleeper, "beat": sleeper})
    with demo.children(("web", "worker"), {}, tmp_path) as running:
        assert sorted(running) == ["web", "worker"]
        assert all(child.poll() is None for child in running.values())
    assert all(child.poll() is not None for child in running.values())
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["web.log", "worker.log"]
