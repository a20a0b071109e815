"""AT commands as pure data: bytes and times in, events out, commands to bytes. No port, no clock, no modem's quirk.

One command is in flight at a time. What arrives is cut into lines whatever the number of CRs and wherever the
chunks are cut; each line is the command's echo, a row of its answer, its final result, or an unsolicited line
(a URC), by 3GPP TS 27.007 and by what modems really do (docs/hardware.md).

An answer that comes after its time-out would shift every later answer by one. So after a time-out, and at any
final result that nobody waits for, the codec resynchronises: it sends ``AT``, throws away every result until the
line has been quiet, and only then takes the next command.
"""

import re
from dataclasses import dataclass

from hardware.at_lines import BARE, CALL_WORDS, FINAL, LineCutter
from hardware.urcs import notice_of

QUIET_S = 0.3
"""No final result for this long ends a resynchronisation."""
RESYNC_S = 1.5
"""The longest a resynchronisation waits for the answer to one AT; tried ``RESYNC_TRIES`` times."""
RESYNC_TRIES = 3
BARE_OK_S = 0.1
"""Some firmware sends the line end after OK only with the next echo: OK alone counts after this pause."""
RELEASE_S = 3.0
"""ATD without a result but with signs of a call for this long: the result will not come (Qualcomm, ZTE)."""
LONGEST_RESYNC_S = 8.0
"""However much the modem chatters."""

_BARE_URC = re.compile(
    r"VOICE CALL.*|MISSED_CALL.*|MO RING|MO CONNECTED|NO CARRIER|BUSY|NO ANSWER|NO DIALTONE|START|NITZ.*|DST: ?\d", re.I
)
_GLUED = re.compile(r"(OK|ERROR|NO CARRIER|BUSY)(?=[+^*][A-Z])")
_PROGRESS = re.compile(r"VOICE CALL|\+CLCC:|\^(ORIG|CONF|CONN|DSCI)|\+QIND: ?\"ccinfo\"|\+UCALLSTAT|MO (RING|CONN)")
_CME_WORDS = {
    "phone failure": 0, "no connection to phone": 1, "operation not allowed": 3, "operation not supported": 4,
    "sim not inserted": 10, "sim pin required": 11, "sim puk required": 12, "sim failure": 13, "sim busy": 14,
    "sim wrong": 15, "incorrect password": 16, "sim pin2 required": 17, "sim puk2 required": 18, "memory full": 20,
    "invalid index": 21, "not found": 22, "memory failure": 23, "dial string too long": 26,
    "invalid characters in dial string": 27, "no network service": 30, "network timeout": 31,
    "network not allowed - emergency calls only": 32, "network not allowed, emergency calls only": 32,
    "incorrect parameters": 50, "unknown": 100, "unknown error": 100,
}  # fmt: skip
"""3GPP TS 27.007 §9.2.1."""
_SECRET = re.compile(r"(?<=ATD)[^;]+|(?<=AT\+CPIN=).*|\d{4,}", re.I)
_NUMBERED = re.compile(r"[+^](CLCC|CLIP|COLP|DSCI|QIND: ?\"ccinfo\"|CCWA)|MISSED_CALL", re.I)


@dataclass(frozen=True)
class Command:
    """One command and what its answer looks like."""

    text: str
    """Without the final CR."""
    timeout_s: float = 2.0
    rows: str = ""
    """How the rows of its answer begin (``+CREG:``); ``*`` for bare text; empty for none."""
    needs_row: bool = False
    """True when OK without such a row proves that the answer is some other command's."""
    body: bytes = b""
    """Written after the modem's prompt, with Ctrl-Z behind it (a text message, 3GPP TS 27.005 §4.3)."""
    may_be_broken: bool = False
    """Whether a dial breaks into it rather than wait: any byte aborts it (ITU-T V.250 §5.6.1)."""

    @property
    def is_dial(self) -> bool:
        """Whether it may get no result for long, and may be broken into by a hang-up."""
        return self.text.upper().startswith("ATD")

    @property
    def ends_with_call(self) -> bool:
        """Whether NO CARRIER, BUSY and NO ANSWER are results of this command, not URCs."""
        return self.is_dial or self.text.upper() == "ATA"


@dataclass(frozen=True)
class Result:
    """A final result: ``OK``, ``NO CARRIER``, ``ERROR``, ``CME ERROR``, ...; empty when ATD was let go without one."""

    word: str
    code: int | None = None
    """The CME or CMS number (3GPP TS 27.007 §9.2), also when the modem spelled it out."""
    text: str = ""
    """The error as the modem spelled it."""

    @property
    def is_ok(self) -> bool:
        """Whether the command was obeyed."""
        return self.word == "OK"


