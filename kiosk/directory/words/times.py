"""The time that a text speaks of: "ce soir", "dimanche matin", "tomorrow". Pure: it is told what time it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MORNING, NOON, AFTERNOON, EVENING, NIGHT = 10, 12, 15, 20, 23
"""Hours of the day that stand for them."""
_PARTS = {
    "matin": MORNING, "matinee": MORNING, "morning": MORNING, "صباح": MORNING, "الصباح": MORNING, "صباحا": MORNING,
    "midi": NOON, "noon": NOON, "lunchtime": NOON, "apresmidi": AFTERNOON, "aprem": AFTERNOON, "afternoon": AFTERNOON,
    "soir": EVENING, "soiree": EVENING, "evening": EVENING, "مساء": EVENING, "المساء": EVENING, "العشيه": EVENING,
    "nuit": NIGHT, "night": NIGHT, "ليلا": NIGHT,
}  # fmt: skip
_THIS = {"ce", "cet", "cette", "this", "se"}
_TONIGHT = {"tonight": EVENING, "tonite": EVENING, "الليله": EVENING}
_TOMORROW = {"demain", "tomorrow", "غدا", "غدوه"}
_DAYS = {
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "الاثنين": 0, "الثلاثا": 1, "الاربعاء": 2, "الاربعا": 2, "الخميس": 3, "الجمعه": 4, "السبت": 5, "الاحد": 6,
    "weekend": 5,
}  # fmt: skip
_PAST = {"depuis", "since", "hier", "dernier", "derniere", "last", "passe", "yesterday", "منذ", "البارح", "امس"}
"""Beside a day: it is over."""


@dataclass(frozen=True)
class When:
    """A time as somebody speaks of it."""

    days: int
    """From today on."""
    weekday: int | None
    """Monday is 0; the next one from ``days`` on; None: that very day."""
    hour: int

    def after(self, now: datetime) -> datetime:
        """The first such time from ``now`` on, on the wall clock of ``now``; what has begun already is now."""
        then = (now + timedelta(days=self.days)).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if self.weekday is not None:
            then += timedelta(days=(self.weekday - then.weekday()) % 7)
        return max(then, now)


def time_in(words: Sequence[str]) -> When | None:
    """The time that the folded tokens ``words`` speak of; None: none, or one that is over. Any thread."""
    words = " ".join(words).replace("apres midi", "apresmidi").replace("week end", "weekend").split()
    for at, word in enumerate(words):
        beside = words[max(0, at - 1) : at + 2]
        if _PAST & set(beside):
            continue
        part = next((_PARTS[each] for each in words[at + 1 : at + 3] if each in _PARTS), None)
        if word in _TOMORROW:
            return When(1, None, part or MORNING)
        if word in _DAYS:
            return When(0, _DAYS[word], part or MORNING)
        if word in _TONIGHT:
            return When(0, None, _TONIGHT[word])
        if word in _PARTS and at > 0 and words[at - 1] in _THIS:
            return When(0, None, _PARTS[word])
    return None
