"""A network watch as a process, so that it can stand in another network namespace: JSON lines of what it saw."""

import asyncio
import json
import sys
from dataclasses import asdict

from kiosk.netlink import NetworkChanged, NetworkWatch, local_address_for


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def watch() -> None:
    """Until standard input closes."""
    loop = asyncio.get_running_loop()

    def on_change(changed: NetworkChanged) -> None:
        say(event="changed", at=loop.time(), local=local_address_for("198.51.100.1", 5060), **asdict(changed))

    watching = NetworkWatch(on_change)
    watching.start()
    say(event="watching")
    await loop.run_in_executor(None, sys.stdin.read)
    watching.close()


if __name__ == "__main__":
    asyncio.run(watch())
