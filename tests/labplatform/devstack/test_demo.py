"""The demonstration's launcher: what it tells its processes, and how it ends."""

import socket
import stat
import sys
import time
from pathlib import Path

import pytest

from labplatform.devstack import demo, processes


def test_words_are_kept_between_starts_and_readable_by_their_owner_only(tmp_path: Path):
    first = demo.kept(tmp_path / "var" / "word", 9)
    assert demo.kept(tmp_path / "var" / "word", 9) == first
    assert len(first) >= 12
    assert stat.S_IMODE((tmp_path / "var" / "word").stat().st_mode) == 0o600


def test_every_process_is_told_the_same(tmp_path: Path):
    told = demo.environment(tmp_path, 8123)
    assert told["DJANGO_SETTINGS_MODULE"] == "labplatform.settings.demo"
    assert told["BASE_URL"] == "http://127.0.0.1:8123"
    assert told["DEMO_PASSWORD"] == (tmp_path / "demo-password").read_text()


def test_web_worker_and_beat_are_processes_of_their_own(tmp_path: Path):
    names = demo.commands(demo.environment(tmp_path, 8123))
    assert sorted(names) == ["beat", "letterbox", "web", "worker"]
    assert [word for word in names["worker"] if word in {"worker", "-B", "beat"}] == ["worker"]
    assert "127.0.0.1:8123" in names["web"]


def test_a_taken_port_is_refused_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            SystemExit, match=rf"Port {port} is taken: choose another, as in `make demo PORT={port + 1}`"
        ):
            demo.refuse_taken(port)
    demo.refuse_taken(port)


def test_the_address_sign_ins_and_password_are_printed(capsys: pytest.CaptureFixture[str]):
    demo.announce({"PORT": "8123", "DEMO_PASSWORD": "a-word"})
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8123" in said
    assert [line.strip() for line in said.splitlines() if "@" in line] == list(demo.SIGN_INS)
    assert "\nPassword: a-word\n" in said


def test_a_process_that_ends_by_itself_is_named():
    ended = processes.start([sys.executable, "-c", ""])
    ended.wait(20)
    with pytest.raises(SystemExit, match=r"beat ended by itself; see var/logs/beat\.log\."):
        demo.watch({"beat": ended})
    with pytest.raises(SystemExit, match="beat ended by itself"):
        demo.wait_until_ready(1, {"beat": ended})


def test_silence_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch):
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


def test_all_processes_share_what_is_compiled_whatever_the_shell_says(tmp_path: Path):
    told = demo.environment(tmp_path, 8123)
    assert told["PYTHONPYCACHEPREFIX"] == str(tmp_path / "bytecode")
    assert told["PYTHONDONTWRITEBYTECODE"] == ""


def test_the_database_is_let_through_once_the_servers_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """With the addresses given, nothing of ours starts."""
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


def test_what_cannot_be_prepared_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(demo, "PYTHON", "/bin/false")
    with pytest.raises(SystemExit, match="The static files could not be prepared; the reason is above"):
        demo.collect({"VAR_DIR": str(tmp_path)})


def test_data_of_an_older_version_are_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = tmp_path / "var"
    (data / "postgres").mkdir(parents=True)
    demo.set_older_aside(data)
    [aside] = tmp_path.iterdir()
    assert (aside.name.startswith("var.older-"), (aside / "postgres").is_dir()) == (True, True)
    assert f"it is now {aside.name}/" in capsys.readouterr().out


@pytest.mark.parametrize("made", ["", "postgres"])
def test_data_of_this_version_and_an_empty_folder_stay(made: str, tmp_path: Path):
    data = tmp_path / "var"
    (data / made).mkdir(parents=True)
    if made:
        (data / "layout").write_text(demo.LAYOUT)
    demo.set_older_aside(data)
    assert list(tmp_path.iterdir()) == [data]


def program(folder: Path, what: str) -> str:
    """A program that does this in the folder, whatever it is asked."""
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
