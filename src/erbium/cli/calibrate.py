"""`erbium calibrate`: the documented fit of the tumour-level constants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erbium.cli.console import note, say, say_json
from erbium.cli.options import Json, Seed, examples
from erbium.cli.output import target

app = typer.Typer(no_args_is_help=True, help="Fit the few tumour-level numbers to published arms.")
SUFFIXES = (".md",)


@app.command("backbone", epilog=examples("erbium calibrate backbone --iterations 4 -o fit.md"))
def backbone(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the fit as a .md file.", show_default=False)
    ] = None,
    patients: Annotated[int, typer.Option("--patients", min=20, help="Virtual patients per line.")] = 200,
    iterations: Annotated[int, typer.Option("--iterations", min=0, help="Gauss-Newton steps.")] = 5,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit backbone, control and anchor arms jointly, and predict the others (takes minutes).

    The data files are not changed: the factors are printed, 1 where the shipped number is the best.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate import current_values, fit_backbone, fit_report
    from erbium.cli.json_face import document

    fit = fit_backbone(seed=seed, patients=patients, iterations=iterations, progress=note)
    values = {name: value * fit.factors[name] for name, value in current_values().items()}
    text = fit_report(fit, values, patients=patients)
    if place is not None:
        place.write(text)
        note(f"Written: {place.path}")
    if as_json:
        rows = [vars(row) if hasattr(row, "__dict__") else row.__dict__ for row in fit.rows]
        say_json(document("calibrate.backbone", seed=seed, factors=fit.factors, arms=rows, cost=fit.cost))
    elif place is None:
        say(text)


@app.command("pathological", epilog=examples("erbium calibrate pathological -o fit.md"))
def pathological(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the fit as a .md file.", show_default=False)
    ] = None,
    patients: Annotated[int, typer.Option("--patients", min=20, help="Virtual patients.")] = 200,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit what pathology leaves unseen to one preoperative control arm, and predict the others.

    The data files are not changed.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate import fit_pathological
    from erbium.cli.json_face import document

    fit = fit_pathological(seed=seed, patients=patients)
    if place is not None:
        place.write(fit.text())
        note(f"Written: {place.path}")
    if as_json:
        arms = [vars(row) for row in fit.rows]
        say_json(document("calibrate.pathological", seed=seed, pcr_cells=fit.pcr_cells, arms=arms))
    elif place is None:
        say(fit.text())
