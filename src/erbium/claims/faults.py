"""What is wrong with claims before anything is simulated: names, profiles, drugs that do not go together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from erbium.claims.patients import profile_of, regimen_of
from erbium.claims.setup import PatientArm, setup_of
from erbium.core.errors import DataError, DataErrors, ErbiumError
from erbium.core.twins import Twins
from erbium.experiment import medium
from erbium.experiment.names import readouts
from erbium.knowledge import load_knowledge
from erbium.knowledge.claim_names import name_errors
from erbium.knowledge.claims import (
    FiledClaim,
    FiledSpecificity,
    load_claims,
    load_specificity,
    read_claims,
    read_specificity,
)
from erbium.knowledge.schema.claim import Check, Claim
from erbium.model import build_network
from erbium.model.check import Check as Task
from erbium.model.check import Issue
from erbium.pharmacology import Host, prescribe
from erbium.pharmacology.slots import Filling
from erbium.tumour.deposits import AFTER_SURGERY

_TIME_TO_EVENT = "PFS_months"
_ONE = Twins(1, 1, 1)
_BODY: dict[str, float | str | None] = {"weight": 70.0, "height": 165.0, "albumin": 4.0, "fcgr3a": "F/F"}


def faults(items: Sequence[FiledClaim | FiledSpecificity]) -> list[ErbiumError]:
    """Return everything that would keep the claims from being run, each with file, claim and key."""
    errors = name_errors(items, readouts(build_network(1)))
    if errors:
        return errors
    try:
        load_knowledge()
    except DataErrors as several:
        return list(several.errors)
    return [error for item in items for error in _setup_errors(item)]


def file_faults(file: Path) -> list[ErbiumError]:
    """Return the faults of one file of claims, or of specificity checks (which holds tables `checks`)."""
    try:
        keys = tomllib.loads(file.read_text(encoding="utf-8")).keys()
    except (OSError, ValueError) as error:
        return [DataError(f"not a TOML file ({error}).", file=file)]
    try:
        items = [*(read_specificity([file]) if "checks" in keys else read_claims([file])).values()]
    except DataErrors as several:
        return list(several.errors)
    return faults(items)


class ClaimsAreWhole(Task):
    """The claims and specificity checks can be read, and what they name exists."""

    name = "claims"

    def issues(self) -> Iterator[Issue]:
        """Yield each fault, and claims that are the duplicate of nothing."""
        claims = load_claims()
        for error in faults([*claims.values(), *load_specificity().values()]):
            yield self.of(error)
        for item in claims.values():
            if item.claim.duplicate_of is not None and item.claim.duplicate_of not in claims:
                yield self.error(
                    f'no claim "{item.claim.duplicate_of}".', item.file, f"{item.claim.id}.duplicate_of"
                )


def _setup_errors(item: FiledClaim | FiledSpecificity) -> Iterator[ErbiumError]:
    check: Check = item.claim if isinstance(item, FiledClaim) else item.check
    name = item.claim.id if isinstance(item, FiledClaim) else item.check.id
    if isinstance(check, Claim) and not check.runs:
        return
    timed = {a for e in check.expect if e.readout == _TIME_TO_EVENT for _, a in e.arms()}
    for arm, context in check.contexts().items():
        try:
            setup = setup_of(context)
            if isinstance(setup, PatientArm):
                profile = profile_of(setup.case, setup.profile)
                if arm in timed and profile.disease.setting in AFTER_SURGERY:
                    raise DataError(
                        f"{_TIME_TO_EVENT} is read after surgery, where few relapse and it hardly moves.",
                        expected="event_rate",
                    )
                host = Host.draw(_ONE, _BODY)
                prescribe(regimen_of(setup), load_knowledge().drugs, Filling(_ONE, host))
            else:
                medium.changes(setup.exposures, _ONE)
        except ErbiumError as error:
            for part in getattr(error, "errors", (error,)):
                yield _at(part, item.file, f"{name}.arms.{arm}")


def _at(error: ErbiumError, file: str, key: str) -> ErbiumError:
    where = f"{error.key}: " if error.key else ""
    return DataError(
        where + error.message,
        file=file,
        key=key,
        expected=error.expected,
        nearest=error.nearest,
        hint=error.hint,
    )
