"""Whether a relay is open, and until when, in words for the eye and for the ear. Pure."""

from datetime import date, datetime, timedelta

from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, Unknown
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.parts import Confidence
from kiosk.directory.search.question import Clock, Found, Openness
from kiosk.speech.figures import hours_aloud
from kiosk.speech.readings import NO_BREAK, plain, shortened, spelled_out
from kiosk.speech.scripts import drawable, voice_of
from kiosk.speech.sentence import Sentence
from kiosk.speech.tongue import Tongue

SHORT = 24
"""Characters of a state that has a distance behind it."""
LONGEST_COMMENT = 60
WEEK_DAYS, MORNING_H = 7, 5


def opening(found: Found, clock: Clock, tongue: Tongue) -> tuple[str, str]:
    """Whether it is open, in words, and the tone: open, closed, unknown or check."""
    return state(found.openness, found.service.confidence, clock.now, tongue)


def opening_said(found: Found, clock: Clock, tongue: Tongue) -> tuple[Sentence, ...]:
    """The same for the ear."""
    return state_said(found.openness, found.service.confidence, clock.now, tongue)


def state(
    found: Openness, confidence: Confidence, now: datetime, tongue: Tongue, *, aloud: bool = False
) -> tuple[str, str]:
    """Words and tone of any answer: a door's, or a line's."""
    words, tone = _openness(found, now, tongue, aloud)
    if confidence is Confidence.C and tone in ("open", "closed"):
        return tongue.put("open.maybe", what=words), "check"
    return words, tone


def state_said(found: Openness, confidence: Confidence, now: datetime, tongue: Tongue) -> tuple[Sentence, ...]:
    """The same for the ear; what the source says of its hours is said in the source's voice."""
    if isinstance(found, Unknown) and found.comment and found.reason is not Reason.CLOCK:
        words = spelled_out(shortened(plain(found.comment), LONGEST_COMMENT))
        voice = voice_of(words)
        if words and voice != tongue.language:
            return tongue.say("open.comment", comment=""), Sentence(voice, words)
    return (Sentence(tongue.language, state(found, confidence, now, tongue, aloud=True)[0]),)


def brief(found: Found, clock: Clock, tongue: Tongue) -> tuple[str, str, str]:
    """State, distance (empty: nobody knows it) and tone for one line of a list: until when is the card to say."""
    words, tone = opening(found, clock, tongue)
    is_unsure, km = found.service.confidence is Confidence.C, found.distance_km
    if is_unsure:
        words = tongue.put("open.check")
    if km is None:
        return words, "", tone
    # Shorter words: behind them the distance must have room.
    if isinstance(found.openness, HolidayCheck) and not is_unsure:
        words = tongue.put("open.holiday_short")
    elif isinstance(found.openness, Unknown) and not is_unsure and len(words) > SHORT:
        is_clock = found.openness.reason is Reason.CLOCK
        words = tongue.put("hours.clock_short" if is_clock else "hours.unknown.comment")
    elif tone in ("open", "closed"):
        words = tongue.put(f"open.{tone}")
    far = tongue.put("distance.here") if km < 0.1 else f"{round(km)} km" if km >= 0.95 else f"{round(km * 10) * 100} m"
    return words, far.replace(" ", NO_BREAK), tone


def day_words(day: date, tongue: Tongue) -> str:
    """``21 novembre 2026``; the first of a month is said as people say it."""
    number = "1er" if day.day == 1 and tongue.language == "fr" else str(day.day)
    return f"{number} {tongue.put(f'month.{day.month}')} {day.year}"


def time_words(moment: datetime, tongue: Tongue, *, aloud: bool = False) -> str:
    """The time of day: ``18 h 30``, aloud ``18 heures 30``; English ``18:30``, aloud ``6:30 pm``."""
    hour, minute = moment.hour, moment.minute
    if tongue.language == "fr":
        if minute == 0 and (hour == 0 or (aloud and hour == 12)):
            return "midi" if hour else "minuit"
        if aloud:
            return hours_aloud(hour) + (f" {minute:02}" if minute else "")
        return f"{hour}{NO_BREAK}h" + (f"{NO_BREAK}{minute:02}" if minute else "")
    if minute == 0 and (hour == 0 or (aloud and hour == 12)):
        return "noon" if hour else "midnight"
    if not aloud:
        return f"{hour:02}:{minute:02}"
    return f"{hour % 12 or 12}" + (f":{minute:02}" if minute else "") + (" am" if hour < 12 else " pm")


def when_words(moment: datetime, now: datetime, tongue: Tongue, *, aloud: bool = False) -> str:
    """``à 18 h``, ``cette nuit à 2 h``, ``demain à 9 h``, ``lundi à 9 h``, ``le 3 mai 2027 à 9 h``, seen from ``now``.

    The coming midnight is today's end: "tomorrow at midnight" would be a day later.
    """
    time = time_words(moment, tongue, aloud=aloud)
    days = _days_to(moment, now)
    if days <= 0:
        return tongue.put("day.today", time=time)
    if days == 1:
        return tongue.put("day.night" if moment.hour < MORNING_H else "day.tomorrow", time=time)
    if days < WEEK_DAYS:
        return tongue.put("day.weekday", day=tongue.put(f"day.{moment.weekday()}"), time=time)
    return tongue.put("day.date", date=day_words(moment.date(), tongue), time=time)


def _days_to(moment: datetime, now: datetime) -> int:
    """Midnights between them; that which begins a day is counted to the day before."""
    return ((moment - timedelta(microseconds=1)).date() - now.astimezone(moment.tzinfo).date()).days


def _openness(found: Openness, now: datetime, tongue: Tongue, aloud: bool) -> tuple[str, str]:
    match found:
        case Open(until=None):
            return tongue.put("open.always"), "open"
        case Open(until=until) if until is not None:
            # "jusqu'à 18 h", but "jusqu'à demain à 9 h"
            is_today = _days_to(until, now) <= 0
            ends = time_words(until, tongue, aloud=aloud) if is_today else when_words(until, now, tongue, aloud=aloud)
            return tongue.put("open.until", when=ends), "open"
        case Closed(opens_at=None):
            return tongue.put("open.closed"), "closed"
        case Closed(opens_at=opens) if opens is not None:
            return tongue.put("open.opens", when=when_words(opens, now, tongue, aloud=aloud)), "closed"
        case HolidayCheck(name=name):
            return tongue.put("open.holiday", day=tongue.put(f"holiday.{name}")), "check"
        case Unknown(reason=Reason.CLOCK):
            return tongue.put("hours.unknown.clock"), "unknown"
        case Unknown(comment=comment) if comment:
            words = shortened(plain(comment), LONGEST_COMMENT)
            words = spelled_out(words) if aloud else drawable(words)
            if not words:
                return tongue.put("hours.unknown.comment"), "unknown"
            return tongue.put("open.comment", comment=words), "unknown"
        case Unknown(reason=reason):
            return tongue.put(f"hours.unknown.{reason}"), "unknown"
        case _:
            return tongue.put("hours.unknown.no_hours"), "unknown"
