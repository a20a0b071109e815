"""Plain weeks: days and times as HSDS has them, to OSM ``opening_hours`` and back. Pure; else None."""

import re
from collections.abc import Iterable

from kiosk.directory.hours.expression import DAYS

NAMES = {
    name: DAYS[at]
    for at, names in enumerate(
        ("monday mon mo", "tuesday tue tues tu", "wednesday wed we", "thursday thu thurs th", "friday fri fr",
         "saturday sat sa", "sunday sun su")
    )
    for name in names.split()
}  # fmt: skip

Span = tuple[str, str, str]
"""Day (``Mo``), opening and closing, ``HH:MM``; the closing may lie after midnight."""

_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?\s*(?:([AaPp])\.?[Mm]\.?)?")


def time(text: str) -> str | None:
    """``9:00``, ``09:00:00``, ``9:00 PM``, ``9pm`` as ``HH:MM``; None when it is no time of a day."""
    found = _TIME.fullmatch(text.strip())
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] in "Pp" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return f"{hour:02}:{minute:02}"


def times(opens: str, closes: str) -> tuple[str, str] | None:
    """Opening and closing as ``HH:MM``; None when one is no time, both are the same, or one is unclear.

    ``9am`` beside ``3:00``: is that three in the afternoon?
    """
    first, last = time(opens), time(closes)
    if first is None or last is None or first == last:
        return None
    halves = [bool(_TIME.fullmatch(text.strip())[3]) for text in (opens, closes)]  # type: ignore[index]
    unclear = [value for value, is_half in zip((first, last), halves, strict=True) if not is_half and value < "13:00"]
    return None if any(halves) and unclear else (first, last)


def to_osm(spans: Iterable[Span]) -> str:
    """OSM for a week: days of the same times together, ``Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00``."""
    by_day: dict[str, list[str]] = {}
    for day, opens, closes in sorted(set(spans), key=lambda span: (DAYS.index(span[0]), span[1], span[2])):
        by_day.setdefault(day, []).append(f"{opens}-{closes}")
    by_times: dict[str, list[int]] = {}
    for day, times in by_day.items():
        by_times.setdefault(",".join(times), []).append(DAYS.index(day))
    return "; ".join(f"{_days(days)} {times}" for times, days in by_times.items())


def from_osm(osm: str) -> list[Span] | None:
    """The spans of a plain week; None when ``osm`` says more (holidays, dates, comments) or a day twice."""
    spans: list[Span] = []
    seen: set[str] = set()
    for rule in filter(None, (part.strip() for part in osm.split(";"))):
        found = re.fullmatch(r"([A-Z][A-Za-z,-]*) ([0-9:,-]+)", rule)
        days = _named(found[1]) if found else None
        if found is None or days is None or seen.intersection(days):
            return None
        seen.update(days)
        for times in found[2].split(","):
            ends = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", times)
            if ends is None or time(ends[1]) is None or time(ends[2]) is None:
                return None
            spans += [(day, ends[1], ends[2]) for day in days]
    return spans


def _days(days: list[int]) -> str:
    """``Mo-We,Fr`` for 0, 1, 2, 4."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs]
    return ",".join(words)


def _named(text: str) -> list[str] | None:
    days: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            return None
        days += DAYS[start : end + 1]
    return days if len(set(days)) == len(days) else None
