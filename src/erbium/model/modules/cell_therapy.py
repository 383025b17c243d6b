"""CAR-T cells: from the infusion to the tumour, expansion on antigen, contraction, memory."""

from erbium.model.reaction import Module, Reaction, Readout, Rule, Species

#: Where infused cells go.
CELLS_IN_BLOOD = "car_t_blood"

MODULE = Module(
    id="cell_therapy",
    scope="patient",
    needs=("her2_target", "live_volume"),
    gives=("car_t_infiltrate",),
    species=(
        Species(CELLS_IN_BLOOD, "1", "0", "infused CAR-T cells in blood, millions", settles=False),
        Species(
            "car_t_effector",
            "1",
            "0",
            "CAR-T effector cells in the tumour, relative to a typical CD8 infiltrate",
            settles=False,
        ),
        Species("car_t_memory", "1", "0", "resting CAR-T cells, relative as effector cells", settles=False),
    ),
    rules=(
        Rule(
            "car_antigen",
            "her2_target * live_volume / (live_volume + K_car_antigen)",
            "1",
            "HER2 that CAR-T cells find, relative to what drives full expansion",
        ),
        Rule(
            "car_t_room",
            "max(0, 1 - car_t_effector / car_t_most)",
            "1",
            "room for more CAR-T cells in the tumour",
        ),
        Rule("car_t_infiltrate", "car_t_effector", "1", "CAR-T cells in the tumour"),
    ),
    reactions=(
        Reaction("car_t_input", f"-> {CELLS_IN_BLOOD}", "car_t_input"),
        Reaction("car_t_clearance", f"{CELLS_IN_BLOOD} ->", f"k_car_t_leave * {CELLS_IN_BLOOD}"),
        Reaction("car_t_homing", "-> car_t_effector", f"homing_car_t * {CELLS_IN_BLOOD}"),
        Reaction(
            "car_t_expansion",
            "-> car_t_effector",
            "expansion_car_t * car_antigen * car_t_room * (car_t_effector + car_t_memory)",
        ),
        Reaction("car_t_contraction", "car_t_effector ->", "k_car_t_contraction * car_t_effector"),
        Reaction(
            "car_t_rest",
            "-> car_t_memory",
            "car_t_memory_share * k_car_t_contraction * car_t_effector",
        ),
        Reaction("car_t_memory_loss", "car_t_memory ->", "k_car_t_memory * car_t_memory"),
    ),
    readouts=(
        Readout(
            "car_t_infiltrate",
            "car_t_infiltrate",
            "1",
            "CAR-T cells in the tumour, relative to a typical CD8 infiltrate",
        ),
    ),
)
