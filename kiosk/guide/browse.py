"""Where a person stands in the directory, and where a key leads from there. Pure.

A stand holds the one it was reached from, so that ``#`` always leads back along the same way: needs, wishes, list,
card, take away. At most :data:`CHOICES` things are offered by number; key 5 turns the page.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.directory.search.question import Answer, Found
from kiosk.guide.tree import GROUPS, Group, Wish, group_of, wish_of

CHOICES = 4
"""Numbered choices on a page at most (ACCESSIBILITY 7)."""
MORE = "5"
"""The key that turns the page."""
CALL, TAKE, NEXT = "1", "2", "3"
"""A card's keys."""
AGAIN = "1"
"""The key of a search that failed."""


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


Stand = AtNeeds | Searching | Failed | AtList | AtCard | AtTakeAway


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

    found: Found


Move = Go | Seek | CallIt


def pressed(stand: Stand, key: str) -> Move | None:
    """What the digit ``key`` does at ``stand``; None: nothing."""
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
            return None if at is None else Go(AtCard(stand, stand.page * CHOICES + at))
        case AtCard():
            if key == CALL:
                return CallIt(stand.found)
            if key == TAKE:
                return Go(AtTakeAway(stand))
            return Go(replace(stand, index=stand.index + 1)) if key == NEXT and stand.has_next else None
        case AtTakeAway():
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
        case AtCard(back=listed, index=index):
            return replace(listed, page=index // CHOICES)
        case AtTakeAway(back=card):
            return card
    assert_never(stand)


def pages_of(stand: AtNeeds | AtList) -> int:
    """How many pages there are to turn; at least one."""
    return max(1, -(-len(_all(stand)) // CHOICES))


def choices(stand: AtNeeds) -> tuple[Group | Wish, ...]:
    """What the page offers, key 1 first."""
    every: tuple[Group | Wish, ...] = group_of(stand.group).wishes if stand.group else GROUPS
    return every[stand.page * CHOICES : (stand.page + 1) * CHOICES]


def shown(stand: AtList) -> tuple[Found, ...]:
    """The relays of the page, key 1 first."""
    return stand.answer.found[stand.page * CHOICES : (stand.page + 1) * CHOICES]


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
