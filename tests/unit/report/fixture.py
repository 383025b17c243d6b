"""A made-up answer and a made-up course, in the shape of the JSON contract. No number here is a result."""

# ruff: noqa: E501 (rows of a table read better on one line)

from __future__ import annotations

import math
from typing import Any

NOTICE = "Research software, not a medical device. SYNTHETIC EXAMPLE for tests of the report: no number is a result."

# id, name, tier, list, ORR, PFS at 12 months, median PFS, key caution
_OPTIONS = (
    ("tdxd", "trastuzumab deruxtecan", "I", "standard", 0.74, 0.71, 21.4, "Interstitial lung disease: watch for cough and dyspnoea."),
    ("tucatinib_trastuzumab_capecitabine", "tucatinib + trastuzumab + capecitabine", "I", "standard", 0.47, 0.41, 9.6, "Diarrhoea, hepatotoxicity; test DPYD before capecitabine."),
    ("tdm1", "trastuzumab emtansine", "I", "standard", 0.43, 0.38, 8.9, "Thrombocytopenia, hepatotoxicity."),
    ("neratinib_capecitabine", "neratinib + capecitabine", "I", "standard", 0.38, 0.29, 7.2, "Diarrhoea: prophylaxis is required."),
    ("lapatinib_capecitabine", "lapatinib + capecitabine", "I", "standard", 0.33, 0.24, 6.3, "Diarrhoea, rash, hepatotoxicity."),
    ("trastuzumab_pertuzumab_capecitabine", "trastuzumab + pertuzumab + capecitabine", "II", "standard", 0.36, 0.27, 7.0, "Hand-foot syndrome; test DPYD before capecitabine."),
    ("margetuximab_capecitabine", "margetuximab + capecitabine", "II", "standard", 0.31, 0.22, 6.1, "Infusion reactions at the first dose."),
    ("trastuzumab_capecitabine", "trastuzumab + capecitabine", "II", "standard", 0.29, 0.20, 5.8, "Hand-foot syndrome; test DPYD before capecitabine."),
    ("thp_docetaxel", "trastuzumab + pertuzumab + docetaxel", "III", "standard", 0.52, 0.44, 10.4, "Neutropenia, neuropathy."),
    ("trastuzumab_vinorelbine", "trastuzumab + vinorelbine", "III", "standard", 0.34, 0.23, 6.2, "Neutropenia."),
    ("everolimus_trastuzumab_vinorelbine", "everolimus + trastuzumab + vinorelbine", "III", "standard", 0.37, 0.30, 7.4, "Stomatitis, hyperglycaemia, neutropenia."),
    ("lapatinib_trastuzumab", "lapatinib + trastuzumab", "III", "standard", 0.17, 0.12, 3.9, "Diarrhoea, rash."),
    ("neratinib_trastuzumab", "neratinib + trastuzumab", "III", "standard", 0.24, 0.15, 4.6, "Diarrhoea: prophylaxis is required."),
    ("alpelisib_tdm1", "alpelisib + trastuzumab emtansine", "IV", "hypothesis", 0.57, 0.52, 12.9, "Hyperglycaemia: not tested together in a randomised trial."),
    ("alpelisib_trastuzumab_pertuzumab", "alpelisib + trastuzumab + pertuzumab", "IV", "hypothesis", 0.44, 0.41, 9.4, "Hyperglycaemia, rash, diarrhoea."),
    ("tdxd_pertuzumab", "trastuzumab deruxtecan + pertuzumab", "IV", "hypothesis", 0.76, 0.73, None, "Tested in first line only."),
    ("tucatinib_tdm1", "tucatinib + trastuzumab emtansine", "IV", "hypothesis", 0.51, 0.47, 11.2, "Hepatotoxicity adds up."),
)  # fmt: skip