@dataclass(frozen=True)
class Answered:
    """A command came to its end."""

    command: Command
    rows: tuple[str, ...]
    result: Result


@dataclass(frozen=True)
class UrcReceived:
    """A line that nobody asked for."""

    text: str


@dataclass(frozen=True)
class TimedOut:
    """A command got no final result in its time; a resynchronisation began."""

    command: Command


@dataclass(frozen=True)
class Misaligned:
    """A command was answered by some other command's result; its own is unknown. A resynchronisation began."""

    command: Command | None
    """None when the surplus result came while nothing was in flight."""


@dataclass(frozen=True)
class Resynchronised:
    """Answers belong to their commands again; ``is_alive`` is False when the modem said nothing at all."""

    is_alive: bool


AtEvent = Answered | UrcReceived | TimedOut | Misaligned | Resynchronised


def masked(text: str) -> str:
    """The same for a log: no number that a person dialled, no PIN, no subscriber."""
    if _NUMBERED.match(text):
        return re.sub(r'"[^"]*"|\+?\d{2,}', "*", text)
    return _SECRET.sub("*", text)


def final_result(line: str) -> Result | None:
    """The line as a final result, or None."""
    if not FINAL.fullmatch(line):
        return None
    upper = line.upper().replace("DIAL TONE", "DIALTONE").replace("SUPPORTED", "SUPPORT")
    if not upper.startswith("+CM"):
        return Result(upper.partition(":")[0])
    text = line.partition(":")[2].strip()
    code = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else _CME_WORDS.get(text.lower())
    return Result(upper[1:10], code, text)


