"""Drills: the product under many hands, killed and cut off, and then added up by somebody else."""