_MECHANISMS = (
    ("pik3ca_h1047r", "PIK3CA H1047R", "measured", 1.0, "PIK3CA", "Kinase-domain mutation: p110α works without a receptor.", 0.13),
    ("erbb2_amplification", "ERBB2 amplification", "measured", 1.0, "ERBB2 copy number", "Receptor number from IHC 3+.", 0.0),
    ("p95_her2", "p95HER2, high ratio", "sampled", 0.28, "p95HER2", "HER2 without ectodomain: no antibody binds it.", 0.05),
    ("pten_loss", "PTEN loss", "sampled", 0.19, "PTEN IHC", "PIP3 is not removed.", 0.04),
    ("her2_heterogeneity", "HER2-negative clone", "sampled", 0.24, "HER2 heterogeneity", "A clone without HER2.", 0.06),
    ("fcgr3a_f", "FCGR3A F/F genotype", "sampled", 0.42, "FCGR3A", "Fc killing is weaker.", 0.01),
)  # fmt: skip

_BEFORE = {
    "pHER2": 420.0, "pHER3": 46.0, "pERK": 0.34, "pAKT_S473": 0.58, "pS6": 0.71, "pRB": 0.66, "cyclin_D1": 0.62,
    "p27": 0.31, "HER3_total": 38.0, "surface_HER2": 1450.0, "ER_output": 0.02, "apoptosis": 0.06, "Ki67": 0.52,
    "nuclear_FOXO": 0.22, "p95_ratio": 0.12, "pTSC2": 0.63, "PIP3": 0.41,
}  # fmt: skip
_RISES = {"p27", "HER3_total", "apoptosis", "nuclear_FOXO", "p95_ratio"}
_COUNTED = {"pHER2", "pHER3", "HER3_total", "surface_HER2"}
_CLASS = {
    "trastuzumab": "antibody", "pertuzumab": "antibody", "margetuximab": "antibody", "tucatinib": "tki",
    "neratinib": "tki", "lapatinib": "tki", "alpelisib": "pi3k_inhibitor", "everolimus": "mtor_inhibitor",
}  # fmt: skip
_ADC = {
    "trastuzumab deruxtecan": "5.4 mg/kg every 3 weeks",
    "trastuzumab emtansine": "3.6 mg/kg every 3 weeks",
}


def _rate(value: float, half: float = 0.16) -> dict[str, Any]:
    low, high = max(0.0, value - half), min(1.0, value + 0.8 * half)
    return {"median": value, "low": low, "high": high, "unit": "fraction"}


def _course(orr: float, pfs: float | None) -> dict[str, Any]:
    days = [14.0 * step for step in range(53)]
    months = [day / 30.4375 for day in days]
    regrow = 0.055 if pfs is None else 0.55 / (pfs + 4.0) + 0.02

    def sizes(kill: float) -> list[float]:
        return [
            86.0 * (kill + (1.0 - kill) * math.exp(-0.55 * m)) * math.exp(regrow * 0.5 * m) for m in months
        ]

    middle, low, high = (sizes(k) for k in (0.78 - 0.62 * orr, 0.42 - 0.36 * orr, 0.98 - 0.42 * orr))
    diameter = {"unit": "mm", "median": middle, "low": low, "high": high}
    volume = {"unit": "cm^3"} | {
        key: [0.52e-3 * d**3 for d in series]
        for key, series in (("median", middle), ("low", low), ("high", high))
    }
    return {"time_days": days, "sum_of_diameters": diameter, "volume": volume}


def _drugs(name: str) -> list[dict[str, Any]]:
    found = []
    for drug in name.split(" + "):
        kind = "adc" if drug in _ADC else _CLASS.get(drug, "chemotherapy")
        dose = _ADC.get(drug, "as in the regimen file")
        found.append({"id": drug.replace(" ", "_"), "name": drug, "class": kind, "dose": dose})
    return found


def _readouts(orr: float) -> dict[str, Any]:
    return {
        key: {
            "before": value,
            "on_treatment": value * (1.0 + 2.2 * orr) if key in _RISES else value * (1.0 - 0.85 * orr),
            "unit": "kreceptor" if key in _COUNTED else "1",
        }
        for key, value in _BEFORE.items()
    }


