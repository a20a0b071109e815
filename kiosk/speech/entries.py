"""A relay in words, for the eye and for the ear: name, state, way, people, papers, and how sure all that is. Pure.

What the terminal says of a relay is in the person's language and voice; what the relay's source says of itself (name,
street, papers) stays French, in the French voice. A relay of confidence C is "to be checked", never sure.
"""

from collections.abc import Iterable

from kiosk.directory.index.facts import place_of
from kiosk.directory.parts import Answer as Says
from kiosk.directory.parts import Confidence, Fees, Gender, Level, Place, Strength
from kiosk.directory.record import Service
from kiosk.directory.search.question import Clock, Found, Room
from kiosk.speech.openings import day_words, opening, opening_said
from kiosk.speech.phones import MOST, has_own_hours, labelled, phone_entries, phones_of
from kiosk.speech.readings import calm, number_shown, place_said, place_shown, plain, shortened, spelled_out
from kiosk.speech.scripts import drawable, voice_of
from kiosk.speech.sentence import Sentence
from kiosk.speech.tongue import Entry, Tongue

LONGEST = 140
"""Characters of a source's own words on a card."""
NAME_LONGEST, NAME_MOST = 90, 300
"""Of a name in a list, and of any."""
WALK_KM = 3.5
"""Farther than this nobody is told how long the walk is."""
WALK_MIN_A_KM = 17.0
"""At 4.5 km/h, and streets are a quarter longer than the crow's flight."""
MOST_LANGUAGES = 14


def name_shown(service: Service) -> str:
    """What it is called; its structure's name where the screen has no letters for its own."""
    numbers = (number_shown(phone.number) for phone in phones_of(service))
    names = (calm(plain(name)) for name in (service.name, service.structure.name, place_of(service).commune, *numbers))
    return next(filter(None, map(drawable, names)), "\u2026")


def name_said(service: Service, most: int = NAME_MOST) -> Sentence:
    """The same for the ear; in a list its first ``most`` letters are enough."""
    return _own_words(shortened(service.name, most))


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


# --- the card ---------------------------------------------------------------------------------------------


def card(found: Found, clock: Clock, tongue: Tongue) -> tuple[Entry, ...]:
    """All that is said of one relay, most important first: what it is, whether it is sure, open, where, and so on."""
    service = found.service
    entries = [
        _structure(service),
        _warning(service, tongue),
        _open(found, clock, tongue),
        _where(found, tongue),
        *phone_entries(found, clock, tongue),
        _how(service, tongue),
        _who(service, tongue),
        _own("papers", "card.papers", service.papers, tongue),
        _languages(service, tongue),
        _own("languages", "card.interpreting", service.interpreting, tongue),
        _cost(service, tongue),
        _room(found.room, tongue),
        _own("how", "card.access", service.accessibility, tongue),
        _animals(service, tongue),
        _checked(service, tongue),
    ]
    return tuple(entry for entry in entries if entry is not None)


def _structure(service: Service) -> Entry | None:
    name = plain(service.structure.name)
    if not name or name.casefold() in service.name.casefold():
        return None
    return Entry("name", drawable(calm(name)), (_own_words(name),))


def _warning(service: Service, tongue: Tongue) -> Entry | None:
    if service.confidence is not Confidence.C:
        return None
    return Entry("warning", tongue.put("card.to_check"), (tongue.say("card.to_check"),), "check")


def _open(found: Found, clock: Clock, tongue: Tongue) -> Entry:
    service = found.service
    text, tone = opening(found, clock, tongue)
    said = opening_said(found, clock, tongue)
    if place_of(service) != Place() and any(has_own_hours(phone, service) for phone in phones_of(service)[:MOST]):
        return labelled("open", "card.door", text, said, tone, tongue)
    return Entry("open", text, said, tone)


def _where(found: Found, tongue: Tongue) -> Entry | None:
    service = found.service
    place = place_of(service)
    street, extra, commune = plain(place.street), plain(place.extra), plain(place.commune)
    town = " ".join(part for part in (place.postcode, place_shown(commune)) if part)
    address = ", ".join(filter(None, map(drawable, (place_shown(street), place_shown(extra), town))))
    if not address:
        level = {Level.DEPARTMENTAL: "card.level_departmental", Level.REGIONAL: "card.level_regional"}
        name = level.get(service.level, "") if service.level else ""
        name = name or ("card.remote" if service.level is Level.NATIONAL else "")
        name = name or ("card.no_visits" if service.reception == ("a-distance",) else "")
        return Entry("where", tongue.put(name), (tongue.say(name),)) if name else None
    far = [distance(found.distance_km, tongue), walk(found.distance_km, tongue)]
    aloud = [distance(found.distance_km, tongue, aloud=True), far[1]]
    text = tongue.put("card.where", what=shortened(address, LONGEST))
    said = _labelled("card.where", (spelled_out(street), spelled_out(extra), place_said(commune)), tongue)
    if any(far):
        text += f" ({', '.join(part for part in far if part)})"
        said += (Sentence(tongue.language, ", ".join(part for part in aloud if part)),)
    return Entry("where", text, said)


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
    names = [name for code in service.languages[:MOST_LANGUAGES] if (name := tongue.words.get(f"lang.{code}"))]
    if not names:
        return None
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
    shown = drawable(calm(words)) or tongue.put("card.listen")
    return Entry(role, tongue.put(name, what=shown), _labelled(name, (spelled_out(words),), tongue))


def _labelled(name: str, words: Iterable[str], tongue: Tongue) -> tuple[Sentence, ...]:
    """One sentence where one voice says all; else the label in the person's voice and the words in theirs."""
    parts = [part for part in words if part]
    voices = {voice_of(part) for part in parts}
    if voices == {tongue.language}:
        return (tongue.say(name, what=", ".join(parts)),)
    if len(voices) == 1:
        parts = [", ".join(parts)]
    return (tongue.say(name, what=""), *(Sentence(voice_of(part), part) for part in parts))


def _own_words(words: str) -> Sentence:
    return Sentence(voice_of(words), spelled_out(words))
