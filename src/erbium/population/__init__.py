"""Virtual patients: sampled from a population, conditional on eligibility, block by block."""

from erbium.population.load import load_population
from erbium.population.sample import BLOCK, Patients, sample, sample_block
from erbium.population.shares import Weights, weigh

__all__ = ["BLOCK", "Patients", "Weights", "load_population", "sample", "sample_block", "weigh"]
