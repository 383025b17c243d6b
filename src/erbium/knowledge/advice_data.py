"""The data that an answer is made with: virtual inhibition, and assays."""

from __future__ import annotations

import functools

from erbium.knowledge.parameters import data_folder
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.advice import Assay, Assays, Dependence


@functools.cache
def load_dependence() -> Dependence:
    """Return how dependence is asked for.

    Raises
    ------
    DataErrors
        What is wrong in ``advice/dependence.toml``.
    """
    return read_record(Dependence, data_folder() / "advice" / "dependence.toml")


@functools.cache
def load_assays() -> tuple[Assay, ...]:
    """Return the kinds of tests in order.

    Raises
    ------
    DataErrors
        What is wrong in ``advice/tests.toml``.
    """
    return read_record(Assays, data_folder() / "advice" / "tests.toml").assays


def assay_of(test: str) -> Assay:
    """Return the kind of a test that is described in words."""
    return next(
        assay for assay in load_assays() if any(word.casefold() in test.casefold() for word in assay.words)
    )
