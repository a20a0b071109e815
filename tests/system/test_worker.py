"""The social worker's mode on a running terminal: found, put aside, printed, sent, corrected, and forgotten."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hardware.printer import Paper
from hardware.simulated.printer import SimulatedPrinter
from hardware.simulated.receipt import Cut
from kiosk.demo.stage import wait_until
from kiosk.directory import formats
from kiosk.directory.index import building
from kiosk.directory.record import canonical
from kiosk.errors import BadInput
from kiosk.ipc import Client
from tests.outbox.test_wire import schema
from tests.system.terminals import Core, Scene

pytestmark = pytest.mark.timeout(300)

MOBILE = "06 12 34 56 78"


@pytest.fixture
def printer() -> Iterator[SimulatedPrinter]:
    one = SimulatedPrinter()
    yield one
    one.close()


def lay_index(scene: Scene) -> None:
    """The shipped helplines' index, as it is after the terminal's first minutes."""
    services = sorted(formats.shipped()[0], key=lambda one: one.id)
    lines = [canonical(service) for service in services]
    folder = scene.folder / "state" / "directory"
    folder.mkdir(parents=True)
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
    building.write(folder / "directory.sqlite", lines, {"bundle": digest})


class Screen:
    """A screen's eye and hand."""

    def __init__(self, core: Core) -> None:
        self.core = core

    @property
    def picture(self) -> dict[str, Any]:
        screen = Client(self.core.socket, "screen")
        try:
            picture = screen.next_push(10)
        finally:
            screen.close()
        assert picture is not None
        return picture

    @property
    def page(self) -> dict[str, Any]:
        """What the mode shows; empty when it is shut or hidden."""
        found: dict[str, Any] = self.picture["worker"] or {}
        return found

    def do(self, do: str, **more: Any) -> None:
        self.core.ask("intent", worker={"do": do, **more})

    def until(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        last: dict[str, Any] = {}

        def holds() -> bool:
            last.clear()
            last.update(self.page)
            return bool(condition(last))

        assert wait_until(holds, 30), (last.get("view"), last.get("notice"), last.get("rows"))
        return last


def test_a_social_worker_finds_keeps_prints_sends_and_corrects(scene: Scene, printer: SimulatedPrinter) -> None:
    scene.sections["directory"] = {"enabled": True}
    scene.sections["printer"] = {"connection": "network", "device": printer.address, "paper_mm": 58}
    scene.sections["texts"] = {"enabled": True, "per_visit": 1}
    scene.sections["voip"]["enabled"] = False
    lay_index(scene)
    scene.simulated_modem()
    core = scene.core()
    screen = Screen(core)
    core.wait(lambda status: status["directory"]["state"] == "open")
    core.wait_line("gsm", "ready")
    assert screen.page == {}

    screen.do("open")
    screen.until(lambda page: page.get("rows"))
    screen.do("type", text="drogue")
    found = screen.until(lambda page: any("Drogues" in row["title"] for row in page.get("rows", ())))
    drugs = next(row["id"] for row in found["rows"] if "Drogues" in row["title"])
    screen.do("filter", name="need")
    assert screen.until(lambda page: page["view"] == "choose")["choices"]
    screen.do("search")
    screen.do("keep", id=drugs)
    screen.do("type", text="suicide")
    found = screen.until(lambda page: any(row["phone"] == "3114" for row in page.get("rows", ())))
    screen.do("keep", id=next(row["id"] for row in found["rows"] if row["phone"] == "3114"))
    screen.do("short_list")
    kept = screen.until(lambda page: page["view"] == "short_list")
    assert kept["kept"] == 2
    assert {action["do"] for action in kept["actions"]} == {"compare", "print", "back", "close"}
    screen.do("compare")
    assert len(screen.until(lambda page: page["view"] == "compare")["days"]) == 7

    screen.do("print")
    assert screen.until(lambda page: page["notice"] == "C\N{RIGHT SINGLE QUOTATION MARK}est imprimé.")["tone"] == "good"
    assert "Drogues info service" in printer.receipt.text
    assert "3114" in printer.receipt.text
    assert printer.receipt.printed[-1] == Cut()
    printer.condition.paper = Paper.OUT
    screen.do("print")
    screen.until(lambda page: "papier" in page["notice"])
    assert "printer: no paper; put a new roll in" in core.status()["faults"]

    screen.do("show", id=drugs)
    card = screen.until(lambda page: page["view"] == "card")
    assert card["qr"].startswith("BEGIN:VCARD")
    screen.do("send", number=MOBILE)
    screen.until(lambda page: page["notice"] == "Le message est parti.")
    screen.do("send", number=MOBILE)
    screen.until(lambda page: "maximum" in page["notice"])

    screen.do("wrong")
    screen.do("report", field="hours")
    screen.until(lambda page: page["notice"].startswith("Merci"))
    core.wait(lambda status: status["outbox"]["queued"] == 1)
    (event,) = core.ask("outbox.lease", max=10, lease_s=60)["events"]
    record = event["body"]["record"]
    schema("record-correction-1").validate(record)
    assert (record["relay"], record["wrong"], record["by"]) == (drugs, "hours", "worker")
    assert len(record["bundle"]) == 64

    # A caller goes first: the page goes, and what was chosen together is there again for the asking.
    core.ask("sim", do="lift")
    core.wait(lambda status: status["screen"] == "menu")
    assert screen.page == {}
    screen.do("open")
    assert screen.until(lambda page: page.get("view") == "short_list")["kept"] == 2
    core.ask("sim", do="press", name="help")
    core.wait(lambda status: status["screen"] not in ("menu", "idle"))
    assert screen.page == {}
    screen.do("open")  # not in a call
    assert screen.page == {}
    core.hang_up()
    screen.do("open")
    assert screen.until(lambda page: page.get("rows"))["kept"] == 0
    screen.do("close")
    assert screen.page == {}

    log = scene.log("core")
    for secret in ("612345678", "06 12", "Drogues", drugs, "suicide", "drogue"):
        assert secret not in log
    with pytest.raises(BadInput) as refused:
        screen.do("send", number=["06 12"])
    assert "06 12" not in str(refused.value)