def _resistance(name: str, orr: float, rank: int) -> list[dict[str, Any]]:
    weight = 0.35 if "deruxtecan" in name else 1.4 if "alpelisib" in name else 1.0
    found = []
    for id_, label, *_rest, effect in _MECHANISMS:
        signed = -effect * weight if "alpelisib" not in name or "pik3ca" not in id_ else 0.09
        without = min(1.0, max(0.0, orr - signed))
        found.append(
            {
                "mechanism": id_,
                "name": label,
                "effect": {"endpoint": "PFS_12m", "without": without, "with": orr, "unit": "fraction"},
                "rank_without": max(1, rank - 1) if effect > 0.1 else rank,
                "text": f"Without {label}: 12-month PFS {without:.0%} instead of {orr:.0%}.",
            }
        )
    return found


def _option(index: int) -> dict[str, Any]:
    id_, name, tier, list_, orr, pfs_12m, pfs, caution = _OPTIONS[index]
    rank = index + 1
    reference = id_ == "tdxd"
    difference = pfs_12m - 0.71
    response, progression = _rate(orr), _rate(pfs_12m, 0.18)
    months = {
        "median": pfs,
        "low": None if pfs is None else 0.62 * pfs,
        "high": None if pfs is None or pfs > 15 else 1.7 * pfs,
        "not_reached": pfs is None,
        "unit": "months",
    }
    rmst = {"median": 24 * pfs_12m * 0.9, "low": 18 * pfs_12m, "high": 23.5 * pfs_12m, "unit": "months"}
    return {
        "rank": rank,
        "tier": tier,
        "tie_with": {2: [3], 3: [2], 6: [7, 8], 7: [6, 8], 8: [6, 7]}.get(rank, []),
        "regimen": id_,
        "name": name,
        "list": list_,
        "requires_met": ["HER2-positive (IHC 3+)"],
        "endpoints": [{"name": "ORR", **response}, {"name": "PFS_12m", **progression}, {"name": "rmst", **rmst}],
        "response_rate": response,
        "pfs_months": months,
        "pfs_12m": progression,
        "rmst_months": rmst,
        "versus_reference": {
            "regimen": "tdxd",
            "endpoint": "PFS_12m",
            "p_better": None if reference else max(0.01, min(0.96, 0.5 + 1.35 * difference)),
            "difference": None
            if reference
            else {"median": difference, "low": difference - 0.11, "high": difference + 0.12, "unit": "fraction"},
        },
        "course": _course(orr, pfs),
        "readouts": _readouts(orr),
        "resistance": _resistance(name, pfs_12m, rank) if rank <= 8 else [],
        "reasons": [
            "The payload kills without the PI3K pathway: without PIK3CA H1047R the rank stays 1.",
            "HER2-negative neighbours are reached by bystander killing in the twins with a second clone.",
        ]
        if "deruxtecan" in name
        else [
            f"Without PIK3CA H1047R: rank {rank} → {max(1, rank - 1)}.",
            "Signal block is incomplete: p110α works without the receptor, PIP3 stays at half.",
        ],
        "cautions": [caution, "LVEF before treatment and every 3 months."],
        "evidence": [
            {
                "source": "destiny_breast03" if "deruxtecan" in name else "emilia" if "emtansine" in name else "her2climb",
                "text": "longer PFS than trastuzumab emtansine in second line" if reference else "randomised, in this line",
                "level": "A1" if tier == "I" else "A2" if tier == "II" else "B" if tier == "III" else "E",
                "status": "secondary" if rank % 3 else "verified",
            },
            {"source": "erbium_hypothesis", "text": "simulation of this tumour", "level": "E", "status": "derived"},
        ],
        "drugs": _drugs(name),
    }  # fmt: skip


