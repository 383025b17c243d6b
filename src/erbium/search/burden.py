"""What a set of drugs does to the patient: cautions that overlap, and published rates of severe events.

The parts are kept apart, with no weights between them: a set is only called worse where it is worse, or
alike, in every part.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from erbium.knowledge import Knowledge
from erbium.knowledge.schema.regimen import Caution
from erbium.knowledge.toxicity_rates import rates_of
from erbium.search.agents import Set, regimen_of


@dataclass(frozen=True)
class Burden:
    """The burden of a set.

    Attributes
    ----------
    agents
        Number of agents.
    overlapping
        Cautions that two or more of its drugs carry, with these drugs.
    severe
        Expected number of kinds of severe event (grade 3 or more) in a patient, each drug by its own
        published arm, as if drugs caused them independently.
    assumed
        Drug and caution where no rate is published for the drug: the median of the published ones for this
        caution is taken, or none where there is none at all.
    unknown
        Drugs of which no severe rate at all is published: not known is not none, and they count at least
        like the median drug of their class (of all drugs, where its class has none, and for a node).
    """

    agents: int
    overlapping: Mapping[Caution, tuple[str, ...]]
    severe: float
    assumed: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[float, ...]:
        """Number of agents, number of overlaps, and severe events; less is better in each."""
        return float(self.agents), float(len(self.overlapping)), self.severe

    def json(self) -> dict[str, Any]:
        """Return the burden as plain data."""
        return {
            "agents": self.agents,
            "overlapping": [
                {"caution": key, "drugs": list(names)} for key, names in self.overlapping.items()
            ],
            "severe_events": self.severe,
            "rates_assumed": [{"drug": drug, "caution": caution} for drug, caution in self.assumed],
            "rates_unknown": list(self.unknown),
        }


class Burdens:
    """Looks burdens up, each drug's rates once."""

    def __init__(self, knowledge: Knowledge, settings: tuple[str, ...]) -> None:
        self.knowledge, self.settings = knowledge, settings
        self._own: dict[str, dict[Caution, float | None]] = {}
        seen: dict[Caution, list[float]] = {}
        for arm in knowledge.toxicities.values():
            for event in arm.event:
                if event.severe is not None:
                    seen.setdefault(event.caution, []).append(event.severe.share)
        self.usual = {caution: statistics.median(shares) for caution, shares in seen.items()}
        self._of_class = self._medians()

    def of(self, agents: Set) -> Burden:
        """Return the burden of a set; a node without a drug counts like the median drug."""
        drugs = [agent.drug for agent in agents if agent.drug is not None]
        carriers: dict[Caution, list[str]] = {}
        for drug in drugs:
            for caution in drug.toxicities:
                carriers.setdefault(caution, []).append(drug.id)
        severe, assumed = 0.0, []
        for caution, names in carriers.items():
            spared = 1.0
            for name in names:
                share = self._rates(name).get(caution)
                if share is None:
                    share = self.usual.get(caution, 0.0)
                    assumed.append((name, caution))
                spared *= 1.0 - share
            severe += 1.0 - spared
        unknown = tuple(drug.id for drug in drugs if not self._published(drug.id))
        for name in unknown:
            drug_class = self.knowledge.drugs[name].drug_class
            least = self._of_class.get(drug_class, self._of_class["any"])
            severe += max(least - self._alone(name), 0.0)
        nodes = tuple(agent.id for agent in agents if agent.drug is None)
        severe += len(nodes) * self._of_class["any"]
        overlapping = {key: tuple(names) for key, names in carriers.items() if len(names) > 1}
        return Burden(len(agents), overlapping, severe, tuple(assumed), (*unknown, *nodes))

    def _published(self, drug: str) -> bool:
        return any(share is not None for share in self._rates(drug).values())

    def _alone(self, drug: str) -> float:
        """Return the expected kinds of severe event of one drug, unpublished rates at the median."""
        rates = self._rates(drug)
        return sum(self.usual.get(key, 0.0) if share is None else share for key, share in rates.items())

    def _medians(self) -> dict[str, float]:
        """Return the median burden of the drugs with published rates, by class and of any class."""
        found: dict[str, list[float]] = {}
        for drug in self.knowledge.drugs.values():
            if self._published(drug.id):
                for key in (drug.drug_class, "any"):
                    found.setdefault(key, []).append(self._alone(drug.id))
        return {key: statistics.median(values) for key, values in found.items()}

    def _rates(self, drug: str) -> Mapping[Caution, float | None]:
        """Return severe rates of one drug by caution; None where none is published."""
        if drug not in self._own:
            known = self.knowledge
            found = rates_of(regimen_of([known.drugs[drug]]), known.drugs, known.toxicities, self.settings)
            self._own[drug] = {
                item.caution: next(
                    (e.event.severe.share for e in item.entries if e.event.severe is not None), None
                )
                for item in found
            }
        return self._own[drug]
