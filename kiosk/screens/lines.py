"""Breaking text into lines. Pure; a no-break space never breaks."""

from collections.abc import Callable

ELLIPSIS = "…"


def wrap(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """``text`` in as few lines as fit ``width``, then evened out so that no line is left with one short word.

    A word wider than the room keeps a line of its own: the layout test finds it, nothing is cut in silence.
    """
    lines = _greedy(text, width, measure)
    if len(lines) < 2:
        return lines
    low, high = width * 0.4, width
    for _ in range(8):
        middle = (low + high) / 2
        trial = _greedy(text, middle, measure)
        if len(trial) == len(lines) and all(measure(line) <= width for line in trial):
            high, lines = middle, trial
        else:
            low = middle
    return lines


def clip(text: str, width: float, measure: Callable[[str], float]) -> str:
    """``text``, cut with an ellipsis if it is wider than ``width``: for names that a site or the hub chose."""
    if measure(text) <= width:
        return text
    while text and measure(text.rstrip() + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def fit(text: str, width: float, most: int, measure: Callable[[str], float]) -> tuple[str, ...]:
    """``text`` in at most ``most`` lines that are never wider than ``width``, with an ellipsis where it was cut.

    A word that is wider than the room breaks after a hyphen or the like, else anywhere.
    """
    if most < 1:
        return ()

    def wide(part: str) -> float:
        return measure(part.replace(_SEAM, ""))

    breakable = " ".join(_narrow(word, width, measure) for word in text.split(" ") if word)
    lines = wrap(breakable, width, wide)
    if len(lines) > most:
        # Broken again without evening out, so that as much as possible stands before the cut.
        lines = _greedy(breakable, width, wide)
        rest = " ".join(lines[most - 1 :]).replace(_SEAM + " ", "")
        lines = (*lines[: most - 1], clip(rest, width, measure))
    return tuple(line.replace(_SEAM, "") for line in lines)


_SEAM = "\x1f"
"""Stands where a word was broken."""
_BREAKS_AFTER = "-/@."


def _narrow(word: str, width: float, measure: Callable[[str], float]) -> str:
    """``word`` with a seam and a space where it must be broken to fit."""
    pieces: list[str] = []
    piece = ""
    for letter in word:
        if piece and measure(piece + letter) > width:
            cut = max(piece.rfind(mark) for mark in _BREAKS_AFTER) + 1 or len(piece)
            pieces.append(piece[:cut])
            piece = piece[cut:]
        piece += letter
    return f"{_SEAM} ".join((*pieces, piece))


def _greedy(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and measure(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line) if line else tuple(lines)
