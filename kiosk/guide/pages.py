"""What a stand in the directory looks and sounds like: a :class:`Page`, and its sentences. Pure.

In the person's language; title first, then what matters, then what to do (ACCESSIBILITY 10). What is said and what is
shown come from one place, so that they cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from kiosk.directory.hours.openness import Closed
from kiosk.directory.index.facts import place_of
from kiosk.directory.parts import Confidence, Phone, Place
from kiosk.directory.search.question import Found
from kiosk.guide.browse import (
    AGAIN,
    CALL,
    MOBILE_DIGITS,
    MORE,
    NEXT,
    SEND,
    TAKE,
    AtCard,
    AtList,
    AtNeeds,
    AtNumber,
    AtTakeAway,
    Failed,
    Giving,
    Searching,
    Stand,
    Way,
    choices,
    is_answered,
    pages_of,
    shown,
)
from kiosk.guide.card_pages import card_pages
from kiosk.guide.page import Item, Line, Page, PageKind
from kiosk.guide.tree import Group, Wish, group_of
from kiosk.speech.entries import NAME_LONGEST, card, distance, name_said, name_shown
from kiosk.speech.openings import brief, opening_said
from kiosk.speech.phones import line_state
from kiosk.speech.sentence import Sentence
from kiosk.speech.tongue import Entry, Tongue
from kiosk.takeaway.card import card_of
from kiosk.takeaway.vcard import vcard

SAID_A_SECOND = 9.0
"""Characters that the voice says in a second, at the slowest."""


@dataclass(frozen=True)
class Told:
    """One page for the eye, and what the ear hears of it."""

    page: Page
    sentences: tuple[Sentence, ...]

    @property
    def lasts_s(self) -> float:
        """How long the telling takes at most: nobody is hurried while they are still being told."""
        return sum(1.0 + len(each.words) / SAID_A_SECOND for each in self.sentences)


@dataclass(frozen=True)
class Calling:
    """The number policy lets the card's relay be called from here."""

    is_closed: bool = False
    """Nobody surely answers now: that is said, and it is called all the same."""


def told(
    stand: Stand, tongue: Tongue, *, calling: Calling | None = None, ways: tuple[Way, ...] = (), first: str = ""
) -> Told:
    """The page of ``stand``. ``calling``: None where the card's relay cannot be called from here. ``ways``: how it can
    be taken along here, beside the QR code. ``first``: name of what is told before a card, as that the call to it has
    just ended.
    """
    match stand:
        case AtNeeds():
            return _needs(stand, tongue)
        case Searching(wish=wish):
            return _told(PageKind.NOTICE, tongue.put("page.searching"), (tongue.say("page.searching"),), tongue,
                         lines=(Line("how", tongue.put(f"need.{wish}")),))  # fmt: skip
        case Failed():
            return _failed(tongue)
        case AtList():
            return _list(stand, tongue)
        case AtCard():
            return _card(stand, tongue, calling, first)
        case AtTakeAway():
            return _take_away(stand, tongue, ways)
        case AtNumber():
            return _number(stand, tongue)
        case Giving(way=way):
            name = f"page.giving_{way}"
            return _told(PageKind.NOTICE, tongue.put(name), (tongue.say(name),), tongue)
    assert_never(stand)


def still_there(tongue: Tongue) -> Told:
    """Nobody pressed a key for a while: any key goes on, none erases (ACCESSIBILITY 22)."""
    said = (tongue.say("page.still_there"), tongue.say("page.still_there_next"))
    return _told(
        PageKind.NOTICE, tongue.put("page.still_there"), said, tongue,
        lines=(Line("how", tongue.put("page.still_there_next")),), items=_person(tongue), keys=False,
    )  # fmt: skip


def _needs(stand: AtNeeds, tongue: Tongue) -> Told:
    title = tongue.put(f"need.{stand.group}" if stand.group else "page.needs")
    offered = choices(stand)
    items = [
        Item(str(key), tongue.put(f"need.{each.name}"), picture=_picture(each, stand.group))
        for key, each in enumerate(offered, start=1)
    ]
    said = [Sentence(tongue.language, title)]
    said += [tongue.say("page.need", what=item.title, key=item.key) for item in items]
    items += _more(stand, said, tongue)
    return _told(
        PageKind.NEEDS, title, said, tongue, items=items, number=stand.page + 1, of=pages_of(stand),
    )  # fmt: skip


def _picture(each: Group | Wish, group: str) -> str:
    return each.picture or group_of(group).picture


