"""Where the terminal stands, told to the platform with each call: PIDF-LO by value in the INVITE. Pure.

The site's civic address (RFC 5139), and its coordinates where they were measured (RFC 5491), in a presence document
(RFC 4119) beside the SDP (RFC 6442 §4.1), so that a listener can send help to the right place. It says nothing of the
person: the address is the telephone's.
"""

from dataclasses import replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from kiosk.settings import Location
from kiosk.voip.proxy.message import Message

BOUNDARY = "sos-crise-location"
SAFE_DATAGRAM = 1300
"""Bytes: a longer request over UDP may be cut to pieces on its way, and the pieces dropped (RFC 3261 §18.1.1)."""

_CIVIC = (
    ("country", "country"), ("A1", "region"), ("A2", "department"), ("A3", "city"), ("RD", "street"),
    ("HNO", "house_number"), ("LOC", "directions"), ("NAM", "name"), ("PC", "postal_code"), ("BLD", "building"),
    ("FLR", "floor"), ("ROOM", "room"),
)  # fmt: skip
"""Elements of RFC 5139 §3.4 in the order of its schema, and the settings they are made of."""


def document(location: Location, terminal: str, domain: str, at: datetime) -> str:
    """The presence document of the terminal; empty when the site's address is not known.

    ``terminal`` and ``domain`` name it (``pres:terminal@domain``); ``at`` is when it was made.
    """
    civic = "".join(
        f"<ca:{element}>{escape(value)}</ca:{element}>"
        for element, setting in _CIVIC
        if (value := str(getattr(location, setting)).strip())
    )
    if not location.is_known:
        return ""
    places = f'<ca:civicAddress xml:lang="fr">{civic}</ca:civicAddress>' if civic else ""
    if location.latitude is not None and location.longitude is not None:
        point = f"<gml:pos>{location.latitude:.6f} {location.longitude:.6f}</gml:pos>"
        places = f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326">{point}</gml:Point>{places}'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
        ' xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" xmlns:gml="http://www.opengis.net/gml"'
        f" entity={quoteattr(f'pres:{terminal}@{domain}')}>"
        f"<tuple id={quoteattr(f'place-{terminal}')}><status><gp:geopriv>"
        f"<gp:location-info>{places}</gp:location-info>"
        "<gp:usage-rules><gp:retransmission-allowed>no</gp:retransmission-allowed></gp:usage-rules>"
        "<gp:method>Manual</gp:method></gp:geopriv></status>"
        f"<timestamp>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</timestamp></tuple></presence>"
    )


def located(invite: Message, pidf: str, terminal: str, domain: str) -> Message:
    """The INVITE with the document beside its SDP, and the headers that point to it (RFC 6442 §4)."""
    name = f"{terminal}@{domain.strip('[]').replace(':', '-')}"
    kind = invite.get("content-type")
    if not pidf or not kind.lower().startswith("application/sdp"):
        return invite
    parts = (
        f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode(),
        invite.body,
        f"\r\n--{BOUNDARY}\r\nContent-Type: application/pidf+xml\r\nContent-ID: <{name}>\r\n\r\n{pidf}".encode(),
        f"\r\n--{BOUNDARY}--\r\n".encode(),
    )
    supported = ", ".join(filter(None, (invite.get("supported"), "geolocation")))
    body = replace(invite.without("supported", "content-type"), body=b"".join(parts))
    own = (
        ("Supported", supported),
        ("Geolocation", f"<cid:{name}>"),
        ("Geolocation-Routing", "no"),
        ("Content-Type", f'multipart/mixed;boundary="{BOUNDARY}"'),
    )
    return replace(body, headers=(*body.headers, *own))
