"""The data that an answer is made with: virtual inhibition, and assays."""

from __future__ import annotations

import functools
import tomllib
from typing import TypeVar

from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.advice import Assay, Assays, Dependence
from erbium.knowledge.schema.number import Record

R = TypeVar("R", bound=Record)


@functools.cache
def load_dependence() -> Dependence:
    """Return how dependence is asked for.

    Raises
    ------
    DataErrors
        What is wrong in ``advice/dependence.toml``.
    """
    return _read("dependence", Dependence)


@functools.cache
def load_assays() -> tuple[Assay, ...]:
    """Return the kinds of tests in order.

    Raises
    ------
    DataErrors
        What is wrong in ``advice/tests.toml``.
    """
    return _read("tests", Assays).assays


def assay_of(test: str) -> Assay:
    """Return the kind of a test that is described in words."""
    return next(
        assay for assay in load_assays() if any(word.casefold() in test.casefold() for word in assay.words)
    )


def _read(name: str, record: type[R]) -> R:
    path = data_folder() / "advice" / f"{name}.toml"
    try:
        return record.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise DataErrors(
            [
                DataError(f"{issue['msg']}.", file=path.name, key=".".join(map(str, issue["loc"])))
                for issue in error.errors()
            ]
        ) from error