def _list(stand: AtList, tongue: Tongue) -> Told:
    answer, is_one = stand.answer, len(stand.answer.found) == 1
    title = tongue.put(f"need.{stand.wish}")
    said = [Sentence(tongue.language, title)]
    if not is_answered(stand):
        title = tongue.put("page.not_found")
        said += [tongue.say("page.not_found_said"), tongue.say("page.others_one" if is_one else "page.others")]
    elif stand.page == 0:
        said.append(tongue.say("page.found_one") if is_one else tongue.say("page.found", count=len(answer.found)))
    items = []
    for key, found in enumerate(shown(stand), start=1):
        *note, tone = brief(found, answer.clock, tongue)
        items.append(Item(str(key), name_shown(found.service), " · ".join(filter(None, note)), tone=tone))
        said.append(name_said(found.service, NAME_LONGEST))
        said += _with_distance(opening_said(found, answer.clock, tongue), found, tongue)
        said.append(tongue.say("page.press", key=str(key)))
    items += _more(stand, said, tongue)
    return _told(
        PageKind.LIST, title, said, tongue, items=items, number=stand.page + 1, of=pages_of(stand),
    )  # fmt: skip


def _with_distance(said: tuple[Sentence, ...], found: Found, tongue: Tongue) -> tuple[Sentence, ...]:
    """In one sentence with the state, where one voice says both."""
    far = distance(found.distance_km, tongue, aloud=True)
    *before, last = said
    if far and last.language == tongue.language:
        return (*before, Sentence(last.language, f"{last.words}, {far}"))
    return (*said, Sentence(tongue.language, far)) if far else said


def _card(stand: AtCard, tongue: Tongue, calling: Calling | None, first: str) -> Told:
    """The first page tells all of it: the ear need not turn pages. A further one tells what stands on it."""
    found = stand.found
    title, entries = name_shown(found.service), card(found, stand.back.answer.clock, tongue)
    if calling is None:
        entries = _with_way(entries, tongue)
    if first == LINE_CLOSED:
        entries = (Entry("warning", tongue.put("page.call_again"), (), "closed"), *entries)
    pages = card_pages(title, entries, has_place=place_of(found.service) != Place())
    # Another language may have fewer.
    at = min(stand.page, len(pages) - 1)
    names = {} if calling is None else {CALL: "call_closed" if calling.is_closed else "call"}
    names[TAKE] = "take"
    if stand.has_next:
        names[NEXT] = "next"
    if at + 1 < len(pages):
        names[MORE] = "more"
    offers = [_offer(key, tongue.put("choice.read_on_said" if key == MORE else f"choice.{name}_said"), tongue)
              for key, name in names.items()]  # fmt: skip
    pictures = {} if first == LINE_CLOSED else {"call_closed": "padlock"}
    said = [tongue.say(first)] if first else []
    said.append(name_said(found.service))
    if at:
        said.append(tongue.say("page.number", number=at + 1, of=len(pages)))
        said += [sentence for entry in pages[at] for sentence in entry.said]
        said += offers
    else:
        said += [sentence for entry in entries if entry.role in FIRST for sentence in entry.said]
        said += offers[: CALL in names]
        said += [sentence for entry in entries if entry.role not in FIRST for sentence in entry.said]
        said += offers[CALL in names :]
    return _told(
        PageKind.CARD, title, said, tongue,
        items=[Item(key, tongue.put(f"choice.{name}"), picture=pictures.get(name, "")) for key, name in names.items()],
        lines=tuple(Line(entry.role, entry.text, entry.tone) for entry in pages[at]),
        number=at + 1,
        of=len(pages),
    )  # fmt: skip


def is_line_closed(stand: AtCard, phone: Phone) -> bool:
    """Whether nobody surely answers ``phone`` of this card now. It may be called all the same."""
    found = stand.found
    is_sure = found.service.confidence is not Confidence.C
    return is_sure and isinstance(line_state(phone, found, stand.back.answer.clock), Closed)


def _with_way(entries: Sequence[Entry], tongue: Tongue) -> tuple[Entry, ...]:
    """Behind the numbers of a relay that cannot be called from here: how it is reached."""
    numbers = [at for at, entry in enumerate(entries, start=1) if entry.role == "phone"]
    if not numbers:
        return tuple(entries)
    way = Entry("phone", tongue.put("card.elsewhere"), (tongue.say("card.elsewhere_said"),))
    return (*entries[: numbers[-1]], way, *entries[numbers[-1] :])


