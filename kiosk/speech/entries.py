"""A relay in words, for the eye and for the ear: name, state, way, people, papers, and how sure all that is. Pure.

What the terminal says of a relay is in the person's language and voice; what the relay's source says of itself (name,
street, papers) stays French, in the French voice. A relay of confidence C is "to be checked", never sure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, Unknown
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.parts import Answer as Says
from kiosk.directory.parts import Channel, Confidence, Cost, Fees, Gender, Level, Phone, Place, Strength
from kiosk.directory.record import Service
from kiosk.directory.search.question import Clock, Found, Openness, Room
from kiosk.speech.figures import hours_aloud
from kiosk.speech.readings import (
    NO_BREAK,
    calm,
    number_aloud,
    number_shown,
    place_said,
    plain,
    shortened,
    spelled_out,
)
from kiosk.speech.scripts import OWN_WORDS, drawable, voice_of
from kiosk.speech.sentence import Sentence

LONGEST = 140
"""Characters of a source's own words on a card."""
NAME_LONGEST = 90
SHORT = 24
"""Characters of a state that has a distance behind it."""
WALK_KM = 3.5
"""Farther than this nobody is told how long the walk is."""
WALK_MIN_A_KM = 17.0
"""At 4.5 km/h, and streets are a quarter longer than the crow's flight."""
WEEK_DAYS, MORNING_H = 7, 5


@dataclass(frozen=True)
class Tongue:
    """One language's words of the directory (``guide.toml``; ``audience.<code>`` from the vocabulary)."""

    language: str
    words: Mapping[str, str]
    paper: Mapping[str, str]
    """``takeaway.toml``: what is taken along, and what became of it."""

    def put(self, name: str, **parts: object) -> str:
        """The words ``name``, filled in. Raises: KeyError for a name that the catalogue lacks."""
        return self.words[name].format(**parts)

    def say(self, name: str, **parts: object) -> Sentence:
        """The same as a sentence to be heard."""
        return Sentence(self.language, self.put(name, **parts))


@dataclass(frozen=True)
class Entry:
    """One thing that a card says."""

    role: str
    text: str
    said: tuple[Sentence, ...]
    tone: str = ""


def name_shown(service: Service) -> str:
    """What it is called; its structure's name where the screen has no letters for its own."""
    names = (calm(plain(name)) for name in (service.name, service.structure.name, place_of(service).commune))
    return shortened(next(filter(None, map(drawable, names)), "\u2026"), NAME_LONGEST)


def name_said(service: Service) -> Sentence:
    """The same for the ear."""
    return _own_words(shortened(service.name, NAME_LONGEST))


def opening(found: Found, clock: Clock, tongue: Tongue, *, aloud: bool = False) -> tuple[str, str]:
    """Whether it is open, in words, and the tone: open, closed, unknown or check."""
    words, tone = _openness(found.openness, clock.now, tongue, aloud)
    if found.service.confidence is Confidence.C and tone in ("open", "closed"):
        return tongue.put("open.maybe", what=words), "check"
    return words, tone


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


def distance(km: float | None, tongue: Tongue, *, aloud: bool = False) -> str:
    """How far it is, as the crow flies; empty when nobody knows."""
    ear = "_said" if aloud else ""
    if km is None:
        return ""
    if km < 0.1:
        return tongue.put("distance.here")
    if km < 0.95:
        return tongue.put(f"distance.metres{ear}", number=round(km * 10) * 100)
    if km < 1.5:
        return tongue.put(f"distance.one{ear}")
    return tongue.put(f"distance.kilometres{ear}", number=round(km))


def walk(km: float | None, tongue: Tongue) -> str:
    """How long the walk is; empty when it is far, or nobody knows."""
    if km is None or not 0.1 <= km <= WALK_KM:
        return ""
    minutes = max(5, round(km * WALK_MIN_A_KM / 5) * 5)
    return tongue.put("distance.hour_walk") if minutes >= 55 else tongue.put("distance.walk", number=minutes)


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
            words = shortened(plain(comment), 60)
            return tongue.put("open.comment", comment=spelled_out(words) if aloud else words), "unknown"
        case Unknown(reason=reason):
            return tongue.put(f"hours.unknown.{reason}"), "unknown"
        case _:
            return tongue.put("hours.unknown.no_hours"), "unknown"


# --- the card ---------------------------------------------------------------------------------------------


