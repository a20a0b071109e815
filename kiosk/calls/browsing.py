"""The directory's half of the call machine (:mod:`kiosk.calls.machine`): what keys, answers and time do there. Pure.

Where a key leads is the guide's (:mod:`kiosk.guide.browse`); what may be called is the number policy's. A question to
the directory carries an id: whatever answers another question, or comes after its time, changes nothing.
"""

from dataclasses import replace
from typing import assert_never

from kiosk.calls import race
from kiosk.calls.dialplan import DialPlan, Target
from kiosk.calls.record import Purpose
from kiosk.calls.states import Browsing, DigitPressed, Gave, Give, Look, Looked, Menu, Moment, Outcome, Over, Step
from kiosk.calls.visit import CallRules, GuideRules, Visit
from kiosk.directory.parts import Channel, Cost
from kiosk.directory.search.question import Question
from kiosk.guide import pages
from kiosk.guide.browse import (
    AtCard,
    AtList,
    AtNeeds,
    CallIt,
    Failed,
    Giving,
    Go,
    Hand,
    Searching,
    Seek,
    Way,
    back_from,
    needs_of,
    pressed,
)
from kiosk.guide.pages import Calling, Told
from kiosk.speech.phones import phones_of


def enter(visit: Visit, now: float) -> Browsing:
    """The directory's first page."""
    return Browsing(replace(visit, left_at=None), AtNeeds(), now)


def come_back(visit: Visit, now: float, first: str = "") -> Browsing | Menu:
    """Where the person was in the directory before a call; the menu, if nowhere."""
    if visit.left_at is None:
        return Menu(visit, now)
    return Browsing(replace(visit, left_at=None), visit.left_at, now, first=first)


def after_call(state: Over, now: float) -> Browsing | Menu | Over:
    """A conversation with a relay is over: its card comes back; all else is told as before."""
    is_relay = state.target is not None and state.target.purpose is not Purpose.HELPLINE
    if state.outcome is Outcome.ENDED and is_relay and state.visit.left_at is not None:
        return come_back(state.visit, now, "page.call_over")
    return state


def key_pressed(state: Browsing, event: DigitPressed, moment: Moment, rules: CallRules) -> Step:
    """A digit: a choice of the page, or nothing, which still cuts the telling short."""
    if state.is_asked:
        return _still_there(state, moment), []
    stand = state.stand
    card_pages = page_of(state, rules).page.of if isinstance(stand, AtCard) else 1
    move = pressed(stand, event.digit, rules.guide.ways, card_pages)
    match move:
        case None:
            return replace(state, since=moment.now, is_hushed=True), []
        case Go(there):
            return Browsing(state.visit, there, moment.now), []
        case Seek(needs, wish):
            return _seek(state.visit, needs, wish, moment, rules.guide)
        case CallIt(card):
            return _call(state, card, moment, rules.guide.plan)
        case Hand(take_away, way, number):
            giving = Giving(take_away, way, moment.fresh_id)
            give = Give(moment.fresh_id, way, take_away.back.found.service, state.visit.language, number)
            return Browsing(state.visit, giving, moment.now), [give]
    assert_never(move)


def went_back(state: Browsing, moment: Moment, rules: CallRules) -> Browsing | Menu:
    """``#``: one page back, and from the first one to the menu."""
    if state.is_asked:
        return _still_there(state, moment)
    here = state.stand
    if isinstance(here, AtCard):
        # From the page that is seen: the card may have fewer since the language was changed.
        here = replace(here, page=page_of(state, rules).page.number - 1)
    stand = back_from(here)
    return Menu(state.visit, moment.now) if stand is None else Browsing(state.visit, stand, moment.now)


def looked(state: Browsing, event: Looked, now: float) -> Browsing:
    """The directory's answer, if it is the one that is waited for."""
    stand = state.stand
    if not isinstance(stand, Searching) or stand.look != event.look:
        return state
    # Nothing at all is never shown as an answer: the person is led to somebody who can search.
    if event.answer is None or not event.answer.found:
        return Browsing(state.visit, Failed(stand.back, stand.wish), now)
    return Browsing(state.visit, AtList(stand.back, stand.wish, event.answer), now)


