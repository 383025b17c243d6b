"""Small tables in the shape of the cell data."""

from __future__ import annotations

from pathlib import Path

from erbium.calibrate.cells.observations import DoseResponse, Measure, Observation, Observations

DOSES = (10.0, 100.0, 1000.0)


def response(donor: str, drug: str, value: float, line: str = "", measure: Measure = "GR_AOC") -> Observation:
    name = line or donor
    return Observation(
        "set", name, donor, DoseResponse(name, drug, DOSES, 72.0), measure, measure, 72.0, value, 0.1,
        curve=f"{name} {drug}", drug=drug,
    )  # fmt: skip


def grid(donors: tuple[str, ...] = ("a", "b", "c"), drugs: tuple[str, ...] = ("x", "y")) -> Observations:
    return Observations(
        tuple(response(d, m, 0.1 * i + 0.3 * j) for i, d in enumerate(donors) for j, m in enumerate(drugs))
    )


def write_folder(folder: Path) -> Path:
    """Write one or two rows of every data set."""
    texts = {
        "phospho_pasmopy/erbb_westernblot_timecourse.csv": (
            "cell_line,observable,ligand,replicate,time_min,raw_intensity\n"
            "MCF7,pAkt,EGF,1,0,100\nMCF7,pAkt,EGF,1,5,800\nMCF7,pcMyc,EGF,1,5,9\nNobody,pAkt,EGF,1,5,7\n"
        ),
        "phospho_hpn_dream/MD-MCF7.csv": (
            "TR:MCF7:CellLine,TR:EGF,TR:PBS,TR:Serum,TR:OtherI,TR:NoSuchi,DA:ALL,DV:AKT_pS473,DV:Unknown\n"
            "1,1,0,0,0,0,15,2.5,1\n1,0,1,0,0,0,15,1.5,1\n1,0,0,1,0,0,15,1.5,1\n1,1,0,0,0,1,15,1.5,1\n"
        ),
        "celllines/niepel_elisa_ligand_foldchange_calibration.tsv": (
            "\tpErk,EGF,100,T10\tpAkt,HRG,1,T90\tpErk,VEGF165,1,T10\nSKBR3\t1.0\t0.0\t0.4\n"
        ),
        "celllines/niepel_HTM_ligand_foldchange_calibration.tsv": (
            ".\tGI50\tSubtype\tGF pErk EGF:100 @T10\nAU-565\t0.0\tHER2amp\t-0.1\n"
        ),
        "celllines/hms_grmetrics_calibration.csv": (
            "generic_name,cell_line,GR_AOC,sigma_GR_AOC,GRmax,sigma_GRmax,GEC50,sigma_GEC50,GR50,sigma_GR50\n"
            "neratinib,SKBR3,0.9,0.06,-0.5,0.1,0.01,0,0.01,0\nnosuchdrug,SKBR3,0.9,0,-0.5,0,0,0,0,0\n"
        ),
        "celllines/hms_grmetrics_replicates_calibration.csv": (
            "generic_name,cell_line,replicate,GR_AOC,GRmax,GEC50,GR50\n"
            "neratinib,SKBR3,1,0.8,-0.4,0,0\nneratinib,SKBR3,2,1.0,-0.6,0,0\n"
        ),
        "celllines/gdsc_v17_BRCA_IC50_calibration.csv": (
            "COSMIC_ID,Sample Name,Drug_7_IC50,Drug_8_IC50\n1,AU565,-2.302585093,\n2,MCF7,20.0,1.0\n"
        ),
        "celllines/gdsc_drug_list_2019-06-24.csv": (
            "drug_id,Name,Synonyms,Targets,Target pathway,PubCHEM,Sample Size,Count\n"
            '7,Lapatinib,"Tykerb, Tyverb",EGFR,RTK,1,1,1\n8,Nosuch,,,,1,1,1\n'
        ),
        "celllines/ccle_np24_breast_calibration.csv": (
            "CCLE Cell Line Name,Primary Cell Line Name,Compound,Target,Doses (uM),Activity Data (median)\n"
            'BT474_BREAST,BT-474,Lapatinib,EGFR,".01,.1,1,10","0,-20,-60,-120"\n'
        ),
        "celllines/niepel_lapatinib_gi50_calibration.tsv": "SKBR3\t6.0\t1\nMCF7\t4.77815125\t2\n",
        "adc_invitro/adc_dose_response_digitised.csv": (
            "adc,cell_line,conc_ug_per_mL,response,response_kind,primary_source\n"
            "T-DM1,SK-BR-3,1.0,0.3,v,s\nT-DM1,SK-BR-3,0.01,0.8,v,s\nNoADC,SK-BR-3,1.0,0.3,v,s\n"
        ),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
