"""The pages in Chromium: a case is loaded, asked, an option opened; nothing fails, nothing leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import PATIENCE, waited

SLOW = 1000 * PATIENCE
SAMPLES = Path(__file__).parents[2] / "examples" / "profiles_in"


def test_from_a_case_to_an_opened_option(page: Any) -> None:
    page.goto("/")
    check = page.locator("#case-check")
    check.get_by_text("HER2-positive").wait_for()
    page.get_by_label("HER2/CEP17 ratio").fill("1.2")
    check.get_by_role("alert").get_by_text("her2.ish_ratio").wait_for()
    page.get_by_label("HER2 copies").fill("-4")
    check.get_by_role("alert").get_by_text("her2.copies").wait_for()
    assert page.get_by_role("button", name="Which treatments are left?").is_disabled()
    page.get_by_label("HER2/CEP17 ratio").fill("5.6")
    page.get_by_label("HER2 copies").fill("14")
    check.get_by_text("ISH group 1").wait_for()

    page.get_by_label("Digital twins").fill("2")
    page.get_by_label("Options to explain").fill("1")
    page.get_by_label("Options to explain").press("Tab")
    page.get_by_role("button", name="Which treatments are left?").click()
    page.wait_for_url("**/options?job=*")
    page.get_by_role("progressbar").wait_for()
    page.reload()
    option = page.get_by_role("button", name="trastuzumab deruxtecan", exact=True)
    option.wait_for()
    option.press("Enter")
    opened = page.locator("section.option")
    opened.get_by_role("heading", name="Evidence", exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "option-title"
    assert opened.get_by_role("img").count() >= 2
    page.locator("#compared-table table").wait_for()
    assert page.locator("#compared-table figure img").count() == 1
    choose(page, "#if-present", "PTEN loss")
    page.locator("#what-if-order").get_by_text("each with and without the change").wait_for()
    assert page.locator("#what-if-order tbody tr").count() >= 2
    with page.expect_download() as paper:
        page.get_by_role("link", name="HTML").click()
    assert paper.value.suggested_filename.endswith(".html")


def test_evidence_trials_and_network_are_looked_at(page: Any) -> None:
    page.goto("/evidence")
    open_a_conflict(page, "PTEN")
    page.locator("#ev-items").get_by_text("PTEN").first.wait_for()
    page.get_by_label("Marker").fill("PTENN")
    page.locator("#ev-items").get_by_role("alert").get_by_text('no marker "PTENN"').wait_for()

    page.get_by_role("link", name="Network").click()
    page.locator("#net-picture canvas").first.wait_for()
    page.get_by_text("No node is chosen.").wait_for()

    page.get_by_role("link", name="Trials").click()
    page.locator("#trial-about").get_by_text("NCT00567190").wait_for()
    page.get_by_label("Patients").fill("20000")
    page.get_by_label("Patients").press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").first.wait_for()
    page.get_by_role("button", name="Run again").wait_for()
    page.goto("/nowhere")
    page.get_by_role("heading", name="No such page").wait_for()


def fill_in(field: Any, value: str) -> None:
    """Fill a field and leave it."""
    field.fill(value)
    field.press("Tab")


def open_a_conflict(page: Any, marker: str) -> None:
    """Ask for the conflicts of one marker, and open the first."""
    conflicts = page.locator("#ev-conflicts summary")
    conflicts.first.wait_for()
    fill_in(page.get_by_label("Marker"), marker)
    conflicts.filter(has_not_text=marker).first.wait_for(state="detached")  # of all markers before
    conflicts.first.click()
    page.locator("#ev-conflicts details[open]").get_by_role("heading", name="Against").first.wait_for()


def choose(page: Any, box: str, name: str) -> None:
    """Choose from a list by typing the beginning of a name."""
    page.locator(box).click()
    offered = page.locator(".dash-dropdown-content")
    if offered.get_by_role("searchbox").count():
        offered.get_by_role("searchbox").fill(name)
    offered.get_by_text(name, exact=True).click()
    if offered.is_visible():
        page.keyboard.press("Escape")
    offered.wait_for(state="detached")


def test_the_network_is_coloured_followed_and_knocked_down(page: Any) -> None:
    page.goto("/network")
    choose(page, "#net-view", "activity in this case")
    page.locator("#net-said").get_by_text("20 digital twins").wait_for()
    page.get_by_alt_text("Acting share of each node").wait_for()
    choose(page, "#net-view", "treatment or knock-down")
    page.get_by_text("Choose a regimen, or nodes to knock down.").wait_for()
    choose(page, "#net-knock", "AKT, at its ATP site")
    page.locator("#net-movers").get_by_role("heading", name="At 24 weeks").wait_for()
    slider = page.get_by_role("slider")
    slider.press("Home")
    page.locator("#net-movers").get_by_role("heading", name="Before").wait_for()
    slider.press("ArrowRight")
    page.locator("#net-movers").get_by_role("heading", name="At 12 h").wait_for()
    choose(page, "#net-node", "AKT_activity")
    about = page.locator("#net-about")
    about.get_by_text("Activity before").wait_for()
    about.get_by_role("heading", name="Numbers").wait_for()
    about.get_by_alt_text("AKT_activity over time").wait_for()
    # The picture is drawn on a canvas: a tap on an arrow is told to the drawing itself.
    page.evaluate("document.getElementById('net-picture')._cyreg.cy.edges()[0].emit('tap')")
    about.get_by_role("heading", name="Reactions and rules").wait_for()


def test_a_trial_is_edited_and_its_faults_are_told(page: Any) -> None:
    page.goto("/trials")
    page.locator("#trial-editor summary").click()
    check = page.locator("#trial-check")
    check.get_by_text("as shipped").wait_for()
    text = page.get_by_label("Trial (TOML)")
    shipped = text.input_value()
    text.fill(shipped.replace("[population]", "[population]\nlinee = 1"))
    check.get_by_role("alert").get_by_text("population.linee").wait_for()
    assert page.get_by_role("button", name="Run", exact=True).is_disabled()
    text.fill(f"{shipped}\n# another\n")
    check.get_by_text("edited: Run takes this text").wait_for()
    page.get_by_label("Patients").fill("12")
    page.get_by_label("Patients").press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.locator("#trial-result")
    result.get_by_role("heading", name="(edited): 12 virtual patients").wait_for()
    result.get_by_alt_text("Forest plot").first.wait_for()
    result.get_by_alt_text("Waterfall plot").wait_for()


def test_a_case_takes_in_a_file_and_a_further_treatment(page: Any) -> None:
    page.goto("/")
    page.locator("#case-check h2").first.wait_for()
    page.locator("#case-entries-title").click()
    page.get_by_role("button", name="Add a treatment").click()
    second = page.get_by_role("group", name="Treatment 2")
    second.get_by_label("Line").fill("0")
    second.get_by_label("Line").press("Tab")
    page.locator("#case-check").get_by_role("alert").get_by_text("prior_therapies[1].line").wait_for()
    second.get_by_role("button", name="Remove").click()
    page.locator("#case-check").get_by_text("HER2-positive").wait_for()
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "large.vcf", "mimeType": "text/plain", "buffer": b"#" * 450_001})
    page.get_by_role("alert").get_by_text("large.vcf: 451 kB; expected at most 450 kB").wait_for()
    upload.set_input_files(SAMPLES / "tumour_normal_vep.vcf")
    page.locator("#case-said").get_by_role("alert").get_by_text("2 samples").wait_for()
    page.get_by_label("Patient, sample or specimen").fill("TUMOUR")
    page.get_by_label("Patient, sample or specimen").press("Tab")
    page.locator("#case-taken-in").get_by_text("was read from a VCF").wait_for()
    upload.set_input_files(SAMPLES / "phenopacket.json")
    page.locator("#case-taken-in").get_by_text("was read from a Phenopacket").wait_for()
    page.locator("#case-taken-in").get_by_text("Not mapped (2)").click()
    page.get_by_role("group", name="Specimen 2").wait_for()


def test_a_clone_and_a_serial_marker_are_added_by_keyboard_and_checked(page: Any) -> None:
    page.goto("/")
    check, text = page.locator("#case-check"), page.locator("#case-text")
    check.locator("h2").first.wait_for()
    page.locator("#case-entries-title").press("Enter")

    page.get_by_role("button", name="Add a marker of treatment 1").press("Enter")
    marker = page.get_by_role("group", name="Marker 1 of treatment 1", exact=True)
    marker.wait_for()
    waited(lambda: page.evaluate("document.activeElement.id"), lambda there: "markers" in there)
    wrong = check.get_by_role("alert")
    wrong.get_by_text("Treatment 1, Marker 1: Week").wait_for()
    wrong.get_by_text("weeks after the start of the treatment").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").fill("ctDNA")
    page.locator(".dash-dropdown-content").get_by_text("ctDNA fraction").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for label, value in (("Week", "6"), ("Value before", "0.22"), ("Value then", "0.04")):
        fill_in(marker.get_by_label(label), value)
    check.get_by_text("HER2-positive").wait_for()
    page.get_by_text("1 treatment, 1 marker").wait_for()
    shown = text.input_value()
    assert '[[prior_therapies.markers]]\nmarker = "ctDNA_fraction"\nweek = 6' in shown
    assert "baseline = 0.22\nvalue = 0.04" in shown
    fill_in(marker.get_by_label("Value before"), "-1")
    wrong.get_by_text("Treatment 1, Marker 1: Value before").wait_for()
    wrong.get_by_text("Expected a number at least 0").wait_for()
    fill_in(marker.get_by_label("Value before"), "0.22")
    check.get_by_text("HER2-positive").wait_for()

    page.get_by_role("button", name="Add a clone").press("Enter")
    clone = page.get_by_role("group", name="Clone 1", exact=True)
    fill_in(clone.get_by_label("Share"), "0.8")
    wrong.get_by_text("Clones of the tumour").wait_for()
    wrong.get_by_text("Expected a sum of 1").wait_for()
    fill_in(clone.get_by_label("Share"), "1")
    check.get_by_text("HER2-positive").wait_for()
    assert '[[clones]]\nname = "clone 1"\nfraction = 1' in text.input_value()

    page.get_by_role("button", name="Add a clone").click()
    second = page.get_by_role("group", name="Clone 2", exact=True)
    second.wait_for()
    for label, value in (("Name", "quick"), ("Share", "0.4"), ("HER2 copies", "3")):
        second.get_by_label(label).fill(value)  # faster than the server answers
    page.get_by_role("button", name="Add a HER2 result").click()
    page.get_by_role("group", name="HER2 result 1", exact=True).wait_for()
    assert '[[clones]]\nname = "quick"\nfraction = 0.4\nher2_copies = 3' in text.input_value()
    second.get_by_role("button", name="Remove").click()
    second.wait_for(state="detached")

    text.evaluate("area => area.closest('details').open = true")
    text.fill(text.input_value().replace("week = 6", "week = 12"))
    waited(lambda: marker.get_by_label("Week").input_value(), lambda week: week == "12")
    page.get_by_role("button", name="Remove marker 1 of treatment 1").press("Enter")
    marker.wait_for(state="detached")
    waited(lambda: page.evaluate("document.activeElement.id"), lambda there: "entry-add" in there)
    assert "prior_therapies.markers" not in text.input_value()


@pytest.mark.parametrize("path", ["/", "/evidence", "/trials", "/network", "/options"])
def test_no_page_shuts_anyone_out(page: Any, path: str) -> None:
    """No serious fault by the rules of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.goto(path)
    page.locator("main h1").wait_for()
    if path == "/":
        page.locator("#case-check h2").first.wait_for()
    if path == "/network":
        choose(page, "#net-view", "treatment or knock-down")
        choose(page, "#net-knock", "AKT, at its ATP site")
        page.locator("#net-movers table").first.wait_for()
    if path == "/trials":
        page.locator("#trial-editor summary").click()
        page.locator("#trial-check").get_by_text("It can be run").wait_for()
    if path == "/":
        page.locator("#case-entries-title").click()
        for more in ("Add a marker", "Add a second specimen", "Add a clone"):
            page.get_by_role("button", name=more).click()
            page.get_by_role("group", name=more.removeprefix("Add a ").capitalize()).first.wait_for()
    if path == "/evidence":
        page.locator("#ev-items table").wait_for()
    found = axe.Axe().run(page).response["violations"]
    grave = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not grave
