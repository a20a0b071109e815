"""What happens in one race: how the trunk, the mobile network and the caller behave. Pure, and drawn from a seed.

The deadlines of the terminal are a tenth of the shipped ones in the campaign, and so are the far ends' times: a
platform that alerts after 4 s is one that alerts after 0.4 s here.
"""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")


class Voip(StrEnum):
    """How the platform behind the trunk takes an INVITE."""

    HOLE = "hole"
    """Nothing comes back, ever."""
    LATE = "late"
    """Nothing comes back until after the terminal has given the attempt up; then it rings."""
    TRYING = "trying"
    """100 and no more."""
    PROGRESS = "progress"
    """183 with sound, and no more."""
    BARE_PROGRESS = "bare_progress"
    """183 without a body, and no more: worked on, and never ringing."""
    RINGS = "rings"
    """180 after a while, 200 after another."""
    DIRECT = "direct"
    """200 without any 18x."""
    ENDLESS = "endless"
    """180, and nobody comes."""
    REFUSES = "refuses"
    """A final response, without ringing."""
    RINGS_AND_REFUSES = "rings_and_refuses"
    CROSSING = "crossing"
    """180; a CANCEL is crossed by the answer."""
    BYE_AT_ONCE = "bye_at_once"
    LOST_ACK = "lost_ack"
    """The first ACKs are lost; the 200 comes again."""
    LOST_ANSWER = "lost_answer"
    """The first 200 is lost."""
    ALERTS_TOGETHER = "alerts_together"
    """180 at the instant at which the mobile line alerts, give or take a few ms."""
    ANSWERS_TOGETHER = "answers_together"
    """200 at the instant at which the mobile line answers."""


class Mobile(StrEnum):
    """How the mobile network takes a dialling: scripts of the simulated modem."""

    ANSWER = "answer"
    INSTANT = "instant"
    """Answers without ever alerting."""
    RINGBACK = "ringback"
    """Says "connected" while it rings."""
    NO_OK = "no-ok"
    """Rings and answers, but ATD gets no OK."""
    BUSY = "busy"
    DECLINED = "declined"
    DROP = "drop"
    """+CLCC 2 then 6 at once, as a VoLTE call that dies."""
    NOT_FOUND = "not-found"
    NO_ANSWER = "no-answer"


class Caller(StrEnum):
    """What the person does after pressing the button."""

    WAITS = "waits"
    HANGS_UP = "hangs_up"
    """After a while, whatever happens."""
    HANGS_UP_AT_ANSWER = "hangs_up_at_answer"
    """At the instant at which one of the two is answered."""
    FLAPS = "flaps"
    """Hangs up after a while, lifts again at once, presses again, and waits."""


@dataclass(frozen=True)
class Race:
    """One race. Times in seconds."""

    seed: int
    number: int
    voip: Voip
    voip_first_s: float
    """From the INVITE to 18x, or to the final response where there is no 18x."""
    voip_then_s: float
    """From 18x to the final response."""
    voip_status: int
    """Of a refusal."""
    voip_lost: int
    """How many messages are lost where some are."""
    together_s: float
    """How much later than the mobile line's, where the two come together; may be negative."""
    mobile: Mobile
    mobile_alert_s: float
    mobile_answer_s: float
    """From alerting to the answer."""
    caller: Caller
    caller_s: float
    """From the press, or from the answer; how long a connected call is kept by who waits."""

    def __str__(self) -> str:
        voip = f"{self.voip} {self.voip_first_s:.3f}+{self.voip_then_s:.3f} s"
        if self.voip in (Voip.REFUSES, Voip.RINGS_AND_REFUSES):
            voip += f" {self.voip_status}"
        if self.voip in (Voip.ALERTS_TOGETHER, Voip.ANSWERS_TOGETHER):
            voip += f" {self.together_s * 1000:+.0f} ms"
        mobile = f"{self.mobile} {self.mobile_alert_s:.3f}+{self.mobile_answer_s:.3f} s"
        return f"race {self.number} of seed {self.seed}: {voip}; {mobile}; caller {self.caller} {self.caller_s:.3f} s"


FINAL = (486, 600, 603)
"""The far end's own no; the other path is not tried."""
FAULTS = (403, 404, 488, 500, 503)
"""The path's fault."""

