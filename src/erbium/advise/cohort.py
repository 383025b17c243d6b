"""Every sample of a study: one row each, bad samples listed and the others finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erbium.advise.advise import advise
from erbium.advise.answer import Advice
from erbium.core.errors import Contraindicated, DataError, ErbiumError, NotEnoughEvidence
from erbium.core.result import plain, version
from erbium.engine.kernel import BackendName
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import Profile, her2_status, not_modelled, read_cbioportal, read_profile

if TYPE_CHECKING:
    import pandas as pd

#: Options per sample that a cohort reports.
SHOWN_OPTIONS = 5


@dataclass(frozen=True)
class CohortResult:
    """The answers of a cohort.

    Attributes
    ----------
    frame
        One row per sample that was answered.
    failures
        Samples that were not: id and error.
    summary
        Counts.
    """

    frame: pd.DataFrame
    failures: list[dict[str, Any]]
    summary: dict[str, Any]
    seed: int = 1
    warnings: list[str] = field(default_factory=list)

    def table(self) -> pd.DataFrame:
        """Return one row per sample."""
        return self.frame

    def json(self) -> dict[str, Any]:
        """Return the cohort as JSON-safe data, schema ``erbium.cohort/1``."""
        body = {
            "schema": "erbium.cohort/1",
            "version": version(),
            "seed": self.seed,
            "knowledge_hash": load_knowledge().hash,
            "warnings": self.warnings,
            "summary": self.summary,
            "failures": self.failures,
            "samples": self.frame.to_dict(orient="records"),
        }
        return dict(plain(body))

    def why(self) -> str:
        """Return the counts in words."""
        return "\n".join(f"{name}: {value}" for name, value in self.summary.items())

    def cite(self) -> list[dict[str, Any]]:
        """Return nothing: cite the single answers."""
        return []


def samples(folder: Path) -> Iterator[tuple[str, Profile | ErbiumError]]:
    """Yield the samples of a cBioPortal study folder, or the profiles (TOML, JSON) of a folder."""
    if not folder.is_dir():
        raise DataError(
            "no such folder.", file=folder, expected="a cBioPortal study folder or a folder of profiles"
        )
    files = sorted([*folder.glob("*.toml"), *folder.glob("*.json")])
    study = any(folder.glob("data_*")) or not files
    if study:
        yield from read_cbioportal(folder)
        return
    for file in files:
        try:
            yield file.stem, read_profile(file)
        except ErbiumError as error:
            yield file.stem, error


def cohort(
    folder: str | Path,
    *,
    seed: int = 1,
    twins: int = 20,
    regimens: Sequence[str | Regimen] | None = None,
    progress: Callable[[float, str], None] | None = None,
    limit: int | None = None,
    backend: BackendName = "auto",
    force: bool = False,
) -> CohortResult:
    """Return the answer for every sample of `folder`.

    Parameters
    ----------
    folder
        cBioPortal study folder (MAF, CNA, clinical), or a folder of profiles.
    twins
        Twins per sample.
    progress
        Called with the share that is done and the sample's id.
    limit
        Only so many samples.
    force
        Compare regimens that were named also where the profile rules them out.
    """
    import pandas as pd

    found = list(samples(Path(folder)))[:limit]
    rows: list[dict[str, Any]] = []
    said: Counter[str] = Counter()
    failures: list[dict[str, Any]] = []
    for k, (name, profile) in enumerate(found):
        if progress is not None:
            progress(k / max(len(found), 1), name)
        if isinstance(profile, ErbiumError):
            failures.append({"sample": name, **profile.json()})
            continue
        try:
            answer = advise(
                profile, seed=seed, twins=twins, regimens=regimens, explain=0, backend=backend, force=force
            )
        except (NotEnoughEvidence, Contraindicated) as error:
            if isinstance(error, Contraindicated):
                said[error.warning] += 1
            rows.append(_row_without_option(name, profile, error))
            continue
        except ErbiumError as error:
            failures.append({"sample": name, **error.json()})
            continue
        rows.append(_row(name, profile, answer))
        said.update(set(answer.warnings))
    frame = pd.DataFrame(rows)
    warnings = [f"{text} ({count} of {len(found)} samples)" for text, count in said.most_common()]
    return CohortResult(frame, failures, _summary(frame, failures, len(found)), seed, warnings)


def _row(name: str, profile: Profile, answer: Advice) -> dict[str, Any]:
    body = answer.json()
    row: dict[str, Any] = {
        "sample": name,
        "setting": body["setting"],
        "line": body["line"],
        "her2_status": body["her2_status"]["status"],
        "her2_label": body["her2_status"]["label"],
        "mechanisms": "; ".join(m["id"] for m in body["mechanisms"] if m["status"] == "measured"),
        "not_modelled": "; ".join(not_modelled(profile)),
        "options": len(body["options"]),
        "reference": body["reference"]["regimen"],
        "outside_support": "; ".join(body["outside_support"]),
        "warnings": "; ".join(body["warnings"]),
    }
    for option in body["options"][:SHOWN_OPTIONS]:
        rank = option["rank"]
        leading = option["endpoints"][0]
        row[f"option_{rank}"] = option["regimen"]
        row[f"option_{rank}_tier"] = option["tier"]
        row[f"option_{rank}_{'response' if leading['name'] == 'ORR' else leading['name']}"] = leading[
            "median"
        ]
        row[f"option_{rank}_p_better"] = option["versus_reference"]["p_better"]
    return row


def _row_without_option(name: str, profile: Profile, reason: ErbiumError) -> dict[str, Any]:
    """Return the row of a sample for which no regimen is allowed: an answer, not a failure."""
    status = her2_status(profile.her2)
    return {
        "sample": name,
        "setting": profile.disease.setting or "metastatic",
        "her2_status": status.status,
        "her2_label": status.label,
        "mechanisms": "",
        "not_modelled": "; ".join(not_modelled(profile)),
        "options": 0,
        "outside_support": reason.message,
    }


def _summary(frame: pd.DataFrame, failures: Sequence[dict[str, Any]], total: int) -> dict[str, Any]:
    without = int((frame["options"] == 0).sum()) if len(frame) else 0
    out: dict[str, Any] = {
        "samples": total,
        "answered": len(frame) - without,
        "without_option": without,
        "failed": len(failures),
    }
    if len(frame):
        out["her2_status"] = frame["her2_label"].value_counts().to_dict()
        if "option_1" in frame:
            out["first_option"] = frame["option_1"].value_counts().head(10).to_dict()
        found = frame["mechanisms"].str.split("; ").explode()
        out["mechanisms"] = found[found != ""].value_counts().to_dict()
    return out
