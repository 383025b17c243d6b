"""Two drugs at many concentrations: how much more they do together than each reference says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from erbium.report.experiment_table import largest_excess
from erbium.web.pages.combination import shown
from erbium.web.pages.drug_words import drug_name
from erbium.web.pages.parts import table

#: What each reference takes for no interaction.
_REFERENCES = {
    "Bliss": "independent action",
    "HSA": "the better of the two drugs alone",
    "Loewe": "dose additivity, as if both were one drug",
}
#: How the heat maps are read.
COLOURS = (
    "A row is a dose of the first drug, a column one of the second, in nM; 0 nM is the other drug alone. "
    "Darker teal: fewer living cells. Orange: more effect than the reference says; blue: less; grey: as much."
)
#: Dishes that are shown without being asked for.
_FEW = 42
Parts = list[Any]


def matrices(found: Mapping[str, Any]) -> Parts:
    """Return the tables of the two-drug designs of an experiment; nothing where there is none.

    Parameters
    ----------
    found
        The dict of `ExperimentResult.json()`.
    """
    if not found["matrix"]:
        return []
    words = (
        "Median (5th to 95th percentile over the draws). An effect is 1 less the living cells, as a share of "
        "the same cells without either drug; excess is what the pair does beyond a reference, in the same "
        "unit: above 0 more (synergy), below 0 less (antagonism). The mean is over all pairs of doses."
    )
    parts: Parts = [html.H3("Synergy"), _summary(found["matrix"]), html.P(words, className="small muted")]
    dishes = sum(len(line) for matrix in found["matrix"] for line in matrix["relative_viability"]["value"])
    return parts + [_pairs(matrix, shut=dishes > _FEW) for matrix in found["matrix"]]


def matrices_in_words(found: Mapping[str, Any]) -> str:
    """Return what the heat maps show, for those who do not see them."""
    told = []
    for matrix in found["matrix"]:
        least, a, b = _least_alive(matrix)
        doses = _at(matrix, a, b)
        means = ", ".join(
            f"{name} {_interval(excess['mean'], signed=True)}" for name, excess in matrix["excess"].items()
        )
        told.append(
            f"{matrix['arm']}: fewest living cells {shown(least)} of the untreated, at {doses}; "
            f"mean excess over {means}"
        )
    first, second = (drug_name(name) for name in found["matrix"][0]["drugs"])
    hours = f"{found['matrix'][0]['time_h']:g} h"
    return (
        f"Heat maps of living cells and of synergy, {first} by {second}, at {hours}. {'; '.join(told)}. "
        "The tables below have all numbers."
    )


def _summary(grids: Sequence[Mapping[str, Any]]) -> html.Div:
    heads = ["Cells", "Reference", "Mean excess", "Largest excess", "At"]
    rows = []
    for matrix in grids:
        for name, excess in matrix["excess"].items():
            i, j = largest_excess(excess["value"])
            doses = (values[k] for values, k in zip(matrix["concentrations_nM"], (i, j), strict=True))
            rows.append(
                [
                    matrix["arm"],
                    f"{name}: {_REFERENCES[name]}" if name in _REFERENCES else name,
                    _interval(excess["mean"], signed=True),
                    _at_place(excess, i, j, signed=True),
                    _at(matrix, *doses),
                ]
            )
    return table(heads, rows, "synergy by reference", "named")


def _pairs(matrix: Mapping[str, Any], *, shut: bool) -> html.Details:
    """Return one row for each pair of doses."""
    rows, columns = matrix["concentrations_nM"]
    heads = [*(f"{drug_name(name)}, nM" for name in matrix["drugs"]), "Living cells, of untreated"]
    heads += [f"{name} excess" for name in matrix["excess"]]
    body = [
        [
            f"{a:g}",
            f"{b:g}",
            _at_place(matrix["relative_viability"], i, j),
            *(
                # A drug alone has no excess.
                _at_place(excess, i, j, signed=True) if a and b else "–"
                for excess in matrix["excess"].values()
            ),
        ]
        for i, a in enumerate(rows)
        for j, b in enumerate(columns)
    ]
    title = f"{matrix['arm']}: {len(body)} dishes at {matrix['time_h']:g} h"
    if "untreated" in matrix:
        title += f"; untreated, living cells {_interval(matrix['untreated'])} of those at 0 h"
    return html.Details(
        [html.Summary(title), table(heads, body, f"pairs of doses, {matrix['arm']}", "tight")],
        open=None if shut else "open",
    )


def _least_alive(matrix: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return the fewest living cells of untreated ones, and the doses of both drugs there, nM."""
    rows, columns = matrix["concentrations_nM"]
    return min(
        (value, a, b)
        for a, line in zip(rows, matrix["relative_viability"]["value"], strict=True)
        for b, value in zip(columns, line, strict=True)
    )


def _at(matrix: Mapping[str, Any], a: float, b: float) -> str:
    first, second = (drug_name(name) for name in matrix["drugs"])
    return f"{first} {a:g} nM, {second} {b:g} nM"


def _at_place(bands: Mapping[str, Any], i: int, j: int, *, signed: bool = False) -> str:
    return _interval({key: bands[key][i][j] for key in ("value", "low", "high")}, signed=signed)


def _interval(band: Mapping[str, Any], *, signed: bool = False) -> str:
    """Return "+0.12 (0.05 to +0.20)", median with the 5th and 95th percentile."""
    middle, low, high = (shown(band[key], signed=signed) for key in ("value", "low", "high"))
    return f"{middle} ({low} to {high})"
