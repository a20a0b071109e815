"""The content of the QR code: a vCard 3.0 (RFC 2426). Pure.

A telephone's camera knows a vCard by itself and offers to keep it among the contacts, without internet: the number
can then be called with one touch for as long as the telephone lives. Plain text is no better than it looks: several
cameras offer to search the web for it, show its first words alone, and keep nothing. The form is 3.0 because old
readers know no other; the text is UTF-8, the lines are not folded (readers of codes do not unfold them).
"""

from collections.abc import Iterator

from kiosk.speech.readings import NO_BREAK
from kiosk.takeaway.card import Card

LONGEST = 450
"""Bytes. At level M that is a code of 81 modules at most: on 58 mm paper each is four dots, 0.5 mm."""
LONGEST_NAME = 110
"""Bytes; it stands there twice."""


def vcard(card: Card, longest: int = LONGEST) -> str:
    """The vCard of ``card``, at most ``longest`` bytes in UTF-8: what is least needed is left out first.

    In the order of need: name, first number, caution, address, when the number is answered, hours, date of the check,
    how to come, papers, other numbers. A thing is there whole or not at all. One that is unsure says so in its name
    too: a list of contacts shows nothing else. Any thread.
    """
    name = _name(card.name) + (" (?)" if card.is_unsure else "")
    voices = [f"TEL:{phone.digits}" for phone in card.phones if phone.is_voice]
    fields, notes = voices[:1], [card.caution] if card.caution else []
    for field, note in _by_need(card, voices[1:]):
        more = ([*fields, field] if field else fields, [*notes, note] if note else notes)
        if len(_composed(name, *more).encode()) <= longest:
            fields, notes = more
    return _composed(name, fields, notes)


def _by_need(card: Card, other_numbers: list[str]) -> Iterator[tuple[str, str]]:
    """What may be left out, the most needed first: a field, or a line of the note."""
    if card.address:
        street = card.street or ", ".join(card.address[:-1])
        yield f"ADR:;;{_escaped(street)};{_escaped(card.commune)};;{_escaped(card.postcode)};", ""
    answered = card.phones[0].hours if card.phones else ""
    # The hours are one thing: without one of their lines they would be other hours.
    for line in (answered, "\n".join(card.hours), card.checked, *card.come, card.papers):
        if line:
            yield "", line
    for number in other_numbers:
        yield number, ""


def _composed(name: str, fields: list[str], notes: list[str]) -> str:
    # A no-break space is two bytes, and no telephone's note needs it.
    note = ["NOTE:" + _escaped("\n".join(notes)).replace(NO_BREAK, " ")] if notes else []
    whole = ["BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN:{name}", *fields, *note, "END:VCARD"]
    return "\r\n".join(whole) + "\r\n"


def _escaped(text: str) -> str:
    """RFC 2426 §4: backslash, comma, semicolon and newline."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _name(text: str) -> str:
    """``text`` escaped, and cut to its room."""
    name = _escaped(text)
    while len(name.encode()) > LONGEST_NAME:
        text = text[:-1].rstrip()
        name = _escaped(f"{text}…")
    return name
