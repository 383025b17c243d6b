"""Write the archetypes and pairs of ``docs/combinations.md`` anew, then read the difference.

``python -m tests.pages.combinations`` takes some minutes; the score against measured pairs is a command of
its own (``erbium search score``), whose table ``--score FILE.json`` puts in.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erbium.core.twins import Twins
from erbium.experiment import Condition
from erbium.knowledge import load_knowledge
from erbium.profile import read_profile
from erbium.search.agents import drug_agents
from erbium.search.excess import Synergy
from erbium.search.standing import Standings
from erbium.search.together import dish_synergy, tumour_synergy
from erbium.tumour import Tumour
from tests.pages.tables import DOCS, with_table
from tests.unit.search.conftest import Panel, panel_of, ranked

ARCHETYPES = "| lesion | given | partner | rank without (gain) | rank with (gain) | moves up |"
PAIRS = "| pair | tumour, log10 cells | dish, share of cells |"
SCORE = "| pairs | predictor | n | Spearman (5th to 95th percentile, lines drawn again) | same sign | measured above 0 |"  # noqa: E501
HEADERS = (ARCHETYPES, PAIRS, SCORE)
#: Lesion in words, ER in percent, mechanisms, given drugs, partners.
LESIONS: tuple[tuple[str, float, dict[str, float], str, tuple[str, ...]], ...] = (
    ("PTEN lost", 0.0, {"pten_loss": 1.0}, "trastuzumab", ("everolimus", "capivasertib")),
    ("IGF1R high", 0.0, {"igf1r_high": 1.0}, "trastuzumab", ("linsitinib",)),
    ("PIK3CA H1047R", 0.0, {"pik3ca_h1047r": 1.0}, "trastuzumab", ("alpelisib", "inavolisib")),
    (
        "PIK3CA H1047R, alpelisib given", 0.0, {"pik3ca_h1047r": 1.0}, "alpelisib",
        ("neratinib", "trastuzumab", "trametinib"),
    ),
    ("CCND1 amplified, HR+", 90.0, {"ccnd1_amplification": 1.0}, "trastuzumab+fulvestrant", ("palbociclib",)),
    ("MUC1-C", 0.0, {"muc1c_activation": 1.0}, "trastuzumab", ("go_203",)),
    ("PD-L1 with TIL", 0.0, {"pdl1_high": 1.0, "til_high": 1.0}, "trastuzumab", ("atezolizumab",)),
    ("MUC4 masking", 0.0, {"muc4_masking": 0.7}, "trastuzumab", ("neratinib",)),
    ("HSP90 high", 0.0, {"hsp90_high": 1.0}, "trastuzumab", ("luminespib",)),
    ("p95HER2 high", 0.0, {"p95her2": 0.9}, "trastuzumab", ("tucatinib", "neratinib")),
)  # fmt: skip


def archetypes() -> Iterator[str]:
    """Yield the rows of the textbook lesions."""
    panels: dict[float, Panel] = {}
    for name, er, lesion, given, partners in LESIONS:
        if er not in panels:
            panels[er] = panel_of(er)
        before, after = panels[er].gains(given, {}), panels[er].gains(given, lesion)
        for place, partner in enumerate(partners):
            ranks = [ranked(gains)[partner] for gains in (before, after)]
            shown = [
                f"{rank} ({gains[partner]:.2f})" for rank, gains in zip(ranks, (before, after), strict=True)
            ]
            verdict = "yes" if ranks[1] < ranks[0] else f"**no**, {ranks[1]} of {len(after)}"
            first = (name, given.replace("+", " + ")) if place == 0 else ("", "")
            yield _row(*first, partner, *shown, verdict)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def pairs(page: str, draws: int = 8, seed: int = 1) -> Iterator[str]:
    """Yield the rows of the pairs that the page names, by the names it has for them."""
    lines = page.split("\n")
    at = lines.index(PAIRS) + 2
    named = []
    for line in lines[at:]:
        if not line.startswith("|"):
            break
        named.append(line.split("|")[1].strip())
    chosen = [tuple(pair.split(" + ")) for pair in named]
    known = load_knowledge()
    agents = drug_agents(known, sorted({name for pair in chosen for name in pair}))
    case = read_profile(DOCS.parent / "examples/cases/er_positive_her2_positive.toml")
    tumour = Tumour.from_profile(case, seed=seed, parameter_draws=draws, marker_draws=1)
    sets = [(agents[a], agents[b]) for a, b in chosen]
    grown = tumour_synergy(Standings(tumour, agents), sets)
    drugs = [(known.drugs[agents[a].id], known.drugs[agents[b].id]) for a, b in chosen]
    dish = dish_synergy(Condition("BT-474"), drugs, Twins(seed, draws, 1))
    for name, pair, (a, b) in zip(named, sets, drugs, strict=True):
        here = grown.get(pair)
        yield _row(name, _said(None if here is None else here[0]), _said(dish.get((a.id, b.id))))


def _said(synergy: Synergy | None) -> str:
    if synergy is None:
        return "not to be read"
    bliss, loewe = synergy.excess["Bliss"], synergy.excess.get("Loewe")
    text = f"{synergy.verdict} {_signed(bliss.median)} ({_signed(bliss.low)} to {_signed(bliss.high)})"
    known = loewe is not None and math.isfinite(loewe.median)
    return f"{text}; Loewe {_signed(loewe.median)}" if known and loewe is not None else text


def _signed(value: float) -> str:
    return "0.000" if abs(value) < 5e-4 else f"{value:+.3f}"


def score(document: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of the score against measured pairs."""
    for row in document["scores"]:
        if row["spearman"] is None:
            continue  # measured single agents are known for one table only
        low, high, sign = row["low"], row["high"], row["sign_agreement"]
        interval = "" if low is None else f" ({low:.2f} to {high:.2f})"
        yield _row(
            row["group"],
            row["predictor"],
            str(row["n"]),
            f"{row['spearman']:.2f}{interval}",
            "–" if sign is None else f"{sign:.2f}",
            f"{row['measured_positive']:.2f}",
        )


def renew(measured: Path | None = None) -> None:
    """Write the page."""
    file = DOCS / "combinations.md"
    text = file.read_text(encoding="utf-8")
    text = with_table(text, ARCHETYPES, list(archetypes()))
    text = with_table(text, PAIRS, list(pairs(text)))
    if measured is not None:
        text = with_table(text, SCORE, list(score(json.loads(measured.read_text(encoding="utf-8")))))
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[2]) if sys.argv[1:2] == ["--score"] else None)
