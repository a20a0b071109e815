"""Every picture that the switchboard can ask for, and the panels they are shown on."""

from itertools import count

from kiosk.screens.desk import Desk, Field
from kiosk.screens.desks import DeskView, desk_view
from kiosk.screens.pages import PageView
from kiosk.screens.style import Panel
from kiosk.screens.views import View, shown, view, waiting
from kiosk.snapshot import Offer, Screen, Snapshot
from kiosk.speech.catalogue import load
from tests.screens import desk_pages, leaves

LANGUAGES = ("fr", "en")
PANELS = {
    "800x480 at 7 in": (Panel(800, 480), 7.0),
    "1024x600 at 7 in": (Panel(1024, 600), 7.0),
    "1280x800 at 10.1 in": (Panel(1280, 800), 10.1),
}
OFFERS = (Offer("1", "3114", "3114"), Offer("2", "15", "15"), Offer("3", "115", "115"))
REASONS = {
    Screen.UNANSWERED: ("busy", "declined", "no_answer", "closed", "refused", "a reason of next year"),
    Screen.NO_PATH: ("unreachable",),
}
NOW_MS = 1_770_000_000_000
TALKED_MS = 3_725_000
"""1:02:05, the widest time shown."""

_seq = count(1)


def snapshot(screen: Screen, language: str = "fr", **more: object) -> Snapshot:
    """A snapshot as core sends it."""
    usual: dict[str, object] = {
        "seq": next(_seq),
        "languages": LANGUAGES,
        "since_ms": NOW_MS - TALKED_MS,
        "ready": True,
        "helpline": "0 800 19 00 00",
        "site": "Accueil de jour Saint-Vincent",
    }
    return Snapshot(screen=screen, language=language, **{**usual, **more})  # type: ignore[arg-type]


def all_snapshots(language: str) -> list[Snapshot]:
    """Each screen with each of its reasons, ready and not ready."""
    every = []
    for screen in Screen:
        if screen is Screen.BROWSING:
            continue
        for reason in REASONS.get(screen, ("",)):
            may_offer = screen in REASONS and reason != "refused"
            every.append(snapshot(screen, language, reason=reason, offers=OFFERS if may_offer else ()))
    troubled = [
        *(snapshot(Screen.IDLE, language, ready=False, trouble=trouble) for trouble in ("handset", "hook", "panel")),
        *(snapshot(one, language, ready=False, trouble="handset") for one in (Screen.MENU, Screen.CONNECTED)),
        snapshot(Screen.MENU, language, button_stuck=True),
        snapshot(Screen.MENU, language, ready=False, trouble="handset", button_stuck=True),
        snapshot(Screen.MENU, language, may_find=True),
        snapshot(Screen.MENU, language, may_find=True, ready=False, trouble="handset", button_stuck=True),
    ]
    return [*every, snapshot(Screen.IDLE, language, ready=False), *troubled]


def all_views(language: str) -> list[View]:
    """Each picture of a language, the one without a switchboard included."""
    words = load(language)
    return [*(view(each, words, NOW_MS) for each in all_snapshots(language)), waiting(words)]


def all_desks(language: str) -> list[DeskView]:
    """Each page of the social worker's mode, and its drawn keyboards, with the screen's own words in ``language``."""
    words = load(language)
    desks = [desk_view(page, Desk(), words) for page in desk_pages.ALL.values()]
    typing = [Desk(pad=1), Desk(pad=2, field=Field.PLACE, place="Saint-Denis"), Desk(pad=1, field=Field.NUMBER)]
    return [*desks, *(desk_view(desk_pages.SEARCH, desk, words) for desk in typing)]


def all_pages(language: str) -> list[PageView]:
    """Each page of the directory, with the screen's own words in ``language``."""
    words = load(language)
    seen = (shown(snapshot(Screen.BROWSING, language, page=page), words, NOW_MS) for page in leaves.ALL.values())
    return [one for one in seen if isinstance(one, PageView)]
