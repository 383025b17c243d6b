"""The form of the page Experiment: its fields, and what they begin with."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from erbium.core import units
from erbium.experiment.example import example_matrix, example_text
from erbium.knowledge import load_knowledge
from erbium.web.experiments import MOST_DISHES, names
from erbium.web.pages.drug_words import drug_choices
from erbium.web.pages.parts import aria, choice, field

DOSES, COURSE, PAIR = "doses", "course", "pair"
#: Value of the choice of cells that stands for the cells of the case.
CASE_CELLS = "\N{BULLET} case"
#: Treatments of a time course that can be set side by side, and genes that are knocked down together.
ROWS, MOST_KNOCKED = 3, 3
#: Most concentrations of either drug of a pair: more have no room for their numbers.
MOST_OF_A_PAIR = 8
_UNITS = [{"label": words, "value": unit} for words, unit in (("pM", "pM"), ("nM", "nM"), ("µM", "umol/L"))]
_DESIGNS = [
    {"label": words, "value": design}
    for words, design in (("dose-response", DOSES), ("two drugs", PAIR), ("time course", COURSE))
]


@dataclass(frozen=True)
class OneOfTwo:
    """A drug of a pair, and its concentrations in nM."""

    drug: str
    low: float
    high: float
    points: int


@dataclass(frozen=True)
class Start:
    """What the form begins with: the experiment that the package shows as its example."""

    line: str
    drug: str
    low: float
    high: float
    points: int
    hours: float
    dose: float
    readouts: tuple[str, ...]
    end: float
    pair: tuple[OneOfTwo, ...]
    pair_hours: float
    removed: float


@functools.cache
def start() -> Start:
    """Return what the form begins with, concentrations in nM and times in h."""
    data, pair = tomllib.loads(example_text()), example_matrix()
    design = data["dose_response"]
    doses = design["concentrations"]
    fixed = next(
        dose
        for arm in data["arms"].values()
        for name, dose in arm.get("drugs", {}).items()
        if name == design["drug"] and isinstance(dose, str)
    )
    return Start(
        line=data["base"]["line"],
        drug=design["drug"],
        low=_number(doses["from"], "nM"),
        high=_number(doses["to"], "nM"),
        points=int(doses["points"]),
        hours=_number(design["time"], "h"),
        dose=_number(fixed, "nM"),
        readouts=tuple(data["readouts"]),
        end=max(_number(time, "h") for time in data["times"]),
        pair=tuple(_one_of_two(drug, doses) for drug, doses in pair["drugs"].items()),
        pair_hours=_number(pair["time"], "h"),
        removed=100.0 * max(max(arm.get("knock_down", {"": 0.0}).values()) for arm in data["arms"].values()),
    )


def _one_of_two(drug: str, doses: Any) -> OneOfTwo:
    if isinstance(doses, list):
        found = [_number(dose, "nM") for dose in doses]
        return OneOfTwo(drug, min(found), max(found), len(found))
    return OneOfTwo(drug, _number(doses["from"], "nM"), _number(doses["to"], "nM"), int(doses["points"]))


def _number(text: str, unit: str) -> float:
    return float(f"{units.to(text, unit):.6g}")


def form(members: int, most: int) -> list[Any]:
    """Return the fields of the form; `members` draws to begin with, and no more than `most`."""
    design = dcc.RadioItems(_DESIGNS, DOSES, id="exp-design", inline=True)
    return [
        html.Fieldset([html.Legend("Design"), design], className="plain"),
        _dish(),
        _knock_down(),
        html.Div(_dose_fields(), id="exp-doses"),
        html.Div(_pair_fields(), id="exp-pair"),
        html.Div(_course_fields(), id="exp-course"),
        _row(
            field("Draws of the kinetic numbers", number("exp-members", members, 1, most, 1), "exp-members"),
            field("Seed", number("exp-seed", 1, 0, 2**31 - 1, 1), "exp-seed"),
            html.Button("Run", id="exp-run", className="primary"),
            css="row end",
        ),
    ]


def _row(*content: Any, css: str = "row") -> html.Div:
    return html.Div(list(content), className=css)


def _pick(
    label: str, name: str, words: list[Any], value: Any = None, without: str = "none", **more: Any
) -> Any:
    return field(label, choice(name, words, value, placeholder=without, **more), name)


def _dish() -> html.Div:
    known = names()
    lines = [{"label": "cells of the case", "value": CASE_CELLS}]
    lines += [
        {"label": f"{one['name']} (HER2 {one['her2']})", "value": one["name"]} for one in known["lines"]
    ]
    ligands = [
        {"label": f"{one['name'].replace('_', ' ')} ({one['description']})", "value": one["name"]}
        for one in known["ligands"]
    ]
    return _row(
        _pick("Cells", "exp-cells", lines, [start().line], "choose", multi=True),
        _pick("Ligand added at 0 h", "exp-ligand", ligands),
        field("Its concentration", number("exp-ligand-dose", 1.0, 0.0), "exp-ligand-dose", "nM"),
        field("Effector cells", number("exp-effectors", 0.0, 0.0), "exp-effectors", "of those in a tumour"),
    )


def _knock_down() -> html.Div:
    genes = [{"label": _gene(one), "value": one["name"]} for one in names()["knock_downs"]]
    beside = [{"label": "beside the same cells with all of it", "value": "beside"}]
    return _row(
        _pick("Knock down", "exp-knock", genes, [], "nothing", multi=True),
        field("Share removed before 0 h", number("exp-removed", start().removed, 1, 100), "exp-removed", "%"),
        dcc.Checklist(beside, ["beside"], id="exp-knock-beside"),
        css="row end",
    )


def _gene(one: Mapping[str, str]) -> str:
    """Return a gene with what it is, where its note says so."""
    about = one["description"].split(";")[0].split(" relative to")[0]
    return one["gene"] if about.startswith((one["gene"], "set per")) else f"{one['gene']} ({about})"


def _drugs() -> list[dict[str, str]]:
    return drug_choices(drug for drug in load_knowledge().drugs.values() if drug.has_concentration)


def _dose_fields() -> list[Any]:
    begin, drugs = start(), _drugs()
    return [
        _row(
            _pick("Drug", "exp-drug", drugs, begin.drug, "choose"),
            field("From", number("exp-from", begin.low, 0.0), "exp-from"),
            field("To", number("exp-to", begin.high, 0.0), "exp-to"),
            field("Unit", choice("exp-unit", _UNITS, "nM", clearable=False), "exp-unit"),
            field("Concentrations", number("exp-points", begin.points, 2, 60, 1), "exp-points"),
            field("Read at", number("exp-hours", begin.hours, 0.0), "exp-hours", "h"),
        ),
        _row(
            _pick("And once more beside a fixed", "exp-beside", drugs, without="no other drug"),
            field("Its concentration", number("exp-beside-dose", begin.dose, 0.0), "exp-beside-dose", "nM"),
        ),
    ]


def _pair_fields() -> list[Any]:
    begin, drugs = start(), _drugs()
    rows = [
        _row(
            _pick(f"{words} drug", f"exp-pair-{k}", drugs, one.drug, "choose"),
            field("From", number(f"exp-pair-from-{k}", one.low, 0.0), f"exp-pair-from-{k}", "nM"),
            field("To", number(f"exp-pair-to-{k}", one.high, 0.0), f"exp-pair-to-{k}", "nM"),
            field(
                "Concentrations",
                number(f"exp-pair-points-{k}", one.points, 2, MOST_OF_A_PAIR, 1),
                f"exp-pair-points-{k}",
            ),
        )
        for k, (words, one) in enumerate(zip(("First", "Second"), begin.pair, strict=True))
    ]
    read = field("Read at", number("exp-pair-hours", begin.pair_hours, 0.0), "exp-pair-hours", "h")
    dishes = html.P(
        f"At most {MOST_DISHES} dishes.", id="exp-dishes", className="small muted", **aria(live="polite")
    )
    return [*rows, _row(read, dishes, css="row end")]


def _course_fields() -> list[Any]:
    begin, drugs = start(), _drugs()
    readouts = [
        {"label": f"{one['id'].replace('_', ' ')} ({one['description']})", "value": one["id"]}
        for one in names()["readouts"]
    ]
    together = [{"label": "and all of them together", "value": "together"}]
    treatments = [
        _row(
            _pick(f"Treatment {k + 1}", f"exp-drug-{k}", drugs, begin.drug if k == 0 else None),
            field("Its concentration", number(f"exp-dose-{k}", begin.dose, 0.0), f"exp-dose-{k}", "nM"),
        )
        for k in range(ROWS)
    ]
    return [
        *treatments,
        dcc.Checklist(together, ["together"], id="exp-together"),
        _row(
            _pick("Readouts", "exp-readouts", readouts, list(begin.readouts), "choose", multi=True),
            field("Until", number("exp-end", begin.end, 0.0), "exp-end", "h"),
            field("Readings", number("exp-readings", 13, 2, 200, 1), "exp-readings"),
        ),
    ]


def number(name: str, value: float, least: float, most: float | None = None, step: Any = "any") -> dcc.Input:
    """Return a field for a number."""
    return dcc.Input(id=name, type="number", value=value, min=least, max=most, step=step, debounce=True)


#: Fields of the form whose values describe the experiment, by what they are called there.
FIELDS: Mapping[str, str] = {
    "design": "exp-design", "cells": "exp-cells", "ligand": "exp-ligand", "ligand_dose": "exp-ligand-dose",
    "effectors": "exp-effectors", "drug": "exp-drug", "low": "exp-from", "high": "exp-to", "unit": "exp-unit",
    "points": "exp-points", "hours": "exp-hours", "beside": "exp-beside", "beside_dose": "exp-beside-dose",
    **{f"drug_{k}": f"exp-drug-{k}" for k in range(ROWS)},
    **{f"dose_{k}": f"exp-dose-{k}" for k in range(ROWS)},
    **{f"pair_{k}": f"exp-pair-{k}" for k in range(2)},
    **{f"pair_low_{k}": f"exp-pair-from-{k}" for k in range(2)},
    **{f"pair_high_{k}": f"exp-pair-to-{k}" for k in range(2)},
    **{f"pair_points_{k}": f"exp-pair-points-{k}" for k in range(2)},
    "pair_hours": "exp-pair-hours", "knock": "exp-knock", "removed": "exp-removed",
    "knock_beside": "exp-knock-beside",
    "together": "exp-together", "readouts": "exp-readouts", "end": "exp-end", "readings": "exp-readings",
}  # fmt: skip
