"""The house numbers can be printed, and `shared/` stays shared."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

from tests.architecture import house
from tests.architecture.pieces import NAMES, ROOT, folder, sources


def test_the_house_numbers_are_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tests.architecture.house"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for what in ("product: files: ", "product: functions: ", "tests: files: ", "shared: "):
        assert what in printed.stdout


def test_files_and_functions_are_counted_with_all_their_lines() -> None:
    measured = {name: length for length, name in house.files("tests/architecture").lines}
    own = "tests/architecture/test_house.py"
    assert measured[own] == len((ROOT / own).read_text().splitlines())
    lengths = {name: length for length, name in house.functions("tests/architecture").lines}
    written, _ = inspect.getsourcelines(test_the_house_numbers_are_printed)
    assert lengths[f"{own}:test_the_house_numbers_are_printed"] == len(written)


def test_every_module_of_shared_is_used_by_two_pieces_at_least() -> None:
    used = {name: _shared_modules(folder(name).as_posix()) for name in NAMES}
    for module in (file.stem for file in sources(Path("shared")) if file.parent.name == "shared"):
        users = [name for name, modules in used.items() if module in modules]
        assert len(users) >= 2 or module == "__init__", (module, users)


def _shared_modules(under: str) -> set[str]:
    """Modules of `shared/` that this code imports, and those that they import in turn."""
    found: set[str] = set()
    waiting = [name for file in sources(Path(under)) for name in _imported(file.read_text())]
    while waiting:
        name = waiting.pop()
        file = ROOT / "shared" / f"{name}.py"
        if name not in found and file.exists():
            found.add(name)
            waiting += _imported(file.read_text())
    return found


def _imported(text: str) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "shared":
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared."):
            names.append((node.module or "").split(".")[1])
    return names
