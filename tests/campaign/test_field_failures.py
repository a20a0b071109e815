"""What breaks such telephones in the field, done to a whole terminal: rows of docs/field-failures.md.

Each first shows the failure on a stand-in that lacks the remedy, then the terminal as it is.
"""

import itertools
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.demo.stage import wait_until
from tests.campaign.evidence import held_on_the_trunk
from tests.campaign.plan import Caller, Mobile, Race, Voip
from tests.campaign.terminal import DEADLINES, Terminal
from tests.campaign.wire import Weather

RINGS = Race(0, 0, Voip.RINGS, 0.05, 0.1, 0, 0, 0.0, Mobile.ANSWER, 0.1, 0.1, Caller.WAITS, 0.0)
SILENT_S = 3.2
"""A call without sound for that long is given up and called back; the engine notices after 3 s."""
NEVER_S = 60.0
PATIENCE_S = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For a terminal with settings of its own."""
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed (apt-get install sip-tester)")
    return tmp_path / "terminal"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One that stays up for all tests that want the usual one."""
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed (apt-get install sip-tester)")
    one = Terminal(tmp_path_factory.mktemp("standing") / "terminal")
    yield one
    one.close()


@pytest.fixture
def terminal(standing: Terminal) -> Iterator[Terminal]:
    """The standing one, at home and with both lines proved, before and after."""
    yield standing
    standing.go_home()


def is_connected(terminal: Terminal, line: str) -> bool:
    shown = terminal.witness.snapshot
    return bool(shown.get("screen") == "connected" and shown.get("line") == line)


def connect(terminal: Terminal, race: Race = RINGS) -> float:
    """Call and be answered over the trunk; when the button was pressed."""
    terminal.set_far_ends(race)
    _, pressed = terminal.lift_and_press()
    assert wait_until(lambda: is_connected(terminal, "voip"), PATIENCE_S), terminal.log()
    return pressed


def wedge(terminal: Terminal) -> float:
    """The radio stays up and nothing gets through any more, neither signalling nor sound; since when."""
    terminal.wire.weather(Weather(99))
    terminal.wire.cut()
    terminal.tone.is_mute = True
    return time.monotonic()


# --- 5, 6, 18: no sound, ghost calls, a wedged Wi-Fi ---------------------------------------------------------


def test_without_a_watch_on_the_sound_a_wedged_network_leaves_the_caller_in_a_dead_call(folder: Path) -> None:
    terminal = Terminal(folder, deadlines={**DEADLINES, "media_silent_s": NEVER_S})
    try:
        connect(terminal)
        wedged = wedge(terminal)
        time.sleep(SILENT_S + 3.0)
        assert [each["screen"] for _, each in terminal.witness.seen_since(wedged)] == []
        assert is_connected(terminal, "voip")
    finally:
        terminal.close()


def test_on_a_wedged_network_the_caller_is_called_back_over_the_mobile_line(folder: Path) -> None:
    terminal = Terminal(folder, deadlines={**DEADLINES, "media_silent_s": SILENT_S})
    try:
        connect(terminal)
        wedged = wedge(terminal)
        assert wait_until(lambda: is_connected(terminal, "gsm"), PATIENCE_S), terminal.log()
        assert "rescue" in terminal.witness.screens_since(wedged), "the caller was not told"
        (call,) = [each for each in terminal.mobile.journal() if each["event"] == "open"]
        # The shell of the test adds little: 3.2 s of silence, and the mobile line's own time.
        assert float(str(call["at"])) - wedged < 2 * SILENT_S + 3.0
    finally:
        terminal.close()


# --- 6: the ACK got lost -------------------------------------------------------------------------------------


def answers_sent(terminal: Terminal) -> int:
    """Of the present call."""
    return sum(each.what == "200" and each.of == "INVITE" for each in terminal.seen())


def test_a_platform_that_never_gets_an_ack_goes_on_repeating_its_answer(terminal: Terminal) -> None:
    """The stand-in: a terminal whose ACKs never arrive. After 32 s such a platform hangs up."""
    connect(terminal, replace(RINGS, voip=Voip.LOST_ACK, voip_lost=1000))
    assert wait_until(lambda: answers_sent(terminal) >= 4, PATIENCE_S)


def test_a_lost_ack_is_sent_again_for_each_repeated_answer_and_the_call_stays_up(terminal: Terminal) -> None:
    connect(terminal, replace(RINGS, voip=Voip.LOST_ACK, voip_lost=2))

    def acks() -> list[str]:
        return [each.fate for each in terminal.seen() if each.what == "ACK"]

    assert wait_until(lambda: acks() == ["lost", "lost", "passed"], PATIENCE_S), acks()
    answers = answers_sent(terminal)
    time.sleep(2.5)  # the next repetition would come 2 s after the last (RFC 3261 §13.3.1.4)
    assert answers_sent(terminal) == answers == 3
    assert is_connected(terminal, "voip")


