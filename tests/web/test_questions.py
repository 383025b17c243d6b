"""The questions that are answered while the caller waits: what they say, and what they do not let through."""

from __future__ import annotations

import base64
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from erbium.knowledge.trials import load_trials
from erbium.web.quick import Quick
from erbium.web.settings import Limits
from tests.web.conftest import Server

SAMPLES = Path(__file__).parents[2] / "examples" / "profiles_in"
TRACES = ("Traceback", 'File "', "site-packages", "/src/erbium", "/tmp/", "erbium-")
CASE = {"example": "her2_positive_pik3ca"}


def asked(client: Any, path: str, body: Any, status: int = 200) -> Any:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text[:500]
    assert not [trace for trace in TRACES if trace in answer.text]
    return answer.json()


def sent(name: str, **more: Any) -> dict[str, Any]:
    content = base64.b64encode((SAMPLES / name).read_bytes()).decode()
    return {"name": f"../../{name}", "content": content, **more}


def test_activity_of_the_network(client: Any) -> None:
    found = asked(client, "network/activity", CASE | {"knock_down": {"AKT": 0.8}, "twins": 4, "days": 28})
    assert found["schema"] == "erbium.activity/1"
    assert found["time_days"][-1] == 28.0
    nodes = {node["id"] for node in client.get("/api/v1/network").json()["nodes"]}
    assert set(found["nodes"]) == nodes
    assert found["nodes"]["c1.AKT_activity"]["fold"]["median"][-1] < 0.5
    assert found["nodes"]["c1.HER3"]["fold"]["median"][-1] > 1.2  # relieved feedback


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        ("network/activity", CASE | {"knock_down": {"AKTT": 0.5}}, "AKTT"),
        ("network/activity", CASE | {"knock_down": {"AKT": 1.0}}, "knock_down"),
        ("network/activity", CASE | {"regimen": "nothing of this name"}, "nothing of this name"),
        ("network/activity", CASE | {"twins": 5000}, "twins"),
        ("network/activity", {"text": "no profile"}, "TOML"),
        ("what-if", CASE | {"regimens": []}, "regimens"),
        ("what-if", CASE | {"regimens": ["tdm1"], "twins": 2, "present": ["../x"]}, "mechanism"),
        ("profiles/import", {"name": "x.csv", "content": "%%%"}, "base64"),
        ("profiles/import", {"name": "x", "content": ""}, "the file"),
    ],
)
def test_what_cannot_be_asked_is_told(client: Any, path: str, body: Any, key: str) -> None:
    assert key in asked(client, path, body, 422)["detail"]


def test_files_of_other_programs_become_profiles(client: Any) -> None:
    one = asked(client, "profiles/import", sent("phenopacket.json"))
    assert (one["format"], len(one["profiles"])) == ("phenopacket", 1)
    assert one["profiles"][0]["not_mapped"]
    text = one["profiles"][0]["text"]
    assert asked(client, "profiles/validate", {"text": text})["valid"]
    several = asked(client, "profiles/import", sent("ihc_wide.xlsx"))
    assert len(several["ids"]) == len(several["profiles"]) > 1
    chosen = asked(client, "profiles/import", sent("ihc_wide.xlsx", sample=several["ids"][1]))
    assert chosen["ids"] == [several["ids"][1]]
    refused = asked(client, "profiles/import", sent("tumour_normal_vep.vcf"), 422)
    assert refused["error"]["key"] == "sample"
    assert "TUMOUR" in refused["detail"]


def test_a_trial_is_checked_as_it_is_written(client: Any) -> None:
    name = next(iter(load_trials()))
    text = client.get(f"/api/v1/trials/{name}/text").json()["text"]
    good = asked(client, "trials/validate", {"text": text})
    assert good["valid"]
    assert good["trial"]["id"] == name
    assert client.get("/api/v1/trials/..%2f..%2fetc/text").status_code == 404
    for wrong, key in (
        (text.replace("[population]", "[population]\nlinee = 2"), "population.linee"),
        (text.replace("\nregimen = ", "\nregimen = 'no such' #", 1), "arm[0].regimen"),
        (text.replace('spec = "', 'spec = "/etc/passwd.toml" #', 1), "population.spec"),
        (text.replace(f'id = "{name}"', 'id = "../../x"', 1), "id"),
        ("km_files = ['../../../etc/passwd']\n" + "\n".join(_without(text, "km_files")), "km_files"),
    ):
        found = asked(client, "trials/validate", {"text": wrong})
        assert not found["valid"]
        assert key in [fault["key"] for fault in found["errors"]], found["errors"]
        assert all("/" not in (fault["file"] or "") for fault in found["errors"])
        asked(client, "trials/run", {"text": wrong, "patients": 4}, 422)
    asked(client, "trials/run", {"text": text, "trial": name}, 422)


def _without(text: str, key: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(f"{key} ")]


def test_an_edited_trial_runs_with_its_pictures(client: Any, server: Server) -> None:
    text = client.get("/api/v1/trials/cleopatra/text").json()["text"]
    job = asked(client, "trials/run", {"text": text, "patients": 12}, 202)
    assert job["title"].startswith("CLEOPATRA (edited)")
    assert server.finished(job["id"])["state"] == "done"
    found = client.get(f"/api/v1/jobs/{job['id']}/result").json()
    assert found["edited"]
    assert found["forest_titles"]
    assert found["waterfall"]


def test_a_report_on_paper(client: Any, server: Server) -> None:
    pytest.importorskip("weasyprint")
    assert client.get("/api/v1/jobs/0123456789abcdef/report.pdf").status_code == 404
    body = CASE | {"twins": 2, "explain": 0, "regimens": ["tdm1"]}
    job = client.post("/api/v1/advise", json=body).json()["id"]
    assert server.finished(job)["state"] == "done"
    answer = client.get(f"/api/v1/jobs/{job}/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_what_is_asked_ahead_waits_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, asked_for = Quick(Limits()), Event()
    monkeypatch.setattr(quick, "_future", lambda *_: asked_for.set())
    quick.warm("activity", {}, later_s=0.2)
    assert not asked_for.is_set()
    assert asked_for.wait(5.0)
    asked_for.clear()
    quick.warm("activity", {})
    assert asked_for.is_set()
    quick.stop()
