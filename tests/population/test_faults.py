"""Populations that cannot be: said in words, without a warning of the numbers behind."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from erbium.core.errors import DataError
from erbium.knowledge.schema.population import Share
from erbium.population.criteria import Count
from erbium.population.shares import weigh


def share(value: float, **criterion: object) -> Share:
    told = {"value": value, "unit": "1", "kind": "assumed", "low": value, "high": value, "note": "made up"}
    return Share.model_validate({**criterion, "share": told})


def test_shares_that_contradict_each_other_warn_of_no_division() -> None:
    table = pd.DataFrame({"weight_kg": np.linspace(50.0, 90.0, 400)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="contradict each other"):
            weigh(
                table,
                [
                    share(0.9, attribute="weight_kg", at_least=70),
                    share(0.9, attribute="weight_kg", at_most=69),
                ],
            )


def test_too_few_without_any_criterion_is_said() -> None:
    count = Count([])
    count.screen(pd.DataFrame({"er": [True]}))
    assert "too few patients of anyone" in str(count.emptied_by("anyone", 10))
