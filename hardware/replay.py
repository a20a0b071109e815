"""Plays a recorded conversation to the codec and the call tracker, and tells what the driver concludes. Pure.

The same player serves the tests' recordings, the black box's files and ``kiosk modem replay``. Commands are those of
the recording; what the driver would have sent is not invented, but for what it must do by all means (``advice``).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hardware.answers import CallRow, call_row, cause, operator, registration, signal_dbm, sim_state
from hardware.at import Answered, AtEvent, Codec, Command, Misaligned, TimedOut, UrcReceived
from hardware.call_tracker import CallTracker
from hardware.families import recognise
from hardware.families.family import CallWord, Family, Sign, word_of
from hardware.modem_events import CallEnded, EndReason, LineOpened, ModemEvent
from hardware.transcript import Arrived, Happened, Passed, Sent, Step, Transcript
from hardware.urcs import Notice, notice_of
from hardware.voice_readiness import Seen, reason_against

TURN_S = 0.15
"""From one step of a recording without times to the host's next command."""
_QUERY = re.compile(r"AT([+^*][A-Z]+)(\?|=\?|=\"SC\",2)?", re.I)
_WORDS = re.compile(r"AT\+?(CG(MM|MI|MR|SN)|G(MM|MI|MR|SN))|ATI\d?|AT\+CIMI", re.I)
_ROWED = re.compile(r"AT\+(CREG\?|CEREG\?|CSQ|COPS\?|CPIN\?)", re.I)
_HANG_UP = re.compile(r"ATH0?|AT\+CHUP|AT\+CHLD=1\d*|AT\+QHUP=.*|AT\^CHUP", re.I)
_LOST = re.compile(
    r"port lost|disappear|vanish|unplug|SerialException|OSError|\bE(IO|NODEV)\b|is gone|not answer AT"
    r"|(usb|tty|port|device|modem)\S* .*(gone|lost|remov|disconnect|drop)",
    re.I,
)
_IN_COMING = re.compile(r"RING|\+CRING:.*|\+CLIP:.*|\+CCWA:.*")
_SIM_CODES = {10: "none", 11: "SIM PIN", 12: "SIM PUK"}
"""CME codes that tell of the SIM whatever was asked (3GPP TS 27.007 §9.2.1)."""
_TIMES = ((r"ATD", 90.0), (r"AT\+CFUN=", 15.0), (r"ATA$", 10.0), (r"AT\+COPS=", 30.0))


def command_of(text: str) -> Command:
    """A recorded command as the driver describes it to the codec."""
    timeout_s = next((seconds for begin, seconds in _TIMES if re.match(begin, text, re.I)), 5.0)
    if _WORDS.fullmatch(text):
        return Command(text, timeout_s, rows="*")
    match = _QUERY.fullmatch(text)
    if match is None:
        return Command(text, timeout_s)
    return Command(text, timeout_s, f"{match[1].upper()}:", needs_row=_ROWED.fullmatch(text) is not None)


@dataclass(frozen=True)
class PlayedCall:
    """One outgoing call."""

    name: str
    told: tuple[tuple[float, ModemEvent], ...]
    """What the call machine would have been told, each with its time: seconds from the recording's start."""
    is_over: bool

    @property
    def events(self) -> tuple[ModemEvent, ...]:
        """Without the times."""
        return tuple(event for _, event in self.told)

    @property
    def ended(self) -> CallEnded | None:
        """Its end, if it was recorded."""
        return next((event for _, event in self.told if isinstance(event, CallEnded)), None)

    @property
    def opened_certainly(self) -> bool | None:
        """None when the line never opened."""
        return next((event.is_certain for _, event in self.told if isinstance(event, LineOpened)), None)


