"""Random OSM expressions of the subset that we and the peer both evaluate."""

from hypothesis import strategies as st

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@st.composite
def expressions(draw: st.DrawFn) -> tuple[str, bool]:
    """An expression, and whether one of its rules goes on past midnight."""
    if draw(st.integers(0, 15)) == 0:
        day = f"{draw(st.sampled_from(MONTHS))} {draw(st.integers(1, 28)):02}"
        return f"24/7; {draw(st.sampled_from(('PH', day, 'Su', f'{day}-Dec 31')))} off", False
    if draw(st.integers(0, 3)) == 0:
        # to the peer the end of a night stands even if the evening is taken back: rules that add alone
        return ", ".join([draw(_night()), *draw(st.lists(_rule(first=True), max_size=2))]), True
    text = draw(_rule(first=True))
    for _ in range(draw(st.integers(0, 3))):
        text += draw(st.sampled_from(("; ", "; ", ", "))) + draw(_rule(first=False))
    return text, False


@st.composite
def _night(draw: st.DrawFn) -> str:
    season = draw(st.sampled_from(("", "", "Nov-Mar ", "Nov 15-Mar 15 ", "week 01-20/3 ", "2026 Dec 20-2027 Jan 10 ")))
    return f"{season}{draw(_days())} {draw(st.integers(18, 23)):02}:00-{draw(st.integers(0, 6)):02}:30"


@st.composite
def _days(draw: st.DrawFn) -> str:
    first, last = draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return f"{first}[{draw(st.sampled_from(('1', '2,4', '-1', '1-3', '5')))}]"
    if kind == 1:
        return first
    if kind == 2 and first != last:
        return ",".join(sorted((first, last), key=DAYS.index))
    if kind == 3:
        return f"{first},PH"
    return f"{first}-{last}" if first != last else first


@st.composite
def _rule(draw: st.DrawFn, first: bool) -> str:
    parts = []
    kind = draw(st.integers(0, 9))
    if kind == 0:
        parts.append("-".join(draw(st.lists(st.sampled_from(MONTHS), min_size=2, max_size=2, unique=True))))
    elif kind == 1:
        month = draw(st.sampled_from(MONTHS))
        parts.append(f"{month} {draw(st.integers(1, 14)):02}-{month} {draw(st.integers(15, 28)):02}")
    elif kind == 2:
        parts.append(draw(st.sampled_from(("week 02-52/2", "week 01-53/2", "week 10-20", "week 53", "week 50-53"))))
    elif kind == 3:
        parts.append(draw(st.sampled_from(("Dec 20-Jan 05", "Nov 15-Mar 15", "Feb 29", "Feb 29-Mar 02", "Dec 31"))))
    elif kind == 4:
        parts.append(draw(st.sampled_from(("2026 Nov 23", "2026 Dec 30-2027 Jan 03", "2027 Feb 01-2027 Mar 20"))))
    parts.append(draw(_days()) if first or draw(st.integers(0, 4)) else "PH")
    if not first and draw(st.integers(0, 2)) == 0:
        return " ".join([*parts, "off"])
    hours = sorted(draw(st.sets(st.integers(0, 47), min_size=2, max_size=4)))
    spans = [f"{_clock(a)}-{_clock(b)}" for a, b in zip(hours[::2], hours[1::2], strict=False)]
    return " ".join([*parts, ",".join(spans)])


def _clock(half_hours: int) -> str:
    return f"{half_hours // 2:02}:{half_hours % 2 * 30:02}"
