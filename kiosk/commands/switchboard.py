"""Commands that talk to a running switchboard: status, sim, outbox, sync."""

import time
from collections.abc import Mapping
from typing import Any

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.errors import RetryLater
from kiosk.ipc import Client
from kiosk.outbox.verify import verify
from kiosk.settings import Settings

SYNC_WAIT_S = 60.0


def status(settings: Settings, *, as_json: bool) -> int:
    """How the terminal is. Failed when no switchboard answers or no path is proved."""
    found = Client(settings.socket_path, "cli").request("status", {})
    if as_json:
        output.document(found)
    else:
        output.line(f"{found['terminal']}: {'ready to call' if found['ready'] else 'NOT READY'}, {found['screen']}")
        for kind, line in found["lines"].items():
            output.line(f"  {kind}: {line['readiness']}{output.mobile(line['mobile'])} {line['reason']}".rstrip())
        for test in found["test_calls"]:
            output.line(f"  test call {test['path']}: {'ok' if test['ok'] else 'FAILED'} {test['reason']}".rstrip())
        for fault in found["faults"]:
            output.line(f"  fault: {fault}")
        output.line(f"  directory: {_directory(found['directory'])}")
        output.line(f"  outbox: {found['outbox'].get('queued', found['outbox'].get('error'))} queued")
    return DONE if found["ready"] else FAILED


def _directory(shelf: Mapping[str, Any]) -> str:
    if shelf["state"] != "open":
        return f"{shelf['state']} {shelf['fault']}".rstrip()
    day = f" of {shelf['bundle_date']}" if shelf["bundle_date"] else ""
    return f"{shelf['services']} services, bundle {shelf['bundle']}{day}"


def sim(settings: Settings, gesture: dict[str, str]) -> int:
    """Drive the simulated panel."""
    Client(settings.socket_path, "cli").request("sim", gesture)
    return DONE


def outbox_list(settings: Settings, *, as_json: bool) -> int:
    """The records that wait on the card."""
    events = Client(settings.socket_path, "cli").request("outbox.list", {})["events"]
    if as_json:
        output.document(events)
        return DONE
    head = ("seq", "id", "kind", "state", "reason")
    output.table([head, *(tuple(str(each.get(name, "")) for name in head) for each in events)])
    return DONE


def outbox_stats(settings: Settings, *, as_json: bool) -> int:
    """How many records wait, are lent to the courier, are set aside."""
    stats = Client(settings.socket_path, "cli").request("outbox.stats", {})
    if as_json:
        output.document(stats)
    else:
        for name, value in stats.items():
            output.line(f"{name}: {value}")
    return DONE


def outbox_verify(settings: Settings, *, as_json: bool) -> int:
    """Read the outbox's file and check it; works with and without a switchboard."""
    verdict = verify(settings.outbox_path)
    if as_json:
        output.document(verdict)
    else:
        held = f"{verdict.events} records, {verdict.drafts} drafts, {verdict.quarantined} set aside"
        output.line(f"{settings.outbox_path}: {'sound' if not verdict.faults else 'DAMAGED'}, {held}")
        for fault in verdict.faults:
            output.line(f"  {fault}")
    return FAILED if verdict.faults else DONE


def sync_now(settings: Settings, *, as_json: bool) -> int:
    """Ask the courier to sync, and wait for its word. Failed when it does not come or the sync failed."""
    client = Client(settings.socket_path, "cli")
    client.request("sync.now", {})
    until = time.monotonic() + SYNC_WAIT_S
    report: dict[str, Any] | None = None
    while report is None and (left := until - time.monotonic()) > 0:
        push = client.next_push(left)
        if push is not None and push.get("type") == "courier_report":
            report = {key: value for key, value in push.items() if key != "type"}
    if report is None:
        raise RetryLater(f"no courier reported within {SYNC_WAIT_S:g} s; is it running? (kiosk run courier)")
    if as_json:
        output.document(report)
    else:
        output.line(", ".join(f"{key}: {value}" for key, value in report.items() if value not in ("", None)))
    return FAILED if report.get("problem") else DONE
