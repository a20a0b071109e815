"""What each screen says: a pure function from a snapshot, the words of a language and the time. No Kivy.

A :class:`View` is all that the layout needs, and two equal views are one picture: the process draws again only
when the view changes, so a running time costs one drawing a second and nothing can flash.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.screens.pages import PageView, page_view
from kiosk.screens.pictograms import Pictogram
from kiosk.screens.shapes import Deed, Key, Press
from kiosk.screens.style import Colour
from kiosk.snapshot import Offer, Screen, Snapshot
from kiosk.speech.catalogue import Catalogue

NO_BREAK_SPACE = "\u00a0"
MOST_CHOICES = 4
"""FALC and EN 301 549: nobody is asked to choose among more (ACCESSIBILITY 7)."""
LONGEST_SHOWN_S = 24 * 3600
"""Above it the clock has jumped (a Pi has no clock battery): no time is shown rather than a false one."""
BEATS = 3
BEAT_MS = 1000
"""A waiting picture moves once a second, well below 3 flashes (WCAG 2.2, 2.3.1)."""
VOLUME_STEPS = 3
"""A snapshot's volume runs from minus to plus this."""


@dataclass(frozen=True)
class Choice:
    """Something to touch or to press."""

    deed: Deed
    title: str
    note: str = ""
    """Smaller words under the title."""
    key: str = ""
    """The handset's key that does the same; empty when there is none."""
    picture: Pictogram | None = None
    is_call: bool = False
    """Drawn as the call button."""


@dataclass(frozen=True)
class View:
    """One picture, in words and names."""

    name: str
    """Screen value, with what tells two of its pictures apart; for logs."""
    picture: Pictogram
    tone: Colour
    """Ground of the picture."""
    language: str
    title: str
    body: str = ""
    is_loud: bool = False
    """The body is the one thing to do: drawn larger and bold."""
    notes: tuple[str, ...] = ()
    """Smaller lines, most important first."""
    door: str = ""
    """Words of the button that opens the social worker's mode; empty: it cannot be opened here."""
    footer: str = ""
    """A name that the site chose: one line, cut where it does not fit."""
    timer: str = ""
    beat: int | None = None
    """Which of the three dots is lit; None: the picture rests."""
    volume: int | None = None
    """Bars lit of the loudness scale (1 to 7); None: no scale."""
    choices: tuple[Choice, ...] = ()
    as_grid: bool = False
    """True: a list of numbers to choose from; False: a statement."""


_LOOKS: dict[Screen, tuple[Pictogram, Colour]] = {
    Screen.IDLE: (Pictogram.LIFT, "#0b5a34"),
    Screen.MENU: (Pictogram.PUSH, "#0b4a8f"),
    Screen.CALLING: (Pictogram.DIALLING, "#4a2f8a"),
    Screen.ALERTING: (Pictogram.BELL, "#7a2473"),
    Screen.CONNECTED: (Pictogram.TALK, "#005a5f"),
    Screen.ENDED: (Pictogram.PUT_DOWN, "#3a4763"),
    Screen.UNANSWERED: (Pictogram.CLOCK, "#7a3d00"),
    Screen.NO_PATH: (Pictogram.NO_SIGNAL, "#8f1d1d"),
    Screen.RESCUE: (Pictogram.CALL_BACK, "#8a1f4d"),
    Screen.LEFT_OFF_HOOK: (Pictogram.ANYONE, "#57500a"),
}
_REASONS: dict[str, Pictogram] = {
    "no_answer": Pictogram.SILENT_BELL,
    "closed": Pictogram.PADLOCK,
    "refused": Pictogram.NO_ENTRY,
    "declined": Pictogram.NO_ENTRY,
}
"""Why nobody came, for who does not read; any other is the clock of "later"."""
_NOT_READY: tuple[Pictogram, Colour] = (Pictogram.OUT_OF_ORDER, "#4d4238")
_WAITING: tuple[Pictogram, Colour] = (Pictogram.HOURGLASS, "#44474d")
_HARMLESS = frozenset({"", "no_path"})
"""Troubles with which the handset itself is well: lifting it may still help."""
_MOVING = frozenset({Screen.CALLING, Screen.ALERTING, Screen.RESCUE})


