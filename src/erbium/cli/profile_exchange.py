"""`erbium profile import` and `export`: what other programs say of a patient, and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import note, say, say_json, warn
from erbium.cli.failure import PARTLY_DONE, say_error
from erbium.cli.json_face import document, dumps
from erbium.cli.options import Json, ProfileFile, examples
from erbium.cli.output import Target, target
from erbium.core.errors import DataError, nearest

if TYPE_CHECKING:
    from erbium.formats.patient import Choice, Imported
    from erbium.profile import Profile

FILE_SUFFIXES = (".toml", ".json")
LISTED = 15
"""Entries of what was not mapped that the screen shows; --json has all."""
ERRORS_SHOWN = 30
IMPORT_EXAMPLES = examples(
    "erbium profile import phenopacket.json -o case.toml",
    "erbium profile import variants.vcf.gz --sample TUMOUR --merge case.toml -o case_with_variants.toml",
    "erbium profile import panel.xlsx -o cases",
)
EXPORT_EXAMPLES = examples("erbium profile export case.toml --format phenopacket -o case.json")


def import_profile(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A Phenopacket, an mCODE bundle, a VCF, a MAF, or a table (CSV, TSV, XLSX).",
            show_default=False,
        ),
    ],
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="auto, phenopacket, mcode, vcf, maf or table.")
    ] = "auto",
    sample: Annotated[
        str | None,
        typer.Option(
            "--sample", help="Patient, sample or specimen, where there are several.", show_default=False
        ),
    ] = None,
    onto: Annotated[
        Path | None,
        typer.Option(
            "--merge", metavar="PROFILE", help="A profile to lay the file's content over.", show_default=False
        ),
    ] = None,
    case_id: Annotated[
        str | None, typer.Option("--id", help="Pseudonym of the profile.", show_default=False)
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns", help="TOML that maps column names of a table to fields.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="A .toml or .json file; for several patients, a new folder.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a profile of what another program wrote; what could not be mapped is listed.

    The newest specimen counts unless --sample names another. Names, numbers and dates of birth are not
    carried over. Exit code 4 when some values were wrong and left out.
    """
    from erbium.formats.patient import import_profiles
    from erbium.formats.patient import merge as lay_over
    from erbium.profile import read_profile

    place = target(out, FILE_SUFFIXES) if out is not None and out.suffix else None
    base = read_profile(onto) if onto is not None else None
    intake = import_profiles(file, form=form, sample=sample, case_id=case_id, columns=columns)
    several = len(intake.imported) + len(intake.failures) > 1
    if several and (base is not None or place is not None):
        raise DataError(
            f"{len(intake.imported) + len(intake.failures)} patients.",
            file=file,
            key="--merge" if base is not None else "--out",
            expected="--sample to choose one" + ("" if base is not None else ", or a folder"),
        )
    profiles = [entry.profile for entry in intake.imported]
    choices = [list(entry.choices) for entry in intake.imported]
    if base is not None:
        profiles[0], more = lay_over(base, profiles[0])
        choices[0] += more
    written = _write(profiles, place, out)
    payload = _payload(file, intake.format, intake.imported, profiles, choices, written)
    payload["failures"] = [{"id": name, "errors": _errors(error)} for name, error in intake.failures]
    if as_json:
        say_json(document("profile_import", **payload))
    else:
        if out is None and not several:
            from erbium.profile import to_toml

            say(to_toml(profiles[0]).rstrip("\n"))
        _show(intake.imported, profiles, choices, payload, several=several)
    wrong = False
    for entry in intake.imported:
        for error in entry.draft.errors[:ERRORS_SHOWN]:
            wrong = True
            say_error(
                DataError(
                    error.message, file=file, key=error.key, expected=error.expected, nearest=error.nearest
                )
            )
        if len(entry.draft.errors) > ERRORS_SHOWN:
            note(f"and {len(entry.draft.errors) - ERRORS_SHOWN} more errors (--json lists all)")
    for name, failure in intake.failures:
        wrong = True
        note(f"{name} is left out:")
        say_error(failure)
    if wrong:
        note("the values named above were left out" if written or out is None else "nothing was written")
        raise typer.Exit(PARTLY_DONE)


def _write(profiles: Sequence[Profile], place: Target | None, out: Path | None) -> list[str]:
    from erbium.cli.sample_folder import file_name, new_folder
    from erbium.profile import to_json, to_toml

    if place is not None:
        place.write(to_toml(profiles[0]) if place.suffix == ".toml" else to_json(profiles[0]))
        return [str(place.path)]
    if out is None:
        return []
    names: set[str] = set()
    written = []
    with new_folder(out) as work:
        for profile in profiles:
            name = f"{file_name(profile.id, names)}.toml"
            (work / name).write_text(to_toml(profile), encoding="utf-8")
            written.append(str(out / name))
    return written


