"""`erbium profile`: start, check, read and convert the file that describes a tumour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.console import note, say, say_json, warn
from erbium.cli.deliver import deliver
from erbium.cli.failure import BAD_INPUT, PARTLY_DONE, say_error
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, ProfileFile, examples
from erbium.cli.output import new_file, target
from erbium.cli.profile_exchange import (
    EXPORT_EXAMPLES,
    FILE_SUFFIXES,
    IMPORT_EXAMPLES,
    export_profile,
    import_profile,
)
from erbium.cli.start import Overwrite, StartFile, start
from erbium.core.errors import DataError

app = typer.Typer(no_args_is_help=True)

app.command("import", epilog=IMPORT_EXAMPLES)(import_profile)
app.command("export", epilog=EXPORT_EXAMPLES)(export_profile)


@app.command("new", epilog=examples("erbium profile new my_tumour.toml"))
def new_profile(
    file: StartFile = None,
    force: Overwrite = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Write a commented profile to start from; it is valid as it stands."""
    import tomllib

    from erbium.profile import example_text, profile_from, to_json

    place = new_file(file, out, FILE_SUFFIXES, force=force)
    text = example_text()
    as_toml = place is None or place.suffix == ".toml"
    written = None if as_toml else to_json(profile_from(tomllib.loads(text)))
    start("profile", text, place, then="erbium profile validate", as_json=as_json, written=written)


@app.command(
    "validate",
    epilog=examples("erbium profile validate my_tumour.toml", "erbium profile validate cases/*.toml --json"),
)
def validate_profile(
    files: Annotated[
        list[Path], typer.Argument(metavar="PROFILE...", help="One or more profiles.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Say everything that is wrong with a profile: where, what was expected, the nearest match."""
    from erbium.profile import explain, read_profile

    results: list[dict[str, Any]] = []
    faults: list[DataError] = []
    for file in files:
        try:
            explanation = explain(read_profile(file))
        except DataError as error:
            faults.append(error)
            several = error.each
            results.append({"file": str(file), "valid": False, "errors": [one.json() for one in several]})
            continue
        her2 = explanation.her2
        result: dict[str, Any] = {
            "file": str(file), "valid": True, "id": explanation.id,
            "her2_status": her2.status, "her2_label": her2.label,
            "not_tested": list(explanation.not_tested), "not_modelled": list(explanation.not_modelled),
            "warnings": [*explanation.warnings, *([her2.disagreement] if her2.disagreement else [])],
        }  # fmt: skip
        results.append(result)
        if not as_json:
            say(f"{file}: valid, {her2.label}")
            for text in result["warnings"]:
                warn(f"{file}: {text}")
    if len(files) == 1 and faults:
        raise faults[0]
    if as_json:
        say_json(document("profile_validate", files=results))
    for fault in faults:
        say_error(fault)
    if faults:
        raise typer.Exit(BAD_INPUT if len(faults) == len(files) else PARTLY_DONE)


@app.command("show", epilog=examples("erbium profile show my_tumour.toml"))
def show_profile(file: ProfileFile, as_json: Json = False, out: Out = None) -> None:
    """Show what a profile says: HER2 status and why, findings, and what was not tested."""
    from erbium.profile import explain, read_profile

    explanation = explain(read_profile(file))
    body = {key: value for key, value in explanation.json().items() if key != "warnings"}
    payload = document("profile_show", warnings=explanation.warnings, **body)
    rows = [{"name": name, "value": value} for name, value in explanation.facts]
    deliver(payload, rows, lambda: say(explanation.text()), as_json=as_json, out=out)


@app.command(
    "convert",
    epilog=examples(
        "erbium profile convert my_tumour.toml -o my_tumour.json", "erbium profile convert STUDY -o profiles"
    ),
)
def convert_profile(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|FOLDER", help="A profile, or a cBioPortal study folder.", show_default=False
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="A .toml or .json file; for a study, a new folder.", show_default=False
        ),
    ],
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns", help="TOML that maps clinical columns to profile fields.", show_default=False
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--form", metavar="SUFFIX", help="For a study: toml or json.")
    ] = "toml",
    as_json: Json = False,
) -> None:
    """Turn TOML into JSON or back, or a cBioPortal study into one profile per sample."""
    if source.is_dir():
        _convert_study(source, out, columns, form, as_json=as_json)
        return
    from erbium.profile import read_profile, to_json, to_toml

    place = target(out, FILE_SUFFIXES)
    profile = read_profile(source)
    assert place is not None
    place.write(to_toml(profile) if place.suffix == ".toml" else to_json(profile))
    note(f"written: {place.path}")
    if as_json:
        say_json(document("profile_convert", written=1, failures=[], out=str(place.path)))


def _convert_study(source: Path, out: Path, columns: Path | None, form: str, *, as_json: bool) -> None:
    from erbium.cli.sample_folder import write_samples

    if f".{form}" not in FILE_SUFFIXES:
        raise DataError(f'"{form}" is no form of a profile.', key="--form", expected="toml or json")
    written, failures = write_samples(source, out, columns, form)
    note(f"written: {written} profiles in {out}" if written else "no profile was written")
    for failure in failures:
        warn(f"{failure['sample']} left out: {failure['message']}")
    if failures:
        note(f"{len(failures)} samples are wrong")
    if as_json:
        say_json(
            document("profile_convert", written=written, failures=failures, out=str(out) if written else None)
        )
    if failures:
        raise typer.Exit(PARTLY_DONE if written else BAD_INPUT)
