"""What words are in a text about opening times. Pure data."""

from enum import Enum, auto

PUBLIC_HOLIDAYS = 128
"""In the mask of ``Kind.DAYS``, above Sunday's bit."""


class Kind(Enum):
    """What a word is in a text about opening times."""

    DAY = auto()
    DAYS = auto()
    """Several at once: ``value`` is a mask, Monday the lowest bit, ``PUBLIC_HOLIDAYS`` above Sunday's."""
    TIME = auto()
    """``value``: minutes from midnight."""
    NUMBER = auto()
    MONTH = auto()
    ORDINAL = auto()
    OF_MONTH = auto()
    ALL_DAY = auto()
    ALL_YEAR = auto()
    REST_OF_YEAR = auto()
    SEASON = auto()
    """Summer, winter, high season: its dates come behind it."""
    LATE = auto()
    """``nocturne``: it ends later than on the other days."""
    PUBLIC_HOLIDAY = auto()
    SCHOOL_HOLIDAY = auto()
    TERM = auto()
    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()
    SAME = auto()
    """``idem``: as on the line before."""
    APPOINTMENT = auto()
    OR_APPOINTMENT = auto()
    """``ou sur rendez-vous``: besides the times that are told."""
    NO_APPOINTMENT = auto()
    """Without appointment (``value`` 1), without a break: says what is so anyway."""
    EVERY_OTHER = auto()
    EVEN_WEEK = auto()
    ODD_WEEK = auto()
    CLOSED = auto()
    OPEN = auto()
    HEADING = auto()
    LABEL = auto()
    """Which service the text is about: ``accueil de jour``. One alone changes nothing in its hours."""
    EXCEPT = auto()
    INCLUDED = auto()
    UNTIL = auto()
    TO = auto()
    FROM = auto()
    BETWEEN = auto()
    AND = auto()
    THEN = auto()
    ARTICLE = auto()
    ONLY = auto()
    PHONE = auto()
    BY_PHONE = auto()
    """When somebody answers the telephone, which is not when a door is open."""
    YEAR_END = auto()
    """From Christmas to New Year's Day."""
    CONTACT = auto()
    """Here begins how to write, ring or pay."""
    SIGN = auto()
    LINE = auto()
    WORD = auto()
