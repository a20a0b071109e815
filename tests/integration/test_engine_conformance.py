"""Both SIP engines against peers that share no code with them: what a call is told must be the same words.

Each engine runs in a process of its own, as in production (see ``engine_driver``). The numbers dialled choose what the
platform does.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.peers.processes import PATIENCE_S, EngineProcess, PlatformProcess
from tests.integration.sound import likeness, melody, read_wav, write_wav
from tests.ports import free_port

RULES = {
    "100": "answer",
    "101": "busy",
    "102": "decline",
    "103": "not-found",
    "104": "unavailable",
    "105": "server-error",
    "106": "forbidden",
    "107": "not-acceptable",
    "108": "ring-then-unavailable",
    "109": "no-answer",
    "110": "silent",
    "111": "trying-only",
    "112": "early-media",
    "113": "reliable-early-media",
    "114": "media-gap",
}
GREETING = melody(seed=1, seconds=2.0, rate=8000)
WORDS_SEED = 2
ACCOUNT = {"user": "box", "domain": "127.0.0.1", "password": "right"}


@dataclass
class Bench:
    """One engine, registered at one platform, through one transport."""

    engine: EngineProcess
    platform: PlatformProcess
    name: str
    transport: str
    folder: Path

    def dial(self, number: str) -> tuple[str, int]:
        """Dial and wait for the INVITE: the attempt, and the platform's number of the call."""
        since = len(self.platform.lines)
        return self.engine.dial(number), self.platform.call_to(number, since)


@pytest.fixture(
    scope="module", params=["baresip-udp", "baresip-tcp", "rfcvoip-udp", "rfcvoip-tcp"], ids=lambda param: str(param)
)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name, transport = str(request.param).split("-")
    pytest.importorskip(name, reason=f"{name} is not installed")
    folder = tmp_path_factory.mktemp(f"{name}-{transport}")
    write_wav(folder / "greeting.wav", GREETING, 8000)
    for rate in (8000, 16000, 48000):
        write_wav(folder / f"words.{rate}.wav", melody(WORDS_SEED, 2.0, rate), rate)
    rules = [option for number, rule in RULES.items() for option in ("--rule", f"{number}={rule}")]
    platform = PlatformProcess(
        folder, "--accept", "box=right", "--challenge-calls", "--answer-after", "0.6",
        "--greeting", str(folder / "greeting.wav"), *rules,
    )  # fmt: skip
    engine = EngineProcess(
        name, {**ACCOUNT, "server": f"127.0.0.1:{platform.port}", "transport": transport}, folder / "engine.log",
        stall_after_s=1.5, response_s=3.0,
    )  # fmt: skip
    engine.wait_for(lambda e: e["event"] == "Registered", "the registration")
    yield Bench(engine, platform, name, transport, folder)
    engine.end()
    platform.end()


def test_registers_with_digest(bench: Bench) -> None:
    assert {"event": "registered", "user": "box"}.items() <= bench.platform.wait_for(
        lambda e: e["event"] == "registered", "REGISTER"
    ).items()


def test_answered_call_is_told_in_order_and_ended_by_our_bye(bench: Bench) -> None:
    attempt, call = bench.dial("100")
    bench.engine.event("Answered", attempt)
    bench.engine.do("hang_up", attempt=attempt)
    bench.platform.event("bye", call, by="caller")
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [
        ("Alerted",), ("Answered", "pcma"), ("Ended", "hung_up_by_caller", None),
    ]  # fmt: skip


def test_sound_crosses_whole_in_both_directions(bench: Bench) -> None:
    attempt, call = bench.dial("100")
    bench.engine.event("Answered", attempt)
    heard = bench.folder / f"heard-{call}.wav"
    since = bench.engine.do("sound", attempt=attempt, speak=str(bench.folder / "words.wav"), heard=str(heard))
    rate = bench.engine.wait_for(lambda e: e["event"] == "Sound", "the sound", since)["rate"]
    # 150 packets: the words, their way through buffers, and some silence after them.
    _wait_for_packets(bench, attempt, 160)
    since = bench.engine.do("silence", attempt=attempt)
    bench.engine.wait_for(lambda e: e["event"] == "Silence", "the sound's end", since)
    bench.engine.do("hang_up", attempt=attempt)
    bench.platform.event("bye", call)
    inward = likeness(GREETING, 8000, *read_wav(heard))
    outward = likeness(melody(WORDS_SEED, 2.0, 8000), 8000, *read_wav(bench.platform.record_dir / f"call-{call}.wav"))
    assert rate == 8000
    assert inward > 0.8, f"the caller heard {inward:.2f} of the greeting"
    assert outward > 0.8, f"the helpline heard {outward:.2f} of the words"


