"""The text of a CSV file as spreadsheets write it: its encoding found, its lines taken apart one by one."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice, takewhile

SPAN = 20
"""So many lines one row may take up; a quote that is not closed by then was none."""
LONGEST = 20_000
"""So many characters one line may have."""
SEPARATORS = (",", ";", "\t")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE = 20


def decoded(raw: bytes) -> str:
    """The text, by its byte order mark, else as UTF-8, else as Windows-1252, which every byte can be."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    # Latin letters in UTF-16 have a zero in every other byte.
    start = raw[:400]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if zeros and zeros.count(0) > 0.4 * len(zeros):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row that is not blank with the number of its first line; None where it cannot be taken apart.

    That is where quotes do not match, or a line is longer than LONGEST. It goes on with the next line, so
    that one bad quote costs one row.
    """
    told = re.match(r"\ufeff?sep=([,;\t])\r?\n", text)
    separator = told[1] if told else _separator(text)
    source = iter(io.StringIO(text.removeprefix("\ufeff"), newline=None))
    window = deque(islice(source, SPAN))
    line = 1
    while window:
        cells, used = _row(window, separator)
        if not (line == 1 and told) and (cells is None or any(map(str.strip, cells))):
            yield line, cells
        for _ in range(used):
            window.popleft()
        window.extend(islice(source, used))
        line += used


def _row(window: deque[str], separator: str) -> tuple[list[str] | None, int]:
    """The first row of these lines, and how many of them it takes up."""
    lines = takewhile(lambda line: len(line) <= LONGEST, window)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator != "\t")
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1


def _separator(text: str) -> str:
    """What cuts the first lines into the same number of cells, as many as possible."""
    sample = list(islice(io.StringIO(text[:20_000], newline=None), _SAMPLE))

    def cells(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in sample if line.strip()]
        return min(counts, default=0), counts[0] if counts else 0

    return max(SEPARATORS, key=cells)
