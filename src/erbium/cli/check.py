"""`erbium check`: whether the model is whole and every number accounted for."""

from __future__ import annotations

from typing import Any

import typer

from erbium.cli.console import Column, note, say, say_json, show_table
from erbium.cli.failure import BAD_INPUT
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, examples
from erbium.cli.output import target

EPILOG = examples("erbium check", "erbium check --json")
_COUNTS = (
    Column("of", "numbers"),
    *(Column(kind, kind, number=True) for kind in ("measured", "derived", "fitted", "assumed")),
    Column("total", "total", number=True),
)


def check(as_json: Json = False, out: Out = None) -> None:
    """Check the network, its numbers, the knowledge files and what they cite; count numbers by kind.

    Exit code 2 when something is wrong; warnings do not count.
    """
    from erbium.calibrate.population.check import CalibrationIsWhole
    from erbium.claims.faults import ClaimsAreWhole
    from erbium.cli.evidence_check import EvidenceIsWhole
    from erbium.model.check import CHECKS, run_checks
    from erbium.model.parameter_table import count_by_kind
    from erbium.population.whole import PopulationsAreWhole
    from erbium.trial.check import TrialsAreWhole
    from erbium.trial.scoreboard.check import ScoredClaimsArePlaced

    place = target(out, (".json",))
    own = (
        ClaimsAreWhole(),
        PopulationsAreWhole(),
        TrialsAreWhole(),
        ScoredClaimsArePlaced(),
        CalibrationIsWhole(),
        CalibrationIsWhole("modalities"),
        EvidenceIsWhole(),
    )
    issues = run_checks((*CHECKS, *own))
    errors = sum(issue.severity == "error" for issue in issues)
    counts: dict[str, dict[str, int]] = {"network": count_by_kind(), "drugs": count_by_kind(drugs=True)}
    body: dict[str, Any] = {
        "ok": not errors,
        "errors": errors,
        "issues": [issue.json() for issue in issues],
        "numbers_by_kind": counts,
    }
    if place is not None:
        place.write_json(document("check", **body))
        note(f"written: {place.path}")
    if as_json:
        say_json(document("check", **body))
    else:
        show_table(
            [{"of": name, **kinds, "total": sum(kinds.values())} for name, kinds in counts.items()], _COUNTS
        )
        say()
        for issue in issues:
            say(str(issue))
        warnings = len(issues) - errors
        say(f"{errors} errors, {warnings} warnings" if issues else "all is well")
    if errors:
        raise typer.Exit(BAD_INPUT)