def _wait_for_packets(bench: Bench, attempt: str, count: int) -> None:
    stats, until = None, time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        since = bench.engine.do("stats", attempt=attempt)
        stats = bench.engine.wait_for(lambda e: e["event"] == "Stats", "stats", since)
        if stats["packets_received"] >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"{count} packets did not come: {stats}")


@pytest.mark.parametrize(
    ("number", "cause", "status"),
    [
        ("101", "busy", 486),
        ("102", "declined", 603),
        ("103", "not_found", 404),
        ("104", "unavailable", 480),
        ("105", "unavailable", 503),
        ("106", "forbidden", 403),
        ("107", "media_failed", 488),
    ],
)
def test_refusal_is_told_apart_by_its_cause(bench: Bench, number: str, cause: str, status: int) -> None:
    attempt, _ = bench.dial(number)
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Ended", cause, status)]


def test_480_after_ringing_is_no_answer(bench: Bench) -> None:
    attempt, _ = bench.dial("108")
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Alerted",), ("Ended", "no_answer", 480)]


def test_hanging_up_while_it_rings_cancels_it(bench: Bench) -> None:
    attempt, call = bench.dial("109")
    bench.engine.event("Alerted", attempt)
    bench.engine.do("hang_up", attempt=attempt)
    bench.platform.event("cancelled", call)
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Alerted",), ("Ended", "hung_up_by_caller", None)]


@pytest.mark.parametrize("number", ["110", "111"])
def test_platform_that_does_not_get_on_times_out(bench: Bench, number: str) -> None:
    attempt = bench.engine.dial(number)
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Ended", "timeout", None)]


def test_hanging_up_before_any_ringing_leaves_no_call_behind(bench: Bench) -> None:
    attempt, call = bench.dial("111")
    bench.engine.do("hang_up", attempt=attempt)
    bench.platform.event("cancelled", call)
    bench.engine.event("Ended", attempt)
    assert bench.engine.story(attempt) == [("Ended", "hung_up_by_caller", None)]


def test_early_media_is_progress_before_the_answer(bench: Bench) -> None:
    attempt, _ = bench.dial("112")
    bench.engine.event("Answered", attempt)
    hears_it = bench.name == "baresip"  # rfcvoip plays nothing before the answer (docs/voice.md)
    assert bench.engine.story(attempt) == [("Progressed", hears_it), ("Answered", "pcma")]
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)


def test_reliable_provisional_response_is_acknowledged(bench: Bench) -> None:
    if bench.name == "rfcvoip":
        pytest.skip("rfcvoip has no PRACK (docs/voice.md)")
    attempt, call = bench.dial("113")
    bench.platform.event("prack", call)
    bench.engine.event("Answered", attempt)
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)


def test_digit_reaches_the_platform(bench: Bench) -> None:
    attempt, call = bench.dial("100")
    bench.engine.event("Answered", attempt)
    bench.engine.do("digit", attempt=attempt, digit="5")
    bench.platform.event("digit", call, digit="5")
    bench.engine.do("digit", attempt=attempt, digit="#")
    bench.platform.event("digit", call, digit="#")
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)


def test_sound_that_stops_and_comes_back_is_told(bench: Bench) -> None:
    attempt, _ = bench.dial("114")
    stalled = bench.engine.event("MediaStalled", attempt)
    bench.engine.event("MediaResumed", attempt)
    bench.engine.do("hang_up", attempt=attempt)
    bench.engine.event("Ended", attempt)
    assert stalled["silent_s"] >= 1.5
    assert bench.engine.story(attempt) == [
        ("Alerted",), ("Answered", "pcma"), ("MediaStalled",), ("MediaResumed",), ("Ended", "hung_up_by_caller", None),
    ]  # fmt: skip


