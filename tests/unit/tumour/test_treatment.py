"""One regimen on one tumour, week by week."""

from __future__ import annotations

import json

import numpy as np
import pytest

from erbium.core.errors import DataError, UnitError, UnknownName
from erbium.core.result import Result
from erbium.tumour import Treatment, Tumour, run_arms
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    return Tumour.from_profile(patient(), seed=1, parameter_draws=4, marker_draws=3)


@pytest.fixture(scope="module")
def treatment(tumour: Tumour) -> Treatment:
    return tumour.treat("T-DM1", until="18 weeks")


def test_it_is_a_result(treatment: Treatment) -> None:
    assert isinstance(treatment, Result)


def test_weeks(treatment: Treatment) -> None:
    assert treatment.time_days.tolist() == [7.0 * k for k in range(19)]
    assert treatment.volume.shape == treatment.diameters.shape == (19, 12)
    assert all(values.shape == (19, 12) for values in treatment.readouts.values())


def test_it_starts_where_the_tumour_is(tumour: Tumour, treatment: Treatment) -> None:
    assert treatment.volume[0] == pytest.approx(tumour.start_volume, rel=1e-5)


def test_json(treatment: Treatment) -> None:
    body = treatment.json()
    json.dumps(body, allow_nan=False)
    assert body["schema"] == "erbium.simulate/1"
    assert body["regimen"] == "tdm1"
    assert sum(body["best_response"].values()) == pytest.approx(1.0)
    assert len(body["twins"]) == 12
    assert [(twin["parameter_draw"], twin["marker_draw"]) for twin in body["twins"][:4]] == [
        (0, 0), (0, 1), (0, 2), (1, 0),
    ]  # fmt: skip
    for series in (body["volume"], body["sum_of_diameters"], *body["readouts"].values()):
        assert len(series["median"]) == len(body["time_days"])
        low, median, high = (np.array(series[part]) for part in ("low", "median", "high"))
        assert (low <= median).all()
        assert (median <= high).all()
    assert body["pfs_12m"] is None  # 18 weeks say nothing of a year
    assert body["response_rate"]["unit"] == "fraction"


def test_interactions_are_told(tumour: Tumour, treatment: Treatment) -> None:
    assert treatment.json()["interactions"] == []
    (told,) = (
        one
        for one in tumour.treat("everolimus + tucatinib", until="1 week").json()["interactions"]
        if one["drug"] == "everolimus"
    )
    assert told["exposure_ratio"] == pytest.approx(5.7)


def test_events_are_the_progressions(treatment: Treatment) -> None:
    body = treatment.json()
    seen = {(event["twin"], event["time_days"]) for event in body["events"]}
    assert seen == {
        (i, twin["progression_days"])
        for i, twin in enumerate(body["twins"])
        if twin["progression_days"] is not None
    }
    assert {event["kind"] for event in body["events"]} <= {"progression", "new_lesion"}
    assert all(time % 42.0 == 0.0 for _, time in seen)


def test_it_agrees_with_the_controller_of_many_arms(tumour: Tumour, treatment: Treatment) -> None:
    (course,) = run_arms(
        tumour.kernel, [tumour.arm(treatment.regimen)], (42.0, 84.0, 126.0), stop_at_progression=False
    )
    assert treatment.volume[[0, 6, 12, 18]] == pytest.approx(course.volume, rel=5e-3)
    # The hazard of new lesions is summed by weeks here and by visits there.
    by_size = ~(treatment.course.new_lesion | course.new_lesion)
    assert by_size.sum() > 6
    # Both weight the living by how they seed: near the threshold alone they may differ.
    assert (treatment.course.new_lesion != course.new_lesion).mean() < 0.1
    assert np.array_equal(treatment.course.best[by_size], course.best[by_size])
    here, there = (part.progression_days[by_size] for part in (treatment.course, course))
    assert np.array_equal(here, there, equal_nan=True)


def test_cells_that_seed_more_bring_more_new_lesions(tumour: Tumour, treatment: Treatment) -> None:
    often = tumour.altered({"seeding_reference": 1e-4}, {}).treat(treatment.regimen, "18 weeks")
    assert often.course.new_lesion.mean() > treatment.course.new_lesion.mean() + 0.5


def test_the_other_faces_of_a_result(treatment: Treatment) -> None:
    table = treatment.table()
    assert len(table) == 19
    assert {"time_days", "volume_cm3_median", "pHER2_low"} <= set(table.columns)
    assert "trastuzumab emtansine on case-001" in treatment.why()
    cited = {source["id"] for source in treatment.cite()}
    assert "scheuher_2024" in cited


def test_only_metastatic_disease_has_a_progression_free_time() -> None:
    early = Tumour.from_profile(
        patient(disease={"setting": "neoadjuvant"}), seed=1, parameter_draws=2, marker_draws=2
    )
    body = early.treat("neoadjuvant_thp", until="6 weeks").json()
    for key in ("response_rate", "pfs_months", "pfs_12m", "rmst_months", "not_reached"):
        assert body[key] is None
    assert body["endpoints"][0]["name"] == "pCR"


def test_wrong_names_and_spans(tumour: Tumour) -> None:
    with pytest.raises(UnknownName, match="trastuzumb") as caught:
        tumour.treat("trastuzumb")
    assert caught.value.nearest == "trastuzumab"
    with pytest.raises(UnitError):
        tumour.treat("tdm1", until="12 parsecs")
    with pytest.raises(DataError, match="over at once"):
        tumour.treat("tdm1", until="-1 week")