def gave(state: Browsing, event: Gave, now: float) -> Browsing:
    """What became of the slip or the message, if it is the one that is waited for."""
    stand = state.stand
    if not isinstance(stand, Giving) or stand.give != event.give:
        return state
    return Browsing(state.visit, replace(stand.back, word=event.word), now)


def leaving(state: Browsing) -> Visit:
    """The visit that goes on to a call, and will find back."""
    return replace(state.visit, left_at=state.stand)


def deadline(state: Browsing, rules: CallRules) -> float:
    """When the page must be left if no key comes (monotonic seconds)."""
    if isinstance(state.stand, Searching):
        return state.since + rules.guide.answer_s
    if isinstance(state.stand, Giving):
        return state.since + rules.guide.give_s
    if state.is_asked:
        return state.since + rules.guide.warn_s
    # No time runs out while the page is still being told (ACCESSIBILITY 21).
    listening_s = 0.0 if state.is_hushed else page_of(state, rules).lasts_s
    return state.since + listening_s + rules.guide.idle_s


def overdue(state: Browsing, now: float) -> Browsing | None:
    """What the deadline leads to; None: nobody is there."""
    if isinstance(state.stand, Searching):
        return Browsing(state.visit, Failed(state.stand.back, state.stand.wish), now)
    if isinstance(state.stand, Giving):
        word = "print.failed" if state.stand.way is Way.PRINT else "sms.maybe"
        return Browsing(state.visit, replace(state.stand.back, word=word), now)
    return None if state.is_asked else replace(state, since=now, is_asked=True, is_hushed=False)


def page_of(state: Browsing, rules: CallRules) -> Told:
    """The page as it is shown and told."""
    guide = rules.guide
    tongue = guide.tongues.get(state.visit.language) or next(iter(guide.tongues.values()))
    if state.is_asked:
        return pages.still_there(tongue)
    chosen = _callable(state.stand, guide.plan) if isinstance(state.stand, AtCard) else None
    return pages.told(
        state.stand, tongue, calling=chosen[1] if chosen else None, ways=guide.ways, first=state.first
    )  # fmt: skip


def _callable(card: AtCard, plan: DialPlan) -> tuple[Target, Calling] | None:
    """The relay's number that may be called from here, if it has one. No emergency number is ever said to be closed."""
    for phone in phones_of(card.found.service):
        if phone.channel is Channel.VOICE and not phone.extension:
            target = plan.relay(phone.number, is_free=phone.cost is Cost.FREE)
            if isinstance(target, Target):
                return target, Calling(target.purpose is Purpose.RELAY and pages.is_line_closed(card, phone))
    return None


def _call(state: Browsing, card: AtCard, moment: Moment, plan: DialPlan) -> Step:
    """Call it; where nobody answers at this time that is told first, and the same key calls all the same."""
    chosen = _callable(card, plan)
    if chosen is None:
        return Browsing(state.visit, card, moment.now, first="page.not_called"), []
    target, calling = chosen
    if calling.is_closed and state.first != pages.LINE_CLOSED:
        return Browsing(state.visit, card, moment.now, first=pages.LINE_CLOSED), []
    return race.start(leaving(state), target, moment)


def _seek(visit: Visit, needs: AtNeeds, wish: str, moment: Moment, guide: GuideRules) -> Step:
    question = Question(
        radius_km=guide.radius_km,
        needs=needs_of(wish),
        language=visit.language,
        limit=guide.limit,
    )
    searching = Browsing(visit, Searching(needs, wish, moment.fresh_id), moment.now)
    return searching, [Look(moment.fresh_id, question)]


def _still_there(state: Browsing, moment: Moment) -> Browsing:
    return replace(state, since=moment.now, is_asked=False)
