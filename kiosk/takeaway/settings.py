"""The settings' tables of what can be taken away; read with all others by kiosk.configuration."""

from typing import Annotated, Literal

import msgspec


class Printer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receipt printer (ESC/POS) for slips with the addresses of relays (docs/takeaway.md)."""

    connection: Literal["none", "usb", "serial", "network", "file"] = "none"
    """How it is connected; none: no printer, and nobody is offered a slip."""
    device: str = "/dev/usb/lp0"
    """usb, serial, file: its path, by a stable name; network: ``host`` or ``host:port`` (9100)."""
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921_600)] = 19_200
    """serial: as set on the printer."""
    paper_mm: Literal[58, 80] = 80
    """Width of the roll."""
    profile: str = "default"
    """Name of a profile of python-escpos; ``default`` suits most."""
    code_page: Literal["CP858", "CP850", "CP1252", "CP437"] = "CP858"
    """The printer's table of letters. Another one where accents come out wrong; CP437 has no capital À."""
    qr: Literal["auto", "image", "native", "none"] = "auto"
    """How QR codes are printed. image: as a picture, which all printers can; native: by the printer's own command, in a
    tenth of the bytes; none: not at all; auto: image, on a serial port native."""
    cuts: bool = True
    """False for a printer without a cutter."""


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Addresses of relays by text message, over the mobile line and between calls (docs/takeaway.md)."""

    enabled: bool = False
    """True: a person may have an address sent to a French mobile number that they dial. Each message costs the site."""
    per_visit: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """Relays sent in one visit at most."""
    per_day: Annotated[int, msgspec.Meta(ge=1, le=500)] = 20
    """Relays sent in 24 hours at most."""
    parts: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    """How many messages one relay may take: 160 letters are one, 306 two, each paid. With 2 the hours have room too."""
