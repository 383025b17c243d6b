"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from erbium.core.errors import DataError


def write_whole(path: str | Path, content: str | bytes) -> Path:
    """Write `content` to `path` through a temporary file beside it; a failure leaves nothing half-written.

    Parameters
    ----------
    path
        Target; its folder must exist.
    content
        Text (written as UTF-8 with line feeds) or bytes.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise DataError(f'the folder "{target.parent}" does not exist.', file=target, hint="create it first")
    if target.is_dir():
        raise DataError("this is a folder.", file=target, expected="the name of a file")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise DataError(f"cannot write here: {error.strerror}.", file=target) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes private files; a report has the rights of any file the user makes.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
