"""The mechanisms: one TOML file each, and the checks that they only move upstream biology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from erbium.core.errors import DataError, nearest
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.record_files import Folders, read_folders
from erbium.knowledge.schema.mechanism import Effect, Mechanism
from erbium.knowledge.schema.parameter import Parameter

Parameters = Mapping[str, Mapping[str, Parameter]]

GROWTH_AND_KILL = "tumour_growth"
TOLERANCES = frozenset(
    {
        "payload_tolerance",
        "tubulin_payload_tolerance",
        "genotoxic_payload_tolerance",
        "cytotoxic_tolerance",
        "antimitotic_tolerance",
        "antimetabolite_tolerance",
        "dna_damage_tolerance",
    }
)
"""The knobs of the growth module that are biology of the cell (target, repair), not a kill rate."""
FILLED_ELSEWHERE = ("filled by", "culture medium", "drug file")
"""Notes of the knobs that hold a drug's own numbers."""


def load_mechanisms(folder: Folders = None) -> dict[str, Mechanism]:
    """Return the mechanisms by id; `folder` is one folder or several, of which a later overrides.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file and key.
    """
    return read_folders(Mechanism, "mechanisms", folder)


def check_mechanisms(
    mechanisms: Mapping[str, Mechanism], parameters: Parameters | None = None
) -> list[DataError]:
    """Return what is wrong between mechanisms, and between them and the network's parameters.

    Effects must move knobs that exist and are upstream biology; mechanisms named as exclusive exist
    and name each other; a marker says what it looks at.
    """
    known = load_parameters() if parameters is None else parameters
    errors: list[DataError] = []
    for mechanism in mechanisms.values():
        file = f"mechanisms/{mechanism.id}.toml"
        for number, effect in enumerate(mechanism.effects):
            errors.extend(_effect_errors(effect, known, file, f"effects[{number}].parameter"))
        errors.extend(_exclusive_errors(mechanism, mechanisms, file))
        for number, marker in enumerate(mechanism.markers):
            needs = {
                "variant": bool(marker.gene and marker.changes),
                "copy_number": bool(
                    marker.gene and (marker.calls or marker.above is not None or marker.below is not None)
                ),
                "field": bool(
                    marker.field
                    and (
                        marker.values or marker.graded or marker.above is not None or marker.below is not None
                    )
                ),
            }
            if not needs[marker.reveal]:
                errors.append(
                    DataError(
                        f"a {marker.reveal.replace('_', '-')} marker that looks at nothing.",
                        file=file,
                        key=f"markers[{number}]",
                        expected={
                            "variant": "gene and changes",
                            "copy_number": "gene and calls, above or below",
                            "field": "field and values, above, below or graded",
                        }[marker.reveal],
                    )
                )
    return errors


def known_changes(mechanisms: Iterable[Mechanism]) -> dict[str, set[str]]:
    """Return, by gene, the protein changes that some mechanism knows."""
    found: dict[str, set[str]] = {}
    for mechanism in mechanisms:
        for marker in mechanism.markers:
            if marker.reveal == "variant" and marker.gene:
                found.setdefault(marker.gene, set()).update(marker.changes)
    return found


def _effect_errors(effect: Effect, parameters: Parameters, file: str, key: str) -> list[DataError]:
    module, name = effect.parameter.split(".")
    parameter = parameters.get(module, {}).get(name)
    knobs = [
        f"{where}.{what}"
        for where, numbers in parameters.items()
        for what, number in numbers.items()
        if number.knob and not _is_outcome(where, what, number)
    ]
    if parameter is None:
        close = nearest(effect.parameter, knobs)
        return [DataError(f'no parameter "{effect.parameter}".', file=file, key=key, nearest=close)]
    if not parameter.knob:
        return [
            DataError(
                f"{effect.parameter} is shared by all tumours, so that no mechanism may move it.",
                file=file,
                key=key,
                expected="a parameter with knob = true",
                nearest=nearest(effect.parameter, knobs),
            )
        ]
    if _is_outcome(module, name, parameter):
        return [
            DataError(
                f"{effect.parameter} is growth, kill or a drug's number, which a mechanism may not move.",
                file=file,
                key=key,
                expected="an upstream knob: abundance, rate, epitope or activity",
            )
        ]
    return []


def _is_outcome(module: str, name: str, parameter: Parameter) -> bool:
    if module == "drug_exposure" or any(words in parameter.note for words in FILLED_ELSEWHERE):
        return True
    return module == GROWTH_AND_KILL and name not in TOLERANCES


def _exclusive_errors(
    mechanism: Mechanism, mechanisms: Mapping[str, Mechanism], file: str
) -> list[DataError]:
    errors = []
    for number, other in enumerate(mechanism.exclusive):
        key = f"exclusive[{number}]"
        if other not in mechanisms:
            close = nearest(other, mechanisms)
            errors.append(DataError(f'no mechanism "{other}".', file=file, key=key, nearest=close))
        elif mechanism.id not in mechanisms[other].exclusive:
            errors.append(
                DataError(
                    f'"{other}" does not name "{mechanism.id}" as exclusive.',
                    file=file,
                    key=key,
                    expected="both or neither",
                )
            )
    return errors
