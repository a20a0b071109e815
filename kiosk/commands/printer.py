"""``kiosk printer test``: one slip on the site's printer, without a switchboard."""

from datetime import date

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.directory import formats
from kiosk.settings import Settings
from kiosk.speech.catalogue import words_of
from kiosk.takeaway.card import card_of
from kiosk.takeaway.printing import Fate, Job, printed
from kiosk.takeaway.slip import slip_of


def test(settings: Settings, *, as_json: bool) -> int:
    """Print the slip of the first helpline that ships, and say what became of it. Done when it is printed."""
    words = words_of(settings.terminal.languages[0], "takeaway")
    services, _ = formats.shipped()
    wanted = settings.helpline.number
    listed = next((one for one in services if any(phone.number == wanted for phone in one.phones)), services[0])
    # No date: this machine's clock may be wrong, and the slip is for its looks alone.
    pieces = slip_of([card_of(listed, listed.verified_on or date.min, words)], None, words, settings.helpline.shown)
    word = printed(Job(pieces, settings.printer))
    if as_json:
        output.document({"fate": word.fate, "why": word.why, "low": word.is_low})
    else:
        output.line(f"{word.fate}{': ' if word.why else ''}{word.why}")
        if word.is_low:
            output.line("the roll of paper is nearly at its end")
    return DONE if word.fate is Fate.PRINTED else FAILED
