"""Where a person stands in the directory, and where a key leads from there. Pure.

A stand holds the one it was reached from, so that ``#`` always leads back along the same way: needs, wishes, list,
card, take away. At most :data:`CHOICES` things are offered by number; key 5 turns the page.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from kiosk.directory.search.question import Answer, Found
from kiosk.guide.tree import GROUPS, Group, Wish, group_of, wish_of

CHOICES = 4
"""Numbered choices on a page at most (ACCESSIBILITY 7)."""
RELAYS = 3
"""Of them on a page of a list: four rows of 20 mm do not fit on a 7-inch panel (ACCESSIBILITY 19)."""
MORE = "5"
"""The key that turns the page."""
CALL, TAKE, NEXT = "1", "2", "3"
"""A card's keys, on each of its pages."""
AGAIN = "1"
"""The key of a search that failed."""
SEND = "1"
"""The key that sends the message, once its number is whole."""
MOBILE_DIGITS = 10
"""Of a French number as people dial it."""


class Way(StrEnum):
    """How a relay can be taken along beside the QR code, which is always there."""

    PRINT = "print"
    TEXT = "text"


@dataclass(frozen=True)
class AtNeeds:
    """What is it about: the groups, or the wishes of one."""

    group: str = ""
    """Name of the group; empty: the groups themselves."""
    page: int = 0


@dataclass(frozen=True)
class Searching:
    """The directory was asked, and has not answered yet."""

    back: AtNeeds
    wish: str
    look: str
    """Names the question: an answer to another one changes nothing."""


@dataclass(frozen=True)
class Failed:
    """The directory did not answer, or cannot be read."""

    back: AtNeeds
    wish: str


@dataclass(frozen=True)
class AtList:
    """Relays found, a few a page."""

    back: AtNeeds
    wish: str
    answer: Answer
    page: int = 0


@dataclass(frozen=True)
class AtCard:
    """One relay."""

    back: AtList
    index: int
    page: int = 0
    """What a small panel has no room for stands on further pages."""

    @property
    def found(self) -> Found:
        """The relay, as it was found."""
        return self.back.answer.found[self.index]

    @property
    def has_next(self) -> bool:
        """Whether another one comes after it."""
        return self.index + 1 < len(self.back.answer.found)


@dataclass(frozen=True)
class AtTakeAway:
    """How to take that relay along."""

    back: AtCard
    word: str = ""
    """What became of the last slip or message: a name of ``takeaway.toml``; empty: none was asked for."""


@dataclass(frozen=True)
class AtNumber:
    """The person dials the mobile number that the message goes to. It is nowhere but here, until it is sent."""

    back: AtTakeAway
    digits: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing but the person's word."""
        return len(self.digits) == MOBILE_DIGITS

    def __repr__(self) -> str:
        return f"AtNumber({len(self.digits)} digits)"


@dataclass(frozen=True)
class Giving:
    """A slip is being printed, or a message sent."""

    back: AtTakeAway
    way: Way
    give: str
    """Names it: the end of another one changes nothing."""


Stand = AtNeeds | Searching | Failed | AtList | AtCard | AtTakeAway | AtNumber | Giving


@dataclass(frozen=True)
class Go:
    """Stand there now."""

    stand: Stand


@dataclass(frozen=True)
class Seek:
    """Ask the directory what there is for this wish."""

    back: AtNeeds
    wish: str


@dataclass(frozen=True)
class CallIt:
    """Call the relay of this card, if the number policy allows."""

    card: AtCard


@dataclass(frozen=True)
class Hand:
    """Print the slip, or send the message to ``number``."""

    back: AtTakeAway
    way: Way
    number: str = ""

    def __repr__(self) -> str:
        return f"Hand({self.way})"


Move = Go | Seek | CallIt | Hand


