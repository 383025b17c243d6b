"""Who does the work: this process, processes beside it, or a Dask cluster; the results are the same."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from erbium.core.errors import DataError, MissingExtra, SimulationError
from erbium.trial.plan import Block
from erbium.trial.run_block import BlockResult, run_block
from erbium.trial.study import Study

#: Blocks that wait for each worker: enough that none is idle, few enough that memory stays flat.
_AHEAD = 2
Done = Iterator[tuple[Block, BlockResult]]


def in_process(
    study: Study, blocks: Iterable[Block], seed: int, progress: Callable[[float], None] | None
) -> Done:
    """Yield the blocks, simulated one after the other here."""
    for block in blocks:
        yield block, run_block(study, block, seed, progress)


def in_processes(study: Study, blocks: Iterable[Block], seed: int, workers: int) -> Done:
    """Yield the blocks as `workers` processes finish them; each takes its share of the cores.

    Raises
    ------
    SimulationError
        A process died.
    """
    context = multiprocessing.get_context("spawn")
    number = context.Value("i", 0)
    try:
        with ProcessPoolExecutor(workers, context, _take_cores, (number, workers)) as pool:
            yield from _as_done(
                lambda block: pool.submit(run_block, study, block, seed), iter(blocks), workers * _AHEAD
            )
    except BrokenProcessPool as error:
        raise SimulationError(
            "a worker was ended from outside.", key="--workers",
            hint="too little memory is the usual reason: try fewer; finished blocks stay in --out",
        ) from error  # fmt: skip


def on_dask(study: Study, blocks: Iterable[Block], seed: int, address: str) -> Done:
    """Yield the blocks as a Dask cluster finishes them.

    Raises
    ------
    MissingExtra
        dask.distributed is not installed.
    DataError
        No scheduler answers at `address`.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtra.named("dask", "distributed", "--dask") from error
    try:
        client: Any = Client(address)
    except (OSError, ValueError) as error:
        raise DataError(
            f'no Dask scheduler answers at "{address}" ({error}).',
            key="--dask",
            expected="such as tcp://host:8786",
        ) from error
    with client, client.get_executor(pure=False, retries=1) as pool:
        ahead = max(_AHEAD * sum(client.nthreads().values()), _AHEAD)
        yield from _as_done(lambda block: pool.submit(run_block, study, block, seed), iter(blocks), ahead)


def _as_done(submit: Callable[[Block], Future[BlockResult]], blocks: Iterator[Block], ahead: int) -> Done:
    waiting = {submit(block): block for block in islice(blocks, ahead)}
    try:
        while waiting:
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield waiting.pop(future), future.result()
                for block in islice(blocks, 1):
                    waiting[submit(block)] = block
    finally:
        for future in waiting:
            future.cancel()


def _take_cores(number: Any, workers: int) -> None:
    """Keep this process to its share of the cores, where the system lets it; the first process ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with number.get_lock():
        mine = number.value
        number.value += 1
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, set(cores[mine % workers :: workers]) or {cores[mine % len(cores)]})
