"""From scores to rows: medians over the seeds, and each of ours beside Debian's baresip. Pure."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from benchmarks.voice.calls import Taken
from benchmarks.voice.quality import Score
from benchmarks.voice.terminals import KINDS, Kind
from benchmarks.voice.timing import Timing

DISTURBED_MS = 30.0
"""Relay or far end later than this: the call's figure is the machine's, not the terminal's."""
ALLOWED = 0.05
"""The goal: on no row further below Debian's baresip than this."""
NO_RIVAL = (None, None, None)
TIMELY = ("loss", "bursts", "jitter", "spikes")
"""Impairments after which a recording of the decoder has no time any more: see :func:`rival`."""


@dataclass(frozen=True)
class Measured:
    """One call's scores in one direction."""

    kind: Kind
    impairment: str
    listener: str
    """``in`` (the terminal's ear), ``in, decoder`` (Debian's, before its player), ``out`` (the far end)."""
    seed: int
    pieces: tuple[Score, ...]
    timing: Timing
    """Of the packets that were listened to, as they came to the relay."""
    taken: Taken | None
    packets: int
    """That came to the relay in this direction..."""
    lost: int
    """...and that it lost."""
    load: float
    """How busy the machine was, by its load of the last minute at the call's end."""
    relay_late_ms: float
    """The worst lateness of the relay behind its plan."""

    @property
    def is_disturbed(self) -> bool:
        """Did the instrument itself make a network that nobody planned?"""
        far_end_late = self.listener != "out" and self.timing.late_max_ms > DISTURBED_MS
        return far_end_late or self.relay_late_ms > DISTURBED_MS


@dataclass(frozen=True)
class Row:
    """One terminal, network and direction: PESQ, median over the seeds of the mean over the languages."""

    terminal: str
    impairment: str
    direction: str
    nb: float
    wb: float
    whisper_nb: float
    whisper_wb: float
    seeds: int
    """Calls that are in the figure."""
    disturbed: int
    """Calls that the instrument spoiled. They are left out, unless there are no others."""
    rival_nb: float | None
    """Debian's baresip with the same codec; None in its own rows, or when it was not run."""
    rival_wb: float | None
    worse_by: float | None
    """How far below the rival, in the band that the codec is for; negative: ahead."""

    @property
    def is_within_goal(self) -> bool:
        return self.worse_by is None or self.worse_by <= ALLOWED


def rows(measured: Sequence[Measured]) -> list[Row]:
    """All rows, in the order of terminals, then as measured."""
    cells: dict[tuple[str, str, str], list[Measured]] = defaultdict(list)
    for each in measured:
        cells[each.kind.name, each.impairment, each.listener].append(each)
    made = []
    for kind in KINDS:
        for (name, impairment, listener), found in cells.items():
            if name == kind.name and listener in ("in", "out"):
                made.append(_row(kind, impairment, listener, found, cells))
    return made


def rival(kind: Kind, impairment: str, listener: str) -> tuple[str, str, str]:
    """The cell that ``kind`` is held against.

    On the way in Debian's figure is its decoder's on a clean network: no mishap of the sound server on a busy machine
    counts against it. On all others it is what its card plays: it conceals the first packet of a hole and leaves out
    the rest, so that its decoder's recording is shorter than the speech, and nobody ever hears it so.
    """
    own_time = listener == "in" and not impairment.startswith(TIMELY)
    return f"debian {kind.codec}", impairment, "in, decoder" if own_time else listener


def _row(
    kind: Kind,
    impairment: str,
    listener: str,
    found: Sequence[Measured],
    cells: Mapping[tuple[str, str, str], Sequence[Measured]],
) -> Row:
    # Debian's own row shows what it is held to.
    if kind.software == "debian":
        found = cells.get(rival(kind, impairment, listener), found)
    good = [each for each in found if not each.is_disturbed]
    row = Row(kind.name, impairment, listener, *_medians(found), len(good or found), len(found) - len(good), *NO_RIVAL)
    others = cells.get(rival(kind, impairment, listener), [])
    if kind.software == "debian" or not others:
        return row
    nb, wb, _, _ = _medians(others)
    worse = nb - row.nb if kind.codec == "pcma" else wb - row.wb
    return replace(row, rival_nb=nb, rival_wb=wb, worse_by=round(worse, 3))


def _medians(found: Iterable[Measured]) -> tuple[float, float, float, float]:
    """nb, wb of the spoken pieces and of the whispered one; 0 where there is none."""
    found = list(found)
    calls = [each.pieces for each in found if not each.is_disturbed] or [each.pieces for each in found]
    spoken = [[p for p in pieces if p.piece != "whisper"] for pieces in calls]
    whispered = [[p for p in pieces if p.piece == "whisper"] for pieces in calls]
    nb, wb, whisper_nb, whisper_wb = (
        statistics.median(statistics.fmean(getattr(p, band) for p in pieces) for pieces in group) if all(group) else 0.0
        for group in (spoken, whispered)
        for band in ("nb", "wb")
    )
    return round(nb, 3), round(wb, 3), round(whisper_nb, 3), round(whisper_wb, 3)


def table(made: Iterable[Row]) -> str:
    """The rows for people, as a Markdown table; ``<`` marks one that misses the goal."""
    lines = [
        "| terminal | network | way | nb | wb | whisper nb | wb | Debian nb | wb | below Debian | calls | |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in made:
        numbers = (row.nb, row.wb, row.whisper_nb, row.whisper_wb, row.rival_nb, row.rival_wb, row.worse_by)
        shown = " | ".join("-" if number is None else f"{number:.2f}" for number in numbers)
        mark = "" if row.is_within_goal else "<"
        calls = f"{row.seeds}" + (f" ({row.disturbed} spoilt)" if row.disturbed else "")
        lines.append(f"| {row.terminal} | {row.impairment} | {row.direction} | {shown} | {calls} | {mark} |")
    return "\n".join(lines)


def plain(made: Iterable[Row]) -> list[dict[str, object]]:
    """The rows as JSON."""
    return [asdict(row) for row in made]
