"""One long-lived terminal of the campaign with its far ends, and one race after another run on it."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.demo.stage import Part, python, wait_until
from kiosk.demo.witness import Witness
from kiosk.ipc import Client
from tests.campaign.evidence import Evidence, Held, Visit, held
from tests.campaign.far_ends import CALLER_HZ, MOBILE_HZ, MobileWorld, Sipp, Tone, is_together, write_tone
from tests.campaign.hearing import EarFile
from tests.campaign.plan import Caller, Mobile, Race, Voip
from tests.campaign.wire import Seen, Weather, Wire
from tests.system.terminals import Scene

START_S = 30.0
STEP_S = 5.0
WAITS_AT_MOST_S = 6.0
"""Who waits hangs up then, whatever happens."""
SETTLE_S = 3.5
"""From the end of a race to its judgement: what lingers is over by then."""
DEADLINES = {"first_progress_s": 0.25, "alert_s": 0.7, "give_up_s": 4.0, "ring_s": 2.0}
"""A tenth or so of the shipped ones."""
STALL_LOOK_S = 0.02
STALLED_S = 0.2
"""A look that comes so much too late means that the machine stood still."""
ENDED = ("unanswered", "no_path", "ended")


@dataclass(frozen=True)
class Run:
    """A race that was run and waits for its judgement."""

    race: Race
    number: int
    """Counted on this terminal from 1: a race may be run twice."""
    visits: tuple[Visit, ...]
    idle: float
    modem_from: int
    sipp: Sipp | None
    starved_s: float
    """For how long a thread of core, voice or modem waited for a processor in it, when that was long."""


class Terminal:
    """Core, voice, far ends and fingers. Ended with :meth:`close`."""

    def __init__(
        self,
        folder: Path,
        engine: str = "baresip",
        family: str = "sim7600",
        *,
        deadlines: Mapping[str, float] = DEADLINES,
        env: Mapping[str, str] | None = None,
        needs_both: bool = True,
    ) -> None:
        """``env``: more of core's environment. Without ``needs_both`` one proved line is waited for."""
        self.folder = folder
        folder.mkdir(parents=True)
        self.scene = Scene(folder)
        self.wire = Wire()
        self.tone = Tone()
        self._stalls = Stalls()
        self.wire.on_seen = self._on_wire
        self.scene.sections["calls"] = dict(deadlines)
        self.scene.sections["voip"] = {
            "server": f"127.0.0.1:{self.wire.port}", "user": "terminal", "register_interval_s": 60, "engine": engine,
        }  # fmt: skip
        self.scene.sections["hardware"]["debounce_s"] = 0.0
        mouth = write_tone(folder / "mouth.wav", CALLER_HZ, 10)
        self.scene.sections["audio"] = {"backend": "files", "input": str(mouth), "output": str(folder / "ear.wav")}
        self._ear = EarFile(folder / "ear.wav")
        self._start_modem(family)
        site = self.scene.write_site()
        self.scene.stage.start(Part("core", python("kiosk", "run", "core", "--config", str(site)), env or {}))
        self._client = Client(folder / "run" / "switchboard.sock", "cli")
        socket = folder / "run" / "switchboard.sock"
        _need(wait_until(socket.exists, START_S), f"core's socket; its log: {self.log()}")
        self.witness = Witness(socket)
        count = 2 if needs_both else 1
        _need(wait_until(lambda: self.proved() >= count, START_S, 0.1), f"proved lines; core's log: {self.log()}")
        self._waiting: deque[Run] = deque()
        self._sipps: list[Sipp] = []
        self._held: list[Held] = []
        self._records: list[dict[str, Any]] = []
        self._answered = threading.Event()
        self._racing = self._runs = 0

    def _start_modem(self, family: str) -> None:
        greeting = write_tone(self.folder / "mobile.wav", MOBILE_HZ, 20)
        control, journal = self.folder / "modem.sock", self.folder / "modem.jsonl"
        argv = python("hardware.simulated.modem", "--dir", str(self.scene.modem), "--play", str(greeting))
        argv += ["--family", family, "--control", str(control), "--journal", str(journal)]
        self.scene.stage.start(Part("modem", argv))
        _need(wait_until(control.exists, START_S), "the simulated modem")
        self.mobile = MobileWorld(control, journal)

    def close(self) -> None:
        for sipp in self._sipps:
            sipp.end()
        self.witness.close()
        self._client.close()
        self.scene.close()
        self.tone.close()
        self._stalls.close()
        self.wire.close()

    def proved(self) -> int:
        """How many lines are proved now."""
        lines = self.witness.status().get("lines", {}).values()
        return sum(each["readiness"] == "ready" for each in lines)

    def log(self) -> str:
        """The end of core's and voice's log."""
        return self.scene.log("core")[-3000:]

    # --- one race -------------------------------------------------------------------------------------------

    def run(self, race: Race) -> None:
        """Run it from the lifting of the handset to the idle screen; :meth:`judged` has what was seen."""
        modem_from = len(self.mobile.journal())
        sipp = self.set_far_ends(race)
        watching = threading.Thread(target=self._watch_modem, args=(race, modem_from), daemon=True)
        watching.start()
        waited = self._waited_s()
        visits = [self._visit(race, again=False)]
        if race.caller is Caller.FLAPS:
            visits.append(self._visit(race, again=True))
        down = visits[-1].down
        _need(wait_until(lambda: self._screen_since(down) == "idle", STEP_S, 0.002), "the idle screen")
        idle = time.monotonic()
        run, self._racing = self._racing, 0
        watching.join(2)
        self.wire.release(run)
        starved_s = max(after - waited.get(pid, after) for pid, after in self._waited_s().items())
        starved_s = starved_s if starved_s > STALLED_S else 0.0
        self._waiting.append(Run(race, run, tuple(visits), idle, modem_from, sipp, starved_s))

    def set_far_ends(self, race: Race) -> Sipp | None:
        """Both far ends and the wire as ``race`` has them; the sipp that plays the platform, if there is one."""
        self._runs += 1
        sipp, weather = None, Weather(self._runs)
        if race.voip is not Voip.HOLE:
            place = self.folder / f"sipp-{self._runs}"
            sipp = Sipp(race, place, f"127.0.0.1:{self.wire.port}", self.tone.port)
            weather.peer = ("127.0.0.1", sipp.port)
            self._sipps.append(sipp)
        weather.is_held = is_together(race)
        weather.lost_acks = race.voip_lost if race.voip is Voip.LOST_ACK else 0
        weather.lost_answers = race.voip_lost if race.voip is Voip.LOST_ANSWER else 0
        weather.deaf_s = 1.2 if race.voip is Voip.LATE else 0.0
        self.mobile.set(race)
        self._racing = self._runs
        self.wire.weather(weather)
        return sipp

    def go_home(self) -> None:
        """Hang up, whatever is up, and wait for the idle screen and for both lines."""
        down = self.hang_up()
        _need(wait_until(lambda: self.witness.snapshot.get("screen") == "idle", STEP_S), f"home since {down}")
        _need(wait_until(lambda: self.proved() == 2, START_S, 0.1), f"proved lines; core's log: {self.log()}")

    def seen(self) -> list[Seen]:
        """What passed on the wire since the far ends were set last."""
        return self.wire.of_race(self._runs)

    def heard(self, since: float) -> list[tuple[float, str]]:
        """What the ear had in each 100 ms since then (monotonic)."""
        self._ear.look()
        return self._ear.between(since, time.monotonic())

    def _waited_s(self) -> dict[int, float]:
        """By thread: how long it waited for a processor so far (Linux, proc(5): schedstat)."""
        pids = [self.scene.stage.pid("core"), self._ask("status")["voice"]["pid"], self.scene.stage.pid("modem")]
        found = {}
        for place in (task for pid in pids if pid for task in Path(f"/proc/{pid}/task").iterdir()):
            with contextlib.suppress(OSError):  # the thread has just ended
                found[int(place.name)] = int((place / "schedstat").read_text(encoding="ascii").split()[1]) / 1e9
        return found

    def _visit(self, race: Race, *, again: bool) -> Visit:
        """Lift, press, be the person that ``race`` has, hang up."""
        wall_ms = time.time_ns() // 1_000_000
        self._answered.clear()
        lifted, pressed = self.lift_and_press()
        self._be(replace(race, caller=Caller.WAITS) if again else race, pressed)
        return Visit(lifted, wall_ms, pressed, self.hang_up())

    def lift_and_press(self) -> tuple[float, float]:
        """The handset up, and the big button; when both were (monotonic)."""
        lifted = time.monotonic()
        self._ask("sim", do="lift")
        _need(wait_until(lambda: self._screen_since(lifted) == "menu", STEP_S, 0.002), "the menu")
        pressed = time.monotonic()
        self._ask("sim", do="press", name="help")
        return lifted, pressed

    def hang_up(self) -> float:
        """The handset down; when it was (monotonic)."""
        down = time.monotonic()
        self._ask("sim", do="hang_up")
        return down

    def _be(self, race: Race, pressed: float) -> None:
        """The person, until the handset goes down."""
        if race.caller in (Caller.HANGS_UP, Caller.FLAPS):
            time.sleep(max(0.0, pressed + race.caller_s - time.monotonic()))
            return
        if race.caller is Caller.HANGS_UP_AT_ANSWER:
            wait_until(lambda: self._answered.is_set() or self._is_over(pressed), WAITS_AT_MOST_S, 0.001)
            time.sleep(race.caller_s)
            return
        if wait_until(lambda: self._is_over(pressed) or self._is_joined(pressed), WAITS_AT_MOST_S, 0.005):
            time.sleep(race.caller_s)

    def _is_over(self, pressed: float) -> bool:
        return self._screen_since(pressed) in ENDED

    def _is_joined(self, pressed: float) -> bool:
        # A family that cannot tell an answer shows it as ringing: the modem's own word then.
        uncertain = self._screen_since(pressed) == "alerting" and self._answered.is_set()
        return self._screen_since(pressed) == "connected" or uncertain

    def _screen_since(self, when: float) -> str:
        shown = self.witness.seen_since(when)
        return str(shown[-1][1]["screen"]) if shown else ""

    def _on_wire(self, seen: Seen) -> None:
        if seen.race == self._racing and not seen.up and (seen.what, seen.of, seen.fate) == ("200", "INVITE", "passed"):
            self._answered.set()

    def _watch_modem(self, race: Race, start: int) -> None:
        """Until the race is over: what the mobile line does, and what waits for it."""
        delay_s = race.mobile_alert_s + (race.mobile_answer_s if race.mobile in (Mobile.ANSWER, Mobile.NO_OK) else 0.0)
        if race.voip is Voip.ALERTS_TOGETHER:
            delay_s = race.mobile_alert_s
        release_at: float | None = None
        run = self._racing
        while self._racing == run:
            for each in self.mobile.journal(start):
                if each["event"] == "dialled" and release_at is None:
                    release_at = float(str(each["at"])) + delay_s + race.together_s
                if each["event"] == "open":
                    self._answered.set()
            self._ear.look()
            if release_at is not None and time.monotonic() >= release_at:
                self.wire.release(run)
                release_at = float("inf")
            time.sleep(0.002)

    def _ask(self, method: str, **params: Any) -> Any:
        return self._client.request(method, params)

    # --- what was seen --------------------------------------------------------------------------------------

    def judged(self, *, all_of_them: bool = False) -> list[Evidence]:
        """The evidence of every race whose echoes are over; waits for them with ``all_of_them``."""
        found = []
        while self._waiting:
            due = self._waiting[0].idle + SETTLE_S
            if time.monotonic() < due:
                if not all_of_them:
                    break
                time.sleep(due - time.monotonic())
            found.append(self._evidence(self._waiting.popleft()))
        return found

    def _evidence(self, run: Run) -> Evidence:
        following = self._waiting[0].visits[0].lifted if self._waiting else float("inf")
        lifted, down = run.visits[0].lifted, run.visits[-1].down
        modem = self.mobile.journal(run.modem_from)
        first = [
            each["call"]
            for each in modem
            if lifted <= float(str(each["at"])) < following and each["event"] == "dialled"
        ]
        self._fetch_records()
        records = [each for each in self._records if any(_is_of(each, visit) for visit in run.visits)]
        self._records = [each for each in self._records if each not in records]
        evidence = Evidence(
            race=run.race,
            visits=run.visits,
            idle=run.idle,
            judged=time.monotonic(),
            wire=tuple(self.wire.of_race(run.number)),
            modem=tuple(each for each in modem if each["call"] in first),
            screens=tuple(
                (at, str(each["screen"]), str(each["line"]))
                for at, each in self.witness.seen_since(lifted)
                if at <= run.idle
            ),
            records=tuple(records),
            complaint=run.sipp.complaint() if run.sipp is not None else "",
            ear=tuple(self._ear.between(lifted, down)),
            mouth=tuple(each for each in list(self.tone.heard) if lifted <= each[0] <= following),
            stalled_s=max(run.starved_s, self._stalls.longest(lifted, run.idle + 1.0)),
            before=tuple(call for call in self._held if call.until is None or call.until > lifted),
        )
        # One that was never released is told once.
        self._held = [call for call in (*evidence.before, *held(evidence)) if call.until is not None]
        if run.sipp is not None:
            run.sipp.end()
            self._sipps.remove(run.sipp)
        return evidence

    def _fetch_records(self) -> None:
        lease = self._ask("outbox.lease", max=100, lease_s=60)
        if lease["lease"]:
            self._records += [each["body"]["record"] for each in lease["events"] if each["kind"] == "call"]
            self._ask(
                "outbox.settle", lease=lease["lease"], acked=[each["id"] for each in lease["events"]], quarantined=[]
            )


def _is_of(record: dict[str, Any], visit: Visit) -> bool:
    """A visit begins between the gesture and the menu."""
    until_ms = visit.lifted_wall_ms + round((visit.pressed - visit.lifted) * 1000)
    return visit.lifted_wall_ms - 1 <= int(record["lifted_at_ms"]) <= until_ms + 1


class Stalls(threading.Thread):
    """Notes when the machine gave nobody a turn for long: what a race shows then is the machine's doing."""

    def __init__(self) -> None:
        super().__init__(name="stalls", daemon=True)
        self._found: list[tuple[float, float]] = []
        self._closing = threading.Event()
        self.start()

    def close(self) -> None:
        self._closing.set()
        self.join(2)

    def run(self) -> None:
        before = time.monotonic()
        while not self._closing.wait(STALL_LOOK_S):
            now = time.monotonic()
            if now - before > STALL_LOOK_S + STALLED_S:
                self._found.append((now, now - before))
            before = now

    def longest(self, start: float, stop: float) -> float:
        """The longest in a time; 0 when there was none."""
        return max((long for at, long in self._found if start <= at <= stop), default=0.0)


def _need(truth: object, what: str) -> None:
    if not truth:
        raise AssertionError(f"the campaign cannot go on without {what}")
