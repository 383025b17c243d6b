"""Drug files: complete, sourced, recomputed, and as potent as the measurements say."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from erbium.core.errors import DataError, DataErrors, UnknownName
from erbium.core.expression import evaluate
from erbium.core.parser import parse
from erbium.knowledge.catalogue import (
    check_references,
    load_drugs,
    load_regimens,
    load_sources,
    resolve_drug,
)
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import ADC, TKI, PI3KInhibitor
from erbium.pharmacology.interactions import clearance_factors
from erbium.pharmacology.slots import PROTEIN_G_PER_MOL

DRUGS = load_drugs()
WANTED = {
    "abemaciclib", "aderbasib", "afatinib", "alpelisib", "alvespimycin", "anastrozole", "aspirin",
    "atezolizumab", "avelumab", "bemcentinib", "bevacizumab", "buparlisib", "capecitabine",
    "capivasertib", "capmatinib", "carboplatin", "cisplatin", "com701", "dasatinib", "dinaciclib",
    "disitamab_vedotin", "docetaxel", "doxorubicin", "durvalumab", "entinostat", "epacadostat",
    "erdafitinib", "eribulin", "ertumaxomab", "everolimus", "fulvestrant", "ganitumab", "gemcitabine",
    "go_203", "her2_pd1_bispecific", "her2_pdl1_bispecific", "inavolisib", "infliximab", "ipilimumab",
    "kn026", "lapatinib", "letrozole", "linsitinib", "lovastatin", "luminespib", "margetuximab",
    "medi4276", "metformin", "nab_paclitaxel", "neratinib", "nivolumab", "olaparib", "oleclumab",
    "p95her2_cd3_bispecific", "paclitaxel", "palbociclib", "pembrolizumab", "perifosine", "pertuzumab",
    "pictilisib", "poziotinib", "propranolol", "pyrotinib", "retaspimycin", "ribociclib",
    "ridaforolimus", "ruxolitinib", "salicylate", "sargramostim", "selumetinib", "tamoxifen",
    "tanespimycin", "temsirolimus", "tiragolumab", "trametinib", "trasintuzumab", "trastuzumab",
    "trastuzumab_deruxtecan", "trastuzumab_duocarmazine", "trastuzumab_emtansine", "tucatinib",
    "vinorelbine", "xmt_1522", "zanidatamab", "zenocutuzumab",
    "nelipepimut_s", "gp2", "ae37", "dher2", "her2_vector_vaccine", "her2_dendritic_cell_vaccine",
    "her2_tumour_cell_vaccine", "her2_car_t", "radiation",
}  # fmt: skip
WEIGHTS = {
    "C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999, "F": 18.998, "S": 32.06, "Cl": 35.45, "Pt": 195.084,
    "Br": 79.904, "I": 126.904, "P": 30.974,
}  # fmt: skip
HER2_TURNOVER = math.log(2.0) / 18.5
each_drug = pytest.mark.parametrize("drug", DRUGS.values(), ids=DRUGS.keys())
each_molecule = pytest.mark.parametrize(
    "drug", [pytest.param(d, id=d.id) for d in DRUGS.values() if d.molecule]
)


def half_lives_h(drug: Drug) -> tuple[float, float]:
    """Return the distribution and the terminal half-life of the linear disposition."""
    v = drug.kinetics.values()
    if "Q" not in v:
        half = math.log(2.0) * v["V1"] / v["CL"]
        return half, half
    k10, k12, k21 = v["CL"] / v["V1"], v["Q"] / v["V1"], v["Q"] / v["V2"]
    total = k10 + k12 + k21
    root = math.sqrt(total * total - 4.0 * k10 * k21)
    return math.log(2.0) / ((total + root) / 2.0), math.log(2.0) / ((total - root) / 2.0)


def mean_free(drug: Drug, dose_mg: float, every_h: float) -> float:
    return drug.free_concentration(dose_mg / every_h / drug.kinetics.values()["CL"])


def nominal_potency(drug: Drug) -> float:
    """Concentration in medium that leaves half of HER2 kinase active after many hours."""
    action, medium = drug.pharmacology, drug.kinetics.medium_free_fraction
    assert isinstance(action, TKI)
    assert medium is not None
    free = action.Ki_HER2.value
    if action.kinact is not None:
        free = action.Ki_HER2.value * HER2_TURNOVER / (action.kinact.value - HER2_TURNOVER)
    return free / medium.value


def test_all_drugs_are_there() -> None:
    assert set(DRUGS) >= WANTED


def test_every_reference_resolves() -> None:
    assert check_references(DRUGS, load_regimens(), load_sources()) == []


@each_drug
def test_no_clinical_efficacy_constant(drug: Drug) -> None:
    forbidden = re.compile(r"kkill|kill|emax|efficacy|orr|pfs|response", re.IGNORECASE)
    assert not [key for key in drug.numbers() if forbidden.search(key)]


@each_drug
def test_numbers_without_a_patient_source_are_ranged(drug: Drug) -> None:
    for key, number in drug.numbers().items():
        if number.kind == "assumed":
            assert number.low is not None, key
            assert number.high is not None, key
            assert number.note, f"{key}: an assumption says why"


@each_drug
def test_derived_numbers_are_recomputed(drug: Drug) -> None:
    for key, number in drug.numbers().items():
        if number.formula is not None:
            found = float(evaluate(parse(number.formula), {}))
            assert found == pytest.approx(number.value, rel=0.011), key


@each_molecule
def test_molecular_weight_is_that_of_the_formula(drug: Drug) -> None:
    assert drug.molecule is not None
    if drug.molecule.elements is None:
        assert drug.molecular_weight > PROTEIN_G_PER_MOL
        return
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", drug.molecule.elements)
    weight = sum(WEIGHTS[element] * int(count or 1) for element, count in parts)
    assert drug.molecular_weight == pytest.approx(weight, abs=0.02)


@pytest.mark.parametrize(
    ("name", "published_h", "tolerance"),
    [
        ("pertuzumab", 18.0 * 24, 0.01),
        ("margetuximab", 19.2 * 24, 0.01),
        ("trastuzumab_emtansine", 3.9 * 24, 0.02),
        ("trastuzumab_deruxtecan", 28.0 * 24, 0.02),
        ("alpelisib", 8.6, 0.01),
        ("tucatinib", 7.8, 0.01),
        ("neratinib", 15.9, 0.01),
        ("lapatinib", 24.0, 0.01),
        ("docetaxel", 11.1, 0.02),
        ("paclitaxel", 20.2, 0.02),
        ("vinorelbine", 38.0, 0.02),
        ("capecitabine", 0.98, 0.01),
        ("letrozole", 48.0, 0.2),
        ("pembrolizumab", 22.0 * 24, 0.01),
        ("atezolizumab", 27.0 * 24, 0.01),
        ("bevacizumab", 19.6 * 24, 0.01),
        ("ipilimumab", 15.4 * 24, 0.01),
        ("tiragolumab", 17.6 * 24, 0.01),
        ("temsirolimus", 17.3, 0.01),
        ("doxorubicin", 31.0, 0.02),
        ("afatinib", 37.0, 0.01),
        ("ribociclib", 32.0, 0.01),
        ("ridaforolimus", 64.5, 0.01),
        ("nab_paclitaxel", 21.6, 0.3),
        ("eribulin", 40.0, 0.3),
        ("capmatinib", 6.5, 0.3),
        ("tamoxifen", 7.0 * 24, 0.25),
        ("abemaciclib", 24.8, 0.1),
    ],
)
def test_terminal_half_life(name: str, published_h: float, tolerance: float) -> None:
    assert half_lives_h(DRUGS[name])[1] == pytest.approx(published_h, rel=tolerance)


@pytest.mark.parametrize(
    ("name", "dose_mg", "every_days", "doses", "published_mg_l", "tolerance"),
    [
        # Median before the seventh dose of 5 mg/kg (US label).
        ("bevacizumab", 5.0 * 70.0, 14.0, 6, 80.3, 0.25),
        ("tiragolumab", 600.0, 21.0, 1, 54.9, 0.10),
        # Mean of 3 mg/kg at steady state; the mean of a skewed trough lies above the typical one.
        ("ipilimumab", 3.0 * 80.0, 21.0, 4, 19.4, 0.30),
    ],
)
def test_trough(
    name: str, dose_mg: float, every_days: float, doses: int, published_mg_l: float, tolerance: float
) -> None:
    v = DRUGS[name].kinetics.values()
    fast, slow = (math.log(2.0) / half for half in half_lives_h(DRUGS[name]))
    k21 = v["Q"] / v["V2"]
    shares = {fast: (fast - k21) / (fast - slow), slow: (k21 - slow) / (fast - slow)}
    hours = [24.0 * every_days * (dose + 1) for dose in range(doses)]
    left = sum(share * math.exp(-rate * time) for rate, share in shares.items() for time in hours)
    assert dose_mg / v["V1"] * left == pytest.approx(published_mg_l, rel=tolerance)


def test_deruxtecan_distribution_half_life() -> None:
    assert half_lives_h(DRUGS["trastuzumab_deruxtecan"])[0] == pytest.approx(2.9 * 24, rel=0.02)


@pytest.mark.parametrize(
    ("name", "peak_h"),
    [
        ("lapatinib", 4.0), ("neratinib", 4.0), ("tucatinib", 2.0), ("alpelisib", 3.0), ("afatinib", 3.5),
        ("ribociclib", 2.5), ("capmatinib", 1.5), ("dasatinib", 0.5), ("erdafitinib", 2.5),
        ("perifosine", 14.0), ("tamoxifen", 5.5),
    ],
)  # fmt: skip
def test_time_of_the_peak(name: str, peak_h: float) -> None:
    v = DRUGS[name].kinetics.values()
    out = v["CL"] / v["V1"]
    assert math.log(v["ka"] / out) / (v["ka"] - out) == pytest.approx(peak_h, rel=0.02)


def test_exposures() -> None:
    fulvestrant = 500.0 / DRUGS["fulvestrant"].kinetics.values()["CL"]
    assert fulvestrant == pytest.approx(13.1, rel=0.01)
    depot = math.log(2.0) / DRUGS["fulvestrant"].kinetics.values()["ka"] / 24.0
    assert depot == pytest.approx(40.0, rel=0.01)
    assert half_lives_h(DRUGS["fulvestrant"])[1] < 24.0, "flip-flop: release is slower than elimination"
    lapatinib = 1250.0 / DRUGS["lapatinib"].kinetics.values()["CL"]
    assert lapatinib == pytest.approx(36.2, rel=0.01)
    margetuximab = 15.0 * 70.0 / (DRUGS["margetuximab"].kinetics.values()["CL"] * 24.0)
    assert margetuximab == pytest.approx(4120.0, rel=0.01)


def test_tki_potency_in_amplified_cells() -> None:
    lapatinib = nominal_potency(DRUGS["lapatinib"])
    neratinib = nominal_potency(DRUGS["neratinib"])
    assert 116.0 < lapatinib < 509.0, "between the measured values in BT-474 and SK-BR-3"
    assert neratinib == pytest.approx(1.7, rel=0.05)
    assert neratinib < lapatinib / 50.0


def test_tki_selectivity() -> None:
    tucatinib, lapatinib = DRUGS["tucatinib"].pharmacology, DRUGS["lapatinib"].pharmacology
    assert isinstance(tucatinib, TKI)
    assert isinstance(lapatinib, TKI)
    assert tucatinib.Ki_EGFR.value >= 1000.0 * tucatinib.Ki_HER2.value
    assert lapatinib.Ki_EGFR.value < 3.0 * lapatinib.Ki_HER2.value


@pytest.mark.parametrize(
    ("name", "dose", "every", "number"),
    [
        ("lapatinib", 1250.0, 24.0, "Ki_HER2"),
        ("tucatinib", 300.0, 12.0, "Ki_HER2"),
        ("alpelisib", 300.0, 24.0, "IC50_p110a_mutant"),
        ("everolimus", 10.0, 24.0, "IC50_mTORC1"),
        ("palbociclib", 125.0, 24.0, "IC50_CDK4"),
        ("fulvestrant", 500.0, 672.0, "IC50_ER"),
        ("letrozole", 2.5, 24.0, "IC50_aromatase"),
        ("anastrozole", 1.0, 24.0, "IC50_aromatase"),
        ("abemaciclib", 150.0, 12.0, "IC50_CDK4"),
        ("ribociclib", 600.0, 32.0, "IC50_CDK4"),
        ("buparlisib", 100.0, 24.0, "IC50_p110a_mutant"),
        ("pictilisib", 340.0, 24.0, "IC50_p110a_mutant"),
        ("inavolisib", 9.0, 24.0, "IC50_p110a_mutant"),
        ("tamoxifen", 20.0, 24.0, "IC50_ER"),
        ("epacadostat", 100.0, 12.0, "IC50_IDO1"),
        ("olaparib", 300.0, 12.0, "IC50_PARP"),
        ("capmatinib", 400.0, 12.0, "IC50_MET"),
    ],
)
def test_label_dose_reaches_the_target(name: str, dose: float, every: float, number: str) -> None:
    drug = DRUGS[name]
    assert mean_free(drug, dose, every) > drug.pharmacology.values()[number]


def test_alpelisib_spares_p110beta() -> None:
    action = DRUGS["alpelisib"].pharmacology
    assert isinstance(action, PI3KInhibitor)
    assert action.IC50_p110b.value > 100.0 * action.IC50_p110a_wt.value


def test_conjugates_differ_as_measured() -> None:
    tdm1, tdxd = DRUGS["trastuzumab_emtansine"].pharmacology, DRUGS["trastuzumab_deruxtecan"].pharmacology
    assert isinstance(tdm1, ADC)
    assert isinstance(tdxd, ADC)
    assert (tdm1.DAR.value, tdxd.DAR.value) == (3.5, 8.0)
    assert (tdm1.payload_EC50.value, tdxd.payload_EC50.value) == (950.0, 9.54)
    assert tdxd.payload_efflux.value / tdm1.payload_efflux.value == pytest.approx(2650.0, rel=0.01)
    assert tdm1.k_deconjugation.value > 10.0 * tdxd.k_deconjugation.value


def test_margetuximab_fc() -> None:
    engineered = DRUGS["margetuximab"].pharmacology.values()
    plain = DRUGS["trastuzumab"].pharmacology.values()
    assert 4.0 <= plain["fcgr3a_v_KD"] / engineered["fcgr3a_v_KD"] <= 5.0
    assert engineered["fcgr2b_KD"] / plain["fcgr2b_KD"] == pytest.approx(7.0, rel=0.01)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("T-DM1", "trastuzumab_emtansine"),
        ("tdm1", "trastuzumab_emtansine"),
        ("DS-8201a", "trastuzumab_deruxtecan"),
        ("ENHERTU", "trastuzumab_deruxtecan"),
        ("herceptin", "trastuzumab"),
        ("BYL719", "alpelisib"),
        ("Trastuzumab Deruxtecan", "trastuzumab_deruxtecan"),
        ("17-AAG", "tanespimycin"),
        ("keytruda", "pembrolizumab"),
        ("GO-203", "go_203"),
        ("nab-paclitaxel", "nab_paclitaxel"),
        ("BKM120", "buparlisib"),
        ("INCB7839", "aderbasib"),
    ],
)
def test_names_resolve(name: str, expected: str) -> None:
    assert resolve_drug(name).id == expected


def test_names_are_unique() -> None:
    owner: dict[str, str] = {}
    for drug in DRUGS.values():
        for word in drug.names:
            key = re.sub(r"[\s_\-]+", "", word.casefold())
            assert owner.setdefault(key, drug.id) == drug.id, word


def test_unknown_drug_suggests() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve_drug("lapatanib")
    assert caught.value.nearest == "lapatinib"


def test_overlay_overrides_and_adds(tmp_path: Path) -> None:
    text = (data_folder() / "drugs" / "lapatinib.toml").read_text(encoding="utf-8")
    (tmp_path / "lapatinib.toml").write_text(text.replace("value = 34.5", "value = 40.0"), encoding="utf-8")
    drugs = load_drugs([data_folder() / "drugs", tmp_path])
    assert drugs["lapatinib"].kinetics.CL.value == 40.0
    assert len(drugs) == len(DRUGS)


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("Ki_HER4", "Ki_HER5", "pharmacology.Ki_HER5", "Ki_HER4"),
        ('unit = "L/h"', 'unit = "furlong"', "pk", "furlong"),
        (
            'kind = "assumed", low = 0.002, high = 0.01',
            'kind = "assumed"',
            "pk.free_fraction",
            "low and high",
        ),
        ('mode = "reversible"', 'mode = "covalent"', "pharmacology", "kinact"),
        ('class = "tki"', 'class = "tkii"', "class", "tki"),
        ("[pk]", "[pkk]", "pkk", "pk"),
        ('dose = "1250 mg"', 'dose = "1 dose"', "default_schedule.dose", "is given in mg"),
        ('id = "lapatinib"', 'id = "other"', "id", "lapatinib"),
        ("route", "route =", "", "TOML"),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
    text = (data_folder() / "drugs" / "lapatinib.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "lapatinib.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_drugs(tmp_path)
    assert "lapatinib.toml" in str(caught.value)
    assert message in str(caught.value)
    errors = caught.value.errors if isinstance(caught.value, DataErrors) else (caught.value,)
    assert key == "" or any(error.key == key for error in errors), [error.key for error in errors]


def test_interactions_have_ranges_that_can_be() -> None:
    """Ratios of exposure between a fortieth and forty: no drug of the list does more to another."""
    for drug in DRUGS.values():
        for key, number in drug.interactions.numbers().items():
            assert number.unit == "1", f"{drug.id} {key}"
            assert number.note, f"{drug.id} {key}: says what was measured with what"
            table = key.split(".")[0]
            low, high = (0.0, 1.0) if table == "share" else (1.0 / 40.0, 40.0)
            for value in (number.value, number.low, number.high):
                assert value is None or low <= value <= high, f"{drug.id} {key}"


@pytest.mark.parametrize(
    ("name", "other", "exposure"),
    [
        # Labels call tucatinib and ribociclib strong inhibitors of CYP3A (five-fold and more).
        ("everolimus", "tucatinib", 5.7),
        ("everolimus", "ribociclib", 5.2),
        ("palbociclib", "tucatinib", 1.8),
        ("letrozole", "tamoxifen", 0.62),
        ("anastrozole", "tamoxifen", 0.73),
        ("olaparib", "tamoxifen", 0.73),
        ("docetaxel", "lapatinib", 1.0),
        ("fulvestrant", "tucatinib", 1.0),
        ("eribulin", "ribociclib", 1.0),
    ],
)
def test_exposure_beside_another_drug(name: str, other: str, exposure: float) -> None:
    factors = clearance_factors((name, other), DRUGS)
    assert 1.0 / factors.get(name, 1.0) == pytest.approx(exposure, rel=0.02)


def test_index_inhibitors_give_the_measured_exposure_back() -> None:
    """A share derived from one inhibitor gives, with that inhibitor's ratio, the AUC it came from."""
    ratios = {"ketoconazole": 11.5, "itraconazole": 7.3, "clarithromycin": 6.5, "ritonavir": 14.5}
    checked = 0
    for drug in DRUGS.values():
        share = drug.interactions.share.get("CYP3A")
        said = re.match(r"AUC ([\d.]+)-fold with (\w+),", share.note or "") if share else None
        if share is None or said is None or share.value == 1.0:
            continue
        factor = 1.0 - share.value + share.value / ratios[said[2]]
        assert 1.0 / factor == pytest.approx(float(said[1]), rel=0.01), drug.id
        checked += 1
    assert checked >= 12
