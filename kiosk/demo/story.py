"""``kiosk demo``: the whole story on one machine, by itself or with a window to play in.

Each step is proved from outside: by what both ends recorded, by what a screen would show, by what the card and
the hub hold. Leaves ``report.json``, screenshots and recordings in the output folder.
"""

import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import requests

from kiosk import configuration
from kiosk.commands import output
from kiosk.demo.cast import TERMINAL, Cast
from kiosk.demo.sound import CROSSED
from kiosk.demo.stage import Stage, wait_until
from kiosk.demo.witness import Ear, Witness, keep, newest
from kiosk.errors import KioskError

READY_S = 40.0
CONNECT_S = 15.0
HEAR_S = 25.0
ARRIVE_S = 40.0


class StepFailed(Exception):
    """A step of the story did not go as told; the text says what was missing."""


@dataclass(frozen=True)
class Took:
    """A measured time."""

    ms: int

    def __str__(self) -> str:
        return f"{self.ms} ms"


def need(truth: object, what: str) -> None:
    """Raises: StepFailed saying ``what`` when it is not true."""
    if not truth:
        raise StepFailed(what)


class Story:
    """The steps, on a prepared stage."""

    def __init__(self, cast: Cast, witness: Witness) -> None:
        self._cast = cast
        self._witness = witness
        self._stage = cast.stage
        self._prompts = Path(configuration.load(cast.site_file).audio.prompts_dir) / "fr"
        self.report: list[dict[str, Any]] = []
        self.visits = 0

    def play(self) -> bool:
        """Play all steps, also after a failed one; True when all went as told."""
        steps: list[tuple[str, Callable[[], dict[str, Any]]]] = [
            ("terminal comes up and proves both paths", self._come_up),
            ("call over the internet, speech both ways", self._call_over_the_internet),
            ("trunk dead: the call goes out over the mobile line", self._call_over_the_mobile_line),
            ("screen killed in mid-call", self._kill_the_screen),
            ("voice killed in mid-call: told and reconnected", self._kill_the_voice),
            ("hub comes up: every record arrives once", self._meet_the_hub),
            ("power cut right after a call", self._cut_the_power),
        ]
        for number, (name, step) in enumerate(steps):
            self._tell(number, name, step)
        return all(each["ok"] for each in self.report)

    def _tell(self, number: int, name: str, step: Callable[[], dict[str, Any]]) -> None:
        output.line(f"[{number}] {name} ...")
        began = time.monotonic()
        row: dict[str, Any] = {"name": name, "ok": True, "problem": ""}
        found: dict[str, Any] = {}
        try:
            found = step()
        except (StepFailed, KioskError, OSError, requests.RequestException) as error:
            row.update(ok=False, problem=str(error))
            self._hang_up_quietly()
        row["took_ms"] = _ms(began)
        row["measured_ms"] = {what: value.ms for what, value in found.items() if isinstance(value, Took)}
        row["found"] = {what: value for what, value in found.items() if not isinstance(value, Took)}
        self.report.append(row)
        for what, value in found.items():
            output.line(f"      {what}: {value}")
        output.line(f"      {'ok' if row['ok'] else 'FAILED: ' + row['problem']} ({row['took_ms'] / 1000:.1f} s)")

    # --- steps --------------------------------------------------------------------------------------------

    def _come_up(self) -> dict[str, Any]:
        began = time.monotonic()
        self._cast.start_terminal()
        need(wait_until(lambda: self._witness.snapshot, READY_S), "no switchboard answers; see logs/core.log")
        up_ms = _took(began)
        need(self._witness.wait_ready(READY_S), f"not both paths were proved: {self._witness.status().get('lines')}")
        return {"start to socket": up_ms, "start to both paths proved": _took(began)}

    def _call_over_the_internet(self) -> dict[str, Any]:
        ear = self._lift()
        greeted = ear.told(self._prompts / "menu.greeting.opus", HEAR_S)
        need(greeted >= CROSSED, f"the greeting was not heard in the earpiece (score {greeted:.2f})")
        answered_ms = self._press_until_connected("voip")
        scores = self._both_hear(ear, self._cast.helpline, self._cast.platform_ears, "call-*.wav", "1")
        self._hang_up()
        queued = self._queued()
        need(queued == self.visits, f"{queued} records for {self.visits} visit")
        return {"press to answer": answered_ms, "greeting heard": _score(greeted), **scores}

    def _call_over_the_mobile_line(self) -> dict[str, Any]:
        self._cast.kill_trunk()
        ear = self._lift()
        answered_ms = self._press_until_connected("gsm")
        scores = self._both_hear(ear, self._cast.helpline_mobile, self._cast.modem_home, "heard-*.wav", "2")
        self._hang_up()
        queued = self._queued()
        need(queued == self.visits, f"{queued} records for {self.visits} visits")
        return {"press to answer": answered_ms, **scores}

    def _kill_the_screen(self) -> dict[str, Any]:
        self._cast.start_trunk()
        began = time.monotonic()
        need(self._witness.wait_ready(READY_S), "the trunk is back, and was not proved")
        proved_ms = _took(began)
        ear = self._lift()
        self._press_until_connected("voip")
        pictures = self._pictures("connected")
        killed = time.monotonic()
        self._stage.kill("screen", for_good=False)
        need(wait_until(lambda: self._stage.starts("screen") >= 2, 10), "the screen was not started again")
        need(
            wait_until(lambda: self._pictures("connected") > pictures, 20),
            "the screen did not come back showing the call",
        )
        back_ms = _took(killed)
        scores = self._both_hear(ear, self._cast.helpline, self._cast.platform_ears, "call-*.wav", "3")
        need(self._witness.snapshot.get("screen") == "connected", "the call did not go on")
        need("rescue" not in self._witness.screens_since(killed), "the call was dropped")
        self._hang_up()
        return {"trunk proved again after": proved_ms, "screen back after": back_ms, **scores}

    def _kill_the_voice(self) -> dict[str, Any]:
        need(self._witness.wait_ready(READY_S), "not both paths are proved")
        self._lift()
        self._press_until_connected("voip")
        time.sleep(2.0)
        voice = self._witness.status()["voice"]["pid"]
        killed = time.monotonic()
        os.kill(voice, signal.SIGKILL)
        need(self._witness.wait_for("rescue", 5), "the loss was not noticed")
        noticed_ms = _took(killed)
        need(wait_until(self._platform_is_free, 5), "the helpline was left in the dead call")
        released_ms = _took(killed)
        need(self._witness.wait_for("connected", CONNECT_S), "the caller was not reconnected")
        back_ms = _took(killed)
        line = self._witness.snapshot.get("line")
        need(line == "gsm", f"reconnected over {line}, not over the other path")
        ear = Ear(newest(self._cast.home, "ear*.wav") or self._cast.ear)
        ear.from_s = 0.0
        scores = self._both_hear(ear, self._cast.helpline_mobile, self._cast.modem_home, "heard-*.wav", "4")
        told = ear.told(self._prompts / "lost.back.opus", 2.0)
        need(told >= CROSSED, f"the caller was not told (score {told:.2f})")
        self._hang_up()
        times = {"loss noticed": noticed_ms, "helpline released": released_ms, "reconnected": back_ms}
        return {**times, "told": _score(told), **scores}

    def _meet_the_hub(self) -> dict[str, Any]:
        queued = self._queued()
        need(queued == self.visits, f"{queued} records wait for {self.visits} visits")
        began = time.monotonic()
        self._cast.start_hub()
        need(wait_until(lambda: self._queued() == 0, ARRIVE_S, 0.1), f"{self._queued()} records did not arrive")
        arrived_ms = _took(began)
        calls = self._at_hub()
        need(len(calls) == self.visits, f"the hub has {len(calls)} calls of {self.visits}")
        lines = [[attempt["line"] for attempt in call["attempts"]] for call in calls]
        need(lines[1] == ["voip", "gsm"], f"the second visit's record has the attempts {lines[1]}")
        need(lines[3] == ["voip", "gsm"] and calls[3]["rescues"] == 1, f"the rescue is not in its record: {lines[3]}")
        page = requests.get(self._cast.hub_url, timeout=10)
        (self._cast.out / "hub.html").write_text(page.text, encoding="utf-8")
        shown = page.text.count(f"<td>{TERMINAL}<small>")
        need(page.ok and shown == len(calls), f"the hub's page shows {shown} of {len(calls)} calls")
        return {"hub start to empty queue": arrived_ms, "calls at the hub": len(calls)}

    def _cut_the_power(self) -> dict[str, Any]:
        self._stage.end("hub")
        need(self._witness.wait_ready(READY_S), "not both paths are proved")
        self._lift()
        self._press_until_connected("voip")
        time.sleep(1.5)
        voice = self._witness.status()["voice"]
        self._hang_up()
        self._cast.cut_power([pid for pid in (voice["pid"], voice["spare_pid"]) if pid])
        cut = time.monotonic()
        self._cast.start_terminal()
        need(wait_until(lambda: self._witness.status().get("outbox", {}).get("queued") == 1, 20), "the record is gone")
        there_ms = _took(cut)
        self._cast.start_hub()
        need(wait_until(lambda: self._queued() == 0, ARRIVE_S, 0.1), "the record did not arrive")
        calls = self._at_hub()
        need(len(calls) == self.visits, f"the hub has {len(calls)} calls of {self.visits}")
        return {"cut to record seen again": there_ms, "ended_by in it": calls[-1]["ended_by"]}

    # --- gestures and looks -------------------------------------------------------------------------------

    def _lift(self) -> Ear:
        ear = Ear(newest(self._cast.home, "ear*.wav") or self._cast.ear)
        self._witness.ask("sim", do="lift")
        need(self._witness.wait_for("menu", 5), "lifting the handset was not noticed")
        self.visits += 1
        return ear

    def _press_until_connected(self, line: str) -> Took:
        pressed = time.monotonic()
        self._witness.ask("sim", do="press", name="help")
        need(self._witness.wait_for("connected", CONNECT_S, line), f"no answer over {line}: {self._witness.snapshot}")
        return _took(pressed)

    def _hang_up(self) -> None:
        self._witness.ask("sim", do="hang_up")
        need(self._witness.wait_for("idle", 5), "on-hook did not end the call")

    def _hang_up_quietly(self) -> None:
        """After a failed step: leave the handset on its hook for the next one."""
        try:
            self._witness.ask("sim", do="hang_up")
        except KioskError:
            return
        self._witness.wait_for("idle", 5)

    def _both_hear(self, ear: Ear, said_there: Path, far_ears: Path, pattern: str, step: str) -> dict[str, Any]:
        """Wait until each end has heard the other's sentence; keep what both heard."""
        heard_here = ear.wait_for(said_there, HEAR_S)
        far = newest(far_ears, pattern)
        need(far is not None, f"the far end recorded nothing ({far_ears}/{pattern})")
        assert far is not None
        far_ear = Ear(far)
        far_ear.from_s = 0.0
        heard_there = far_ear.wait_for(self._cast.caller, HEAR_S)
        ear.keep(self._cast.out / f"step-{step}-caller-heard.wav")
        keep(far, self._cast.out / f"step-{step}-helpline-heard.wav")
        need(heard_here >= CROSSED, f"the caller did not hear the helpline (score {heard_here:.2f})")
        need(heard_there >= CROSSED, f"the helpline did not hear the caller (score {heard_there:.2f})")
        return {"caller heard the helpline": _score(heard_here), "helpline heard the caller": _score(heard_there)}

    def _queued(self) -> int:
        """Records on the card; waits a moment for the writing that goes on."""
        time.sleep(0.3)
        return int(self._witness.ask("outbox.stats")["queued"])

    def _platform_is_free(self) -> bool:
        """True when every call that the platform answered has had its BYE."""
        lines = (self._cast.out / "platform-events.jsonl").read_text(encoding="utf-8").splitlines()
        events = [msgspec.json.decode(line) for line in lines]
        answered = {each["call"] for each in events if each["event"] == "answered"}
        return answered <= {each["call"] for each in events if each["event"] == "bye"}

    def _pictures(self, screen: str) -> int:
        return len(list(self._cast.screens.glob(f"*-{screen}-*.png")))

    def _at_hub(self) -> list[dict[str, Any]]:
        """The calls in the hub's database, oldest first."""
        with closing(sqlite3.connect(self._cast.out / "hub" / "hub.sqlite3")) as database:
            rows = database.execute("SELECT record FROM fleet_event WHERE kind = 'call' ORDER BY event_id").fetchall()
        return [msgspec.json.decode(row[0]) for row in rows]


