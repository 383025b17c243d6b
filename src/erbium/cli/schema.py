"""`erbium schema`: the JSON Schema of each file a user may write."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from erbium.cli.console import note, say_json
from erbium.cli.options import Json, Out, examples
from erbium.cli.output import target
from erbium.core.errors import UnknownName

KINDS = ("profile", "regimen", "drug", "mechanism", "source", "experiment", "population", "trial", "evidence")


def schema(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}.", show_default=False),
    ],
    as_json: Json = False,  # noqa: ARG001 - a schema is JSON in any case
    out: Out = None,
) -> None:
    """Print the JSON Schema of a file you may write yourself."""
    if kind not in KINDS:
        raise UnknownName.among("schema", kind, KINDS, hint=f"one of {', '.join(KINDS)}")
    place = target(out, (".json",))
    found = _schema(kind)
    if place is None:
        say_json(found)
    else:
        place.write_json(found)
        note(f"written: {place.path}")


def _schema(kind: str) -> dict[str, Any]:
    if kind == "profile":
        from erbium.profile import profile_json_schema

        return profile_json_schema()
    if kind == "experiment":
        from erbium.experiment.schema import experiment_json_schema

        return experiment_json_schema()
    from erbium.knowledge.schema.drug import Drug
    from erbium.knowledge.schema.evidence import EvidenceFile
    from erbium.knowledge.schema.mechanism import Mechanism
    from erbium.knowledge.schema.number import Record
    from erbium.knowledge.schema.population import Population
    from erbium.knowledge.schema.regimen import Regimen
    from erbium.knowledge.schema.source import Source
    from erbium.knowledge.schema.trial import Trial

    records: dict[str, type[Record]] = {
        "drug": Drug,
        "regimen": Regimen,
        "mechanism": Mechanism,
        "source": Source,
        "population": Population,
        "trial": Trial,
        "evidence": EvidenceFile,
    }
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | records[kind].model_json_schema(by_alias=True)


EPILOG = examples("erbium schema profile -o profile.schema.json")
