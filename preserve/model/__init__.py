"""Frozen types that every stage shares; they hold data and derive from it, nothing else."""
