"""The figures by which one scoring run is told from another: a line of the log."""

from __future__ import annotations

from typing import Any

from erbium.trial.scoreboard.run import TrialScoreboard


def log_row(board: TrialScoreboard) -> dict[str, Any]:
    """Return the line of the log for a scoreboard, without its number."""
    how, totals = board.setting, board.totals.board.totals
    inside, outside = totals["in_sample"], totals["out_of_sample"]
    skill = outside["log_hr_skill"]
    claims = [board.totals.claims["totals"][side]["numbers_right"] for side in totals]
    return {
        "date": how.date.isoformat(),
        "seed": how.seed,
        "patients": how.patients,
        "draws": how.draws,
        "earlier_lines": how.earlier_lines,
        "trials": len(board.scored),
        **how.frozen.json(),
        "skill": skill["value"],
        "skill_low": skill["low"],
        "skill_high": skill["high"],
        "spearman": outside["log_hr_spearman"],
        "hr_inside": _of(outside["hr_inside_ci"]),
        "null_right": _of(outside["null_comparisons_right"]),
        "orr_inside": _of(outside["orr_inside_ci"]),
        "pfs_within": _of(outside["median_pfs_within_30pct"]),
        "subgroups": _of(outside["subgroup_right"]),
        "crps_skill": outside["crps_skill"],
        "coverage_90": _of(outside["coverage_90"]),
        "in_sample_skill": inside["log_hr_skill"]["value"],
        "in_sample_hr_inside": _of(inside["hr_inside_ci"]),
        "claims_inside": f"{sum(c['count'] for c in claims)}/{sum(c['of'] for c in claims)}",
    }


def _of(share: dict[str, Any]) -> str:
    return f"{share['count']}/{share['of']}"
