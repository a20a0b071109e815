"""The social worker's mode: what is asked, found and put aside, and what a touch makes of it. Pure.

``advance(worker, event, moment, rules) -> (worker, effects)``; None is the mode shut. It keeps what one person at the
screen does, and nothing that another may see: shut by hand, by hanging up, or after five minutes without a touch, it is
gone. A lifted handset is a caller's: the page goes at once. Lifted by the worker's own hand, seconds after the last
touch, it leaves the short list, out of sight, so that what was chosen together can be called; later it may be anybody,
and everything is forgotten. A call hides the list of the same visit likewise.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from kiosk.directory.search.question import Answer, Clock, Found, Question
from kiosk.guide.worker_page import WorkerView
from kiosk.guide.worker_state import (
    FILTERS,
    MANY,
    RADII,
    TIMES,
    Answered,
    Asked,
    CallBegan,
    Done,
    Event,
    FileCorrection,
    HandsetDown,
    HandsetUp,
    Locate,
    Look,
    Moment,
    Placed,
    PrintSlip,
    Rules,
    SendText,
    Step,
    TimePassed,
    Worker,
)
from kiosk.guide.worker_touch import (
    Back,
    Choose,
    Clear,
    Close,
    Compare,
    Doubt,
    Filter,
    Filters,
    Keep,
    Near,
    Open,
    Print,
    Report,
    Search,
    Send,
    ShortList,
    Show,
    Touch,
    Turn,
    Type,
)
from kiosk.speech.phones import open_now

FORGET_S = 300.0
"""Without a touch for so long, everything is forgotten."""
WARN_S = 270.0
"""From then on the page says that it will be."""
SAME_HAND_S = 30.0
"""A handset lifted within this of the last touch was lifted by the same people."""
MOST_KEPT = 8
"""Relays of a short list: what one slip and one head can hold."""
MOST_FOUND = 40
MORNING_H, EVENING_H, NIGHT_H, DAWN_H = 10, 20, 2, 5
"""What "tomorrow", "tonight" and "in the night" are taken for, and when the night is over."""


def deadline(worker: Worker | None) -> float | None:
    """When :class:`TimePassed` is due (monotonic seconds)."""
    if worker is None:
        return None
    is_warned = worker.notice == "notice.forgetting"
    return worker.used + (FORGET_S if is_warned or worker.is_hidden else WARN_S)


def advance(worker: Worker | None, event: Event, moment: Moment, rules: Rules) -> Step:
    """The mode after ``event``, and what to do."""
    match event:
        case Open(language=language):
            return _opened(worker, language, moment, rules)
        case HandsetUp():
            return _lifted(worker, moment.now), []
        case CallBegan():
            return _hidden(worker), []
        case Close() | HandsetDown():
            return None, []
        case TimePassed():
            return _later(worker, moment.now), []
    if worker is None:
        return None, []
    match event:
        case Answered(look=look, answer=answer):
            if look != worker.look:
                return worker, []
            notice = "" if answer else "notice.no_directory"
            if answer and worker.asked.open not in ("", "now"):
                answer = _as_of_now(answer, moment.clock)
            return replace(worker, answer=answer, notice=notice, is_good=False), []
        case Placed(look=look, near=near):
            if look != worker.look:
                return worker, []
            notice = "" if near or not worker.asked.place else "notice.no_place"
            return _search(replace(worker, asked=replace(worker.asked, near=near), notice=notice), moment, rules)
        case Done(notice=notice, is_good=is_good):
            return replace(worker, notice=notice, is_good=is_good), []
    if worker.is_hidden:
        return worker, []  # a touch that crossed the handset
    return _touched(replace(worker, used=moment.now, notice="", is_good=False), event, moment, rules)


def _opened(worker: Worker | None, language: str, moment: Moment, rules: Rules) -> Step:
    language = language or (worker.language if worker else rules.language)
    if worker is None:
        return _search(Worker(language, moment.now), moment, rules)
    view = WorkerView.SHORT_LIST if worker.is_hidden and worker.kept else worker.view
    back = replace(worker, language=language, used=moment.now, view=view, is_hidden=False, notice="")
    return _search(back, moment, rules) if worker.is_hidden or language != worker.language else (back, [])


def _lifted(worker: Worker | None, now: float) -> Worker | None:
    """The caller's turn: everything but a short list made just now is forgotten, and that is hidden."""
    return None if worker is None or now - worker.used > SAME_HAND_S else _hidden(worker)


