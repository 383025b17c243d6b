"""A run keeps its blocks: whole or not at all, the same bytes however they came about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from erbium.core.errors import DataError
from erbium.trial import Study, TrialRun, run_trial
from erbium.trial.plan import Plan
from erbium.trial.run import identity_of
from erbium.trial.run_block import run_block
from erbium.trial.store import Folder
from tests.trial_files import write

pytestmark = pytest.mark.needs_compiler

N, BLOCK = 24, 8


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study.read(write(tmp_path_factory.mktemp("trial")))


@pytest.fixture(scope="module")
def whole(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an unbroken run."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run(study, out)
    return out


def run(study: Study, out: Path, **options: object) -> TrialRun:
    return run_trial(study, N, seed=3, out=out, block=BLOCK, **options)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_run_keeps_the_trial_what_it_depends_on_and_every_block(study: Study, whole: Path) -> None:
    names = set(contents(whole))
    assert {
        "trial.toml",
        "run.json",
        "blocks/00000.parquet",
        "blocks/00002.json",
        "sizes/00001.parquet",
    } <= names
    assert (whole / "trial.toml").read_bytes() == study.file.read_bytes()
    assert len(names) == 2 + 3 * 3


def test_blocks_in_any_order_give_the_same_bytes(study: Study, whole: Path, tmp_path: Path) -> None:
    identity = identity_of(study, N, 1, 3, BLOCK) | {"blocks": 3}
    store = Folder(tmp_path / "out", identity, study.file.read_text(encoding="utf-8"))
    for block in reversed(Plan(study.trial, N, 1, BLOCK).blocks()):
        store.put(block.index, run_block(study, block, 3))
    assert contents(tmp_path / "out") == contents(whole)


def test_two_workers_give_the_same_bytes(study: Study, whole: Path, tmp_path: Path) -> None:
    run(study, tmp_path / "out", workers=2)
    assert contents(tmp_path / "out") == contents(whole)


def test_a_cluster_gives_the_same_bytes(
    study: Study, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Client:
        """As much of a Dask client as a run asks for."""

        def __init__(self, address: str) -> None:
            asked.append(address)

        def __enter__(self) -> Client:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def nthreads(self) -> dict[str, int]:
            return {"one": 1, "other": 1}

        def get_executor(self, **_: object) -> ThreadPoolExecutor:
            return ThreadPoolExecutor(2)

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    run(study, tmp_path / "out", dask="tcp://there:8786")
    assert asked == ["tcp://there:8786"]
    assert contents(tmp_path / "out") == contents(whole)


def test_memory_and_folder_give_the_same_figures(study: Study, whole: Path) -> None:
    kept, again = run_trial(study, N, seed=3, block=BLOCK), run(study, whole)
    assert again.resumed == 3
    assert kept.json() == again.json()


def test_another_seed_gives_other_patients(study: Study, whole: Path, tmp_path: Path) -> None:
    run_trial(study, N, seed=4, out=tmp_path / "out", block=BLOCK)
    assert (tmp_path / "out/blocks/00000.parquet").read_bytes() != (
        whole / "blocks/00000.parquet"
    ).read_bytes()


@pytest.mark.parametrize("lost", ["blocks/00001.parquet", "blocks/00001.json", "sizes/00001.parquet"])
def test_a_block_that_was_lost_comes_again(study: Study, whole: Path, tmp_path: Path, lost: str) -> None:
    out = copied(whole, tmp_path)
    (out / lost).unlink()
    assert run(study, out).resumed == 2
    assert contents(out) == contents(whole)


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(study: Study, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = textwrap.dedent(f"""
        from pathlib import Path
        from erbium.trial import Study, run_trial
        run_trial(Study.read(Path({str(study.file)!r})), {N}, seed=3, out=Path({str(out)!r}), block={BLOCK})
    """)
    process = subprocess.Popen([sys.executable, "-c", script], env=dict(os.environ))
    try:
        until = time.monotonic() + 120.0
        while not (out / "blocks/00000.json").is_file() and time.monotonic() < until:
            assert process.poll() is None
            time.sleep(0.002)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (out / "blocks/00002.json").exists()
    run(study, out)
    there = {name: content for name, content in contents(out).items() if not Path(name).name.startswith(".")}
    assert there == contents(whole)


@pytest.mark.parametrize("damaged", ["blocks/00001.parquet", "sizes/00002.parquet"])
def test_a_damaged_block_is_named_and_not_written_over(
    study: Study, whole: Path, tmp_path: Path, damaged: str
) -> None:
    out = copied(whole, tmp_path)
    content = (out / damaged).read_bytes()
    (out / damaged).write_bytes(content[:-9] + b"x" + content[-8:])
    before = contents(out)
    with pytest.raises(DataError, match=r"is damaged.*delete it") as found:
        run(study, out)
    assert found.value.file == str(out / damaged)
    assert contents(out) == before


def test_a_checksum_that_cannot_be_read_is_named(study: Study, whole: Path, tmp_path: Path) -> None:
    out = copied(whole, tmp_path)
    (out / "blocks/00000.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"00000\.json: is damaged"):
        run(study, out)


def test_a_block_of_no_run_is_named(study: Study, whole: Path, tmp_path: Path) -> None:
    out = copied(whole, tmp_path)
    (out / "blocks/00009.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"00009\.json: does not belong to this run"):
        run(study, out)


def test_the_folder_of_another_run_is_refused_and_what_differs_is_named(
    study: Study, whole: Path, tmp_path: Path
) -> None:
    before = contents(whole)
    with pytest.raises(DataError, match=r"another run: seed is 3, now it is 4"):
        run_trial(study, N, seed=4, out=whole, block=BLOCK)
    changed = Study.read(write(tmp_path, ('name = "SMALL"', 'name = "Small"')))
    with pytest.raises(DataError, match="another run: trial_hash"):
        run(changed, whole)
    assert contents(whole) == before


def test_a_folder_of_other_things_is_left_alone(study: Study, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"holds other things, and no run\.json"):
        run(study, tmp_path)
    assert contents(tmp_path) == {"thesis.txt": b"mine"}
    with pytest.raises(DataError, match="is a file"):
        run(study, tmp_path / "thesis.txt")


def copied(folder: Path, to: Path) -> Path:
    import shutil

    return Path(shutil.copytree(folder, to / "out"))
