"""The provider front door: training providers and assessment bodies."""
