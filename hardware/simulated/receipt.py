"""What a receipt printer makes of its bytes: ESC/POS read by the book (Epson's command reference), without a printer.

Pure: bytes in, lines, pictures and cuts out. A command that it does not know is kept as a fault, never passed over: a
real printer would print its rest as letters.
"""

from dataclasses import dataclass, field

_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 5: "cp865", 16: "cp1252", 19: "cp858"}
"""``ESC t n``: table and Python's codec."""
_FIXED = {
    b"\x1b!": 1, b"\x1bE": 1, b"\x1bG": 1, b"\x1b-": 1, b"\x1ba": 1, b"\x1bM": 1, b"\x1bd": 1, b"\x1bJ": 1,
    b"\x1b3": 1, b"\x1b2": 0, b"\x1b@": 0, b"\x1bt": 1, b"\x1b{": 1, b"\x1d!": 1, b"\x1dB": 1, b"\x1dL": 2,
    b"\x1dW": 2, b"\x1db": 1,
}  # fmt: skip
"""Commands of a fixed length, and how many bytes follow."""


@dataclass(frozen=True)
class Line:
    """One line of letters."""

    text: str
    is_bold: bool = False
    is_tall: bool = False


@dataclass(frozen=True)
class Picture:
    """A raster picture: one bit a dot, black is set, rows of whole bytes."""

    width: int
    """Dots."""
    height: int
    rows: bytes


@dataclass(frozen=True)
class Symbol:
    """A QR code that the printer draws by itself."""

    content: bytes
    module_dots: int


@dataclass(frozen=True)
class Cut:
    """The paper is cut."""


Printed = Line | Picture | Symbol | Cut


@dataclass
class Receipt:
    """One roll of paper, ``columns`` letters wide."""

    columns: int = 48
    printed: list[Printed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    """What DLE EOT asked for, and nobody has answered yet."""

    def __post_init__(self) -> None:
        self._pending = bytearray()
        self._reset()

    @property
    def text(self) -> str:
        """The lines alone."""
        return "\n".join(one.text for one in self.printed if isinstance(one, Line))

    def feed(self, data: bytes) -> None:
        """Take ``data``; a command that is cut in two waits for its rest."""
        self._pending += data
        while self._pending:
            taken = self._one(bytes(self._pending))
            if taken == 0:
                return
            del self._pending[:taken]

    def _reset(self) -> None:
        self._codec = "cp437"
        self._is_bold = self._is_tall = False
        self._line = ""
        self._module_dots, self._stored = 3, b""

    def _one(self, data: bytes) -> int:
        """How many bytes the first command or letter took; 0: more are needed."""
        first = data[0]
        if first == 0x0A:
            self._feed_line()
            return 1
        if first == 0x0D:
            return 1
        if first == 0x10:
            return self._real_time(data)
        if first not in (0x1B, 0x1C, 0x1D):
            self._letter(data[:1])
            return 1
        if len(data) < 2:
            return 0
        command = data[:2]
        if command in _FIXED:
            end = 2 + _FIXED[command]
            if len(data) >= end:
                self._simple(command, data[2:end])
            return end if len(data) >= end else 0
        match command:
            case b"\x1dV":
                return self._cut(data)
            case b"\x1dv":
                return self._raster(data)
            case b"\x1d(":
                return self._extended(data)
        self.faults.append(f"unknown command {command.hex(' ')}")
        return 2

    def _simple(self, command: bytes, argument: bytes) -> None:
        value = argument[0] if argument else 0
        match command:
            case b"\x1b@":
                self._reset()
            case b"\x1bt" if value in _PAGES:
                self._codec = _PAGES[value]
            case b"\x1bt":
                self.faults.append(f"unknown code page {value}")
            case b"\x1b!":
                self._is_bold, self._is_tall = bool(value & 0x08), bool(value & 0x10)
            case b"\x1bE":
                self._is_bold = bool(value & 1)
            case b"\x1d!":
                self._is_tall = bool(value & 0x0F)
            case b"\x1bd":
                for _ in range(value):
                    self._feed_line()

    def _letter(self, byte: bytes) -> None:
        if byte[0] < 0x20:
            self.faults.append(f"control byte {byte.hex()} among the letters")
            return
        if len(self._line) == self.columns:
            self._feed_line()
        self._line += byte.decode(self._codec, "replace")

    def _feed_line(self) -> None:
        self.printed.append(Line(self._line, self._is_bold, self._is_tall))
        self._line = ""

    def _real_time(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        if data[1] == 0x04:
            self.asked.append(data[2])
        else:
            self.faults.append(f"unknown command {data[:3].hex(' ')}")
        return 3

    def _cut(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        length = 4 if data[2] in (65, 66) else 3
        if len(data) >= length:
            self.printed.append(Cut())
        return length if len(data) >= length else 0

    def _raster(self, data: bytes) -> int:
        """GS v 0 m xL xH yL yH: x in bytes, y in dots."""
        if len(data) < 8:
            return 0
        wide, height = data[4] + 256 * data[5], data[6] + 256 * data[7]
        end = 8 + wide * height
        if len(data) >= end:
            self.printed.append(Picture(wide * 8, height, data[8:end]))
        return end if len(data) >= end else 0

    def _extended(self, data: bytes) -> int:
        """GS ( X pL pH: of them the QR codes of GS ( k, cn 49."""
        if len(data) < 5:
            return 0
        end = 5 + data[3] + 256 * data[4]
        if len(data) < end:
            return 0
        body = data[5:end]
        match data[2:3], body[:2]:
            case b"k", b"1A" | b"1E":
                pass
            case b"k", b"1C":
                self._module_dots = body[2]
            case b"k", b"1P":
                self._stored = body[3:]
            case b"k", b"1Q":
                self.printed.append(Symbol(self._stored, self._module_dots))
            case _:
                self.faults.append(f"unknown command {data[:3].hex(' ')} {body[:2].hex(' ')}")
        return end
