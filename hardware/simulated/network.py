"""The radio of a simulated modem: registration, operator, signal, and whether it is switched on."""

from hardware.simulated.at_line import AtCommand, Kind
from hardware.simulated.families.speech import Speech
from hardware.simulated.far_end import VOICE_STATS, Profile
from hardware.simulated.reply import OK, Reply, cme, rows
from hardware.simulated.sim_card import SimCard

_DOMAINS = ("+CREG", "+CGREG", "+CEREG")
_OPERATOR = ("SIMULATED", "SIM", "00101")
"""Long, short and numeric name (+COPS formats 0, 1, 2)."""
AREA = '"0001","000A0001"'
SCAN = "+COPS=?"


class Network:
    """What the modem sees of the network, and what it was told of it."""

    def __init__(self, profile: Profile, speech: Speech, sim: SimCard) -> None:
        self._profile = profile
        self._speech = speech
        self._sim = sim
        self.has_call = False
        self.reset()

    def reset(self) -> None:
        """Power on."""
        self.is_on = True
        self._modes = dict.fromkeys((*_DOMAINS, "+CIREG"), 0)
        self._selection = 0
        self._format = 0

    @property
    def stat(self) -> int:
        """+CREG's stat now."""
        if not self.is_on or not self._sim.is_usable or self._selection == 2:
            return 0
        return self._profile.stat

    @property
    def carries_voice(self) -> bool:
        """Whether a call can be placed."""
        return self.stat in VOICE_STATS

    @property
    def news(self) -> tuple[str, ...]:
        """The URCs that tell the registration, as far as the host asked for them."""
        stat = self.stat
        area = f",{AREA},{self._speech.technology or 0}" if stat in VOICE_STATS else ""
        domains = [domain for domain in _DOMAINS if domain not in self._speech.lacks]
        return tuple(
            f"{domain}: {stat}{area if self._modes[domain] >= 2 else ''}" for domain in domains if self._modes[domain]
        )

    @property
    def names(self) -> frozenset[str]:
        """See :class:`~hardware.simulated.reply.Desk`."""
        return frozenset((*_DOMAINS, "+CIREG", "+COPS", "+CSQ", "+CESQ", "+CIND", "+WS46")) - self._speech.lacks

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """See :class:`~hardware.simulated.reply.Desk`."""
        match command.name:
            case "+CREG" | "+CGREG" | "+CEREG" | "+CIREG":
                return self._registration(command)
            case "+COPS":
                return self._operator(command)
            case "+CSQ":
                return rows(
                    "+CSQ: (0-31,99),(0-7,99)" if command.kind is Kind.TEST else f"+CSQ: {22 if self._hears else 99},99"
                )
            case "+CESQ" if self._speech.technology == 7:
                return rows("+CESQ: 99,99,255,255,20,50")
            case "+WS46" if command.kind is Kind.TEST:
                return rows("+WS46: (12,22,25,28)")
            case "+CIND":
                return self._indicators(command)
        return None

    @property
    def _hears(self) -> bool:
        return self.is_on and self._profile.script not in ("no-network", "no-sim")

    def _registration(self, command: AtCommand) -> Reply | None:
        name = command.name
        if name in self._speech.lacks or (name == "+CIREG" and name not in self._speech.settings):
            return None
        if command.kind is Kind.TEST:
            return rows(f"{name}: (0-2)")
        if command.kind is Kind.SET:
            if command.argument not in ("0", "1", "2"):
                return cme(50)
            self._modes[name] = int(command.argument)
            return OK
        mode, stat = self._modes[name], self.stat
        if name == "+CIREG":
            return rows(f"+CIREG: {mode},{int(self.carries_voice)}")
        area = f",{AREA},{self._speech.technology or 0}" if mode >= 2 and stat in VOICE_STATS else ""
        return rows(f"{name}: {mode},{stat}{area}")

    def _operator(self, command: AtCommand) -> Reply:
        if command.kind is Kind.READ:
            if self._profile.script == "no-sim":
                return cme(30)
            if not self.carries_voice and self.stat not in (6, 11):
                return rows(f"+COPS: {self._selection}")
            technology = "" if self._speech.technology is None else f",{self._speech.technology}"
            return rows(f'+COPS: {self._selection},{self._format},"{_OPERATOR[self._format]}"{technology}')
        values = [int(value) if value.isdigit() else 0 for value in command.values]
        mode = values[0]
        if mode == 3:
            self._format = min(2, values[1] if len(values) > 1 else 0)
            return OK
        if mode not in (0, 1, 2, 4):
            return cme(50)
        before = self.news
        self._selection = mode
        return Reply(then=self.news if self.news != before else ())

    def found(self) -> Reply:
        """What a scan finds (``+COPS=?``), once it was waited for."""
        if not self._sim.is_present:
            return cme(10)
        long, short, number = _OPERATOR
        return rows(f'+COPS: (2,"{long}","{short}","{number}",{self._speech.technology or 0}),,(0-4),(0-2)')

    def _indicators(self, command: AtCommand) -> Reply:
        """3GPP TS 27.007 §8.9."""
        if command.kind is Kind.TEST:
            return rows(
                '+CIND: ("battchg",(0-5)),("signal",(0-5)),("service",(0,1)),("message",(0,1)),("call",(0,1)),'
                '("roam",(0,1)),("smsfull",(0,1)),("callsetup",(0-3))'
            )
        signal, service = (4 if self._hears else 0), int(self.carries_voice)
        return rows(f"+CIND: 5,{signal},{service},0,{int(self.has_call)},{int(self.stat == 5)},0,0")
