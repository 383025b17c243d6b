"""Combinations, experiments on cells and claims by the API of a real server."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.web.conftest import Server

CASE = {"example": "her2_positive_pik3ca"}
DISH = {"arms": {"SK-BR-3": {"line": "SK-BR-3"}}, "readouts": ["viability"], "times": ["0 h", "24 h"]}


def rows_of(client: Any, job: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/jobs/{job}/table")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith(f'{job}.csv"')
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_search_for_combinations_and_its_table(server: Server, client: Any) -> None:
    question = {
        **CASE, "drugs": ["T-DM1", "tucatinib", "alpelisib"], "given": ["trastuzumab"],
        "draws": 2, "explain": 1,
    }  # fmt: skip
    queued = client.post("/api/v1/combinations/run", json=question)
    assert queued.status_code == 202
    job = queued.json()["id"]
    assert server.finished(job)["state"] == "done", client.get(f"/api/v1/jobs/{job}").text
    found = client.get(f"/api/v1/jobs/{job}/result").json()
    assert found["schema"] == "erbium.combine/1"
    assert found["benefit"]["against"] == "trastuzumab"
    assert found["searched"]["screened"] == 10
    # The cells of the case stand in for a file: pairs have synergy in a dish.
    pairs = [one for one in found["sets"] if len(one["agents"]) == 2]
    assert pairs
    assert all(one["synergy"]["dish"] is not None for one in pairs)
    picture = client.get(f"/api/v1/jobs/{job}/figure")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert "cells fewer, log10" in picture.text
    rows = rows_of(client, job)
    assert {row["agents"] for row in rows} == {one["name"] for one in found["courses"]}


def test_an_experiment_on_a_line_and_on_the_cells_of_the_case(server: Server, client: Any) -> None:
    experiment = {
        "arms": {"line": {"line": "SK-BR-3"}, "own": {"case": "case"}},
        "dose_response": {"drug": "lapatinib", "concentrations": ["10 nM", "1 umol/L"], "time": "48 h"},
        "readouts": ["pERK"],
        "times": ["0 h", "24 h"],
    }
    queued = client.post(
        "/api/v1/experiments/run", json={"experiment": experiment, "case": CASE, "members": 2}
    )
    assert queued.status_code == 202, queued.text
    job = queued.json()["id"]
    assert server.finished(job)["state"] == "done", client.get(f"/api/v1/jobs/{job}").text
    found = client.get(f"/api/v1/jobs/{job}/result").json()
    assert [one["arm"] for one in found["dose_response"]] == ["line", "own"]
    assert found["arms"][1]["condition"] == "cells of the case"
    line, own = (one["relative_viability"]["value"][-1] for one in found["dose_response"])
    assert 0.0 < line < 1.0
    assert line != own
    rows = rows_of(client, job)
    assert len(rows) == len(found["results"])
    assert {row["unit"] for row in rows if row["readout"] == "IC50"} == {"nM"}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("combinations/run", {**CASE, "drugs": ["trastuzumab"]}, "nothing to combine"),
        ("combinations/run", {**CASE, "drugs": ["trastuzumab", "Herceptin"]}, "nothing to combine"),
        ("combinations/run", {**CASE, "drugs": ["trastuzumabb", "tucatinib"]}, 'Did you mean "trastuzumab"?'),
        ("combinations/run", {**CASE, "size": 4}, "size"),
        ("combinations/run", {**CASE, "given": ["trastuzumab", "margetuximab"]}, "margetuximab"),
        ("combinations/run", {"drugs": []}, "give one of profile, text and example"),
        ("experiments/run", {"experiment": DISH, "text": "x"}, "give one of experiment and text"),
        ("experiments/run", {"text": "no = [toml"}, "not TOML"),
        ("experiments/run", {"experiment": {**DISH, "readouts": ["pERKK"]}}, 'Did you mean "pERK"?'),
        ("experiments/run", {"experiment": {**DISH, "arms": {"a": {"case": "/etc/passwd"}}}}, "no case"),
        ("experiments/run", {"experiment": {**DISH, "times": ["9**9**9**9 h"]}}, "is not a quantity"),
        ("experiments/run", {"experiment": {**DISH, "arms": {"$a": {"line": "MCF7"}}}}, "is no name"),
        (
            "experiments/run",
            {"experiment": {**DISH, "arms": {f"a{k}": {"line": "MCF7"} for k in range(25)}}},
            "25 arms",
        ),
        ("claims/check", {"claim": "S9-999"}, "no claim"),
        ("claims/check", {"claim": "S1-001"}, "cannot be run"),
    ],
)
def test_wrong_designs_are_told_what_is_wrong(client: Any, path: str, body: Any, said: str) -> None:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code in (404, 422), answer.text
    assert said in answer.json()["detail"]
    assert "Traceback" not in answer.text


def test_claims_are_found_opened_and_run(server: Server, client: Any) -> None:
    every = client.get("/api/v1/claims", params={"limit": 1000}).json()
    assert every["found"] == len(every["claims"]) == sum(every["by_status"].values())
    held = client.get("/api/v1/claims", params={"status": "reproduced", "executable": True}).json()
    assert 0 < held["found"] < every["found"]
    assert {one["status"] for one in held["claims"]} == {"reproduced"}
    some = client.get("/api/v1/claims", params={"text": "pten TRASTUZUMAB"}).json()
    assert 0 < some["found"] < every["found"]
    assert client.get("/api/v1/claims", params={"status": "true"}).status_code == 422
    assert client.get("/api/v1/claims/S9-999").status_code == 404

    name = next(
        one["id"] for one in held["claims"] if one["system"] == "src" or one["kind"] == "causal-effect"
    )
    one = client.get(f"/api/v1/claims/{name}").json()["claim"]
    assert one["arms"]
    assert len(one["seen"]) == len(one["expected"]) > 0
    assert all(seen["holds"] for seen in one["seen"])
    queued = client.post("/api/v1/claims/check", json={"claim": name, "members": 2})
    job = queued.json()["id"]
    assert server.finished(job)["state"] == "done"
    checked = client.get(f"/api/v1/jobs/{job}/result").json()["checked"]
    assert list(checked) == [name]
    assert len(checked[name]["seen"]) == len(one["expected"])
    assert client.get(f"/api/v1/jobs/{job}/table").status_code == 404
