"""The drugs, regimens and sources, read from TOML, and the names they go by.

A folder handed in as overlay holds files of the same form; a later folder overrides an earlier
one by id. Errors name file and key, all of a reading at once.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from erbium.core.errors import DataError, ErbiumError, UnknownName, nearest
from erbium.knowledge.molecules import first_double, name_key
from erbium.knowledge.record_files import Folders, read_folders
from erbium.knowledge.schema.dose_text import names_dose
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug
from erbium.knowledge.schema.source import Source

_SEPARATOR = re.compile(r"\s*(?:\+|,|;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)


def load_drugs(folder: Folders = None) -> dict[str, Drug]:
    """Return the drugs by id; `folder` is one folder or several, of which a later overrides."""
    return read_folders(Drug, "drugs", folder)


def load_regimens(folder: Folders = None) -> dict[str, Regimen]:
    """Return the regimens by id; folders as in :func:`load_drugs`."""
    return read_folders(Regimen, "regimens", folder)


def load_sources(folder: Folders = None) -> dict[str, Source]:
    """Return the sources by id; folders as in :func:`load_drugs`."""
    return read_folders(Source, "sources", folder)


def resolve_drug(name: str, drugs: Mapping[str, Drug] | None = None) -> Drug:
    """Return the drug called `name`: INN, id, synonym, code or brand, in any case.

    Raises
    ------
    UnknownName
        No drug has that name; the nearest one is suggested.
    """
    known = _shipped_drugs() if drugs is None else drugs
    if name in known:
        return known[name]
    index = {name_key(word): drug for drug in known.values() for word in reversed(drug.names)}
    index.update({name_key(drug.name): drug for drug in known.values()})
    found = index.get(name_key(name))
    if found is None:
        words = [word for drug in known.values() for word in drug.names]
        raise UnknownName.among("drug", name, words, hint="erbium drugs list")
    return found


def resolve_regimen(
    name: str,
    regimens: Mapping[str, Regimen] | None = None,
    drugs: Mapping[str, Drug] | None = None,
) -> Regimen:
    """Return the regimen called `name`.

    `name` is an id, a name, a synonym, or drugs joined by "+" in any order. A combination that no
    file describes is built from each drug's default schedule and marked `ad_hoc`.

    Raises
    ------
    UnknownName
        Neither a regimen nor a combination of known drugs.
    """
    known = _shipped_regimens() if regimens is None else regimens
    lexicon = _shipped_drugs() if drugs is None else drugs
    index = {name_key(word): item for item in known.values() for word in (*item.synonyms, item.name, item.id)}
    if (found := index.get(name_key(name))) is not None:
        return found
    if names_dose(name):
        raise DataError(
            f'"{name}" holds a dose.',
            key="regimen",
            expected='names only, such as "trastuzumab + pertuzumab"',
            hint="doses stand in a regimen file: erbium schema regimen",
        )
    parts = [part for part in _SEPARATOR.split(name.strip()) if part]
    try:
        chosen = [resolve_drug(part, lexicon) for part in parts]
    except UnknownName as error:
        if len(parts) > 1:
            raise
        words = [word for item in known.values() for word in (item.id, item.name, *item.synonyms)]
        words += [word for drug in lexicon.values() for word in drug.names]
        raise UnknownName(
            f'no regimen or drug "{name}".', nearest=nearest(name, words), hint="erbium regimens list"
        ) from error
    if not chosen:
        raise UnknownName(f'no regimen "{name}".', hint="erbium regimens list")
    ids = [drug.id for drug in chosen]
    if (double := first_double(chosen)) is not None:
        raise twice(parts[double[0]], parts[double[1]], chosen[double[0]], key="regimen")
    if (same := _preferred(ids, known.values())) is not None:
        return same
    return Regimen(
        id="_".join(sorted(ids)),
        name=" + ".join(drug.name for drug in chosen),
        drugs=tuple(RegimenDrug(drug=drug.id, **drug.default_schedule.model_dump()) for drug in chosen),
        cautions=tuple(dict.fromkeys(itertools.chain.from_iterable(drug.toxicities for drug in chosen))),
        note="Built from the default schedule of each drug; no file describes this combination.",
        ad_hoc=True,
    )


def twice(
    one: str, other: str, drug: Drug, *, file: str | Path | None = None, key: str | None = None
) -> DataError:
    """Return the error that two names of a regimen are one drug."""
    alike = name_key(one) == name_key(other)
    said = (
        f"{one} is named twice."
        if alike
        else f"{one} and {other} are the same molecule: {drug.name} is named twice."
    )
    return DataError(said, file=file, key=key, expected="each drug once")


def with_drug_ids(regimen: Regimen, drugs: Mapping[str, Drug], file: str | Path) -> Regimen:
    """Return a regimen that was read from `file` with its drugs by id, under whatever name they stood.

    Raises
    ------
    UnknownName
        A drug is not known; names the key and the nearest drug.
    DataError
        Two of the names are one drug.
    """
    found: list[Drug] = []
    for number, item in enumerate(regimen.drugs):
        try:
            found.append(resolve_drug(item.drug, drugs))
        except UnknownName as error:
            key = f"drugs[{number}].drug"
            raise UnknownName(
                error.message, file=file, key=key, nearest=error.nearest, hint=error.hint
            ) from error
    if (double := first_double(found)) is not None:
        earlier, later = double
        names = [item.drug for item in regimen.drugs]
        raise twice(names[earlier], names[later], found[earlier], file=file, key=f"drugs[{later}].drug")
    for number, (item, drug) in enumerate(zip(regimen.drugs, found, strict=True)):
        if (fault := dose_fault(item, drug, file, f"drugs[{number}]")) is not None:
            raise fault
    if all(item.drug == drug.id for item, drug in zip(regimen.drugs, found, strict=True)):
        return regimen
    items = zip(regimen.drugs, found, strict=True)
    return regimen.model_copy(
        update={"drugs": tuple(item.model_copy(update={"drug": drug.id}) for item, drug in items)}
    )


def dose_fault(item: RegimenDrug, drug: Drug, file: str | Path, key: str) -> DataError | None:
    """Return the error that a dose is in the unit of another class of drugs, None if it is not."""
    try:
        drug.dose(item.dose)
    except DataError as error:
        error.file, error.key = str(file), f"{key}.dose"
        return error
    return None


def check_references(
    drugs: Mapping[str, Drug], regimens: Mapping[str, Regimen], sources: Mapping[str, Source]
) -> list[ErbiumError]:
    """Return one error for each drug or source id that leads nowhere."""
    errors: list[ErbiumError] = []
    for regimen in regimens.values():
        file = f"regimens/{regimen.id}.toml"
        for number, item in enumerate(regimen.drugs):
            if item.drug not in drugs:
                key = f"drugs[{number}].drug"
                errors.append(UnknownName.among("drug", item.drug, drugs, file=file, key=key))
            elif (fault := dose_fault(item, drugs[item.drug], file, f"drugs[{number}]")) is not None:
                errors.append(fault)
        for number, use in enumerate(regimen.uses):
            for place, evidence in enumerate(use.evidence):
                key = f"uses[{number}].evidence[{place}].source"
                if evidence.source not in sources:
                    errors.append(UnknownName.among("source", evidence.source, sources, file=file, key=key))
    for drug in drugs.values():
        file = f"drugs/{drug.id}.toml"
        for other in drug.interactions.measured:
            if other not in drugs:
                key = f"interactions.measured.{other}"
                errors.append(UnknownName.among("drug", other, drugs, file=file, key=key))
        cited = [(key, number.source_id) for key, number in drug.numbers().items()]
        cited += [(f"approvals[{number}]", item.source) for number, item in enumerate(drug.approvals)]
        covariates = drug.pk.covariates if drug.pk is not None else ()
        cited += [(f"pk.covariates[{number}]", item.source) for number, item in enumerate(covariates)]
        if drug.pk is not None and drug.pk.studied_doses is not None:
            cited.append(("pk.studied_doses", drug.pk.studied_doses.source))
        if drug.pk is not None and drug.pk.target_path is not None:
            cited.append(("pk.target_path", drug.pk.target_path.source))
        for key, source in cited:
            if source is not None and source not in sources:
                errors.append(UnknownName.among("source", source, sources, file=file, key=key))
    return errors


def _preferred(ids: Sequence[str], regimens: Iterable[Regimen]) -> Regimen | None:
    """Among regimens of the same drugs (weekly or 3-weekly, by setting) take the metastatic one."""
    same = [item for item in regimens if set(item.drug_ids) == set(ids)]
    same.sort(key=lambda item: (not item.uses_in("metastatic"), len(item.id), item.id))
    return same[0] if same else None


@functools.cache
def _shipped_drugs() -> dict[str, Drug]:
    return load_drugs()


@functools.cache
def _shipped_regimens() -> dict[str, Regimen]:
    return load_regimens()
