"""The one reader and the one writer of a modem's command port: a priority queue in front of the AT codec.

All on the event loop: the port never blocks, and the loop's reader and writer callbacks move its bytes. Of waiting
commands the most urgent goes first; a hang-up also breaks into a dial that has no result yet (any byte aborts ATD), and
so does everything once the call is open: some firmware never says OK to ATD. A dial breaks into a command that may be
broken, as the choice of a network, which can last 30 s; one that is told its patience goes out after that time over
whatever the modem is still busy with: an emergency does not wait for a modem to make up its mind.
"""

import asyncio
import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from hardware.at import (
    Answered,
    AtEvent,
    Codec,
    Command,
    Misaligned,
    Resynchronised,
    TimedOut,
    UrcReceived,
    masked,
)
from hardware.errors import DeviceVanished
from hardware.serial_port import SerialPort

log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """What goes before what."""

    HANG_UP = 0
    DIAL = 1
    CALL = 2
    POLL = 3


def _always() -> bool:
    return True


@dataclass(order=True)
class _Waiting:
    urgency: Urgency
    order: int
    command: Command = field(compare=False)
    is_wanted: Callable[[], bool] = field(compare=False)
    on_sent: Callable[[], None] | None = field(compare=False)
    leaves_at: float | None = field(compare=False)
    """Loop time at which it is sent whatever is in flight."""
    answer: "asyncio.Future[Answered | None]" = field(compare=False)


