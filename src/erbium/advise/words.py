"""Reasons, cautions and gaps in words."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from erbium.advise.history import risks_of
from erbium.advise.run import Simulated
from erbium.core.toml_files import read_toml
from erbium.core.twins import Array, Twins
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.pharmacology import find_interactions
from erbium.profile import Profile, not_tested
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Endpoints
from erbium.tumour.presence import Mask, Presence

#: A shift of the leading endpoint below this share of its value is not called an effect.
_SMALLEST_SHIFT = 0.05
#: Twins with a mechanism below which nothing is said of it.
FEWEST_TWINS = 5
#: A contrast between twins is told when it exceeds this many standard errors: many are looked at.
_STANDARD_ERRORS = 2.5
#: Tests that are listed with what they would change.
MOST_TESTS = 6


@functools.cache
def caution_texts() -> dict[str, str]:
    """Return the plain words of every caution."""
    return dict(read_toml(data_folder() / "cautions.toml"))


def cautions_of(regimen: Regimen, profile: Profile, drugs: Mapping[str, Drug] | None = None) -> list[str]:
    """Return what to watch for, this patient's own risks first; `drugs` as in :func:`risks_of`."""
    texts = caution_texts()
    return risks_of(regimen, profile, blocks=False, drugs=drugs) + [
        texts.get(item, item) for item in regimen.cautions
    ]


def interactions_of(regimen: Regimen, drugs: Mapping[str, Drug]) -> list[str]:
    """Return, as further cautions, which drugs of the regimen move the exposure of another."""
    found = find_interactions(regimen.drug_ids, drugs)
    return [f"interaction, {one.text}" for one in found if one.matters]


@dataclass(frozen=True)
class Shift:
    """What switching one mechanism off does to one option."""

    presence: Presence
    simulated: Simulated
    base: Simulated
    rank_without: int | None

    @property
    def change(self) -> float:
        """Mean change of the leading endpoint when the mechanism is absent."""
        return float((self.simulated.endpoints.score - self.base.endpoints.score).mean())

    def json(self, rank: int) -> dict[str, Any]:
        """Return the shift as JSON."""
        base = self.base.endpoints
        return {
            "mechanism": self.presence.mechanism.id,
            "name": self.presence.mechanism.name,
            "effect": {
                "endpoint": base.score_name,
                "with": float(base.score.mean()),
                "without": float(self.simulated.endpoints.score.mean()),
                "unit": base.score_unit,
            },
            "rank_without": self.rank_without,
            "text": self.text(rank),
        }

    def text(self, rank: int) -> str:
        """Return the shift as a sentence."""
        base = float(self.base.endpoints.score.mean())
        other = float(self.simulated.endpoints.score.mean())
        name, unit = self.presence.mechanism.name, self.base.endpoints.score_unit
        label = _LABELS.get(self.base.endpoints.score_name, self.base.endpoints.score_name)
        size = abs(other - base) / max(abs(base), abs(other), 1e-9)
        shown = f"{label} {_number(base, unit)} -> {_number(other, unit)}"
        moved = "" if self.rank_without in (None, rank) else f"; rank {rank} -> {self.rank_without}"
        if size < _SMALLEST_SHIFT:
            return f"without {name}: little change ({shown}{moved})"
        verb = "better" if other > base else "worse"
        return f"without {name}: {verb} ({shown}{moved})"


_LABELS = {"rmst": "mean progression-free time", "pCR": "pCR", "cure": "expected cure"}


def _number(value: float, unit: str) -> str:
    return f"{100 * value:.0f} %" if unit == "fraction" else f"{value:.1f} {unit}"


