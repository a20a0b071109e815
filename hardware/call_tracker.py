"""One outgoing call on a modem, from signs to events; pure, with the times passed in.

Truth is the URCs and the +CLCC poll together: whichever knows first. A call that was seen in +CLCC, or that opened,
is over after ``EMPTY_POLLS`` valid polls without it.
"""

from dataclasses import dataclass

from hardware.answers import CallRow
from hardware.at import Result
from hardware.families.family import CallWord, Family, Sign, state_sign, word_of
from hardware.modem_events import CallAlerting, CallDialling, CallEnded, EndReason, LineOpened, ModemEvent

EMPTY_POLLS = 3
DIAL_S = 90.0
"""From ATD to the first sign that the line is open."""
NO_NETWORK_CODES = frozenset((30, 31, 32))
"""CME: no network service, network time-out, emergency calls only."""
SIM_CODES = frozenset((10, 11, 12, 13, 14, 15))

DEVICE_GONE = 255
"""Not the network's: what a Huawei says when it goes away under a call."""

_CAUSES = {
    1: EndReason.NOT_FOUND, 17: EndReason.BUSY, 18: EndReason.NO_ANSWER, 19: EndReason.NO_ANSWER,
    21: EndReason.DECLINED, 28: EndReason.NOT_FOUND, 34: EndReason.NO_NETWORK, 38: EndReason.NO_NETWORK,
    41: EndReason.NO_NETWORK, 42: EndReason.NO_NETWORK, 47: EndReason.NO_NETWORK, DEVICE_GONE: EndReason.MODEM_LOST,
}  # fmt: skip

_RESULTS = {"BUSY": EndReason.BUSY, "NO ANSWER": EndReason.NO_ANSWER, "NO DIALTONE": EndReason.NO_NETWORK}


def reason_of_cause(cause: int | None) -> EndReason | None:
    """What a call-control cause says; None for none, for normal clearing and for what this table lacks."""
    return _CAUSES.get(cause) if cause is not None else None


@dataclass
class CallTracker:
    """The life of one call. Methods return the events that follow, at most one :class:`CallEnded` in all."""

    call: str
    family: Family
    began: float
    is_registered: bool
    """Whether the network was there at the start: tells "no carrier" from "no network"."""
    phase: Sign = Sign.DIALLING
    is_over: bool = False
    is_hanging_up: bool = False
    is_ending: bool = False
    """Ended before it opened, and the modem has not said why: ``on_cause`` follows, or a word of the modem's."""
    index: int | None = None
    """The call's number in +CLCC, once the modem said it: words about another call are not about ours."""
    _was_told_dialling: bool = False
    _was_alerting: bool = False
    _empty_polls: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the line opened and has not ended."""
        return self.phase is Sign.OPEN and not self.is_over

    @property
    def deadline(self) -> float | None:
        """When the dialling has lasted too long; None once the line is open."""
        return None if self.phase is Sign.OPEN or self.is_over else self.began + DIAL_S

    def on_urc(self, urc: str) -> list[ModemEvent]:
        """Any line that nobody asked for; most say nothing about the call."""
        word = word_of(self.family, urc)
        return [] if word is None else self.on_word(word)

    def on_word(self, word: CallWord) -> list[ModemEvent]:
        """A URC said something about an outgoing call, perhaps not ours."""
        if word.index is not None:
            if self.index is None and word.sign in (Sign.DIALLING, Sign.ALERTING):
                self.index = word.index
            elif self.index not in (None, word.index):
                return []
        reason = reason_of_cause(word.cause)
        is_news = self.phase is not Sign.OPEN or word.cause == DEVICE_GONE
        if word.sign is Sign.ENDED and reason is not None and is_news:
            return self.end(reason, word.cause)
        return self.on_sign(word.sign)

    def on_sign(self, sign: Sign) -> list[ModemEvent]:
        """A URC or a poll told the state of the call."""
        if self.is_over:
            return []
        if self.is_ending and sign in (Sign.DIALLING, Sign.ALERTING, Sign.OPEN):
            return []
        match sign:
            case Sign.DIALLING:
                return self._dialling()
            case Sign.ALERTING:
                if self.phase is not Sign.DIALLING:
                    return []
                self.phase = Sign.ALERTING
                self._was_alerting = True
                return [*self._dialling(), CallAlerting(self.call)]
            case Sign.OPEN:
                if self.phase is Sign.OPEN:
                    return []
                self.phase = Sign.OPEN
                # 2 -> 0 without a 3 between: the modem may be saying it at ringback.
                is_certain = self.family.has_certain_answer and (self._was_alerting or self.family.has_answer_word)
                return [*self._dialling(), LineOpened(self.call, is_certain)]
            case Sign.BUSY:
                return self.end(EndReason.BUSY)
            case Sign.NO_ANSWER:
                return self.end(EndReason.NO_ANSWER)
            case Sign.ENDED:
                return self._ended_without_a_word()

    def on_dial_result(self, result: Result) -> list[ModemEvent]:
        """ATD's own result."""
        if self.is_over:
            return []
        if result.is_ok or not result.word:
            return self._dialling()
        if result.word == "NO CARRIER":
            return self._ended_without_a_word()
        if result.code in NO_NETWORK_CODES:
            return self.end(EndReason.NO_NETWORK, result.code)
        if result.code in SIM_CODES:
            return self.end(EndReason.NOT_READY, result.code)
        return self.end(_RESULTS.get(result.word, EndReason.FAILED), result.code)

    def on_poll(self, rows: list[CallRow]) -> list[ModemEvent]:
        """A valid answer to +CLCC. Data calls, which some modems list for ever, do not count."""
        ours = [row for row in rows if row.is_outgoing and row.is_voice and self.index in (None, row.index)]
        if ours:
            self._empty_polls = 0
            sign = state_sign(ours[0].state)
            return [] if sign is None else self.on_word(CallWord(sign, ours[0].index))
        self._empty_polls += 1
        if self._empty_polls < EMPTY_POLLS or self.is_over:
            return []
        return self._ended_without_a_word()

    def on_cause(self, cause: int | None) -> list[ModemEvent]:
        """The network's cause (3GPP TS 24.008 §10.5.4.11), from CEER; None when the modem does not know."""
        if not self.is_ending:
            return []
        return self.end(reason_of_cause(cause) or self._reason_of_silence(), cause)

    def end(self, reason: EndReason, code: int | None = None) -> list[ModemEvent]:
        """The call is over for ``reason``; ours wins where we hung up."""
        if self.is_over:
            return []
        self.is_over = True
        lost = reason is EndReason.MODEM_LOST
        return [CallEnded(self.call, EndReason.OURS if self.is_hanging_up and not lost else reason, code)]

    def _dialling(self) -> list[ModemEvent]:
        if self._was_told_dialling:
            return []
        self._was_told_dialling = True
        return [CallDialling(self.call)]

    def _ended_without_a_word(self) -> list[ModemEvent]:
        if self.phase is Sign.OPEN or self.is_hanging_up:
            return self.end(EndReason.FAR_END)
        # +CLCC's 6 comes before BUSY and NO ANSWER, and some networks never send those words.
        self.is_ending = True
        return []

    def _reason_of_silence(self) -> EndReason:
        """What an unopened call's end means when nobody says."""
        if self.phase is Sign.ALERTING:
            return EndReason.DECLINED
        return EndReason.FAILED if self.is_registered else EndReason.NO_NETWORK