def pressed(stand: Stand, key: str, ways: tuple[Way, ...] = (), card_pages: int = 1) -> Move | None:
    """What the digit ``key`` does at ``stand``; None: nothing. ``ways``: those that the site has. ``card_pages``: how
    many the card at hand has in the person's language.
    """
    match stand:
        case AtNeeds():
            if key == MORE:
                return Go(replace(stand, page=stand.page + 1)) if stand.page + 1 < pages_of(stand) else None
            offered = choices(stand)
            if (at := _chosen(key, len(offered))) is None:
                return None
            chosen = offered[at]
            return Go(AtNeeds(chosen.name)) if isinstance(chosen, Group) else Seek(stand, chosen.name)
        case Searching():
            return None
        case Failed(back=needs, wish=wish):
            return Seek(needs, wish) if key == AGAIN else None
        case AtList():
            if key == MORE:
                return Go(replace(stand, page=stand.page + 1)) if stand.page + 1 < pages_of(stand) else None
            at = _chosen(key, len(shown(stand)))
            return None if at is None else Go(AtCard(stand, stand.page * RELAYS + at))
        case AtCard():
            if key == CALL:
                return CallIt(stand)
            if key == TAKE:
                return Go(AtTakeAway(stand))
            if key == MORE:
                return Go(replace(stand, page=stand.page + 1)) if stand.page + 1 < card_pages else None
            return Go(AtCard(stand.back, stand.index + 1)) if key == NEXT and stand.has_next else None
        case AtTakeAway():
            at = _chosen(key, len(ways))
            if at is None:
                return None
            return Go(AtNumber(stand)) if ways[at] is Way.TEXT else Hand(replace(stand, word=""), ways[at])
        case AtNumber(back=take_away, digits=digits):
            if not stand.is_whole:
                return Go(replace(stand, digits=digits + key))
            return Hand(replace(take_away, word=""), Way.TEXT, digits) if key == SEND else None
        case Giving():
            return None
    assert_never(stand)


def back_from(stand: Stand) -> Stand | None:
    """Where ``#`` leads; None: out of the directory."""
    match stand:
        case AtNeeds(group=group, page=page):
            if page:
                return replace(stand, page=page - 1)
            return AtNeeds(page=_index_of(group) // CHOICES) if group else None
        case Searching(back=needs) | Failed(back=needs):
            return needs
        case AtList(back=needs, page=page):
            return replace(stand, page=page - 1) if page else needs
        case AtCard(back=listed, index=index, page=page):
            return replace(stand, page=page - 1) if page else replace(listed, page=index // RELAYS)
        case AtTakeAway(back=card):
            return card
        case AtNumber(back=take_away, digits=digits):
            return AtNumber(take_away) if digits else take_away
        case Giving(back=take_away):
            return take_away
    assert_never(stand)


def pages_of(stand: AtNeeds | AtList) -> int:
    """How many pages there are to turn; at least one."""
    return max(1, -(-len(_all(stand)) // (RELAYS if isinstance(stand, AtList) else CHOICES)))


def choices(stand: AtNeeds) -> tuple[Group | Wish, ...]:
    """What the page offers, key 1 first."""
    every: tuple[Group | Wish, ...] = group_of(stand.group).wishes if stand.group else GROUPS
    return every[stand.page * CHOICES : (stand.page + 1) * CHOICES]


def shown(stand: AtList) -> tuple[Found, ...]:
    """The relays of the page, key 1 first."""
    return stand.answer.found[stand.page * RELAYS : (stand.page + 1) * RELAYS]


def is_answered(stand: AtList) -> bool:
    """Whether any relay found is for that wish: where none is, lines that listen to everybody stand in."""
    wanted = needs_of(stand.wish)
    return any(
        f"{need}--".startswith(f"{want}--") or f"{want}--".startswith(f"{need}--")
        for found in stand.answer.found
        for need in found.service.needs
        for want in wanted
    )


def needs_of(wish: str) -> tuple[str, ...]:
    """What is searched for."""
    return wish_of(wish).needs


def _all(stand: AtNeeds | AtList) -> tuple[object, ...]:
    if isinstance(stand, AtList):
        return stand.answer.found
    return group_of(stand.group).wishes if stand.group else GROUPS


def _chosen(key: str, offered: int) -> int | None:
    """Which of ``offered`` things the key means, counted from 0."""
    return int(key) - 1 if key in tuple("123456789"[:offered]) else None


def _index_of(group: str) -> int:
    return next(number for number, each in enumerate(GROUPS) if each.name == group)
