"""What is asked for is checked before any work, and a slow kernel is said aloud."""

from __future__ import annotations

import pytest

from erbium.cli.ask import horizon_of, regimens_of, twins_and_warnings
from erbium.core.errors import DataError, UnitError, UnknownName
from erbium.engine import build


def _without_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "find_compiler", lambda: None)


def test_a_number_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_compiler(monkeypatch)
    assert twins_and_warnings("150", "auto") == (150, [])


def test_fewer_twins_without_a_compiler(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _without_compiler(monkeypatch)
    count, warnings = twins_and_warnings("auto", "auto")
    assert count == 20
    assert "20 twins instead of 200" in warnings[0]
    assert "no C compiler" in capsys.readouterr().err


def test_fewer_twins_with_the_numpy_kernel() -> None:
    count, warnings = twins_and_warnings("auto", "numpy")
    assert count == 20
    assert warnings


@pytest.mark.needs_compiler
def test_all_twins_with_a_compiler() -> None:
    assert twins_and_warnings("AUTO", "auto") == (200, [])


@pytest.mark.parametrize("text", ["none", "-1", "0", "1.5", "1000000"])
def test_no_number_of_twins(text: str) -> None:
    with pytest.raises(DataError, match="twins"):
        twins_and_warnings(text, "auto")


def test_horizon() -> None:
    assert horizon_of("52 weeks") == "52 weeks"
    with pytest.raises(DataError):
        horizon_of("1 day")
    with pytest.raises(UnitError):
        horizon_of("24 kg")


def test_regimens() -> None:
    assert [regimen.id for regimen in regimens_of(["T-DXd", "thp"])] == ["tdxd", "thp_docetaxel"]
    with pytest.raises(UnknownName) as caught:
        regimens_of(["tucatinip"])
    assert caught.value.nearest == "tucatinib"
