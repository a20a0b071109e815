"""What a text says, as one OSM expression; refused where its statements can be read together in two ways. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from kiosk.directory.hours.expression import DAY_MIN, Dates, Expression, Join, Rule, State, Times, Weekdays, Weeks
from kiosk.directory.hours.statements import EVERY_DAY, Cut, Days, NotUnderstood, Opening, Period, Said, Season, Span

NIGHT_AND_DAY = (Span(Times(0, DAY_MIN)),)
PARITY = {0: Weeks(2, 52, 2), 1: Weeks(1, 53, 2)}
TERM_ONLY = "vacances scolaires"
"""Comment of the school holidays when a text speaks of term alone."""


def composed(said: Said) -> Expression:
    """The expression of all that was ``said``. Raises: NotUnderstood."""
    if not said.openings:
        return Expression((_nothing_open(said),))
    for period, place in said.periods:
        if not any(opening.period == period for opening in said.openings):
            raise NotUnderstood("a part of the year, and not what is open in it", place)
    for place in said.local:
        if any(opening.place > place for opening in said.openings):
            raise NotUnderstood("a part of the year closed for what was before, or for all", place)
    openings = _with_exceptions(said)
    openings = _in_term(openings)
    seasons = {opening.period.season for opening in openings}
    dated = list(dict.fromkeys(opening.period.dates for opening in openings if not opening.period.is_rest))
    has_rest = any(opening.period.is_rest for opening in openings)
    if len(seasons) > 1 and Season.ALL in seasons:
        raise NotUnderstood("some of it for a part of the year", openings[-1].place)
    if has_rest and (not dated or () in dated or len(seasons) > 1):
        raise NotUnderstood("the rest of the year, and not of what", openings[-1].place)
    if seasons == {Season.HOLIDAYS}:
        raise NotUnderstood("school holidays alone, and term not said", openings[0].place)
    if (len(dated) > 1 and () in dated) or not _are_apart([dates for dates in dated if dates]):
        _check_instead(openings)
    if len({one.period for one in openings}) > 1:
        for place, is_inline in said.local_holidays:
            if is_inline or any(one.place > place for one in openings):
                raise NotUnderstood("closed on holidays in one part of the year, or in all", place)
    if said.open_on_public_holidays and len(openings) > 1:
        raise NotUnderstood("holidays too, and not at which times", openings[-1].place)
    if said.closed_on_public_holidays and any(opening.days.public_holidays for opening in openings):
        raise NotUnderstood("open and closed on holidays", openings[-1].place)
    rules: list[Rule] = []
    for period in sorted(
        dict.fromkeys(opening.period for opening in openings),
        key=lambda one: (one.season is Season.HOLIDAYS, not one.is_rest),
    ):
        if period.season is Season.HOLIDAYS:
            rules.append(Rule(holidays=frozenset({"SH"}), state=State.CLOSED))
        rules += _of_period(period, [one for one in openings if one.period == period], said.open_on_public_holidays)
        if period.is_rest:
            rules.append(Rule(dates=tuple(each for one in dated for each in one), state=State.CLOSED))
    if said.closed_season is Season.HOLIDAYS and Season.HOLIDAYS not in seasons:
        rules.append(Rule(holidays=frozenset({"SH"}), state=State.CLOSED))
    elif seasons == {Season.TERM}:
        rules.append(Rule(holidays=frozenset({"SH"}), state=State.UNKNOWN, comment=TERM_ONLY))
    if said.closed_on_public_holidays:
        rules.append(Rule(holidays=frozenset({"PH"}), state=State.CLOSED))
    for cut in said.closed_nth:
        days = cut.days
        if any(one.days.nth and one.days.week & days.week for one in openings) or days.public_holidays:
            raise NotUnderstood("closed on some of these days", cut.place)
        if not any(one.days.week & days.week for one in openings):
            raise NotUnderstood("closed on days that are not open", cut.place)
        rules.append(
            Rule(weekdays=tuple(Weekdays(frozenset({day}), days.nth) for day in days.week), state=State.CLOSED)
        )
    if said.closed_dates:
        rules.append(Rule(dates=tuple(said.closed_dates), state=State.CLOSED))
    if said.otherwise:
        rules.append(Rule(state=State.UNKNOWN, comment=said.otherwise, join=Join.FALLBACK))
    return Expression(tuple(rules))


def _in_term(openings: list[Opening]) -> list[Opening]:
    """``openings``, those of no part of the year in term alone if others are clearly said instead in school holidays.

    They are if they have all days of the former, and times on each that overlap the former's.
    """
    holidays = [one for one in openings if one.period == Period(season=Season.HOLIDAYS)]
    others = [one for one in openings if one.period == Period()]
    is_instead = len(holidays) + len(others) == len(openings) and all(
        any(day in one.days.week and _do_overlap(one.spans, other.spans) for one in holidays)
        for other in others
        for day in other.days.week
    )
    if not holidays or not is_instead or not all(Days(one.days.week) == one.days for one in openings):
        return openings
    return [replace(one, period=Period(season=Season.TERM)) if one in others else one for one in openings]


def _check_instead(openings: list[Opening]) -> None:
    """Refuses parts of the year within others unless what is said of the inner is clearly said instead of the outer.

    It is if it comes later, has all days of the outer and, on each, other times that overlap the outer's: times apart
    from those may be besides.
    """
    for number, inner in enumerate(openings):
        for outer in openings[:number]:
            if inner.period == outer.period or _are_apart([inner.period.dates, outer.period.dates]):
                continue
            peers = [one for one in openings if one.period == inner.period]
            is_instead = _is_within(inner.period, outer.period) and all(
                any(day in one.days.week and _do_overlap(one.spans, outer.spans) for one in peers)
                for day in outer.days.week
            )
            is_plain = all(Days(one.days.week) == one.days and not one.comment for one in (inner, outer))
            if not is_instead or not is_plain or inner.period.season is not outer.period.season:
                raise NotUnderstood("two parts of the year that overlap", inner.place)


def _is_within(inner: Period, outer: Period) -> bool:
    """Whether ``inner`` is a part of ``outer`` and not all of it."""
    days = [date(2024, 1, 1) + timedelta(n) for n in range(366)]
    held = [
        {day for day in days if not period.dates or any(one.holds(day) for one in period.dates)}
        for period in (inner, outer)
    ]
    return held[0] < held[1]


def _do_overlap(some: tuple[Span, ...], others: tuple[Span, ...]) -> bool:
    return any(
        one.times.start_min < other.times.end_min and other.times.start_min < one.times.end_min
        for one in some
        for other in others
    )


def _nothing_open(said: Said) -> Rule:
    """``Fermé`` of a table's days is closed; of a whole service it says too little."""
    if said.is_column and said.closed_days and not (said.closed_dates or said.closed_season or said.early_ends):
        week = frozenset(day for cut in said.closed_days for day in cut.days.week if cut.days.half is None)
        if week:
            return Rule(weekdays=(Weekdays(week),), state=State.CLOSED)
    raise NotUnderstood("nothing that is open", 0)


