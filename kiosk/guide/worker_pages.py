"""What the social worker's mode shows: a state as a :class:`WorkerPage`, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TypeVar, assert_never

import msgspec

from kiosk.directory.hours.expression import Expression
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.schedule import plan
from kiosk.directory.index.facts import calendar_of, hours_of, place_of
from kiosk.directory.parts import Confidence, Place
from kiosk.directory.search.question import Clock, Found
from kiosk.directory.vocabulary import Term, vocabulary
from kiosk.errors import BadInput
from kiosk.guide.card_pages import desk_pages
from kiosk.guide.correction import Wrong
from kiosk.guide.page import Line
from kiosk.guide.tree import GROUPS
from kiosk.guide.worker import is_kept
from kiosk.guide.worker_page import Action, Chip, Day, Row, WorkerPage, WorkerView
from kiosk.guide.worker_state import FILTERS, RADII, TIMES, Rules, Worker
from kiosk.speech.entries import card, name_shown
from kiosk.speech.openings import brief, time_words
from kiosk.speech.phones import phones_of
from kiosk.speech.readings import number_shown, plain
from kiosk.speech.tongue import Tongue
from kiosk.takeaway.card import card_of
from kiosk.takeaway.vcard import vcard
from kiosk.takeaway.week import date_in_words, day_in_words

ROWS = 3
"""Relays on one page: each is a touch target of 20 mm."""
CHOICES = 6
COLUMNS = 2
"""Relays side by side."""
DAYS = 7

_T = TypeVar("_T")


@dataclass(frozen=True)
class Words:
    """One language's words, by the files they stand in."""

    tongue: Tongue
    """``guide.toml``."""
    own: Mapping[str, str]
    """``worker.toml``."""
    paper: Mapping[str, str]
    """``takeaway.toml``."""

    def notice(self, name: str) -> str:
        """A sentence on what was done: ours, or one of the slip's and the message's."""
        return self.own.get(name) or self.paper.get(name, "") if name else ""


def worker_page(worker: Worker, rules: Rules, words: Words, clock: Clock) -> WorkerPage | None:
    """The page of ``worker``; None: there is nothing to be seen."""
    if worker.is_hidden:
        return None
    own = words.own
    notice, tone = words.notice(worker.notice), "good" if worker.is_good else "check"
    if not notice and not clock.is_trusted:
        notice = own["notice.clock"]
    page = WorkerPage(
        view=worker.view,
        language=worker.language,
        title=own.get(f"title.{worker.view}", "").format(filter=own.get(f"filter.{worker.filter}", "")),
        actions=tuple(_actions(worker, rules, own)),
        kept=len(worker.kept),
        notice=notice,
        tone=tone if notice else "",
    )
    return _filled(page, worker, words, clock)


def _filled(page: WorkerPage, worker: Worker, words: Words, clock: Clock) -> WorkerPage:
    put = msgspec.structs.replace
    match worker.view:
        case WorkerView.SEARCH:
            found = worker.answer.found if worker.answer else ()
            shown, number, of = _page(found, worker.page, ROWS)
            return put(
                page,
                text=worker.asked.text,
                place=_place(worker, words.own),
                filters=tuple(_filters(worker, words)),
                rows=tuple(_row(one, worker, words, clock) for one in shown),
                number=number,
                of=of,
            )
        case WorkerView.FILTERS:
            return put(page, filters=tuple(_filters(worker, words)))
        case WorkerView.CHOOSE:
            values, number, of = _page(_values(worker, words), worker.page, CHOICES)
            return put(page, choices=tuple(values), number=number, of=of)
        case WorkerView.SHORT_LIST:
            shown, number, of = _page(worker.kept, worker.page, ROWS)
            return put(page, rows=tuple(_row(one, worker, words, clock) for one in shown), number=number, of=of)
        case WorkerView.COMPARE:
            shown, number, of = _page(worker.kept, worker.page, COLUMNS)
            days = tuple(_days(shown, words, clock))
            return put(page, columns=tuple(name_shown(one.service) for one in shown), days=days, number=number, of=of)
        case WorkerView.CARD | WorkerView.WRONG:
            return page if worker.shown is None else _card(page, worker.shown, words, clock, worker.page)
    assert_never(worker.view)


def _card(page: WorkerPage, found: Found, words: Words, clock: Clock, wanted: int) -> WorkerPage:
    name = name_shown(found.service)
    if page.view is WorkerView.WRONG:
        return msgspec.structs.replace(page, lines=(Line("name", name),))
    pages = desk_pages(name, card(found, clock, words.tongue), has_place=place_of(found.service) != Place())
    (entries,), number, of = _page(pages, wanted, 1)
    return msgspec.structs.replace(
        page,
        title=name,
        lines=tuple(Line(entry.role, entry.text, entry.tone) for entry in entries),
        # On the first page alone: further ones have the whole width for words.
        qr=vcard(card_of(found.service, clock.now.date(), words.paper)) if number == 1 else "",
        number=number,
        of=of,
    )


