"""Every tool named in the README runs, at its smallest size: most by `make test-full` only (`FULL`).

Each runs in a process of its own, as `make` starts it, with its own PostgreSQL, ports and folders. No figure is judged
here. Those that start a platform of their own take minutes: they come first (tests/conftest.py), beside the others.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.full import only_in_full
from tools.oracles import survfit
from tools.pictures import CHROMIUM

ROOT = Path(__file__).parent.parent
OF_THIS_RUN = ("DATABASE_URL", "REDIS_URL", "VAR_DIR", "MIGRATION_DATABASE_URL", "DJANGO_", "PYTEST")
LIMIT = 1200  # seconds, on a machine that others use too

# What `make` runs, and the test that runs it.
RUN_BY = {
    "demo": "tests/labplatform/devstack/test_demo.py::test_children_are_started_with_logs_and_all_stopped",
    "serve": "tests/labplatform/devstack/test_demo.py::test_children_are_started_with_logs_and_all_stopped",
    "test": "this run",
    "bench": "test_tools_with_their_own_platform_run",
    "faults": "test_tools_with_their_own_platform_run",
    "drill": "test_tools_with_their_own_platform_run",
    "rehearse": "test_tools_with_their_own_platform_run",
    "oracles": "tests/tools/oracles/test_oracles.py::test_figures_equal_those_of_installed_r",
    "simulations": "tests/tools/simulations/test_simulations.py::test_command_prints_each_chosen_simulation",
    "scan": "test_scanners_without_extra_packages_run",
    "lighthouse": "tests/tools/lighthouse/test_lighthouse.py, without Lighthouse: it is installed by this command only",
    "test-full": "tests/test_role_matrix.py::test_full_matrix_tries_every_method_as_every_role",
    "mutants": "test_removed_checks_of_one_module_are_noticed",
    "pictures": "test_pictures_of_a_running_platform_are_taken",
    "test-fast": "tests/tools/test_fast_tests.py",
    "lint": ".ci/run, before the tests",
    "e2e": "this run",
}
EVERYDAY = {"messages", "format", "lock", "clean"}  # they change files of the checkout: no test runs them


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a tool as from a shell, without the database of this run; its output is shown when it fails."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(OF_THIS_RUN)}
    answer = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=env | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    sys.stdout.write(f"{answer.stdout[-6000:]}\n{answer.stderr[-3000:]}")  # pytest shows it where the test is red
    return answer


def test_every_tool_of_the_readme_is_run_by_a_test():
    named = set(re.findall(r"make ([a-z0-9-]+)", (ROOT / "README.md").read_text()))
    assert named - EVERYDAY == set(RUN_BY)


@only_in_full
@pytest.mark.parametrize("names", [("bench", "faults"), ("rehearsal",), ("drill",)], ids=" ".join)
def test_tools_with_their_own_platform_run(names: tuple[str, ...]):
    answer = run("tools.smoke_runs", *names)
    lines = answer.stdout.strip().splitlines()
    assert json.loads(lines[-1]) == dict.fromkeys(names, 0)
    if left_out := [line for line in lines if line.startswith("LEFT OUT")]:
        pytest.skip(" ".join(left_out))


@only_in_full
def test_removed_checks_of_one_module_are_noticed(tmp_path: Path):
    words = ["--only", "files.permissions", "--more", "tests/files/test_permissions.py", "--max-tests", "3"]
    answer = run("tools.mutants", *words, MUTANTS_FOLDER=str(tmp_path))
    assert re.fullmatch(r"mutants: killed [1-9]\d* / \d+, equivalent \d+", answer.stdout.strip().splitlines()[-1])


@only_in_full
def test_round_starts_without_an_existing_folder(tmp_path: Path):
    words = ["--matrix", "--only", "no such check"]
    answer = run("tools.mutants", *words, MUTANTS_FOLDER=str(tmp_path / "new"))
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (0, "mutants: killed 0 / 0, equivalent 0")


@only_in_full
def test_scanners_without_extra_packages_run():
    answer = run("tools.scans", "--only", "deploy")
    assert (answer.returncode, answer.stdout.strip().splitlines()[-1]) == (0, "scanners: 1 passed")


def test_oracles_run_or_name_what_is_missing():
    """Where R is installed, the tests of `tools/oracles` run it; only `make oracles` records its figures."""
    if survfit.find_rscript():
        return
    answer = run("tools.oracles")
    assert (answer.returncode, answer.stdout) == (
        1,
        "R with survival and cmprsk is not installed: apt-get install r-cran-survival r-cran-cmprsk\n",
    )


@only_in_full
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed")
def test_pictures_of_a_running_platform_are_taken(live_server, tmp_path: Path):
    member = UserFactory(email="member@demo.example")
    member.set_password("a word of the pictures")
    member.save()
    MembershipFactory(user=member)
    answer = run("tools.pictures", live_server.url, "a word of the pictures", str(tmp_path), "--smallest")
    assert answer.returncode == 0
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == [
        f"member-phone-fr-{page}" for page in ("cohorts", "exchanges", "home", "ideas", "programmes", "rates")
    ]
