"""The bundle: the same bytes for the same input, damage always noticed, patches that cost little."""

import hashlib
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.directory import bundle, frames, patch
from kiosk.directory.bundle import Manifest, Source
from kiosk.directory.record import Service, canonical
from kiosk.errors import BadInput
from tests.directory.records import FULL, services

SOURCES = [Source(name="essai", licence="CC0-1.0", title="Essai"), Source(name="autre", licence="MIT")]
SOME = [msgspec.structs.replace(FULL, id=f"essai--{number}", name=f"Accueil {number}") for number in range(50)]
LINES = b"".join(canonical(service) + b"\n" for service in sorted(SOME, key=lambda service: service.id))


def _made(manifest: Manifest, lines: bytes) -> bytes:
    """A bundle that says of itself whatever it likes."""
    return frames.front(msgspec.json.encode(manifest, order="sorted")) + frames.packed(lines)


def _digest(lines: bytes) -> str:
    return hashlib.sha256(lines).hexdigest()


def test_the_same_records_in_any_order_give_the_same_bytes() -> None:
    content = bundle.build(SOME, SOURCES)
    assert bundle.build(reversed(SOME), reversed(SOURCES)) == content
    assert list(bundle.read(content).services()) == sorted(SOME, key=lambda service: service.id)


def test_the_manifest_counts_and_names_only_the_sources_in_use() -> None:
    manifest = bundle.manifest_of(bundle.build(SOME, SOURCES))
    assert manifest.counts == {
        "services": 50,
        "source:essai": 50,
        "level:local": 50,
        "confidence:B": 50,
        "family:social": 50,
        "family:psychological": 50,
    }
    assert manifest.sources == (SOURCES[0],)


def test_any_zstd_reader_sees_the_canonical_lines() -> None:
    content = bundle.build(SOME[:3], SOURCES)
    with zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as reader:
        assert reader.read() == b"".join(canonical(service) + b"\n" for service in SOME[:3])


@settings(max_examples=40)
@given(st.lists(services, max_size=3, unique_by=lambda service: service.id))
def test_any_records_come_back(some: list[Service]) -> None:
    sources = [Source(name=service.source, licence="CC0-1.0") for service in some]
    content = bundle.build(some, sources)
    assert list(bundle.verify(content).services()) == sorted(some, key=lambda service: service.id)


def test_two_records_of_one_id_and_a_source_without_licence_are_refused() -> None:
    with pytest.raises(BadInput, match="two records have the id 'essai--0'"):
        bundle.build([SOME[0], msgspec.structs.replace(SOME[0], name="Autre")], SOURCES)
    with pytest.raises(BadInput, match="no licence for the source 'essai'"):
        bundle.build(SOME, SOURCES[1:])


def test_every_flipped_byte_every_cut_and_every_addition_is_noticed() -> None:
    content = bundle.build(SOME[:2], SOURCES)
    damaged = [content[:n] + bytes([content[n] ^ 0x21]) + content[n + 1 :] for n in range(len(content))]
    damaged += [content[:n] for n in range(len(content))]
    damaged += [content + b"\0", content + content]
    for bad in damaged:
        with pytest.raises(BadInput):
            bundle.verify(bad)


def test_the_one_bit_that_zstd_leaves_unused_changes_no_record() -> None:
    content = bundle.build(SOME[:2], SOURCES)
    at = content.index(b"\x28\xb5\x2f\xfd") + 4
    bundle.verify(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])


def test_a_bundle_that_lies_about_its_size_is_refused_before_it_is_unpacked() -> None:
    manifest = msgspec.structs.replace(bundle.manifest_of(bundle.build(SOME, SOURCES)), bytes=bundle.MOST_BYTES + 1)
    with pytest.raises(BadInput, match="at most"):
        bundle.read(_made(manifest, b""))


def test_a_bundle_of_another_schema_is_refused_by_name() -> None:
    manifest = msgspec.structs.replace(bundle.manifest_of(bundle.build(SOME, SOURCES)), schema=99)
    with pytest.raises(BadInput, match="schema 99"):
        bundle.manifest_of(_made(manifest, b""))


