"""The page of a drug: what it is, what it does to a line, its level in plasma, and every number behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erbium.report.html import NOTICE, environment
from erbium.report.palette import BLUE, LINE, MUTED, SKY, VERMILION
from erbium.report.plots import figure_style, figure_svg, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLACES = {
    "dish": ("in a dish", BLUE, "-", "o"),
    "tumour": ("in a piece of tumour, with effector and immune cells", VERMILION, (0, (6, 2)), "s"),
}

DOSE_AXES = {"nM": "nominal concentration in the medium, nM", "dose": "one injection, in usual doses"}
#: What is followed of what has no concentration.
COURSES = {
    "vaccine_T_cells": "T cells against HER2 that it primed,\nin those of a primary series",
    "car_t_infiltrate": "CAR-T cells in the tumour,\nover a typical CD8 infiltrate",
    "radiation_dose_rate": "dose rate in the tumour, Gy/h\n(a fraction is spread over hours)",
}


def drug_page(page: Mapping[str, Any]) -> str:
    """Return the page of one drug as a self-contained HTML file.

    Parameters
    ----------
    page
        Schema ``erbium.drug/1`` with `portrait` (`DrugPortrait.json()`), `weight` (g/mol, or None), `facts`
        and `notes` (pairs of what and text), `rows` (its numbers), and what the notes under the figure need.
    """
    figure = figure_svg(drug_figure(page["portrait"], page["weight"]))
    return (
        environment()
        .get_template("drug.html.j2")
        .render(page=page, drug=page["drug"], figure=figure, notice=NOTICE)
    )


def drugs_index(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the page that lists all drugs and leads to theirs; `rows` as `erbium drugs list` has them."""
    return environment().get_template("drugs.html.j2").render(rows=rows, notice=NOTICE)


def drug_figure(portrait: Mapping[str, Any], weight: float | None) -> Figure:
    """Return the dose-response beside the course in patients.

    That is the concentration in plasma of a molecule of `weight`, g/mol, or what is followed of the others.
    """
    with figure_style():
        figure = new_figure(10.4, 3.7)
        left, right = figure.subplots(1, 2)
        _draw_doses(left, portrait)
        if weight is None:
            _draw_course(right, portrait)
        else:
            _draw_plasma(right, portrait, weight)
        return figure


def _draw_doses(axes: Axes, portrait: Mapping[str, Any]) -> None:
    doses = portrait["doses"]
    for height in (0.0, 1.0):
        axes.axhline(height, color=LINE, lw=1.0, zorder=0)
    axes.axvline(portrait["usual"], color=LINE, lw=1.0, ls=(0, (3, 3)), zorder=0)
    for place, values in portrait["gr"].items():
        label, colour, line, mark = PLACES[place]
        axes.fill_between(doses, values["low"], values["high"], color=colour, alpha=0.15, lw=0)
        axes.plot(doses, values["median"], color=colour, ls=line, marker=mark, ms=3.5, lw=1.6, label=label)
    axes.set_xscale("log")
    axes.set_ylim(-1.08, 1.7)
    axes.set_yticks([-1, -0.5, 0, 0.5, 1])
    axes.set_xlabel(DOSE_AXES.get(portrait["unit"], f"one dose, {portrait['unit']}"))
    axes.set_ylabel("growth rate (GR)")
    axes.set_title(f"{portrait['line']} alone with it, {portrait['hours']:g} h")
    ink: dict[str, Any] = {"color": MUTED, "fontsize": 7.5, "transform": axes.get_yaxis_transform()}
    for height, text, side in (
        (1.02, "no effect", "right"),
        (0.02, "no growth", "right"),
        (-0.98, "all cells lost", "left"),
    ):
        axes.text(0.99 if side == "right" else 0.01, height, text, va="bottom", ha=side, **ink)
    axes.legend(frameon=False, fontsize=8, loc="upper left", handlelength=3.4)


def _draw_course(axes: Axes, portrait: Mapping[str, Any]) -> None:
    days, course = portrait["time_days"], portrait["course"]
    axes.fill_between(days, course["low"], course["high"], color=SKY, alpha=0.35, lw=0)
    axes.plot(days, course["median"], color=BLUE, lw=1.4)
    axes.set_xlim(0.0, days[-1])
    axes.set_ylim(0.0, max(max(course["high"]) * 1.1, 1e-9))
    axes.set_xlabel("days after the first dose")
    axes.set_ylabel(COURSES[portrait["followed"]])
    axes.set_title("In patients, at the usual dose")


def _draw_plasma(axes: Axes, portrait: Mapping[str, Any], weight: float) -> None:
    # Before the first dose there is nothing that a logarithmic axis could show.
    days = portrait["time_days"][1:]
    plasma = {name: values[1:] for name, values in portrait["course"].items()}
    axes.fill_between(days, plasma["low"], plasma["high"], color=SKY, alpha=0.35, lw=0)
    axes.plot(days, plasma["median"], color=BLUE, lw=1.4)
    top, least = max(plasma["high"]), min(plasma["low"][len(days) // 20 :])
    axes.set_yscale("log")
    axes.set_ylim(min(max(least / 2.0, top * 1e-6), top / 20.0), top * 2.0)
    axes.set_xlim(0.0, days[-1])
    axes.set_xlabel("days after the first dose")
    axes.set_ylabel("total concentration in plasma, nM")
    axes.set_title("Plasma at the usual dose")
    # nM times g/mol is ng/L: a million of them make a mg.
    other = axes.twinx()
    other.set_yscale("log")
    other.set_ylim(*(limit * weight * 1e-6 for limit in axes.get_ylim()))
    other.set_ylabel("mg/L")
    other.spines["right"].set_visible(True)
