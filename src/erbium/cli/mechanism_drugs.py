"""The drugs that a mechanism hurts and helps, as rows and on the screen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from erbium.cli.console import Column, say, show_table

if TYPE_CHECKING:
    from erbium.knowledge import Knowledge
    from erbium.knowledge.schema.mechanism import Mechanism

#: Differences of logarithms below which two rows of a drug are shown as one.
ALIKE = 0.03
_COLUMNS = (
    Column("drug", "drug"),
    Column("medium", "at"),
    Column("place", "in a"),
    Column("alone", "GR without it", number=True),
    Column("factor", "1 + GR with it, times", number=True),
    Column("range", "5th to 95th percentile"),
    Column("verdict", "the mechanism"),
)


def drug_rows(mechanism: Mechanism, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Return one row per drug and place (dish, tumour), those hurt most first."""
    from erbium.experiment.drug_effects import drug_effects

    return [
        {
            "drug": effect.drug,
            "place": effect.place,
            "concentration_nM": effect.concentration_nM,
            "dose": effect.dose,
            "GR_without": math.expm1(effect.without),
            "difference": effect.difference,
            "low": effect.low,
            "high": effect.high,
            "verdict": effect.verdict,
        }
        for effect in drug_effects(mechanism, knowledge)
    ]


def show_drugs(rows: list[dict[str, Any]]) -> None:
    """Show the drugs that the mechanism moves as a table, the others in a line."""
    from erbium.experiment.drug_effects import HOURS, MEMBERS

    moved = [row for row in rows if row["verdict"] != "no effect"]
    touched = {row["drug"] for row in moved}
    still = [name for name in dict.fromkeys(row["drug"] for row in rows) if name not in touched]
    say(
        f"\nDrugs it hurts and helps, computed: growth-rate inhibition (1 no effect, 0 no growth, "
        f"below 0 killing) of an amplified, ER-positive line after {HOURS:g} h "
        f"in a dish, or in a tumour with effector and immune cells; {MEMBERS} members of the ensemble"
    )
    if moved:
        show_table([_shown(row) for row in _together(moved)], _COLUMNS)
    if still:
        say(f"  no effect (within 10 %): {', '.join(sorted(still))}")


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, those of one drug that look alike in both places as one."""
    kept: dict[str, dict[str, Any]] = {}
    found: list[dict[str, Any]] = []
    for row in rows:
        other = kept.get(row["drug"])
        alike = other is not None and all(
            abs(row[name] - other[name]) < ALIKE for name in ("difference", "low", "high")
        )
        if other is not None and alike and row["verdict"] == other["verdict"]:
            other["place"] = "dish, tumour"
        else:
            kept[row["drug"]] = dict(row)
            found.append(kept[row["drug"]])
    return found


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "drug": row["drug"],
        "medium": row["dose"],
        "place": row["place"],
        "alone": f"{row['GR_without']:.2f}",
        "factor": f"{math.exp(row['difference']):.2f}",
        "range": f"{math.exp(row['low']):.2f} to {math.exp(row['high']):.2f}",
        "verdict": {"hurts": "hurts it", "helps": "helps it", "unsure": "either way"}[row["verdict"]],
    }
