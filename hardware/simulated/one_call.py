"""The one call of a simulated modem: dialled by the host, carried and ended by the far end's script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hardware.simulated.at_line import AtCommand, Kind
from hardware.simulated.families.speech import RESULT, Progress, SoundPath, Speech, Stage
from hardware.simulated.far_end import (
    BUSY,
    CAUSE_WORDS,
    DECLINED,
    DROPPED,
    FAR_END,
    NO_ANSWER,
    NOT_FOUND,
    OURS,
    Ending,
    Profile,
)
from hardware.simulated.module import Module
from hardware.simulated.network import Network
from hardware.simulated.reply import ERROR, LATER, OK, Reply, cme, rows
from hardware.simulated.timers import Act, Timers

_DIGITS = frozenset("0123456789*#ABCDabcd")
_MODE_OF_DIAL = "+COLP"


@dataclass
class Call:
    """Its life so far; ``state`` is +CLCC's."""

    number: str
    state: Stage = Stage.DIALLING
    opened_at: float | None = None
    digits: str = ""
    owes_ok: bool = False
    """ATD answers only when the line opens, and any byte before ends the call (``COLP=1``)."""


class OneCall:
    """Carries it to its end. ``on_open`` hears True at open, False at the end; ``on_state`` each stage, then None."""

    def __init__(
        self,
        profile: Profile,
        speech: Speech,
        parts: tuple[Module, Network],
        timers: Timers,
        say: Callable[[str], None],
        listeners: tuple[Callable[[bool], None], Callable[[int | None], None]],
    ) -> None:
        self._profile = profile
        self._speech = speech
        self._module, self._network = parts
        self._timers = timers
        self._say = say
        self._on_open, self._on_state = listeners
        self.call: Call | None = None
        self.dialled: list[str] = []
        self.digits: list[str] = []
        self._sound_setting = "0"
        self._cause = 0

    @property
    def sound_flows(self) -> bool:
        """Whether sound goes through the sound port now."""
        sound = self._speech.sound
        is_on = sound is not None and self._sound_setting in sound.on
        return is_on and self.call is not None and self.call.state is Stage.OPEN

    def reset(self) -> None:
        """Power off: a call is gone without a word."""
        self._over()
        self._sound_setting = "0"

    def hang_up(self, now: float, ending: Ending = FAR_END) -> None:
        """The call ends, by whoever ``ending`` says; its lines are said at once."""
        for text in self._end(now, ending):
            self._say(text)

    def answer_now(self, now: float) -> None:
        """The far end lifts its handset; nothing where it does not ring."""
        if self.call is not None and self.call.state is Stage.ALERTING:
            self._open(now)

    @property
    def names(self) -> frozenset[str]:
        """See :class:`~hardware.simulated.reply.Desk`."""
        sound = (self._speech.sound.command,) if self._speech.sound is not None else ()
        hang_ups = (name for name in self._speech.hang_ups if len(name) > 1)
        return frozenset(("+CLCC", "+CHLD", "+CEER", *self._speech.digit_commands, *sound, *hang_ups))

    def answer(self, command: AtCommand, now: float) -> Reply | None:
        """See :class:`~hardware.simulated.reply.Desk`."""
        name = command.name
        sound = self._speech.sound
        if name in self._speech.digit_commands:
            return self._digit(command)
        if name in self._speech.hang_ups and command.kind is not Kind.TEST:
            return self._hang_up(name, now)
        if sound is not None and name == sound.command:
            return self._sound(sound, command, now)
        match name:
            case "D":
                return self._dial(command.argument, now)
            case "A":
                return Reply(result="NO CARRIER")
            case "+CLCC" if command.kind is Kind.RUN:
                return rows(*self._list())
            case "+CLCC" if command.kind is Kind.TEST and name not in self._speech.settings:
                return OK
            case "+CHLD":
                return self._hold(command, now)
            case "+CEER":
                return rows(self._speech.cause_row.format(cause=self._cause, words=CAUSE_WORDS[self._cause]))
        return None

    def interrupt(self, now: float) -> None:
        """A byte came from the host: ends a call whose ATD still owes its result."""
        if self.call is not None and self.call.owes_ok:
            self.hang_up(now, Ending("NO CARRIER", 16))

    def _list(self) -> list[str]:
        phantom = ['+CLCC: 9,1,0,1,0,"",128'] if self._profile.has_data_call else []
        if self.call is None:
            return phantom
        return [self._filled(Progress('+CLCC: {index},0,{state},0,0,"{number}",{type}'), OURS, 0.0), *phantom]

    def _dial(self, argument: str, now: float) -> Reply:
        number = argument.rstrip(";IiGg").replace(" ", "")
        self.dialled.append(number)
        if self._profile.script == "data-only":
            return ERROR
        if not argument.endswith(";") or self.call is not None or not self._network.carries_voice:
            return Reply(result="NO CARRIER")
        self.call = call = Call(number)
        self._network.has_call = True
        script = self._profile.script
        if script == "silent":
            self._on_state(Stage.DIALLING)
            return LATER
        if self._module.value(_MODE_OF_DIAL) == "1":
            call.owes_ok = True
        lines = self._enter(Stage.DIALLING)
        if script in ("drop", "not-found"):
            self._in_call(0.05, now, self._ends(NOT_FOUND if script == "not-found" else DROPPED))
        elif script == "busy":
            self._in_call(self._profile.alert_after_s, now, self._ends(BUSY))
        elif script in ("instant", "ringback"):
            self._in_call(self._profile.alert_after_s, now, self._open)
        else:
            self._in_call(self._profile.alert_after_s, now, self._alert)
        return Reply(result="" if call.owes_ok or script == "no-ok" else "OK", then=lines)

    def _in_call(self, delay_s: float, now: float, act: Act) -> None:
        """Later, unless that call is over by then."""
        call = self.call
        self._timers.later(now + delay_s, lambda at: act(at) if self.call is call else None)

    def _ends(self, ending: Ending) -> Act:
        return partial(self.hang_up, ending=ending)

    def _alert(self, now: float) -> None:
        for text in self._enter(Stage.ALERTING):
            self._say(text)
        if self._profile.script == "no-answer":
            self._in_call(self._profile.no_answer_after_s, now, self._ends(NO_ANSWER))
        elif self._profile.script == "declined":
            self._in_call(self._profile.answer_after_s, now, self._ends(DECLINED))
        else:
            self._in_call(self._profile.answer_after_s, now, self._open)

    def _open(self, now: float) -> None:
        call = self.call
        if call is None or call.state is Stage.OPEN:
            return
        call.opened_at = now
        lines = self._enter(Stage.OPEN)
        if call.owes_ok:
            call.owes_ok = False
            lines = (*lines, f'+COLP: "{call.number}",129', "OK")
        for text in lines:
            self._say(text)
        self._on_open(True)
        if self._profile.hang_up_after_s:
            self._in_call(self._profile.hang_up_after_s, now, self._ends(FAR_END))

    def _enter(self, stage: Stage) -> tuple[str, ...]:
        """The call's next stage; the lines that tell it."""
        assert self.call is not None
        self.call.state = stage
        self._on_state(stage)
        return self._lines(stage, OURS, 0.0)

    def _lines(self, stage: Stage, ending: Ending, now: float) -> tuple[str, ...]:
        assert self.call is not None
        lines = []
        for progress in self._speech.progress[stage]:
            if progress.switch and self._module.value(progress.switch) != progress.on:
                continue
            if progress.only_after_open and self.call.opened_at is None:
                continue
            if progress is RESULT and not ending.result:
                continue
            lines.append(self._filled(progress, ending, now))
        return tuple(lines)

    def _filled(self, progress: Progress, ending: Ending, now: float) -> str:
        call = self.call
        assert call is not None
        seconds = int(now - call.opened_at) if call.opened_at is not None and now else 0
        return progress.template.format(
            index=self._profile.call_index,
            state=int(call.state),
            number=call.number,
            type=145 if call.number.startswith("+") else 129,
            seconds=seconds,
            clock=f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}",
            cause=ending.cause,
            result=ending.result,
        )

    def _end(self, now: float, ending: Ending) -> tuple[str, ...]:
        if self.call is None:
            return ()
        self._cause = ending.cause
        self.call.state = Stage.ENDED
        self._on_state(Stage.ENDED)
        lines = self._lines(Stage.ENDED, ending, now)
        self._over()
        return lines

    def _over(self) -> None:
        if self.call is None:
            return
        self.call = None
        self._network.has_call = False
        if self._speech.sound is not None and self._speech.sound.ends_with_call:
            self._sound_setting = "0"
        self._on_state(None)
        self._on_open(False)

    def _hang_up(self, name: str, now: float) -> Reply:
        if name == "H" and self._speech.has_deaf_ath and self._module.value("+CVHU") != "0":
            return OK
        lines = self._end(now, OURS)
        return Reply(then=lines) if self._speech.ends_after_ok else Reply(lines)

    def _hold(self, command: AtCommand, now: float) -> Reply:
        """``+CHLD`` (3GPP TS 27.007 §7.13); of one call alone only its release means something."""
        if command.kind is Kind.TEST:
            return rows("+CHLD: (0,1,1x,2,2x,3)")
        if self.call is None:
            return cme(3)
        if self.call.state is Stage.DIALLING and self._speech.wedged_by_early_hold:
            self._profile.is_deaf = True
            return LATER
        return self._hang_up("+CHLD", now) if command.argument[:1] in ("0", "1") else cme(3)

    def _digit(self, command: AtCommand) -> Reply:
        """``+VTS=5``, ``+VTS="5",100``, ``^DTMF=1,5`` (3GPP TS 27.007 §C.2.11)."""
        if command.kind is Kind.TEST:
            return rows(f"{command.name}: (0-9,A-D,*,#),(0-255)")
        values = command.values
        digit = values[1] if command.name == "^DTMF" and len(values) > 1 else values[0]
        is_ours = command.name != "^DTMF" or values[0] == str(self._profile.call_index)
        if self.call is None or self.call.state is not Stage.OPEN or not is_ours or digit not in _DIGITS:
            return ERROR
        self.call.digits += digit
        self.digits.append(digit)
        return OK

    def _sound(self, sound: SoundPath, command: AtCommand, now: float) -> Reply:
        if command.kind is Kind.TEST:
            return rows(f"{command.name}: {sound.test}")
        if command.kind is not Kind.SET:
            return rows(f"{command.name}: {self._sound_setting}")
        if command.argument in sound.on and sound.is_only_in_call:
            opened_at = self.call.opened_at if self.call is not None else None
            if opened_at is None or now - opened_at < self._profile.pcm_after_s:
                return ERROR
        self._sound_setting = command.argument
        return OK