# --- 7: ringback holds the sound card ------------------------------------------------------------------------


def test_after_the_ringing_tone_the_call_itself_is_heard_and_heard_by(terminal: Terminal) -> None:
    pressed = connect(terminal, replace(RINGS, voip_then_s=0.8))

    def heard() -> list[str]:
        # The file is dated to 0.2 s: what comes first may still be of the call before.
        kinds = itertools.dropwhile(lambda kind: kind == "trunk", (kind for _, kind in terminal.heard(pressed)))
        return [kind for kind, _ in itertools.groupby(kinds)]

    assert wait_until(lambda: heard()[:1] == ["other"] and "trunk" in heard(), PATIENCE_S), f"mute: {heard()}"
    assert wait_until(lambda: any(loud for at, loud in list(terminal.tone.heard) if at > pressed), PATIENCE_S)


# --- 9: the SIP process hangs at hang-up ---------------------------------------------------------------------


def bye(terminal: Terminal, call_id: str) -> float | None:
    """When a call was hung up on the wire."""
    return held_on_the_trunk(tuple(each for each in terminal.seen() if each.call_id == call_id))[0].until


def test_a_voice_process_that_hangs_at_hang_up_holds_up_neither_the_screen_nor_the_next_call(
    terminal: Terminal,
) -> None:
    connect(terminal)
    call_id = terminal.seen()[0].call_id
    voice = 0
    try:
        voice = terminal.witness.status()["voice"]["pid"]
        os.kill(voice, signal.SIGSTOP)
        terminal.hang_up()
        assert wait_until(lambda: terminal.witness.snapshot.get("screen") == "idle", 2.0), "hanging up waited for it"
        # The stand-in is the frozen process itself: it says no BYE, and the platform still holds the call.
        assert bye(terminal, call_id) is None
        terminal.lift_and_press()
        assert wait_until(lambda: is_connected(terminal, "gsm"), PATIENCE_S), terminal.log()
        assert wait_until(lambda: terminal.witness.status()["voice"]["pid"] not in (voice, None), PATIENCE_S)
        assert wait_until(lambda: bye(terminal, call_id), PATIENCE_S), "nobody said good-bye for the frozen process"
    finally:
        if Path(f"/proc/{voice}").exists():
            os.kill(voice, signal.SIGCONT)


# --- 11: a busy interpreter chops the voice ------------------------------------------------------------------


def packets_in(terminal: Terminal, seconds: float) -> int:
    start = len(terminal.tone.heard)
    time.sleep(seconds)
    return len(terminal.tone.heard) - start


def test_a_busy_switchboard_does_not_chop_the_voice(terminal: Terminal) -> None:
    busy = threading.Event()

    def ask_without_end() -> None:
        while not busy.is_set():
            terminal.witness.status()

    asking = [threading.Thread(target=ask_without_end, daemon=True) for _ in range(2)]
    try:
        connect(terminal)
        already = len(terminal.tone.heard)
        assert wait_until(lambda: len(terminal.tone.heard) > already + 20, PATIENCE_S)
        for each in asking:
            each.start()
        sent = packets_in(terminal, 2.0)
        assert sent > 0.8 * 100, f"{sent} packets in 2 s instead of 100"
    finally:
        busy.set()
        for each in asking:
            if each.is_alive():
                each.join(10)


# --- 21: loops of restarts -----------------------------------------------------------------------------------


def test_a_voice_process_that_dies_at_each_start_is_started_ever_more_seldom_and_the_mobile_line_calls(
    folder: Path, tmp_path: Path
) -> None:
    # The stand-in: a SIP stack that ends its process as soon as it is loaded.
    broken = tmp_path / "broken" / "baresip"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("import os\nos._exit(7)\n", encoding="utf-8")
    path = os.pathsep.join((str(broken.parent), str(Path(__file__).parents[2])))
    terminal = Terminal(folder, env={"PYTHONPATH": path}, needs_both=False)
    try:
        terminal.set_far_ends(RINGS)
        terminal.lift_and_press()
        assert wait_until(lambda: is_connected(terminal, "gsm"), PATIENCE_S), terminal.log()
        before = int(terminal.witness.status()["voice"]["restarts"])
        time.sleep(5.0)
        assert int(terminal.witness.status()["voice"]["restarts"]) - before <= 3, "it is started again and again"
        assert terminal.witness.status()["ready"] is False, "a terminal without a voice looks alive"
        assert is_connected(terminal, "gsm")
    finally:
        terminal.close()
