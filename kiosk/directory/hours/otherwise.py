"""Days or parts of the year on which it ends at another time: ``(16h30 le vendredi)``, ``nocturne le jeudi``. Pure."""

from dataclasses import replace

from kiosk.directory.hours.closings import Closings
from kiosk.directory.hours.expression import DAY_MIN, State, Times
from kiosk.directory.hours.kinds import Kind
from kiosk.directory.hours.statements import Cut, Days, NotUnderstood, Opening, Period, Season, Span

_NEXT = frozenset({Kind.ARTICLE, Kind.DAY, Kind.DAYS, Kind.CLOSED, Kind.CONTACT, Kind.PHONE})
"""What may follow late days in their sentence: other days, and what is of all days anyway."""


class Otherwise(Closings):
    """A text being read, with what ends at another time than it said first."""

    def read_late(self) -> None:
        """Past ``le jeudi jusqu'à 21h`` or ``jusqu'à 21h le jeudi`` after ``nocturne``. Raises: NotUnderstood."""
        reader = self.reader
        place = reader.place
        is_inline = not reader.is_after_break(back=-2)
        end = self._late_end()
        days = reader.read_days()
        end = end or self._late_end()
        if days is None or end is None or Days(days.week) != days or not self.said.openings:
            raise reader.refuse("late, and not on which days until when")
        goes_on = 1 if reader.is_sign(",") else 0
        if reader.kind(goes_on) not in (None, Kind.AND, Kind.LINE, Kind.SIGN, *_NEXT):
            raise reader.refuse("something said of the late days, or of all")
        period = self._explicit_period() if is_inline else None
        self.said.early_ends.append(Cut(days, place, end, period, is_inline, is_late=True))

    def read_half_by_appointment(self) -> bool:
        """Past ``l'après-midi sur rendez-vous`` or the other way round, at the end; False if something else is next.

        If it is open then without it, that hangs on it; if not, somebody may be there, and nobody knows when.
        """
        reader, openings = self.reader, self.said.openings
        start, place = reader.at, reader.place
        reader.skip(frozenset({Kind.LABEL}))
        before = reader.take(Kind.APPOINTMENT)
        half = reader.read_half()
        word = before or reader.take(Kind.APPOINTMENT)
        last = reader.peek(-1)
        reader.skip(frozenset({Kind.LINE}), ").")
        if half is None or word is None or last is None or not openings or reader.peek() is not None:
            reader.at = start
            return False
        comment = reader.text[place : last.end]
        spans = [span for one in openings for span in one.spans]
        if any(one.comment or one.is_free or not one.spans for one in openings) or self.said.has_closings:
            raise reader.refuse("by appointment in half of the day, and what of the rest")
        if all(half.is_free_of(span.times) for span in spans):
            self.said.otherwise = comment
        elif len(openings) == 1 and all(half.fits(span.times) or half.is_free_of(span.times) for span in spans):
            found = tuple(Span(span.times, State.UNKNOWN, comment) if half.fits(span.times) else span for span in spans)
            openings[0] = replace(openings[0], spans=found)
        else:
            raise reader.refuse("half of the last day by appointment, or of all")
        return True

    def _late_end(self) -> int | None:
        """Past ``jusqu'à 21h``: when; None, and nothing taken, for anything else."""
        reader = self.reader
        start = reader.at
        reader.skip(frozenset(), ":,(")
        if reader.take(Kind.UNTIL) and (end := reader.take(Kind.TIME)):
            return end.value
        reader.at = start
        return None

    def ends_otherwise_in_holidays(self) -> bool:
        """``(17h pendant les vacances scolaires)`` or ``(10h-18h pendant ...)`` after the only opening."""
        reader, openings = self.reader, self.said.openings
        end = reader.peek()
        start = reader.at
        spans = self._try_spans() if len(openings) == 1 and openings[0].period == Period() else ()
        if spans and reader.kind() is Kind.SCHOOL_HOLIDAY and reader.is_sign(")", 1) and not openings[0].comment:
            if self.said.closed_days or self.said.early_ends:
                raise reader.refuse("other times in holidays, and exceptions")
            reader.at += 1
            openings[:] = _by_season(openings[0], spans)
            return True
        reader.at = start
        if self._ends_otherwise_in_part():
            return True
        if end is None or reader.kind(1) is not Kind.SCHOOL_HOLIDAY or not reader.is_sign(")", 2) or len(openings) != 1:
            return False
        if self.said.closed_days or self.said.early_ends:
            raise reader.refuse("other times in holidays, and exceptions")
        opening = openings[0]
        last = opening.spans[-1] if opening.spans else None
        if opening.period != Period() or last is None or not last.times.start_min < end.value <= DAY_MIN:
            return False
        reader.at += 2
        spans = (*opening.spans[:-1], replace(last, times=Times(last.times.start_min, end.value)))
        openings[:] = _by_season(opening, spans)
        return True

    def _ends_otherwise_in_part(self) -> bool:
        """``(17h de novembre à mars)`` after the only opening."""
        reader, openings = self.reader, self.said.openings
        start = reader.at
        end = reader.take(Kind.TIME)
        dates = reader.read_dates()
        opening = openings[0] if len(openings) == 1 and openings[0].spans else None
        if end is None or not dates or opening is None or not reader.is_sign(")") or self.said.has_closings:
            reader.at = start
            return False
        last = opening.spans[-1]
        if opening.period != Period() or opening.comment or not last.times.start_min < end.value <= DAY_MIN:
            reader.at = start
            return False
        spans = (*opening.spans[:-1], replace(last, times=Times(last.times.start_min, end.value)))
        openings.append(replace(opening, spans=spans, period=Period(dates)))
        return True

    def _try_spans(self) -> tuple[Span, ...]:
        try:
            return self._spans()
        except NotUnderstood:
            return ()

    def ends_otherwise_on_days(self) -> bool:
        """``(16h30 le vendredi)``, ``(vendredi : 16h30)`` or ``(fermeture à 16h30 le vendredi)`` after openings."""
        reader = self.reader
        start, place = reader.at, reader.place
        reader.skip(frozenset({Kind.UNTIL, Kind.CLOSED, Kind.TO}))
        end = reader.take(Kind.TIME)
        days = reader.read_days()
        if end is None:
            reader.skip(frozenset({Kind.UNTIL, Kind.CLOSED, Kind.TO}), ":,")
            end = reader.take(Kind.TIME)
        is_plain = days is not None and Days(days.week) == days
        if days is None or end is None or not is_plain or not reader.is_sign(")") or not self.said.openings:
            reader.at = start
            return False
        self.said.early_ends.append(
            Cut(days, place, end.value, self._explicit_period(), is_inline=True, is_exception=True)
        )
        return True


def _by_season(opening: Opening, spans: tuple[Span, ...]) -> list[Opening]:
    """``opening`` in term, and at ``spans`` in school holidays."""
    return [
        replace(opening, period=Period(season=Season.TERM)),
        replace(opening, spans=spans, period=Period(season=Season.HOLIDAYS)),
    ]
