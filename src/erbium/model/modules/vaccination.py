"""Vaccines against HER2: antigen at the site of injection, and the T cells that it primes."""

from erbium.model.reaction import Module, Reaction, Readout, Species

#: Where a dose of a vaccine goes.
VACCINE_SITE = "vaccine_site"

MODULE = Module(
    id="vaccination",
    scope="patient",
    needs=("gm_csf_level",),
    gives=("vaccine_T_cells",),
    species=(
        Species(VACCINE_SITE, "1", "0", "vaccine left at its site, in doses", settles=False),
        Species(
            "vaccine_T_cells",
            "1",
            "0",
            "T cells against HER2 that a vaccine primed, in those of a whole primary series",
            settles=False,
        ),
    ),
    reactions=(
        Reaction("vaccine_input", f"-> {VACCINE_SITE}", "vaccine_input"),
        Reaction("vaccine_breakdown", f"{VACCINE_SITE} ->", f"k_vaccine_site * {VACCINE_SITE}"),
        Reaction(
            "vaccine_priming",
            "-> vaccine_T_cells",
            f"k_vaccine_site * {VACCINE_SITE} * vaccine_gain * immunogenicity_vaccine * (1 + w_gm_csf_site * max(adjuvant_gm_csf, gm_csf_level))",
        ),
        Reaction("vaccine_memory_loss", "vaccine_T_cells ->", "k_vaccine_memory * vaccine_T_cells"),
    ),
    readouts=(
        Readout(
            "vaccine_T_cells", "vaccine_T_cells", "1", "T cells against HER2 that a vaccine primed, relative"
        ),
    ),
)