def run(out: Path, *, scripted: bool) -> int:
    """Play the demo into ``out`` (emptied first if it is a demo's); the process's exit status."""
    out = out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / "logs").is_dir():
        output.line(f"{out}: not empty and not a demo's; give another --out")
        return output.WRONG_USE
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    windowed = not scripted and bool(os.environ.get("DISPLAY"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    stage = Stage(out / "logs")
    try:
        cast = Cast(out, stage, windowed=windowed)
        (out / "hub").mkdir()
        cast.prepare(cast.make_hub())
        cast.start_mobile_network()
        cast.start_trunk()
        return _in_a_window(cast) if windowed else _by_itself(cast)
    except KioskError as error:
        output.line(f"demo: {error}")
        return output.FAILED
    finally:
        stage.close()


def _by_itself(cast: Cast) -> int:
    witness = Witness(configuration.load(cast.site_file).socket_path)
    story = Story(cast, witness)
    output.line(f"SIP platform behind {'kamailio' if cast.registrar else 'its own registrar'}; output in {cast.out}")
    try:
        good = story.play()
    finally:
        witness.close()
    report = {"ok": good, "steps": story.report}
    (cast.out / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    output.line("the whole story went as told" if good else "the story did NOT go as told; logs are in logs/")
    return output.DONE if good else output.FAILED


def _in_a_window(cast: Cast) -> int:
    cast.start_hub()
    cast.start_terminal()
    output.line("The terminal is in the window: click the handset and the buttons.")
    output.line("Keys: h lifts and hangs up, b is the big button, l the language, 0-9 * # the telephone's.")
    output.line(f"The hub's page: {cast.hub_url}   Close the window, or press Ctrl-C, to end.")
    try:
        cast.stage.wait("screen")
    except KeyboardInterrupt:
        output.line("")
    return output.DONE


def _ms(since: float) -> int:
    return round((time.monotonic() - since) * 1000)


def _took(since: float) -> Took:
    return Took(_ms(since))


def _score(value: float) -> float:
    return round(value, 3)
