"""The ensemble: what of the network's numbers differs between parameter draws."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.ensemble import joint_draws
from erbium.knowledge.linked_draws import common_of_parameter
from erbium.knowledge.parameters import load_parameters
from erbium.tumour.clones import variation


@functools.lru_cache(maxsize=8)
def draw_ensemble(twins: Twins) -> Mapping[str, Array]:
    """Return kinetic constants and translation factors by name, each of shape (count,).

    Every one is drawn once per parameter draw; assumed ranges are narrowed by one common width,
    and no share passes 1. Numbers fitted to published arms are drawn together, from the fit.
    """
    width = variation("ensemble_width")
    drawn: dict[str, Array] = {}
    for module, numbers in load_parameters().items():
        for name, number in numbers.items():
            if not number.ensemble or number.low is None or number.high is None:
                continue
            joint = joint_draws(name, twins)
            if joint is not None:
                joint.setflags(write=False)
                drawn[name] = joint
                continue
            common = common_of_parameter(name)
            values = twins.uncertain(
                f"{module}.{name}",
                number.value,
                number.low,
                number.high,
                common=common.key,
                share=common.share,
                width=common.width,
            )
            if number.kind == "assumed" and number.value > 0:
                values = (
                    number.value * (values / number.value) ** width
                    if number.low > 0
                    else (number.value + width * (values - number.value))
                )
            values = np.minimum(values, number.ceiling)
            values.setflags(write=False)
            drawn[name] = values
    return MappingProxyType(drawn)
