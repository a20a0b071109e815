"""The module itself: its names, its stored settings, and the V.250 commands that change nothing here."""

from collections.abc import Callable

from hardware.simulated.at_line import AtCommand, Kind
from hardware.simulated.families.speech import COMMON, Setting, Speech
from hardware.simulated.far_end import Profile
from hardware.simulated.reply import OK, Reply, cme, rows

_SILENT = frozenset(("Z", "&F", "&C", "&D", "&W", "&K", "&S", "X", "V", "Q", "L", "M", "T", "P", "\\Q"))
_IDENTITY = {
    "+CGMI": "maker", "+GMI": "maker", "+CGMM": "model", "+GMM": "model", "+CGSN": "imei", "+GSN": "imei",
}  # fmt: skip


class Module:
    """Identity and settings; ``all_names`` gives every desk's commands, for +CLAC."""

    def __init__(self, profile: Profile, speech: Speech, all_names: Callable[[], list[str]]) -> None:
        self._profile = profile
        self._speech = speech
        self._all_names = all_names
        self._settings: dict[str, Setting] = {**COMMON, **speech.settings}
        self._values: dict[str, str] = {}
        self.reset()

    def reset(self) -> None:
        """Power on: what the host had set is forgotten."""
        self._values = {name: setting.value for name, setting in self._settings.items()}

    def value(self, name: str) -> str:
        """A setting's value now; empty for one that this family lacks."""
        return self._values.get(name, "")

    @property
    def identity(self) -> dict[str, str]:
        """For templates."""
        speech = self._speech
        model = speech.data_only_model if self._profile.script == "data-only" else speech.model
        return {"maker": speech.maker, "model": model, "revision": speech.revision, "imei": speech.imei}

    @property
    def names(self) -> frozenset[str]:
        """See :class:`~hardware.simulated.reply.Desk`."""
        facts = {name.partition("?")[0].partition("=")[0] for name in self._speech.facts}
        settings = {name for name in self._settings if ":" not in name}
        return frozenset({*facts, *settings, *_IDENTITY, "+CGMR", "+GCAP", "+CMEE"})

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """See :class:`~hardware.simulated.reply.Desk`."""
        fact = self._speech.facts.get(command.name + command.kind.value + command.argument.upper().removeprefix("?"))
        if fact is not None:
            return rows(*fact)
        name = command.name
        if name in _SILENT or (name.startswith("S") and name[1:].isdigit()):
            if name in ("Z", "&F"):
                self.reset()
            return rows("000") if command.kind is Kind.READ else OK
        if name in _IDENTITY:
            return OK if command.kind is Kind.TEST else rows(self.identity[_IDENTITY[name]])
        if name in ("+CGMR", "+GMR"):
            return rows(self._speech.revision_row.format(**self.identity))
        if name == "I":
            return rows(*(row.format(**self.identity) for row in self._speech.information))
        if name == "+GCAP":
            return rows("+GCAP: +CGSM")
        if name == "+CLAC":
            return rows(*self._all_names())
        if name == "+QINDCFG" and self._speech.name == "quectel":
            return self._indication(command)
        return self._setting(command)

    def _setting(self, command: AtCommand) -> Reply | None:
        name = command.name
        setting = self._settings.get(name)
        if setting is None or name in self._speech.lacks:
            return None
        if command.kind is Kind.TEST:
            return rows(f"{name}: {setting.test}") if setting.test else OK
        if command.kind is Kind.READ:
            value = self._values[name]
            return rows(f"{name}: {setting.read.format(value=value)}") if value or setting.read != "{value}" else OK
        if command.kind is Kind.RUN:
            return None
        if not _is_allowed(command.argument, setting.test):
            return cme(50)
        self._values[name] = command.argument
        return OK

    def _indication(self, command: AtCommand) -> Reply:
        """``+QINDCFG="ccinfo",1,1``: each kind of indication is switched for itself."""
        values = command.values
        name = f"+QINDCFG:{values[0].upper()}"
        if command.kind is not Kind.SET or name not in self._values:
            return cme(50)
        if len(values) < 2:
            return rows(f'+QINDCFG: "{values[0]}",{self._values[name]}')
        self._values[name] = values[1]
        return OK


def _is_allowed(argument: str, test: str) -> bool:
    """Whether one small number lies in a range like ``(0-2)`` or ``(0,1)``; all else is taken as it is."""
    inner = test.removeprefix("(").removesuffix(")")
    if not argument.isdigit() or "(" in inner or not test.startswith("("):
        return True
    allowed: set[int] = set()
    for part in inner.split(","):
        low, _, high = part.partition("-")
        if not low.isdigit():
            return True
        allowed.update(range(int(low), int(high or low) + 1))
    return int(argument) in allowed
