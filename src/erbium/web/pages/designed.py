"""The experiment that a filled form of the page Experiment describes, and what the form still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erbium.web.experiments import CASE, LONGEST_NAME, MOST_DISHES, names
from erbium.web.pages.designer import CASE_CELLS, COURSE, DOSES, MOST_KNOCKED, PAIR, ROWS
from erbium.web.pages.drug_words import drug_name


def experiment_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the experiment that a filled form describes, in the shape of its file.

    Parameters
    ----------
    said
        Value of each field by its name in `designer.FIELDS`; what is missing is left out, and told by the
        reader of the experiment where it is needed.
    """
    base: dict[str, Any] = {}
    if said["ligand"]:
        base["ligands"] = {said["ligand"]: said["ligand_dose"]}
    if said["effectors"]:
        base["effectors"] = said["effectors"]
    make = {DOSES: _doses, PAIR: _pair, COURSE: _course}[said["design"]]
    return {"base": base, **make(said)} if base else make(said)


def _doses(said: Mapping[str, Any]) -> dict[str, Any]:
    beside = {said["beside"]: said["beside_dose"]} if said["beside"] else None
    arms: dict[str, Any] = {}
    for name, cell in _cells(said):
        arms[name] = cell
        if beside:
            arms[f"{name} with {drug_name(said['beside'])} {said['beside_dose']:g} nM"] = {
                **cell,
                "drugs": beside,
            }
    unit = said["unit"]
    return {
        "name": _titled(drug_name(said["drug"] or ""), said),
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
    cells = _cells(said)
    arms = {
        (words if len(cells) == 1 and not said["knock"] else f"{name} {words}"): {
            **cell,
            **({"drugs": drugs} if drugs else {}),
        }
        for name, cell in cells
        for words, drugs in treatments.items()
    }
    end, count = said["end"], said["readings"]
    every = float(f"{end / (count - 1):.6g}") if end and count and count > 1 else 1.0
    return {
        "name": _titled("Time course", said),
        "readouts": list(said["readouts"] or []),
        "times": {"from": "0 h", "to": _quantity(end, "h"), "every": _quantity(every, "h")},
        "arms": arms,
    }


def _pair(said: Mapping[str, Any]) -> dict[str, Any]:
    drugs = {
        said[f"pair_{k}"] or "": {
            "from": _quantity(said[f"pair_low_{k}"], "nM"),
            "to": _quantity(said[f"pair_high_{k}"], "nM"),
            "points": said[f"pair_points_{k}"],
        }
        for k in range(2)
    }
    return {
        "name": _titled(" and ".join(drug_name(drug) for drug in drugs), said),
        "arms": dict(_cells(said)),
        "matrix": {"drugs": drugs, "time": _quantity(said["pair_hours"], "h")},
    }


def dishes(said: Mapping[str, Any]) -> str:
    """Return in words how many dishes two drugs at their concentrations take, and how many there may be."""
    most, points = f"at most {MOST_DISHES}", [said[f"pair_points_{k}"] for k in range(2)]
    arms = len(_cells(said))
    if not all(points) or not arms:
        return f"{most.capitalize()} dishes."
    rows, columns = (count + 1 for count in points)
    each = "" if arms == 1 else f", each for {arms} kinds of cells"
    total = arms * rows * columns
    return f"{rows} × {columns} dishes, without either drug included{each}: {total} of {most}."


def _cells(said: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the cells by name: as they are, knocked down, or both."""
    found = []
    for chosen in said["cells"] or []:
        own = chosen == CASE_CELLS
        name, cell = ("cells of the case", {"case": CASE}) if own else (chosen, {"line": chosen})
        if not said["knock"] or said["knock_beside"]:
            found.append((name, cell))
        if said["knock"]:
            share = (said["removed"] or 0.0) / 100.0
            down = {"knock_down": {handle: float(f"{share:.6g}") for handle in said["knock"]}}
            found.append((f"{name}, {'+'.join(_genes(said))} −{_short(said['removed'])}%", {**cell, **down}))
    return found


def _genes(said: Mapping[str, Any]) -> list[str]:
    known = {one["name"]: one["gene"] for one in names()["knock_downs"]}
    return [known.get(handle, handle) for handle in said["knock"]]


def _titled(what: str, said: Mapping[str, Any]) -> str:
    """Return what an experiment is called: what is done, and to which cells."""
    cells = ", ".join("cells of the case" if name == CASE_CELLS else name for name in said["cells"] or [])
    knocked = f", {' and '.join(_genes(said))} knocked down" if said["knock"] else ""
    return f"{what} in {cells}{knocked}"[:LONGEST_NAME]


def _quantity(value: float | None, unit: str) -> str:
    return f"{value:.6g} {unit}" if value is not None else ""


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def lacking(form: Mapping[str, Any], case: Mapping[str, Any] | None) -> str:
    """Return what is still to be chosen or typed, in words; nothing where the form is full."""
    if not form["cells"]:
        return "Choose the cells."
    if CASE_CELLS in form["cells"] and case is None:
        return "There is no case: choose one, or leave out its cells."
    design = form["design"]
    if design == DOSES and not form["drug"]:
        return "Choose the drug."
    if design == PAIR and not (form["pair_0"] and form["pair_1"]):
        return "Choose both drugs."
    if design == PAIR and form["pair_0"] == form["pair_1"]:
        return "Choose two different drugs."
    for key, words in _needed(design, form):
        if form[key] is None:
            return f"{words}: give a number within the bounds of the field."
    if any(form[name] and form[dose] is None for name, dose in _with_dose(design)):
        return "Give a concentration, 0 nM or more, for each drug and ligand."
    if len(form["knock"] or []) > MOST_KNOCKED:
        return f"Knock down: choose at most {MOST_KNOCKED} genes together."
    if design == COURSE and not form["readouts"]:
        return "Choose what is read."
    return ""


def _needed(design: str, form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers that a design needs, each with the words over its field."""
    doses = [("low", "From"), ("high", "To"), ("points", "Concentrations"), ("hours", "Read at")]
    pair = [(f"pair_{key}_{k}", words) for k in range(2) for key, words in doses[:3]]
    removed = [("removed", "Share removed")] if form["knock"] else []
    return (
        removed
        + {
            DOSES: doses,
            PAIR: [*pair, ("pair_hours", "Read at")],
            COURSE: [("end", "Until"), ("readings", "Readings")],
        }[design]
    )


def _with_dose(design: str) -> list[tuple[str, str]]:
    """Return what may be chosen in a design, each with the field of its concentration."""
    beside = {
        DOSES: [("beside", "beside_dose")],
        PAIR: [],
        COURSE: [(f"drug_{k}", f"dose_{k}") for k in range(ROWS)],
    }[design]
    return [("ligand", "ligand_dose"), *beside]
