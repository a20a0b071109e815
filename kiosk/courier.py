"""Process 4: carries the outbox's records to the hub. Composition root.

Slow, blocking, and the first to give way: low priority, silent while a call is up on the mobile line. It may be
killed at any moment: what it leased is offered again, and the hub knows what it has.
"""

import logging
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol

import msgspec

from kiosk.errors import BadInput, KioskError, NeedsTechnician, RetryLater
from kiosk.outbox.backoff import BackOff
from kiosk.outbox.clock import Clock, SystemClock
from kiosk.outbox.envelope import Envelope, Sent, parse_envelope, sent_now
from kiosk.outbox.sync import HubClient, TooLarge, Word
from kiosk.settings import Settings

log = logging.getLogger(__name__)

REQUEST_S = 10.0
"""Core answers within this, or is away."""
LOOK_S = 300.0
"""Look into the outbox this often even if nobody says that there is something."""
SIGN_OF_LIFE_S = 900.0
"""With nothing to send, an empty batch goes out this often: the hub shows when it last heard of a terminal, and a
path that broke is known before it is needed."""
GREETING_S = 2.0
"""Longest wait for core's first word after a connection."""
AWAY_S = 2.0
"""Pause when core is away."""
TROUBLED_S = 30.0
"""Pause when core is there and cannot."""
SOON_S = 0.001
"""Shortest wait for a push: what has arrived is taken, and nothing waited for."""
NICENESS = 10
MOST_PUSHES = 100
"""Heeded in a row before records are sent again."""


class CoreClient(Protocol):
    """The courier's end of core's socket (:mod:`kiosk.ipc`). Connects again by itself."""

    def request(self, method: str, params: dict[str, Any], timeout_s: float) -> Any:
        """Core's answer. Raises: RetryLater when core is away, BadInput when core refuses."""

    def next_push(self, timeout_s: float) -> dict[str, Any] | None:
        """The next thing core tells unasked, or None. Raises: RetryLater when core is away."""


class Hub(Protocol):
    """:class:`kiosk.outbox.sync.HubClient`, or a test's."""

    def put(self, events: Sequence[Envelope], sent: Sent) -> Word: ...


@dataclass(frozen=True)
class Outcome:
    """How one batch went."""

    sent: int
    acked: int
    refused: int
    problem: str = ""
    """In English for the technician; empty when it went well."""


