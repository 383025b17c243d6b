"""Treatment history: which lines are simulated, how a twin repeats them, weights, and the twins chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from erbium.advise.past import Engine, history_json, lines_of, remember
from erbium.advise.past.after import no_history
from erbium.advise.past.likelihood import Term, her2_class, response, terms_of, time_on
from erbium.advise.past.lines import days_of
from erbium.advise.past.pool import Happened, Pool, in_cache, load_or_run, pool_size, visits_of
from erbium.advise.past.twins_then import Origins, origins_of
from erbium.advise.past.weigh import choose, quantiles, weigh
from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Array, Twins
from erbium.knowledge import load_knowledge
from erbium.profile import Profile
from erbium.profile.disease import PriorTherapy
from erbium.report.sections import history_lines
from tests.patients import patient


def earlier(regimen: str = "trastuzumab + docetaxel", **told: Any) -> dict[str, Any]:
    first = {"regimen": regimen, "setting": "metastatic", "line": 1}
    return {**first, "best_response": "PR", "duration_months": 8, "reason_ended": "progression", **told}


def treated(*therapies: dict[str, Any], **blocks: Any) -> Profile:
    disease = {"setting": "metastatic", "line": len(therapies) + 1, "n_lesions": 2}
    return patient(prior_therapies=list(therapies), **{"disease": disease, **blocks})


def happened(count: int, **values: Any) -> Happened:
    usual: dict[str, Array] = {
        "best": np.full(count, 2.0),
        "change": np.full(count, np.log(0.5)),
        "last_free": np.full(count, 210.0),
        "progressed": np.full(count, 252.0),
        "pcr": np.zeros(count),
        "markers": np.empty((0, count)),
        "her2": np.full(count, 1000.0),
        "shares": np.tile([[0.9], [0.1]], count),
    }
    return Happened(**{**usual, **{key: np.asarray(value, dtype=float) for key, value in values.items()}})


def test_lines_keep_what_was_observed_and_say_why_one_is_not_simulated() -> None:
    profile = treated(
        {"regimen": "THP", "setting": "adjuvant", "reason_ended": "completed"},
        earlier("trastuzumab + docetaxel", line=1),
        earlier("T-DXd", line=2, best_response="unknown", duration_months="unknown"),
        earlier("quux", line=3),
        disease={"setting": "metastatic", "line": 4},
    )
    lines = lines_of(profile, load_knowledge())
    assert [line.why_not is None for line in lines] == [False, True, False, False]
    assert "no measurable disease" in str(lines[0].why_not)
    assert "neither response" in str(lines[2].why_not)
    assert "does not know quux" in str(lines[3].why_not)
    assert [line.lines_before for line in lines] == [0, 0, 1, 2]


def test_a_line_after_surgery_is_told_as_not_simulated_on_screen() -> None:
    after = {"regimen": "T-DM1", "setting": "residual", "reason_ended": "completed"}
    lines = lines_of(treated(after), load_knowledge())
    assert history_lines({"history": no_history(lines)}) == [
        "not simulated: T-DM1: residual: no measurable disease that could have responded"
    ]


def test_a_misspelt_regimen_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        lines_of(treated(earlier("trastuzumab deruxtecann")), load_knowledge())
    assert caught.value.key == "prior_therapies[0].regimen"
    assert caught.value.nearest == "trastuzumab deruxtecan"
    assert caught.value.exit_code == 2


def test_a_specimen_with_an_unknown_mechanism_is_an_error() -> None:
    with pytest.raises(UnknownName) as caught:
        lines_of(treated(earlier(rebiopsy={"found": ["pten_los"]})), load_knowledge())
    assert caught.value.nearest == "pten_loss"
    assert caught.value.key == "prior_therapies[0].rebiopsy.found"


def test_dates_give_the_time_where_no_duration_is_stated() -> None:
    assert days_of(PriorTherapy(regimen="x", start="2024-01-10", stop="2024-03-10")) == 60.0
    assert days_of(PriorTherapy(regimen="x", start="2024", stop="2025")) is None


def test_a_line_is_followed_beyond_its_stated_progression_and_not_beyond_its_end() -> None:
    knowledge = load_knowledge()
    progressed, stopped = (
        lines_of(treated(earlier(reason_ended=reason)), knowledge)[0]
        for reason in ("progression", "toxicity")
    )
    assert visits_of(progressed)[-1] >= 2.0 * 8 * 30.4375
    assert visits_of(stopped)[-1] == pytest.approx(8 * 30.4375, abs=0.5)


def test_a_twin_with_the_response_loses_least() -> None:
    log_p = response("PR", happened(4, best=[2, 1, 3, 0], change=np.log([0.4, 0.9, 0.01, 1.2])))
    assert log_p[0] == max(log_p)
    assert log_p[0] > -0.1
    assert max(log_p[1:]) < -1.0


def test_the_response_categories_share_all_chance() -> None:
    one = happened(1, change=[np.log(0.68)])
    raw = {name: float(np.exp(response(name, one))[0]) for name in ("SD", "PR")}
    assert 0.2 < raw["SD"] < 0.6 < raw["PR"] + 0.1


def test_progression_counts_between_two_scans_and_a_stop_only_says_not_yet() -> None:
    knowledge = load_knowledge()
    line = lines_of(treated(earlier(duration_months=8)), knowledge)[0]
    found = time_on(line, happened(3, last_free=[210, 84, 500], progressed=[252, 126, np.inf]))
    assert found[0] == 0.0
    assert found[1] < -2.0
    assert found[2] < -2.0
    stopped = lines_of(treated(earlier(reason_ended="toxicity")), knowledge)[0]
    censored = time_on(stopped, happened(2, last_free=[84, 500], progressed=[126, np.inf]))
    assert censored[0] < -2.0
    assert censored[1] == pytest.approx(0.0)


def test_a_low_score_in_a_second_specimen_speaks_for_few_receptors() -> None:
    log_p = her2_class("1+", np.array([20.0, 100.0, 1500.0]))
    assert log_p[0] > log_p[1] > log_p[2]


def terms(*log_p: Array) -> list[Term]:
    return [Term(0, "test", "", np.asarray(one)) for one in log_p]


def test_weights_are_the_likelihood_where_enough_twins_count() -> None:
    log_p = np.where(np.arange(400) < 100, 0.0, -1.0)
    found = weigh(terms(log_p), 400)
    assert found.power == 1.0
    assert found.values[0] / found.values[-1] == pytest.approx(np.e)
    assert found.reproduced


def test_likelihood_is_tempered_until_fifty_twins_count() -> None:
    log_p = -0.5 * np.square(np.linspace(0.0, 60.0, 1000))
    found = weigh(terms(log_p), 1000)
    assert found.full_ess < 50.0 <= found.ess + 1e-6
    assert 0.0 < found.power < 1.0
    assert found.widened > 1.0


def test_a_history_that_no_twin_repeats_is_not_reproduced() -> None:
    found = weigh(terms(np.full(400, -30.0) - np.linspace(0, 5, 400)), 400)
    assert not found.reproduced
    assert found.close.sum() == 0


def test_each_term_must_be_repeated_not_their_mean() -> None:
    good, bad = np.zeros(400), np.full(400, -8.0)
    assert not weigh(terms(good, good, good, bad), 400).reproduced


def test_twins_are_chosen_as_often_as_their_weight_says() -> None:
    pool = Twins(1, 10, 20)
    weights = np.zeros(pool.count)
    weights[[25, 131]] = [0.75, 0.25]
    chosen = choose(pool, weights, 8, 5)
    assert (np.array(chosen.chosen) == 25).sum() == 30
    assert (np.array(chosen.chosen) == 131).sum() == 10


def test_even_weights_choose_every_twin_once() -> None:
    pool = Twins(1, 6, 5)
    chosen = choose(pool, np.full(30, 1.0), 6, 5)
    assert sorted(chosen.chosen) == list(range(30))


def test_weighted_quantiles() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert quantiles(values, np.array([0.02, 0.96, 0.02])) == (1.0, 1.0, 1.0)
    assert quantiles(values, np.array([1.0, 1.0, 1.0]))[0] == 2.0


def test_a_pool_smaller_than_the_answer_is_refused() -> None:
    assert pool_size(200, None) == 5000
    with pytest.raises(DataError, match="pool of 10"):
        pool_size(20, 10)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_treatment_acquires_what_is_commoner_after_it() -> None:
    profile = treated(earlier())
    engine = Engine(load_knowledge())
    twins = Twins(1, 20, 20)
    origins = origins_of(profile, lines_of(profile, engine.knowledge), twins, engine)
    acquired = {presence.mechanism.id: presence.present for presence in origins.acquired}
    assert "pten_loss" in acquired
    assert not (acquired["pten_loss"] & origins.before["pten_loss"].present).any()
    shares = np.tile([0.7, 0.3], (twins.count, 1))
    cells = origins.share_of_cells("pten_loss", shares)
    assert set(np.unique(cells)) == {0.0, 0.3, 1.0}


def test_what_a_second_specimen_showed_is_new_in_every_twin() -> None:
    profile = treated(earlier(rebiopsy={"found": ["pten_loss"]}), protein={"pten": "lost"})
    engine = Engine(load_knowledge())
    origins = origins_of(profile, lines_of(profile, engine.knowledge), Twins(1, 2, 4), engine)
    assert origins.before["pten_loss"].status == "measured"
    assert not origins.before["pten_loss"].present.any()
    assert {p.mechanism.id for p in origins.acquired if p.present.all()} == {"pten_loss"}


def test_a_specimen_is_compared_with_the_clones_after_its_own_line() -> None:
    profile = treated(earlier(rebiopsy={"found": ["pten_loss"]}), earlier("T-DXd", line=2))
    engine = Engine(load_knowledge())
    twins = Twins(1, 1, 2)
    lines = lines_of(profile, engine.knowledge)
    # The carrying clone fills the first twin after the first line, and the second one after the last.
    shares = ([[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])
    pool = Pool(twins, tuple(happened(2, shares=one) for one in shares), np.tile([0.9, 0.1], (2, 1)))
    (acquired,) = (
        presence
        for presence in origins_of(profile, lines, twins, engine).acquired
        if presence.mechanism.id == "pten_loss"
    )
    everyone = replace(acquired, present=np.ones(2, dtype=bool))
    (term,) = (
        term for term in terms_of(lines, pool, Origins({}, (everyone,))) if term.name.startswith("pten_loss")
    )
    assert term.line == 0
    assert term.log_likelihood[0] == pytest.approx(0.0)
    assert term.log_likelihood[1] < -2.0
    assert pool.shares.tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.needs_compiler
def test_a_line_that_is_not_simulated_changes_what_was_acquired_and_is_another_pool() -> None:
    before = {"regimen": "TCHP", "setting": "neoadjuvant", "best_response": "non-pCR"}
    disease = {"setting": "metastatic", "n_lesions": 2}
    alone = patient(prior_therapies=[before], disease=disease)
    more = patient(prior_therapies=[before, earlier("quux")], disease=disease)
    engine, twins = Engine(load_knowledge()), Twins(3, 4, 4)
    one, two = (
        tuple(line for line in lines_of(case, engine.knowledge) if line.why_not is None)
        for case in (alone, more)
    )
    assert one == two
    acquired = [
        {presence.mechanism.id: presence.present.tolist() for presence in origins.acquired}
        for origins in (origins_of(case, one, twins, engine) for case in (alone, more))
    ]
    assert acquired[0] != acquired[1]
    load_or_run(alone, one, twins, engine)
    assert in_cache(alone, one, twins, engine)
    assert load_or_run(alone, one, twins, engine).cached
    assert not in_cache(more, two, twins, engine)


@pytest.mark.needs_compiler
def test_a_marker_of_the_first_hours_is_read_on_the_first_day() -> None:
    markers = [{"marker": "ctDNA", "week": week, "value": 0.1, "baseline": 0.2} for week in (0.05, 3)]
    profile = treated(earlier(markers=markers))
    engine, twins = Engine(load_knowledge()), Twins(3, 2, 2)
    pool = load_or_run(profile, lines_of(profile, engine.knowledge), twins, engine)
    first, later = np.abs(pool.lines[0].markers).mean(axis=1)
    assert first < later


@pytest.mark.needs_compiler
def test_the_weighed_twins_repeat_the_line_and_the_tolerant_clone_has_grown() -> None:
    profile = treated(
        earlier(
            duration_months=5,
            markers=[
                {"marker": "ctDNA", "week": 3, "value": 0.05, "baseline": 0.2},
            ],
        )
    )
    engine = Engine(load_knowledge())
    said: list[str] = []
    past = remember(profile, engine, seed=4, draws=5, each=4, pool=240, said=said.append)
    assert past is not None
    tumour = past.tumour(5, 4)
    found = history_json(past, tumour)
    line = found["lines"][0]
    free = {
        key: line[key]["months_to_progression"]["median"] or 99.0 for key in ("before_weighing", "simulated")
    }
    assert abs(free["simulated"] - 5.0) <= abs(free["before_weighing"] - 5.0)
    assert line["simulated"]["best_response"]["PR"] > line["before_weighing"]["best_response"]["PR"]
    assert found["tolerant_clone"]["after"]["median"] > found["tolerant_clone"]["before"]["median"]
    assert found["reproduced"]
    assert found["ess"] >= 49.9
    assert line["markers"][0]["observed_fold"] == pytest.approx(0.25)
    again = found["again"][0]
    assert again["response_rate_now"] < again["response_rate_then"]
    shares = np.stack([clone.fraction for clone in tumour.clones])
    assert shares.sum(axis=0) == pytest.approx(1.0)

    # The second answer takes the pool from the cache, also under another response.
    kept = remember(
        treated(
            earlier(
                duration_months=5,
                best_response="SD",
                markers=[
                    {"marker": "ctDNA", "week": 3, "value": 0.1, "baseline": 0.2},
                ],
            )
        ),
        engine,
        seed=4,
        draws=5,
        each=4,
        pool=240,
        said=said.append,
    )
    assert kept is not None
    assert kept.pool.cached
    assert len(said) <= 1
    assert not np.allclose(kept.weights.values, past.weights.values)


@pytest.mark.needs_compiler
def test_an_impossible_history_says_so_and_names_the_nearest() -> None:
    profile = treated(earlier("T-DXd", best_response="PD", duration_months=60, reason_ended="completed"))
    past = remember(profile, Engine(load_knowledge()), seed=4, draws=3, each=4, pool=200)
    assert past is not None
    assert not past.weights.reproduced
    assert any(text.startswith("history not reproduced") for text in past.warnings)
    found = history_json(past, past.tumour(3, 4))
    assert len(found["nearest"]) == 3
    assert found["errors_widened"] > 1.0
