"""The API of a real server: what it answers, and what it does not let through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Server, serving, waited

#: What queues work, of which a chance request would keep the server busy.
QUEUES = (
    "POST /api/v1/advise",
    "POST /api/v1/trials/run",
    "POST /api/v1/combinations/run",
    "POST /api/v1/experiments/run",
    "POST /api/v1/claims/check",
)
TRACES = ("Traceback", 'File "', "site-packages", "/src/erbium")


def test_health_and_headers(client: Any) -> None:
    answer = client.get("/api/v1/health")
    assert answer.json()["status"] == "ok"
    page = client.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "server" not in page.headers


def test_a_profile_is_checked_and_its_her2_status_explained(client: Any) -> None:
    good = client.post("/api/v1/profiles/validate", json={"example": "her2_low_er_positive"}).json()
    assert good["valid"]
    assert good["her2"]["label"] == "HER2-low"
    assert good["her2"]["rule"]
    bad = client.post(
        "/api/v1/profiles/validate", json={"text": '[her2]\nihc = "9+"\n[meta]\nid = "x"'}
    ).json()
    assert not bad["valid"]
    assert {fault["key"] for fault in bad["errors"]} >= {"her2.ihc"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/profiles/validate", {}, 422),
        ("/api/v1/profiles/validate", {"example": "../../etc/passwd"}, 422),
        ("/api/v1/profiles/validate", {"example": "bt474", "text": "x"}, 422),
        ("/api/v1/advise", {"text": "no profile"}, 422),
        ("/api/v1/advise", {"example": "bt474", "twins": 100000}, 422),
        ("/api/v1/advise", {"example": "bt474", "regimens": ["nothing of this name"]}, 422),
        ("/api/v1/trials/run", {"trial": "/etc/passwd"}, 404),
        ("/api/v1/trials/run", {"trial": "../trials/cleopatra"}, 404),
        ("/api/v1/trials/run", {"trial": "cleopatra", "patients": 10**9}, 422),
        ("/api/v1/trials/run", {"trial": "cleopatra", "curves": "/etc"}, 422),
        ("/api/v1/jobs/0123456789abcdef/cancel", {}, 404),
        ("/api/v1/jobs/..%2f..%2fetc/cancel", {}, 404),
    ],
)
def test_wrong_questions_are_told_what_is_wrong(client: Any, path: str, body: Any, status: int) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not [trace for trace in TRACES if trace in answer.text]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"[" * 60000, b'{"profile": {"meta": {"id": "\\ud800"}}}',
     b'{"profile": {"her2": {"copies": 1e999}}}',
     b'{"profile": {"her2": {"copies": ' + b"9" * 4000 + b"}}}", b'{"text": "\\u0000"}', b"null"],
    ids=["broken", "no text", "deep", "surrogate", "infinite", "long number", "zero", "null"],
)  # fmt: skip
def test_hostile_json_is_answered_without_a_fault(client: Any, body: bytes) -> None:
    answer = client.post(
        "/api/v1/profiles/validate", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (200, 400, 422), answer.text
    assert not [trace for trace in TRACES if trace in answer.text]


@pytest.mark.parametrize(
    "path",
    ["/assets/../application.py", "/assets/%2e%2e/application.py", "/api/docs/assets/../../__init__.py",
     "/_dash-component-suites/dash/../../os.py", "/api/v1/examples/..%2f..%2fREADME.md"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folders(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert "from __future__" not in answer.text
    assert "# Erbium" not in answer.text


def test_the_page_of_the_api_reaches_for_nothing_outside(client: Any) -> None:
    page = client.get("/api/docs").text
    assert "http" not in page
    for part in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert client.get(f"/api/docs/assets/{part}").status_code == 200
    assert "/api/v1/advise" in client.get("/api/openapi.json").json()["paths"]


def test_evidence_trials_and_network(client: Any) -> None:
    found = client.get("/api/v1/evidence/search", params={"marker": "PTEN", "limit": 3}).json()
    assert found["found"] >= len(found["items"]) == 3
    assert client.get("/api/v1/evidence/search", params={"marker": "PTENN"}).status_code == 422
    assert client.get("/api/v1/evidence/conflicts", params={"marker": "PTEN"}).json()["groups"]
    assert client.get("/api/v1/trials/cleopatra").json()["trial"]["nct"] == "NCT00567190"
    network = client.get("/api/v1/network").json()
    names = {node["id"] for node in network["nodes"]}
    assert {"c1.HER2", "c1.AKT"} <= names
    assert all(edge["source"] in names and edge["target"] in names for edge in network["edges"])


def test_an_answer_and_its_report(server: Server, client: Any) -> None:
    question = {"example": "her2_positive_pik3ca", "twins": 2, "explain": 0, "regimens": ["T-DXd", "T-DM1"]}
    queued = client.post("/api/v1/advise", json=question)
    assert queued.status_code == 202
    job = queued.json()["id"]
    assert server.finished(job)["state"] == "done"
    answer = client.get(f"/api/v1/jobs/{job}/result").json()
    assert answer["schema"] == "erbium.advise/1"
    assert {option["regimen"] for option in answer["options"]} == {"tdxd", "tdm1"}
    report = client.get(f"/api/v1/jobs/{job}/report")
    assert "sandbox" in report.headers["content-security-policy"]
    assert "<script" not in report.text
    assert client.post(f"/api/v1/jobs/{job}/cancel", json={}).status_code == 409


def test_a_server_that_was_killed_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path) as first, first.client() as client:
        job = client.post("/api/v1/trials/run", json={"trial": "cleopatra", "patients": 20000}).json()["id"]
        waited(lambda: client.get(f"/api/v1/jobs/{job}").json(), lambda state: state["state"] == "running")
        first.stop(kill=True)
    with serving(tmp_path) as second, second.client() as client:
        first_page = client.get("/evidence").text
        assert "/assets/still.js" in first_page
        assert "/assets/erbium.css" in first_page
        state = client.get(f"/api/v1/jobs/{job}").json()
        assert state["state"] == "interrupted"
        assert client.post(f"/api/v1/jobs/{job}/rerun", json={}).json()["state"] in ("queued", "running")


def test_any_request_of_the_schema_gets_an_answer(server: Server) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, given, settings

    schema = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
    for result in schema.get_all_operations():
        operation = result.ok()
        # A job that is drawn by chance would run on: what queues work is asked above.
        if operation.label in QUEUES:
            continue

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def asked(case: Any) -> None:
            answer = case.call()
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert json.loads(answer.content) is not None

        asked()
