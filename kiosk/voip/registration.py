"""Registered, and known to be: REGISTER, its digest, its refreshing, and what to do when it fails. Pure.

A machine without sockets or clock (RFC 3261 §10, RFC 5626): ``received`` and ``tick`` drive it, ``deadline`` says when
``tick`` is due, what it wants said goes to its :class:`~kiosk.voip.transaction.Sender`, what it found out to ``emit``.
One owner, one thread.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID, uuid5

from kiosk.voip.digest import Credentials
from kiosk.voip.engine import Account, Registered, RegistrationFailed
from kiosk.voip.transaction import Response, Sender, Transaction, parse_response, request, split_list

TIME_OUT_S = 8.0
"""For one whole attempt, the digest included."""
LEAVE_S = 0.4
"""For unregistering: the process is about to end."""
PAUSES_S = (2.0, 5.0, 10.0, 30.0)
"""After the first, second ... failure in a row, each a fifth shorter or longer by chance: a fleet whose platform comes
back must not come back as one."""
REFUSED_S = 300.0
"""After a refusal that only a person can mend. Asking more often could lock the account."""
LONGEST_PAUSE_S = 300.0
"""A longer Retry-After is cut to this: nobody is there to wake the terminal up."""
LONGEST_INTERVAL_S = 86_400
_NAMESPACE = UUID("5b0a2f0e-6c3d-4f1e-9d5c-1900190019b0")
_ROUNDS = 4
"""Challenges and 423s that one attempt answers, so that no registrar keeps us in a circle."""


@dataclass(frozen=True)
class Off:
    """Not asked to register, or unregistered."""


@dataclass(frozen=True)
class Asking:
    """A REGISTER is out."""

    give_up_at: float
    interval_s: int
    answered: frozenset[tuple[bool, str]] = frozenset()
    """Realms whose fresh challenge this attempt has answered: asked once more, the password is wrong."""
    rounds: int = 0
    is_leaving: bool = False


@dataclass(frozen=True)
class Waiting:
    """It failed; once more at ``until``."""

    until: float


@dataclass(frozen=True)
class Held:
    """The registrar has our address; refreshed at ``until``, lost at ``lapses_at``."""

    until: float
    lapses_at: float


RegistrationState = Off | Asking | Waiting | Held


class Registration:
    """One account at one registrar, kept."""

    def __init__(
        self,
        account: Account,
        sender: Sender,
        emit: Callable[[Registered | RegistrationFailed], None],
        *,
        instance: UUID,
        chance: random.Random,
    ) -> None:
        """``instance`` is the terminal's for ever (RFC 5626 §4.1): after a restart the registrar knows it again and
        replaces the old address. ``chance`` makes ids and jitter: ``random.SystemRandom()``, a seeded one in tests.
        """
        self._account = account
        self._sender = sender
        self._emit = emit
        self._instance = instance
        self._chance = chance
        self._uri = f"sip:{account.domain}"
        self._prefix = f"z9hG4bKr{chance.getrandbits(48):012x}"
        self._call_id = f"{chance.getrandbits(96):024x}"
        self._tag = f"{chance.getrandbits(48):012x}"
        self._cseq = 0
        self._credentials = Credentials(
            account.auth_user or account.user, account.password, lambda: f"{chance.getrandbits(64):016x}"
        )
        self._state: RegistrationState = Off()
        self._transaction: Transaction | None = None
        self._failures = 0
        self._bound: str | None = None
        self._removing: str | None = None
        self._outbound = True
        self._lapses_at: float | None = None
        self.service_route: tuple[str, ...] = ()
        """What the registrar wants in the Route of our calls (RFC 3608)."""

    @property
    def state(self) -> RegistrationState:
        return self._state

    @property
    def is_registered(self) -> bool:
        """True while the last word of the registrar was yes and our address at it has not lapsed."""
        return self._lapses_at is not None

    @property
    def deadline(self) -> float | None:
        """When :meth:`tick` is due; None: nothing is waited for."""
        match self._state:
            case Off():
                return None
            case Asking():
                due = self._transaction.deadline if self._transaction is not None else None
            case Waiting(until=until) | Held(until=until):
                due = until
            case never:
                assert_never(never)
        return due if self._lapses_at is None or due is None else min(due, self._lapses_at)

    def register_now(self, now: float, sender: Sender | None = None) -> None:
        """Ask now, whatever was waited for: the start, the link came back, our address changed (``sender`` is new).

        When the address is another than the one registered, the same request removes the old one (RFC 3261 §10.2.2).
        """
        self._sender = sender or self._sender
        self._failures = 0
        self._attempt(now, self._account.register_interval_s)

    def unregister(self, now: float) -> None:
        """Take our address back, if it may be there; over within :data:`LEAVE_S`, answered or not (state Off)."""
        if self._bound is None:
            self._rest(Off())
            return
        self._attempt(now, 0, now + LEAVE_S)

    def connection_lost(self, now: float, reason: str) -> None:
        """The sender's connection is gone: what is out will not be answered."""
        if isinstance(self._state, Asking):
            self._failed(now, None, reason)

    def tick(self, now: float) -> None:
        """Time has passed."""
        if self._lapses_at is not None and now >= self._lapses_at:
            self._lapses_at = None
        match self._state:
            case Asking():
                if self._transaction is not None and self._transaction.tick(now):
                    self._failed(now, None, f"the registrar did not answer within {TIME_OUT_S:g} s")
            case Waiting(until=until) | Held(until=until) if now >= until:
                self._attempt(now, self._account.register_interval_s)
            case _:
                pass

    def received(self, raw: bytes, now: float) -> bool:
        """One message from the platform; True: it answered a REGISTER of ours, late ones and repetitions included."""
        response = parse_response(raw)
        if response is None or response.method != "REGISTER" or not response.branch.startswith(self._prefix):
            return False
        state, transaction = self._state, self._transaction
        if isinstance(state, Asking) and transaction is not None and response.branch == transaction.branch:
            if response.is_final:
                self._decide(state, response, now)
            else:
                transaction.provisional(now)
        return True

    # --- what the registrar said --------------------------------------------------------------------------

    def _decide(self, asking: Asking, response: Response, now: float) -> None:
        status = response.status
        if 200 <= status < 300:
            self._granted(asking, response, now)
        elif status in (401, 407):
            self._challenged(asking, response, now)
        elif asking.is_leaving:
            self._rest(Off())
        elif status == 423 and (least := _least(response)) > asking.interval_s and asking.rounds < _ROUNDS:
            self._again(replace(asking, interval_s=least, rounds=asking.rounds + 1), now)
        elif status in (420, 439) and self._outbound:
            # RFC 5626 §11.6, or a registrar that knows nothing of it: the plain way will do.
            self._outbound = False
            self._again(asking, now)
        elif 400 <= status < 500 and self._removing is not None:
            # It may not like two addresses in one request; the old one will lapse.
            self._bound = self._removing = None
            self._again(asking, now)
        elif status == 403:
            self._refused(now, response)
        else:
            self._failed(now, status, response.reason, pause_s=min(response.retry_after_s or 0, LONGEST_PAUSE_S))

    def _granted(self, asking: Asking, response: Response, now: float) -> None:
        if asking.is_leaving:
            self._rest(Off())
            return
        granted = _granted_s(response, self._sender.contact, self._instance, asking.interval_s)
        if granted <= 0:
            self._failed(now, response.status, "the registrar says yes and does not keep our address")
            return
        self._failures = 0
        self._removing = None
        self.service_route = tuple(entry for value in response.all("service-route") for entry in split_list(value))
        self._lapses_at = now + granted
        self._rest(Held(now + _refresh_s(granted) * self._chance.uniform(0.9, 1.0), self._lapses_at))
        self._emit(Registered(granted))

    def _challenged(self, asking: Asking, response: Response, now: float) -> None:
        asked = self._credentials.take(response.all("www-authenticate"), response.all("proxy-authenticate"))
        realms = frozenset((each.is_proxy, each.realm) for each in asked)
        told_again = any((each.is_proxy, each.realm) in asking.answered and not each.stale for each in asked)
        if told_again or asking.rounds >= _ROUNDS:
            self._refused(now, response)
        elif not asked:
            reason = "the registrar asks for a proof that we do not have (digest MD5, SHA-256 or SHA-512-256, qop auth)"
            self._failed(now, response.status, reason, pause_s=REFUSED_S)
        else:
            self._again(replace(asking, answered=asking.answered | realms, rounds=asking.rounds + 1), now)

    def _refused(self, now: float, response: Response) -> None:
        user = self._account.auth_user or self._account.user
        key = "voip.auth_user" if self._account.auth_user else "voip.user"
        # Its nonces are of no use: begin with a clean question next time.
        self._credentials.forget()
        remedy = f"check {key} and sip_password in the secrets file"
        self._failed(now, response.status, f"the registrar refuses user {user!r}: {remedy}", pause_s=REFUSED_S)

    def _failed(self, now: float, status: int | None, reason: str, *, pause_s: float = 0.0) -> None:
        """Once more after the ladder's next pause, or ``pause_s`` if that is longer."""
        if isinstance(self._state, Asking) and self._state.is_leaving:
            self._rest(Off())
            return
        step_s = PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        pause_s = max(step_s, pause_s) * self._chance.uniform(0.8, 1.2)
        self._failures += 1
        if status is not None:
            # It answered, and not with yes: what it said before is void.
            self._lapses_at = None
        self._rest(Waiting(now + pause_s))
        self._emit(RegistrationFailed(status, reason))

    # --- what we say ------------------------------------------------------------------------------------------

    def _attempt(self, now: float, interval_s: int, give_up_at: float | None = None) -> None:
        give_up_at = now + TIME_OUT_S if give_up_at is None else give_up_at
        self._again(Asking(give_up_at, interval_s, is_leaving=interval_s == 0), now)

    def _again(self, asking: Asking, now: float) -> None:
        """The next request of an attempt: a new transaction within the attempt's time."""
        self._cseq += 1
        branch = f"{self._prefix}{self._cseq:x}"
        message = request(self._sender, "REGISTER", self._uri, branch, self._cseq, self._headers(asking))
        self._state = asking
        self._transaction = Transaction(self._sender, message, branch, now, asking.give_up_at)

    def _headers(self, asking: Asking) -> tuple[tuple[str, str], ...]:
        here = f"<sip:{self._account.user}@{self._account.domain}>"
        contact = self._sender.contact
        if not asking.is_leaving and self._bound not in (None, contact):
            self._removing = self._bound
        self._bound = contact
        outbound = ";reg-id=1" if self._outbound else ""
        ours = f'<{contact}>;+sip.instance="<{self._instance.urn}>"{outbound};expires={asking.interval_s}'
        return (
            ("From", f"{here};tag={self._tag}"),
            ("To", here),
            ("Call-ID", self._call_id),
            ("Contact", ours),
            *((("Contact", f"<{self._removing}>;expires=0"),) if self._removing and not asking.is_leaving else ()),
            ("Expires", str(asking.interval_s)),
            *((("Supported", "outbound, path"),) if self._outbound else ()),
            *self._credentials.headers("REGISTER", self._uri),
        )

    def _rest(self, state: Off | Waiting | Held) -> None:
        self._state = state
        self._transaction = None
        if isinstance(state, Off):
            self._bound = self._removing = self._lapses_at = None