def advice() -> dict[str, Any]:
    """Return a synthetic answer for a PIK3CA H1047R, HER2 3+, ER-negative tumour in second line."""
    options = [_option(index) for index in range(len(_OPTIONS))]
    return {
        "schema": "erbium.advise/1",
        "version": "0.1.0",
        "seed": 1,
        "knowledge_hash": "5f0c9b6d1e7a4f2d8c3b0a9e6d5c4b3a2f1e0d9c8b7a69584736251403f2e1d0",
        "knowledge_date": "2026-01-15",
        "warnings": ["TP53 R175H is kept and not modelled."],
        "engine": {
            "backend": "c", "precision": "f32", "twins": 200, "parameter_draws": 20, "marker_draws": 10,
            "states": 214, "clones": 2,
        },
        "case": {
            "id": "synthetic-pik3ca-h1047r",
            "summary": [
                {"label": "Age", "value": "54 years", "status": "measured"},
                {"label": "Menopause", "value": "postmenopausal", "status": "measured"},
                {"label": "HER2", "value": "IHC 3+, ratio 5.1, 14.2 copies", "status": "measured"},
                {"label": "ER / PR", "value": "0 % / 0 %", "status": "measured"},
                {"label": "Sites", "value": "liver, bone", "status": "measured"},
                {"label": "Sum of diameters", "value": "86 mm", "status": "measured"},
                {"label": "Earlier", "value": "THP, 14 months, PR then PD", "status": "measured"},
                {"label": "PIK3CA", "value": "H1047R (VAF 0.31)", "status": "measured"},
                {"label": "PTEN", "value": "not tested", "status": "not_tested"},
                {"label": "p95HER2", "value": "not tested", "status": "not_tested"},
                {"label": "LVEF", "value": "61 %", "status": "measured"},
                {"label": "Ki67", "value": "38 %", "status": "inferred"},
            ],
        },
        "setting": "metastatic",
        "line": "2L",
        "horizon_months": 24,
        "her2_status": {
            "status": "positive", "label": "HER2-positive", "group": 1,
            "rule": "ISH group 1 (ratio >= 2.0 and copies >= 4.0): positive.",
            "explanation": "IHC 3+ and ISH group 1 agree: complete, intense staining in more than 10 % of tumour cells.",
            "inputs": {"ihc": "3+", "ish_ratio": 5.1, "copies": 14.2, "cep17": 2.8},
            "missing": [], "warnings": ["The biopsy is 9 months old and was taken before the last line."],
        },
        "reference": {
            "regimen": "tdxd", "name": "trastuzumab deruxtecan",
            "why": "named standard of second-line HER2-positive metastatic disease (DESTINY-Breast03)",
        },
        "mechanisms": [
            {
                "id": id_, "name": name, "present": present, "fraction": fraction, "marker": marker,
                "status": "measured" if present == "measured" else "sampled from its prevalence", "description": text,
            }
            for id_, name, present, fraction, marker, text, _effect in _MECHANISMS
        ],
        "clones": [
            {"name": "HER2-amplified, PIK3CA H1047R", "fraction_median": 0.93, "description": "main clone"},
            {"name": "HER2-negative", "fraction_median": 0.07, "description": "in 24 % of the twins"},
        ],
        "options": options,
        "not_allowed": [
            {"regimen": "fulvestrant_palbociclib", "name": "fulvestrant + palbociclib", "reasons": ["needs a hormone-receptor-positive tumour; ER is 0 %", "needs HER2-negative"]},
            {"regimen": "trastuzumab_pertuzumab_letrozole", "name": "trastuzumab + pertuzumab + letrozole", "reasons": ["needs a hormone-receptor-positive tumour; ER is 0 %"]},
        ],
        "not_tested": [
            {"marker": "p95HER2", "why": "28 % of the twins carry a high ratio", "change": "If high: rank 2 and 3 change places."},
            {"marker": "PTEN", "why": "19 % of the twins have lost it", "change": "If lost: alpelisib + trastuzumab emtansine falls below tucatinib + trastuzumab + capecitabine."},
            {"marker": "FCGR3A", "why": "genotype unknown", "change": "No change of the order in any draw."},
            {"marker": "HER2 heterogeneity", "why": "one biopsy only", "change": "If 20 % HER2-negative: the lead of trastuzumab deruxtecan grows."},
        ],
        "outside_support": ["Brain metastases are not simulated: no brain imaging is recorded for this case."],
        "spread": {"endpoint": "PFS_12m", "markers": 0.31, "parameters": 0.54, "chance": 0.15},
        "sources": [
            {"id": "destiny_breast03", "text": "Cortés J et al. Trastuzumab deruxtecan versus trastuzumab emtansine. N Engl J Med 2022.", "doi": None, "pmid": None, "nct": "NCT03529110", "status": "unverified"},
            {"id": "emilia", "text": "Verma S et al. Trastuzumab emtansine for HER2-positive advanced breast cancer. N Engl J Med 2012.", "doi": None, "pmid": None, "nct": "NCT00829166", "status": "unverified"},
            {"id": "her2climb", "text": "Murthy R et al. Tucatinib, trastuzumab and capecitabine. N Engl J Med 2020.", "doi": None, "pmid": None, "nct": "NCT02614794", "status": "unverified"},
            {"id": "bo17929", "text": "Cortés J et al. Pertuzumab alone, then with trastuzumab, after progression. J Clin Oncol 2012.", "doi": "10.1200/JCO.2011.37.4207", "pmid": None, "nct": None, "status": "verified"},
            {"id": "erbium_hypothesis", "text": "Erbium: simulation only, no clinical study found.", "doi": None, "pmid": None, "nct": None, "status": "derived"},
        ],
        "notice": NOTICE,
    }  # fmt: skip


