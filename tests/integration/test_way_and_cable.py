"""The cable is pulled, and the address changes, between a terminal and kamailio in network namespaces of their own."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.demo.registrar import kamailio_binary
from tests.integration.peers.namespaces import PLATFORM, TERMINAL, Cable, cable
from tests.integration.peers.processes import Process

MOVED = "192.0.2.9"
LADDER_S = 24.0
"""Less than the last step of the ladder of pauses can be: what came sooner was not its doing."""


@dataclass
class Scene:
    cable: Cable
    way: Process

    def after(self, *words: str) -> int:
        """Do something to the terminal's network; from which line on to look."""
        since = len(self.way.lines)
        self.cable.ip(self.cable.terminal, *words)
        return since

    def event(self, name: str, since: int = 0, **facts: Any) -> Any:
        wanted = {"event": name, **facts}
        return self.way.wait_for(lambda line: wanted.items() <= line.items(), f"{wanted}", since)


@pytest.fixture
def scene() -> Iterator[Scene]:
    if kamailio_binary() is None:
        pytest.skip("kamailio is not installed (apt-get install kamailio)")
    with cable() as made:
        registrar = made.process(
            made.platform, "kiosk.demo.registrar", "--listen", f"{PLATFORM}:5060", "--user", "box=right"
        )
        way = made.process(made.terminal, "tests.integration.way_driver", PLATFORM, "5060")
        try:
            yield Scene(made, way)
        finally:
            way.end()
            registrar.end()


def test_the_way_comes_back_with_the_cable_and_follows_the_address(scene: Scene) -> None:
    """FIELD_FAILURES 2: never registers again after the link came back or the address changed."""
    scene.event("Registered", local=TERMINAL)
    scene.event("Proved")

    since = scene.after("link", "set", "cable", "down")
    lost = scene.event("ProbeFailed", since)
    assert lost["reason"] == "there is no way to the platform"

    pulled = time.monotonic()
    since = scene.after("link", "set", "cable", "up")
    back = scene.event("Registered", since)
    assert back["at"] - pulled < LADDER_S
    scene.event("Proved", since)

    since = scene.after("address", "add", f"{MOVED}/24", "dev", "cable")
    scene.cable.ip(scene.cable.terminal, "address", "delete", f"{TERMINAL}/24", "dev", "cable")
    # Deleting the first address of a network takes its others along.
    scene.cable.ip(scene.cable.terminal, "address", "replace", f"{MOVED}/24", "dev", "cable")
    scene.event("Registered", since, local=MOVED)
    scene.event("Proved", since, local=MOVED)
    held = scene.way.wait_for(
        lambda line: line["event"] == "Contacts" and MOVED in str(line["held"]), "the new address registered", since
    )
    assert TERMINAL not in str(held), "the old address is gone from the registrar"