# --- exceptions ----------------------------------------------------------------------------------------------


def _with_exceptions(said: Said) -> list[Opening]:
    """The openings without what is closed, and with early ends."""
    found = list(said.openings)
    if not said.closed_on_public_holidays:
        found = [_of(one, EVERY_DAY, is_public=True) if _is_always(one) else one for one in found]
    for cut in (*said.closed_days, *said.early_ends):
        _check_scope(cut, said.openings)
        if cut.end_min is not None and not any(cut.is_of(one) and cut.days.week <= one.days.week for one in found):
            raise NotUnderstood("an end of days that are not open", cut.place)
        if cut.is_late and sum(cut.is_of(one) for one in found) > 1:
            raise NotUnderstood("late, and not of which times", cut.place)
        found = [part for opening in found for part in (_cut_out(opening, cut) if cut.is_of(opening) else [opening])]
    if not found:
        raise NotUnderstood("nothing that is open", 0)
    return found


def _check_scope(cut: Cut, openings: list[Opening]) -> None:
    """Refuses a cut of which nobody knows which of ``openings`` it is meant for."""
    meant = [one for one in openings if cut.is_of(one)]
    if len(meant) > 1 and cut.is_exception and cut.is_inline:
        raise NotUnderstood("an exception from the last, or from all", cut.place)
    if meant and not cut.is_inline and cut.period is None and len({one.period for one in openings}) > 1:
        raise NotUnderstood("closed in one part of the year, or in all", cut.place)


