"""The page of the documents that lists all readouts and handles, generated from the network."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from erbium.experiment.catalogue import handle_rows, readout_rows

_HEAD = """\
# Readouts and handles

What an experiment, a mechanism or a claim may read and move. Generated from the network by
`python -m erbium.report.handles_page`; the same lists are printed by `erbium model readouts` and
`erbium model handles` (with `--all` also the numbers that nobody moves on purpose). How they are used in an
experiment: `erbium experiment new`.

- A handle keeps its neutral value unless a file sets (`set`), multiplies (`scale`, `knock_down`,
  `over_express`) or adds it at time 0 (`ligands`, `acute`).
- Immune and vascular readouts need a tumour (`tumour = true`, or a patient), not a dish.
- Unit `1` is relative to a typical cell, or a share; `kreceptor` is thousand receptors per cell.
"""


def handles_page() -> str:
    """Return the page as Markdown."""
    handles = handle_rows()
    drugs = [row for row in handles if row["filled_by"] == "drug"]
    cells = [row for row in handles if row["filled_by"] != "drug"]
    return "\n".join(
        [
            _HEAD,
            "## Readouts\n",
            *_tables(readout_rows(), {"id": "readout", "unit": "unit", "description": "meaning"}),
            "## Handles\n",
            *_tables(
                cells,
                {"name": "handle", "neutral": "neutral", "unit": "unit", "description": "meaning"},
            ),
            "## Handles that drugs fill\n",
            'Set by naming a drug (`drugs = { trastuzumab = "100 nM" }`); listed for completeness.\n',
            ", ".join(f"`{row['name']}`" for row in drugs) + "\n",
        ]
    )


def _tables(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> Iterable[str]:
    for module, own in groupby(rows, key=lambda row: row["module"]):
        yield f"### {module}\n"
        yield "| " + " | ".join(columns.values()) + " |"
        yield "|" + " --- |" * len(columns)
        for row in own:
            first, *rest = (_cell(row[name]) for name in columns)
            yield f"| `{first}` | " + " | ".join(rest) + " |"
        yield ""


def _cell(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("|", "\\|") or "–"


if __name__ == "__main__":
    sys.stdout.write(handles_page())
