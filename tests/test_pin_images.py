"""Images are pinned by digest, read from sample output of `docker buildx imagetools inspect`."""

import os
import re
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "deploy" / "pin-images"
ANSWER = """Name:      docker.io/library/{image}
MediaType: application/vnd.oci.image.index.v1+json
Digest:    sha256:{digest}

Manifests:
  Name:        docker.io/library/{image}@sha256:{other}
  MediaType:   application/vnd.oci.image.manifest.v1+json
  Platform:    linux/amd64
"""
NAMES = ["NODE_IMAGE", "POSTGRES_IMAGE", "PROXY_IMAGE", "PYTHON_IMAGE", "REDIS_IMAGE"]


@pytest.fixture(scope="module")
def script() -> Any:
    loader = SourceFileLoader("pin_images", str(SCRIPT))
    spec = spec_from_loader("pin_images", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """Return a fake `docker` that answers as buildx does, with a different digest for each image."""
    answer = ANSWER.format(image="$4", digest='$(printf %s "$4" | sha256sum | cut -c1-64)', other="0" * 64)
    path = tmp_path / "bin" / "docker"
    path.parent.mkdir()
    path.write_text(
        f'#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 9\ncat <<SAMPLE\n{answer}SAMPLE\n'
    )
    path.chmod(0o755)
    return path.parent


def run(*words: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SCRIPT), *words], env={"PATH": path}, capture_output=True, text=True, check=False)


def test_every_image_is_named_once(script: Any):
    found = script.images((ROOT / "docker-compose.yml").read_text(), (ROOT / "Dockerfile").read_text())
    assert sorted(found) == NAMES
    assert [image for image in found.values() if not re.fullmatch(r"[\w./-]+:[\w.-]+", image)] == []


def test_digest_is_that_of_the_index_and_not_of_one_platform(script: Any):
    answer = ANSWER.format(image="redis:8.2.3", digest="a" * 64, other="b" * 64)
    assert script.pinned("redis:8.2.3", answer) == f"redis:8.2.3@sha256:{'a' * 64}"


@pytest.mark.parametrize("answer", ["", "Digest: sha256:short\n", "Name: x\n"])
def test_answer_without_a_digest_is_refused(script: Any, answer: str):
    with pytest.raises(ValueError, match="No digest is named for redis:8"):
        script.pinned("redis:8", answer)


def test_script_replaces_its_own_lines_and_keeps_the_others(script: Any):
    text = "SECRET_KEY=x\nREDIS_IMAGE=redis:7@sha256:old\n# A comment\n"
    assert script.replaced(text, ["REDIS_IMAGE=redis:8@sha256:new"]) == (
        "SECRET_KEY=x\n# A comment\nREDIS_IMAGE=redis:8@sha256:new\n"
    )


def test_script_run_twice_writes_each_line_once(docker: Path, tmp_path: Path):
    target, path = tmp_path / ".env", f"{docker}{os.pathsep}{os.environ['PATH']}"
    target.write_text("SECRET_KEY=x\n")
    for _ in range(2):
        assert run(str(target), path=path).returncode == 0
    lines = target.read_text().splitlines()
    assert [line.partition("=")[0] for line in lines] == ["SECRET_KEY", *NAMES]
    assert [line for line in lines[1:] if not re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", line)] == []
    assert (target.stat().st_mode & 0o777, run(path=path).stdout.splitlines()) == (0o600, lines[1:])


def test_failing_registry_changes_nothing(docker: Path, tmp_path: Path):
    (docker / "docker").write_text("#!/bin/sh\necho 'ERROR: not found' >&2\nexit 1\n")
    target = tmp_path / ".env"
    target.write_text("SECRET_KEY=x\n")
    done = run(str(target), path=f"{docker}{os.pathsep}{os.environ['PATH']}")
    assert (done.returncode, done.stderr, target.read_text()) == (
        1,
        "Nothing was changed. ERROR: not found\n",
        "SECRET_KEY=x\n",
    )
