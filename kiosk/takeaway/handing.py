"""Hands relays over, on paper or by text message, and says in a word what became of it. Core's side, on its loop."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hardware.text_message import Sending
from kiosk.directory.record import Service
from kiosk.directory.search.question import Clock
from kiosk.outbox.clock import SystemClock
from kiosk.settings import Settings
from kiosk.speech.catalogue import words_of
from kiosk.takeaway.card import card_of
from kiosk.takeaway.press import Press
from kiosk.takeaway.printing import Fate
from kiosk.takeaway.slip import slip_of
from kiosk.takeaway.sms import text_of
from kiosk.takeaway.texts import Posted, PostOffice


@dataclass(frozen=True)
class Handed:
    """What became of it."""

    notice: str
    """Name of its sentence in ``takeaway.toml``."""
    is_good: bool


class Handing:
    """The printer and the text messages of this site. ``clock`` says what is known of the time."""

    def __init__(
        self, settings: Settings, send: Callable[[str, str], Awaitable[Sending]], clock: Callable[[], Clock]
    ) -> None:
        self._helpline = settings.helpline.shown
        self._clock = clock
        self._press = Press(settings.printer)
        note = settings.socket_path.with_name("texts.json")
        self._parts = settings.texts.parts
        self._post = PostOffice(settings.texts, send, SystemClock(), note)

    @property
    def has_printer(self) -> bool:
        """Whether slips can be offered."""
        return self._press.is_fitted

    @property
    def has_texts(self) -> bool:
        """Whether messages can be offered."""
        return self._post.is_open

    @property
    def fault(self) -> str:
        """Why the last slip was not printed, in English for the technician; empty when it was."""
        return self._press.fault

    def visit_over(self) -> None:
        """The next message is another visit's."""
        self._post.visit_over()

    async def print(self, services: Sequence[Service], language: str) -> Handed:
        """All of ``services`` on one slip."""
        clock, words = self._clock(), _words(language)
        cards = [card_of(service, clock.now.date(), words) for service in services]
        today = clock.now.date() if clock.is_trusted else None
        word = await self._press.print(slip_of(cards, today, words, self._helpline))
        is_good = word.fate is Fate.PRINTED
        return Handed("print.low" if is_good and word.is_low else f"print.{word.fate}", is_good)

    async def send(self, service: Service, number: str, language: str) -> Handed:
        """``service`` to the mobile ``number`` that a person dialled, which is kept nowhere."""
        words = _words(language)
        text = text_of(card_of(service, self._clock().now.date(), words), words, self._parts)
        posted = await self._post.post(number, text)
        return Handed(f"sms.{posted}", posted is Posted.SENT)


@lru_cache(maxsize=8)
def _words(language: str) -> Mapping[str, str]:
    return words_of(language, "takeaway")
