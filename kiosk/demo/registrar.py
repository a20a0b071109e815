"""A real registrar for the demo: kamailio as a child process, on the loopback alone, with its users in memory.

It asks everybody for the digest and routes each call to whom is registered under the called number: the terminal and
the platform meet over software that neither of us wrote. Run it::

    python -m kiosk.demo.registrar --listen 127.0.0.1:5060 --user box=secret --user 0800190000=other
"""

import argparse
import contextlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from kiosk.errors import BadInput, NeedsTechnician

TEMPLATE = Path(__file__).with_name("kamailio.cfg.in")
_SEARCHED = "/usr/sbin:/usr/local/sbin:/usr/bin"
_START_S = 15.0
_SAFE = re.compile(r"^[A-Za-z0-9_.+-]{1,64}$")


def kamailio_binary() -> str | None:
    """Where kamailio is, or None when it is not installed."""
    return shutil.which("kamailio") or shutil.which("kamailio", path=_SEARCHED)


@dataclass(frozen=True)
class Tls:
    """A further port, for TLS, and what kamailio shows there (PEM files). Needs Debian's kamailio-tls-modules."""

    port: int
    certificate: Path
    key: Path


def configuration(
    host: str,
    port: int,
    users: Mapping[str, str],
    *,
    algorithm: str = "",
    tls: Tls | None = None,
    min_expires: int = 0,
    keeps_all: bool = False,
) -> str:
    """kamailio's configuration. Raises: BadInput for a name or password that it would misread. Pure but for a read."""
    for user, password in users.items():
        if not (_SAFE.match(user) and _SAFE.match(password)):
            raise BadInput(f"user {user!r}: name and password take letters, digits and _ . + - only")
    passwords = "".join(
        f'        if ($au == "{user}" && $var(password) == "") $var(password) = "{password}";\n'
        for user, password in users.items()
    )
    text = TEMPLATE.read_text(encoding="utf-8")
    more = []
    if keeps_all:
        text = text.replace('save("location", "0x04")', 'save("location")')
    if min_expires:
        more.append(
            f'modparam("registrar", "min_expires", {min_expires})\nmodparam("registrar", "min_expires_mode", 1)'
        )
    if algorithm:
        more.append(f'modparam("auth", "algorithm", "{algorithm}")')
    if tls is not None:
        more += ['loadmodule "tls.so"', 'modparam("tls", "tls_method", "TLSv1.2+")']
        more += [f'modparam("tls", "certificate", "{tls.certificate}")', f'modparam("tls", "private_key", "{tls.key}")']
        listen = f"listen=tcp:@HOST@:@PORT@\nenable_tls=yes\nlisten=tls:@HOST@:{tls.port}"
        text = text.replace("listen=tcp:@HOST@:@PORT@", listen)
    text = text.replace("@MORE@", "\n".join(more))
    return text.replace("@HOST@", host).replace("@PORT@", str(port)).replace("@PASSWORDS@", passwords.strip("\n"))


class Registrar:
    """kamailio, running while the ``with`` lasts. Raises: NeedsTechnician when it is not there or does not start."""

    def __init__(
        self,
        host: str,
        port: int,
        users: Mapping[str, str],
        *,
        algorithm: str = "",
        tls: Tls | None = None,
        min_expires: int = 0,
        keeps_all: bool = False,
    ) -> None:
        """``algorithm``: of the digest (MD5 or SHA-256); ``min_expires``: less is refused (423).
        ``keeps_all``: a user's new address does not replace the old ones, as where a user has several telephones.
        """
        binary = kamailio_binary()
        if binary is None:
            raise NeedsTechnician("kamailio is not installed; run: apt-get install kamailio")
        self._address = host, port
        self._folder = tempfile.TemporaryDirectory(prefix="registrar-")
        folder = Path(self._folder.name)
        text = configuration(
            host, port, users, algorithm=algorithm, tls=tls, min_expires=min_expires, keeps_all=keeps_all
        )
        (folder / "kamailio.cfg").write_text(text, encoding="utf-8")
        self._log = (folder / "log").open("wb")
        # -DD: stays in the foreground, in our process group; -Y: its sockets go to the run folder.
        self._child = subprocess.Popen(
            [binary, "-DD", "-E", "-m", "16", "-M", "8", "-f", str(folder / "kamailio.cfg"), "-Y", str(folder)],
            stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> "Registrar":
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._child.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(self._address, 0.5):
                return self
            time.sleep(0.05)
        told = (Path(self._folder.name) / "log").read_text("utf-8", "replace")[-600:]
        self.stop()
        raise NeedsTechnician(f"kamailio does not start on {self._address[0]}:{self._address[1]}: {told}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def wait(self) -> None:
        """Until it ends."""
        self._child.wait()

    def stop(self) -> None:
        """End it and its workers."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._log.close()
        self._folder.cleanup()


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.demo.registrar", description="Registrar of the demo")
    parser.add_argument("--listen", default="127.0.0.1:5060", help="HOST:PORT for UDP and TCP")
    parser.add_argument("--user", action="append", default=[], metavar="USER=PASSWORD", help="who may use it")
    args = parser.parse_args()
    host, _, port = args.listen.rpartition(":")
    users = dict(pair.split("=", 1) for pair in args.user if "=" in pair)
    if not port.isdigit() or not users:
        parser.error("--listen HOST:PORT and at least one --user USER=PASSWORD")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Registrar(host, int(port), users) as registrar, contextlib.suppress(KeyboardInterrupt):
            registrar.wait()
    except (BadInput, NeedsTechnician) as error:
        sys.exit(f"registrar: {error}")


if __name__ == "__main__":
    main()
