"""`python -m tests.architecture.house`: how long files and functions are, and how large `shared/` is."""

import ast
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.pieces import ROOT, sources

PRODUCT = ("shared", "services", "gateway", "deploy")


@dataclass(frozen=True)
class Measured:
    """Lines, of one kind of thing."""

    what: str
    lines: list[tuple[int, str]]

    def at(self, share: float) -> int:
        """The length that this share of them does not exceed."""
        lengths = sorted(length for length, _ in self.lines)
        return lengths[min(len(lengths) - 1, int(len(lengths) * share))]

    def __str__(self) -> str:
        median = statistics.median(length for length, _ in self.lines)
        longest = ", ".join(f"{name} ({length})" for length, name in sorted(self.lines, reverse=True)[:3])
        return (
            f"{self.what}: {len(self.lines)}, median {median:g} lines, 90th percentile {self.at(0.9)}, "
            f"longest {longest}"
        )


def files(*folders: str) -> Measured:
    found = [(len(file.read_text().splitlines()), str(file.relative_to(ROOT))) for file in _python(folders)]
    return Measured("files", [(length, name) for length, name in found if length])


def functions(*folders: str) -> Measured:
    return Measured("functions", [one for file in _python(folders) for one in _functions(file)])


def shared_lines() -> int:
    return sum(length for length, _ in files("shared").lines)


def _python(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders or PRODUCT:
        yield from sources(Path(folder))


def _functions(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.end_lineno - node.lineno + 1, f"{file.relative_to(ROOT)}:{node.name}"


def main() -> None:
    """Print the house numbers of the product and of its tests."""
    for title, folders in (("product", PRODUCT), ("tests", ("tests",))):
        print(f"{title}: {files(*folders)}")
        print(f"{title}: {functions(*folders)}")
    print(f"shared: {shared_lines()} lines")


if __name__ == "__main__":
    main()
