"""`erbium bench`: how fast and how exact the engine is here, on the shipped network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, examples
from erbium.cli.output import target

EPILOG = examples("erbium bench", "erbium bench --json -o bench.json")
_SPEED = (
    Column("precision", "precision"),
    Column("threads", "threads", number=True),
    Column("clones", "clones", number=True),
    Column("states", "states", number=True),
    Column("value", "two-year courses per second", number=True),
    Column("guarded_share", "steps guarded", number=True),
)
_ERRORS = (
    "max_volume_error",
    "p95_volume_error",
    "conservation_error",
    "cell_readout_error",
    "kernel_difference",
)


def bench(
    reference: Annotated[
        bool,
        typer.Option("--reference", help="Compute the stiff reference courses anew and keep them (minutes)."),
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="One thread, two clones, no other solver.")] = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Measure speed, accuracy and conservation of the engine, and compare it with libRoadRunner."""
    from erbium.cli.bench_patients import bench_patients
    from erbium.engine import bench as engine
    from erbium.formats.sbml import export_sbml

    place = target(out, (".json",))
    if reference:
        note("computing reference courses; this takes minutes")
        made = engine.make_reference(bench_patients)
        note(f"reference of {made.date} kept, fingerprint {made.fingerprint[:12]}")
    note("measuring" if quick else "measuring; this takes some minutes")
    if quick:
        figures = engine.bench(bench_patients, clones=(2,), threads=(1,))
        figures["ratio_libroadrunner_reason"] = "left out by --quick"
    else:
        figures = engine.bench(bench_patients, export=export_sbml)
    payload = document("bench", seed=engine.SEED, **figures)
    if place is not None:
        place.write_json(payload)
        note(f"written: {place.path}")
    if as_json:
        say_json(payload)
    else:
        _show(figures)


def _show(figures: Mapping[str, Any]) -> None:
    show_table(figures["courses_per_second"], _SPEED)
    say()
    shown = {
        key: value
        for key, value in figures.items()
        if isinstance(value, str | int | float) and key not in _ERRORS
    }
    show_fields([(key.replace("_", " "), value) for key, value in shown.items()], "Network and machine")
    show_fields([(key.replace("_", " "), figures.get(key)) for key in _ERRORS], "Errors")
    for key, value in figures.items():
        if isinstance(value, Mapping):
            show_fields(
                [(name.replace("_", " "), part) for name, part in value.items()], key.replace("_", " ")
            )
    if figures.get("ratio_libroadrunner") is None:
        say(f"  no ratio to libRoadRunner: {figures.get('ratio_libroadrunner_reason')}")
