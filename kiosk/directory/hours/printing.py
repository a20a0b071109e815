"""An :class:`Expression` as OSM ``opening_hours`` text, the same text for the same meaning of each part. Pure."""

from collections.abc import Iterable

from kiosk.directory.hours.expression import (
    DAY_MIN,
    DAYS,
    MONTHS,
    Dates,
    Expression,
    Join,
    Moment,
    Rule,
    State,
    Times,
    Weekdays,
    Weeks,
)


def printed(expression: Expression) -> str:
    """``expression`` as text, which :func:`.parsing.parse` reads back as an equal one. Any thread."""
    text = ""
    for rule in expression.rules:
        joint = {Join.NORMAL: "; ", Join.ADDITIONAL: ", ", Join.FALLBACK: " || "}[rule.join] if text else ""
        text += joint + _rule(rule)
    return text


def _rule(rule: Rule) -> str:
    parts = []
    if rule.is_always:
        parts.append("24/7")
    if rule.dates:
        parts.append(",".join(_dates(one) for one in rule.dates))
    if rule.weeks:
        parts.append("week " + ",".join(_weeks(one) for one in rule.weeks))
    days = [_weekdays(one) for one in rule.weekdays]
    holidays = sorted(rule.holidays)
    parts.append(" ".join([*holidays, ",".join(days)]) if rule.is_weekday_in_holiday else ",".join([*days, *holidays]))
    parts.append(",".join(_times(one) for one in rule.times))
    if rule.state is not State.OPEN or rule.comment:
        parts.append(rule.state.value)
    if rule.comment:
        parts.append(f'"{rule.comment}"')
    return " ".join(part for part in parts if part) or "open"


def days_text(days: Iterable[int]) -> str:
    """Days of the week, three and more in a row as a range.

    >>> days_text({0, 1, 2, 4, 5})
    'Mo-We,Fr,Sa'
    """
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run) for run in runs
    )


def clock_text(minutes: int) -> str:
    """Minutes from midnight as ``HH:MM``; above 24 h by the next morning's clock.

    >>> clock_text(26 * 60)
    '02:00'
    """
    minutes -= DAY_MIN if minutes > DAY_MIN else 0
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _times(times: Times) -> str:
    if times.is_open_ended:
        return f"{clock_text(times.start_min)}+"
    return f"{clock_text(times.start_min)}-{clock_text(times.end_min)}"


def _weekdays(weekdays: Weekdays) -> str:
    if not weekdays.nth:
        return days_text(weekdays.days)
    nth = ",".join(str(n) for n in sorted(weekdays.nth, key=lambda n: (n < 0, n)))
    return ",".join(f"{DAYS[day]}[{nth}]" for day in sorted(weekdays.days))


def _weeks(weeks: Weeks) -> str:
    if weeks.first == weeks.last:
        return f"{weeks.first:02}"
    return f"{weeks.first:02}-{weeks.last:02}" + (f"/{weeks.step}" if weeks.step > 1 else "")


def _dates(dates: Dates) -> str:
    first = _moment(dates.first, dates.is_exact)
    if dates.first == dates.last or (not dates.is_exact and dates.first.month == dates.last.month):
        return first
    return f"{first}-{_moment(dates.last, dates.is_exact)}"


def _moment(moment: Moment, is_exact: bool) -> str:
    year = f"{moment.year} " if moment.year is not None else ""
    return f"{year}{MONTHS[moment.month - 1]}" + (f" {moment.day:02}" if is_exact else "")