def missing_tests(tumour: Tumour, ranked: Sequence[Simulated], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the tests that were not done, the one that would tell most first.

    For a mechanism that was drawn, twins with and without it are compared over the top options: what
    a result would change is read from the twins themselves. Mechanisms without a clinical test stay
    part of the uncertainty and are not listed.
    """
    entries: list[dict[str, Any]] = []
    covered: set[str] = set()
    hints: dict[str, float] = {}
    for presence in tumour.presences.values():
        mechanism = presence.mechanism
        if presence.status != "sampled" or presence.present.sum() < FEWEST_TWINS or not mechanism.test:
            continue
        share, hint, text = _value_of_test(presence, ranked, names)
        entries.append(
            {
                "marker": mechanism.name,
                "why": f"drawn in {100 * presence.fraction:.0f} % of the twins; test: {mechanism.test}",
                "change": text,
                "importance": share,
            }
        )
        hints[mechanism.name] = hint
        covered.add(mechanism.name.split()[0].lower())
    entries.sort(key=lambda entry: (-float(entry["importance"]), -hints[entry["marker"]]))
    minor = [str(entry["marker"]) for entry in entries[MOST_TESTS:]]
    entries = entries[:MOST_TESTS]
    for test in not_tested(tumour.profile):
        if test.marker.split()[0].lower() not in covered:
            entries.append(
                {
                    "marker": test.marker,
                    "why": test.status.replace("_", " "),
                    "change": "",
                    "importance": 0.0,
                }
            )
    if minor:
        entries.append(
            {
                "marker": "Others",
                "why": "drawn too, with less weight: " + ", ".join(minor),
                "change": "",
                "importance": 0.0,
            }
        )
    return entries


def _value_of_test(
    presence: Presence, ranked: Sequence[Simulated], names: Sequence[str]
) -> tuple[float, float, str]:
    """Return how far a positive result would move the options, in standard errors too, and in words."""
    present = presence.present
    if present.all():
        return 0.0, 0.0, ""
    best, most, texts = 0.0, 0.0, [""]
    for simulated, name in zip(ranked, names, strict=True):
        a, b, errors = _contrast(simulated.endpoints.score, present)
        share = abs(a - b) / max(abs(a), abs(b), 1e-9)
        most = max(most, errors)
        if errors > _STANDARD_ERRORS and share > best:
            best = share
            unit = simulated.endpoints.score_unit
            direction = "less" if a < b else "more"
            texts[0] = f"if present, {direction} from {name} ({_number(b, unit)} -> {_number(a, unit)})"
    means = [
        (float(s.endpoints.score[present].mean()), float(s.endpoints.score[~present].mean())) for s in ranked
    ]
    first_with, first_without = (int(np.argmax(column)) for column in zip(*means, strict=True))
    lead = ranked[first_with].endpoints.score - ranked[first_without].endpoints.score
    if first_with != first_without and _contrast(lead, present)[2] > _STANDARD_ERRORS:
        texts.append(f"best simulated option changes to {names[first_with]}")
        best += 1.0
    return best, most, "; ".join(filter(None, texts))


def _contrast(score: Array, present: Mask) -> tuple[float, float, float]:
    """Return the means with and without the mechanism, and their difference in standard errors."""
    a, b = float(score[present].mean()), float(score[~present].mean())
    with_, without = int(present.sum()), int((~present).sum())
    # Pooled, since the few that carry a mechanism may all have reached the horizon.
    error = float(score.std(ddof=1)) * (1.0 / with_ + 1.0 / without) ** 0.5
    return a, b, abs(a - b) / max(error, 1e-12)


def spread_of(tumour: Tumour, endpoints: Endpoints, twins: Twins) -> dict[str, float]:
    """Return the shares of the variance between twins: parameters, unmeasured markers, and the rest."""
    score = twins.per_draw(endpoints.score)
    total = float(score.var())
    if total <= 0.0:
        return {"parameters": 0.0, "markers": 0.0, "chance": 0.0}
    within = score - score.mean(axis=1, keepdims=True)
    noise = float(within.var(axis=1).mean()) / max(twins.marker_draws - 1, 1)
    parameters = max(float(score.mean(axis=1).var()) - noise, 0.0)
    columns = [
        twins.per_draw(p.present * p.strength)
        for p in tumour.presences.values()
        if p.status == "sampled" and p.present.any()
    ]
    markers = 0.0
    if columns and twins.count > 3 * len(columns):
        x = np.stack([(c - c.mean(axis=1, keepdims=True)).reshape(-1) for c in columns], axis=1)
        y = within.reshape(-1)
        fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
        penalty = 1.0 - (1.0 - fitted.var() / max(y.var(), 1e-12)) * len(y) / (len(y) - len(columns))
        markers = max(penalty, 0.0) * float(within.var())
    shares = {"parameters": parameters / total, "markers": markers / total}
    return {**shares, "chance": max(1.0 - sum(shares.values()), 0.0)}
