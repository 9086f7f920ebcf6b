"""Kaogong 考工: software that runs a region's vocational-skills system."""

__version__ = "0.1.0"
