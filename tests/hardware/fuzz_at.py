"""Coverage-guided fuzzing of all that reads a modem's bytes.

``python -m tests.hardware.fuzz_at [seconds] [folder] [-seed=N]``. The input is a script of turns (bytes arrive, time
passes, a command is sent, a call begins), so the fuzzer finds its way into late answers, resynchronisations and
half-dead calls. It looks for an exception, for a codec that does not take commands again after a quiet minute, for a
call that does not end once, and for a difference between one chunk and many. ``folder`` keeps what it learnt between
runs; without it nothing is kept. Runs go different ways, but those of one seed.
"""

import sys

from hardware.at import Answered, AtEvent, Codec, Command, UrcReceived, masked
from hardware.call_tracker import CallTracker
from hardware.families import FAMILIES
from hardware.modem_events import CallEnded, EndReason, ModemEvent
from hardware.replay import command_of
from hardware.urcs import is_unplugged_sim, notice_of

COMMANDS = (
    "AT", "ATE0", "AT+CSQ", "AT+CREG?", "AT+CLCC", "AT+CPIN?", "AT+CGMM", "ATD112;", "AT+CHUP", "AT+COPS?", "AT^CPIN?",
    "AT+CEER",
)  # fmt: skip
WORDS = (
    b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\n+CME ERROR: 30\r\n", b"\r\nNO CARRIER\r\n", b"\r\nBUSY\r\n", b"AT\r\r\nOK",
    b'\r\n+CLCC: 1,0,3,0,0,"1",129\r\n', b"\r\n+CREG: 2,1\r\n", b'\r\n+CREG: 1,"D509","80D",7\r\n', b"\r\n> ",
    b'\r\n+CUSD: 0,"a\r\nb",15\r\n', b"\r\nVOICE CALL: BEGIN\r\n", b"\r\n^CEND:1,0,104,17\r\n", b"\r\nRDY\r\n",
    b"\r\n^DSCI: 1,0,3,0,1,129,0\r\n", b'\r\n+QIND: "ccinfo",1,0,-1,0,0,"1",129\r\n', b"\r\n+UCALLSTAT: 1,6\r\n",
)  # fmt: skip
"""What the fuzzer builds on, with bytes of its own."""
QUIET_S = 120.0


class Play:
    """One script against the codec and a call of one family."""

    def __init__(self, family: int, chunk: int) -> None:
        self.codec = Codec()
        self.family = list(FAMILIES.values())[family % len(FAMILIES)]
        self.chunk = chunk
        self.now = 0.0
        self.call: CallTracker | None = None
        self.seen: list[AtEvent] = []
        self.told: list[ModemEvent] = []

    def turn(self, kind: int, data: bytes) -> None:
        """One turn: bytes, time, a command, or a hang-up."""
        match kind % 5:
            case 0 | 1:
                size = self.chunk or len(data) or 1
                for start in range(0, len(data), size):
                    self._take(self.codec.receive(data[start : start + size], self.now))
            case 2:
                self._pass_time((data[0] if data else 1) / 8)
            case 3:
                text = COMMANDS[(data[0] if data else 0) % len(COMMANDS)]
                command = Command(text, 9.0, body=b"text") if data[1:2] == b"\1" else command_of(text)
                if self.codec.is_ready:
                    self.codec.send(command, self.now)
                    if command.is_dial:
                        self.call = CallTracker("c", self.family, self.now, is_registered=True)
                        self.told = []
            case _:
                self.codec.resynchronise(self.now)

    def finish(self) -> None:
        """After a quiet time everything has come to its end. Raises: AssertionError when it has not."""
        self._pass_time(QUIET_S)
        self.codec.tick(self.now)
        self._take([])
        assert self.codec.is_ready, f"stuck, next at {self.codec.deadline}, now {self.now}"
        if self.call is not None:
            self._tell(self.call.on_cause(None))
            self._tell(self.call.end(EndReason.MODEM_LOST))
            assert [isinstance(event, CallEnded) for event in self.told].count(True) == 1, self.told
            assert isinstance(self.told[-1], CallEnded)

    def _pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        for _ in range(10_000):
            deadline = self.codec.deadline
            if deadline is None or deadline > until:
                break
            self.now = max(self.now, deadline)
            self._take(self.codec.tick(self.now))
        else:
            raise AssertionError("deadlines without end")
        self.now = until

    def _take(self, events: list[AtEvent]) -> None:
        self.codec.take()
        self.seen += events
        for event in events:
            match event:
                case UrcReceived(text):
                    masked(text)
                    notice_of(text)
                    is_unplugged_sim(text)
                    for read in (self.family.pin_tries_of, self.family.ims_of, self.family.voice_of):
                        read(text)
                    if self.call is not None:
                        self._tell(self.call.on_urc(text))
                case Answered(command, _, result) if command.is_dial and self.call is not None:
                    self._tell(self.call.on_dial_result(result))
                case _:
                    pass

    def _tell(self, events: list[ModemEvent]) -> None:
        self.told += events


def turns(data: bytes) -> list[tuple[int, bytes]]:
    """The fuzzer's bytes as a script: a kind, a length, that many bytes; or one of :data:`WORDS`."""
    script = []
    while len(data) >= 2:
        kind, size = data[0], data[1]
        if size >= 128:
            script.append((0, WORDS[size % len(WORDS)]))
            data = data[2:]
        else:
            script.append((kind, data[2 : 2 + size % 32]))
            data = data[2 + size % 32 :]
    return script


def check(data: bytes) -> None:
    """Play one input whole and in chunks. Raises: AssertionError, or whatever the driver's code raises."""
    if len(data) < 2:
        return
    whole, cut = Play(data[0], 0), Play(data[0], data[1] % 7 + 1)
    for play in (whole, cut):
        for kind, part in turns(data[2:]):
            play.turn(kind, part)
        play.finish()
    assert whole.seen == cut.seen
    assert whole.told == cut.told


def main() -> None:
    """Fuzz for some seconds. The exit status is libFuzzer's: 0 when nothing was found."""
    import atheris

    seconds = sys.argv[1] if len(sys.argv) > 1 else "600"
    options = [sys.argv[0], f"-max_total_time={seconds}", "-max_len=512", "-print_final_stats=1", *sys.argv[2:]]
    for name in [name for name in sys.modules if name.partition(".")[0] == "hardware"]:
        del sys.modules[name]  # loaded without the fuzzer's eyes
    with atheris.instrument_imports(include=["hardware"]):
        from tests.hardware.fuzz_at import check as watched
    atheris.Setup(options, watched)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