def card(found: Found, clock: Clock, tongue: Tongue) -> tuple[Entry, ...]:
    """All that is said of one relay, most important first: what it is, whether it is sure, open, where, and so on."""
    service = found.service
    entries = [
        _structure(service),
        _warning(service, tongue),
        _open(found, clock, tongue),
        _where(found, tongue),
        *(_phone(phone, tongue) for phone in phones_of(service)[:2]),
        _how(service, tongue),
        _who(service, tongue),
        _own("papers", "card.papers", service.papers, tongue),
        _languages(service, tongue),
        _cost(service, tongue),
        _room(found.room, tongue),
        _own("how", "card.access", service.accessibility, tongue),
        _animals(service, tongue),
        _checked(service, tongue),
    ]
    return tuple(entry for entry in entries if entry is not None)


def phones_of(service: Service) -> tuple[Phone, ...]:
    """Its numbers that a person can use; its structure's where it has none. Voice first, free first."""
    numbers = [one for one in service.phones or service.structure.phones if one.channel in (Channel.VOICE, Channel.SMS)]
    return tuple(sorted(numbers, key=lambda one: (one.channel is not Channel.VOICE, one.cost is not Cost.FREE)))


def place_of(service: Service) -> Place:
    """Where it is; where its structure sits if it does not say."""
    return service.place if service.place != Place() else service.structure.place


def _structure(service: Service) -> Entry | None:
    name = plain(service.structure.name)
    if not name or name.casefold() in service.name.casefold():
        return None
    name = shortened(name, NAME_LONGEST)
    return Entry("name", drawable(calm(name)) or name, (_own_words(name),))


def _warning(service: Service, tongue: Tongue) -> Entry | None:
    if service.confidence is not Confidence.C:
        return None
    return Entry("warning", tongue.put("card.to_check"), (tongue.say("card.to_check"),), "check")


def _open(found: Found, clock: Clock, tongue: Tongue) -> Entry:
    text, tone = opening(found, clock, tongue)
    return Entry("open", text, (Sentence(tongue.language, opening(found, clock, tongue, aloud=True)[0]),), tone)


def _where(found: Found, tongue: Tongue) -> Entry | None:
    service = found.service
    place = place_of(service)
    street = plain(place.street)
    town = " ".join(part for part in (place.postcode, plain(place.commune)) if part)
    address = ", ".join(part for part in (street, plain(place.extra), town) if part)
    if not address:
        level = {Level.DEPARTMENTAL: "card.level_departmental", Level.REGIONAL: "card.level_regional"}
        name = level.get(service.level, "") if service.level else ""
        name = name or ("card.remote" if service.level is Level.NATIONAL else "")
        return Entry("where", tongue.put(name), (tongue.say(name),)) if name else None
    far = [distance(found.distance_km, tongue), walk(found.distance_km, tongue)]
    aloud = [distance(found.distance_km, tongue, aloud=True), far[1]]
    text = tongue.put("card.where", what=shortened(address, LONGEST))
    parts = (spelled_out(street), spelled_out(place.extra), place_said(plain(place.commune)))
    spoken = ", ".join(part for part in parts if part)
    said = _labelled("card.where", spoken, tongue)
    if any(far):
        text += f" ({', '.join(part for part in far if part)})"
        said += (Sentence(tongue.language, ", ".join(part for part in aloud if part)),)
    return Entry("where", text, said)


def _phone(phone: Phone, tongue: Tongue) -> Entry:
    name = "card.phone" if phone.channel is Channel.VOICE else "card.sms"
    is_voice = phone.channel is Channel.VOICE
    cost = {Cost.FREE: "card.free", Cost.CHARGED: "card.paid"}.get(phone.cost, "") if is_voice else ""
    after = f", {tongue.put(cost)}" if cost else ""
    aloud = tongue.put(name, number=number_aloud(phone.number, tongue.language))
    return Entry(
        "phone",
        tongue.put(name, number=number_shown(phone.number)) + after,
        (Sentence(tongue.language, aloud + after),),
    )


def _how(service: Service, tongue: Tongue) -> Entry | None:
    if service.come_text:
        return _own("how", "card.how", service.come_text, tongue)
    if service.place == Place():
        return None
    for way, name in (("se-presenter", "card.just_come"), ("telephoner", "card.phone_first")):
        if way in service.come_by:
            what = tongue.put(name)
            return Entry("how", tongue.put("card.how", what=what), (tongue.say("card.how", what=what),))
    return None