def _hidden(worker: Worker | None) -> Worker | None:
    """What may stay behind a call: the short list, out of sight. What was typed and found is gone."""
    if worker is None or not worker.kept:
        return None
    return Worker(worker.language, worker.used, kept=worker.kept, told=worker.told, look=worker.look, is_hidden=True)


def _later(worker: Worker | None, now: float) -> Worker | None:
    due = deadline(worker)
    if worker is None or due is None or now < due:
        return worker
    return replace(worker, notice="notice.forgetting", is_good=False) if now < worker.used + FORGET_S else None


def _touched(worker: Worker, touch: Touch, moment: Moment, rules: Rules) -> Step:
    match touch:
        case Open() | Close():
            return worker, []  # heeded above
        case Type(text=text):
            return _asking(worker, moment, rules, lambda asked: replace(asked, text=text))
        case Near(place=place):
            worker = _at(worker, WorkerView.SEARCH)
            worker = replace(worker, asked=replace(worker.asked, place=place.strip()), look=worker.look + 1)
            return worker, [Locate(worker.look, worker.asked.place)]
        case Filters():
            return _at(worker, WorkerView.FILTERS), []
        case Filter(name=name):
            return (_at(replace(worker, filter=name), WorkerView.CHOOSE) if name in FILTERS else worker), []
        case Choose(value=value):
            if worker.view is not WorkerView.CHOOSE or not _is_value(worker.filter, value):
                return worker, []
            chosen = replace(worker, asked=worker.asked.toggled(worker.filter, value))
            is_one = worker.filter not in MANY
            return _search(_at(chosen, WorkerView.SEARCH) if is_one else chosen, moment, rules)
        case Clear():
            return _search(replace(_at(worker, WorkerView.SEARCH), asked=Asked()), moment, rules)
        case Search():
            return _at(worker, WorkerView.SEARCH), []
        case Show(id=relay):
            found = _found(worker, relay)
            from_short_list = worker.view in (WorkerView.SHORT_LIST, WorkerView.COMPARE)
            card = replace(worker, shown=found, from_short_list=from_short_list)
            return (worker if found is None else _at(card, WorkerView.CARD)), []
        case Keep(id=relay):
            return _keep(worker, _found(worker, relay) if relay else worker.shown), []
        case ShortList():
            return _at(worker, WorkerView.SHORT_LIST), []
        case Compare():
            return (_at(worker, WorkerView.COMPARE) if worker.kept else worker), []
        case Turn(page=page):
            return replace(worker, page=page), []
        case Back():
            return _back(worker), []
        case _:
            return _handed(worker, touch, rules)


def _handed(worker: Worker, touch: Print | Send | Doubt | Report, rules: Rules) -> Step:
    """What leaves the screen: slip, message, correction."""
    shown = worker.shown if worker.view in (WorkerView.CARD, WorkerView.WRONG) else None
    match touch:
        case Print():
            services = tuple(one.service for one in ((shown,) if shown else worker.kept))
            if not rules.has_printer or not services:
                return worker, []
            return replace(worker, notice="notice.printing"), [PrintSlip(services, worker.language)]
        case Send(number=number):
            if not rules.has_texts or shown is None:
                return worker, []
            return replace(worker, notice="notice.sending"), [SendText(shown.service, number, worker.language)]
        case Doubt():
            return (_at(worker, WorkerView.WRONG) if shown else worker), []
        case Report(field=wrong):
            if shown is None:
                return worker, []
            said = (shown.service.id, wrong)
            thanked = replace(
                _at(worker, WorkerView.CARD), told=worker.told | {said}, notice="notice.told", is_good=True
            )
            return thanked, [] if said in worker.told else [FileCorrection(*said)]
    assert_never(touch)


