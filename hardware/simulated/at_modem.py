"""What a simulated SIM7600-family modem answers to AT commands: its SIM, its network and its one call.

Sans-IO: bytes and times in, bytes out; :mod:`hardware.simulated.modem` gives it ptys, sound and a clock. The far
end plays a script: see ``SCRIPTS``.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

SCRIPTS = {
    "answer": "rings, then answers",
    "busy": "BUSY instead of alerting",
    "declined": "rings, then is refused (NO CARRIER, CEER 21)",
    "no-answer": "rings until the caller or the network gives up (NO ANSWER)",
    "no-network": "registered nowhere: a dial ends with NO CARRIER",
    "no-sim": "no SIM card",
    "ringback": "says BEGIN and state 0 while it only rings (A76xx)",
    "instant": "answers without ever alerting",
    "no-ok": "rings and answers, but ATD never gets its OK",
    "silent": "takes ATD and says nothing at all",
    "not-found": "refused before alerting (CEER 1)",
    "drop": "CLCC 2 then 6 at once, as a VoLTE call that dies",
}
CAUSES = {
    "": "No cause information available",
    "declined": '"21 Call rejected"',
    "not-found": '"1 Unallocated (unassigned) number"',
}
"""What +CEER says after a call of each script (3GPP TS 24.008 §10.5.4.11)."""
FAMILIES = {"sim7600": "SIMCOM_SIM7600E-H", "a76xx": "A7670E-FASE", "generic": "MODEM"}


@dataclass
class Profile:
    """How this modem and its far end behave; ``control`` changes it while running."""

    family: str = "sim7600"
    script: str = "answer"
    alert_after_s: float = 0.3
    answer_after_s: float = 0.6
    no_answer_after_s: float = 30.0
    hang_up_after_s: float = 0.0
    """Far end hangs up that long after its answer; 0 is never."""
    pcm_after_s: float = 0.0
    """CPCMREG=1 is refused until this long after the answer."""
    pin: str = ""
    """The SIM asks for it when not empty."""
    pin_tries: int = 3
    reply_after_s: float = 0.0
    is_deaf: bool = False
    """Commands get no answer; URCs go on (as a Huawei E1550 does)."""


@dataclass
class Call:
    """The one call; ``state`` is +CLCC's (3GPP TS 27.007 §7.18)."""

    number: str
    state: int = 2
    opened_at: float | None = None
    digits: str = ""


@dataclass(order=True)
class _Due:
    at: float
    order: int
    act: Callable[[float], None] = field(compare=False)


