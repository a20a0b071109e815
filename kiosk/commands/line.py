"""``kiosk line test``: a test call over one path, by the running switchboard."""

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.ipc import Client
from kiosk.settings import Settings

WAIT_S = 60.0
"""Ringing included."""


def test(settings: Settings, line: str, *, as_json: bool) -> int:
    """Call the test number over ``line`` now, and prove the sound both ways. Failed when it is not proved."""
    found = Client(settings.socket_path, "cli").request("line.test", {"line": line}, WAIT_S)
    if as_json:
        output.document(found)
    else:
        setup = "" if found["setup_ms"] is None else f", answered after {found['setup_ms']} ms"
        output.line(f"{line}: {'ok' if found['ok'] else 'FAILED'} {found['reason']}".rstrip() + setup)
    return DONE if found["ok"] else FAILED