@dataclass
class Conclusions:
    """What a recording amounts to. Filled while it is played; read it afterwards."""

    family: str = ""
    model: str = ""
    sim: str = ""
    """As :attr:`hardware.modem_events.ModemStatus.sim`."""
    voice_stat: int | None = None
    """The last ``+CREG`` stat (3GPP TS 27.007 §7.2)."""
    lte_stat: int | None = None
    """The last ``+CEREG`` stat."""
    operator: str = ""
    technology: str = ""
    signal_dbm: int | None = None
    has_voice: bool = True
    """False where the modem named itself as a module, or a firmware, that cannot speak."""
    calls: list[PlayedCall] = field(default_factory=list)
    incoming: int = 0
    """Calls to this telephone; none is taken."""
    restarts: int = 0
    """RDY in mid-session: settings forgotten, any call gone."""
    losses: int = 0
    """How often the port vanished."""
    errors: list[tuple[str, str, int | None]] = field(default_factory=list)
    """Command, its result's word, and the CME or CMS number."""
    unanswered: list[str] = field(default_factory=list)
    """Commands that got no answer of their own."""
    advice: list[str] = field(default_factory=list)
    """What the driver sends because of what it saw."""
    events: list[AtEvent] = field(default_factory=list)
    """All of the codec's."""

    @property
    def against(self) -> str:
        """Why no voice call is to be expected of what was seen last; empty where the recording does not show that."""
        seen = Seen(self.model, self.sim or "READY", self.voice_stat, self.lte_stat, has_voice=self.has_voice)
        was_asked = self.sim not in ("", "READY") or self.voice_stat is not None or not self.has_voice
        return reason_against(seen) if was_asked else ""


def conclude(
    transcript: Transcript, *, chunk: int | None = None, family: Family | None = None, name_of: str = "call"
) -> Conclusions:
    """Play ``transcript`` with its bytes cut into chunks of ``chunk`` (None: as recorded).

    ``family``: when None, the one that the recording itself shows. ``name_of``: calls are named call-1, call-2, ...
    """
    found = family if family is not None else family_of(transcript)
    player = _Player(found, name_of)
    player.play(transcript.steps, chunk)
    player.conclusions.family = found.name
    player.conclusions.has_voice = not re.search(found.voiceless, player.conclusions.model)
    return player.conclusions


def play(steps: Iterable[Step], chunk: int | None = None) -> list[AtEvent]:
    """The codec's events alone."""
    return conclude(Transcript(steps=tuple(steps)), chunk=chunk).events


def family_of(transcript: Transcript) -> Family:
    """The family that a recording shows: by the modem's own name, the file's head, or what only one family says."""
    rows = play_words(transcript.steps)
    for words in (rows, transcript.head.get("family", ""), transcript.head.get("modem", "")):
        if words and (found := recognise(words)).name != "generic":
            return found
    text = b"\n".join(step.data for step in transcript.steps if isinstance(step, Arrived | Sent)).decode("latin-1")
    for sign, model in _TELLTALES:
        if re.search(sign, text):
            return recognise(model)
    return recognise("")


_LIVE = (Sign.DIALLING, Sign.ALERTING, Sign.OPEN)
_TELLTALES = (
    (r"\^DSCI|\+QIND|\+QUSIM|AT\+Q[A-Z]+", "QUECTEL EC25"),
    (r"\^(ORIG|CONF|CONN|CEND|RSSI)\b", "HUAWEI E1550"),
    (r"\+UCALLSTAT|\+UUSIM|AT\+U[A-Z]+", "u-blox LARA"),
    (r"MO RING|MO CONNECTED", "SIM800"),
    (r"VOICE CALL|MISSED_CALL|CPCMREG", "SIM7600"),
)


def play_words(steps: Iterable[Step]) -> str:
    """What the modem answered to the questions for its maker, model and firmware."""
    codec = _Player(recognise(""), "call")
    codec.play(steps, None)
    return codec.conclusions.model