def _payload(
    file: Path,
    form: str,
    imported: Sequence[Imported],
    profiles: Sequence[Profile],
    choices: Sequence[Sequence[Choice]],
    written: Sequence[str],
) -> dict[str, Any]:
    from erbium.formats.patient.assemble import NO_SETTING
    from erbium.profile import as_data, explain

    entries = []
    warnings: list[str] = []
    for index, (entry, profile) in enumerate(zip(imported, profiles, strict=True)):
        explanation = explain(profile)
        # Of a merged profile the setting is known from the other one.
        notes = [text for text in entry.draft.notes if not (profile.disease.setting and text == NO_SETTING)]
        warnings += [f"{profile.id}: {text}" for text in (*explanation.warnings, *notes)]
        entries.append(
            {
                "id": profile.id,
                "file": written[index] if index < len(written) else None,
                "her2_label": explanation.her2.label,
                "not_mapped": [one.json() for one in entry.draft.unmapped],
                "chosen": [one.json() for one in choices[index]],
                "left_out": [error.json() for error in entry.draft.errors],
                "notes": notes,
                "profile": as_data(profile),
            }
        )
    return {
        "file": str(file),
        "format": form,
        "columns": dict(imported[0].draft.columns),
        "profiles": entries,
        "warnings": warnings,
    }


def _errors(error: DataError) -> list[dict[str, Any]]:
    return [one.json() for one in error.each]


def _show(
    imported: Sequence[Imported],
    profiles: Sequence[Profile],
    choices: Sequence[Sequence[Choice]],
    payload: dict[str, Any],
    *,
    several: bool,
) -> None:
    # Where the profile itself goes to standard output, the remarks go to the other stream.
    tell = say if several or any(entry["file"] for entry in payload["profiles"]) else note
    if payload["columns"]:
        tell("columns:")
        width = max(len(name) for name in payload["columns"])
        for name, field in payload["columns"].items():
            tell(f"  {name:<{width}}  {field}")
    for index, (entry, profile) in enumerate(zip(imported, profiles, strict=True)):
        shown = payload["profiles"][index]
        tell(f"{shown['file'] or profile.id}: {profile.id}, {shown['her2_label']}, from {entry.draft.format}")
        for choice in choices[index]:
            warn(f"{profile.id}: {choice}")
        for text in shown["notes"]:
            note(f"{profile.id}: {text}")
        _list_unmapped(shown["not_mapped"], tell)
    if several and not any(entry["file"] for entry in payload["profiles"]):
        note(f"{len(profiles)} patients: -o FOLDER writes a profile of each, --sample chooses one")


def _list_unmapped(entries: Sequence[dict[str, Any]], tell: Any) -> None:
    if not entries:
        return
    tell(f"  not mapped ({len(entries)}):")
    for entry in entries[:LISTED]:
        times = f" x {entry['count']}" if entry["count"] > 1 else ""
        tell(f"    {entry['path']}: {entry['what']}{times} ({entry['why']})")
    if len(entries) > LISTED:
        tell(f"    and {len(entries) - LISTED} more (--json lists all)")


def export_profile(
    file: ProfileFile,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="phenopacket or mcode.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A .json file; without it the screen.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a profile as a Phenopacket v2 or an mCODE bundle; what these cannot hold is listed."""
    from datetime import UTC, datetime

    from erbium.core.result import version
    from erbium.formats.patient import EXPORT_FORMATS, to_mcode, to_phenopacket
    from erbium.profile import read_profile

    if form not in EXPORT_FORMATS:
        raise DataError(
            f'"{form}" is not written.',
            key="--format",
            expected=f"one of {', '.join(EXPORT_FORMATS)}",
            nearest=nearest(form, EXPORT_FORMATS),
        )
    place = target(out, (".json",))
    profile = read_profile(file)
    created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if form == "phenopacket":
        written, lost = to_phenopacket(profile, version=version(), created=created)
    else:
        written, lost = to_mcode(profile, created=created)
    if place is not None:
        place.write(dumps(written))
        note(f"written: {place.path}")
    if as_json:
        body: dict[str, Any] = {} if place is not None else {"resource": written}
        path = str(place.path) if place is not None else None
        say_json(document("profile_export", format=form, out=path, not_carried=lost, **body))
        return
    if place is None:
        say_json(written)
    for key in lost:
        note(f"not carried: {key}")
