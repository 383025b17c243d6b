"""`erbium calibrate`: the documented fits, to published arms and to cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.console import note, say, say_json
from erbium.cli.options import Json, Seed, examples
from erbium.cli.output import Target, target

app = typer.Typer(no_args_is_help=True, help="Fit numbers to published arms, cells and claims.")
SUFFIXES = (".md",)
FitFile = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write the fit as a .md file.", show_default=False)
]


@app.command("backbone", epilog=examples("erbium calibrate backbone --iterations 4 -o fit.md"))
def backbone(
    out: FitFile = None,
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
    arms = [vars(row) for row in fit.rows]
    _give(
        text,
        document("calibrate.backbone", seed=seed, factors=fit.factors, arms=arms, cost=fit.cost),
        place,
        as_json=as_json,
    )


@app.command("pathological", epilog=examples("erbium calibrate pathological -o fit.md"))
def pathological(
    out: FitFile = None,
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
    arms = [vars(row) for row in fit.rows]
    _give(
        fit.text(),
        document("calibrate.pathological", seed=seed, pcr_cells=fit.pcr_cells, arms=arms),
        place,
        as_json=as_json,
    )


@app.command("adjuvant", epilog=examples("erbium calibrate adjuvant -o fit.md"))
def adjuvant(
    out: FitFile = None,
    blocks: Annotated[int, typer.Option("--blocks", min=1, help="Blocks of 250 deposits.")] = 4,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit the living deposits after surgery to control arms of adjuvant trials (takes minutes).

    The data files are not changed.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate.adjuvant import fit_adjuvant
    from erbium.calibrate.adjuvant.text import text_of
    from erbium.cli.json_face import document

    fit = fit_adjuvant(seed=seed, blocks=blocks, progress=note)
    pairs = zip(fit.figures, fit.simulated, strict=True)
    figures = [{**vars(figure), "simulated": value} for figure, value in pairs]
    numbers = {
        name: {"value": fit.values[name], "low": fit.low[name], "high": fit.high[name]} for name in fit.values
    }
    _give(
        text_of(fit),
        document("calibrate.adjuvant", seed=seed, numbers=numbers, figures=figures),
        place,
        as_json=as_json,
    )


@app.command("neutropenia", epilog=examples("erbium calibrate neutropenia -o fit.md"))
def neutropenia(
    out: FitFile = None,
    patients: Annotated[int, typer.Option("--patients", min=20, help="Virtual patients.")] = 400,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit what drugs do to neutrophil precursors to published rates of grade 3 or 4, and predict others.

    The data files are not changed.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate import fit_neutropenia
    from erbium.cli.json_face import document

    fit = fit_neutropenia(seed=seed, patients=patients)
    arms = [vars(row) for row in fit.rows]
    _give(fit.text(), document("calibrate.neutropenia", seed=seed, arms=arms), place, as_json=as_json)


@app.command("claims", epilog=examples("erbium calibrate claims --rounds 4 -o fit.md"))
def claims(
    members: Annotated[int, typer.Option("--members", min=64, help="Parameter draws.")] = 384,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Rounds of the search.")] = 4,
    penalty: Annotated[
        float,
        typer.Option("--penalty", min=0.0, help="Bounds that a move of one standard deviation must mend."),
    ] = 0.15,
    out: FitFile = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Move assumed numbers towards the visible claims about cells, as little as possible (takes minutes).

    The data files are not changed: the factors are printed, and with --json given in full.
    """
    place = target(out, SUFFIXES)

    from erbium.claims.fit import claims_report, fit_claims
    from erbium.cli.console import progress_bar
    from erbium.cli.json_face import document

    with progress_bar("measuring") as progress:
        task = progress.task_ids[0]
        fit = fit_claims(
            members=members, rounds=rounds, penalty=penalty, seed=seed,
            progress=lambda label, share: progress.update(task, description=label, completed=share),
        )  # fmt: skip
    text = claims_report(fit, members=members, seed=seed, penalty=penalty)
    payload = document(
        "calibrate.claims", seed=seed, members=members, factors=dict(fit.factors),
        course=list(fit.course), before=sorted(fit.before), after=sorted(fit.after),
        )  # fmt: skip
    _give(text, payload, place, as_json=as_json)