class AtModem:
    """The AT side. ``on_call`` hears True at open, False at the end; ``on_state`` +CLCC's states, None at the end."""

    def __init__(
        self,
        profile: Profile,
        on_call: Callable[[bool], None],
        on_state: Callable[[int | None], None] = lambda state: None,
    ) -> None:
        self.profile = profile
        self.call: Call | None = None
        self.dialled: list[str] = []
        self.digits: list[str] = []
        self.commands: list[str] = []
        self.pcm_on = False
        self.cause = CAUSES[""]
        self._on_call = on_call
        self._on_state = on_state
        self._out = bytearray()
        self._line = bytearray()
        self._due: list[_Due] = []
        self._order = 0
        self._epoch = 0
        self.reset()

    def reset(self) -> None:
        """Power on: all settings of the host are forgotten, a call is gone."""
        self._end(None, "")
        self._epoch += 1
        self.echo = True
        self.clcc_urcs = False
        self.creg_mode = 0
        self.cmee = 1
        self.functional = True
        self.is_locked = bool(self.profile.pin)

    def take(self) -> bytes:
        """What is to be written to the host now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._due[0].at if self._due else None

    def tick(self, now: float) -> None:
        """Let due things happen."""
        while self._due and self._due[0].at <= now:
            heapq.heappop(self._due).act(now)

    def receive(self, data: bytes, now: float) -> None:
        """Bytes of the host: commands end with CR."""
        if self.echo and not self.profile.is_deaf:
            self._out += data
        for byte in data:
            if byte == 0x0D:
                line = self._line.decode("ascii", "replace").strip()
                self._line.clear()
                if line:
                    self._later(self.profile.reply_after_s, now, partial(self._command, line))
            elif byte not in (0x0A, 0x1B):
                self._line.append(byte)
        self.tick(now)

    def urc(self, text: str) -> None:
        """An unsolicited line."""
        self._out += b"\r\n" + text.encode() + b"\r\n"

    def remote_hang_up(self, now: float) -> None:
        """The far end puts its handset down."""
        self._end(now, "NO CARRIER")

    def set_network(self, is_there: bool, now: float) -> None:
        """Lose the network, or find it again."""
        self.profile.script = "answer" if is_there else "no-network"
        if not is_there:
            self._end(now, "NO CARRIER")
        if self.creg_mode:
            self.urc(f"+CREG: {self._registered()}")

    def _later(self, delay_s: float, now: float, act: Callable[[float], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(now + delay_s, self._order, act))

    def _in_call(self, delay_s: float, now: float, act: Callable[[float], None]) -> None:
        """Later, unless that call is over by then."""
        call = self.call
        self._later(delay_s, now, lambda at: act(at) if self.call is call else None)

    def _command(self, line: str, now: float) -> None:
        if self.profile.is_deaf:
            return
        self.commands.append(line)
        upper = line.upper()
        if not upper.startswith("AT"):
            self.urc("ERROR")
        elif upper.startswith("ATD"):
            self._dial(line[3:].rstrip(";"), now)
        else:
            answer = self._answer(upper[2:], line[2:], now)
            for row in answer:
                self.urc(row)

    def _answer(self, command: str, as_typed: str, now: float) -> list[str]:
        ok = ["OK"]
        fixed: dict[str, list[str]] = {
            "": ok, "E0": ok, "E1": ok, "H": ok, "I": [self._model(), *ok],
            "+CGMI": ["SIMCOM INCORPORATED", *ok], "+CGMM": [self._model(), *ok],
            "+CGMR": ["+CGMR: SIMULATED-1", *ok], "+CEER": [f"+CEER: {self.cause}", *ok],
            "+CSQ": [f"+CSQ: {99 if self._registered() == 0 else 22},99", *ok],
            "+CREG?": [f"+CREG: {self.creg_mode},{self._registered()}", *ok],
            "+CEREG?": [f"+CEREG: 0,{self._registered()}", *ok],
            "+CFUN?": [f"+CFUN: {1 if self.functional else 4}", *ok],
            "+CLVL?": ["+CLVL: 4", *ok], "+CMUT?": ["+CMUT: 0", *ok], "+CNMP?": ["+CNMP: 2", *ok],
            "+SPIC": [f"+SPIC: {self.profile.pin_tries},10,3,10", *ok],
        }  # fmt: skip
        if command in ("E0", "E1"):
            self.echo = command == "E1"
        if command == "+CPIN?":
            return self._sim()
        if command.startswith("+CPIN="):
            return self._unlock(as_typed.partition("=")[2].strip('"'))
        if command == "+COPS?":
            return ['+COPS: 0,0,"SIMULATED",7', "OK"] if self._registered() == 1 else ["+COPS: 0", "OK"]
        if command == "+CLCC":
            return [*self._calls(), "OK"]
        if command.startswith("+CLCC="):
            self.clcc_urcs = command.endswith("1")
        if command.startswith("+CREG="):
            self.creg_mode = int(command[6:] or 0) if command[6:].isdigit() else 0
        if command.startswith("+CFUN="):
            return self._function(command[6:], now)
        if command == "+CHUP":
            if self.call is not None:
                self._end(now, "")
            return ok
        if command.startswith("+VTS="):
            return self._digit(command[5:])
        if command.startswith("+CPCMREG="):
            return self._pcm(command.endswith("1"), now)
        if command == "+CRESET":
            self._later(0.2, now, self._reboot)
            return ok
        if command in fixed:
            return fixed[command]
        return ok if "=" in command or command.startswith(("&", "+CLVL", "+CMUT")) else ["ERROR"]

    def _model(self) -> str:
        return FAMILIES[self.profile.family]

    def _registered(self) -> int:
        """+CREG's stat: 1 is home."""
        if not self.functional or self.profile.script == "no-network" or self.is_locked:
            return 0
        return 0 if self.profile.script == "no-sim" else 1

    def _sim(self) -> list[str]:
        if self.profile.script == "no-sim":
            return ["+CME ERROR: SIM not inserted"]
        if self.is_locked:
            return [f"+CPIN: {'SIM PUK' if self.profile.pin_tries == 0 else 'SIM PIN'}", "OK"]
        return ["+CPIN: READY", "OK"]

    def _unlock(self, pin: str) -> list[str]:
        if not self.is_locked:
            return ["+CME ERROR: operation not allowed"]
        if self.profile.pin_tries == 0 or pin != self.profile.pin:
            self.profile.pin_tries = max(0, self.profile.pin_tries - 1)
            return ["+CME ERROR: incorrect password"]
        self.is_locked = False
        return ["OK", "+CPIN: READY"]

    def _function(self, value: str, now: float) -> list[str]:
        if value.startswith("1,1"):
            self._later(0.2, now, self._reboot)
            return ["OK"]
        was = self.functional
        self.functional = value.startswith("1")
        if not self.functional:
            self._end(now, "")
        return ["OK"] if was == self.functional or not self.functional else ["OK", "+CPIN: READY", "SMS DONE"]

    def _reboot(self, now: float) -> None:
        self.reset()
        for text in ("RDY", f"+CPIN: {'SIM PIN' if self.is_locked else 'READY'}", "SMS DONE", "PB DONE"):
            self.urc(text)

    def _calls(self) -> list[str]:
        if self.call is None:
            return []
        kind = 145 if self.call.number.startswith("+") else 129
        return [f'+CLCC: 1,0,{self.call.state},0,0,"{self.call.number}",{kind}']

    def _digit(self, digit: str) -> list[str]:
        if self.call is None or self.call.state != 0:
            return ["ERROR"]
        self.call.digits += digit
        self.digits.append(digit)
        return ["OK"]

    def _pcm(self, on: bool, now: float) -> list[str]:
        if on:
            opened_at = self.call.opened_at if self.call is not None else None
            if opened_at is None or now - opened_at < self.profile.pcm_after_s:
                return ["ERROR"]
        self.pcm_on = on
        return ["OK"]

    def _dial(self, number: str, now: float) -> None:
        script = self.profile.script
        self.dialled.append(number)
        if script in ("no-network", "no-sim") or self.is_locked or self.call is not None or not self.functional:
            self.urc("NO CARRIER")
            return
        self.call = Call(number)
        if script == "silent":
            return
        if script != "no-ok":
            self.urc("OK")
        self._state(2)
        self.cause = CAUSES.get(script, CAUSES[""])
        if script in ("drop", "not-found"):
            self._in_call(0.05, now, lambda at: self._end(at, ""))
        elif script == "busy":
            self._in_call(self.profile.alert_after_s, now, lambda at: self._end(at, "BUSY"))
        elif script in ("instant", "ringback"):
            self._in_call(self.profile.alert_after_s, now, self._open)
        else:
            self._in_call(self.profile.alert_after_s, now, self._alert)

    def _alert(self, now: float) -> None:
        self._state(3)
        if self.profile.script == "no-answer":
            self._in_call(self.profile.no_answer_after_s, now, lambda at: self._end(at, "NO ANSWER"))
        elif self.profile.script == "declined":
            self._in_call(self.profile.answer_after_s, now, lambda at: self._end(at, "NO CARRIER"))
        else:
            self._in_call(self.profile.answer_after_s, now, self._open)

    def _open(self, now: float) -> None:
        assert self.call is not None
        self.call.opened_at = now
        self.urc("VOICE CALL: BEGIN")
        self._state(0)
        self._on_call(True)
        if self.profile.hang_up_after_s:
            self._in_call(self.profile.hang_up_after_s, now, lambda at: self._end(at, "NO CARRIER"))

    def _state(self, state: int) -> None:
        assert self.call is not None
        self.call.state = state
        self._on_state(state)
        if self.clcc_urcs:
            self.urc(self._calls()[0])

    def _end(self, now: float | None, result: str) -> None:
        """End the call, if there is one, with the URCs of it (none when the modem itself dies)."""
        call = self.call
        if call is None:
            return
        if now is not None:
            self._state(6)
            if call.opened_at is not None:
                seconds = int(now - call.opened_at)
                clock = f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"
                self.urc(f"VOICE CALL: END: {clock}")
            if result:
                self.urc(result)
        self.call = None
        self.pcm_on = False
        self._on_state(None)
        self._on_call(False)
