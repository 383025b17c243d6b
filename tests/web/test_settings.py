from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataError
from erbium.web.settings import Settings, is_loopback, read_token

TOKEN = "a" * 40


def test_only_this_machine_is_reached_without_a_token(tmp_path: Path) -> None:
    assert Settings(tmp_path).token is None
    with pytest.raises(DataError, match="can be reached from other machines"):
        Settings(tmp_path, host="192.0.2.7")
    with pytest.raises(DataError, match="no name that a browser"):
        Settings(tmp_path, host="0.0.0.0", token=TOKEN)
    assert Settings(tmp_path, host="0.0.0.0", token=TOKEN, names=("box",)).token == TOKEN
    with pytest.raises(DataError, match="no name of a host"):
        Settings(tmp_path, names=("a/b",))


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("box", False),
    ],
)
def test_what_counts_as_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_hosts_that_are_answered(tmp_path: Path) -> None:
    hosts = Settings(tmp_path, port=9000, names=("Box.example", "proxy.example:8443")).allowed_hosts()
    assert {
        "127.0.0.1:9000",
        "localhost:9000",
        "[::1]:9000",
        "box.example:9000",
        "proxy.example:8443",
    } <= hosts
    assert "localhost" not in hosts
    assert "localhost" in Settings(tmp_path, port=80).allowed_hosts()


def test_a_token_is_long_private_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with pytest.raises(DataError, match="does not exist"):
        read_token(file)
    file.write_text(TOKEN + "\n")
    file.chmod(0o644)
    with pytest.raises(DataError, match="others on this machine"):
        read_token(file)
    file.chmod(0o600)
    assert read_token(file) == TOKEN
    assert TOKEN not in repr(Settings(tmp_path, token=TOKEN))
    file.write_text("short")
    with pytest.raises(DataError, match="no token"):
        read_token(file)
