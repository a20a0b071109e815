"""Relays and answers made by hand, and a directory that gives them: for the tests of those who ask it."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kiosk.directory.hours.openness import Closed, Open, Unknown
from kiosk.directory.hours.schedule import Reason as Why
from kiosk.directory.parts import Confidence, Cost, Level, Phone, Place, Room, Structure
from kiosk.directory.record import Service
from kiosk.directory.search.question import Answer, Clock, Found, Openness, Question
from kiosk.guide.pages import Calling

CALLED = Calling()
"""A relay may be called from here."""
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=PARIS)
CLOCK = Clock(NOW, is_trusted=True)

SHELTER = Service(
    id="test--shelter",
    source="test",
    name="Accueil de jour",
    structure=Structure(name="CCAS de St-Denis"),
    level=Level.LOCAL,
    phones=(Phone(number="0148000001", cost=Cost.STANDARD),),
    place=Place(street="12 av. du Gal Leclerc", postcode="93200", commune="Saint-Denis"),
    papers="Pièce d'identité",
    languages=("fr", "ar"),
    verified_on=date(2026, 11, 2),
    confidence=Confidence.A,
)
LINE_115 = Service(
    id="test--115",
    source="test",
    name="Samu social \u2013 sans-abri",
    needs=("logement-hebergement--rechercher-une-solution-dhebergement-temporaire--ce-soir",),
    level=Level.NATIONAL,
    phones=(Phone(number="115", cost=Cost.FREE),),
    verified_on=date(2026, 11, 21),
    confidence=Confidence.A,
)
FREE_LINE = Service(
    id="test--free",
    source="test",
    name="Écoute solidaire",
    level=Level.NATIONAL,
    phones=(Phone(number="0800000042", cost=Cost.FREE),),
    confidence=Confidence.C,
)


def found(service: Service, openness: Openness | None = None, km: float | None = None) -> Found:
    """One result."""
    return Found(service, openness or Unknown(Why.NO_HOURS), km, Room.UNKNOWN, (), 0.0)


ANSWER = Answer(
    (
        found(SHELTER, Open(NOW.replace(hour=18, minute=30)), 0.8),
        found(LINE_115, Open(None)),
        found(FREE_LINE, Closed(NOW.replace(day=24, hour=9))),
    ),
    CLOCK,
)


class FakeLibrary:
    """Answers when told to, with what it is told."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self._waiting: list[Callable[[Answer | None], None]] = []

    def ask(self, question: Question, on_answer: Callable[[Answer | None], None]) -> None:
        self.asked.append(question)
        self._waiting.append(on_answer)

    def answer(self, answer: Answer | None) -> None:
        """Give the oldest question its answer."""
        self._waiting.pop(0)(answer)
