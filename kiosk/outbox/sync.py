"""One batch to the hub, and its word on every item. The one place that imports requests.

Nothing counts as received but what the hub says of each event by name: a captive portal answers 200 to everything.
"""

import email.utils
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import msgspec
import requests

from kiosk.errors import BadInput, KioskError, NeedsTechnician, RetryLater
from kiosk.outbox.envelope import Answer, Batch, Envelope, Sent

CONNECT_S = 10.0
READ_S = 20.0
"""Silence of the hub in mid-answer."""
WHOLE_S = 90.0
"""From request to the last byte: a hub, or a portal, that drips must not hold the courier."""
LONGEST_ANSWER = 1 << 20


class TooLarge(KioskError):
    """The hub will not read a request of this size. Remedy: a smaller one."""


class HubUntrusted(RetryLater):
    """The hub's certificate was refused. The text names host and remedy; worth trying again all the same."""


@dataclass(frozen=True)
class Word:
    """What the hub said of one batch. Ids in neither are to be sent again."""

    acked: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)
    """Id to reason."""


class _Refusal(msgspec.Struct, frozen=True):
    """The hub's own words with a status other than 200."""

    wire: int
    error: str


class HubClient:
    """Talks to one hub as one terminal. Blocking; one thread at a time.

    Raises: BadInput when ``url`` is no http(s) address or ``ca_file`` cannot be read.
    """

    def __init__(self, url: str, terminal: str, token: str, ca_file: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(f"outbox.hub_url = {url!r}: not an address; write https://host")
        self._host = parts.hostname
        self._terminal = terminal
        self._url = f"{url.rstrip('/')}/v1/terminals/{quote(terminal, safe='')}/events"
        self._session = requests.Session()
        # No proxy, no certificate store and no .netrc from the environment: the settings alone say whom we trust.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._verify: str | bool = ca_file or True

    def put(self, events: Sequence[Envelope], sent: Sent) -> Word:
        """Send ``events`` and return the hub's word on each.

        Raises: TooLarge; HubUntrusted; RetryLater for whatever may be different next time (no answer, a portal's
        answer, 429, 5xx); NeedsTechnician when the hub refuses this terminal. In each case nothing counts as
        received.
        """
        batch = Batch(terminal=self._terminal, sent=sent, events=tuple(events))
        try:
            return self._read(*self._exchange(msgspec.json.encode(batch)), [event.id for event in events])
        except requests.exceptions.SSLError as error:
            raise HubUntrusted(
                f"{self._host}: certificate refused ({_innermost(error)}); put the authority's PEM file into "
                "outbox.hub_ca_file, and check this terminal's date"
            ) from error
        except requests.exceptions.Timeout as error:
            raise RetryLater(f"{self._host}: no answer in time") from error
        except requests.exceptions.RequestException as error:
            raise RetryLater(f"{self._host}: {type(error).__name__}: connection lost or refused") from error
        except OSError as error:
            raise BadInput(f"outbox.hub_ca_file: {error}; name a PEM file that can be read") from error

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    def _exchange(self, body: bytes) -> tuple[requests.Response, bytes]:
        started = time.monotonic()
        response = self._session.put(
            self._url,
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            timeout=(CONNECT_S, READ_S),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        )
        with response:
            content = bytearray()
            for piece in response.iter_content(16 * 1024):
                content += piece
                if len(content) > LONGEST_ANSWER or time.monotonic() - started > WHOLE_S:
                    raise RetryLater(f"{self._host}: an answer without end; not the hub's")
            return response, bytes(content)

    def _read(self, response: requests.Response, content: bytes, ids: Sequence[str]) -> Word:
        status = response.status_code
        is_json = response.headers.get("Content-Type", "").split(";")[0].strip().lower() == "application/json"
        if status == 200:
            return self._word(content, ids) if is_json else self._not_the_hub("a page instead of its word")
        refusal = _refusal(content) if is_json else None
        if status == 413 and refusal is not None:
            raise TooLarge(f"{self._host}: request too large")
        if status in (401, 403) and refusal is not None:
            raise NeedsTechnician(
                f"{self._host}: refuses terminal {self._terminal} ({refusal.error}); check hub_token in the secrets "
                "file against the hub"
            )
        if status in (429, 503):
            pause = _retry_after_s(response.headers.get("Retry-After", ""))
            raise RetryLater(f"{self._host}: busy ({status})", retry_after_s=pause)
        if status >= 500:
            raise RetryLater(f"{self._host}: trouble of its own ({status})")
        if refusal is not None:
            raise RetryLater(f"{self._host}: refuses the request ({status}: {refusal.error})")
        return self._not_the_hub(f"status {status}")

    def _word(self, content: bytes, ids: Sequence[str]) -> Word:
        try:
            answer = msgspec.json.decode(content, type=Answer)
        except msgspec.DecodeError:
            return self._not_the_hub("an answer that is not the hub's")
        if answer.terminal != self._terminal:
            return self._not_the_hub("an answer to another terminal")
        by_id = {result.id: result for result in answer.results}
        if len(by_id) != len(answer.results) or not by_id.keys() <= set(ids):
            return self._not_the_hub("an answer to another request")
        acked = tuple(i for i in ids if i in by_id and by_id[i].result != "rejected")
        refused = {i: by_id[i].reason or "unnamed" for i in ids if i in by_id and by_id[i].result == "rejected"}
        return Word(acked, refused)

    def _not_the_hub(self, what: str) -> Word:
        raise RetryLater(f"{self._host}: {what}; perhaps a captive portal: check the network's login page")


def _refusal(content: bytes) -> _Refusal | None:
    try:
        return msgspec.json.decode(content, type=_Refusal)
    except msgspec.DecodeError:
        return None


def _retry_after_s(value: str) -> float | None:
    """RFC 9110 §10.2.3: seconds, or a date. None when it is neither."""
    if value.strip().isdigit():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, when.timestamp() - time.time())


def _innermost(error: BaseException) -> str:
    text = str(error)
    for argument in error.args:
        reason = getattr(argument, "reason", argument)
        text = str(getattr(reason, "verify_message", "") or reason)
    return text[:160]
