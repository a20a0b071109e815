"""From the settings to what the call machine is given: number policy, rules, and the event loop's time."""

import asyncio
import time
from collections.abc import Callable

import msgspec
from ulid import ULID

from kiosk.calls.controller import Alarm
from kiosk.calls.dialplan import DialPlan, Target, normalised
from kiosk.calls.visit import CallRules, GuideRules
from kiosk.directory.vocabulary import vocabulary
from kiosk.guide.browse import Way
from kiosk.settings import Settings
from kiosk.speech.catalogue import load_guide, words_of
from kiosk.speech.tongue import Tongue


class LoopTime:
    """The event loop's clock and timers."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def fresh_id(self) -> str:
        return str(ULID())

    def call_at(self, when: float, callback: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_at(when, callback)


def plan_of(settings: Settings) -> DialPlan:
    """The number policy of this site."""
    policy = settings.policy
    return DialPlan(
        settings.helpline.number,
        frozenset(normalised(number) for number in policy.emergency),
        frozenset(normalised(number) for number in policy.allowed),
        pays_ordinary=policy.relays == "ordinary",
    )


def rules_of(settings: Settings, plan: DialPlan) -> CallRules:
    """The call machine's deadlines, languages and offers at this site."""
    offers = [target for number in settings.policy.offers if isinstance(target := plan.target(number), Target)]
    return CallRules(
        **msgspec.structs.asdict(settings.calls),
        languages=settings.terminal.languages,
        offers=tuple(offers),
        volume=settings.audio.volume,
        guide=guide_of(settings, plan),
    )


def guide_of(settings: Settings, plan: DialPlan) -> GuideRules:
    """The directory at this site."""
    return GuideRules(
        ways=ways_of(settings),
        is_offered=settings.directory.enabled,
        tongues={language: tongue_of(language) for language in settings.terminal.languages},
        radius_km=settings.directory.radius_km,
        plan=plan,
    )


def ways_of(settings: Settings) -> tuple[Way, ...]:
    """How relays can be taken along here, beside the QR code."""
    has_printer = settings.printer.connection != "none"
    # Nobody dials ten digits for a line that is not there.
    sends = settings.texts.enabled and settings.modem.enabled and bool(settings.modem.port)
    return (*((Way.PRINT,) if has_printer else ()), *((Way.TEXT,) if sends else ()))


def tongue_of(language: str) -> Tongue:
    """The directory's words in ``language``: the catalogue's, and the vocabulary's for people."""
    audiences = {
        f"audience.{code}": term.fr if language == "fr" else term.en for code, term in vocabulary().audiences.items()
    }
    return Tongue(language, {**audiences, **load_guide(language)}, words_of(language, "takeaway"))
