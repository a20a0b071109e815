"""A registrar behind a bad network, in virtual time: datagrams get lost, late, doubled and overtaken, by a seed.

The registrar is a strict one: it checks the digest, lets nonces grow old, wants a minimum interval, forgets everything
at a restart, and answers OPTIONS.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk.demo.platform_sip import Message, challenge_of, digest_answer, parse
from kiosk.voip.engine import Registered, RegistrationFailed
from kiosk.voip.probing import ProbeFailed, Probing, Proved
from kiosk.voip.registration import Registration
from tests.voip.wires import ACCOUNT, Wire, response

MIN_EXPIRES_S = 90
NONCE_LIFE_S = 200.0


@dataclass(frozen=True)
class Weather:
    """How bad the network is."""

    loss: float = 0.0
    doubled: float = 0.0
    latest_s: float = 0.05


class StrictRegistrar:
    """What is bound, and what is answered to each request."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._nonces: dict[str, float] = {}
        self.bound: dict[str, float] = {}
        """Contact address to the time at which it lapses."""
        self._cseqs: dict[str, int] = {}
        self.faults: list[str] = []
        """Where the terminal broke a rule."""

    def restart(self) -> None:
        self._nonces.clear()
        self.bound.clear()
        self._cseqs.clear()

    def answer(self, asked: Message, now: float) -> bytes:
        if asked.method == "OPTIONS":
            return response(asked, 200)
        proof = challenge_of(asked.get("authorization"))
        born = self._nonces.get(proof.get("nonce", ""))
        right = bool(proof) and proof["response"] == digest_answer(proof, "REGISTER", "box", ACCOUNT.password)
        if born is None or now - born > NONCE_LIFE_S or not right:
            if born is not None and not right:
                self.faults.append("a wrong response to a nonce of ours")
            nonce = f"{self._chance.getrandbits(64):x}"
            self._nonces[nonce] = now
            stale = ", stale=true" if born is not None and right else ""
            return response(asked, 401, ("www-authenticate", f'Digest realm="r", nonce="{nonce}", qop="auth"{stale}'))
        return self._bind(asked, now)

    def _bind(self, asked: Message, now: float) -> bytes:
        interval = int(asked.get("expires"))
        if 0 < interval < MIN_EXPIRES_S:
            return response(asked, 423, ("min-expires", str(MIN_EXPIRES_S)))
        number = asked.cseq[0]
        if number < self._cseqs.get(asked.get("call-id"), 0):
            # Overtaken on the way: RFC 3261 §10.3 has it fail.
            return response(asked, 500)
        self._cseqs[asked.get("call-id")] = number
        for entry in asked.all("contact"):
            address, _, parameters = entry.partition(">")
            life = int(parameters.rpartition("expires=")[2])
            if life:
                self.bound[address.strip("<")] = now + life
            else:
                self.bound.pop(address.strip("<"), None)
        held = [("contact", f"<{address}>;expires={int(ends - now)}") for address, ends in self.bound.items()]
        return response(asked, 200, *held)


class NetWire(Wire):
    """A Sender onto the bad network."""

    def __init__(self, port: int, put: Callable[[bytes], None]) -> None:
        super().__init__(port)
        self._put = put

    def send(self, message: bytes) -> None:
        super().send(message)
        self._put(message)


class World:
    """Terminal, network and registrar; :meth:`run` lets time pass."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = 1000.0
        self.weather = Weather()
        self.registrar = StrictRegistrar(self.chance)
        self.is_registrar_up = True
        self.told: list[tuple[float, Registered | RegistrationFailed | Proved | ProbeFailed]] = []
        self._order = itertools.count()
        self._flying: list[tuple[float, int, bool, bytes]] = []
        self._ports = itertools.count(5062)
        self.wire = self._fresh_wire()
        tell: Callable[..., None] = lambda event: self.told.append((self.now, event))  # noqa: E731
        account = replace(ACCOUNT, register_interval_s=60)
        self.registration = Registration(account, self.wire, tell, instance=UUID(int=7), chance=self.chance)
        self.probing = Probing(account, self.wire, tell, chance=self.chance)
        self.registration.register_now(self.now)
        self.probing.probe_now(self.now)

    def move(self) -> None:
        """The terminal's address changes."""
        self.wire = self._fresh_wire()
        self.registration.register_now(self.now, self.wire)
        self.probing.probe_now(self.now, self.wire)

    def run(self, seconds: float) -> None:
        """Let this much time pass."""
        until = self.now + seconds
        while True:
            due = [when for when in (self.registration.deadline, self.probing.deadline) if when is not None]
            due += [self._flying[0][0]] if self._flying else []
            if not due or min(due) > until:
                break
            self.now = max(self.now, min(due))
            self._step()
        self.now = until

    def _step(self) -> None:
        while self._flying and self._flying[0][0] <= self.now:
            _, _, is_request, raw = heapq.heappop(self._flying)
            if not is_request:
                assert self.registration.received(raw, self.now) or self.probing.received(raw, self.now)
            elif self.is_registrar_up:
                self._fly(False, self.registrar.answer(parse(raw), self.now))
        for machine in (self.registration, self.probing):
            if machine.deadline is not None and machine.deadline <= self.now:
                machine.tick(self.now)

    def _fly(self, is_request: bool, raw: bytes) -> None:
        copies = 2 if self.chance.random() < self.weather.doubled else 1
        for _ in range(copies):
            if self.chance.random() >= self.weather.loss:
                arrives = self.now + self.chance.uniform(0.001, self.weather.latest_s)
                heapq.heappush(self._flying, (arrives, next(self._order), is_request, raw))

    def _fresh_wire(self) -> NetWire:
        return NetWire(next(self._ports), lambda raw: self._fly(True, raw))
