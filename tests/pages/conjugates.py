"""Write the tables of ``docs/conjugates.md`` anew, then read the difference.

``python -m tests.pages.conjugates MEASUREMENTS`` takes some minutes; measurements is the folder with
``adc_invitro``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erbium.knowledge.catalogue import resolve_regimen
from erbium.profile import profile_from
from erbium.tumour import Tumour
from erbium.tumour.exchange import Exchange, Step, exchange
from tests.biology.test_conjugates_in_dishes import (
    DENSE,
    SPARSE,
    TDM1,
    TDXD,
    USUAL,
    agreement,
    alive,
    titration,
)
from tests.pages.tables import DOCS, with_table

CURVES = "| | in the dish | days | plateau | RMS | IC50 over measured |"
TITRATION = (
    "| nM | T-DM1, dish | T-DXd, dish | T-DM1, 1e5 cells in 0.1 mL | T-DXd | T-DM1, tumour | T-DXd, tumour |"
)
MIXED = "| | T-DM1 alone | beside | T-DXd alone | beside | disitamab vedotin alone | beside | trastuzumab duocarmazine alone | beside |"  # noqa: E501
FORWARD = "| exchanged in this order | response % | median PFS, months | mean PFS to 48 months |"
BACKWARD = "| exchanged in the reverse order | response % | median PFS, months | mean PFS to 48 months |"
GAINS = "| property | response, points | mean PFS, months | seed 2, response | seed 2, months | HER2 1+, response | HER2 1+, months |"  # noqa: E501
HEADERS = (CURVES, TITRATION, MIXED, FORWARD, BACKWARD, GAINS)
DISHES = (
    ("as it is: a million cells in 2 mL", USUAL),
    ("1e4 cells in 0.1 mL", SPARSE),
    ("1e5 cells in 0.1 mL", DENSE),
)
MEASURED = {TDM1: "T-DM1 (measured 0.134 nM)", TDXD: "T-DXd (measured 0.042 nM)"}
SHORT = (
    "exposure", "payload moles", "potency", "class", "passage through membranes", "efflux by transporters",
    "linker cut outside cells",
)  # fmt: skip


def row(*cells: str) -> str:
    """Return one row."""
    return "| " + " | ".join(cells) + " |"


def curves(folder: Path) -> Iterator[str]:
    """Yield what is left of the measured curves of SK-BR-3."""
    for drug, name in MEASURED.items():
        for dish, settings in DISHES:
            found = agreement(folder, drug, settings)
            rms = f"{found.rms:.3f}" if found.rms <= 0.12 else f"**{found.rms:.3f}**"
            first = name if settings == USUAL else ""
            yield row(first, dish, f"{found.days:.1f}", f"{found.plateau:.2f}", rms, f"{found.fold:.1f}")


def flatness() -> Iterator[str]:
    """Yield the payload kill rate at 2e4 HER2 over that at 2e6."""
    places: tuple[dict[str, Any], ...] = ({}, {"settings": DENSE}, {"tumour": True})
    for dose in (0.1, 1.0, 10.0, 100.0):
        rates = [
            titration(drug, dose, **where)["payload_kill_rate"] for where in places for drug in (TDM1, TDXD)
        ]
        yield row(f"{dose:g}", *(f"{rate[0] / rate[-1]:.2g}" for rate in rates))


def mixtures() -> Iterator[str]:
    """Yield the living share of HER2-negative cells alone and beside HER2-positive ones."""
    drugs = (TDM1, TDXD, "disitamab_vedotin", "trastuzumab_duocarmazine")
    places = (
        *(("dish " * (settings == USUAL) + name.split(":")[0], settings, False) for name, settings in DISHES),
        ("tumour, kill as in a dish", USUAL, True),
    )
    for name, settings, tumour in places:
        cells = []
        for drug in drugs:
            alone, beside = (alive(drug, settings, share, tumour=tumour) for share in (0.0, 0.5))
            spared = drug != TDXD or alone > 0.65
            cells += [f"{alone:.2g}" if spared else f"**{alone:.2g}**", f"{beside:.2g}"]
        yield row(name, *cells)


def exchanged(seed: int, her2: dict[str, str]) -> Exchange:
    """Return T-DM1 and T-DXd exchanged property by property in second line."""
    profile = profile_from(
        {
            "schema": "erbium.profile/1",
            "meta": {"id": "second-line"},
            "her2": her2,
            "disease": {"setting": "metastatic", "line": 2},
        }
    )
    tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=1, marker_draws=100)
    scans = [42.0 * k for k in range(1, 36)]
    known = tumour.knowledge
    tdm1, tdxd = (resolve_regimen(name, known.regimens, known.drugs) for name in ("tdm1", "tdxd"))
    return exchange(tumour, tdm1, tdxd, scans)


def steps(found: tuple[Step, ...]) -> Iterator[str]:
    """Yield the steps of one order."""
    names = ["T-DM1", *(step.name for step in found[1:-1]), f"{found[-1].name}: T-DXd"]
    for name, step in zip(names, found, strict=True):
        median = "not reached" if step.median_months is None else f"{step.median_months:.1f}"
        yield row(name, f"{100.0 * step.response:.0f}", median, f"{step.mean_months:.1f}")


def gains(every: list[Exchange]) -> Iterator[str]:
    """Yield what each property adds in both orders, for each group of patients."""
    found = [(one.gains("response"), one.gains("mean_months")) for one in every]
    names = list(found[0][0])
    for place, short in enumerate(SHORT):
        cells = []
        for response, months in found:
            cells.append(", ".join(f"{100.0 * value:+.0f}" for value in response[names[place]]))
            cells.append(", ".join(f"{value:+.1f}" for value in months[names[place]]))
        yield row(short, *cells)
    whole = []
    for one in every:
        first, last = one.forward[0], one.forward[-1]
        whole.append(f"**{100.0 * (last.response - first.response):+.0f}**")
        whole.append(f"**{last.mean_months - first.mean_months:+.1f}**")
    yield row("**whole**", *whole)


def renew(folder: Path) -> None:
    """Write the page."""
    file = DOCS / "conjugates.md"
    text = file.read_text(encoding="utf-8")
    text = with_table(text, CURVES, list(curves(folder)))
    text = with_table(text, TITRATION, list(flatness()))
    text = with_table(text, MIXED, list(mixtures()))
    every = [
        exchanged(1, {"status": "positive"}),
        exchanged(2, {"status": "positive"}),
        exchanged(1, {"ihc": "1+"}),
    ]
    text = with_table(text, FORWARD, list(steps(every[0].forward)))
    text = with_table(text, BACKWARD, list(steps(every[0].backward)))
    text = with_table(text, GAINS, list(gains(every)))
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