@app.command("cells", epilog=examples("erbium calibrate cells --data DATA --work WORK -o fit.md"))
def cells(
    data: Annotated[
        Path, typer.Option("--data", help="Folder of the cell data.", envvar="ERBIUM_CELL_DATA")
    ] = Path("../shared/data"),
    members: Annotated[int, typer.Option("--members", min=8, help="Members of the ensemble.")] = 200,
    steps: Annotated[int, typer.Option("--steps", min=1, max=16, help="Steps of data assimilation.")] = 4,
    work: Annotated[
        Path | None,
        typer.Option("--work", help="Keep finished stages here, and go on from them.", show_default=False),
    ] = None,
    donor_out: Annotated[
        bool, typer.Option("--donor-out/--no-donor-out", help="Predict donors from the others.")
    ] = True,
    folds: Annotated[
        int, typer.Option("--folds", min=2, help="Folds of donors that are left out in turn.")
    ] = 8,
    recovery: Annotated[
        bool, typer.Option("--recovery/--no-recovery", help="Recover known numbers from synthetic data.")
    ] = True,
    ensemble: Annotated[
        Path | None,
        typer.Option("--ensemble", help="Write the ensemble into this folder.", show_default=False),
    ] = None,
    out: FitFile = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit the shared kinetic numbers to cells in culture (takes hours).

    The data files are not changed. An interrupted run with --work goes on where it stopped.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate.cells import Settings, cell_report, fit_cells
    from erbium.cli.console import progress_bar
    from erbium.cli.json_face import document
    from erbium.knowledge.ensemble import write_ensemble

    settings = Settings(members, steps, seed, donor_out, recovery, folds=folds)
    with progress_bar("reading") as progress:
        task = progress.task_ids[0]
        fit = fit_cells(
            data, settings, work,
            lambda label, share: progress.update(task, description=label, completed=share),
        )  # fmt: skip
    figure = None if place is None or not fit.held_out else place.path.with_suffix(".png")
    text = cell_report(fit, None if figure is None else figure.name)
    if ensemble is not None:
        header, _ = write_ensemble(fit.ensemble(), ensemble)
        note(f"Written: {header}")
    if place is not None:
        place.write(text)
        note(f"Written: {place.path}")
    if figure is not None:
        from erbium.report.cell_fit_plot import write_held_out_plot

        write_held_out_plot(fit.held_out, figure)
        note(f"Written: {figure}")
    if as_json:
        pairs = [vars(pair) for pair in fit.held_out]
        say_json(
            document(
                "calibrate.cells", seed=seed, members=members, data_hash=fit.data_hash,
                fitted=list(fit.fitted),
                at_bound=list(fit.at_bound), course=list(fit.course), held_out=pairs,
                coverage=None if fit.recovery is None else fit.recovery.overall,
            )
        )  # fmt: skip
    elif place is None:
        say(text)


@app.command(
    "population", epilog=examples("erbium calibrate population --work WORK --curves CURVES -o fit.md")
)
def population(
    designs: Annotated[int, typer.Option("--designs", min=4, help="Designs of the free numbers.")] = 96,
    patients: Annotated[
        int, typer.Option("--patients", min=2, help="Patients of each arm in a design.")
    ] = 32,
    groups: Annotated[
        int, typer.Option("--groups", min=1, help="Groups of patients that the designs take in turn.")
    ] = 8,
    refine: Annotated[
        int, typer.Option("--refine", min=0, help="Further designs near the first posterior.")
    ] = 48,
    draws: Annotated[int, typer.Option("--draws", min=20, help="Draws of the posterior.")] = 400,
    work: Annotated[
        Path | None,
        typer.Option("--work", help="Keep the library here, and go on from it.", show_default=False),
    ] = None,
    curves: Annotated[
        Path,
        typer.Option("--curves", help="Folder of the survival curves.", envvar="ERBIUM_TRIAL_CURVES"),
    ] = Path("../shared/data/trials_km"),
    trial: Annotated[
        list[str] | None, typer.Option("--trial", help="Only this trial; may be repeated.")
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out/--no-leave-out", help="Leave trials, drugs and classes out in turn.")
    ] = True,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Simulate the most probable numbers as well.")
    ] = True,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="What is free and what is fitted, in TOML.", show_default=False),
    ] = None,
    ensemble: Annotated[
        Path | None,
        typer.Option(
            "--ensemble",
            help="Write the joint draws into this folder, for knowledge/data/ensemble.",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Say how many courses it takes, and stop.")] = False,
    out: FitFile = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit the free numbers to published arms, and predict the others (takes hours).

    The data files are not changed. An interrupted run with --work goes on where it stopped.
    """
    place = target(out, SUFFIXES)

    from erbium.calibrate.population import (
        Settings,
        fit_population,
        joint_ensemble,
        left_out_text,
        library_size,
        population_json,
        population_report,
    )
    from erbium.cli.console import progress_bar
    from erbium.cli.json_face import document
    from erbium.core.files import write_whole
    from erbium.knowledge.ensemble import write_ensemble

    settings = Settings(designs, patients, groups, seed, refine, draws, leave_out, check, tuple(trial or ()))
    if plan:
        text, size = library_size(settings, file)
        _give(text, document("calibrate-population-plan", seed=seed, size=size), place, as_json=as_json)
        return
    with progress_bar("reading") as progress:
        task = progress.task_ids[0]
        fit = fit_population(
            settings, curves=curves, work=work, file=file,
            report=lambda label, share: progress.update(task, description=label, completed=share),
        )  # fmt: skip
    if ensemble is not None:
        name = (file or Path("population")).stem
        write_ensemble(joint_ensemble(fit), ensemble, name)
        write_whole(ensemble / f"{name}_left_out.toml", left_out_text(fit))
    payload = document("calibrate-population", seed=seed, warnings=fit.warnings, **population_json(fit))
    _give(population_report(fit), payload, place, as_json=as_json)


@app.command("survival", epilog=examples("erbium calibrate survival --curves CURVES -o fit.md"))
def survival(
    curves: Annotated[
        Path,
        typer.Option("--curves", help="Folder of the survival curves.", envvar="ERBIUM_TRIAL_CURVES"),
    ] = Path("../shared/data/trials_km"),
    resamples: Annotated[int, typer.Option("--resamples", min=2, help="Samples of patients.")] = 200,
    parameters: Annotated[
        Path | None,
        typer.Option("--parameters", help="Write the three numbers as a .toml file.", show_default=False),
    ] = None,
    out: FitFile = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Fit survival after progression to the survival of control arms (takes minutes; exploratory).

    The data files are not changed; --parameters writes what may take the place of
    tumour/after_progression.toml.
    """
    place, numbers = target(out, SUFFIXES), target(parameters, (".toml",), key="--parameters")

    from erbium.calibrate.survival import fit_survival, parameters_text
    from erbium.calibrate.survival_text import survival_json, survival_report
    from erbium.cli.console import progress_bar
    from erbium.cli.json_face import document

    with progress_bar("fitting") as progress:
        task = progress.task_ids[0]
        fit = fit_survival(
            curves, seed=seed, resamples=resamples,
            report=lambda label, share: progress.update(task, description=label, completed=share),
        )  # fmt: skip
    if numbers is not None:
        numbers.write(parameters_text(fit))
        note(f"Written: {numbers.path}")
    payload = document("calibrate-survival", seed=seed, **survival_json(fit))
    _give(survival_report(fit), payload, place, as_json=as_json)


def _give(text: str, payload: Mapping[str, Any], place: Target | None, *, as_json: bool) -> None:
    """Write the report where it is wanted, else say it; JSON beside it if asked for."""
    if place is not None:
        place.write(text)
        note(f"Written: {place.path}")
    if as_json:
        say_json(payload)
    elif place is None:
        say(text)
