"""A registration with a wire and a clock of the test's own."""

import random
from uuid import UUID

from kiosk.demo.platform_sip import Message
from kiosk.voip.engine import Registered, RegistrationFailed
from kiosk.voip.registration import Registration
from tests.voip.wires import ACCOUNT, Wire, response

INSTANCE = UUID("00000000-0000-4000-8000-00000000b0c5")
CHALLENGE = ("www-authenticate", 'Digest realm="help", nonce="n1", qop="auth"')
REFUSED = "the registrar refuses user 'box': check voip.user and sip_password in the secrets file"


class Desk:
    """A registration, its wire, its clock, and what it told."""

    def __init__(self, transport: str = "udp", seed: int = 1) -> None:
        self.wire = Wire(transport=transport)
        self.now = 100.0
        self.told: list[Registered | RegistrationFailed] = []
        self.machine = Registration(ACCOUNT, self.wire, self.told.append, instance=INSTANCE, chance=random.Random(seed))

    def start(self) -> "Desk":
        self.machine.register_now(self.now)
        return self

    def hear(self, status: int, *headers: tuple[str, str], to: Message | None = None) -> bool:
        """The registrar answers ``to`` (the last request)."""
        return self.machine.received(response(to or self.wire.last, status, *headers), self.now)

    def wait(self) -> float:
        """Until the machine's next deadline; how long that was."""
        due = self.machine.deadline
        assert due is not None
        passed, self.now = due - self.now, due
        self.machine.tick(self.now)
        return passed

    def accept(self, expires: int = 300) -> None:
        self.hear(200, ("contact", f"<{self.wire.contact}>;expires={expires}"))
