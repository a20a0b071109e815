"""What of a relay is given away, in words of the person's language. Pure.

Only what the record says, and nothing of the moment: whether it is open just now is no word for paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.directory.index.facts import calendar_of, hours_of, place_of
from kiosk.directory.parts import Channel, Confidence, Hours, Phone, Place
from kiosk.directory.record import Service
from kiosk.speech.phones import cost_words, has_own_hours, phones_of
from kiosk.speech.readings import calm, number_shown, place_shown, plain, shortened
from kiosk.takeaway.week import date_in_words, hours_in_words

MOST_PHONES = 3
LONGEST_TEXT = 240
"""Of one free text of a source: a slip is no file."""


@dataclass(frozen=True)
class Number:
    """One telephone number."""

    digits: str
    """As it is dialled."""
    shown: str
    """As it is read: ``01 23 45 67 89``, ``3114``."""
    note: str = ""
    """What it costs or takes, in words; empty: nobody knows."""
    hours: str = ""
    """When it is answered, where that is not when the relay is open."""
    is_voice: bool = True


@dataclass(frozen=True)
class Card:
    """One relay, to be taken away. Empty: its source does not say."""

    id: str
    name: str
    caution: str = ""
    """One sentence where it must be checked before anybody goes there."""
    phones: tuple[Number, ...] = ()
    address: tuple[str, ...] = ()
    """Lines."""
    street: str = ""
    postcode: str = ""
    commune: str = ""
    hours: tuple[str, ...] = ()
    """Lines."""
    come: tuple[str, ...] = ()
    """Lines: how to begin, and how to get there."""
    papers: str = ""
    checked: str = ""
    """One sentence: when somebody last checked it."""
    checked_on: date | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether it is "to be checked"."""
        return bool(self.caution)


def card_of(service: Service, today: date, words: Mapping[str, str]) -> Card:
    """``service`` as of ``today``, in the words of a ``takeaway.toml``. Any thread."""
    place = place_of(service)
    is_unsure = service.confidence is Confidence.C
    return Card(
        id=service.id,
        name=_name(service),
        caution=words["card.caution"] if is_unsure else "",
        phones=tuple(_number(phone, service, today, words) for phone in phones_of(service)[:MOST_PHONES]),
        address=_address(place),
        street=place_shown(_line(place.street)),
        postcode=place.postcode,
        commune=place_shown(_line(place.commune)),
        hours=_hours(hours_of(service), service, today, words),
        come=_come(service, words),
        papers=_line(service.papers),
        checked=_checked(service, words),
        checked_on=service.verified_on,
    )


def _name(service: Service) -> str:
    structure, name = calm(_line(service.structure.name)), calm(_line(service.name))
    if not structure or structure.casefold() in name.casefold():
        return name
    return f"{name} ({structure})"


def _number(phone: Phone, service: Service, today: date, words: Mapping[str, str]) -> Number:
    is_voice = phone.channel is Channel.VOICE
    extension = words["card.extension"].format(number=phone.extension) if phone.extension else ""
    price = cost_words(phone, words) if is_voice else words["card.sms_number"]
    return Number(
        phone.number,
        number_shown(phone.number),
        ", ".join(filter(None, (extension, price))),
        _answered(phone, service, today, words),
        is_voice,
    )


def _answered(phone: Phone, service: Service, today: date, words: Mapping[str, str]) -> str:
    if not has_own_hours(phone, service):
        return ""
    lines = _hours(phone.hours, service, today, words)
    told = "; ".join(line.rstrip(".") for line in lines)
    return words["card.line"].format(what=told[:1].lower() + told[1:])


def _hours(hours: Hours, service: Service, today: date, words: Mapping[str, str]) -> tuple[str, ...]:
    return hours_in_words(hours, calendar_of(service).territory, today, words)


def _address(place: Place) -> tuple[str, ...]:
    town = " ".join(filter(None, (place.postcode, place_shown(_line(place.commune)))))
    return tuple(filter(None, (place_shown(_line(place.street)), place_shown(_line(place.extra)), town)))


def _come(service: Service, words: Mapping[str, str]) -> tuple[str, ...]:
    ways = [words[f"come.{way}"] for way in service.come_by if f"come.{way}" in words]
    return tuple(line for line in (" ".join(ways), _line(service.come_text), _line(service.transport)) if line)


def _checked(service: Service, words: Mapping[str, str]) -> str:
    if service.verified_on is None:
        return words["card.checked_never"]
    return words["card.checked"].format(date=date_in_words(service.verified_on, words))


def _line(text: str) -> str:
    """A source's own words on one line, cut behind a sentence or a word where they are long."""
    return shortened(plain(text), LONGEST_TEXT)
