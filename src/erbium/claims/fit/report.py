"""The documented fit to claims, as a page."""

from __future__ import annotations

import datetime as dt

from erbium.claims.fit.search import ClaimsFit

_HEAD = """# Assumed numbers and the visible claims

Most kinetic constants of the network are assumed, within ranges. This fit moves as few of them as
little as it can within their draws, so that more of the *visible* claims about cells hold: effects
of each claim are regressed on the logarithms of the numbers over the draws, the sum of softly
broken bounds with an L1 penalty is lowered, and the result is measured again. Held-out claims,
claims about patients and contested ones are not looked at; specificity checks count as claims do, and
checks on cells (decision 13) as five;
the share of cells that a drug leaves in a line is held where measurements had put it. Agreement
with the visible claims is therefore not evidence for the model: the held-out share of [the
claims](../claims.md) is.
"""


def claims_report(fit: ClaimsFit, *, members: int, seed: int, penalty: float) -> str:
    """Return the fit as Markdown."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    mended, broken = sorted(fit.before - fit.after), sorted(fit.after - fit.before)
    lines = [
        _HEAD,
        f"- date {today}, seed {seed}, {members} draws, penalty {penalty:g} per standard deviation",
        f"- checks of cells asked {fit.checks}; that do not hold, from the start and after each round: "
        + ", ".join(map(str, fit.course)),
        f"- mended: {', '.join(mended) or 'none'}",
        f"- broken: {', '.join(broken) or 'none'}",
        f"- numbers moved: {len(fit.factors)} of {len(fit.numbers)}",
        "",
        "## Numbers moved",
        "",
        "| number | from | to | factor |",
        "|---|--:|--:|--:|",
    ]
    for name in sorted(fit.factors, key=lambda key: (-max(fit.factors[key], 1 / fit.factors[key]), key)):
        value, factor = fit.numbers[name].value, fit.factors[name]
        lines.append(f"| {name} | {value:.4g} | {value * factor:.4g} | {factor:.3f} |")
    return "\n".join(lines) + "\n"
