"""Drive that needs no modelled receptor, selected for while drugs keep receptors from signalling."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

MODULE = Module(
    id="acquired_drive",
    needs=("drive_PI3K", "drive_RAS", "lost_growth"),
    gives=("selected_drive",),
    species=(
        Species(
            "selected_drive", "1", "0", "receptor-independent drive that treatment selected", settles=False
        ),
    ),
    rules=(
        Rule(
            "receptor_input",
            "0.5 * (drive_PI3K + drive_RAS)",
            "1",
            "mean input to PI3K and to SOS-RAS, relative to half-engaging",
        ),
        Rule(
            "lost_input",
            "max(0, drug_free_input - receptor_input)",
            "1",
            "input that is missing against the drug-free tumour: drive of that size makes up for it",
        ),
        Rule(
            "drive_selection",
            "drive_variance * lost_growth * lost_input / (lost_input ^ 2 + drive_variance + 1e-12)",
            "1/h",
            "rise of the mean drive of a clone: variance times what a cell gains per drive, over the drive that is missing, or over the spread of the cells where less is missing",
        ),
    ),
    reactions=(Reaction("drive_selects", "-> selected_drive", "drive_selection"),),
    readouts=(
        Readout("receptor_input", "receptor_input", "1", "mean input to PI3K and SOS-RAS"),
        Readout(
            "selected_drive", "selected_drive", "1", "receptor-independent drive that treatment selected"
        ),
    ),
)
