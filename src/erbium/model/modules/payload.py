"""Antibody-drug conjugate in the cell: uptake, release, efflux, and bystander exchange."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species, Total

MODULE = Module(
    id="payload",
    needs=(
        "HER2",
        "reachable_IV",
        "bound_IV",
        "adc_share",
        "adc_at_cells",
        "bound_uptake",
        "conjugate_route",
        "payload_interstitial",
        "cleavage_outside",
        "volume",
    ),
    gives=(
        "payload",
        "conjugate_capacity",
        "payload_leak",
        "payload_cleaved_at_surface",
        "payload_cleaved_between",
    ),
    species=(Species("payload", "nM", "0", "free payload in the cell", settles=False),),
    rules=(
        Rule(
            "conjugate_uptake",
            "k_uptake_conjugate * bound_uptake * conjugate_route * bound_IV * adc_share * HER2",
            "kreceptor/h",
            "conjugates taken up per cell",
        ),
        Rule(
            "payload_efflux",
            "k_efflux_payload * (1 - payload_pumped + payload_pumped * efflux_activity)",
            "1/h",
            "through the membrane and by transporters",
        ),
    ),
    totals=(
        Total(
            "conjugate_capacity",
            "volume * k_uptake_conjugate * bound_uptake * conjugate_route * reachable_IV * HER2",
            "kreceptor * cm^3 / h",
            "conjugate that the cells take up when every receptor within reach carries one",
        ),
        Total(
            "payload_leak",
            "volume * (payload_efflux * payload - k_influx_payload * payload_interstitial)",
            "cm^3 * nM / h",
            "net payload leaving the cells",
        ),
        Total(
            "payload_cleaved_at_surface",
            "volume * cleavage_outside * DAR_adc * adc_share * bound_IV * HER2 * payload_per_conjugate",
            "cm^3 * nM / h",
            "payload that proteases of the tumour cut off conjugates on its cells",
        ),
        Total(
            "payload_cleaved_between",
            "volume * cleavage_outside * DAR_adc * adc_at_cells",
            "cm^3 * nM / h",
            "the same of conjugates between the cells",
        ),
    ),
    reactions=(
        Reaction(
            "payload_release",
            "-> payload",
            "DAR_adc * conjugate_uptake * lysosomal_release * payload_per_conjugate",
        ),
        Reaction("payload_influx", "-> payload", "k_influx_payload * payload_interstitial"),
        Reaction("payload_efflux", "payload ->", "payload_efflux * payload"),
    ),
    readouts=(
        Readout("payload", "payload", "nM", "payload concentration in the cell"),
        Readout("ADC_uptake", "conjugate_uptake", "kreceptor/h", "conjugates taken up per cell"),
    ),
)
