"""What a simulated modem of any family answers to its host: the line, and the desks that know the commands.

Sans-IO: bytes and times in, bytes out; :mod:`hardware.simulated.modem` gives it ptys, sound and a clock. What the
families say is data in :mod:`hardware.simulated.families`; what the world does is :mod:`hardware.simulated.far_end`.
"""

from collections.abc import Callable
from functools import partial

from hardware.simulated.at_line import AtCommand, Kind, split_line
from hardware.simulated.families import FAMILIES
from hardware.simulated.far_end import OURS, Profile
from hardware.simulated.module import Module
from hardware.simulated.network import SCAN, Network
from hardware.simulated.one_call import Call, OneCall
from hardware.simulated.reply import ERROR, LATER, OK, Desk, Reply, cme, spelled
from hardware.simulated.sim_card import SimCard
from hardware.simulated.texts import SentText, Texts
from hardware.simulated.timers import Timers

RESET_DELAY_S = 0.2
"""From a reset's OK to its effect."""


def _nothing(change: object) -> None:
    """A listener that does not care."""


class AtModem:
    """The AT side of one modem.

    ``on_call`` hears True at open, False at the end; ``on_state`` +CLCC's states, None at the end; ``on_power``
    False as the modem's ports go, True as they come back. One thread.
    """

    def __init__(
        self,
        profile: Profile,
        on_call: Callable[[bool], None],
        on_state: Callable[[int | None], None] = _nothing,
        on_power: Callable[[bool], None] = _nothing,
    ) -> None:
        self.profile = profile
        self.commands: list[str] = []
        self._speech = FAMILIES[profile.family]
        self._on_power = on_power
        self._timers = Timers()
        self._out = bytearray()
        self._line = bytearray()
        self._echo = True
        self._glued = ""
        self._inside = ""
        self._late_s = 0.0
        self._is_scanning = False
        self.sim = SimCard(profile, self._speech, self.urc)
        self.network = Network(profile, self._speech, self.sim)
        self._texts = Texts(self.sim, self.network)
        self._module = Module(profile, self._speech, self._all_names)
        parts = (self._module, self.network)
        self._calls = OneCall(profile, self._speech, parts, self._timers, self.urc, (on_call, on_state))
        self._desks: tuple[Desk, ...] = (self._calls, self.sim, self.network, self._texts, self._module)

    @property
    def call(self) -> Call | None:
        """The call that is up."""
        return self._calls.call

    @property
    def dialled(self) -> list[str]:
        """Every number of an ATD."""
        return self._calls.dialled

    @property
    def digits(self) -> list[str]:
        """Every digit that the far end heard."""
        return self._calls.digits

    @property
    def texts(self) -> list[SentText]:
        """Every text message that left."""
        return self._texts.sent

    @property
    def pcm_on(self) -> bool:
        """Whether sound goes through the sound port now."""
        return self._calls.sound_flows

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._timers.deadline

    def tick(self, now: float) -> None:
        """Let due things happen."""
        self._timers.tick(now)

    def take(self) -> bytes:
        """What is to be written to the host now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def receive(self, data: bytes, now: float) -> None:
        """Bytes of the host: commands end with CR, a message's text with Ctrl-Z."""
        if data and self._is_scanning:
            # The bytes that abort a scan are lost: so is the command that they were meant to be.
            self._is_scanning = False
            self._finish(ERROR)
            return
        for byte in data:
            self._byte(byte, now)
        self.tick(now)

    def urc(self, text: str) -> None:
        """An unsolicited line."""
        end = self.profile.line_end
        self._out += f"{end}{text}{end}".encode()

    def glue(self, text: str) -> None:
        """An unsolicited line whose end the next command's echo takes the place of."""
        self._glued = text

    def put_inside(self, text: str) -> None:
        """An unsolicited line between the rows and the result of the next answer that has rows."""
        self._inside = text

    def be_late(self, seconds: float) -> None:
        """The next command is answered that much later."""
        self._late_s = seconds

    def boot(self) -> None:
        """Power on: all settings of the host are forgotten, a call is gone; the boot's lines are said."""
        self.reset()
        self.profile.is_deaf = False
        state = self.sim.state
        for text in self._speech.boot:
            self.urc(text.format(sim=state))

    def reset(self) -> None:
        """Forget what the host set, and the call; nothing is said."""
        self._timers.clear()
        self._line.clear()
        self._out.clear()
        self._echo = True
        self._is_scanning = False
        self._calls.reset()
        self.sim.reset()
        self.network.reset()
        self._texts.reset()
        self._module.reset()

    def brown_out(self) -> None:
        """The supply breaks down: the last words."""
        for text in self._speech.browned_out:
            self.urc(text)

    def remote_hang_up(self, now: float) -> None:
        """The far end puts its handset down."""
        self._calls.hang_up(now)

    def remote_answer(self, now: float) -> None:
        """The far end that rings lifts its handset."""
        self._calls.answer_now(now)

    def set_network(self, is_there: bool, now: float) -> None:
        """Lose the network, or find it again."""
        self.profile.script = "answer" if is_there else "no-network"
        if not is_there:
            self._calls.hang_up(now)
        for text in self.network.news:
            self.urc(text)

    def move_sim(self, is_in: bool, now: float) -> None:
        """A hand takes the SIM out, which ends a call, or puts it back."""
        before = self.network.news
        self.sim.move(is_in)
        if not is_in:
            self._calls.hang_up(now)
        for text in self.network.news if self.network.news != before else ():
            self.urc(text)

    def _byte(self, byte: int, now: float) -> None:
        is_heard = not self.profile.is_deaf
        if self._texts.is_prompting and is_heard:
            self._echo_of(byte)
            if (reply := self._texts.take(byte)) is not None:
                self._finish(reply)
            elif byte == 0x0D:
                self._out += b"\r\n> "
            return
        self._calls.interrupt(now)
        if is_heard:
            self._echo_of(byte)
        if byte == 0x0D:
            line = self._line.decode("ascii", "replace").strip()
            self._line.clear()
            if line:
                delay_s, self._late_s = self.profile.reply_after_s + self._late_s, 0.0
                self._timers.later(now + delay_s, partial(self._command, line))
                self.tick(now)
        elif byte not in (0x0A, 0x1A, 0x1B):
            self._line.append(byte)

    def _echo_of(self, byte: int) -> None:
        if self._glued and not self._line:
            self._out += f"{self.profile.line_end}{self._glued}".encode()
            self._glued = ""
            if not self._echo:
                self._out += self.profile.line_end.encode()
        if self._echo:
            self._out.append(byte)

    def _command(self, line: str, now: float) -> None:
        if self.profile.is_deaf:
            return
        self.commands.append(line)
        commands = split_line(line)
        if commands is None:
            self._finish(ERROR)
            return
        rows: tuple[str, ...] = ()
        then: tuple[str, ...] = ()
        reply = OK
        for command in commands:
            reply = self._answer(command, now)
            rows, then = (*rows, *reply.rows), (*then, *reply.then)
            if not reply.is_ok:
                break
        self._finish(Reply(rows, reply.result, then))

    def _finish(self, reply: Reply) -> None:
        inside = (self._inside,) if self._inside and reply.rows else ()
        self._inside = "" if inside else self._inside
        result = (spelled(reply.result, self._module.value("+CMEE")),) if reply.result else ()
        for text in (*reply.rows, *inside, *result, *reply.then):
            self.urc(text)
        if self._texts.is_prompting and not reply.result:
            self._out += b"\r\n> "

    def _answer(self, command: AtCommand, now: float) -> Reply:
        name = command.name
        if name == "E":
            self._echo = command.argument != "0"
            return OK
        if name + command.kind.value == SCAN:
            self._is_scanning = True
            self._timers.later(now + self.profile.scan_s, self._scanned)
            return LATER
        if name + command.kind.value.replace("?", "") + command.argument in self._speech.reset_commands:
            self._timers.later(now + RESET_DELAY_S, self._restart)
            return OK
        if name == "+CFUN":
            return self._function(command, now)
        for desk in self._desks:
            if (reply := desk.answer(command, now)) is not None:
                return reply
        return Reply(result=self._speech.unknown)

    def _scanned(self, now: float) -> None:
        if self._is_scanning:
            self._is_scanning = False
            self._finish(self.network.found())

    def _function(self, command: AtCommand, now: float) -> Reply:
        """``+CFUN`` (3GPP TS 27.007 §8.2): 1 is full, all others are without radio."""
        if command.kind is Kind.TEST:
            return Reply((f"+CFUN: ({','.join(self._speech.radio_modes)}),(0,1)",))
        if command.kind is not Kind.SET:
            return Reply((f"+CFUN: {1 if self.network.is_on else 4}",))
        if command.argument.partition(",")[0] not in self._speech.radio_modes:
            return cme(50)
        was, self.network.is_on = self.network.is_on, command.argument.startswith("1")
        if was == self.network.is_on:
            return OK
        if not self.network.is_on:
            self._calls.hang_up(now, OURS)
            return Reply(then=self.network.news)
        return Reply(then=(*(self._speech.unlocked if self.sim.is_usable else ()), *self.network.news))

    def _restart(self, now: float) -> None:
        if not self.profile.reset_s:
            self.boot()
            return
        self.reset()
        self._on_power(False)
        self._timers.later(now + self.profile.reset_s, self._back)

    def _back(self, now: float) -> None:
        self._on_power(True)
        self.boot()

    def _all_names(self) -> list[str]:
        return sorted(set().union(*(desk.names for desk in self._desks)))
