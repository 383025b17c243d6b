"""Loader of the published rates of toxicity, and the checks between them and the other files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from erbium.core.errors import DataError, ErbiumError, UnknownName, nearest
from erbium.knowledge.record_files import Folders, read_folders
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Caution
from erbium.knowledge.schema.source import Source
from erbium.knowledge.schema.toxicity import ToxicityArm

CAUTIONS: tuple[Caution, ...] = get_args(Caution)


def load_toxicities(folder: Folders = None) -> dict[str, ToxicityArm]:
    """Return the arms by id; `folder` is one folder or several, of which a later overrides.

    Raises
    ------
    DataErrors
        Every mistake in the files, with file and key.
    """
    return read_folders(ToxicityArm, "toxicity", folder)


def check_toxicities(
    arms: Mapping[str, ToxicityArm],
    drugs: Mapping[str, Drug],
    sources: Mapping[str, Source],
    texts: Mapping[str, str],
) -> list[ErbiumError]:
    """Return one error for each drug or source that leads nowhere, and each caution without words.

    Parameters
    ----------
    texts
        What is said of each caution.
    """
    errors: list[ErbiumError] = []
    for arm in arms.values():
        file = f"toxicity/{arm.id}.toml"
        for key in ("drugs", "one_of"):
            for number, drug in enumerate(getattr(arm, key)):
                if drug not in drugs:
                    errors.append(UnknownName.among("drug", drug, drugs, file=file, key=f"{key}[{number}]"))
        cited = [("source", arm.source), *((f"{key}.source", rate.source) for key, rate in arm.rates())]
        seen: set[str] = set()
        for key, source in cited:
            if source not in sources and source not in seen:
                seen.add(source)
                errors.append(UnknownName.among("source", source, sources, file=file, key=key))
    for caution in CAUTIONS:
        if caution not in texts:
            close = nearest(caution, texts)
            errors.append(
                DataError(
                    f'nothing is said of "{caution}".', file="cautions.toml", key=caution, nearest=close
                )
            )
    return errors
