"""A file to import, read within stated limits: size, packing, encoding, nesting.

Nothing is unpacked whose stated unpacked size is above the limit, and unpacking stops at the limit where
the stated size is wrong. XML is refused before any of it is parsed.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from erbium.core.errors import DataError

MB = 1_000_000
MAX_FILE = 50 * MB
"""Largest file that is opened, in bytes."""
MAX_UNPACKED = 100 * MB
"""Most bytes a packed file may hold."""
MAX_TEXT = 20 * MB
"""Most bytes of JSON or of a table."""
MAX_DEPTH = 64
"""Deepest nesting of JSON."""

BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
)
"""What the standard library raises on a broken archive, by the part that is broken."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_CHUNK = 1 << 20
_MOST_PACKED = 1100


@dataclass(frozen=True)
class Source:
    """The bytes of a file, unpacked.

    Parameters
    ----------
    path
        The file, named in messages.
    data
        Its bytes; of a gzip file those inside.
    """

    path: Path
    data: bytes

    @property
    def workbook(self) -> bool:
        """Whether it is a zip archive, as XLSX files are."""
        return self.data.startswith(_ZIP)

    @property
    def start(self) -> str:
        """Return the first characters, without a byte-order mark and leading space."""
        return self.data[:4096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")

    def text(self) -> str:
        """Return the text.

        Raises
        ------
        DataError
            It is longer than the limit or not UTF-8.
        """
        if len(self.data) > MAX_TEXT:
            too_large(self.path, len(self.data), MAX_TEXT)
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError(
                f"not text in UTF-8 (byte {error.start}).",
                file=self.path,
                expected="UTF-8, saved without macros",
            ) from None

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines with their numbers from 1; bytes that are not UTF-8 are replaced."""
        stream = io.TextIOWrapper(io.BytesIO(self.data), encoding="utf-8-sig", errors="replace", newline=None)
        for number, line in enumerate(stream, start=1):
            yield number, line.rstrip("\n")

    def json(self) -> Any:
        """Return the JSON document.

        Raises
        ------
        DataError
            It is not JSON, too deep, or has a key twice.
        """
        text = self.text()
        try:
            document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except RecursionError:
            _too_deep(self.path)
        except json.JSONDecodeError as error:
            raise DataError(
                f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
                file=self.path,
                expected="one JSON document",
            ) from None
        except ValueError as error:
            raise DataError(f"not JSON: {error}.", file=self.path, expected="one JSON document") from None
        if _depth(document) > MAX_DEPTH:
            _too_deep(self.path)
        return document


def read_source(path: str | Path) -> Source:
    """Return the file, unpacked if it is gzip.

    Raises
    ------
    DataError
        There is no such file, it is empty or too large, it is XML, or its packing is broken.
    """
    file = Path(path)
    if not file.is_file():
        reason = "is a folder" if file.is_dir() else "is no plain file" if file.exists() else "does not exist"
        raise DataError(f"the file {reason}.", file=file, expected="one file to import")
    size = file.stat().st_size
    if size > MAX_FILE:
        too_large(file, size, MAX_FILE)
    data = file.read_bytes()
    if data.startswith(_GZIP):
        data = _unpacked(data, file)
    if not data.strip():
        raise DataError("the file is empty.", file=file, expected="a file to import")
    source = Source(file, data)
    if source.start.startswith("<"):
        _refuse_xml(source)
    return source


def too_large(file: Path, size: int, limit: int, key: str | None = None) -> NoReturn:
    """Raise the error of a file above its limit."""
    raise DataError(
        f"{size / MB:.1f} MB, unpacked or as it is, is more than is read.",
        file=file,
        key=key,
        expected=f"at most {limit // MB} MB",
        hint="nothing of it was read; give the part of one patient",
    )


def open_workbook_archive(source: Source) -> zipfile.ZipFile:
    """Return the archive of an XLSX file after holding its stated size against the limit.

    Raises
    ------
    DataError
        It is no archive, would unpack above the limit, or its XML declares entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_TEXT or len(members) > 2000:
            too_large(source.path, unpacked, MAX_TEXT)
        for member in members:
            if member.filename.casefold().endswith((".xml", ".rels")):
                content = archive.read(member)
                if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                    _refuse_entities(source.path)
    except BROKEN_ARCHIVE as error:
        raise DataError(
            f"the archive is broken ({type(error).__name__}).", file=source.path, expected="an XLSX workbook"
        ) from None
    return archive


def _unpacked(data: bytes, file: Path) -> bytes:
    stated = int.from_bytes(data[-4:], "little") if len(data) >= 8 else 0
    # A stated size beyond what gzip can pack into this file is no size, but a file cut short.
    if MAX_UNPACKED < stated <= _MOST_PACKED * len(data):
        too_large(file, stated, MAX_UNPACKED)
    parts: list[bytes] = []
    total = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while piece := stream.read(_CHUNK):
                parts.append(piece)
                total += len(piece)
                if total > MAX_UNPACKED:
                    too_large(file, total, MAX_UNPACKED)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataError("the gzip file is broken or cut short.", file=file, expected="a whole file") from None
    return b"".join(parts)


def _refuse_xml(source: Source) -> NoReturn:
    head = source.data[:MB]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        _refuse_entities(source.path)
    raise DataError(
        "XML is not read.",
        file=source.path,
        expected="the same resource as JSON",
        hint="FHIR servers give JSON with _format=json",
    )


def _refuse_entities(file: Path) -> NoReturn:
    raise DataError(
        "XML with a document type or entities is refused; none of it was expanded.",
        file=file,
        expected="a file without <!DOCTYPE> and <!ENTITY>",
    )


def _too_deep(file: Path) -> NoReturn:
    raise DataError("the JSON is nested too deeply.", file=file, expected=f"at most {MAX_DEPTH} levels")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = f'the key "{twice}"' if re.fullmatch(r"[A-Za-z_]{1,40}", twice) else "a key"
        raise ValueError(f"{shown} is there twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _depth(document: Any) -> int:
    deepest, todo = 0, [(document, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        todo.extend((child, depth + 1) for child in children if isinstance(child, dict | list))
    return deepest