class Codec:
    """The conversation with one modem. Write what ``send`` and ``take`` return; feed ``receive`` and ``tick``."""

    def __init__(self) -> None:
        self._cutter = LineCutter()
        self._command: Command | None = None
        self._rows: list[str] = []
        self._expires = 0.0
        self._release_at: float | None = None
        self._was_prompted = False
        self._heard_at = 0.0
        self._echoes: list[str] = []
        self._resync_left = 0
        self._resync_until: float | None = None
        self._resync_heard = False
        self._resync_ends = 0.0
        self._out = b""

    @property
    def is_ready(self) -> bool:
        """Whether a command can be sent now."""
        return self._command is None and self._resync_until is None

    @property
    def in_flight(self) -> Command | None:
        """The command that has no result yet."""
        return self._command

    @property
    def deadline(self) -> float | None:
        """When ``tick`` must be called next, if nothing arrives before."""
        times = []
        if self._command is not None:
            times.append(self._expires)
            if self._release_at is not None:
                times.append(self._release_at)
        if self._resync_until is not None:
            times.append(self._resync_until)
        if self._cutter.rest in BARE:
            times.append(self._heard_at + BARE_OK_S)
        return min(times, default=None)

    def send(self, command: Command, now: float, *, at_once: bool = False) -> bytes:
        """The bytes of ``command``. ``at_once``: over whatever is in flight; its answer may then be another's.

        Raises: RuntimeError unless ``is_ready``, or it interrupts an ATD, or ``at_once``.
        """
        interrupts = self._command is not None and self._command.is_dial and self._resync_until is None
        if not self.is_ready and not interrupts and not at_once:
            raise RuntimeError("one command at a time: wait for the answer")
        self._resync_until = None
        self._command = command
        self._rows = []
        self._expires = now + command.timeout_s
        self._release_at = None
        self._was_prompted = False
        self._echoes = [*self._echoes[-3:], command.text]
        return command.text.encode("ascii") + b"\r"

    def resynchronise(self, now: float) -> None:
        """Begin by hand, as after opening a port or to abort what is in flight.

        ESC leaves any prompt behind and aborts what any byte aborts; then ``AT``.
        """
        self._finish()
        self._resync_ends = now + LONGEST_RESYNC_S
        self._resync_left = RESYNC_TRIES
        self._resync_heard = False
        self._probe(now, b"\x1b")

    def take(self) -> bytes:
        """What a resynchronisation wants to have written."""
        data, self._out = self._out, b""
        return data

    def receive(self, data: bytes, now: float) -> list[AtEvent]:
        """Events of the bytes that arrived at ``now``."""
        events: list[AtEvent] = list(self.tick(now))
        if data:
            self._heard_at = now
        for line in self._cutter.feed(data):
            events += self._line(line, now)
        if self._cutter.is_prompt and self._prompted():
            self._cutter.flush()
        return events

    def tick(self, now: float) -> list[AtEvent]:
        """Events of the passing of time."""
        events: list[AtEvent] = []
        if self._cutter.rest in BARE and now >= self._heard_at + BARE_OK_S:
            events += self._line(self._cutter.flush(), now)
        if self._resync_until is not None and now >= self._resync_until:
            events += self._resync_step(now)
        command = self._command
        if command is not None and self._release_at is not None and now >= self._release_at:
            self._finish()
            events.append(Answered(command, tuple(self._rows), Result("")))
        elif command is not None and now >= self._expires:
            events.append(TimedOut(command))
            self.resynchronise(now)
        return events

    def _probe(self, now: float, prefix: bytes = b"") -> None:
        self._resync_left -= 1
        self._resync_until = now + RESYNC_S
        self._echoes = [*self._echoes[-3:], "AT"]
        self._out += prefix + b"AT\r"

    def _resync_step(self, now: float) -> list[AtEvent]:
        if not self._resync_heard and self._resync_left > 0:
            self._probe(now)
            return []
        self._resync_until = None
        return [Resynchronised(self._resync_heard)]

    def _prompted(self) -> bool:
        """The modem waits for words; whether they were given. What it says behind the prompt is not the prompt's."""
        command = self._command
        if self._resync_until is not None:
            # The prompt of a message that was broken off, later than the ESC: without another one the modem would take
            # the call's ATD for the message's words.
            self._out += b"\x1b"
            return False
        if command is None or not command.body or self._was_prompted:
            return False
        self._was_prompted = True
        self._out += command.body + b"\x1a"
        self._echoes = [*self._echoes[-3:], command.body.decode("latin-1")]
        return True

    def _finish(self) -> None:
        self._command = None
        self._release_at = None

    def _line(self, line: str, now: float) -> list[AtEvent]:
        line = line.strip("\x1a\x1b")
        if line.startswith(">"):
            # The prompt has no line end of its own: what stands behind it is the next line.
            self._prompted()
            line = line.lstrip("> ")
        if not line or any(line.upper() == echo.upper() for echo in self._echoes):
            return []
        # A URC glued to the front of an echo: "+NETOPEN: 0AT+NETOPEN?".
        for echo in self._echoes:
            if len(echo) > 2 and line.upper().endswith(echo.upper()):
                return self._line(line[: -len(echo)].rstrip("\x1b "), now)
        # A result glued to the front of what follows: "ERROR+CNUM: ...", "OK^RSSI:15" (Huawei).
        if glued := _GLUED.match(line):
            return [*self._line(glued[1], now), *self._line(line[glued.end(1) :], now)]
        result = final_result(line)
        command = self._command
        if result is not None:
            return self._result(result, line, now)
        if command is not None and is_row(command, line):
            self._rows.append(line)
            return []
        if command is not None and command.is_dial and self._release_at is None and _PROGRESS.match(line):
            self._release_at = now + RELEASE_S
        return [UrcReceived(line)]

    def _result(self, result: Result, line: str, now: float) -> list[AtEvent]:
        command = self._command
        if result.word in CALL_WORDS and not (command is not None and command.ends_with_call):
            return [UrcReceived(line)]
        if self._resync_until is not None:
            self._resync_heard = True
            self._resync_until = min(now + QUIET_S, max(now, self._resync_ends))
            return []
        if command is None:
            self.resynchronise(now)
            return [Misaligned(None)]
        if result.is_ok and command.needs_row and not self._rows:
            self.resynchronise(now)
            return [Misaligned(command)]
        self._finish()
        return [Answered(command, tuple(self._rows), result)]


def is_row(command: Command, line: str) -> bool:
    """Whether ``line`` belongs to the answer of ``command`` rather than being a URC of its own."""
    if not command.rows:
        return False
    if command.rows == "*":
        own = "+" + command.text.removeprefix("AT+").rstrip("?") + ":"
        return line.startswith(own) or not (line[:1] in "+^*" or _BARE_URC.fullmatch(line) or notice_of(line))
    if not line.upper().startswith(command.rows.upper()):
        return False
    if command.rows.upper() in ("+CREG:", "+CEREG:", "+CGREG:", "+CIREG:"):
        # Answer: mode, then stat as a bare number. URC: stat alone, or stat and then an area code, quoted or wider.
        return re.match(r"\+C\w*REG: ?\d,\s*\d{1,2}(,|$)", line, re.I) is not None
    return True
