"""A way to a platform as a process: watches the network, keeps its registration over UDP, says JSON lines of events.

``python -m tests.integration.way_driver HOST PORT``; ends, unregistering, when standard input closes.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict

from kiosk.netlink import NetworkChanged, NetworkWatch, local_address_for
from kiosk.voip.engine import Account
from kiosk.voip.registration import instance_of
from kiosk.voip.upkeep import Upkeep, WayEvent
from tests.integration.peers.connection import Connection


def say(event: str, **facts: object) -> None:
    sys.stdout.write(json.dumps({"event": event, "at": time.monotonic(), **facts}) + "\n")
    sys.stdout.flush()


class Driver:
    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._account = Account("box", host, f"{host}:{port}", password="right")
        self._changed = asyncio.Event()
        self._connection = Connection("udp", "box", lambda message: None)
        self._upkeep: Upkeep | None = None

    def on_change(self, changed: NetworkChanged) -> None:
        say("NetworkChanged", **asdict(changed))
        self._changed.set()

    def on_event(self, event: WayEvent) -> None:
        say(type(event).__name__, local=self._connection.local[0], **asdict(event))

    async def follow(self) -> None:
        """Our address on the way to the platform, after each change: the way follows it."""
        while True:
            local = local_address_for(self._host, self._port)
            if local is None and self._upkeep is not None:
                self._upkeep.connection_lost("there is no way to the platform")
            elif local is not None and local != self._connection.local[0]:
                await self._reconnect()
            elif self._upkeep is not None:
                self._upkeep.start()
            self._changed.clear()
            await self._changed.wait()

    async def _reconnect(self) -> None:
        fresh = Connection("udp", "box", self._came)
        await fresh.open(self._host, self._port)
        # Only now: what the old connection still hears while this one opens is said with the old address.
        old, self._connection = self._connection, fresh
        if self._upkeep is None:
            self._upkeep = Upkeep(
                self._account, self._connection, self.on_event, instance=instance_of("here"), options_interval_s=5.0
            )
            self._upkeep.start()
        else:
            self._upkeep.start(self._connection)
        await old.close()

    def _came(self, message: bytes) -> None:
        if self._upkeep is not None:
            self._upkeep.received(message)
            if b" REGISTER\r\n" in message and message.startswith(b"SIP/2.0 200"):
                held = [line for line in message.decode().split("\r\n") if line.startswith("Contact:")]
                say("Contacts", held=held)

    async def close(self) -> None:
        if self._upkeep is not None:
            await self._upkeep.close()
        await self._connection.close()


async def main() -> None:
    driver = Driver(sys.argv[1], int(sys.argv[2]))
    watch = NetworkWatch(driver.on_change)
    watch.start()
    following = asyncio.create_task(driver.follow())
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    watch.close()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await driver.close()


if __name__ == "__main__":
    asyncio.run(main())
