"""Conjugates in dishes: measured curves of SK-BR-3, a titration of HER2, mixed cultures and mixed tumours.

Length of the assay and the plateau that the reader reports are properties of an assay, not of the
drug: they are fitted per assay, within limits that are stated here. Everything else is the model's.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import least_squares

from erbium.core.twins import Array
from erbium.experiment import Condition, Exposure, Neighbours, measure
from erbium.experiment.growth import half_point
from erbium.knowledge.catalogue import load_drugs, resolve_drug

pytestmark = pytest.mark.needs_compiler

TDM1, TDXD = "trastuzumab_emtansine", "trastuzumab_deruxtecan"
MEMBERS = 8
Settings = tuple[tuple[str, float], ...]

#: A dish, or a tumour, as it is by default.
USUAL: Settings = ()


def medium(cells_over_medium: float) -> Settings:
    """Return a dish with its medium: nothing is drained, and cells take up this share of it.

    Cells of 2 pL (the volume behind payload_per_conjugate): 1e4 in 0.1 mL, as the model that the curves were
    taken from seeds them (ADC-archives, her2-invitro/model and script), are 2e-4; ten times as many 2e-3.
    """
    return (("cell_to_interstitium", cells_over_medium), ("k_washout_payload", 0.0))


SPARSE, DENSE = medium(2e-4), medium(2e-3)

# ---------------------------------------------------------------- measured curves

#: Days an assay may have lasted: the range of the calibration's design (cells.toml, adc_invitro.hours).
DAYS = {TDM1: (3.0, 6.0), TDXD: (5.0, 6.0)}
#: Share of the signal that a reader may give where no cell is alive: dead cells and medium are not nothing.
PLATEAU = (0.0, 0.4)
HOURS = np.arange(24.0, 169.0, 12.0)
LARGEST_RMS, LARGEST_FOLD = 0.12, 3.0


@dataclass(frozen=True)
class Agreement:
    """How well a simulated curve agrees with a measured one.

    Attributes
    ----------
    days, plateau
        What was fitted.
    rms
        Root mean square error of the viability.
    fold
        IC50 of the model over that of the measurement.
    """

    days: float
    plateau: float
    rms: float
    fold: float

    def check(self) -> None:
        assert self.rms <= LARGEST_RMS, self
        assert 1.0 / LARGEST_FOLD <= self.fold <= LARGEST_FOLD, self


def measured(folder: Path, conjugate: str) -> tuple[Array, Array]:
    """Return concentrations in nM and relative viability of SK-BR-3, ascending."""
    drug = resolve_drug(conjugate, load_drugs())
    file = folder / "adc_invitro" / "adc_dose_response_digitised.csv"
    with file.open(encoding="utf-8") as lines:
        points = sorted(
            (float(row["conc_ug_per_mL"]) * 1e6 / drug.molecular_weight, float(row["response"]))
            for row in csv.DictReader(lines)
            if row["cell_line"] == "SK-BR-3"
            and row["adc"] != "DHES0815A"
            and resolve_drug(row["adc"], load_drugs()).id == drug.id
        )
    dose, alive = np.array(points).T
    return dose, alive


@functools.cache
def simulated(conjugate: str, dose: tuple[float, ...], settings: Settings) -> Array:
    """Return median living cells over those without drug, shape (doses, HOURS)."""
    cell = Condition("SK-BR-3", settings=settings)
    arms = [cell, *(replace(cell, exposures=(Exposure(conjugate, one),)) for one in dose)]
    alive = measure(arms, ["viability"], HOURS.tolist(), members=MEMBERS)[:, :, 0]
    return np.asarray(np.median(alive[1:] / alive[:1], axis=-1))


def agreement(folder: Path, conjugate: str, settings: Settings) -> Agreement:
    """Fit days and plateau of one assay and return what is left."""
    dose, observed = measured(folder, conjugate)
    curves = np.log(simulated(conjugate, tuple(dose.tolist()), settings))

    def reported(days: float, plateau: float) -> Array:
        alive = np.exp([np.interp(24.0 * days, HOURS, curve) for curve in curves])
        return np.asarray(plateau + (1.0 - plateau) * alive)

    def missed(at: Array) -> Array:
        return reported(float(at[0]), float(at[1])) - observed

    (first, last), (least, most) = DAYS[conjugate], PLATEAU
    fits = [
        least_squares(
            missed,
            (first + share * (last - first), 0.2),
            bounds=((first, least), (last, most)),
            diff_step=[1e-3, 1e-3],
        )
        for share in (0.1, 0.5, 0.9)
    ]
    best = min(fits, key=lambda fit: float(fit.cost))
    model = reported(float(best.x[0]), float(best.x[1]))
    halves = [float(half_point(dose, values[:, None])[0]) for values in (model, observed)]
    return Agreement(
        float(best.x[0]),
        float(best.x[1]),
        float(np.sqrt(((model - observed) ** 2).mean())),
        halves[0] / halves[1],
    )


@pytest.mark.parametrize("settings", [USUAL, SPARSE, DENSE], ids=["usual", "1e4 cells", "1e5 cells"])
def test_the_measured_curve_of_tdm1(shared_data: Path, settings: Settings) -> None:
    """RMS 0.03, IC50 1.08 times the measured one; three days, plateau 0.24."""
    agreement(shared_data, TDM1, settings).check()


def test_the_measured_curve_of_tdxd_in_the_usual_dish(shared_data: Path) -> None:
    agreement(shared_data, TDXD, USUAL).check()


def test_the_measured_curve_of_tdxd_where_the_dish_has_its_medium(shared_data: Path) -> None:
    """RMS 0.06, IC50 0.9 times the measured one, six days and plateau 0.17, with 1e5 cells in 0.1 mL."""
    agreement(shared_data, TDXD, DENSE).check()


def test_fewer_cells_in_the_medium_make_tdxd_weaker_and_leave_tdm1(shared_data: Path) -> None:
    """The measured IC50 lies between those of a well as seeded and one that has grown tenfold or more."""
    folds = {
        drug: [agreement(shared_data, drug, medium(share)).fold for share in (2e-2, 2e-3, 2e-4)]
        for drug in (TDM1, TDXD)
    }
    assert folds[TDXD] == sorted(folds[TDXD])
    assert folds[TDXD][0] < 1.0 < folds[TDXD][-1]
    assert max(folds[TDM1]) < 1.3 * min(folds[TDM1])


def test_the_third_conjugate_of_the_table_has_no_class_of_payload() -> None:
    """DHES0815A (7C2, domain I, PBD-monoamide) is not held against its curve.

    It binds neither domain II nor IV, and no drug file has its payload; the test tells when one comes.
    """
    assert not [
        drug for drug in load_drugs().values() if "DHES0815A" in (drug.name, *drug.synonyms, *drug.codes)
    ]


# ---------------------------------------------------------------- HER2 from 2e4 to 2e6 per cell

LEVELS = (20.0, 63.0, 200.0, 630.0, 2000.0)
TITRATED = ("viability", "payload", "payload_kill_rate")


@functools.cache
def titration(drug: str, dose: float, *, tumour: bool = False, settings: Settings = ()) -> dict[str, Array]:
    """Return readouts at 72 h over the levels of HER2 (thousands per cell); `killed` is -ln of the living."""
    cells = [
        Condition("SK-BR-3", settings=(("HER2_abundance", level), *settings), tumour=tumour)
        for level in LEVELS
    ]
    treated = [replace(cell, exposures=(Exposure(drug, dose),)) for cell in cells]
    found = measure([*cells, *treated], TITRATED, [72.0], members=1)[:, 0, :, 0]
    without, with_drug = found[: len(LEVELS)], found[len(LEVELS) :]
    out = {name: with_drug[:, k] for k, name in enumerate(TITRATED)}
    return out | {"killed": -np.log(with_drug[:, 0] / without[:, 0])}


DOSES = [0.1, 1.0, 10.0]
WHERE = [
    pytest.param({"tumour": False}, id="dish"),
    pytest.param({"tumour": False, "settings": DENSE}, id="dish with more cells"),
    pytest.param({"tumour": True}, id="tumour"),
]


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("dose", DOSES)
@pytest.mark.parametrize("drug", [TDM1, TDXD])
def test_payload_and_its_kill_rise_with_her2(drug: str, dose: float, where: dict[str, Any]) -> None:
    found = titration(drug, dose, **where)
    assert (np.diff(found["payload"]) > 0.0).all()
    assert (np.diff(found["payload_kill_rate"]) > 0.0).all()


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("dose", DOSES)
@pytest.mark.parametrize("drug", [TDM1, TDXD, "trastuzumab"])
def test_more_cells_are_lost_the_more_her2_up_to_that_of_low_amplification(
    drug: str, dose: float, where: dict[str, Any]
) -> None:
    """From 2e4 to 2e5 per cell, all three drugs: 2e5 is HER2-low to equivocal, 1e6 SK-BR-3."""
    assert (np.diff(titration(drug, dose, **where)["killed"][:3]) > 0.0).all()


@pytest.mark.parametrize("drug", [TDM1, TDXD])
def test_in_a_tumour_a_conjugate_kills_more_the_more_her2_over_the_whole_range(drug: str) -> None:
    for dose in DOSES:
        assert (np.diff(titration(drug, dose, tumour=True)["killed"]) > 0.0).all()


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="beyond 6e5 the antibody blocks less of the signal: loss at 6e5 and 2e6 by 10 nM of T-DM1 2.9 and "
    "2.0, of T-DXd 2.8 and 2.5",
)
@pytest.mark.parametrize("drug", [TDM1, TDXD])
def test_in_a_dish_a_conjugate_kills_more_the_more_her2_over_the_whole_range(drug: str) -> None:
    assert (np.diff(titration(drug, 10.0)["killed"]) > 0.0).all()


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("dose", DOSES)
def test_tdxd_is_flatter_in_her2_than_tdm1(dose: float, where: dict[str, Any]) -> None:
    flatness = {
        drug: (rate := titration(drug, dose, **where)["payload_kill_rate"])[0] / rate[-1]
        for drug in (TDM1, TDXD)
    }
    assert flatness[TDXD] > flatness[TDM1]


def test_proteases_of_a_tumour_make_tdxd_flatter_still() -> None:
    """At 100 nM: what HER2-poor cells get is cut off outside them; payload of 2e4 over that of 2e6."""
    shares = {
        drug: [
            (payload := titration(drug, 100.0, tumour=True, settings=cut)["payload"])[0] / payload[-1]
            for cut in ((), (("tissue_proteases", 0.0),))
        ]
        for drug in (TDM1, TDXD)
    }
    assert shares[TDXD][0] > 1.5 * shares[TDXD][1]
    assert shares[TDM1][0] == pytest.approx(shares[TDM1][1], rel=1e-3)


# ---------------------------------------------------------------- mixed cultures

POSITIVE, NEGATIVE = "SK-BR-3", "MDA-MB-468"


@functools.cache
def alive(drug: str, settings: Settings, share: float, *, tumour: bool = False) -> float:
    """Return HER2-negative cells after 120 h of 10 nM over those without; `share` of the cells has HER2."""
    mixed = None if share == 0.0 else Neighbours(Condition(POSITIVE), share)
    cell = Condition(NEGATIVE, settings=settings, neighbours=mixed, tumour=tumour)
    arms = [cell, replace(cell, exposures=(Exposure(drug, 10.0),))]
    free, treated = measure(arms, ["viability"], [120.0], members=1)[:, 0, 0, 0]
    return float(treated / free)


TOLERANT = pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="0.88 of the cells live beside SK-BR-3, 0.98 alone: a quarter less is asked for",
)


@pytest.mark.parametrize(
    ("drug", "settings"),
    [
        pytest.param(TDXD, SPARSE, id="deruxtecan, 1e4 cells"),
        pytest.param(TDXD, DENSE, id="deruxtecan, 1e5 cells"),
        pytest.param("disitamab_vedotin", SPARSE, id="vedotin, 1e4 cells", marks=TOLERANT),
        pytest.param("disitamab_vedotin", DENSE, id="vedotin, 1e5 cells"),
    ],
)
def test_payload_that_crosses_membranes_kills_neighbours(drug: str, settings: Settings) -> None:
    """DXd in co-culture with MDA-MB-468 (Ogitani 2016, 10.1111/cas.12966), MMAE (PMC5112145): abstracts."""
    assert alive(drug, settings, 0.5) < 0.75 * alive(drug, settings, 0.0)


@pytest.mark.parametrize("settings", [SPARSE, DENSE], ids=["1e4 cells", "1e5 cells"])
def test_tdm1_spares_neighbours(settings: Settings) -> None:
    """The same co-culture (Ogitani 2016): T-DM1 does not kill MDA-MB-468."""
    together, alone = (alive(TDM1, settings, share) for share in (0.5, 0.0))
    assert alone > 0.8
    assert together > 0.9 * alone


def test_tdm1_spares_neighbours_in_the_usual_dish() -> None:
    together, alone = (alive(TDM1, USUAL, share) for share in (0.5, 0.0))
    assert together > 0.9 * alone


def test_tdxd_spares_her2_negative_cells_alone_in_the_usual_dish() -> None:
    """Alone they hardly answer to T-DXd (Ogitani 2016): at least two in three are taken to live here."""
    assert alive(TDXD, USUAL, 0.0) > 0.65


IN_A_FULL_WELL = pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="1e5 cells in 0.1 mL keep enough of their own DXd: 0.60 of them live",
)


@pytest.mark.parametrize(
    "settings",
    [pytest.param(SPARSE, id="1e4 cells"), pytest.param(DENSE, id="1e5 cells", marks=IN_A_FULL_WELL)],
)
def test_tdxd_spares_her2_negative_cells_alone_where_the_dish_has_its_medium(settings: Settings) -> None:
    assert alive(TDXD, settings, 0.0) > 0.65


def test_the_more_cells_with_her2_the_more_neighbours_die() -> None:
    """So in co-cultures with trastuzumab-vc-MMAE (PMC5112145, abstract)."""
    shares = (0.0, 0.1, 0.3, 0.7)
    for drug in (TDXD, "disitamab_vedotin"):
        assert (np.diff([alive(drug, SPARSE, share) for share in shares]) < 0.0).all()


DUOCARMAZINE = "trastuzumab_duocarmazine"


def test_duocarmycin_spares_her2_negative_cells_alone_and_kills_them_as_neighbours() -> None:
    """So SYD985 in mixed cultures (10.1158/1535-7163.MCT-14-0881-T, abstract)."""
    assert alive(DUOCARMAZINE, SPARSE, 0.0) > 0.65
    assert alive(DUOCARMAZINE, DENSE, 0.5) < 0.75 * alive(DUOCARMAZINE, DENSE, 0.0)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="in much medium 0.71 live beside SK-BR-3, 0.83 alone: 15 % fewer are asked for, 14.5 % are seen",
)
def test_duocarmycin_kills_neighbours_in_much_medium_too() -> None:
    assert alive(DUOCARMAZINE, SPARSE, 0.5) < 0.85 * alive(DUOCARMAZINE, SPARSE, 0.0)


def half_killed(drug: str, line: str, hours: float = 96.0) -> float:
    """Return the nM that leave half the living cells of a line; infinite above 10 nM."""
    doses = np.geomspace(0.01, 10.0, 10)
    arms = [Condition(line), *(Condition(line, exposures=(Exposure(drug, float(dose)),)) for dose in doses)]
    alive = measure(arms, ["viability"], [hours], members=1)[:, 0, 0]
    found = float(half_point(doses, alive[1:] / alive[:1])[0])
    return np.inf if np.isnan(found) else found


@pytest.mark.parametrize("line", ["SK-BR-3", "BT-474", "UACC-893"])
def test_duocarmycin_is_as_potent_as_tdm1_where_her2_abounds(line: str) -> None:
    """The same abstract; the number was set by the first two lines."""
    assert 0.5 < half_killed(DUOCARMAZINE, line) / half_killed(TDM1, line) < 2.0


def test_duocarmycin_is_the_more_potent_in_a_line_with_little_her2() -> None:
    """The same abstract: 3 to 50 times as potent there."""
    assert half_killed(TDM1, "T-47D", 144.0) > 3.0 * half_killed(DUOCARMAZINE, "T-47D", 144.0)


@pytest.mark.parametrize("drug", [TDXD, "disitamab_vedotin"])
def test_in_a_mixed_tumour_such_payload_kills_neighbours_too(drug: str) -> None:
    """T-DXd in a mixture of NCI-N87 and MDA-MB-468 in mice (Ogitani 2016, abstract)."""
    assert alive(drug, USUAL, 0.5, tumour=True) < 0.75 * alive(drug, USUAL, 0.0, tumour=True)


def test_tdm1_spares_neighbours_in_a_mixed_tumour() -> None:
    """In the same mixture in mice T-DM1 leaves the HER2-negative part as it is (Ogitani 2016, abstract)."""
    together, alone = (alive(TDM1, USUAL, share, tumour=True) for share in (0.5, 0.0))
    assert together > 0.9 * alone


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="10 nM of T-DXd leaves 0.02 of a tumour of MDA-MB-468: their own 1e4 HER2, and proteases",
)
def test_tdxd_spares_a_tumour_without_her2_positive_cells() -> None:
    """A tumour of MDA-MB-468 away from the HER2-positive one does not answer (Ogitani 2016, abstract)."""
    assert alive(TDXD, USUAL, 0.0, tumour=True) > 0.65
