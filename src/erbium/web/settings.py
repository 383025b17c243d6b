"""What the server is told at start: where it listens, who may ask, where it keeps results, and its limits."""

from __future__ import annotations

import ipaddress
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from erbium.core.errors import DataError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_TOKEN = 24
_NAME = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")


@dataclass(frozen=True)
class Limits:
    """What one server takes on.

    Attributes
    ----------
    body_bytes
        Largest body of a request.
    body_seconds
        Time in which a body must have come in.
    waiting
        Jobs that may wait.
    kept
        Finished jobs that are kept; older ones go.
    workers
        Jobs at a time, each in a process of its own.
    job_seconds
        Time a job may take.
    job_megabytes
        Address space of a process that does jobs, in MiB.
    result_bytes
        Largest result of a job.
    twins, patients
        Most virtual twins of an answer, and patients of a trial.
    """

    body_bytes: int = 1_000_000
    body_seconds: float = 20.0
    waiting: int = 20
    kept: int = 200
    workers: int = 2
    job_seconds: float = 3600.0
    job_megabytes: int = 6144
    result_bytes: int = 50_000_000
    twins: int = 400
    patients: int = 20_000


@dataclass(frozen=True)
class Settings:
    """Where the server listens, who may ask, and where it keeps what it did.

    Attributes
    ----------
    data
        Folder of the server's own; nothing outside it is read or written for a client.
    host, port
        Address it listens on.
    token
        What a caller must know; None only where the address is a loopback one.
    names
        Further names, as `name` or `name:port`, under which a browser may ask.
    curves
        Folder of reconstructed published curves, shown beside simulated ones.
    limits
        What it takes on.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8050
    token: str | None = field(default=None, repr=False)
    names: tuple[str, ...] = ()
    curves: Path | None = None
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        """Refuse what would leave the server open.

        Raises
        ------
        DataError
            An address beyond this machine without a token, an unspecified address without a name, or a
            name that is none.
        """
        if not is_loopback(self.host) and self.token is None:
            raise DataError(
                f"{self.host} can be reached from other machines.",
                key="--host",
                expected="a token: --token-file FILE",
                hint="127.0.0.1 needs none",
            )
        if self.host in ("0.0.0.0", "::") and not self.names:
            raise DataError(
                f"{self.host} is no name that a browser can ask for.",
                key="--host",
                expected="the name or address of this machine with it: --name NAME",
            )
        for name in self.names:
            if _NAME.fullmatch(name) is None:
                raise DataError(f'"{name}" is no name of a host.', key="--name", expected="NAME or NAME:PORT")

    def allowed_hosts(self) -> frozenset[str]:
        """Return the values of the header Host that are answered, in lower case."""
        own = self.host if ":" not in self.host else f"[{self.host}]"
        bare = {*LOOPBACK, own.casefold()}
        given = {name.casefold() for name in self.names}
        with_port = {name for name in given if re.search(r":\d{1,5}$", name) and not name.endswith("]")}
        bare |= given - with_port
        found = {f"{name}:{self.port}" for name in bare} | with_port | (given - with_port)
        return frozenset(found | bare if self.port in (80, 443) else found)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_token(file: Path) -> str:
    """Return the token in a file.

    Raises
    ------
    DataError
        No such file, others may read it, or the token is too short to be safe.
    """
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = "does not exist" if not file.exists() else "cannot be read as text"
        raise DataError(f"the file {reason}.", file=file, key="--token-file") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise DataError(
            "others on this machine may read the token.",
            file=file,
            key="--token-file",
            hint=f"chmod 600 {file.name}",
        )
    if len(text) < SHORTEST_TOKEN or not text.isascii() or any(c.isspace() for c in text):
        raise DataError(
            "this is no token.",
            file=file,
            key="--token-file",
            expected=f"one word of at least {SHORTEST_TOKEN} letters, digits and signs",
            hint="openssl rand -hex 32 writes one",
        )
    return text