class Courier:
    """Sends batch after batch while there is something and nothing speaks against it. One thread.

    ``now_s`` is a monotonic clock; ``pause`` waits for that many seconds.
    """

    def __init__(
        self,
        settings: Settings,
        client: CoreClient,
        hub: Hub,
        clock: Clock,
        *,
        back_off: BackOff,
        now_s: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._settings = settings.outbox
        self._client = client
        self._hub = hub
        self._clock = clock
        self._back_off = back_off
        self._now_s = now_s
        self._pause = pause
        self._batch = settings.outbox.batch
        self._on_gsm = False
        self._is_greeted = False
        self._look_at_s = now_s()
        self._sign_at_s = now_s()
        self._is_asked = False
        """Somebody waits for a word (``kiosk sync now``)."""

    def step(self) -> None:
        """Wait for core's next push, or until a batch is due; heed what core said, then send one batch if it may be."""
        try:
            # Core greets with the state of its calls: a courier that starts in one must not send into it.
            push = self._client.next_push(max(SOON_S, self._wait_s()) if self._is_greeted else GREETING_S)
            self._is_greeted = True
            for _ in range(MOST_PUSHES):
                if push is None:
                    break
                self._heed(push)
                push = self._client.next_push(SOON_S)
            if self._on_gsm and self._is_asked:
                self._report(Outcome(0, 0, 0, "a call is up on the mobile line: the sync waits for its end"))
            elif self._now_s() >= self._due_at_s() and not self._on_gsm:
                self._report(self._send())
            self._is_asked = False
        except RetryLater as error:
            log.info("core is away: %s", error)
            self._on_gsm = self._is_greeted = False  # whatever call was up, the core that knew of it is gone
            self._pause(AWAY_S)
        except (NeedsTechnician, BadInput) as error:
            log.warning("core cannot: %s", error)  # its outbox does not open, say; it tries again by itself
            self._pause(TROUBLED_S)

    def _due_at_s(self) -> float:
        return max(self._look_at_s, self._back_off.ready_at_s)

    def _wait_s(self) -> float:
        return LOOK_S if self._on_gsm else self._due_at_s() - self._now_s()

    def _heed(self, push: dict[str, Any]) -> None:
        match push:
            case {"type": "sync_now"}:
                self._back_off.succeeded()
                # With nothing to send the hub is asked all the same: who asks wants to know whether it answers.
                self._look_at_s = self._sign_at_s = self._now_s()
                self._is_asked = True
            case {"type": "outbox_changed"}:
                self._look_at_s = self._now_s()
            case {"type": "call_state", "up": bool(up), "line": str(line)}:
                self._on_gsm = up and line == "gsm"
            case _:
                return

    def _send(self) -> Outcome | None:
        """One batch: lease, put, settle. None when there was nothing to send. Raises: RetryLater (core away)."""
        leased = self._ask("outbox.lease", {"max": self._batch, "lease_s": self._settings.lease_s})
        events = [parse_envelope(document) for document in leased["events"]]
        if not events:
            # What a courier before this one had leased when it died is offered again after that time.
            self._look_at_s = self._now_s() + min(LOOK_S, self._settings.lease_s)
            return self._sign_of_life() if self._now_s() >= self._sign_at_s else None
        try:
            word = self._hub.put(events, sent_now(self._clock))
        except TooLarge as error:
            word, problem = self._shrink(events), str(error)
        except KioskError as error:
            self._settle(leased["lease"], Word(()))
            return self._failed(len(events), error)
        else:
            problem = ""
            self._sign_at_s = self._now_s() + SIGN_OF_LIFE_S
            self._batch = min(self._settings.batch, self._batch + 1)
        if not self._settle(leased["lease"], word):
            return Outcome(len(events), 0, 0, "the lease ran out; the hub will say that it has these records")
        missing = len(events) - len(word.acked) - len(word.refused)
        if missing and not problem:
            problem = f"the hub said nothing of {missing} of {len(events)} records"
            self._back_off.failed(self._now_s())
        elif not problem:
            self._back_off.succeeded()
        return Outcome(len(events), len(word.acked), len(word.refused), problem)

    def _sign_of_life(self) -> Outcome:
        try:
            self._hub.put((), sent_now(self._clock))
        except KioskError as error:
            return self._failed(0, error)
        self._back_off.succeeded()
        self._sign_at_s = self._now_s() + SIGN_OF_LIFE_S
        return Outcome(0, 0, 0)

    def _failed(self, events: int, error: KioskError) -> Outcome:
        pause_s = self._back_off.failed(self._now_s(), getattr(error, "retry_after_s", None))
        log.warning("sync failed, again in %.0f s: %s", pause_s, error)
        self._look_at_s = self._now_s()  # at the end of the pause, not at the next look
        return Outcome(events, 0, 0, str(error))

    def _shrink(self, events: Sequence[Envelope]) -> Word:
        """Half as many next time; a single event that is too large is set aside, so that it blocks nothing."""
        if len(events) == 1:
            return Word((), {events[0].id: "too_large"})
        self._batch = max(1, len(events) // 2)
        return Word(())

    def _settle(self, lease: str, word: Word) -> bool:
        refused = [{"id": event_id, "reason": reason} for event_id, reason in word.refused.items()]
        params = {"lease": lease, "acked": list(word.acked), "quarantined": refused}
        try:
            self._ask("outbox.settle", params)
        except BadInput as error:
            log.warning("settle refused: %s", error)
            return False
        return True

    def _report(self, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        report = {"wall_ms": self._clock.wall_ms(), **msgspec.to_builtins(outcome)}
        self._ask("courier.report", report)

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        return self._client.request(method, params, REQUEST_S)


class _Stopped(BaseException):
    """SIGTERM. Raised wherever the courier is: it may be killed anywhere, so it may be stopped anywhere."""


def run(settings: Settings, client: CoreClient) -> int:
    """The courier's life, until SIGTERM or SIGINT; the answer is the process's exit status.

    Main thread. Raises: BadInput when hub_url or the token is not usable.
    """
    if threading.current_thread() is threading.main_thread():
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, _stop)
    os.nice(NICENESS)
    try:
        return _live(settings, client)
    except _Stopped:
        log.info("stopped")
        return 0


def _live(settings: Settings, client: CoreClient) -> int:
    outbox = settings.outbox
    if not outbox.hub_url:
        log.warning("outbox.hub_url is empty: records are kept and not sent")
        while True:
            time.sleep(3600)
    if not settings.secrets.hub_token:
        raise NeedsTechnician("hub_token: missing in the secrets file; the hub's add_terminal command gives one")
    hub = HubClient(outbox.hub_url, settings.terminal.id, settings.secrets.hub_token, outbox.hub_ca_file)
    back_off = BackOff(outbox.first_back_off_s, outbox.longest_back_off_s, random.uniform)
    courier = Courier(settings, client, hub, SystemClock(), back_off=back_off)
    while True:
        courier.step()


def _stop(signum: int, frame: FrameType | None) -> None:
    raise _Stopped
