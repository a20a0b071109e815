"""Debounce as pure functions of levels and times: a contact counts once it has rested.

gpiozero's own ``bounce_time`` reports the first edge and then looks away, so a bounce train can leave it with
the wrong state for ever. Here every edge restarts the rest, and the level that counts is the one that rested.
Times are seconds of any one monotonic clock; nothing here reads it.
"""


class Debouncer:
    """One two-state contact. Feed every edge; the settled level follows once the contact has rested."""

    def __init__(self, rest_s: float, settled: bool, raw: bool, now: float) -> None:
        self._rest_s = rest_s
        self._settled = settled
        self._raw = raw
        self._since = now

    @property
    def settled(self) -> bool:
        """The level last counted."""
        return self._settled

    @property
    def raw(self) -> bool:
        """The level last seen, rested or not."""
        return self._raw

    @property
    def deadline(self) -> float | None:
        """When the present level will have rested; None while it already counts."""
        return None if self._raw == self._settled else self._since + self._rest_s

    def edge(self, level: bool, now: float) -> bool | None:
        """The contact changed to ``level``. Returns the level that had rested *before* this edge, if it is news.

        That answer keeps a quick lift, hang-up, lift apart even when the thread that waits for the rest is late.
        """
        rested = self.rested(now)
        self._raw = level
        self._since = now
        return rested

    def rested(self, now: float) -> bool | None:
        """The new settled level when the contact has rested long enough, else None."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return None
        self._settled = self._raw
        return self._settled


class KeyReader:
    """Tells key presses from successive scans of a key matrix without diodes.

    Each key rests for itself, so that one bad contact does not hold up the others. Two keys at once are told apart;
    with three a matrix shows keys that nobody presses, so nothing is reported.
    """

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._settled: frozenset[str] = frozenset()
        self._raw: frozenset[str] = frozenset()
        self._since: dict[str, float] = {}

    @property
    def down(self) -> frozenset[str]:
        """The keys that count as held."""
        return self._settled

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is held, and nothing is about to be."""
        return not self._settled and not self._raw

    def scan(self, pressed: frozenset[str], now: float) -> str | None:
        """One scan's keys. Returns the key newly pressed, once it has rested."""
        for key in pressed ^ self._raw:
            self._since[key] = now
        self._raw = pressed
        if len(pressed) > 2:
            for key in pressed - self._settled:
                self._since[key] = now
        changed = {key for key in pressed ^ self._settled if now - self._since[key] >= self._rest_s}
        new = changed - self._settled
        self._settled = self._settled ^ changed
        return next(iter(new)) if len(new) == 1 else None
