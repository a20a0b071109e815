"""What a text about opening times says, statement by statement, before it is an expression. Pure."""

from dataclasses import dataclass, field
from enum import Enum, auto

from kiosk.directory.hours.expression import Dates, State, Times

EVERY_DAY = frozenset(range(7))


class NotUnderstood(Exception):
    """The text goes beyond the grammar at ``place`` (a character's): then nothing of it is answered."""

    def __init__(self, why: str, place: int) -> None:
        super().__init__(why)
        self.place = place


class Half(Enum):
    """A part of the day that is named without its times."""

    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()

    def fits(self, times: Times) -> bool:
        """Whether ``times`` can be what people call so."""
        if self is Half.MORNING:
            return times.end_min <= 14 * 60
        return times.start_min >= (12 * 60 if self is Half.AFTERNOON else 16 * 60)

    def is_free_of(self, times: Times) -> bool:
        """Whether nobody would say that ``times`` are partly in it."""
        if self is Half.MORNING:
            return times.start_min >= 12 * 60
        return times.end_min <= (14 * 60 if self is Half.AFTERNOON else 19 * 60)


class Season(Enum):
    """When of the school year a statement holds."""

    ALL = auto()
    TERM = auto()
    HOLIDAYS = auto()


@dataclass(frozen=True)
class Days:
    """The days that a statement is about."""

    week: frozenset[int] = frozenset()
    """Monday 0 to Sunday 6."""
    nth: frozenset[int] = frozenset()
    """Of the month; empty: each."""
    public_holidays: bool = False
    parity: int | None = None
    """ISO weeks: 0 even, 1 odd; None: each."""
    half: Half | None = None
    is_half_of_last: bool = False
    """``lundi et mardi matin``: the half may be of the last day alone."""
    is_pair: bool = False
    """``du samedi au dimanche``."""
    is_one: bool = False
    """``un lundi``: one of them, and it must still be said which."""
    has_own_holidays: bool = False
    """``du lundi au vendredi, jours fériés compris``: the holidays among these days, and no others."""


@dataclass(frozen=True)
class Span:
    """Times with what is said of them."""

    times: Times
    state: State = State.OPEN
    comment: str = ""


@dataclass(frozen=True)
class Period:
    """Part of the year."""

    dates: tuple[Dates, ...] = ()
    season: Season = Season.ALL
    is_rest: bool = False
    """All of the year for which nothing else is said."""


@dataclass(frozen=True)
class Opening:
    """On these days, in this part of the year, at these times. No times: as the comment says."""

    days: Days
    spans: tuple[Span, ...]
    period: Period = Period()
    place: int = 0
    """Where in the text, for who must say what was not understood."""
    comment: str = ""
    is_free: bool = False
    """It is said that these times need no appointment."""
    is_besides: bool = False
    """It follows the one before with ``et``: other times of the same day are more of them, not others instead."""


@dataclass(frozen=True)
class Cut:
    """Days on which it is closed, or ends early, although an opening has them."""

    days: Days
    place: int
    end_min: int | None = None
    """When it ends on them; None: closed."""
    period: Period | None = None
    """The part of the year that it was said of; None: of all that was said."""
    is_inline: bool = False
    """Within a sentence: nothing that comes later is meant."""
    is_exception: bool = False
    """``sauf``: of the opening before, and of no other."""
    is_late: bool = False
    """``nocturne``: it ends later, never earlier."""

    def is_of(self, opening: Opening) -> bool:
        """Whether ``opening`` may be meant."""
        is_in_reach = not self.is_inline or opening.place < self.place
        return is_in_reach and self.period in (None, opening.period) and bool(self.days.week & opening.days.week)


@dataclass
class Said:
    """All that a text says. Filled by the grammar."""

    openings: list[Opening] = field(default_factory=list)
    periods: list[tuple[Period, int]] = field(default_factory=list)
    """Parts of the year that were begun, with their places."""
    closed_days: list[Cut] = field(default_factory=list)
    closed_nth: list[Cut] = field(default_factory=list)
    """Days of the month: ``fermé le 1er lundi du mois``."""
    closed_dates: list[Dates] = field(default_factory=list)
    closed_season: Season | None = None
    local: list[int] = field(default_factory=list)
    """Where a part of the year was closed within a sentence: what comes later may be open in it."""
    closed_on_public_holidays: bool = False
    local_holidays: list[tuple[int, bool]] = field(default_factory=list)
    """Where it was said, and whether within a sentence: then only what stands there is meant."""
    open_on_public_holidays: bool = False
    early_ends: list[Cut] = field(default_factory=list)
    otherwise: str = ""
    """How somebody is received at all other times, if so: ``ou sur rendez-vous``."""
    is_column: bool = False
    """The text is the column of certain days in a table."""

    @property
    def has_closings(self) -> bool:
        """Whether anything is said to be closed, or to end at another time."""
        return bool(
            self.closed_days
            or self.closed_nth
            or self.closed_dates
            or self.closed_season
            or self.closed_on_public_holidays
            or self.early_ends
        )
