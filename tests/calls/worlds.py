"""A call machine with a clock of its own and a script of what the world does; for the tests of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk import intents
from kiosk.calls.dialplan import DialPlan, Target
from kiosk.calls.line import AttemptId, LineHealth, LineKind, Readiness
from kiosk.calls.machine import advance, deadline
from kiosk.calls.record import CallRecord, Purpose
from kiosk.calls.states import (
    CallAsked,
    Checkpoint,
    DeadlinePassed,
    Dial,
    Effect,
    Event,
    FileRecord,
    HandsetLifted,
    HandsetReplaced,
    HangUp,
    Idle,
    Look,
    Moment,
    SendDigit,
    State,
)
from kiosk.calls.visit import CallRules, GuideRules
from kiosk.intents import Meanings
from kiosk.rules import tongue_of

HELPLINE = Target("0800190000", Purpose.HELPLINE, "helpline")
SAMU = Target("15", Purpose.EMERGENCY, "15")
LISTENING = Target("3114", Purpose.RELAY, "3114")
PLAN = DialPlan("0800190000", frozenset({"112", "15", "115"}), frozenset({"3114"}))
GUIDE = GuideRules(tongues={language: tongue_of(language) for language in ("fr", "en")}, plan=PLAN)
RULES = CallRules(offers=(LISTENING, SAMU), guide=GUIDE)

READY = LineHealth(Readiness.READY)
UNKNOWN = LineHealth(Readiness.UNKNOWN)
DEAD = LineHealth(Readiness.DEAD, "no network")
VOIP, GSM = LineKind.VOIP, LineKind.GSM


@dataclass
class World:
    """Drives the machine in virtual time and keeps all it asked for."""

    rules: CallRules = RULES
    health: Mapping[LineKind, LineHealth] = field(default_factory=lambda: {VOIP: READY, GSM: READY})
    state: State = field(default_factory=Idle)
    now: float = 100.0
    visits: int = 0
    effects: list[Effect] = field(default_factory=list)

    def feel(self, event: Event) -> list[Effect]:
        """The effects of ``event`` happening now."""
        self.visits += 1
        moment = Moment(self.now, round(self.now * 1000), f"visit{self.visits}", self.health)
        self.state, effects = advance(self.state, event, moment, self.rules)
        self.effects += effects
        return effects

    def wait(self, seconds: float) -> list[Effect]:
        """Let ``seconds`` pass, with every deadline in them; returns all effects."""
        end, effects = self.now + seconds, []
        while (due := deadline(self.state, self.rules)) is not None and due <= end:
            self.now = max(self.now, due)
            effects += self.feel(DeadlinePassed())
        self.now = end
        return effects

    def lift_and_call(self, target: Target = HELPLINE) -> list[Effect]:
        self.feel(HandsetLifted())
        return self.feel(CallAsked(target))

    def hang_up(self) -> CallRecord | None:
        """The handset goes down; the record that it left, if any."""
        records = [each.record for each in self.feel(HandsetReplaced()) if isinstance(each, FileRecord)]
        assert len(records) <= 1
        return records[0] if records else None

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The conversation with the lines so far: (dial, voip), (hang up, attempt number), ..."""
        said = []
        for each in self.effects:
            match each:
                case Dial(line=line):
                    said.append(("dial", line.value))
                case HangUp(attempt=attempt):
                    said.append(("hang up", attempt.rpartition("-")[2]))
                case SendDigit(digit=digit):
                    said.append(("digit", digit))
                case Look():
                    said.append(("look", ""))
                case Checkpoint() | FileRecord():
                    pass
        return said

    @property
    def looks(self) -> list[Look]:
        """The questions to the directory so far."""
        return [each for each in self.effects if isinstance(each, Look)]

    def press(self, *keys: str) -> list[Effect]:
        """Keys of the telephone, as they mean what they mean in each state."""
        effects = []
        for key in keys:
            event = intents.of_key(key, self.state, Meanings(HELPLINE, self.rules))
            effects += self.feel(event) if event is not None else []
        return effects

    def attempt(self, number: int) -> AttemptId:
        """Id of the ``number``th dialling of the present visit."""
        dials = [each for each in self.effects if isinstance(each, Dial)]
        visit = dials[-1].attempt.rpartition("-")[0]
        return AttemptId(f"{visit}-{number}")
