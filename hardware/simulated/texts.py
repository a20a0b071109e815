"""Text messages of a simulated modem (3GPP TS 27.005): those sent are kept, none ever comes in."""

from dataclasses import dataclass

from hardware.simulated.at_line import AtCommand, Kind
from hardware.simulated.network import Network
from hardware.simulated.reply import ERROR, LATER, OK, Reply, cms, rows
from hardware.simulated.sim_card import SimCard
from hardware.simulated.text_pdu import read

_MEMORY = '("SM","ME")'
_STORED = {"+CMGF": "0", "+CSMP": "17,167,0,0", "+CSDH": "0", "+CNMI": "0,0,0,0,0", "+CGSMS": "1", "+CMMS": "0"}
_TESTS = {"+CMGF": "(0,1)", "+CNMI": "(0-3),(0-3),(0-3),(0-2),(0,1)", "+CSMS": "(0,1)", "+CGSMS": "(0-3)"}
_NAMES = frozenset((*_STORED, "+CSMS", "+CSCA", "+CPMS", "+CMGS", "+CMGW", "+CMGL", "+CMGR", "+CMGD"))
END, ESCAPE = 0x1A, 0x1B


@dataclass(frozen=True)
class SentText:
    """One message that left, or one part of it."""

    number: str
    text: str


class Texts:
    """``+CMGS`` with its prompt, and the settings around it."""

    def __init__(self, sim: SimCard, network: Network) -> None:
        self._sim = sim
        self._network = network
        self.sent: list[SentText] = []
        self.reset()

    def reset(self) -> None:
        """Power on."""
        self._values = dict(_STORED)
        self._service_centre = '"+33600000000",145'
        self._to: str | None = None
        self._length = 0
        self._words = bytearray()

    @property
    def is_prompting(self) -> bool:
        """Whether the host's bytes are a message's, not a command's."""
        return self._to is not None

    @property
    def names(self) -> frozenset[str]:
        """See :class:`~hardware.simulated.reply.Desk`."""
        return _NAMES

    def take(self, byte: int) -> Reply | None:
        """One byte at the prompt; the answer when it ends the message."""
        if byte == ESCAPE:
            self._to = None
            return OK
        if byte != END:
            self._words.append(byte)
            return None
        assert self._to is not None
        number, words = self._to, self._words.decode("latin-1").replace("\r\n", "\n").strip("\r\n")
        self._to = None
        if self._values["+CMGF"] == "0":
            try:
                number, words = read(words, self._length)
            except ValueError:
                return cms(304)
        message = SentText(number, words)
        if not self._network.carries_voice and self._network.stat != 6:
            return cms(331)
        self.sent.append(message)
        return rows(f"+CMGS: {len(self.sent) % 256}")

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """See :class:`~hardware.simulated.reply.Desk`."""
        name = command.name
        if name not in _NAMES:
            return None
        if command.kind is Kind.TEST:
            memories = f"{name}: {_MEMORY},{_MEMORY},{_MEMORY}"
            return rows(memories if name == "+CPMS" else f"{name}: {_TESTS[name]}") if name in _TESTS or (
                name == "+CPMS"
            ) else OK  # fmt: skip
        if not self._sim.is_present:
            return cms(310)
        if self._sim.is_locked:
            return cms(311)
        if name in _STORED:
            if command.kind is Kind.READ:
                return rows(f"{name}: {self._values[name]}")
            self._values[name] = command.argument
            return OK
        match name:
            case "+CSMS":
                return rows("+CSMS: 1,1,1" if command.kind is Kind.SET else "+CSMS: 0,1,1,1")
            case "+CSCA":
                if command.kind is Kind.READ:
                    return rows(f"+CSCA: {self._service_centre}")
                self._service_centre = command.argument
                return OK
            case "+CPMS":
                usage = "0,50,0,50,0,50" if command.kind is Kind.SET else '"SM",0,50,"SM",0,50,"SM",0,50'
                return rows(f"+CPMS: {usage}")
            case "+CMGS":
                return self._begin(command)
            case "+CMGL" | "+CMGD":
                return OK
            case "+CMGR":
                return cms(321)
        return ERROR

    def _begin(self, command: AtCommand) -> Reply:
        is_text = self._values["+CMGF"] == "1"
        if command.kind is not Kind.SET or (not is_text and not command.argument.isdigit()):
            return cms(304)
        self._to, self._length = (command.values[0], 0) if is_text else ("", int(command.argument))
        self._words.clear()
        return LATER
