"""Takes whatever could tell of a person out of a conversation with a modem, line by line, and leaves its shape. Pure.

What is masked: numbers dialled or calling, the SIM's and the module's own numbers, PINs, digits keyed in a call, texts,
names. What stays is what a technician and the player need: commands, results, states, causes, operator, signal.
"""

import re

_DIAL = re.compile(r"(?<=ATD)[^;\r\n]+", re.I)
_SECRET_COMMAND = re.compile(
    r"(AT[+^*](?:CPIN2?|CLCK|CPWD|CMGS|CMGW|CMGC|CMSS|CUSD|CPBW|CPBF|CCFC|Q?VTS|DTMF|CLDTMF|UDTMFD?|CSCA|CSIM|CRSM)=)"
    r"[^\r\n]*",
    re.I,
)
_NUMBERED = re.compile(
    r"[+^](?:CLCC|CLIP|COLP|CCWA|CNUM|CSCA|CUSD|CMT|CMGR|CMGL|CDS|CPBR|CPBF|CRSM|CSIM|MSTK|STIN|CSTK|DSCI|CDIP|CNAP)\b"
    r'|\+QIND: ?"ccinfo"',
    re.I,
)
_FIELD = {"+CLCC": 5, "+QIND": 6, "^DSCI": 4, "+CLIP": 0, "+COLP": 0, "+CCWA": 0, "^CLIP": 0, "+CDIP": 0}
"""Which value of the row is the number, where it may stand without quotes."""
_MISSED = re.compile(r"(MISSED_CALL:)[^\r\n]*", re.I)
_QUOTED = re.compile(r'"([^"\r\n]*)("|$|(?=[\r\n]))')
_LONG = re.compile(r"\+?\d{7,}")
_WORD = re.compile(r"(?<![\w.])\+?\d{4,6}(?![\w.])")
_TELLING = re.compile(r"\s*(\+COPS|VOICE CALL|\^CVOICE|\^SYSINFO|\+CM[ES] ERROR)", re.I)
"""Rows whose numbers of four to six digits are none of a person's: PLMN, duration, sample rate."""
_TEXT_FOLLOWS = re.compile(r"\s*\+(CMT|CDS|CBM):", re.I)
_LIST_FOLLOWS = re.compile(r"\s*\+(CMGR|CMGL):", re.I)
_WRITES = re.compile(r"AT\+CMG[SWC]=", re.I)
_WRITTEN = re.compile(r"\s*(\+CMG[SW]:|AT\+CMG[SWC]=)", re.I)
_FINAL = re.compile(r"\s*(OK|ERROR|\+CM[ES] ERROR:.*)\s*", re.I)


def masked_line(line: str) -> str:
    """One line of either direction, or a part of one, without what tells of a person."""
    line = _DIAL.sub("*", line)
    line = _SECRET_COMMAND.sub(r"\1*", line)
    line = _MISSED.sub(r"\1 *", line)
    if found := _NUMBERED.search(line):
        begin = found.start()
        line = line[:begin] + _masked_row(line[begin:])
    if not _TELLING.match(line):
        line = _WORD.sub("*", line)
    return _LONG.sub(lambda match: match[0] if _TELLING.match(line) else "*", line)


class Masker:
    """One conversation: some lines are texts only because of the line before them."""

    def __init__(self) -> None:
        self._is_writing = False
        """A short message is being given to the modem: from its command to the command's result."""
        self._text_follows = False
        self._is_list = False

    def sent(self, text: str) -> str:
        """What the host wrote: a command, or the text after a prompt."""
        is_command = text.lstrip("\x1b")[:2].upper() == "AT" or not text.strip("\x1b\r")
        if self._is_writing or not is_command:
            return "*" + "".join(character for character in text if character in "\x1a\x1b\r")
        self._is_writing = _WRITES.match(text) is not None
        return masked_line(text)

    def received(self, line: str) -> str:
        """One line of the modem's, with its line end."""
        if not line.strip():
            return line
        if _FINAL.fullmatch(line):
            self._is_writing = self._is_list = False
            return masked_line(line)
        if self._is_writing and not _WRITTEN.match(line):
            begin = line.lstrip()[:2] == "> "
            return "> " + _blanked(line.lstrip()[2:]) if begin else _blanked(line)
        if self._is_list and not _LIST_FOLLOWS.match(line):
            return _blanked(line)
        self._is_list |= _LIST_FOLLOWS.match(line) is not None
        is_text, self._text_follows = self._text_follows, _TEXT_FOLLOWS.match(line) is not None
        return _blanked(line) if is_text else masked_line(line)


def _blanked(line: str) -> str:
    body = line.strip("\r\n")
    return line.replace(body, "*") if body.strip() else line


def _masked_row(row: str) -> str:
    """A row that holds a number: quoted texts go, and the value in the number's place."""
    end = len(row.rstrip("\r\n"))
    body, tail = _QUOTED.sub(lambda quoted: quoted[0] if quoted[1] == "ccinfo" else '"*"', row[:end]), row[end:]
    name, colon, values = body.partition(":")
    place = _FIELD.get(name.upper())
    parts = values.split(",")
    if colon and place is not None and place < len(parts) and any(map(str.isdigit, parts[place])):
        parts[place] = " *" if place == 0 else "*"
    return name + colon + ",".join(parts) + tail