_VOIP_WEIGHTS = {
    Voip.HOLE: 12, Voip.LATE: 4, Voip.TRYING: 6, Voip.PROGRESS: 5, Voip.BARE_PROGRESS: 2, Voip.RINGS: 18,
    Voip.DIRECT: 6, Voip.ENDLESS: 4, Voip.REFUSES: 10, Voip.RINGS_AND_REFUSES: 5, Voip.CROSSING: 6,
    Voip.BYE_AT_ONCE: 4, Voip.LOST_ACK: 4, Voip.LOST_ANSWER: 4, Voip.ALERTS_TOGETHER: 12, Voip.ANSWERS_TOGETHER: 12,
}  # fmt: skip
_MOBILE_WEIGHTS = {
    Mobile.ANSWER: 40, Mobile.INSTANT: 10, Mobile.RINGBACK: 6, Mobile.NO_OK: 4, Mobile.BUSY: 8, Mobile.DECLINED: 6,
    Mobile.DROP: 8, Mobile.NOT_FOUND: 4, Mobile.NO_ANSWER: 4,
}  # fmt: skip
_CALLER_WEIGHTS = {Caller.WAITS: 55, Caller.HANGS_UP: 20, Caller.HANGS_UP_AT_ANSWER: 15, Caller.FLAPS: 10}


def draw(seed: int, number: int) -> Race:
    """Race ``number`` of ``seed``: always the same."""
    dice = random.Random(f"race {seed}/{number}")

    voip = _one(dice, _VOIP_WEIGHTS)
    mobile = _one(dice, _MOBILE_WEIGHTS)
    caller = _one(dice, _CALLER_WEIGHTS)
    if voip is Voip.ANSWERS_TOGETHER:
        mobile = dice.choice((Mobile.INSTANT, Mobile.INSTANT, Mobile.ANSWER, Mobile.RINGBACK))
    if voip is Voip.ALERTS_TOGETHER:
        mobile = Mobile.ANSWER
    voip_first_s, voip_status = dice.uniform(0.0, 0.5), dice.choice(FINAL + FAULTS)
    if caller is Caller.FLAPS and dice.random() < 0.5:
        # The mobile line is dialled at once, both times: the second while the modem still hangs up the first.
        voip, voip_first_s, voip_status = Voip.REFUSES, 0.0, 503
    after = {
        Caller.WAITS: (0.1, 0.4),
        Caller.HANGS_UP: (0.0, 1.5),
        Caller.HANGS_UP_AT_ANSWER: (0.0, 0.03),
        Caller.FLAPS: (0.0, 0.9),
    }[caller]
    return Race(
        seed=seed,
        number=number,
        voip=voip,
        voip_first_s=voip_first_s,
        voip_then_s=dice.uniform(0.0, 0.5),
        voip_status=voip_status,
        # A second repetition of an answer comes after 1.5 s, when the shortened ringing time is over.
        voip_lost=1 if voip is Voip.LOST_ANSWER else dice.randint(1, 2),
        together_s=dice.uniform(-0.015, 0.015),
        mobile=mobile,
        mobile_alert_s=dice.uniform(0.03, 0.3),
        mobile_answer_s=dice.uniform(0.03, 0.4),
        caller=caller,
        caller_s=dice.uniform(*after),
    )


def _one(dice: random.Random, weights: dict[_T, int]) -> _T:
    return dice.choices(list(weights), list(weights.values()))[0]


def must_connect(race: Race) -> bool:
    """Is there a path that carries this call, and nobody at its end who says no? Then the caller must be joined."""
    if race.caller not in (Caller.WAITS, Caller.FLAPS):
        return False
    voip_fails = race.voip in (Voip.HOLE, Voip.LATE, Voip.TRYING, Voip.PROGRESS) or (
        race.voip is Voip.REFUSES and race.voip_status in FAULTS
    )
    voip_answers = race.voip in (Voip.RINGS, Voip.DIRECT, Voip.LOST_ANSWER, Voip.LOST_ACK)
    mobile_answers = race.mobile in (Mobile.ANSWER, Mobile.INSTANT, Mobile.RINGBACK, Mobile.NO_OK)
    mobile_fails = race.mobile in (Mobile.DROP, Mobile.NOT_FOUND)
    return (voip_fails and mobile_answers) or (voip_answers and (mobile_answers or mobile_fails))
