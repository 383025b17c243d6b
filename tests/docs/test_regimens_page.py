"""The page on regimens shows a regimen that can be read, and names the rules that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from erbium.advise.eligibility import HER2_RULE
from erbium.knowledge.catalogue import load_drugs, with_drug_ids
from erbium.knowledge.risks import load_risks
from erbium.knowledge.schema.regimen import Regimen

PAGE = (Path(__file__).parents[2] / "docs" / "regimens.md").read_text(encoding="utf-8")


def test_the_example_can_be_read() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    regimen = Regimen.model_validate(tomllib.loads(example[1]))
    assert with_drug_ids(regimen, load_drugs(), "mine.toml").drug_ids == ("trastuzumab_emtansine",)


def test_every_rule_that_forbids_is_listed() -> None:
    table = PAGE.split("## What the profile rules out")[1].split("##")[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert listed == {HER2_RULE, *(risk.rule for risk in load_risks() if risk.blocks)}
