"""What loss, jitter and spikes leave of speech: our far end, one that plays silence, and one that lets time shrink.

``python -m benchmarks.concealment``: real speech (espeak-ng, French) in each codec through a simulated network, in
virtual time, into the very far end that the mixer plays. Figures are PESQ (wide-band; narrow-band for G.711), the
delay of all that lies between the far end's mouth and the mixer, and the work for a frame. Needs the ``dev`` extra.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from benchmarks.report import OUTPUT, machine
from kiosk.audio.frames import FRAME, RATE, Floats, Samples, to_samples
from tests.audio.line import (
    FORMATS,
    PAYLOAD_TYPES,
    Sent,
    delay,
    encoded,
    heard,
    jitter,
    lose,
    now_and_then,
    sent,
    spikes,
)  # fmt: skip

WORDS = (
    "Bonjour, vous êtes en relation avec SOS Crise. Je vous écoute. Prenez votre temps, rien ne presse. "
    "Est-ce que vous êtes en sécurité là où vous êtes maintenant? Je peux rester avec vous au téléphone. "
    "Si vous le voulez bien, dites-moi ce qui se passe, et nous chercherons ensemble à qui vous pourriez parler demain."
)
SEEDS = (1, 2, 3)
Network = Callable[[list[Sent], int], list[Sent]]
NETWORKS: dict[str, Network] = {
    "clean": lambda packets, seed: packets,
    "1 % loss": lambda packets, seed: lose(packets, 0.01, seed),
    "3 % loss": lambda packets, seed: lose(packets, 0.03, seed),
    "5 % loss": lambda packets, seed: lose(packets, 0.05, seed),
    "10 % loss in bursts": lambda packets, seed: lose(packets, 0.10, seed, burst=3.0),
    "40 ms jitter": lambda packets, seed: delay(packets, jitter(0.040), seed),
    "300 ms spikes": lambda packets, seed: delay(packets, spikes(0.300, 250), seed),
    "now and then 45 ms": lambda packets, seed: delay(packets, now_and_then(0.045, 0.01), seed),
    "300 ms stalls for 3 s": lambda packets, seed: delay(packets[:150], spikes(0.300, 40), seed) + packets[150:],
    "3 % loss, 40 ms jitter": lambda packets, seed: delay(lose(packets, 0.03, seed), jitter(0.040), seed),
    "clock 200 ppm fast": lambda packets, seed: packets,
}
CODECS = ("pcma", "g722", "opus")


def speech(words: str = WORDS) -> Samples:
    """The words at 16 kHz, at the level of a telephone (-26 dBFS)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.wav"
        subprocess.run(["espeak-ng", "-v", "fr", "-s", "150", "-w", str(path), words], check=True)
        with wave.open(str(path)) as source:
            rate = source.getframerate()
            pcm = np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16)
    wide: Floats = soxr.resample(pcm.astype(np.float32), rate, RATE, quality="VHQ")
    wide *= 32_768 * 10 ** (-26 / 20) / np.sqrt(np.mean(wide**2))
    return to_samples(wide)


def played_plainly(codec: str, arrivals: list[Sent], total: int, *, shrink: bool) -> Floats:
    """A buffer that has all the time of the world, and neither conceals nor recovers."""
    kind = FORMATS[PAYLOAD_TYPES[codec]]
    assert kind is not None
    assert kind.make_decoder is not None
    decoder = kind.make_decoder()
    by_number = {each.number: each.datagram[12:] for each in arrivals}
    first = min(by_number)
    out = []
    for number in range(first, first + total):
        if number in by_number:
            out.append(decoder.decode(by_number[number]))
        elif not shrink:
            out.append(np.zeros(FRAME, dtype=np.float32))
    return np.concatenate(out)


def score(reference: Samples, pcm: Floats, codec: str) -> float:
    """PESQ: wide-band, but narrow-band for G.711."""
    import pesq

    mode = "nb" if codec.startswith("pcm") else "wb"
    return float(pesq.pesq(RATE, reference, to_samples(pcm), mode))


def lag_ms(reference: Samples, pcm: Floats) -> float:
    """By how much ``pcm`` comes later than ``reference``, over the whole."""
    size = 1 << (len(reference) + len(pcm)).bit_length()
    spectrum = np.fft.rfft(pcm, size) * np.conj(np.fft.rfft(reference.astype(np.float64), size))
    return float(np.argmax(np.fft.irfft(spectrum, size)[: RATE // 2])) * 1000 / RATE


def measure(codecs: tuple[str, ...], networks: list[str], seeds: tuple[int, ...]) -> list[dict[str, Any]]:
    reference = speech()
    seconds = len(reference) / RATE
    rows = []
    for codec in codecs:
        packets = encoded(codec, reference)
        for name in networks:
            clock = 1.0002 if "ppm" in name else 1.0
            found: dict[str, list[float]] = {"ours": [], "silence": [], "shrinks": [], "delay_ms": [], "frame_us": []}
            for seed in seeds:
                arrivals = NETWORKS[name](sent(codec, packets, clock=clock), seed)
                began = time.perf_counter()
                pcm, _ = heard(arrivals, seconds + 0.5)
                found["frame_us"].append((time.perf_counter() - began) / (len(pcm) / FRAME) * 1e6)
                found["ours"].append(score(reference, pcm, codec))
                found["delay_ms"].append(lag_ms(reference, pcm))
                for key, shrink in (("silence", False), ("shrinks", True)):
                    found[key].append(
                        score(reference, played_plainly(codec, arrivals, len(packets), shrink=shrink), codec)
                    )
                if NETWORKS[name] is NETWORKS["clean"]:
                    break
            rows.append(
                {"codec": codec, "network": name, **{key: round(float(np.median(v)), 2) for key, v in found.items()}}
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", action="append", choices=CODECS)
    parser.add_argument("--network", action="append", choices=list(NETWORKS))
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--out", type=Path, default=OUTPUT / "concealment.json")
    arguments = parser.parse_args()
    where = machine()
    rows = measure(
        tuple(arguments.codec or CODECS), arguments.network or list(NETWORKS), tuple(range(1, arguments.seeds + 1))
    )
    lines = [
        "| codec | network | ours | silence | time shrinks | delay ms | frame us |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        "| "
        + " | ".join(str(r[k]) for k in ("codec", "network", "ours", "silence", "shrinks", "delay_ms", "frame_us"))
        + " |"
        for r in rows
    ]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    report = {"benchmark": "concealment", "machine": where, "rows": rows}
    arguments.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + f"\n\n{json.dumps(where)}\n{arguments.out}\n")


if __name__ == "__main__":
    main()
