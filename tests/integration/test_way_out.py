"""The way out alone is cut in mid-call: the far end goes on speaking, and only its reports tell that it hears nothing.

The far end is Debian's baresip, which reports every 5 s; the cut is made by a relay that passes everything else.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.voice.impairments import Plan
from benchmarks.voice.relay import Relay
from tests.integration.peers.debian_baresip import BaresipPeer
from tests.integration.peers.processes import EngineProcess

CLEAR = Plan(np.zeros(1, bool), np.zeros(1), keeps_order=True)
CUT = Plan(np.ones(1, bool), np.zeros(1), keeps_order=True)
REPORTS_S = 40.0
"""How long a test waits for what a few reports must bring."""
BELIEVED = 3
"""Reports: the first one's number is new, and it advances with both that follow."""


def until_reported(relay: Relay, count: int) -> None:
    """Until so many of the far end's reports have passed."""
    until = time.monotonic() + REPORTS_S
    while relay.inward.reports < count:
        assert time.monotonic() < until, f"there were {relay.inward.reports} reports, and not {count}"
        time.sleep(0.02)


@dataclass
class Call:
    """One answered call through a relay, with sound both ways."""

    engine: EngineProcess
    far_end: BaresipPeer
    relay: Relay
    attempt: str

    def event(self, name: str) -> Any:
        return self.engine.event(name, self.attempt, REPORTS_S)

    def told(self) -> list[str]:
        """The words after the answer."""
        words = [event[0] for event in self.engine.story(self.attempt)]
        return words[words.index("Answered") + 1 :]


@contextmanager
def calling(folder: Path, srtp: str = "off", *, peer_srtp: str = "", **account: Any) -> Iterator[Call]:
    folder.mkdir()
    far_end = BaresipPeer(folder, media_encryption=peer_srtp, speaks_s=90.0)
    relay = Relay(("127.0.0.1", far_end.port), CLEAR, CLEAR)
    try:
        server = f"127.0.0.1:{relay.address[1]}"
        account |= {"user": "box", "domain": server, "server": server, "register": False, "srtp": srtp}
        engine = EngineProcess("baresip", account, folder / "engine.log")
        try:
            attempt = engine.dial("100")
            engine.event("Answered", attempt)
            engine.wait_for(lambda e: e["event"] == "Sound", "our sound", engine.do("sound", attempt=attempt))
            yield Call(engine, far_end, relay, attempt)
        finally:
            engine.end()
    finally:
        relay.close()
        far_end.end()


def test_a_way_out_that_is_cut_is_told_from_the_far_ends_reports_until_it_hears_again(tmp_path: Path) -> None:
    """In the clear and encrypted, side by side: reports take their time."""
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    with ExitStack() as stack:
        calls = {
            srtp: stack.enter_context(calling(tmp_path / srtp, srtp, peer_srtp=theirs))
            for srtp, theirs in {"off": "", "sdes": "srtp-mand", "dtls": "dtls_srtp"}.items()
        }
        for call in calls.values():
            until_reported(call.relay, BELIEVED)
            call.relay.outward.plan = CUT
        stalled = {srtp: call.event("MediaStalled")["outward"] for srtp, call in calls.items()}
        for call in calls.values():
            call.relay.outward.plan = CLEAR
        for call in calls.values():
            call.event("MediaResumed")
            call.engine.do("hang_up", attempt=call.attempt)
            call.event("Ended")
    assert stalled == dict.fromkeys(calls, True)
    story = ["MediaStalled", "MediaResumed", "Ended"]
    assert [(srtp, call.told()) for srtp, call in calls.items()] == [("off", story), ("sdes", story), ("dtls", story)]


def test_a_cut_before_the_far_end_proved_that_it_hears_us_a_hold_and_reports_that_are_not_heeded_tell_nothing(
    tmp_path: Path,
) -> None:
    """Three calls side by side; the one that is held is heard again after it."""
    pytest.importorskip("baresip", reason="baresip-python is not installed")
    with (
        calling(tmp_path / "unproved") as unproved,
        calling(tmp_path / "unheeded", heed_reports=False) as unheeded,
        calling(tmp_path / "held") as held,
    ):
        unproved.relay.outward.plan = CUT
        until_reported(unheeded.relay, BELIEVED)
        unheeded.relay.outward.plan = CUT
        until_reported(held.relay, BELIEVED)
        held.far_end.tell("hold")
        until_reported(held.relay, BELIEVED + 2)
        since = len(held.far_end.lines)
        held.far_end.tell("resume")
        held.far_end.event("CALL_REMOTE_SDP", since)
        until_reported(held.relay, BELIEVED + 4)
        for call in (unproved, unheeded, held):
            until_reported(call.relay, BELIEVED + 3)
            call.engine.do("hang_up", attempt=call.attempt)
            call.event("Ended")
    assert (unproved.told(), unheeded.told(), held.told()) == (["Ended"], ["Ended"], ["Ended"])
