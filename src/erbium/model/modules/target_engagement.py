"""From free drug to open target: occupancy of HER2 epitopes, kinases, PI3K, mTOR, CDK4/6 and ER."""

from erbium.model.reaction import Module, Rule

MODULE = Module(
    id="target_engagement",
    scope="patient",
    needs=("free_antibody_IV", "free_antibody_II", "free_adc", "free_tki", "free_pi3k_inhibitor", "free_mtor_inhibitor", "free_cdk_inhibitor", "free_endocrine"),
    gives=("occupancy_IV", "occupancy_II", "adc_share", "tki_HER2", "tki_EGFR", "tki_conformation", "tki_covalent_rate", "p110a_open", "p110b_open", "mtor_open", "cdk_open", "mek_open", "er_bound", "er_degrader", "estradiol"),
    rules=(
        Rule("ratio_IV", "free_antibody_IV / KD_antibody_IV", "1"),
        Rule("ratio_adc", "free_adc / KD_adc", "1"),
        Rule("occupancy_IV", "(ratio_IV + ratio_adc) / (1 + ratio_IV + ratio_adc)", "1", "domain IV with antibody or conjugate"),
        Rule("adc_share", "ratio_adc / (1e-9 + ratio_IV + ratio_adc)", "1", "share of domain-IV binding that is conjugate"),
        Rule("occupancy_II", "free_antibody_II / (KD_antibody_II + free_antibody_II)", "1", "domain II with antibody"),
        Rule("tki_HER2", "free_tki / Ki_HER2_tki", "1", "reversible HER2 kinase occupancy ratio"),
        Rule("tki_EGFR", "free_tki / Ki_EGFR_tki", "1", "reversible EGFR kinase occupancy ratio"),
        Rule("tki_conformation", "inactive_dependence_tki", "1", "share of binding that needs the inactive conformation"),
        Rule("tki_covalent_rate", "kinact_tki * free_tki / (KI_tki + free_tki)", "1/h", "alkylation of HER2"),
        Rule("p110a_open", "1 / (1 + free_pi3k_inhibitor / IC50_p110a)", "1"),
        Rule("p110b_open", "1 / (1 + free_pi3k_inhibitor / IC50_p110b)", "1"),
        Rule("mtor_open", "1 / (1 + free_mtor_inhibitor / IC50_mTORC1)", "1"),
        Rule("cdk_open", "1 / (1 + free_cdk_inhibitor / IC50_CDK46)", "1"),
        Rule("mek_open", "1 / (1 + medium_mek_inhibitor / IC50_MEK)", "1"),
        Rule("er_bound", "free_endocrine / (IC50_ER + free_endocrine)", "1", "ER held by an antagonist"),
        Rule("er_degrader", "degradation_ER * er_bound", "1", "extra ER turnover under a degrader"),
        Rule("estradiol", "estradiol_level / (1 + free_endocrine / IC50_aromatase)", "nM", "oestradiol in the tumour"),
    ),
)
