"""The shipped mechanisms: what they may move, and what reveals them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataErrors
from erbium.knowledge import genes
from erbium.knowledge.mechanisms import check_mechanisms, known_changes, load_mechanisms
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.profile import profile_from
from erbium.profile.measurement import is_measurement
from erbium.profile.schema import Profile
from erbium.tumour.presence import read_markers

MECHANISMS = load_mechanisms()
SETTINGS = {"metastatic", "metastatic_pretreated", "neoadjuvant", "adjuvant", "residual"}


def test_effects_move_knobs_of_upstream_biology_only() -> None:
    assert [str(error) for error in check_mechanisms(MECHANISMS)] == []


@pytest.mark.parametrize("mechanism", MECHANISMS.values(), ids=lambda m: m.id)
def test_numbers_are_within_their_ranges_and_change_something(mechanism: Mechanism) -> None:
    parameters = load_parameters()
    for effect in mechanism.effects:
        module, name = effect.parameter.split(".")
        neutral = parameters[module][name].value
        value = effect.value_at(0.3)
        assert value >= 0.0
        if isinstance(effect.value, float) and effect.low is not None and effect.high is not None:
            assert effect.low <= effect.value <= effect.high
        assert (value * neutral if effect.verb == "scale" else value) != neutral, effect.parameter


@pytest.mark.parametrize("mechanism", MECHANISMS.values(), ids=lambda m: m.id)
def test_priors_are_fractions_for_every_setting(mechanism: Mechanism) -> None:
    assert mechanism.evidence
    if mechanism.prior is None:
        return
    prevalence = mechanism.prior.prevalence
    assert set(prevalence) <= SETTINGS
    assert SETTINGS - {"metastatic_pretreated"} <= set(prevalence)
    for number in prevalence.values():
        assert number.low is not None
        assert number.high is not None
        assert 0.0 < number.low <= number.value <= number.high < 1.0


def test_alleles_of_one_gene_sum_to_the_prevalence_of_the_gene() -> None:
    def total(prefix: str, setting: str) -> float:
        priors = [m.prior for m in MECHANISMS.values() if m.id.startswith(prefix) and m.prior]
        return sum(prior.prevalence[setting].value for prior in priors)

    assert total("pik3ca_", "metastatic") == pytest.approx(0.31, abs=0.01)
    assert total("pik3ca_", "neoadjuvant") == pytest.approx(0.22, abs=0.01)
    assert 0.04 < total("erbb2_", "metastatic_pretreated") < 0.08


def test_marker_changes_fit_the_reference_proteins() -> None:
    for symbol, changes in known_changes(MECHANISMS.values()).items():
        gene = genes.gene(symbol)
        assert gene is not None, symbol
        for change in changes:
            for residue, position in re.findall(r"([A-Z])(\d+)", change):
                assert gene.residue(int(position)) in (None, residue), f"{symbol} {change}"


def test_marker_fields_are_measurements_of_the_profile() -> None:
    for mechanism in MECHANISMS.values():
        for marker in mechanism.markers:
            if marker.reveal == "field":
                block, *names = (marker.field or "").split(".")
                found = Profile.model_fields[block].default
                for name in names:
                    found = getattr(found, name)
                assert is_measurement(type(found)), marker.field


def test_words_of_markers_are_words_of_their_field() -> None:
    for mechanism in MECHANISMS.values():
        for marker in mechanism.markers:
            for value in marker.values:
                block: Any = value
                for name in reversed((marker.field or "").split(".")):
                    block = {name: block}
                profile = profile_from({"schema": "erbium.profile/1", "meta": {"id": "case-001"}, **block})
                assert read_markers(mechanism, profile).present, f"{mechanism.id} {marker.field} {value}"


def test_a_prevalence_that_is_not_drawn_says_why() -> None:
    for mechanism in MECHANISMS.values():
        if mechanism.prior is not None and not mechanism.prior.drawn:
            assert all("not drawn" in (n.note or "") for n in mechanism.prior.prevalence.values())


def test_opposite_levels_of_one_protein_exclude_each_other() -> None:
    for mechanism in MECHANISMS.values():
        if mechanism.id.endswith("_low") and mechanism.id.replace("_low", "_high") in MECHANISMS:
            other = MECHANISMS[mechanism.id.replace("_low", "_high")]
            shared = {m.field for m in mechanism.markers} & {m.field for m in other.markers}
            assert shared
            for field in shared:
                low = {value for m in mechanism.markers if m.field == field for value in m.values}
                high = {value for m in other.markers if m.field == field for value in m.values}
                assert not low & high


def test_a_change_belongs_to_one_mechanism() -> None:
    seen: dict[tuple[str | None, str], str] = {}
    for mechanism in MECHANISMS.values():
        for marker in mechanism.markers:
            for change in marker.changes if marker.reveal == "variant" else ():
                assert (marker.gene, change) not in seen, (
                    f"{mechanism.id} and {seen.get((marker.gene, change))}"
                )
                seen[marker.gene, change] = mechanism.id


def test_k111n_is_weaker_than_every_other_allele() -> None:
    autonomy = {m.id: m.effects[0].value_at() for m in MECHANISMS.values() if m.id.startswith("pik3ca_")}
    weakest = autonomy.pop("pik3ca_k111n")
    assert all(weakest < value for value in autonomy.values())


def test_kinase_mutants_keep_epitopes_and_uptake_and_s310f_keeps_domain_iv() -> None:
    for name in ("erbb2_l755s", "erbb2_k753e", "erbb2_v777l", "erbb2_exon20_insertion"):
        moved = {effect.parameter for effect in MECHANISMS[name].effects}
        assert not moved & {"her_receptors.epitope_IV", "her_receptors.epitope_II"}
    s310f = {effect.parameter for effect in MECHANISMS["erbb2_s310f"].effects}
    assert "her_receptors.epitope_II" in s310f
    assert not s310f & {"her_receptors.epitope_IV", "her_receptors.tki_affinity_active"}


FAULTY = """
id = "broken"
name = "Broken"
group = "test"
description = "A mechanism that moves what it may not."
effects = [{ parameter = "PARAMETER", verb = "scale", value = 0.5, low = 0.4, high = 0.6 }]
"""


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("pi3k_akt_mtor.PTEN_abundanse", 'Did you mean "pi3k_akt_mtor.PTEN_abundance"'),
        ("pi3k_akt_mtor.k_PTEN", "shared by all tumours"),
        ("tumour_growth.EC50_payload", "may not move"),
        ("tumour_growth.fc_antibody_IV", "may not move"),
        ("drug_exposure.CL_tki", "may not move"),
        ("target_engagement.Ki_HER2_tki", "may not move"),
    ],
)
def test_a_wrong_effect_is_reported_with_file_key_and_nearest(parameter: str, message: str) -> None:
    broken = Mechanism.model_validate(tomllib.loads(FAULTY.replace("PARAMETER", parameter)))
    (error,) = check_mechanisms({"broken": broken})
    assert message in str(error)
    assert "mechanisms/broken.toml" in str(error)
    assert "effects[0].parameter" in str(error)


def test_an_overlay_folder_overrides_by_id(tmp_path: Path) -> None:
    text = FAULTY.replace("PARAMETER", "pi3k_akt_mtor.PTEN_abundance").replace("broken", "pten_loss")
    (tmp_path / "pten_loss.toml").write_text(text, encoding="utf-8")
    shipped = Path(__file__).parents[2] / "src" / "erbium" / "knowledge" / "data" / "mechanisms"
    both = load_mechanisms([shipped, tmp_path])
    assert set(both) == set(MECHANISMS)
    assert both["pten_loss"].effects[0].value == 0.5


def test_a_wrong_key_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(FAULTY.replace("verb", "verv"), encoding="utf-8")
    with pytest.raises(DataErrors) as caught:
        load_mechanisms(tmp_path)
    assert "broken.toml" in str(caught.value)
    assert 'unknown key "verv"' in str(caught.value)
    assert 'Did you mean "verb"' in str(caught.value)
