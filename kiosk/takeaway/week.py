"""The hours of a relay in words that hold for weeks: on paper nobody sees whether it is open just now. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from kiosk.directory.hours.expression import DAY_MIN, Expression
from kiosk.directory.hours.holidays import holiday
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import DayPlan, Kind, Segment, plan
from kiosk.directory.hours.territory import Territory
from kiosk.directory.record import Hours
from kiosk.errors import BadInput
from kiosk.speech.readings import plain

Words = Mapping[str, str]
"""Of ``takeaway.toml``, by ``table.key``."""
YEAR_DAYS = 366


def hours_in_words(hours: Hours, place: Territory | None, today: date, words: Words) -> tuple[str, ...]:
    """``hours`` as lines to read at home, from ``today`` on; never empty.

    A plain week is told day by day; where it is none, or nobody knows where the place is, the source's own words
    stand, and without any that the hours are not known. Any thread.
    """
    closures = tuple(
        words["hours.closure"].format(first=date_in_words(one.start, words), last=date_in_words(one.end, words))
        for one in hours.closures
        if one.end >= today
    )
    return (*_usual(hours, place, today, words), *closures)


def _usual(hours: Hours, place: Territory | None, today: date, words: Words) -> tuple[str, ...]:
    try:
        expression = parse(hours.osm) if hours.osm else None
    except BadInput:
        expression = None
    if expression is not None and expression.is_always_open:
        return (words["hours.always"],)
    if expression is not None and expression.is_weekly and place is not None:
        return (*_week(expression, place, today, words), *_on_holidays(expression, place, today, words))
    return (plain(hours.text) or words["hours.unknown"],)


def _week(expression: Expression, place: Territory, today: date, words: Words) -> Iterator[str]:
    """A line for each set of times, in the order of their first days; the days without any last."""
    days_of: dict[str, list[int]] = {}
    for weekday in range(7):
        said = day_in_words(plan(expression, _plain_day(weekday, place, today), place), words)
        days_of.setdefault(said, []).append(weekday)
    shut = days_of.pop(words["hours.closed"], [])
    for said, days in days_of.items():
        yield words["hours.line"].format(days=_days(days, words), times=said)
    if shut:
        yield words["hours.other_days"] if days_of else words["hours.never"]


def _days(days: list[int], words: Words) -> str:
    """``Lundi au vendredi``, ``Mardi, jeudi``."""
    if len(days) == 7:
        return words["hours.every_day"]
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [
        words["hours.days"].format(first=words[f"day.{run[0]}"], last=words[f"day.{run[-1]}"])
        if len(run) > 2
        else ", ".join(words[f"day.{day}"] for day in run)
        for run in runs
    ]
    told = ", ".join(names)
    return told[:1].upper() + told[1:]


def _plain_day(weekday: int, place: Territory, today: date) -> date:
    """The next such day of the week that is no public holiday."""
    day = today + timedelta((weekday - today.weekday()) % 7)
    while holiday(day, place) is not None:
        day += timedelta(7)
    return day


def _on_holidays(expression: Expression, place: Territory, today: date, words: Words) -> tuple[str, ...]:
    kinds = set()
    for days in range(YEAR_DAYS):
        feast = holiday(today + timedelta(days), place)
        if feast is not None and feast.is_sure:
            found = plan(expression, feast.day, place)
            kinds |= {"closed"} if found.shut_by else {str(one.verdict.kind) for one in found.segments}
    if not kinds:
        return ()
    if kinds == {"closed"}:
        return (words["hours.holiday_closed"],)
    return (words["hours.holiday_open" if kinds == {"open"} else "hours.holiday_unknown"],)


def day_in_words(found: DayPlan, words: Words) -> str:
    """One day's times in a row; "closed" for none."""
    return ", ".join(_segment(one, words) for one in found.segments) or words["hours.closed"]


def _segment(one: Segment, words: Words) -> str:
    is_whole = one.start_min == 0 and one.end_min >= DAY_MIN
    if is_whole and one.verdict.kind is not Kind.OPEN:
        span = ""
    elif is_whole:
        span = words["hours.all_day"]
    else:
        span = words["hours.span"].format(start=_time(one.start_min, words), end=_time(one.end_min, words))
    if one.verdict.kind is Kind.OPEN:
        return span
    doubt = one.verdict.comment or words["hours.unsure"]
    return f"{span} ({doubt})" if span else doubt


def _time(minute: int, words: Words) -> str:
    if minute == DAY_MIN:
        return words["hours.midnight"]
    hour, minute = divmod(minute, 60)
    hour = hour if hour <= 24 else hour - 24
    return words["hours.time" if minute else "hours.whole_hour"].format(hour=hour, minute=f"{minute:02}")


def date_in_words(day: date, words: Words) -> str:
    """``21 novembre 2026``, ``1er mars 2027``."""
    number = words["date.first"] if day.day == 1 else day.day
    return words["date.form"].format(day=number, month=words[f"date.{day.month}"], year=day.year)
