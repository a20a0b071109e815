"""The SIM in a simulated modem: its PIN, its numbers, and the few files that clients read."""

from collections.abc import Callable

from hardware.simulated.at_line import AtCommand, Kind
from hardware.simulated.families.speech import Speech
from hardware.simulated.far_end import Profile
from hardware.simulated.reply import OK, Reply, cme, rows

IMSI = "001010123456789"
"""Of the test network 001-01, which no operator has."""
ICCID = "8988211000000000012"
_NAMES = frozenset(("+CPIN", "+CIMI", "+CRSM", "+CNUM", "+CLCK"))
_FILES = {
    # EF-ICCID, digits in swapped nibbles; EF-AD: normal operation, MNC of two digits (3GPP TS 31.102 §4.2.18).
    "12258": "988812010000000010F2",
    "28589": "00000002",
}
_READ, _STATUS = "176", "192"


class SimCard:
    """Present or not, locked or not; ``say`` gives the host a line that it did not ask for."""

    def __init__(self, profile: Profile, speech: Speech, say: Callable[[str], None]) -> None:
        self._profile = profile
        self._speech = speech
        self._say = say
        self.is_out = False
        self.is_locked = bool(profile.pin)

    @property
    def is_present(self) -> bool:
        """Whether a card is in the slot."""
        return not self.is_out and self._profile.script != "no-sim"

    @property
    def is_usable(self) -> bool:
        """Whether the network can be asked with it."""
        return self.is_present and not self.is_locked

    @property
    def state(self) -> str:
        """+CPIN's word."""
        if not self.is_present:
            return "NOT INSERTED"
        if not self.is_locked:
            return "READY"
        return "SIM PUK" if self._profile.pin_tries == 0 else "SIM PIN"

    def reset(self) -> None:
        """Power on."""
        self.is_locked = bool(self._profile.pin)

    def move(self, is_in: bool) -> None:
        """A hand takes the card out or puts it back."""
        if is_in == (not self.is_out):
            return
        self.is_out = not is_in
        self.is_locked = bool(self._profile.pin)
        for text in self._speech.sim_back if is_in else self._speech.sim_gone:
            self._say(text)

    @property
    def names(self) -> frozenset[str]:
        """See :class:`~hardware.simulated.reply.Desk`."""
        return _NAMES | {self._speech.iccid[0].removesuffix("?")}

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """See :class:`~hardware.simulated.reply.Desk`."""
        if (counter := self._counter(command)) is not None:
            return counter
        if command.name == "+CPIN":
            return self._pin(command)
        is_iccid = command.name + command.kind.value.removesuffix("=?") == self._speech.iccid[0]
        if command.name not in _NAMES and not is_iccid:
            return None
        if command.kind is Kind.TEST:
            return rows('+CLCK: ("SC","AO","OI","AI","FD")') if command.name == "+CLCK" else OK
        if not self.is_present:
            return cme(10)
        if self.is_locked:
            return cme(11)
        match command.name:
            case "+CIMI":
                return rows(IMSI)
            case "+CNUM":
                return rows('+CNUM: "","+33700000000",145')
            case "+CRSM":
                return self._file(command.values)
            case "+CLCK":
                # Locks are never set but SC, the PIN's own.
                is_pin = command.values[0] == "SC" and bool(self._profile.pin)
                return rows(f"+CLCK: {int(is_pin)}") if command.values[1:2] == ["2"] else OK
        return rows(self._speech.iccid[1].format(iccid=ICCID))

    def _counter(self, command: AtCommand) -> Reply | None:
        as_typed = (command.name + command.kind.value + command.argument.upper()).removesuffix("=?")
        templates = self._speech.pin_counters.get(as_typed)
        if templates is None:
            return None
        tries = self._profile.pin_tries
        values = {
            "pin": tries, "puk": 10, "code": self.state,
            # Huawei counts here what is asked for now, and nothing when nothing is.
            "tries": "" if self.state == "READY" else 10 if tries == 0 else tries,
        }  # fmt: skip
        return rows(*(template.format(**values) for template in templates))

    def _pin(self, command: AtCommand) -> Reply:
        if command.kind is Kind.TEST:
            return OK
        if not self.is_present:
            return cme(10)
        if command.kind is not Kind.SET:
            return rows(f"+CPIN: {self.state}")
        if not self.is_locked:
            return cme(3)
        if self._profile.pin_tries == 0 or command.values[0] != self._profile.pin:
            self._profile.pin_tries = max(0, self._profile.pin_tries - 1)
            return cme(16)
        self.is_locked = False
        return Reply(then=self._speech.unlocked)

    def _file(self, values: list[str]) -> Reply:
        """``+CRSM`` (3GPP TS 27.007 §8.18): status words 144,0 are well, 148,4 is "file not found"."""
        content = _FILES.get(values[1]) if len(values) > 1 else None
        if content is None:
            return rows("+CRSM: 148,4")
        if values[0] == _READ:
            wanted = int(values[4]) if len(values) > 4 and values[4].isdigit() else 0
            return rows(f'+CRSM: 144,0,"{content[: 2 * wanted] if wanted else content}"')
        if values[0] == _STATUS:
            # 3GPP TS 51.011 §9.2.1: size, identity, "elementary, transparent".
            return rows(f'+CRSM: 144,0,"0000{len(content) // 2:04X}{int(values[1]):04X}040000FFFF0102000000"')
        return rows("+CRSM: 109,0")