class AtChannel:
    """Commands in, answers out, URCs to ``on_urc``; ``on_lost`` once, with the reason, when the modem is gone.

    A modem that answers no command is given up only while ``may_give_up`` says so: a live call may well go on under
    a deaf command port (Huawei E1550), and its URCs still arrive. ``on_traffic`` hears all that crosses the port, as
    ("sent" or "received", bytes), numbers and PIN included: what it keeps, it must mask. Event loop only.
    """

    def __init__(
        self,
        port: SerialPort,
        on_urc: Callable[[str], None],
        on_lost: Callable[[str], None],
        may_give_up: Callable[[], bool] = _always,
        on_traffic: Callable[[str, bytes], None] | None = None,
    ) -> None:
        self._port = port
        self._on_urc = on_urc
        self._on_lost = on_lost
        self._may_give_up = may_give_up
        self._on_traffic = on_traffic
        self._loop = asyncio.get_running_loop()
        self._codec = Codec()
        self._queue: list[_Waiting] = []
        self._order = 0
        self._current: _Waiting | None = None
        self._is_dial_over = False
        self._unsent = b""
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._loop.add_reader(port.fileno(), self._readable)
        self._codec.resynchronise(self._loop.time())
        self._pump()

    @property
    def is_closed(self) -> bool:
        """Whether the port was given up."""
        return self._closed

    async def ask(
        self,
        command: Command,
        urgency: Urgency = Urgency.POLL,
        is_wanted: Callable[[], bool] = _always,
        on_sent: Callable[[], None] | None = None,
        patience_s: float | None = None,
    ) -> Answered | None:
        """Send ``command`` in its turn. None: no valid answer in its time, not wanted any more, or port closed.

        ``is_wanted`` is asked at the last moment before sending; ``on_sent`` is called when it was sent. After
        ``patience_s`` it does not wait for its turn any longer.
        """
        if self._closed:
            return None
        self._order += 1
        leaves_at = None if patience_s is None else self._loop.time() + patience_s
        waiting = _Waiting(urgency, self._order, command, is_wanted, on_sent, leaves_at, self._loop.create_future())
        heapq.heappush(self._queue, waiting)
        self._pump()
        return await waiting.answer

    def call_is_open(self) -> None:
        """The call is up: an ATD that still has no result will never get one, and holds nothing up any more."""
        self._is_dial_over = True
        self._pump()

    def close(self) -> None:
        """Give up all that waits and the port."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._port.fileno())
        self._loop.remove_writer(self._port.fileno())
        self._port.close()
        for waiting in [*self._queue, *([self._current] if self._current else [])]:
            _resolve(waiting, None)
        self._queue.clear()
        self._current = None

    def _readable(self) -> None:
        try:
            data = self._port.read()
        except DeviceVanished as error:
            self._lose(str(error))
            return
        if data:
            if self._on_traffic is not None:
                self._on_traffic("received", data)
            self._take(self._codec.receive(data, self._loop.time()))
        self._pump()

    def _writable(self) -> None:
        self._flush()

    def _tick(self) -> None:
        self._timer = None
        self._take(self._codec.tick(self._loop.time()))
        self._pump()

    def _pump(self) -> None:
        """Send what can be sent, then arm the one timer."""
        if self._closed:
            return
        self._unsent += self._codec.take()
        while self._queue and self._may_send(self._queue[0]):
            waiting = heapq.heappop(self._queue)
            if waiting.answer.done():
                continue
            if not waiting.is_wanted():
                _resolve(waiting, None)
                continue
            if not self._codec.is_ready:
                log.info("%s -> does not wait for the modem", masked(waiting.command.text))
            self._settle(None)
            self._current = waiting
            self._is_dial_over = False
            self._unsent += self._codec.send(waiting.command, self._loop.time(), at_once=True)
            log.debug("> %s", masked(waiting.command.text))
            if waiting.on_sent is not None:
                waiting.on_sent()
        self._flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        times = [self._codec.deadline, *(waiting.leaves_at for waiting in self._queue[:1])]
        deadline = min((time for time in times if time is not None), default=None)
        if deadline is not None and not self._closed:
            self._timer = self._loop.call_at(deadline + 0.001, self._tick)

    def _may_send(self, waiting: _Waiting) -> bool:
        if self._codec.is_ready:
            return True
        if waiting.leaves_at is not None and self._loop.time() >= waiting.leaves_at:
            return True
        in_flight = self._codec.in_flight
        if in_flight is not None and in_flight.may_be_broken and waiting.urgency <= Urgency.DIAL:
            log.info("%s -> broken off for %s", masked(in_flight.text), masked(waiting.command.text))
            self._settle(None)
            self._codec.resynchronise(self._loop.time())
            self._unsent += self._codec.take()
            return False
        may_break_in = waiting.urgency is Urgency.HANG_UP or self._is_dial_over
        return may_break_in and in_flight is not None and in_flight.is_dial

    def _flush(self) -> None:
        if self._closed:
            return
        try:
            if self._unsent:
                sent, self._unsent = self._unsent, self._unsent[self._port.write(self._unsent) :]
                if self._on_traffic is not None and len(sent) > len(self._unsent):
                    self._on_traffic("sent", sent[: len(sent) - len(self._unsent)])
        except DeviceVanished as error:
            self._lose(str(error))
            return
        if self._unsent:
            self._loop.add_writer(self._port.fileno(), self._writable)
        else:
            self._loop.remove_writer(self._port.fileno())

    def _take(self, events: list[AtEvent]) -> None:
        for event in events:
            if self._closed:
                return
            match event:
                case Answered(command, rows, result):
                    log.debug("< %s: %d rows, %s %s", masked(command.text), len(rows), result.word, result.code)
                    self._settle(event)
                case UrcReceived(text):
                    log.debug("< %s", masked(text))
                    self._on_urc(text)
                case TimedOut(command):
                    log.warning("no answer to %s in %.0f s", masked(command.text), command.timeout_s)
                    self._settle(None)
                case Misaligned(command):
                    log.warning("a result without its command; aligning anew")
                    if command is not None:
                        self._settle(None)
                case Resynchronised(is_alive):
                    if is_alive:
                        continue
                    if self._may_give_up():
                        self._lose("the modem does not answer AT")
                        continue
                    log.error("the modem does not answer AT; a call is up, so the port is kept")
                    self._codec.resynchronise(self._loop.time())

    def _settle(self, answer: Answered | None) -> None:
        waiting, self._current = self._current, None
        if waiting is not None:
            _resolve(waiting, answer)

    def _lose(self, reason: str) -> None:
        if self._closed:
            return
        self.close()
        self._on_lost(reason)


def _resolve(waiting: _Waiting, answer: Answered | None) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(answer)
