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