def instance_of(terminal_id: str) -> UUID:
    """The same for a terminal for ever, and another for each: made from its name, so that no card needs to keep it."""
    return uuid5(_NAMESPACE, terminal_id)


def _refresh_s(interval_s: int) -> float:
    """How soon to refresh: at four fifths, and with room for a whole lost attempt and the next one where it can be."""
    return min(0.8 * interval_s, interval_s - 32.0) if interval_s >= 64 else 0.5 * interval_s


def _least(response: Response) -> int:
    """Min-Expires of a 423 (§20.23); 0: none that can be used."""
    value = response.get("min-expires")
    return int(value) if re.fullmatch(r"\d{1,9}", value) and int(value) <= LONGEST_INTERVAL_S else 0


def _granted_s(response: Response, contact: str, instance: UUID, asked_s: int) -> int:
    """For how long our address was taken: its own word, else the Expires header, else what we asked (§10.2.4)."""
    entries = [entry for value in response.all("contact") for entry in split_list(value)]
    ours = [entry for entry in entries if _address(entry) == _address(f"<{contact}>")]
    # A registrar may have rewritten our address to the one that it sees; it knows us by the instance then.
    ours = ours or [entry for entry in entries if str(instance) in entry.lower()]
    words = [found[1] for entry in ours if (found := re.search(r";\s*expires\s*=\s*\"?(\d{1,9})", entry, re.I))]
    if words:
        return min(max(map(int, words)), LONGEST_INTERVAL_S)
    header = re.fullmatch(r"\d{1,9}", response.get("expires"))
    return min(int(header[0]), LONGEST_INTERVAL_S) if header else asked_s


def _address(entry: str) -> str:
    """User, host and port of a Contact entry, to be compared; its parameters may come back otherwise."""
    found = re.search(r"sips?:([^;>?]+)", entry, re.IGNORECASE)
    return found[1].strip().lower() if found else ""
