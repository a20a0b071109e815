"""``kiosk health``: what the maintenance team would be told now."""

from typing import Any

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.ipc import Client
from kiosk.settings import Settings

WAIT_S = 15.0
"""A card that hangs is waited for, and then reported."""


def health(settings: Settings, *, as_json: bool) -> int:
    """The health report as it would be filed now. Failed unless all is well."""
    found = Client(settings.socket_path, "cli").request("health", {}, WAIT_S)
    if as_json:
        output.document(found)
    else:
        _show(found)
    return DONE if found["verdict"] == "ok" else FAILED


def _show(found: dict[str, Any]) -> None:
    trouble = f", light off: {found['trouble']}" if found["trouble"] else ""
    output.line(f"{found['verdict']}{trouble}" + (f"; look at: {', '.join(found['weak'])}" if found["weak"] else ""))
    for line in found["lines"]:
        proof = "never proved" if line["proof_age_s"] is None else f"proved {line['proof_age_s']} s ago"
        rtt = "" if line["rtt_ms"] is None else f", {line['rtt_ms']:.0f} ms there and back"
        seen = output.mobile(line["mobile"])
        output.line(f"  {line['line']}: {line['readiness']}, {proof}{rtt}{seen} {line['reason']}".rstrip())
    handset, machine, outbox = found["handset"], found["machine"], found["outbox"]
    lost = "" if handset["lost_db"] is None else f", {handset['lost_db']:.1f} dB fainter than at the installation"
    output.line(f"  handset: {handset['sound_fault'] or 'card well'}, test {handset['cradle'] or 'not yet run'}{lost}")
    for one in handset["inputs"]:
        output.line(f"  {one['name']}: {one['fault']}")
    if handset["hook"]:
        output.line(f"  hook: {handset['hook']}")
    for test in found["test_calls"]:
        heard = f"heard here {_yes(test['heard_here'])}, there {_yes(test['heard_there'])}"
        output.line(f"  test call {test['path']}: {'ok' if test['ok'] else 'FAILED'} {test['reason']} ({heard})")
    output.line(f"  voice restarts: {found['voice_restarts']}")
    output.line(f"  outbox: {outbox['queued']} queued, {outbox['lost']} lost {outbox['fault']}".rstrip())
    card = "?" if machine["card_free_mib"] is None else machine["card_free_mib"]
    heat = "" if machine["temperature_c"] is None else f", {machine['temperature_c']:.0f} degrees"
    output.line(f"  machine: up {machine['uptime_s']} s, {card} MiB free{heat} {' '.join(machine['power'])}".rstrip())
    output.line("  " + ", ".join(f"{name} {version}" for name, version in found["versions"].items()))


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