class _Player:
    """One playing. The clock begins at 0."""

    def __init__(self, family: Family, name_of: str) -> None:
        self.conclusions = Conclusions()
        self._family = family
        self._name_of = name_of
        self._codec = Codec()
        self._now = 0.0
        self._call: CallTracker | None = None
        self._told: list[tuple[float, ModemEvent]] = []
        self._is_incoming = False
        self._was_timed = False

    def play(self, steps: Iterable[Step], chunk: int | None) -> None:
        for step in steps:
            match step:
                case Sent(data):
                    self._send(data)
                case Arrived(data):
                    size = chunk or len(data) or 1
                    for start in range(0, len(data), size):
                        self._take(self._codec.receive(data[start : start + size], self._now))
                case Passed(seconds):
                    self._pass_time(self._now + seconds)
                case Happened(text):
                    if text == "call modem lost":  # the black box's own word
                        self._end(EndReason.MODEM_LOST)
                    elif _LOST.search(text):
                        self._lose()
            self._was_timed = isinstance(step, Passed)
        self._pass_time(self._now + TURN_S)
        self._finish()

    def _send(self, data: bytes) -> None:
        if not self._was_timed:
            self._pass_time(self._now + TURN_S)
        for text in data.decode("latin-1").split("\r"):
            if text.startswith("\x1b"):
                self._codec.resynchronise(self._now)
                self._codec.take()
            elif text.strip() and (text.isprintable() or text[:2].upper() == "AT"):
                self._command(text)

    def _command(self, text: str) -> None:
        codec = self._codec
        flying = codec.in_flight
        may_break_in = flying is not None and flying.is_dial
        if flying is not None and not may_break_in and text[:2].upper() != "AT":
            return  # the text after a prompt
        if not codec.is_ready and text.upper() == "AT":
            return  # the recorded driver was aligning itself, as this codec does by its own clock
        while not codec.is_ready and not (may_break_in and codec.in_flight is flying):
            assert codec.deadline is not None
            self._pass_time(codec.deadline)
        upper = text.upper()
        if upper.startswith("ATD") and upper.rstrip().endswith((";", ">")):
            self._begin()
        elif upper == "ATA":
            self._is_incoming = True
        elif _HANG_UP.fullmatch(text) and self._call is not None and not self._call.is_over:
            self._call.is_hanging_up = True
        codec.send(command_of(text.encode("ascii", "replace").decode("ascii")), self._now)

    def _pass_time(self, until: float) -> None:
        codec = self._codec
        while (deadline := codec.deadline) is not None and deadline <= until:
            self._now = max(self._now, deadline)
            self._take(codec.tick(self._now))
        self._now = max(self._now, until)

    def _take(self, events: list[AtEvent]) -> None:
        self._codec.take()
        for event in events:
            self.conclusions.events.append(event)
            match event:
                case Answered():
                    self._answered(event)
                case UrcReceived(text):
                    self._urc(text)
                case TimedOut(command):
                    self.conclusions.unanswered.append(command.text)
                case Misaligned(command) if command is not None:
                    self.conclusions.unanswered.append(command.text)
                case _:
                    pass

    def _answered(self, event: Answered) -> None:
        known = self.conclusions
        text = event.command.text.upper()
        result = event.result
        if result.word and not result.is_ok:
            known.errors.append((event.command.text, result.word, result.code))
        for row in event.rows:
            self._learn(row)
        if result.code in _SIM_CODES or (text == "AT+CPIN?" and result.code == 13):
            known.sim = _SIM_CODES.get(result.code or 0, "none")
        if re.fullmatch(r"AT\+CG?(GMI|GMM|GMR|MI|MM|MR)|AT\+G(MI|MM|MR)|ATI\d?", text) and result.is_ok:
            known.model = " ".join(filter(None, (known.model, *event.rows)))
        elif self._call is not None and event.command.is_dial:
            self._tell(self._call.on_dial_result(result))
        elif self._call is not None and text == "AT+CLCC" and result.is_ok:
            rows = [row for row in map(call_row, event.rows) if row is not None]
            if self._call.is_hanging_up and not any(_is_ours(row) for row in rows):
                self._tell(self._call.end(EndReason.OURS))
            else:
                self._tell(self._call.on_poll(rows))
        elif self._call is not None and text == "AT+CEER":
            self._tell(self._call.on_cause(cause(event.rows[0]) if event.rows else None))

    def _learn(self, row: str) -> None:
        """What a row tells of SIM and network, as an answer or as a URC."""
        known = self.conclusions
        if (stat := registration(row)) is not None:
            if row.startswith("+CREG:"):
                known.voice_stat = stat
            elif row.startswith("+CEREG:"):
                known.lte_stat = stat
        elif (state := sim_state(row)) is not None:
            known.sim = state
        elif (serving := operator(row)) is not None:
            known.operator, known.technology = serving.name, serving.technology
            if serving.mode == 2 and "AT+COPS=0" not in known.advice:
                known.advice.append("AT+COPS=0")
        elif row.startswith("+CSQ:"):
            known.signal_dbm = signal_dbm(row)

    def _urc(self, text: str) -> None:
        if notice_of(text) is Notice.RESTARTED:
            self.conclusions.restarts += 1
            self._end(EndReason.MODEM_LOST)
            return
        self._learn(text)
        row = call_row(text)
        is_theirs = row is not None and not row.is_outgoing
        is_idle = self._call is None or self._call.is_over
        if (_IN_COMING.fullmatch(text) or is_theirs) and is_idle and not self._is_incoming:
            self._is_incoming = True
            self.conclusions.incoming += 1
        word = word_of(self._family, text)
        if word is None:
            self._is_incoming &= not (row is not None and row.state in (6, -1))
            return
        if is_idle and text.startswith("^CEND"):
            self._orphan(text, word)
        elif is_idle and word.sign in _LIVE and (not self._is_incoming or _is_outgoing(text)):
            self._begin()
        if self._call is not None:
            self._tell(self._call.on_word(word))
        self._is_incoming &= word.sign in _LIVE

    def _orphan(self, text: str, word: CallWord) -> None:
        """The end of a call whose beginning is not in the recording; whether it had opened, its duration tells."""
        if self._is_incoming:
            return
        self._begin()
        assert self._call is not None
        if re.match(r"\^CEND: ?\d+, ?0*[1-9]", text):
            self._tell(self._call.on_sign(Sign.OPEN))
        self._tell(self._call.on_word(word))
        self._finish()

    def _begin(self) -> None:
        self._finish()
        self._is_incoming = False
        number = len(self.conclusions.calls) + 1
        # Without a word of the network the tracker believes in it, as the driver does after its own look.
        is_registered = self.conclusions.voice_stat in (None, 1, 5, 9, 10)
        self._call = CallTracker(f"{self._name_of}-{number}", self._family, self._now, is_registered)

    def _lose(self) -> None:
        self._end(EndReason.MODEM_LOST)
        self.conclusions.losses += 1
        self._codec = Codec()

    def _end(self, reason: EndReason) -> None:
        if self._call is not None:
            self._tell(self._call.end(reason))

    def _finish(self) -> None:
        """Close the page of the call that there was; a hang-up that nothing contradicted is believed."""
        call, self._call = self._call, None
        if call is None:
            return
        events: list[ModemEvent] = []
        if call.is_hanging_up:
            events = call.end(EndReason.OURS)
        elif call.is_ending:
            events = call.on_cause(None)
        self._told += [(round(self._now, 3), event) for event in events]
        self.conclusions.calls.append(PlayedCall(call.call, tuple(self._told), call.is_over))
        self._told = []

    def _tell(self, events: list[ModemEvent]) -> None:
        self._told += [(round(self._now, 3), event) for event in events]


def _is_ours(row: CallRow) -> bool:
    return row.is_outgoing and row.is_voice and row.state in (0, 1, 2, 3)


def _is_outgoing(urc: str) -> bool:
    """Whether a URC names its call as an outgoing one; many families' do not."""
    row = call_row(urc)
    if row is not None:
        return row.is_outgoing
    return re.match(r"\^(ORIG|CONF):|\^DSCI: ?\d+, ?0,|MO ", urc) is not None