def test_unknown_attempt_is_ignored(bench: Bench) -> None:
    bench.engine.do("hang_up", attempt="nobody")
    bench.engine.do("digit", attempt="nobody", digit="1")
    attempt, _ = bench.dial("101")
    bench.engine.event("Ended", attempt)


# --- benches of their own -----------------------------------------------------------------------------------


@pytest.fixture(params=["baresip", "rfcvoip"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip(name, reason=f"{name} is not installed")
    return name


def test_wrong_password_is_said_with_its_status(engine_name: str, tmp_path: Path) -> None:
    platform = PlatformProcess(tmp_path, "--accept", "box=right")
    account = {**ACCOUNT, "password": "wrong", "server": f"127.0.0.1:{platform.port}"}
    engine = EngineProcess(engine_name, account, tmp_path / "log")
    try:
        failed = engine.wait_for(lambda e: e["event"] == "RegistrationFailed", "the refusal")
        assert failed["status"] in (401, 403)
    finally:
        engine.end()
        platform.end()


def test_remote_hang_up_is_told_once(engine_name: str, tmp_path: Path) -> None:
    platform = PlatformProcess(tmp_path, "--answer-after", "0.2", "--hang-up-after", "0.5")
    account = {**ACCOUNT, "register": False, "server": f"127.0.0.1:{platform.port}"}
    engine = EngineProcess(engine_name, account, tmp_path / "log")
    try:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [("Alerted",), ("Answered", "pcma"), ("Ended", "hung_up_by_remote", None)]
    finally:
        engine.end()
        platform.end()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_nobody_at_the_address_is_unreachable_at_once(engine_name: str, transport: str, tmp_path: Path) -> None:
    account = {**ACCOUNT, "register": False, "server": f"127.0.0.1:{free_port()}", "transport": transport}
    engine = EngineProcess(engine_name, account, tmp_path / "log")
    try:
        attempt = engine.dial("100")
        engine.event("Ended", attempt)
        assert engine.story(attempt) == [("Ended", "unreachable", None)]
    finally:
        engine.end()


def test_registers_by_itself_when_the_platform_comes_up_later(engine_name: str, tmp_path: Path) -> None:
    port = free_port()
    engine = EngineProcess(
        engine_name, {**ACCOUNT, "server": f"127.0.0.1:{port}", "transport": "tcp"}, tmp_path / "log"
    )
    try:
        engine.wait_for(lambda e: e["event"] == "PathLost", "the failure")
        platform = PlatformProcess(tmp_path, "--accept", "box=right", port=port)
        try:
            engine.wait_for(lambda e: e["event"] == "Registered", "the registration")
        finally:
            platform.end()
    finally:
        engine.end()


def test_closing_ends_a_live_call_on_the_wire_and_leaves_the_platform(engine_name: str, tmp_path: Path) -> None:
    platform = PlatformProcess(tmp_path, "--answer-after", "0.2", "--accept", "box=right")
    engine = EngineProcess(engine_name, {**ACCOUNT, "server": f"127.0.0.1:{platform.port}"}, tmp_path / "log")
    try:
        attempt = engine.dial("100")
        engine.event("Answered", attempt)
        closed = engine.close()
        platform.event("bye", 1, by="caller")
        assert closed["took"] < PATIENCE_S / 2  # 2 s are promised; this machine may be busy
        platform.wait_for(lambda e: e["event"] == "registered" and e["expires"] == 0, "the unregistration")
    finally:
        engine.end()
        platform.end()


def test_rfcvoip_refuses_srtp_and_names_the_remedy(tmp_path: Path) -> None:
    engine = EngineProcess(
        "rfcvoip", {**ACCOUNT, "server": f"127.0.0.1:{free_port()}", "srtp": "sdes"}, tmp_path / "log"
    )
    try:
        said = engine.lines[0]
        assert said["error"] == "NeedsTechnician"
        assert 'set voip.engine = "baresip"' in said["text"]
    finally:
        engine.end()
