"""What a network reads in a message to send (3GPP TS 23.040 §9.2.2.2): whom it is for, and what it says."""

from hardware.message_pdu import EXTENDED, GSM

_BEHIND_ESCAPE = {code: letter for letter, code in EXTENDED.items()}


def read(pdu: str, length: int) -> tuple[str, str]:
    """Number and words of ``pdu``, announced as ``length`` octets. Raises: ValueError when it is no such message."""
    octets = bytes.fromhex(pdu)
    centre = octets[0] + 1
    if len(octets) - centre != length:
        raise ValueError("not as long as was announced")
    try:
        return _message(octets[centre:])
    except IndexError:
        raise ValueError("cut off") from None


def _message(octets: bytes) -> tuple[str, str]:
    first, digits = octets[0], octets[2]
    if first & 0x03 != 0x01:
        raise ValueError("not a message to send")
    address = octets[4 : 4 + (digits + 1) // 2]
    number = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in address)[:digits]
    at = 4 + len(address) + 1
    coding, kept = octets[at], (0, 7, 1, 7)[first >> 3 & 3]
    count, data = octets[at + 1 + kept], octets[at + 2 + kept :]
    header = data[0] + 1 if first & 0x40 else 0
    if coding == 0x08:
        if len(data) != count:
            raise ValueError("user data of another length")
        words = data[header:].decode("utf-16-be")
    else:
        if len(data) != -(-count * 7 // 8):
            raise ValueError("user data of another length")
        value = int.from_bytes(data, "little")
        words = _letters([value >> 7 * place & 127 for place in range(-(-header * 8 // 7), count)])
    return ("+" if octets[3] == 0x91 else "") + number, words


def _letters(codes: list[int]) -> str:
    words, is_escaped = "", False
    for code in codes:
        if is_escaped:
            words += _BEHIND_ESCAPE.get(code, GSM[code])
            is_escaped = False
        elif GSM[code] == "\x1b":
            is_escaped = True
        else:
            words += GSM[code]
    return words
