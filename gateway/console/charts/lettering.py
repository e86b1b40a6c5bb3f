"""Words in a drawing: made safe to draw, measured by estimate, shortened to the room there is."""

import unicodedata
from collections.abc import Iterator

SIZE = 13
"""Of all letters, in the drawing's units; charts.css says the same."""
_MARKS = 3
"""So many marks one letter may carry: what has more is drawn over its neighbours."""
_JOINER, _ISOLATE, _END_ISOLATE = "\u200d", "\u2068", "\u2069"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_EM = {**dict.fromkeys("iljtf.,:;'|!()[]I ", 0.42), **dict.fromkeys("mwMW@%—…", 1.02)}


def plain(text: str) -> str:
    """The text on one line, without what cannot be drawn, turns the direction, or piles up marks."""
    kept: list[str] = []
    marks = 0
    for letter in " ".join(text.split()):
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= _MARKS and (category not in _UNSEEN or letter == _JOINER):
            kept.append(letter)
    return "".join(kept).strip()


def width(text: str) -> float:
    """How wide the text is at most in the fonts that systems come with, by estimate."""
    return SIZE * sum(map(_em, text))


def fitted(text: str, room: float) -> str:
    """The text, plain, as much of it as there is room for; whatever its direction, it turns nothing else."""
    text = plain(text)
    if width(text) > room:
        kept, room = [], room - width("…")
        for cluster in clusters(text):
            room -= width(cluster)
            if room < 0:
                break
            kept.append(cluster)
        text = "".join(kept).rstrip() + "…"
    return f"{_ISOLATE}{text}{_END_ISOLATE}"


def clusters(text: str) -> Iterator[str]:
    """What is seen as one letter each: with its marks, an emoji with all that is joined to it, a flag."""
    cluster = ""
    for letter in text:
        if cluster and not _joins(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _joins(cluster: str, letter: str) -> bool:
    if letter == _JOINER or cluster[-1] == _JOINER:
        return True
    if unicodedata.category(letter).startswith("M") or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return True
    return len(cluster) == 1 and _of_a_flag(cluster) and _of_a_flag(letter)


def _of_a_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _em(letter: str) -> float:
    if letter in _EM:
        return _EM[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF" or category == "So":
        return 1.4 if category == "So" else 1.05
    return 0.76 if category == "Lu" else 0.66
