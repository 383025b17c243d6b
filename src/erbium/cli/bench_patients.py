"""The patients on which the engine is measured: virtual HER2-positive tumours under four regimens."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from erbium.engine.bench_case import Case
from erbium.engine.doses import DoseRule
from erbium.knowledge import load_knowledge
from erbium.profile import profile_from
from erbium.profile.schema import SCHEMA
from erbium.tumour import Tumour

#: Antibodies with a taxane, both kinds of conjugate, and a kinase inhibitor: every slot of the network.
REGIMENS = ("thp_docetaxel", "tdxd", "tdm1", "tucatinib_trastuzumab_capecitabine")


@functools.cache
def bench_patients(clones: int, patients: int, seed: int) -> Case:
    """Return `patients` twins of one metastatic HER2-positive tumour, the regimens in turn.

    Parameters
    ----------
    clones
        Clones of each tumour.
    patients
        Number of patients.
    seed
        Seed of every draw.
    """
    knowledge = load_knowledge()
    profile = profile_from(
        {
            "schema": SCHEMA,
            "meta": {"id": "bench"},
            "disease": {"setting": "metastatic", "line": 2},
            "her2": {"ihc": "3+", "heterogeneity_percent": 10},
            "receptors": {"er_percent": 10},
        }
    )
    whole = Tumour.from_profile(
        profile, seed=seed, parameter_draws=patients, marker_draws=1, knowledge=knowledge
    )
    kept = whole.clones[:clones]
    share = sum(clone.fraction for clone in kept)
    tumour = replace(whole, clones=tuple(replace(clone, fraction=clone.fraction / share) for clone in kept))
    arms = [tumour.arm(knowledge.regimens[name]) for name in REGIMENS]
    of_patient = np.arange(patients) % len(arms)
    parameters = np.array([arms[of_patient[i]].parameters[i] for i in range(patients)])
    rules = list(dict.fromkeys(rule for arm in arms for rule in arm.rules))
    amounts = np.zeros((len(rules), patients))
    place: dict[DoseRule, int] = {rule: row for row, rule in enumerate(rules)}
    for number, arm in enumerate(arms):
        chosen = of_patient == number
        for rule, amount in zip(arm.rules, arm.amounts, strict=True):
            amounts[place[rule], chosen] += amount[chosen]
    return Case(tumour.network, parameters, rules, amounts, volume="tumour_volume")