def _asking(worker: Worker, moment: Moment, rules: Rules, change: Callable[[Asked], Asked]) -> Step:
    return _search(replace(_at(worker, WorkerView.SEARCH), asked=change(worker.asked)), moment, rules)


def _search(worker: Worker, moment: Moment, rules: Rules) -> Step:
    """Ask again; what was found before is shown until the answer comes."""
    asked = worker.asked
    question = Question(
        text=asked.text.strip(),
        near=asked.near,
        radius_km=float(asked.radius) if asked.radius else None,
        needs=asked.needs,
        audiences=asked.audiences,
        languages=asked.languages,
        open_at=open_at(asked.open, moment.clock.now),
        language=worker.language,
        limit=MOST_FOUND,
    )
    look = worker.look + 1
    page = worker.page if worker.view is WorkerView.CHOOSE else 1
    return replace(worker, look=look, page=page), [Look(look, question)]


def _as_of_now(answer: Answer, clock: Clock) -> Answer:
    """What is open at another time, with its state now: "open until tomorrow at 12" would be no word for now."""
    return replace(answer, found=tuple(replace(one, openness=open_now(one.service, clock)) for one in answer.found))


def open_at(value: str, now: datetime) -> datetime | None:
    """The time that a value of the filter "open" means, on the wall clock of ``now``; None: no time was set."""
    match value:
        case "":
            return None
        case "now":
            return now
        case "tonight":
            return max(now, _at_hour(now, EVENING_H))
        case "night":
            is_night = now.hour < DAWN_H
            return max(now, _at_hour(now if is_night else now + timedelta(days=1), NIGHT_H))
        case "tomorrow":
            return _at_hour(now + timedelta(days=1), MORNING_H)
        case "saturday" | "sunday":
            day = {"saturday": 5, "sunday": 6}[value]
            soonest = _at_hour(now + timedelta(days=(day - now.weekday()) % 7), MORNING_H)
            return soonest if soonest >= now else soonest + timedelta(days=7)
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)


def _at_hour(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _is_value(name: str, value: str) -> bool:
    """Whether a filter without a list of its own may have ``value``; the others find nothing with a wrong one."""
    match name:
        case "radius":
            return value in RADII
        case "open" if value not in TIMES:
            try:
                datetime.fromisoformat(value)
            except ValueError:
                return False
    return bool(value)


def _found(worker: Worker, relay: str) -> Found | None:
    found = worker.answer.found if worker.answer else ()
    return next((one for one in (*worker.kept, *found) if one.service.id == relay), None)


def _keep(worker: Worker, found: Found | None) -> Worker:
    if found is None:
        return worker
    if is_kept(worker, found):
        return replace(worker, kept=tuple(one for one in worker.kept if one.service.id != found.service.id))
    if len(worker.kept) == MOST_KEPT:
        return replace(worker, notice="notice.full")
    return replace(worker, kept=(*worker.kept, found))


def is_kept(worker: Worker, found: Found) -> bool:
    """Whether it is on the short list."""
    return any(one.service.id == found.service.id for one in worker.kept)


def _at(worker: Worker, view: WorkerView) -> Worker:
    return replace(worker, view=view, page=1)


def _back(worker: Worker) -> Worker:
    match worker.view:
        case WorkerView.SEARCH | WorkerView.FILTERS | WorkerView.SHORT_LIST:
            return _at(worker, WorkerView.SEARCH)
        case WorkerView.CHOOSE:
            return _at(worker, WorkerView.FILTERS)
        case WorkerView.CARD if worker.page > 1:
            return replace(worker, page=worker.page - 1)
        case WorkerView.CARD:
            return _at(worker, WorkerView.SHORT_LIST if worker.from_short_list else WorkerView.SEARCH)
        case WorkerView.COMPARE:
            return _at(worker, WorkerView.SHORT_LIST)
        case WorkerView.WRONG:
            return _at(worker, WorkerView.CARD)
    assert_never(worker.view)