def _who(service: Service, tongue: Tongue) -> Entry | None:
    strongest = Strength.OPEN
    for strength in (Strength.EXCLUSIVE, Strength.PRIORITY):
        if any(one.strength is strength for one in service.audiences):
            strongest = strength
            break
    named = [one.who for one in service.audiences if one.strength is strongest and one.who != "tous-publics"]
    groups = [tongue.words.get(f"audience.{who}", who.replace("-", " ")).lower() for who in named[:4]]
    gender = {Gender.WOMEN: "card.women", Gender.MEN: "card.men"}.get(service.gender)
    if gender and tongue.put(gender) not in groups:
        groups.insert(0, tongue.put(gender))
    low, high = service.age_min, service.age_max
    if low is not None and high is not None:
        groups.append(tongue.put("card.ages", low=f"{low:g}", high=f"{high:g}"))
    elif low is not None:
        groups.append(tongue.put("card.age_from", low=f"{low:g}"))
    elif high is not None:
        groups.append(tongue.put("card.age_to", high=f"{high:g}"))
    if groups:
        name = {Strength.EXCLUSIVE: "card.only", Strength.PRIORITY: "card.first"}.get(strongest, "card.who")
        name = "card.only" if gender else name
        what = ", ".join(groups)
        return Entry("who", tongue.put(name, what=what), (tongue.say(name, what=what),))
    if service.audience_text:
        return _own("who", "card.who", service.audience_text, tongue)
    if any(one.who == "tous-publics" for one in service.audiences):
        return Entry("who", tongue.put("card.everybody"), (tongue.say("card.everybody"),))
    return None


def _languages(service: Service, tongue: Tongue) -> Entry | None:
    names = [name for code in service.languages[:8] if (name := tongue.words.get(f"lang.{code}"))]
    if not names:
        return _own("languages", "card.interpreting", service.interpreting, tongue)
    what = ", ".join(names)
    return Entry("languages", tongue.put("card.languages", what=what), (tongue.say("card.languages", what=what),))


def _cost(service: Service, tongue: Tongue) -> Entry | None:
    if service.fees is Fees.FREE:
        return Entry("cost", tongue.put("card.free_service"), (tongue.say("card.free_service"),))
    if service.fees_text:
        return _own("cost", "card.cost", service.fees_text, tongue)
    if service.fees is Fees.PAID:
        return Entry("cost", tongue.put("card.paid_service"), (tongue.say("card.paid_service"),))
    return None


def _room(room: Room, tongue: Tongue) -> Entry | None:
    name = {Room.AVAILABLE: "card.room", Room.LIMITED: "card.little_room", Room.FULL: "card.no_room"}.get(room)
    tone = {Room.FULL: "closed", Room.AVAILABLE: "open"}.get(room, "")
    return Entry("room", tongue.put(name), (tongue.say(name),), tone) if name else None


def _animals(service: Service, tongue: Tongue) -> Entry | None:
    name = {Says.YES: "card.animals", Says.NO: "card.no_animals"}.get(service.animals)
    return Entry("how", tongue.put(name), (tongue.say(name),)) if name else None


def _checked(service: Service, tongue: Tongue) -> Entry | None:
    day = service.verified_on or service.updated_on
    if day is None or service.confidence is Confidence.C:
        return None
    name, words = "card.checked" if service.verified_on else "card.updated", day_words(day, tongue)
    return Entry("checked", tongue.put(name, date=words), (tongue.say(name, date=words),))


def _own(role: str, name: str, words: str, tongue: Tongue) -> Entry | None:
    """A source's own words under a label of ours."""
    words = shortened(plain(words), LONGEST)
    if not words:
        return None
    return Entry(role, tongue.put(name, what=words), _labelled(name, spelled_out(words), tongue))


def _labelled(name: str, words: str, tongue: Tongue) -> tuple[Sentence, ...]:
    """One sentence where one voice says both; else the label in the person's voice and the words in theirs."""
    if tongue.language == OWN_WORDS:
        return (tongue.say(name, what=words),)
    return (tongue.say(name, what=""), Sentence(OWN_WORDS, words))


def _own_words(words: str) -> Sentence:
    return Sentence(voice_of(words), spelled_out(words))
