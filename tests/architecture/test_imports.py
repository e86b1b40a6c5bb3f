"""The import rules of pyproject.toml hold, and they are the rules of the design."""

import subprocess
import sys
import tomllib

from tests.architecture.pieces import ROOT

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
RULES = {
    "pieces-apart", "pieces-know-no-runner", "shared-below", "contracts-are-data", "sql-in-stores",
    "rules-decide-only", "stand-ins-apart", "stripe-in-one-place", "smtp-in-one-place",
}  # fmt: skip


def test_every_import_rule_is_kept() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert f"{len(_configured())} kept, 0 broken" in checked.stdout


def test_no_import_rule_is_lost() -> None:
    assert {rule["id"] for rule in _configured()} >= RULES
    apart = next(rule for rule in _configured() if rule["id"] == "pieces-apart")
    assert apart["modules"] == ["services.*", "gateway"]


def _configured() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {"services", "gateway", "shared"} <= set(settings["root_packages"])
    rules: list[dict[str, object]] = settings["contracts"]
    return rules