def _page(every: Sequence[_T], wanted: int, size: int) -> tuple[Sequence[_T], int, int]:
    """The things of page ``wanted``, its number and how many there are; the last page stands for those after it."""
    of = max(1, -(-len(every) // size))
    number = min(wanted, of)
    return every[(number - 1) * size : number * size], number, of


def _place(worker: Worker, own: Mapping[str, str]) -> str:
    near = worker.asked.near or (worker.answer.near if worker.answer else None)
    return own["place.near"].format(place=near.name) if near is not None and near.name else own["place.here"]


def _filters(worker: Worker, words: Words) -> Iterator[Chip]:
    for name in FILTERS:
        set_now = [_value_words(name, value, words) for value in worker.asked.values(name)]
        yield Chip(name, words.own[f"filter.{name}"], ", ".join(set_now), bool(set_now))


def _values(worker: Worker, words: Words) -> list[Chip]:
    """All values of the filter that is chosen from; of needs the most pressing first."""
    name = worker.filter
    set_now = worker.asked.values(name)
    match name:
        case "need":
            values: Sequence[str] = _needs()
        case "audience":
            values = tuple(vocabulary().audiences)
        case "language":
            values = tuple(key.removeprefix("lang.") for key in words.tongue.words if key.startswith("lang."))
        case "open":
            values = (*(value for value in set_now if value not in TIMES), *TIMES)
        case _:
            values = RADII
    return [Chip(value, _value_words(name, value, words), is_on=value in set_now) for value in values]


@cache
def _needs() -> tuple[str, ...]:
    """Every need of the vocabulary, in the order of the caller's tree: danger and shelter first."""
    known = vocabulary().needs
    wished = [need for group in GROUPS for wish in group.wishes for need in wish.needs if need in known]
    below = [need for need in known if any(need.startswith(f"{each}--") for each in wished)]
    return tuple(dict.fromkeys((*wished, *below, *known)))


def _value_words(name: str, value: str, words: Words) -> str:
    match name:
        case "need":
            return _label(vocabulary().needs.get(value), value, words)
        case "audience":
            return _label(vocabulary().audiences.get(value), value, words)
        case "language":
            return words.tongue.words.get(f"lang.{value}", value)
        case "open":
            return words.own.get(f"open_at.{value}") or _moment_words(value, words)
        case _:
            return words.own["radius.km"].format(number=value)


def _moment_words(value: str, words: Words) -> str:
    """``24 novembre 2026, 18 h``, from ISO 8601."""
    at = datetime.fromisoformat(value)
    return f"{date_in_words(at.date(), words.paper)}, {time_words(at, words.tongue)}"


def _label(term: Term | None, code: str, words: Words) -> str:
    if term is None:
        return code
    return term.fr if words.tongue.language == "fr" else term.en


def _row(found: Found, worker: Worker, words: Words, clock: Clock) -> Row:
    service = found.service
    level = words.own[f"level.{service.level}"] if service.level else ""
    open_now, far, tone = brief(found, clock, words.tongue)
    where = (far, plain(place_of(service).commune), level)
    phones = phones_of(service)
    return Row(
        id=service.id,
        title=name_shown(service),
        note=" · ".join(part for part in where if part),
        open=open_now,
        tone=tone,
        phone=number_shown(phones[0].number) if phones else "",
        is_kept=is_kept(worker, found),
        is_unsure=service.confidence is Confidence.C,
    )


def _days(columns: Sequence[Found], words: Words, clock: Clock) -> Iterator[Day]:
    """The next days, each with what every relay does on it."""
    today = clock.now.date()
    for days in range(DAYS):
        day = today + timedelta(days)
        name = words.paper[f"day.{day.weekday()}"]
        title = f"{name[:1].upper()}{name[1:]} {date_in_words(day, words.paper).rpartition(' ')[0]}"
        yield Day(title, tuple(_cell(one, day, words) for one in columns))


def _cell(found: Found, day: date, words: Words) -> str:
    hours, (territory, schools) = hours_of(found.service), calendar_of(found.service)
    expression = _expression(hours.osm)
    if any(one.start <= day <= one.end for one in hours.closures):
        return words.paper["hours.closed"]
    if expression is None or territory is None:
        return words.own["compare.unknown"]
    # In a column there is no room for "midnight".
    short = {**words.paper, "hours.midnight": words.own["compare.midnight"]}
    return day_in_words(plan(expression, day, territory, schools), short)


def _expression(osm: str) -> Expression | None:
    try:
        return parse(osm) if osm else None
    except BadInput:
        return None


def _actions(worker: Worker, rules: Rules, own: Mapping[str, str]) -> Iterator[Action]:
    def action(do: str, name: str = "") -> Action:
        return Action(do, own[f"action.{name or do}"].format(number=len(worker.kept)))

    view = worker.view
    printing = [action("print")] if rules.has_printer else []
    if view is WorkerView.CARD and worker.shown is not None:
        yield action("keep", "drop" if is_kept(worker, worker.shown) else "keep")
        yield from printing
        if rules.has_texts:
            yield action("send")
        yield action("wrong")
    elif view is WorkerView.SHORT_LIST and worker.kept:
        yield action("compare")
        yield from printing
    elif view is WorkerView.COMPARE:
        yield from printing
    elif view is WorkerView.WRONG:
        yield from (Action("report", own[f"wrong.{wrong}"], wrong) for wrong in Wrong)
    elif view is WorkerView.SEARCH:
        yield from (action("filters"), action("clear"))
    elif view is WorkerView.FILTERS:
        yield action("clear")
    if worker.kept and view is not WorkerView.SHORT_LIST:
        yield action("short_list")
    if view is not WorkerView.SEARCH:
        yield action("search") if view in (WorkerView.FILTERS, WorkerView.CHOOSE) else action("back")
    yield action("close")
