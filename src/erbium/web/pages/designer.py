"""The form of the page Experiment: its fields, what they begin with, and the experiment they describe."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from erbium.core import units
from erbium.experiment.example import example_text
from erbium.knowledge import load_knowledge
from erbium.web.experiments import CASE, names
from erbium.web.pages.drug_words import drug_choices, drug_name
from erbium.web.pages.parts import choice, field

DOSES, COURSE = "doses", "course"
#: Value of the choice of cells that stands for the cells of the case.
CASE_CELLS = "\N{BULLET} case"
#: Treatments of a time course that can be set side by side.
ROWS = 3
_UNITS = [{"label": words, "value": unit} for words, unit in (("pM", "pM"), ("nM", "nM"), ("µM", "umol/L"))]
_DESIGNS = [{"label": "dose-response", "value": DOSES}, {"label": "time course", "value": COURSE}]


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


@functools.cache
def start() -> Start:
    """Return what the form begins with, concentrations in nM and times in h."""
    data = tomllib.loads(example_text())
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
    )


def _number(text: str, unit: str) -> float:
    return float(f"{units.to(text, unit):.6g}")


def form(members: int, most: int) -> list[Any]:
    """Return the fields of the form; `members` draws to begin with, and no more than `most`."""
    design = dcc.RadioItems(_DESIGNS, DOSES, id="exp-design", inline=True)
    return [
        html.Fieldset([html.Legend("Design"), design], className="plain"),
        _dish(),
        html.Div(_dose_fields(), id="exp-doses"),
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
    "together": "exp-together", "readouts": "exp-readouts", "end": "exp-end", "readings": "exp-readings",
}  # fmt: skip


def experiment_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the experiment that a filled form describes, in the shape of its file.

    Parameters
    ----------
    said
        Value of each field by its name in `FIELDS`; what is missing is left out, and told by the reader
        of the experiment where it is needed.
    """
    base: dict[str, Any] = {}
    if said["ligand"]:
        base["ligands"] = {said["ligand"]: said["ligand_dose"]}
    if said["effectors"]:
        base["effectors"] = said["effectors"]
    make = _doses if said["design"] == DOSES else _course
    return {"base": base, **make(said)} if base else make(said)


def _doses(said: Mapping[str, Any]) -> dict[str, Any]:
    beside = {said["beside"]: said["beside_dose"]} if said["beside"] else None
    arms: dict[str, Any] = {}
    for name, cell in _cells(said["cells"]):
        arms[name] = cell
        if beside:
            arms[f"{name} with {drug_name(said['beside'])} {said['beside_dose']:g} nM"] = {
                **cell,
                "drugs": beside,
            }
    unit = said["unit"]
    return {
        "name": f"{drug_name(said['drug'] or '')} in {', '.join(name for name, _ in _cells(said['cells']))}"[
            :80
        ],
        "arms": arms,
        "dose_response": {
            "drug": said["drug"] or "",
            "concentrations": {
                "from": _quantity(said["low"], unit),
                "to": _quantity(said["high"], unit),
                "points": said["points"],
            },
            "time": _quantity(said["hours"], "h"),
        },
    }


def _course(said: Mapping[str, Any]) -> dict[str, Any]:
    rows = [(said[f"drug_{k}"], said[f"dose_{k}"]) for k in range(ROWS) if said[f"drug_{k}"]]
    treatments: dict[str, dict[str, Any]] = {"untreated": {}}
    treatments |= {f"{drug_name(drug)} {_short(dose)} nM": {drug: dose} for drug, dose in rows}
    if len(rows) > 1 and said["together"]:
        treatments["together"] = dict(rows)
    cells = _cells(said["cells"])
    arms = {
        (words if len(cells) == 1 else f"{name} {words}"): {**cell, **({"drugs": drugs} if drugs else {})}
        for name, cell in cells
        for words, drugs in treatments.items()
    }
    end, count = said["end"], said["readings"]
    every = float(f"{end / (count - 1):.6g}") if end and count and count > 1 else 1.0
    return {
        "name": f"Time course in {', '.join(name for name, _ in cells)}"[:80],
        "readouts": list(said["readouts"] or []),
        "times": {"from": "0 h", "to": _quantity(end, "h"), "every": _quantity(every, "h")},
        "arms": arms,
    }


def _cells(chosen: Sequence[str] | None) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("cells of the case", {"case": CASE}) if name == CASE_CELLS else (name, {"line": name})
        for name in chosen or []
    ]


def _quantity(value: float | None, unit: str) -> str:
    return f"{value:.6g} {unit}" if value is not None else ""


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
