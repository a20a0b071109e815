"""The numbers of a relay: which of them a person can use, what a call costs, and whether somebody answers. Pure.

A line may have hours of its own: a door is open from 9 to 12, its telephone is answered day and night.
"""

import re
from collections.abc import Iterator, Mapping

from kiosk.directory.hours.openness import openness
from kiosk.directory.index.facts import calendar_of, hours_of
from kiosk.directory.parts import Channel, Cost, Hours, Payer, Phone
from kiosk.directory.record import Service
from kiosk.directory.search.question import Clock, Found, Openness
from kiosk.speech.openings import state, state_said
from kiosk.speech.readings import number_aloud, number_shown
from kiosk.speech.sentence import Sentence
from kiosk.speech.tongue import Entry, Tongue

MOST = 2
"""Numbers on a card."""


def phones_of(service: Service) -> tuple[Phone, ...]:
    """Its numbers that a person can use; its structure's where it has none. Voice first, free first."""
    numbers = [one for one in service.phones or service.structure.phones if one.channel in (Channel.VOICE, Channel.SMS)]
    return tuple(sorted(numbers, key=lambda one: (one.channel is not Channel.VOICE, one.cost is not Cost.FREE)))


def has_own_hours(phone: Phone, service: Service) -> bool:
    """Whether it is answered at other times than those of ``service``."""
    return phone.hours not in (Hours(), hours_of(service))


def line_state(phone: Phone, found: Found, clock: Clock) -> Openness:
    """Whether ``phone`` is answered: by its own hours now, else as its relay."""
    if not has_own_hours(phone, found.service):
        return found.openness
    return open_now(found.service, clock, phone.hours)


def open_now(service: Service, clock: Clock, hours: Hours | None = None) -> Openness:
    """Whether ``service`` is open by its own ``hours``, or others, on the clock of its place."""
    calendar = calendar_of(service)
    hours = hours_of(service) if hours is None else hours
    return openness(hours, calendar.territory, clock.now, clock.is_trusted, calendar.schools)


def phone_entries(found: Found, clock: Clock, tongue: Tongue) -> Iterator[Entry]:
    """The first numbers, each with its price; behind one that has hours of its own whether it is answered."""
    for phone in phones_of(found.service)[:MOST]:
        yield _number(phone, tongue)
        if has_own_hours(phone, found.service):
            known = line_state(phone, found, clock), found.service.confidence, clock.now, tongue
            text, tone = state(*known)
            yield labelled("phone", "card.line", text, state_said(*known), tone, tongue)


def labelled(role: str, name: str, text: str, said: tuple[Sentence, ...], tone: str, tongue: Tongue) -> Entry:
    """A state under a label of ours: ``Au téléphone : fermé. Ouvre à 9 h``."""

    def put(what: str) -> str:
        return tongue.put(name, what=what[:1].lower() + what[1:])

    first, *rest = said
    return Entry(role, put(text), (Sentence(first.language, put(first.words)), *rest), tone)


def _number(phone: Phone, tongue: Tongue) -> Entry:
    is_voice = phone.channel is Channel.VOICE
    name = "card.phone" if is_voice else "card.sms"
    text = tongue.put(name, number=number_shown(phone.number))
    aloud = tongue.put(name, number=number_aloud(phone.number, tongue.language))
    after = [tongue.put("card.extension", number=phone.extension)] if phone.extension else []
    shown, said = (cost_words(phone, tongue.words, aloud=ear) for ear in (False, True))
    return Entry(
        "phone",
        ", ".join(filter(None, (text, *after, shown))),
        (Sentence(tongue.language, ", ".join(filter(None, (aloud, *after, said)))),),
    )


# --- what a call costs ------------------------------------------------------------------------------------

_AMOUNT = re.compile(
    r"(?<![\d.,])(\d{1,2})[.,](\d\d)\s*(?:€|euros?\b)\s*(?:(?:ttc|ht)\b\s*)?(?:(?:/|par\b|la\b|l['\u2019])\s*)?"
    r"(min(?:ute)?\b|appel\b)?",
    re.IGNORECASE,
)
_PLUS_CALL = re.compile(
    r"\+\s*(?:le\s+)?(?:(?:prix|co[uû]t)\s+)?(?:de\s+l['\u2019]|d['\u2019](?:un\s+)?)?\s*appel", re.IGNORECASE
)
_PER = {"m": "card.a_minute", "a": "card.a_call"}


def cost_words(phone: Phone, words: Mapping[str, str], *, aloud: bool = False) -> str:
    """What a call to ``phone`` costs, in the words of ``guide.toml`` or ``takeaway.toml``; empty: nobody knows.

    Of a source's words on it one price is read, if there is but one and it says of what; else the call "costs money".
    """
    if phone.channel is not Channel.VOICE:
        return ""
    if phone.cost is Cost.FREE or (phone.cost is Cost.UNKNOWN and phone.payer is Payer.SERVICE):
        return words["card.free"]
    if phone.cost is Cost.STANDARD:
        return words["card.ordinary"]
    return (_price(phone.cost_text, words, aloud) or words["card.charged"]) if phone.cost is Cost.CHARGED else ""


def _price(text: str, words: Mapping[str, str], aloud: bool) -> str:
    amounts = list(_AMOUNT.finditer(text))
    if len(amounts) != 1 or len(re.findall("€|euro", text, re.IGNORECASE)) != 1 or not amounts[0][3]:
        return ""
    euros, cents = int(amounts[0][1]), amounts[0][2]
    if not aloud:
        amount = words["card.amount"].format(euros=euros, cents=cents)
    elif euros:
        amount = words["card.euros_said"].format(euros=euros, cents=cents if int(cents) else "").strip()
    else:
        amount = words["card.cents_said"].format(cents=int(cents))
    price = words[_PER[amounts[0][3][0].lower()]].format(amount=amount)
    return words["card.plus_call"].format(price=price) if _PLUS_CALL.search(text) else price