def _is_always(opening: Opening) -> bool:
    """Seven days of seven, twenty-four hours of twenty-four: holidays are among them."""
    days = opening.days
    return days.week == EVERY_DAY and opening.spans == NIGHT_AND_DAY and days.parity is None and not days.nth


def _split(opening: Opening, week: frozenset[int]) -> tuple[list[Opening], Opening | None]:
    """The part of ``opening`` on other days than ``week``, and the one on them."""
    inside = opening.days.week & week
    outside = opening.days.week - week
    # day and night had holidays among its days; without some of them nobody has said so
    is_public = False if _is_always(opening) else None
    kept = [] if not outside and not opening.days.public_holidays else [_of(opening, outside, is_public)]
    return kept, _of(opening, inside, is_public=False) if inside else None


def _of(opening: Opening, week: frozenset[int], is_public: bool | None = None) -> Opening:
    days = opening.days
    public = days.public_holidays if is_public is None else is_public
    own = public and days.has_own_holidays
    return replace(opening, days=Days(week, days.nth, public, days.parity, days.half, has_own_holidays=own))


def _cut_out(opening: Opening, cut: Cut) -> list[Opening]:
    """``opening`` without what ``cut`` takes of it."""
    days = cut.days
    if days.is_half_of_last:
        raise NotUnderstood("half of the last day closed, or of all", cut.place)
    kept, inside = _split(opening, days.week)
    if inside is None:
        return [opening]
    if cut.end_min is not None:
        if cut.is_late and inside.spans and cut.end_min < inside.spans[-1].times.end_min:
            raise NotUnderstood("late, but before the end", cut.place)
        return [*kept, _ended(inside, cut.end_min, cut.place)]
    if days.half is None:
        return kept
    halves = [days.half.fits(span.times) for span in inside.spans]
    if not any(halves) or any(
        not fits and _crosses_noon(span) for fits, span in zip(halves, inside.spans, strict=True)
    ):
        raise NotUnderstood("half a day closed that is not half a day", cut.place)
    rest = tuple(span for fits, span in zip(halves, inside.spans, strict=True) if not fits)
    return [*kept, replace(inside, spans=rest)] if rest else kept


def _crosses_noon(span: Span) -> bool:
    return span.times.start_min < 12 * 60 and span.times.end_min > 14 * 60


def _ended(opening: Opening, end_min: int, place: int) -> Opening:
    *first, last = opening.spans
    if not last.times.start_min < end_min <= DAY_MIN or end_min == last.times.end_min:
        raise NotUnderstood("an end that does not fit", place)
    return replace(opening, spans=(*first, replace(last, times=Times(last.times.start_min, end_min))))


# --- rules ---------------------------------------------------------------------------------------------------


def _of_period(period: Period, openings: list[Opening], is_open_on_holidays: bool) -> list[Rule]:
    """The rules of the openings of one part of the year, each day said once."""
    plain: dict[int, list[Opening]] = {}
    special: list[Opening] = []
    public: list[Opening] = []
    own: set[int] = set()
    for opening in openings:
        days = opening.days
        if (days.has_own_holidays or is_open_on_holidays) and (days.week != EVERY_DAY or days.nth):
            own |= days.week
            days = replace(days, public_holidays=False)
            opening = replace(opening, days=days)
        if days.nth or days.parity is not None:
            special.append(opening)
            continue
        if days.public_holidays or (is_open_on_holidays and not own):
            public.append(opening)
        for day in days.week:
            plain.setdefault(day, []).append(opening)
    if len(public) > 1:
        raise NotUnderstood("holidays twice", public[-1].place)
    for number, one in enumerate(special):
        others = [other for other in special[:number] if other.days.week & one.days.week]
        if any(_may_meet(one.days, other.days) for other in others) or one.days.week & plain.keys():
            raise NotUnderstood("a day of the month besides the same of each week", one.place)
    by_spans: dict[tuple[Span, ...], set[int]] = {}
    for day, said_of_day in plain.items():
        by_spans.setdefault(_together(said_of_day), set()).add(day)
    rules: list[Rule] = []
    for spans, week in sorted(by_spans.items(), key=lambda one: min(one[1])):
        has_public = bool(public) and public[0].days.week <= week and spans == _together(public)
        rules += _rules(Days(frozenset(week), public_holidays=has_public), spans, period)
        public = [] if has_public else public
        rules += _on_holidays(_rules(Days(frozenset(week & own)), spans, period)) if week & own else []
    for opening in special:
        found = _rules(opening.days, opening.spans or _day_long(opening), period)
        rules += found
        rules += _on_holidays(found) if opening.days.week & own else []
    for opening in public:
        rules += _rules(Days(public_holidays=True), opening.spans or _day_long(opening), period)
    return rules


