"""The outbox's counter in core: answers the courier's and the command line's requests (docs/ipc.md).

Synchronous; core calls it in the outbox's executor thread, and sends the answer back over its socket.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from kiosk.errors import BadInput
from kiosk.outbox.store import Outbox


class _LeaseParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    max: Annotated[int, msgspec.Meta(ge=1, le=500)]
    lease_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class _Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    reason: str


class _SettleParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lease: str
    acked: tuple[str, ...] = ()
    quarantined: tuple[_Refused, ...] = ()


class _ReleaseParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ids: tuple[str, ...] | None = None


class _ListParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    max: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200


METHODS = frozenset({"outbox.lease", "outbox.settle", "outbox.stats", "outbox.list", "outbox.release"})
"""What :meth:`Desk.answer` answers."""


class Desk:
    """Answers ``METHODS`` from one outbox. The outbox's thread only."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def answer(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer, as plain JSON values.

        Raises: BadInput for an unknown method or wrong parameters; what the outbox raises.
        """
        try:
            result = self._answer(method, params)
        except msgspec.ValidationError as error:
            raise BadInput(f"{method}: {error}; see docs/ipc.md") from error
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
        return plain

    def _answer(self, method: str, params: Mapping[str, Any]) -> Any:
        match method:
            case "outbox.lease":
                lease = msgspec.convert(params, _LeaseParams)
                held = self._outbox.lease(lease.max, lease.lease_s)
                return {"lease": held.id, "events": held.events}
            case "outbox.settle":
                settle = msgspec.convert(params, _SettleParams)
                refused = {item.id: item.reason for item in settle.quarantined}
                self._outbox.settle(settle.lease, settle.acked, refused)
                return {}
            case "outbox.stats":
                return self._outbox.stats()
            case "outbox.list":
                return {"events": self._outbox.list()[: msgspec.convert(params, _ListParams).max]}
            case "outbox.release":
                return {"released": self._outbox.release(msgspec.convert(params, _ReleaseParams).ids)}
            case _:
                raise BadInput(f"{method}: no such method; one of {', '.join(sorted(METHODS))}")
