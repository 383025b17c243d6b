"""Reading and writing what other programs speak: SBML, network graphs, clinical tables."""