def test_verify_finds_lines_out_of_order_and_counts_that_are_not_so() -> None:
    good = bundle.read(bundle.build(SOME, SOURCES))
    lines = b"".join(reversed(LINES.splitlines(keepends=True)))
    shuffled = msgspec.structs.replace(good.manifest, sha256=_digest(lines))
    with pytest.raises(BadInput, match="not sorted"):
        bundle.verify(_made(shuffled, lines))
    with pytest.raises(BadInput, match="counts"):
        bundle.verify(_made(msgspec.structs.replace(good.manifest, counts={"services": 50}), LINES))
    spaced = LINES.replace(b'{"', b'{ "', 1)
    manifest = msgspec.structs.replace(good.manifest, sha256=_digest(spaced), bytes=len(spaced))
    with pytest.raises(BadInput, match="canonical"):
        bundle.verify(_made(manifest, spaced))


def test_a_patch_gives_the_published_bundle_byte_for_byte_and_is_small() -> None:
    old = bundle.build(SOME, SOURCES)
    edited = [msgspec.structs.replace(SOME[7], note="Fermé demain"), *SOME[:7], *SOME[8:49]]
    new = bundle.build(edited, SOURCES)
    day = patch.make(old, new)
    assert patch.apply(old, day) == new
    assert len(day) < 1500


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 0), (0, 0), (3, 3)])
def test_a_patch_from_or_to_nothing_works(before: int, after: int) -> None:
    old, new = bundle.build(SOME[:before], SOURCES), bundle.build(SOME[:after], SOURCES)
    assert patch.apply(old, patch.make(old, new)) == new


def test_a_patch_on_another_bundle_or_damaged_is_refused() -> None:
    old, new = bundle.build(SOME[:4], SOURCES), bundle.build(SOME[:5], SOURCES)
    day = patch.make(old, new)
    with pytest.raises(BadInput, match="another bundle"):
        patch.apply(new, day)
    with pytest.raises(BadInput, match="bundle"):
        patch.apply(day, day)
    with pytest.raises(BadInput, match="patch"):
        patch.apply(old, new)
    for n in range(len(day)):
        with pytest.raises(BadInput):
            patch.apply(old, day[:n] + bytes([day[n] ^ 0x21]) + day[n + 1 :])


def test_a_sound_frame_that_is_not_the_one_of_the_manifest_is_noticed() -> None:
    good = bundle.read(bundle.build(SOME, SOURCES))
    other = LINES.replace(b"Accueil 7", b"Accueil 8")
    with pytest.raises(BadInput, match="not those of the manifest"):
        bundle.read(_made(good.manifest, other))


def test_a_patch_of_many_parts_gives_the_published_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts as small as a record, records gone, added and changed at each end and between."""
    monkeypatch.setattr(patch, "PART", 1500)
    old = bundle.build(SOME[3:40], SOURCES)
    edited = [msgspec.structs.replace(one, note="x") if n % 7 == 0 else one for n, one in enumerate(SOME) if n % 5]
    new = bundle.build(edited, SOURCES)
    day = patch.make(old, new)
    manifest = msgspec.json.decode(frames.document_in(frames.opened(day), "patch"), type=patch.PatchManifest)
    assert len(manifest.parts) > 20
    assert all(one.end <= later.start for one, later in pairwise(manifest.parts))
    assert patch.apply(old, day) == new
    assert patch.apply(new, patch.make(new, old)) == old


def test_a_bundle_s_lines_are_the_same_wherever_it_lies_and_however_often_they_are_read(tmp_path: Path) -> None:
    content = bundle.build(SOME, SOURCES)
    path = tmp_path / "a.bundle"
    path.write_bytes(content)
    found = bundle.read(path)
    for _ in range(2):
        assert [line + b"\n" for line in found.lines()] == LINES.splitlines(keepends=True)
    assert list(bundle.stream(content)) == list(bundle.stream(path))


def test_a_file_that_is_replaced_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.bundle"
    path.write_bytes(bundle.build(SOME, SOURCES))
    lines = bundle.stream(path)
    path.write_bytes(bundle.build(SOME[1:], SOURCES))
    with pytest.raises(BadInput, match="fetch the file again"):
        list(lines)