def shown(snapshot: Snapshot, catalogue: Catalogue, now_ms: int) -> View | PageView:
    """What to draw for ``snapshot``: the page of the directory that the person is on, else as :func:`view` has it."""
    if snapshot.screen is Screen.BROWSING and snapshot.page is not None:
        return page_view(snapshot.page, catalogue)
    return view(snapshot, catalogue, now_ms)


def view(snapshot: Snapshot, catalogue: Catalogue, now_ms: int) -> View:
    """What to draw for ``snapshot`` at ``now_ms`` (wall clock, ms since 1970), in the words of ``catalogue``."""
    words = catalogue.read
    screen = snapshot.screen
    if screen is Screen.IDLE:
        return _idle(snapshot, catalogue)
    if screen is Screen.BROWSING:
        # Between two pages: the next one is on its way.
        return waiting(catalogue)
    picture, tone = _LOOKS[screen]
    if screen in (Screen.UNANSWERED, Screen.NO_PATH):
        return _came_to_nothing(snapshot, catalogue, picture, tone)
    beat = (max(0, now_ms - snapshot.since_ms) // BEAT_MS) % BEATS if screen in _MOVING else None
    on_call = screen is Screen.CONNECTED
    by_key = screen is Screen.MENU and snapshot.button_stuck
    if by_key:
        # Who does not read must not be sent to the button that does not work.
        picture = Pictogram.FIRST_KEY
    body = words["menu.body_by_key" if by_key else f"{screen}.body"]
    notes = (words["connected.finish"],) if on_call else ()
    if snapshot.trouble == "handset":
        # Whoever hears nothing must read why; "you can speak" would be false.
        body = words["trouble.no_sound"] if on_call else body
        notes = (words["trouble.no_sound"],) if screen is Screen.MENU else notes
    finds = screen is Screen.MENU and snapshot.may_find
    if finds:
        # Three ways to go on are tiles; what the big button does stays above them.
        body, notes = "", (body, *notes)
    return View(
        name=screen,
        picture=picture,
        tone=tone,
        language=catalogue.language,
        title=words[f"{screen}.title"],
        body=body,
        notes=notes,
        timer=running_time(snapshot.since_ms, now_ms) if on_call else "",
        beat=beat,
        volume=VOLUME_STEPS + 1 + max(-VOLUME_STEPS, min(VOLUME_STEPS, snapshot.volume)) if on_call else None,
        choices=_choices(snapshot, catalogue),
        as_grid=finds,
    )


def waiting(catalogue: Catalogue) -> View:
    """What to draw while the switchboard does not answer the screen."""
    picture, tone = _WAITING
    words = catalogue.read
    return View(
        name="waiting",
        picture=picture,
        tone=tone,
        language=catalogue.language,
        title=words["waiting.title"],
        body=words["waiting.body"],
        notes=(words["waiting.note"], words["waiting.danger"]),
    )


def running_time(since_ms: int, now_ms: int) -> str:
    """``m:ss`` or ``h:mm:ss``; empty when the start is unknown or the clock has jumped."""
    seconds = (now_ms - since_ms) // 1000
    if since_ms <= 0 or not 0 <= seconds <= LONGEST_SHOWN_S:
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def shown_number(number: str) -> str:
    """A public number as a person reads it, its groups joined by no-break spaces.

    Numbers of up to four digits stay whole, as on posters; free and short-cost ones (0 800 ...) and the others
    are grouped as France does. A number that has groups already keeps them.
    """
    if " " in number or NO_BREAK_SPACE in number:
        return number.replace(" ", NO_BREAK_SPACE)
    if len(number) <= 4 or not number.isdecimal():
        return number
    if number.startswith("08") and len(number) == 10:
        groups = [number[0], number[1:4], *_pairs(number[4:])]
    else:
        groups = [number[:1], *_pairs(number[1:])] if len(number) % 2 else _pairs(number)
    return NO_BREAK_SPACE.join(groups)


def _pairs(digits: str) -> list[str]:
    return [digits[i : i + 2] for i in range(0, len(digits), 2)]


def _idle(snapshot: Snapshot, catalogue: Catalogue) -> View:
    words = catalogue.read
    ready = snapshot.ready
    picture, tone = _LOOKS[Screen.IDLE] if ready else _NOT_READY
    table = "idle" if ready else "not_ready"
    number = f"{words['offer.helpline']}{words['idle.colon']}{shown_number(snapshot.helpline)}"
    spoken = " · ".join(words.get(f"language.{code}", code) for code in snapshot.languages)
    notes = (words["idle.promise"], number, spoken) if ready else (words["not_ready.danger"], number)
    title, body = words[f"{table}.title"], words[f"{table}.body"]
    if not ready and snapshot.trouble not in _HARMLESS:
        title = words.get(f"trouble.{snapshot.trouble}", title)
        body = words["trouble.body"]
    return View(
        name="idle" if ready else "idle_not_ready",
        picture=picture,
        tone=tone,
        language=catalogue.language,
        title=title,
        body=body,
        notes=notes,
        is_loud=ready,
        door=words["desk.enter"] if snapshot.may_work else "",
        footer=snapshot.site,
    )


def _came_to_nothing(snapshot: Snapshot, catalogue: Catalogue, picture: Pictogram, tone: Colour) -> View:
    words = catalogue.read
    usual = "unreachable" if snapshot.screen is Screen.NO_PATH else "other"
    reason = snapshot.reason if f"reason.{snapshot.reason}" in words else usual
    again = Choice(
        Press("help"),
        words["choice.again"],
        note=words["choice.big_button"],
        key="0",
        picture=Pictogram.HANDSET,
        is_call=True,
    )
    offers = tuple(_offer(offer, catalogue) for offer in snapshot.offers[: MOST_CHOICES - 1])
    return View(
        name=f"{snapshot.screen}_{reason}",
        picture=picture if snapshot.screen is Screen.NO_PATH else _REASONS.get(reason, picture),
        tone=tone,
        language=catalogue.language,
        title=words[f"reason.{reason}"],
        body="" if offers else words[f"advice.{reason}"],
        notes=(words[f"advice.{reason}"],) if offers else (),
        choices=(*offers, again) if offers else _call_or_language(snapshot, catalogue),
        as_grid=bool(offers),
    )


def _offer(offer: Offer, catalogue: Catalogue) -> Choice:
    words = catalogue.read.get(f"offer.{offer.name}", "")
    number = shown_number(offer.number)
    return Choice(Key(offer.key), number or words, note=words if number else "", key=offer.key)


def _choices(snapshot: Snapshot, catalogue: Catalogue) -> tuple[Choice, ...]:
    words = catalogue.read
    match snapshot.screen:
        case Screen.MENU if snapshot.may_find:
            call, *others = _call_or_language(snapshot, catalogue)
            find, what = words["choice.find"], words["choice.find_what"]
            return (call, Choice(Key("3"), find, what, key="3", picture=Pictogram.SEARCH), *others)
        case Screen.MENU | Screen.ENDED | Screen.LEFT_OFF_HOOK:
            return _call_or_language(snapshot, catalogue)
        case Screen.CALLING | Screen.ALERTING | Screen.RESCUE:
            return (Choice(Press("back"), words["choice.stop"], key="#"),)
        case Screen.CONNECTED:
            return (
                Choice(Press("volume_down"), words["choice.softer"], picture=Pictogram.SOFTER),
                Choice(Press("volume_up"), words["choice.louder"], picture=Pictogram.LOUDER),
            )
        case _:
            return ()


def _call_or_language(snapshot: Snapshot, catalogue: Catalogue) -> tuple[Choice, ...]:
    words = catalogue.read["choice.call"]
    call = Choice(Press("help"), words, key="1", picture=Pictogram.HANDSET, is_call=True)
    return (call, *_other_language(snapshot, catalogue))


def _other_language(snapshot: Snapshot, catalogue: Catalogue) -> tuple[Choice, ...]:
    """The button that leads to the next language, named in that language; no flags (ACCESSIBILITY 24)."""
    following = next_language(snapshot.languages, snapshot.language)
    if following == snapshot.language:
        return ()
    name = catalogue.read.get(f"language.{following}", following)
    return (Choice(Press("language"), name, key="2", picture=Pictogram.GLOBE),)


def next_language(languages: Sequence[str], current: str) -> str:
    """The one after ``current``, round and round, as the switchboard chooses it."""
    if current not in languages:
        return languages[0] if languages else current
    return languages[(languages.index(current) + 1) % len(languages)]
