"""Combinations, Experiment and Claims in Chromium: searched, run, opened; nothing fails, nothing leaves."""

from __future__ import annotations

from typing import Any

import pytest


def shuts_nobody_out(page: Any) -> None:
    """No serious fault by the rules of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not grave


def test_a_search_is_cancelled_then_one_is_looked_at_and_a_set_opened(page: Any) -> None:
    page.goto("/")
    page.locator("#case-check").get_by_text("HER2-positive").wait_for()
    page.get_by_role("link", name="Combinations").click()
    page.locator("#comb-case-about b").wait_for()
    page.get_by_label("all drugs of the catalogue").check()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").first.wait_for()

    page.get_by_label("the drugs chosen below").check()
    for name, value in (("Parameter draws", "2"), ("Sets to explain", "1")):
        page.get_by_label(name).fill(value)
        page.get_by_label(name).press("Tab")
    page.get_by_role("button", name="Search", exact=True).click()
    heat = page.locator("#comb-map table")
    heat.wait_for()
    assert heat.locator("tbody tr").count() > 3
    page.get_by_label("Gain over the better part").check()
    page.locator("#comb-map").get_by_text("less that of the better").wait_for()
    page.get_by_label("Benefit", exact=True).check()
    page.locator("#comb-map").get_by_text("on the diagonal an agent alone").wait_for()
    page.locator("#comb-result").get_by_role("img", name="Benefit against burden").wait_for()
    heat.get_by_role("button").first.press("Enter")
    page.get_by_role("heading", name="Escapes it closes").wait_for()
    assert page.evaluate("document.activeElement.id") == "set-title"
    shuts_nobody_out(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Numbers (CSV)").click()
    assert saved.value.suggested_filename.endswith(".csv")


def test_without_a_case_or_drugs_the_search_says_what_is_missing(page: Any) -> None:
    page.goto("/combinations")
    page.get_by_text("Nothing was searched yet.").or_(page.locator("#comb-recent table")).wait_for()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("alert").get_by_text("There is no case").wait_for()


def test_a_dose_response_and_a_time_course(page: Any) -> None:
    page.goto("/experiment")
    page.get_by_label("To", exact=True).fill("0.001")
    page.get_by_label("To", exact=True).press("Tab")
    page.get_by_label("Draws of the kinetic numbers").fill("2")
    page.get_by_label("Draws of the kinetic numbers").press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("alert").get_by_text("ascending concentrations").wait_for()
    page.get_by_label("To", exact=True).fill("1000")
    page.get_by_label("To", exact=True).press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.locator("#exp-result")
    result.get_by_role("img", name="IC50").wait_for()
    result.get_by_role("region", name="metrics of the dose-response").wait_for()
    result.get_by_text("intervals over so few draws say little").wait_for()

    page.get_by_label("time course").check()
    page.get_by_label("Treatment 1").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    result.get_by_role("region", name="readings").wait_for()
    shuts_nobody_out(page)
    page.reload()
    page.locator("#exp-recent").get_by_role("link").first.click()
    result.get_by_role("region", name="readings").wait_for()


def test_two_drugs_and_a_gene_knocked_down_in_every_design(page: Any) -> None:
    def fill(field: Any, value: str) -> None:
        field.fill(value)
        field.press("Tab")

    page.goto("/experiment")
    page.get_by_label("two drugs").check()
    dishes, run = page.locator("#exp-dishes"), page.get_by_role("button", name="Run", exact=True)
    for place in range(2):
        fill(page.locator(f"#exp-pair-points-{place}"), "2")
    dishes.get_by_text("3 × 3 dishes, without either drug included: 9 of at most 800").wait_for()
    page.locator("#exp-knock").click()
    page.keyboard.type("PTEN")
    page.get_by_role("option", name="PTEN").click()
    page.keyboard.press("Escape")
    dishes.get_by_text("each for 2 kinds of cells: 18 of at most 800").wait_for()
    fill(page.get_by_label("Draws of the kinetic numbers"), "2")
    fill(page.locator("#exp-pair-from-0"), "2000")
    run.click()
    page.get_by_role("alert").get_by_text("positive, ascending concentrations").wait_for()
    fill(page.locator("#exp-pair-from-0"), "1")
    run.click()
    result = page.locator("#exp-result")
    result.get_by_role("img", name="Heat maps of living cells and of synergy").wait_for()
    synergy = result.get_by_role("region", name="synergy by reference")
    assert synergy.locator("tbody tr").count() == 6
    knocked = result.get_by_role("region", name="pairs of doses, SK-BR-3, PTEN −90%")
    assert knocked.locator("tbody tr").count() == 9
    assert knocked.locator("tbody tr").nth(0).locator("td").nth(1).inner_text() == "1.00 (1.00 to 1.00)"
    shuts_nobody_out(page)

    page.get_by_label("dose-response").check()
    fill(page.get_by_label("Concentrations", exact=True).first, "2")
    run.click()
    metrics = result.get_by_role("region", name="metrics of the dose-response")
    metrics.get_by_role("rowheader", name="SK-BR-3, PTEN −90%").wait_for()
    assert metrics.locator("tbody tr").count() == 2

    page.get_by_label("time course").check()
    page.get_by_role("checkbox", name="beside the same cells with all of it").uncheck()
    run.click()
    readings = result.get_by_role("region", name="readings")
    readings.get_by_role("cell", name="SK-BR-3, PTEN −90% untreated").first.wait_for()
    assert readings.get_by_role("cell", name="SK-BR-3 untreated").count() == 0


def test_a_claim_is_found_opened_and_run(page: Any) -> None:
    page.goto("/claims")
    table = page.locator("#cl-found table")
    table.wait_for()
    shuts_nobody_out(page)
    page.get_by_label("Words").fill("no such words")
    page.get_by_text("No claim fits.").wait_for()
    page.get_by_label("Words").fill("SRC pten phosphatase")
    page.get_by_label("Words").fill("src")
    table.wait_for()
    table.locator("tr", has_text="reproduced").get_by_role("link").first.click()
    page.get_by_role("heading", name="What must be seen, and what was").wait_for()
    page.get_by_label("Parameter draws").fill("2")
    page.get_by_label("Parameter draws").press("Tab")
    page.get_by_role("button", name="Run this claim").click()
    page.locator("#cl-result table").wait_for()
    shuts_nobody_out(page)
    page.goto("/claims?id=S9-999")
    page.get_by_role("alert").get_by_text('no claim "S9-999"').wait_for()
