"""Bytes of a modem cut into lines, and the lines that end a command. Pure (3GPP TS 27.007, ITU-T V.250 §5.7)."""

import re

LONGEST_LINE = 4096
LONGEST_QUOTE = 1024
"""A quote still open after this much text was no quote."""

FINAL = re.compile(
    r"OK|ERROR|NO CARRIER|BUSY|NO ANSWER|NO DIAL ?TONE|COMMAND NOT SUPPORT(ED)?|TOO MANY PARAMETERS"
    r"|MODEM ERROR: ?.*|\+CM[ES] ERROR: ?.*",
    re.I,
)
"""Every spelling of a final result that was met."""
CALL_WORDS = frozenset(("NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"))
"""Final results of a dial; during any other command they are unsolicited."""
BARE = frozenset(("OK", "ERROR", *CALL_WORDS))
"""Results that may stand without their line end: some firmware sends it only with the next echo."""
_CALL_URC = re.compile(r"VOICE CALL|[+^](CLCC|QIND|DSCI|UCALLSTAT|ORIG|CONF|CONN|CEND|CPIN|C\w?REG|QPCMV)\b", re.I)
_PROMPT = re.compile(r"(.*[\r\n])?> ?", re.S)


class LineCutter:
    """Bytes to lines: any run of CR and LF ends one, except inside a quoted text; NULs are noise."""

    def __init__(self) -> None:
        self._buffer = ""

    @property
    def rest(self) -> str:
        """The line that has not ended yet."""
        return self._buffer

    @property
    def is_prompt(self) -> bool:
        """Whether the modem waits for text (``> ``, 3GPP TS 27.005 §3.5.1)."""
        return _PROMPT.fullmatch(self._buffer) is not None

    def feed(self, data: bytes) -> list[str]:
        """The lines that ``data`` completes, none of them empty."""
        lines = []
        for character in data.decode("latin-1"):
            if character == "\0":
                continue
            if character not in "\r\n":
                self._buffer += character
                if len(self._buffer) > LONGEST_LINE:
                    lines.append(self.flush())
                continue
            lines += self._end_of_line(character)
        return lines

    def flush(self) -> str:
        """Take the unfinished line as it is."""
        line, self._buffer = self._buffer, ""
        return line

    def _end_of_line(self, character: str) -> list[str]:
        text = self._buffer
        if text[:1] in "+^" and text.count('"') % 2 and len(text) < LONGEST_QUOTE:
            last = re.split(r"[\r\n]", text)[-1]
            if last == text or not (FINAL.fullmatch(last) or _CALL_URC.match(last)):
                self._buffer += character
                return []
            # A result or a call's word inside an open quote: it was never closed, and a deaf driver would be worse.
            return [line for line in re.split(r"[\r\n]+", self.flush()) if line]
        line = self.flush().strip(" ")
        return [re.sub(r"[\r\n]+", "\n", line)] if line else []
