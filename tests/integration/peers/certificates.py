"""An authority of the test's own, and certificates that it signed, made with the openssl command."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificates:
    """PEM files."""

    authority: Path
    certificate: Path
    key: Path


def certificates(folder: Path, name: str) -> Certificates:
    """A fresh authority, and a certificate for the host ``name`` signed by it; good for two days."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed (apt-get install openssl)")
    folder.mkdir(parents=True, exist_ok=True)
    names = folder / "names"
    names.write_text(f"subjectAltName=DNS:{name}\nbasicConstraints=critical,CA:FALSE\n")

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True, timeout=60)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    run("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    run("req", *curve, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", f"/CN={name}")
    run(
        "x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "names", "-out", "leaf.pem",
    )  # fmt: skip
    return Certificates(folder / "ca.pem", folder / "leaf.pem", folder / "leaf.key")