def _on_holidays(rules: list[Rule]) -> list[Rule]:
    """``rules`` of days of the week, of those of them that are public holidays."""
    if any(rule.holidays for rule in rules):
        raise NotUnderstood("public holidays in school holidays", 0)
    return [replace(rule, holidays=frozenset({"PH"}), is_weekday_in_holiday=True) for rule in rules]


def _may_meet(one: Days, other: Days) -> bool:
    if one.parity is not None and other.parity is not None and not one.nth and not other.nth:
        return one.parity == other.parity
    both_nth = one.nth and other.nth
    return not both_nth or bool(one.nth & other.nth) or -1 in one.nth | other.nth


def _day_long(opening: Opening) -> tuple[Span, ...]:
    return (Span(Times(0, DAY_MIN), State.UNKNOWN, opening.comment),)


def _together(openings: list[Opening]) -> tuple[Span, ...]:
    """All spans of one day. Said twice, the same days must be meant, and the times must not overlap."""
    first, *others = openings
    spans = list(first.spans or _day_long(first))
    for other in others:
        more = other.spans or _day_long(other)
        is_more_unknown = all(span.state is State.UNKNOWN for span in more)
        if other.days.week != first.days.week and not is_more_unknown and not other.is_besides:
            raise NotUnderstood("the same day twice: besides, or instead", other.place)
        for span in more:
            if any(
                span.times.start_min < own.times.end_min and own.times.start_min < span.times.end_min for own in spans
            ):
                raise NotUnderstood("the same day twice, at the same times", other.place)
            spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.times.start_min))


def _rules(days: Days, spans: tuple[Span, ...], period: Period) -> list[Rule]:
    """One rule for what is open, and one more for each condition."""
    if days.week == EVERY_DAY and days.public_holidays and period == Period() and not days.nth and days.parity is None:
        if spans == NIGHT_AND_DAY:
            return [Rule(is_always=True)]
        if len(spans) == 1 and spans[0] == Span(Times(0, DAY_MIN), State.UNKNOWN, spans[0].comment):
            return [Rule(state=State.UNKNOWN, comment=spans[0].comment)]
    weekdays = tuple(Weekdays(frozenset({day}), days.nth) for day in sorted(days.week)) if days.nth else ()
    if not days.nth and days.week:
        weekdays = (Weekdays(days.week),)
    holidays = frozenset({"SH"}) if period.season is Season.HOLIDAYS else frozenset()
    if holidays and days.public_holidays:
        raise NotUnderstood("public holidays in school holidays", 0)
    found: list[Rule] = []
    for state, comment in dict.fromkeys((span.state, span.comment) for span in spans):
        times = tuple(span.times for span in spans if (span.state, span.comment) == (state, comment))
        is_day_long = times == (Times(0, DAY_MIN),) and state is State.UNKNOWN
        found.append(
            Rule(
                dates=period.dates,
                weeks=() if days.parity is None else (PARITY[days.parity],),
                weekdays=weekdays,
                holidays=holidays or frozenset({"PH"} if days.public_holidays else ()),
                is_weekday_in_holiday=bool(holidays),
                times=() if is_day_long else times,
                state=state,
                comment=comment,
                join=Join.ADDITIONAL if found else Join.NORMAL,
            )
        )
    return found


def _are_apart(periods: Iterable[tuple[Dates, ...]]) -> bool:
    """Whether no day of a leap year is in two of ``periods``."""
    days = [date(2024, 1, 1) + timedelta(n) for n in range(366)]
    return all(sum(any(one.holds(day) for one in dates) or not dates for dates in periods) <= 1 for day in days)
