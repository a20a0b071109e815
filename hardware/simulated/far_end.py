"""The part that the world plays to a simulated modem: its SIM, its network, and who takes the call."""

from dataclasses import dataclass

SCRIPTS = {
    "answer": "rings, then answers",
    "busy": "BUSY instead of alerting",
    "declined": "rings, then is refused (NO CARRIER, cause 21)",
    "no-answer": "rings until the caller or the network gives up (NO ANSWER)",
    "no-network": "registered nowhere: a dial ends with NO CARRIER",
    "no-sim": "no SIM card",
    "ringback": "says that the line is open while it only rings (A76xx)",
    "instant": "answers without ever alerting",
    "no-ok": "rings and answers, but ATD never gets its OK",
    "silent": "takes ATD and says nothing at all",
    "not-found": "refused before alerting (cause 1)",
    "drop": "dialling, then over at once, as a VoLTE call that dies",
    "roaming": "registered abroad; rings, then answers",
    "searching": "looks for a network and finds none",
    "denied": "the network refuses this SIM",
    "sms-only": "registered for text messages alone, with a good signal",
    "emergency-only": "no network takes it but for emergency calls",
    "data-only": "a model without voice: registered for data, ATD refused",
}
STATS = {
    "no-network": 0, "no-sim": 0, "searching": 2, "denied": 3, "roaming": 5, "sms-only": 6, "emergency-only": 8,
    "data-only": 11,
}  # fmt: skip
"""What +CREG tells in each script (3GPP TS 27.007 §7.2); 1, at home, in all others."""
VOICE_STATS = (1, 5)
CAUSE_WORDS = {
    0: "No cause information available",
    1: "Unallocated (unassigned) number",
    16: "Normal call clearing",
    17: "User busy",
    19: "User alerting, no answer",
    21: "Call rejected",
}
"""3GPP TS 24.008 §10.5.4.11."""


@dataclass(frozen=True)
class Ending:
    """How a call ends, as the network tells the modem."""

    result: str = ""
    """V.250's word; empty: none is said."""
    cause: int = 0


OURS = Ending("", 16)
FAR_END = Ending("NO CARRIER", 16)
BUSY = Ending("BUSY", 17)
NO_ANSWER = Ending("NO ANSWER", 19)
DECLINED = Ending("NO CARRIER", 21)
NOT_FOUND = Ending("", 1)
DROPPED = Ending()


@dataclass
class Profile:
    """How this modem and its far end behave; the world's controls change it while it runs. Times in seconds."""

    family: str = "sim7600"
    script: str = "answer"
    alert_after_s: float = 0.3
    answer_after_s: float = 0.6
    no_answer_after_s: float = 30.0
    hang_up_after_s: float = 0.0
    """Far end hangs up that long after its answer; 0 is never."""
    pcm_after_s: float = 0.0
    """Sound is refused until this long after the answer, where the family refuses it at all."""
    scan_s: float = 45.0
    """How long COPS=? takes; any byte of the host's aborts it."""
    reset_s: float = 0.0
    """A reset takes the ports away for so long; 0: they stay."""
    pin: str = ""
    """The SIM asks for it when not empty."""
    pin_tries: int = 3
    reply_after_s: float = 0.0
    is_deaf: bool = False
    """Commands get no answer; URCs go on (as a Huawei E1550 does)."""
    call_index: int = 1
    """The first call's number in +CLCC and URCs."""
    has_data_call: bool = False
    """+CLCC lists a data "call" that never ends (Quectel EG25)."""
    line_end: str = "\r\n"
    """After each line: some firmware adds a CR."""
    chunk: int = 0
    """The host gets so many bytes at a time; 0: all at once."""

    @property
    def stat(self) -> int:
        """What +CREG would tell with a working radio and SIM."""
        return STATS.get(self.script, 1)
