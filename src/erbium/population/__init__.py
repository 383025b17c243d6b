"""Virtual patients: sampled from a population, conditional on eligibility, block by block."""

from erbium.population.load import load_population
from erbium.population.sample import BLOCK, Patients, sample_block

__all__ = ["BLOCK", "Patients", "load_population", "sample_block"]
