"""What a look-up in DNS found, or why it found nothing. Apart from its library, which takes long to load."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.voip.targets import SrvRecord


class Fault(StrEnum):
    """Why there is no answer."""

    SILENT = "no DNS server answers"
    FAILED = "the DNS servers say that they cannot answer"
    NO_SUCH_NAME = "DNS says that there is no such name"
    NO_ADDRESS = "DNS knows the name and no address for it"
    NOT_OFFERED = "DNS says that SIP is not offered there over this transport"
    NO_SERVER = "no DNS server is configured on this machine"


class LookupFailed(Exception):
    """There is no answer; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Found:
    """Records of one kind, and for how long they are good."""

    addresses: tuple[str, ...] = ()
    services: tuple[SrvRecord, ...] = ()
    ttl_s: int = 0
