"""`shared/` and one piece are enough to run it: nothing of another piece, no package that is not its own."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.pieces import IMAGES, NAMES, ROOT, folder, module
from tests.shared.settings import COMPLETE

ASSEMBLE = """
import importlib, json, sys
from shared.environment import load

name = sys.argv[1]
settings = importlib.import_module(f"{name}.settings").Settings
app = importlib.import_module(f"{name}.app").build(load(settings))
found = {key: getattr(value, "__file__", None) or "" for key, value in sys.modules.items()}
print(json.dumps({"app": type(app).__name__, "modules": found}))
"""


@pytest.fixture(scope="module", params=IMAGES)
def alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A piece and the folder that holds a copy of it, of `shared/`, and of nothing else."""
    name: str = request.param
    place = tmp_path_factory.mktemp(name)
    for copied in (Path("shared"), folder(name)):
        shutil.copytree(ROOT / copied, place / copied, ignore=shutil.ignore_patterns("__pycache__"))
    if folder(name).parent != Path():
        shutil.copy(ROOT / "services/__init__.py", place / "services/__init__.py")
    return name, place


def _run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=place,
        env={"PATH": os.environ["PATH"], **COMPLETE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def loaded(alone: tuple[str, Path]) -> dict[str, str]:
    """Every module that building the piece has loaded, and its file."""
    name, place = alone
    built = _run(place, "-c", ASSEMBLE, module(name))
    assert built.returncode == 0, built.stderr
    modules: dict[str, str] = json.loads(built.stdout)["modules"]
    return modules


def test_a_piece_is_built_from_its_own_folder_and_shared(
    alone: tuple[str, Path], loaded: dict[str, str]
) -> None:
    name, place = alone
    ours = {key: file for key, file in loaded.items() if key.split(".")[0] in _OURS}
    assert f"{module(name)}.app" in ours
    assert all(file.startswith(str(place)) for file in ours.values() if file)
    others = {module(other) for other in NAMES if other != name}
    assert not [key for key in ours if any(key == other or key.startswith(f"{other}.") for other in others)]
    assert not [key for key in loaded if key.split(".")[0] in ("deploy", "tests", "pytest")]


def test_a_piece_needs_only_the_packages_that_its_image_installs(
    alone: tuple[str, Path], loaded: dict[str, str]
) -> None:
    name, place = alone
    locked = (ROOT / f"deploy/requirements/{name}.txt").read_text()
    installed = {_canonical(one) for one in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)}
    files = {Path(file) for file in loaded.values() if file.startswith(str(place))}
    if name != "gateway":
        files.add(place / "shared/migrate.py")
    distributions = packages_distributions()
    needed = {top for file in files for top in _imported(file)} - sys.stdlib_module_names - set(_OURS)
    assert {"starlette", "msgspec"} <= needed
    for top in needed:
        assert {_canonical(one) for one in distributions[top]} & installed, top


def test_a_piece_alone_says_which_commands_it_has(alone: tuple[str, Path]) -> None:
    name, place = alone
    usage = _run(place, "-m", module(name))
    assert usage.returncode == 2
    assert "serve" in usage.stderr
    assert ("migrate" in usage.stderr) == (name != "gateway")


def _imported(file: Path) -> set[str]:
    """The packages that a file names in its imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


_OURS = ("shared", "services", "gateway", "deploy")