LINE_CLOSED = "page.line_closed"
"""Told before a card when its call key was pressed and nobody answers at this time: once more, and it calls."""
FIRST = frozenset({"name", "warning", "open", "where", "phone"})
"""What is heard before the offer to call: whoever only wants the number need not wait for the papers."""


def _take_away(stand: AtTakeAway, tongue: Tongue, ways: tuple[Way, ...]) -> Told:
    service, clock = stand.back.found.service, stand.back.back.answer.clock
    word = (tongue.paper[stand.word],) if stand.word else ()
    items = [Item(str(key), tongue.put(f"choice.{way}"), picture=_WAYS[way]) for key, way in enumerate(ways, start=1)]
    said = [*(Sentence(tongue.language, each) for each in word), tongue.say("page.take_away"), name_said(service)]
    said += [_offer(item.key, tongue.put(f"choice.{way}_said"), tongue) for item, way in zip(items, ways, strict=True)]
    said.append(tongue.say("page.scan"))
    lines = [*(Line("warning", each) for each in word), Line("name", name_shown(service))]
    return _told(
        PageKind.TAKE_AWAY, tongue.put("page.take_away"), said, tongue,
        items=items,
        lines=(*lines, Line("how", tongue.put("page.scan"))),
        qr=vcard(card_of(service, clock.now.date(), tongue.paper)),
    )  # fmt: skip


_WAYS = {Way.PRINT: "printer", Way.TEXT: "mobile"}


def _number(stand: AtNumber, tongue: Tongue) -> Told:
    """The number is never shown or said whole: somebody may stand behind the person."""
    if not stand.is_whole:
        dialled, left = len(stand.digits), MOBILE_DIGITS - len(stand.digits)
        more = tongue.say("page.digit_left") if left == 1 else tongue.say("page.digits_left", number=left)
        said = [more if dialled else tongue.say("page.dial_mobile")]
        lines = (Line("phone", HIDDEN * dialled + MISSING * left), Line("how", tongue.put("page.dial_mobile")))
        title = tongue.put("choice.text")
        items: tuple[Item, ...] = (Item("#", tongue.put("choice.back")),)
        return _told(PageKind.NOTICE, title, said, tongue, items=items, lines=lines, keys=False)
    ends = stand.digits[-2:]
    said = [tongue.say("page.number_ends", digits=" ".join(ends)), tongue.say("page.send_or_back")]
    lines = (Line("phone", HIDDEN * (MOBILE_DIGITS - 2) + ends), Line("how", tongue.put("page.send_or_back")))
    items = (Item(SEND, tongue.put("choice.send")), Item("#", tongue.put("choice.back")), *_person(tongue))
    return _told(PageKind.NOTICE, tongue.put("choice.text"), said, tongue, items=items, lines=lines, keys=False)


HIDDEN, MISSING = "\u2022", "\u2013"
"""A digit that was dialled, and one that is missing."""


def _failed(tongue: Tongue) -> Told:
    said = (
        tongue.say("page.failed"),
        tongue.say("page.failed_next"),
        _offer("0", tongue.put("choice.person_said"), tongue),
        _offer(AGAIN, tongue.put("choice.again_said"), tongue),
    )
    return _told(
        PageKind.NOTICE, tongue.put("page.failed"), said, tongue,
        items=(Item(AGAIN, tongue.put("choice.again")),),
        lines=(Line("how", tongue.put("page.failed_next")),),
    )  # fmt: skip


def _more(stand: AtNeeds | AtList, said: list[Sentence], tongue: Tongue) -> list[Item]:
    if stand.page + 1 >= pages_of(stand):
        return []
    said.append(_offer(MORE, tongue.put("choice.more_said"), tongue))
    return [Item(MORE, tongue.put("choice.more"))]


def _offer(key: str, what: str, tongue: Tongue) -> Sentence:
    return tongue.say("page.choice", key=key, what=what)


def _person(tongue: Tongue) -> tuple[Item, ...]:
    return (Item("0", tongue.put("choice.person")),)


def _told(
    kind: PageKind,
    title: str,
    said: Sequence[Sentence],
    tongue: Tongue,
    *,
    items: Sequence[Item] = (),
    lines: tuple[Line, ...] = (),
    qr: str = "",
    number: int = 1,
    of: int = 1,
    keys: bool = True,
) -> Told:
    if keys:
        items = (*items, Item("#", tongue.put("choice.back")), *_person(tongue))
        said = (*said, tongue.say("page.keys"))
    page = Page(
        kind=kind, title=title, items=tuple(items), lines=lines, qr=qr, number=number, of=of,
        say="\n".join(each.words for each in said),
    )  # fmt: skip
    return Told(page, tuple(said))