def treatment() -> dict[str, Any]:
    """Return a synthetic course of one regimen."""
    course = _course(0.47, 9.6)
    days = course["time_days"]
    readouts = {}
    for key, value in _BEFORE.items():
        end = value * (1.9 if key in _RISES else 0.5)
        middle = [value + (end - value) * (1.0 - math.exp(-day / 9.0)) for day in days]
        readouts[key] = {
            "unit": "kreceptor" if key in _COUNTED else "1",
            "median": middle,
            "low": [0.75 * x for x in middle],
            "high": [1.25 * x for x in middle],
        }
    twins = []
    for index in range(40):
        nadir = -100.0 + 3.3 * index if index < 36 else 24.0 + 4 * (index - 36)
        best = "CR" if nadir <= -99 else "PR" if nadir <= -30 else "SD" if nadir < 20 else "PD"
        progression = None if index < 6 else 520.0 - 11.0 * index
        twins.append(
            {
                "parameter_draw": index // 4,
                "marker_draw": index % 4,
                "best_response": best,
                "progression_days": progression,
                "nadir_percent": nadir,
            }
        )
    return {
        "schema": "erbium.simulate/1", "version": "0.1.0", "seed": 1, "knowledge_hash": "5f0c9b6d1e7a4f2d", "warnings": [],
        "regimen": "tucatinib_trastuzumab_capecitabine", "name": "tucatinib + trastuzumab + capecitabine",
        "setting": "metastatic",
        "engine": {"backend": "c", "precision": "f32", "twins": 40, "parameter_draws": 10, "marker_draws": 4},
        **course,
        "readouts": readouts,
        "best_response": {"CR": 0.03, "PR": 0.5, "SD": 0.37, "PD": 0.1},
        "response_rate": _rate(0.53),
        "pfs_months": {"median": 9.6, "low": 6.0, "high": 15.1, "not_reached": False, "unit": "months"},
        "pfs_12m": _rate(0.41), "rmst_months": {"median": 10.2, "low": 7.8, "high": 13.0, "unit": "months"},
        "not_reached": False,
        "twins": twins,
        "events": [{"time_days": 0.0, "twin": 0, "kind": "dose"}, {"time_days": 190.0, "twin": 30, "kind": "progression"}],
    }  # fmt: skip
