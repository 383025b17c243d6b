"""Whatever a file holds, importing it ends soon: in profiles that can be read again, or in a message."""

from __future__ import annotations

import copy
import functools
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erbium.core.errors import ErbiumError
from erbium.formats.patient import import_profiles
from erbium.profile import read_profile, to_toml
from tests.architecture.source import ROOT

EXAMPLES = ROOT / "examples" / "profiles_in"
SECONDS = 10

fuzzed = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "3+",
            "not tested",
            "<1",
            "10-20",
            "2024-02-30",
            "p.H1047R",
            "P50Y",
            "LOINC:49683-6",
            "\ud800",
            "\x1b[31m",
        ]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "id", "code", "label"]), inner, max_size=3)
    ),
    max_leaves=6,
)
pieces = st.sampled_from(
    [b"\t", b",", b"\n", b'"', b"|", b";", b"=", b"\x00", b"\xff", b"%", b"9" * 40, b"p.", b"<", b"3+"]
)


def check(folder: Path, content: bytes, suffix: str, **options: Any) -> None:
    """Import the content; anything but profiles or an error made for the user fails."""
    file = folder / f"x{suffix}"
    file.write_bytes(content)
    begun = time.perf_counter()
    try:
        found = import_profiles(file, **options).imported
    except ErbiumError as error:
        found, codes = (), (error.exit_code, str(error).encode("utf-8"))
    else:
        codes = (2, b"")
    assert codes[0] == 2
    for entry in found:
        text = to_toml(entry.profile)
        again = folder / "again.toml"
        again.write_text(text, encoding="utf-8")
        read_profile(again)
        json.dumps([one.json() for one in entry.draft.unmapped]).encode("utf-8")
    assert time.perf_counter() - begun < SECONDS


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a document."""
    if path:
        yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


@functools.cache
def document(name: str) -> tuple[Any, tuple[tuple[Any, ...], ...]]:
    """Return an example document, and the places in it."""
    found = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return found, tuple(places(found))


@pytest.mark.parametrize("name", ["phenopacket.json", "mcode_bundle.json"])
@fuzzed
@given(data=st.data())
def test_documents_with_parts_replaced(tmp_path: Path, name: str, data: st.DataObject) -> None:
    original, where = document(name)
    spoilt = copy.deepcopy(original)
    for place in data.draw(st.lists(st.sampled_from(where), min_size=1, max_size=4)):
        node = spoilt
        try:
            for key in place[:-1]:
                node = node[key]
            if data.draw(st.booleans()):
                node[place[-1]] = data.draw(anything)
            else:
                del node[place[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier replacement took this place away
    check(tmp_path, json.dumps(spoilt).encode("utf-8"), ".json")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("tumour_normal_vep.vcf", {"sample": "TUMOUR"}),
        ("plasma_snpeff.vcf", {}),
        ("ihc_wide.csv", {}),
        ("ihc_long.tsv", {}),
        ("variants.maf", {}),
    ],
)
@fuzzed
@given(data=st.data())
def test_texts_with_pieces_put_in_and_taken_out(
    tmp_path: Path, name: str, options: dict[str, Any], data: st.DataObject
) -> None:
    content = bytearray((EXAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 30))
        content[place : place + length] = data.draw(pieces)
    check(tmp_path, bytes(content), Path(name).suffix, **options)


@fuzzed
@given(data=st.data())
def test_workbooks_with_broken_parts(tmp_path: Path, data: st.DataObject) -> None:
    pytest.importorskip("openpyxl")
    with zipfile.ZipFile(EXAMPLES / "ihc_wide.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    content = bytearray(members[name])
    place = data.draw(st.integers(0, len(content)))
    content[place : place + data.draw(st.integers(0, 30))] = data.draw(
        pieces | st.sampled_from([b'r="XFD1048576"', b't="s"', b"<v>1e999</v>"])
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, kept in members.items():
            archive.writestr(member, bytes(content) if member == name else kept)
    check(tmp_path, stream.getvalue(), ".xlsx")


@fuzzed
@given(
    content=st.binary(max_size=200),
    form=st.sampled_from(["auto", "phenopacket", "mcode", "vcf", "maf", "table"]),
)
def test_any_bytes(tmp_path: Path, content: bytes, form: str) -> None:
    check(tmp_path, content, ".dat", form=form)
