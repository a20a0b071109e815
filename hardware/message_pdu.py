"""A short message as it leaves the modem: which letters it may have, how many parts it takes, its PDUs. Pure.

The default alphabet of GSM (3GPP TS 23.038 §6.2.1) holds 160 letters in a message, é è à ù among them; one letter that
it lacks puts the whole message into UCS-2, which holds 70. Of several parts each holds less: its first bytes say which
part it is (3GPP TS 23.040 §9.2.3.24.1). PDU mode is the one that every modem has (3GPP TS 27.005 §4).
"""

from collections.abc import Iterator

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Each letter at the place of its code."""
EXTENDED = {"^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
"""Behind an escape: two codes each."""
ESCAPE = 0x1B
_CODES = {letter: (code,) for code, letter in enumerate(GSM) if letter != "\x1b"} | {
    letter: (ESCAPE, code) for letter, code in EXTENDED.items()
}
SEVEN_BIT, UCS2 = (160, 153), (70, 67)
"""How many codes a message of one part holds, and each part of several."""
MOST_PARTS = 4
_SUBMIT, _WITH_HEADER, _A_DAY = 0x11, 0x40, 0xA7
"""3GPP TS 23.040 §9.2.2.2: a message to send, kept for a day where the telephone is off."""


def is_plain(letter: str) -> bool:
    """Whether GSM's default alphabet has it."""
    return letter in _CODES


def parts_of(text: str) -> int:
    """How many messages ``text`` takes; the network has each of them paid."""
    return len(_cut(_units(text), SEVEN_BIT if _is_gsm(text) else UCS2))


def pdus(number: str, text: str, reference: int) -> tuple[bytes, ...]:
    """``text`` to ``number`` as the bodies of ``AT+CMGS``, part by part; ``reference`` (0 to 255) tells the receiver
    which parts belong together. Raises: ValueError for no number, and for a text of no letter or too many.
    """
    if not number.removeprefix("+").isdigit():
        raise ValueError("a message goes to a number of digits, with + for an international one")
    is_gsm = _is_gsm(text)
    cut = _cut(_units(text), SEVEN_BIT if is_gsm else UCS2)
    if not text or len(cut) > MOST_PARTS:
        raise ValueError(f"a message has 1 to {MOST_PARTS} parts, of {SEVEN_BIT[0]} letters if it is one")
    made = []
    for at, units in enumerate(cut, start=1):
        header = bytes((5, 0, 3, reference % 256, len(cut), at)) if len(cut) > 1 else b""
        data = (_packed if is_gsm else _wide)(units, header)
        first = _SUBMIT | (_WITH_HEADER if header else 0)
        # No service centre of ours: the SIM's. No reference: the modem counts.
        head = bytes((0, first, 0, *_address(number), 0, 0x00 if is_gsm else 0x08, _A_DAY))
        made.append((head + data).hex().upper().encode("ascii"))
    return tuple(made)


def command_length(pdu: bytes) -> int:
    """What ``AT+CMGS=`` announces: the octets behind the service centre's."""
    return len(pdu) // 2 - 1


def _is_gsm(text: str) -> bool:
    return all(letter in _CODES for letter in text)


def _units(text: str) -> list[tuple[int, ...]]:
    """The codes of each letter: those of one are never parted."""
    if _is_gsm(text):
        return [_CODES[letter] for letter in text]
    wide = [letter.encode("utf-16-be", "replace") for letter in text]
    return [tuple(int.from_bytes(each[at : at + 2], "big") for at in range(0, len(each), 2)) for each in wide]


def _cut(letters: list[tuple[int, ...]], room: tuple[int, int]) -> list[tuple[int, ...]]:
    """The codes, a row for each part."""
    one, of_many = room
    if sum(map(len, letters)) <= one:
        return [tuple(code for letter in letters for code in letter)]
    rows: list[tuple[int, ...]] = [()]
    for letter in letters:
        if len(rows[-1]) + len(letter) > of_many:
            rows.append(())
        rows[-1] += letter
    return rows


def _packed(codes: tuple[int, ...], header: bytes) -> bytes:
    """Length and user data in seven bits a code, least ones first; a header is filled up to whole codes."""
    before = -(-len(header) * 8 // 7)
    value = int.from_bytes(header, "little")
    for at, code in enumerate(codes, start=before):
        value |= code << 7 * at
    count = before + len(codes)
    return bytes((count,)) + value.to_bytes(-(-count * 7 // 8), "little")


def _wide(codes: tuple[int, ...], header: bytes) -> bytes:
    data = header + b"".join(code.to_bytes(2, "big") for code in codes)
    return bytes((len(data),)) + data


def _address(number: str) -> Iterator[int]:
    """Length, type, and the digits two by two, the first one in the lower half (3GPP TS 23.040 §9.1.2.5)."""
    digits = number.removeprefix("+")
    yield len(digits)
    yield 0x91 if number.startswith("+") else 0x81
    even = digits + "F" * (len(digits) % 2)
    for at in range(0, len(even), 2):
        yield int(even[at + 1] + even[at], 16)
