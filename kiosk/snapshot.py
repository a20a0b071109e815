"""What the switchboard tells a screen, whole, each time anything changes; a screen keeps no state of its own.

Wire form in docs/ipc.md (message ``snapshot``). Words are not in here: only names that the catalogues of
``config/locales`` turn into the person's language, so that a screen can be drawn again in another.
But for ``page``: what the directory says has no names.
"""

from enum import StrEnum

import msgspec

from kiosk.guide.page import Page
from kiosk.guide.worker_page import WorkerPage


class Screen(StrEnum):
    """Each is a picture of its own, distinct in words, shape and tone (ACCESSIBILITY 28)."""

    IDLE = "idle"
    """On hook. Invites to lift the handset; says so if no path is proved."""
    MENU = "menu"
    """Off hook, greeting: the big button calls the helpline."""
    BROWSING = "browsing"
    """Off hook, looking something up: ``page`` is what there is to see."""
    CALLING = "calling"
    ALERTING = "alerting"
    CONNECTED = "connected"
    ENDED = "ended"
    """The far end hung up; the handset is still up."""
    UNANSWERED = "unanswered"
    """Busy, closed, declined, or nobody came: says which, and offers others by one press each."""
    NO_PATH = "no_path"
    """No line carried the call: says so, offers to try again and others."""
    RESCUE = "rescue"
    """The call was cut off and the terminal is calling back."""
    LEFT_OFF_HOOK = "left_off_hook"
    """Nobody there for a long time: please hang up, or press to begin."""


class Offer(msgspec.Struct, frozen=True):
    """One choice on the screen, one key on the handset."""

    key: str
    """0-9, * or #."""
    name: str
    """Catalogue name of the words: ``offer.<name>``."""
    number: str = ""
    """Public number to show beside the words (15, 3114, ...); empty when there is none to show."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag="snapshot", tag_field="type"):
    """One picture of the terminal."""

    seq: int
    """Grows by one at each change; a gap means nothing, a step back means core restarted."""
    screen: Screen
    language: str
    languages: tuple[str, ...]
    """Offered ones, in the site's order."""
    reason: str = ""
    """Detail of the screen: busy, declined, no_answer, closed, unreachable; catalogue ``reason.<reason>``."""
    line: str = ""
    """voip or gsm: which path carries or tries; empty when none."""
    since_ms: int = 0
    """Wall-clock ms since 1970 at which this screen began (connected: the answer), for a running time."""
    offers: tuple[Offer, ...] = ()
    ready: bool = False
    """The ready light, and the idle screen's promise: who lifts is heard and gets through."""
    trouble: str = ""
    """Why not, when not ready: handset, hook, panel, no_path; catalogue ``trouble.<trouble>``."""
    button_stuck: bool = False
    """The big button does not work: the screen names the key that does the same."""
    helpline: str = ""
    """The helpline's public number, to show."""
    site: str = ""
    """The site's public name."""
    volume: int = 0
    """Steps from the default, -3..3."""
    page: Page | None = None
    """The directory's page, while the screen is ``browsing``."""
    worker: WorkerPage | None = None
    """The social worker's page: while there is one, it is drawn instead of all else."""
    may_find: bool = False
    """Key 3 of the menu leads into the directory."""
    may_work: bool = False
    """That mode can be opened now: no call is up, and this site has a directory."""
