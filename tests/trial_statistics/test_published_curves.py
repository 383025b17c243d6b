"""Reconstructed published curves: read by arm and endpoint, drawn dashed, and wrong folders named."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataError, ErbiumError
from erbium.knowledge.schema.trial import Trial
from erbium.report.trial import trial_html
from erbium.trial.statistics import summarise
from erbium.trial.statistics.published_curve import read_all_published
from tests import synthetic_trial

HEAD = "file,arm,n,time_unit,endpoint\n"
PFS = "x.csv,control,3,months,PFS\nx.csv,tested,2,months,PFS\n"
OS = "y.csv,control,3,years,OS\n"
CURVE = "time,event,arm\n5,1,control\n9,0,control\n30,1,control\n7,1,tested\n20,0,tested\n"


def _trial(*files: str) -> Trial:
    return synthetic_trial.trial(km_files=list(files))


def _folder(place: Path, manifest: str, **curves: str) -> Path:
    (place / "MANIFEST.csv").write_text(manifest, encoding="utf-8")
    for name, text in curves.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


def test_both_kinds_of_times_are_read(tmp_path: Path) -> None:
    found = read_all_published(_folder(tmp_path, HEAD + PFS + OS, x=CURVE, y=CURVE), _trial("x.csv", "y.csv"))
    assert set(found) == {"pfs", "os"}
    assert found["os"]["months"].tolist() == [60.0, 108.0, 360.0]
    assert read_all_published(tmp_path, _trial()) == {}


def test_an_arm_that_files_share_counts_once(tmp_path: Path) -> None:
    manifest = HEAD + PFS + PFS.replace("x.csv", "z.csv")
    found = read_all_published(_folder(tmp_path, manifest, x=CURVE, z=CURVE), _trial("x.csv", "z.csv"))
    assert len(found["pfs"]) == 5


def test_the_report_shows_them_dashed_with_their_own_medians(tmp_path: Path) -> None:
    folder = _folder(tmp_path, HEAD + PFS + OS, x=CURVE, y=CURVE)
    trial = _trial("x.csv", "y.csv")
    table = synthetic_trial.patients(200)
    table["os_months"], table["os_event"] = table["pfs_months"] * 2.0, table["pfs_event"]
    page = trial_html(
        trial, table, None, summarise(trial, table), published_curves=read_all_published(folder, trial)
    )
    assert "control, published (dashed; reconstructed from the figure, n = 3)" in page
    assert "tested, published (dashed; reconstructed from the figure, n = 2): median 7.0 months" in page
    assert "stroke-dasharray" in page
    assert "Overall survival (exploratory)" in page
    assert "OS, hazard ratio (exploratory)" in page
    assert "median OS, months (exploratory)" in page


@pytest.mark.parametrize(
    ("manifest", "curve", "words", "key"),
    [
        (HEAD.replace("endpoint", "kind"), CURVE, "a column is missing", "endpoint"),
        (HEAD + PFS, CURVE.replace("event", "fell"), "a column is missing", "event"),
        (HEAD + PFS, CURVE.replace("30", "thirty"), "a value is no number", "time"),
        (HEAD + PFS.replace("months", "moons"), CURVE, "unit of time", "x.csv, time_unit"),
    ],
)
def test_what_is_wrong_with_a_folder_is_named(
    tmp_path: Path, manifest: str, curve: str, words: str, key: str
) -> None:
    with pytest.raises(ErbiumError, match=words) as fault:
        read_all_published(_folder(tmp_path, manifest, x=curve), _trial("x.csv"))
    assert fault.value.key == key
    assert fault.value.file is not None


def test_a_file_of_the_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file") as fault:
        read_all_published(_folder(tmp_path, HEAD + PFS), _trial("x.csv"))
    assert str(fault.value.file).endswith("x.csv")
