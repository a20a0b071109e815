"""What of a relay is given away, in words of the person's language. Pure.

Only what the record says, and nothing of the moment: whether it is open just now is no word for paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.directory.hours.openness import territory_at
from kiosk.directory.index.facts import hours_of, place_of
from kiosk.directory.parts import Channel, Confidence, Cost, Phone, Place
from kiosk.directory.record import Service
from kiosk.speech.entries import phones_of
from kiosk.speech.readings import calm, number_shown, plain, shortened
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
    """What it costs or takes, in words; empty: an ordinary call."""
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
        phones=tuple(_number(phone, words) for phone in phones_of(service)[:MOST_PHONES]),
        address=_address(place),
        street=_line(place.street),
        postcode=place.postcode,
        commune=_line(place.commune),
        hours=hours_in_words(hours_of(service), territory_at(place.insee, place.postcode, place.country), today, words),
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


def _number(phone: Phone, words: Mapping[str, str]) -> Number:
    if phone.channel is Channel.SMS:
        note = words["card.sms_number"]
    elif phone.cost is Cost.FREE:
        note = words["card.free"]
    elif phone.cost is Cost.CHARGED:
        note = _line(phone.cost_text) or words["card.charged"]
    else:
        note = ""
    if phone.extension:
        extension = words["card.extension"].format(number=phone.extension)
        note = f"{extension}, {note}" if note else extension
    return Number(phone.number, number_shown(phone.number), note, phone.channel is Channel.VOICE)


def _address(place: Place) -> tuple[str, ...]:
    town = _line(f"{place.postcode} {place.commune}")
    return tuple(line for line in (_line(place.street), _line(place.extra), town) if line)


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
